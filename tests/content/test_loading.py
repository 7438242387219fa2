from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cluster_kit.content import (
    ContentError,
    Depth,
    UnknownSeriesError,
    check_content,
    list_series,
    load_content,
    load_instrument,
    load_series,
)
from cluster_kit.content.folders import SHIPPED
from tests.content.conftest import SMALL_PACK, Pack


def overlay_with(folder: Path, relative: str, text: str) -> Path:
    path = folder / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder


def test_a_whole_pack_loads_as_an_overlay() -> None:
    content = load_content("2031", SMALL_PACK)
    assert content.series.title == "A small series"
    assert [session.minutes for session in content.sessions] == [60, 30]
    assert [area.id for area in content.instrument.areas] == ["alignment", "data"]
    assert content.get_meeting(2).start.isoformat() == "09:30:00"
    assert content.instrument.version == "1.10"


def test_words_that_yaml_would_take_for_truth_stay_words() -> None:
    goals = load_content("2031", SMALL_PACK).sessions[0].exercises[1].prompts[1]
    assert [option.id for option in goals.columns[1].options] == ["yes", "no"]  # type: ignore[union-attr]
    assert goals.columns[3].depth == Depth.STANDARD  # type: ignore[union-attr]


def test_a_shared_exercise_comes_with_its_keys_replaced() -> None:
    first, second = load_content("2031", SMALL_PACK).sessions
    assert [(e.id, e.title, e.minutes) for e in (first.exercises[2], second.exercises[1])] == [
        ("next_steps", "Next steps", 6),
        ("next_steps", "Next steps again", 7),
    ]
    assert first.exercises[2].prompts == second.exercises[1].prompts


def test_the_version_changes_with_any_file_and_with_nothing_else(pack: Pack) -> None:
    before = load_content("2031", pack.path).version
    assert load_content("2031", SMALL_PACK).version == before
    assert len(before) == 12
    pack.change("plain_language.yaml", "plain: use", "plain: apply")
    assert load_content("2031", pack.path).version != before


def test_an_overlay_replaces_one_file_and_is_named_in_problems(tmp_path: Path) -> None:
    overlay = overlay_with(tmp_path, "roles.yaml", "schema_version: 1\nroles:\n  - {id: director, title: Chief}\n")
    problems = check_content(overlay)
    assert (str(tmp_path / "roles.yaml"), 3, "needs a description") in [(p.file, p.line, p.sentence) for p in problems]


def test_an_overlay_that_is_not_there_is_none(tmp_path: Path) -> None:
    assert list_series(tmp_path / "nowhere") == list_series()


def test_a_series_of_the_overlay_stands_beside_those_that_ship() -> None:
    assert list_series(SMALL_PACK) == sorted([*list_series(), "2031"])


def test_a_series_without_its_sessions_is_still_listed_and_read(tmp_path: Path) -> None:
    text = (SMALL_PACK / "series/2031/series.yaml").read_text(encoding="utf-8")
    overlay = overlay_with(tmp_path, "series/2031/series.yaml", text)
    assert load_series("2031", overlay).schedule[0].session == 1
    with pytest.raises(ContentError) as caught:
        load_content("2031", overlay)
    files = [Path(p.file).name for p in caught.value.problems if p.sentence == "this file is missing"]
    assert files == ["session_1.yaml", "session_2.yaml"]


@pytest.mark.parametrize("series", ["1999", "", "../2031", "2031/../2031", "."])
def test_an_unknown_series_is_said_with_the_known_ones(series: str) -> None:
    with pytest.raises(UnknownSeriesError, match="2031"):
        load_content(series, SMALL_PACK)


def test_a_partial_pack_says_what_is_missing_and_checks_the_rest(pack: Pack) -> None:
    (pack.path / "roles.yaml").unlink()
    (pack.path / "instrument/areas/data.yaml").unlink()
    pack.change("audiences.yaml", "title: Learners", "titel: Learners")
    assert [(file, text) for file, _, _, text in pack.problems()] == [
        ("audiences.yaml", "unknown key 'titel': did you mean 'title'?"),
        ("instrument/areas/data.yaml", "this file is missing"),
        ("roles.yaml", "this file is missing"),
    ]


def test_an_empty_folder_is_a_pack_without_a_series(tmp_path: Path) -> None:
    assert [p.sentence for p in check_content(base=tmp_path)] == ["has no series: series/<id>/series.yaml is missing"]


def test_a_file_that_nothing_reads_is_a_problem(pack: Pack) -> None:
    shutil.copy(pack.path / "roles.yaml", pack.path / "rolls.yaml")
    shutil.copy(pack.path / "series/2031/session_2.yaml", pack.path / "series/2031/session_3.yaml")
    (pack.path / "notes.txt").write_text("Notes may stand here.", encoding="utf-8")
    assert [(file, text[:42]) for file, _, _, text in pack.problems()] == [
        ("rolls.yaml", "nothing reads a file of this name: did you"),
        ("series/2031/session_3.yaml", "nothing reads a file of this name: did you"),
    ]


def test_a_broken_pack_is_one_error_with_every_problem(pack: Pack) -> None:
    pack.change("roles.yaml", "title: Data", "titel: Data")
    pack.change("audiences.yaml", "title: Learners", "titel: Learners")
    with pytest.raises(ContentError, match="2 problems in the content") as caught:
        load_content("2031", pack.path)
    assert len(caught.value.problems) == 2


def test_the_instrument_loads_without_a_series(pack: Pack) -> None:
    assert len(load_instrument(pack.path).items) == 3
    pack.change("instrument/areas/data.yaml", "roles: [data]", "roles: [dat]")
    with pytest.raises(ContentError, match="there is no role 'dat': did you mean 'data'"):
        load_instrument(pack.path)


def test_importing_the_content_loads_nothing_heavy() -> None:
    code = "import sys, cluster_kit.content; print(sorted({'pandas', 'openpyxl', 'numpy', 'typer'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_ships_is_inside_the_package() -> None:
    assert (SHIPPED / "framework.yaml").is_file()
