"""The command as a whole: its version, how it ends, and the line that names its home."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import pytest

from cluster_kit.cli import main, options
from cluster_kit.content import load_instrument
from cluster_kit.files import hold_folder
from cluster_kit.settings import Settings
from cluster_kit.store import Person, Store

TOOL = load_instrument(None)
PERSON = {"person": "ann", "name": "Ann Ohio", "jurisdiction": "OH"}


class Ended(NamedTuple):
    """How a command ended, and what it printed."""

    code: int
    stdout: str
    stderr: str


Run = Callable[..., Ended]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command as ``cluster-kit`` does, in the folder ``tmp_path``."""
    monkeypatch.chdir(tmp_path)

    def run_words(*words: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["cluster-kit", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        return Ended(int(ended.value.code or 0), *capsys.readouterr())

    return run_words


def test_the_version_is_that_of_the_package(run: Run) -> None:
    assert run("--version") == (0, f"cluster-kit {metadata.version('cluster-kit')}\n", "")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("packets", "--session", "one"), "'one' is not a session's number"),
        (("packets", "--formats", "word"), "no packet format named 'word'"),
        (("packets", "--kind", "before"), "--kind cannot be 'before'"),
        (("export", "--home", "nowhere"), "There is no store in nowhere"),
        (("host-card", "--session", "9"), "There is no session 9"),
        (("host-card", "--session", "1", "--series", "2030"), "There is no series '2030'"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, tuple) else "",
)
def test_arguments_that_are_not_valid_end_with_2(run: Run, tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    also = ("--jurisdiction", "OH") if words[0] == "packets" else ()
    done = run(*words, *also, "--out", "out")
    assert (done.code, done.stdout) == (2, "")
    assert says in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (("series", "--home", "here"), "Write --home after the command, as in: cluster-kit series list --home\n"),
        (("--series=2026", "export"), "Write --series after the command, as in: cluster-kit export --series\n"),
        (
            ("roster", "--home=here", "remove"),
            "Write --home after the command, as in: cluster-kit roster remove --home\n",
        ),
        (
            ("--home", "here", "roster", "remove"),
            "Write --home after the command, as in: cluster-kit roster remove --home\n",
        ),
        (("roster", "--nowhere"), "No such option: --nowhere\n"),
    ],
)
def test_an_option_before_its_command_is_refused_with_its_place(run: Run, words: tuple[str, ...], place: str) -> None:
    done = run(*words)
    assert (done.code, done.stdout) == (2, "")
    assert done.stderr.endswith(place)


def test_two_batches_in_one_folder_are_refused_in_one_sentence(run: Run, tmp_path: Path) -> None:
    Store.open(Settings(tmp_path / "home").db_url).close()
    words = ("--session", "1", "--jurisdiction", "OH", "--home", "home", "--out", "out", "--formats", "ipynb")
    with hold_folder(tmp_path / "out"):
        for command in ("packets", "worksheets"):
            done = run(command, *words)
            assert (done.code, done.stdout) == (1, "")
            assert "Another command is writing to out. Wait until it has finished" in done.stderr
            assert list((tmp_path / "out").iterdir()) == []
    with hold_folder(tmp_path / "out"):
        pass


def test_output_that_a_full_disk_or_a_closed_pipe_refuses_is_no_traceback() -> None:
    command = [sys.executable, "-m", "cluster_kit", "series", "--help"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    reason = "The output cannot be written: the disk is full. Make room, or choose another folder.\n"
    assert (done.returncode, done.stderr) == (1, reason)
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as pipe:
        done = subprocess.run(command, stdout=pipe, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")


def test_every_command_reads_its_settings_in_a_way_that_names_the_home() -> None:
    folder = Path(options.__file__).parent
    own_way = {path.stem for path in folder.glob("*.py") if "Settings.read(" in path.read_text(encoding="utf-8")}
    assert own_way == {"options", "demo", "content"}, "demo prints its home itself; content check reads a folder"


@pytest.mark.parametrize(
    ("words", "facts"),
    [
        ("agendas --after 1 --jurisdiction OH --formats html --out out", {"agendas": 1}),
        ("assistance --out requests.csv", {"requests": 0}),
        ("brief --session 1 --formats html --out out", {"states": 0}),
        ("calendar --out out", {"calendar_files": 0}),
        ("crosswalk sample sample.xlsx", {}),
        ("export --out answers.csv", {"answers": 0, "states": 0}),
        ("federal-context --session 1 --formats html --out out", {"session": 1}),
        ("guide run-sheet --session 1 --out sheet.docx", {"session": 1}),
        ("guide slides --session 1 --out slides.pptx", {"session": 1}),
        ("guide tables .", {"changed": 1}),
        ("handouts --only glossary --formats html --out out", {"handouts": 1}),
        ("host-card --session 1 --out card.html", {"session": 1}),
        ("instrument template tool.xlsx", {"items": len(TOOL.items), "areas": len(TOOL.areas)}),
        ("national --out out", {"states": 0}),
        ("roster revoke --jurisdiction OH --dry-run", {"dry_run": True, "people": [PERSON], "codes_replaced": ["OH"]}),
        ("roster unmerge", {"undone": False, "merges": []}),
        ("series new 2032 --from 2026 --dates 2020-01-07,2020-02-04,2020-03-03,2020-04-07 --fictional", {"used": None}),
        ("series use 2026", {}),
        ("worksheets --session 1 --jurisdiction OH --formats ipynb --out out", {"states": 1}),
    ],
    ids=lambda part: part.partition(" --")[0] if isinstance(part, str) else "",
)
def test_a_result_as_json_has_files_facts_warnings_home_and_series(
    run: Run, tmp_path: Path, words: str, facts: dict[str, object]
) -> None:
    Store.open(Settings(tmp_path / "home").db_url).close()
    (tmp_path / "guide.md").write_text("<!-- series -->\n<!-- /series -->\n", encoding="utf-8")
    if words.startswith("roster revoke"):
        with Store.open(Settings(tmp_path / "home").db_url) as store:
            store.add_person(Person(id="ann", series="2026", jurisdiction="OH", name="Ann Ohio"))
    done = run(*words.split(), "--home", "home", "--json")
    assert done.code == 0, done.stderr
    shown = json.loads(done.stdout)
    assert list(shown) == ["files", *facts, "warnings", "home", "series"]
    assert {key: shown[key] for key in facts} == facts
    assert all((tmp_path / file).exists() for file in shown["files"])
    assert shown["home"] == str(tmp_path / "home")
    assert bool(shown["warnings"]) == (words.split(maxsplit=1)[0] in {"calendar", "export"} or "2020-01-07" in words)


def test_the_last_line_names_home_and_series(run: Run, tmp_path: Path) -> None:
    Store.open(Settings(tmp_path / "home").db_url).close()
    for words, line in {
        ("export", "--out", "a.csv"): "Series 2026, home home.",
        ("messages", "fields"): "Series 2026, home home.",
        ("series", "list"): "Home home.",
        ("backup", "copies"): "Home home.",
        ("export", "--out", "b.csv", "--jurisdiction", "Ohio"): "Series 2026, home home.",
    }.items():
        assert run(*words, "--home", "home").stderr.splitlines()[-1:] == [line], words


@pytest.mark.parametrize(
    "words",
    [
        ("demo", "--home", "{blocked}"),
        ("export", "--home", "{home}", "--out", "{blocked}/answers.xlsx"),
        ("instrument", "template", "{blocked}/instrument.xlsx"),
    ],
    ids=lambda words: str(words[0]),
)
def test_a_folder_that_cannot_be_made_is_one_sentence_and_never_a_traceback(
    run: Run, tmp_path: Path, words: tuple[str, ...]
) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("no folder")
    Store.open(Settings(tmp_path / "home").db_url).close()
    places = {"blocked": blocked / "folder", "home": tmp_path / "home"}
    done = run(*(word.format(**places) for word in words))
    assert done.code == 1
    assert any(str(blocked) in line for line in done.stderr.splitlines()[-2:])  # the home may follow
