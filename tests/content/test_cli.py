"""The commands: output and exit codes."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from cluster_kit.settings import Settings
from tests.commands import run_command
from tests.content.conftest import SMALL_PACK, Pack


def run(*arguments: str | Path, home: Path) -> subprocess.CompletedProcess[str]:
    return run_command(*arguments, environment={"CLUSTER_KIT_HOME": str(home)})


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with its own series and instrument, and the shipped Framework."""
    shutil.copytree(SMALL_PACK, tmp_path / "home" / "content", ignore=shutil.ignore_patterns("framework.yaml"))
    return tmp_path / "home"


def test_check_says_how_much_there_is(home: Path) -> None:
    done = run("content", "check", home=home)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Series 2031, A small series" in done.stdout
    assert "2 sessions of 90 minutes in all, with 5 exercises, 8 prompts and 3 learning outcomes" in done.stdout


def test_check_without_a_home_is_of_what_ships(tmp_path: Path) -> None:
    done = run("content", "check", home=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Series 2026, " in done.stdout


def test_content_is_checked_without_a_store_that_can_be_read(home: Path) -> None:
    Settings(home).store_file.write_bytes(b"not a database" * 100)
    done = run("content", "check", home=home)
    assert done.returncode == 0
    assert "Series 2031, A small series" in done.stdout
    assert done.stderr.startswith("Warning: Replaced questions are not listed. ")


def test_check_lists_problems_and_ends_with_1(pack: Pack, home: Path) -> None:
    (pack.path / "framework.yaml").unlink()
    pack.change("roles.yaml", "title: Data", "titel: Data")
    done = run("content", "check", pack.path, home=home)
    assert done.returncode == 1
    assert f"{pack.path}/roles.yaml:4: roles.data.titel: unknown key 'titel': did you mean 'title'?" in done.stdout
    assert done.stderr == "1 problem.\n"


def test_check_as_json(pack: Pack, home: Path) -> None:
    good = json.loads(run("content", "check", "--json", home=home).stdout)
    assert good["problems"] == []
    assert {series["series"]: series["items"] for series in good["series"]}["2031"] == 3
    pack.change("roles.yaml", "title: Data", "titel: Data")
    (pack.path / "framework.yaml").unlink()
    bad = run("content", "check", pack.path, "--json", home=home)
    assert bad.returncode == 1
    assert json.loads(bad.stdout) == {
        "problems": [
            {
                "file": f"{pack.path}/roles.yaml",
                "line": 4,
                "key": "roles.data.titel",
                "sentence": "unknown key 'titel': did you mean 'title'?",
            }
        ],
        "notices": [],
        "notebooks": [],
        "replaced": [],
        "series": [],
    }


def test_check_of_what_is_no_folder_is_one_sentence(home: Path) -> None:
    done = run("content", "check", home / "nowhere", home=home)
    assert done.returncode == 2
    assert (
        done.stderr
        == f"{home}/nowhere is not a folder. Name the folder that holds your content files, such as content/.\n"
    )


def test_series_list_as_text_and_as_json(home: Path) -> None:
    assert "2031  A small series: 2031-02-18, 2031-05-13\n" in run("series", "list", home=home).stdout
    listed = json.loads(run("series", "list", "--json", home=home).stdout)
    small = next(series for series in listed if series["id"] == "2031")
    assert small["schedule"][1] == {"session": 2, "date": "2031-05-13", "start": "09:30:00", "end": "10:00:00"}


def test_series_new_warns_of_days_gone_by_and_of_what_is_to_mend(home: Path) -> None:
    times = "13:00-14:00,9:30-10:30"
    done = run(
        "series", "new", "2032", "--from", "2031", "--dates", "2020-01-07,2032-05-11", "--times", times, "--fictional",
        home=home,
    )  # fmt: skip
    assert done.returncode == 0
    assert done.stdout == f"Series 2032 is in {home}/content/series/2032\n"
    assert "Warning: 2020-01-07 is in the past.\n" in done.stderr
    assert "To fix: " in done.stderr
    assert "the segments add up to 30 minutes, and the schedule gives the session 60\n" in done.stderr
    assert "2032  A small series (fictional): 2020-01-07, 2032-05-11\n" in run("series", "list", home=home).stdout


def test_series_new_of_one_that_exists_ends_with_1(home: Path) -> None:
    done = run("series", "new", "2031", "--from", "2026", "--dates", "2031-01-07", home=home)
    assert (done.returncode, done.stdout) == (1, "")
    assert "There is a series '2031' already" in done.stderr


def test_the_instrument_goes_out_and_comes_in(home: Path, tmp_path: Path) -> None:
    workbook = tmp_path / "tool.xlsx"
    assert run("instrument", "template", workbook, home=home).stdout == f"3 items in 2 areas are in {workbook}\n"
    before = (home / "content/instrument/instrument.yaml").read_text(encoding="utf-8")
    dry = run("instrument", "import", workbook, "--dry-run", home=home)
    assert dry.stdout == f"{workbook} has no problems: 3 items in 2 areas. Nothing was changed.\n"
    assert (home / "content/instrument/instrument.yaml").read_text(encoding="utf-8") == before
    done = run("instrument", "import", workbook, home=home)
    assert done.stdout == f"3 items in 2 areas are in {home}/content/instrument\n"
    shown = json.loads(run("instrument", "import", workbook, "--json", home=home).stdout)
    assert (shown["items"], shown["new"], shown["files"]) == (3, [], [f"{home}/content/instrument"])
    assert "wording: official" in (home / "content/instrument/instrument.yaml").read_text(encoding="utf-8")


def test_an_import_says_which_sessions_name_what_is_gone(tmp_path: Path) -> None:
    home, workbook = tmp_path / "home", tmp_path / "small.xlsx"
    run("instrument", "template", workbook, home=Path(shutil.copytree(SMALL_PACK, tmp_path / "other/content")).parent)
    (home / "content").mkdir(parents=True)
    shutil.copy(SMALL_PACK / "roles.yaml", home / "content")
    done = run("instrument", "import", workbook, home=home)
    assert done.returncode == 0
    assert "there is no area in the instrument" in done.stderr
    assert "New: shared_vision, joint_planning, definitions, first_move\n" in done.stderr
    assert "Removed: " in done.stderr


def test_an_import_of_something_else_is_one_sentence(home: Path, tmp_path: Path) -> None:
    (tmp_path / "tool.xlsx").write_text("Id,Area", encoding="utf-8")
    done = run("instrument", "import", tmp_path / "tool.xlsx", home=home)
    assert (done.returncode, done.stdout) == (1, "")
    error, last = done.stderr.splitlines()[-2:]
    assert error == f"{tmp_path}/tool.xlsx is a table of text. Bring an .xlsx file instead."
    assert last == f"Home {home}."
