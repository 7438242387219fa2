"""The commands for worksheets, check-ins, and collection."""

from __future__ import annotations

import json
import re
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

from cluster_kit.cli.app import app
from cluster_kit.cli.commands import register
from cluster_kit.errors import UsageError
from cluster_kit.worksheets import batch, collecting
from cluster_kit.worksheets.read_file import read_worksheet
from cluster_kit.worksheets.returned import Submission
from tests.worksheets.conftest import Office, both, edit, fill

register()


def run(office: Office, *words: str, ends: int = 0) -> str:
    """What a command writes to standard output."""
    result = CliRunner().invoke(app, [*words, "--home", str(office.settings.home)])
    if isinstance(result.exception, Exception) and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == ends, result.output
    return result.stdout


def test_states_are_written_in_parallel_and_the_command_says_how_many_are_done_and_how_long_the_others_take(
    office: Office,
) -> None:
    words = [
        "worksheets",
        "--session",
        "2",
        "--jurisdiction",
        "OH,GU,TX",
        "--formats",
        "ipynb",
        "--out",
        str(office.out),
    ]
    words += ["--home", str(office.settings.home), "--workers", "2"]
    result = CliRunner().invoke(app, words)
    assert re.findall(r"^. of 3 states.*left\.$", result.stderr, re.MULTILINE)[1].startswith("2 of 3 states, ")
    assert "\n3 of 3 states.\n" in result.stderr
    assert sorted(Path(line).name for line in result.stdout.splitlines()) == sorted(
        f"2026-session-2-{code}-worksheet.ipynb" for code in ("OH", "GU", "TX")
    )
    assert len(list(office.out.iterdir())) == 3


def test_an_interrupted_run_says_how_many_states_are_written_and_what_to_do(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_or_stop(path: Path, data: bytes) -> None:
        if "-GU-" in path.name:
            raise KeyboardInterrupt
        path.write_bytes(data)

    monkeypatch.setattr(batch, "_write", write_or_stop)
    words = ["worksheets", "--session", "2", "--jurisdiction", "OH,GU", "--formats", "ipynb", "--workers", "1"]
    result = CliRunner().invoke(app, [*words, "--out", str(office.out), "--home", str(office.settings.home)])
    assert result.exit_code == 130
    assert "Stopped with the worksheets of 1 of 2 states written. To write all, run the same command" in result.stderr
    assert [path.name for path in office.out.iterdir()] == ["2026-session-2-OH-worksheet.ipynb"]


def test_worksheets_come_for_each_state_in_each_format(office: Office) -> None:
    out = run(
        office, "worksheets", "--session", "2", "--jurisdiction", "OH,gu", "--workers", "1", "--out", str(office.out)
    )
    names = [Path(line).name for line in out.splitlines()]
    assert names == [f"2026-session-2-{code}-worksheet.{e}" for code in ("OH", "GU") for e in ("ipynb", "docx", "pdf")]
    assert sorted(path.name for path in office.out.iterdir()) == sorted(names)


def test_a_check_in_asks_for_the_steps_and_the_row_of_its_day(office: Office) -> None:
    words = ["worksheets", "--session", "1", "--jurisdiction", "OH", "--check-in", "60", "--formats", "ipynb"]
    path = Path(run(office, *words, "--out", str(office.out)).strip())
    assert path.name == "2026-session-1-OH-worksheet-60-days.ipynb"
    text = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
    assert "#### Call the board" in text
    assert "#### After 60 days" in text
    assert "After 30 days" not in text.replace("after 30, 60", "")
    assert "## Our statewide goals" not in text
    tick = fill("What helped", "A phone call")
    returned = edit(path, lambda source: tick(source).replace("- ( ) In progress", "- (x) In progress"))
    run(office, "collect", str(returned))
    assert office.values("review.status", "s") == ["moving"]
    assert office.values("rounds.helped", "day_60") == ["A phone call"]


def test_an_unknown_check_in_is_refused(office: Office) -> None:
    with pytest.raises(UsageError, match=r"no check-in after 45 days\. It has: 30, 60, 90"):
        run(office, "worksheets", "--session", "1", "--jurisdiction", "OH", "--check-in", "45", "--out", "x")


def test_collect_gives_receipts_as_text_as_json_and_as_files(office: Office) -> None:
    returned = edit(office.make(), fill("The goal", "A second goal", "Goal 2"))
    shown = run(office, "collect", str(returned), "--dry-run", "--receipts", str(office.out / "receipts"))
    assert "1 answer is new and would be saved." in shown
    [receipt] = (office.out / "receipts").iterdir()
    assert receipt.name == "001-edited-2026-session-1-OH-worksheet.ipynb.txt"
    assert "trial run" in receipt.read_text("utf-8")
    [found] = json.loads(run(office, "collect", str(returned), "--json"))
    assert found["counts"]["saved"] == 1
    assert found["status"] == "read"


def test_collect_ends_with_1_where_something_was_not_taken(office: Office) -> None:
    office.out.mkdir()
    strange = office.out / "photo.jpg"
    strange.write_bytes(b"\xff\xd8\xff\xe0")
    assert "photo.jpg is a picture. Send the worksheet itself: a notebook, a .docx file" in run(
        office, "collect", str(strange), ends=1
    )


def test_an_interrupted_collection_keeps_what_it_read_and_the_next_run_reads_the_others(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = office.make()
    inbox = office.out / "inbox"
    inbox.mkdir()
    for number, goal in enumerate(("A first goal", "A second goal", "A third goal")):
        change = both(fill("Your name", f"Person {number}"), fill("The goal", goal, "Goal 2"))
        edit(made, change, f"{number}.ipynb").rename(inbox / f"{number}.ipynb")
    stops = [True]

    def read_or_stop(name: str, raw: bytes) -> Submission:
        if name == "1.ipynb" and stops.pop():
            raise KeyboardInterrupt
        return read_worksheet(name, raw)

    monkeypatch.setattr(collecting, "read_worksheet", read_or_stop)
    monkeypatch.setattr("cluster_kit.cli.collect.PROGRESS_S", 0.0)
    receipts = office.out / "receipts"
    words = ["collect", str(inbox), "--receipts", str(receipts), "--home", str(office.settings.home)]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 130
    assert "1 of 3 files, " in result.stderr
    assert "Stopped after 1 of 3 files. Their answers are saved. To collect the others, run the same" in result.stderr
    assert len(list(receipts.iterdir())) == 1
    assert office.values("goals.statement")[1:] == ["A first goal"]
    stops.append(False)
    run(office, *words[:-2])
    assert len(list(receipts.iterdir())) == 3
    assert office.values("goals.statement")[1:] == ["A first goal", "A second goal", "A third goal"]


def test_a_folder_for_receipts_that_cannot_be_made_is_refused_before_anything_is_saved(office: Office) -> None:
    returned = edit(office.make(), fill("The goal", "A second goal", "Goal 2"))
    before = office.count()
    (office.out / "file").write_text("x")
    with pytest.raises(UsageError, match="receipts cannot be written"):
        run(office, "collect", str(returned), "--receipts", str(office.out / "file" / "receipts"))
    assert office.count() == before
