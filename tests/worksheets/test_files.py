"""Returned files other than intact worksheets: folders, zip files, damaged, foreign, and malicious files."""

from __future__ import annotations

import io
import json
import os
import shutil
import time
import zipfile
from pathlib import Path

import pytest

from cluster_kit.content.models import NumberPrompt
from cluster_kit.errors import UsageError
from cluster_kit.settings import Settings
from cluster_kit.worksheets import collect, files
from cluster_kit.worksheets.values import read_value, write_value
from tests.worksheets.conftest import GOAL, Office, both, edit, fill


@pytest.fixture
def returned(office: Office) -> Path:
    """A worksheet of Ohio with one new goal."""
    return edit(office.make(), fill("The goal", "A second goal", "Goal 2"), "returned.ipynb")


def _zip(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in entries.items():
            archive.writestr(name, raw)
    return path


def test_duplicates_count_once_and_the_same_file_again_changes_nothing(office: Office, returned: Path) -> None:
    twin = shutil.copy(returned, office.out / "Copy of returned.ipynb")
    first, second = office.collect(returned, Path(twin))
    assert first.counts["saved"] == 1
    assert str(second) == "Copy of returned.ipynb is the same file as returned.ipynb. It counts once."
    count = office.count()
    [again] = office.collect(returned)
    assert again.counts["there"] == 1
    assert office.count() == count


def test_a_folder_with_everything_in_it_gives_a_receipt_for_each_file(office: Office, returned: Path) -> None:
    folder = office.out / "inbox"
    (folder / "OH" / ".ipynb_checkpoints").mkdir(parents=True)
    shutil.copy(returned, folder / "OH" / "best version.ipynb")
    shutil.copy(returned, folder / "OH" / ".ipynb_checkpoints" / "best version-checkpoint.ipynb")
    (folder / "~$orksheet.docx").write_bytes(b"lock")
    (folder / "broken.ipynb").write_bytes(returned.read_bytes()[:5000])
    (folder / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    (folder / "scan.pdf").write_bytes(b"%PDF-1.7")
    (folder / "empty.ipynb").write_bytes(b"")
    (folder / "own.ipynb").write_text(json.dumps({"cells": [], "metadata": {}, "nbformat": 4}))
    os.symlink("/etc/passwd", folder / "link.ipynb")
    receipts = {receipt.file: str(receipt) for receipt in office.collect(folder)}
    assert set(receipts) == {
        "OH/best version.ipynb",
        "broken.ipynb",
        "photo.jpg",
        "scan.pdf",
        "empty.ipynb",
        "own.ipynb",
    }
    assert "is damaged: it is not a whole notebook file" in receipts["broken.ipynb"]
    assert "is a picture. Send the worksheet itself: a notebook, a .docx file" in receipts["photo.jpg"]
    assert "is damaged: it is not a whole PDF file" in receipts["scan.pdf"]
    assert "is empty" in receipts["empty.ipynb"]
    assert "is a notebook, but no worksheet of this kit" in receipts["own.ipynb"]
    assert office.values("goals.statement") == [GOAL, "A second goal"]


def test_a_folder_without_files_among_files_is_named(office: Office, returned: Path) -> None:
    folder = office.out / "nothing"
    folder.mkdir()
    (folder / ".DS_Store").write_bytes(b"x")
    empty, read = office.collect(folder, returned)
    assert (str(empty), empty.status) == ("nothing is a folder without files. Nothing was taken from it.", "unreadable")
    assert read.file == returned.name


def test_a_zip_file_is_read_without_unpacking_it_and_bad_entries_are_named(office: Office, returned: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("x.ipynb", returned.read_bytes())
    path = _zip(
        office.out / "all.zip",
        {
            "OH/good.ipynb": returned.read_bytes(),
            "../../outside.ipynb": returned.read_bytes(),
            "C:\\windows\\x.ipynb": b"{}",
            "__MACOSX/OH/._good.ipynb": b"noise",
            "nested.zip": inner.getvalue(),
        },
    )
    receipts = {receipt.file: str(receipt) for receipt in office.collect(path)}
    assert "saved" in receipts["all.zip: OH/good.ipynb"]
    assert "path leads out of the zip file" in receipts["all.zip: ../../outside.ipynb"]
    assert "zip file within a zip file" in receipts["all.zip: nested.zip"]
    assert len(receipts) == 4
    assert not (office.out.parent / "outside.ipynb").exists()


def test_a_zip_bomb_is_named_and_the_others_go_on(
    office: Office, returned: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 1_000_000)
    path = _zip(office.out / "x.zip", {"bomb.ipynb": b"0" * 20_000_000, "good.ipynb": returned.read_bytes()})
    bomb, good = office.collect(path)
    assert "is far too large once unpacked" in str(bomb)
    assert good.counts["saved"] == 1


def test_a_damaged_zip_file_and_a_damaged_entry_are_named(office: Office, returned: Path) -> None:
    path = _zip(office.out / "x.zip", {"a.ipynb": returned.read_bytes()})
    whole = path.read_bytes()
    (office.out / "half.zip").write_bytes(whole[: len(whole) // 2])
    middle = bytearray(whole)
    middle[200:260] = b"\0" * 60
    (office.out / "bad.zip").write_bytes(bytes(middle))
    half, bad = office.collect(office.out / "half.zip", office.out / "bad.zip")
    assert "half.zip is damaged: it is not a whole zip file" in str(half)
    assert "bad.zip: a.ipynb is damaged" in str(bad)


def test_a_docx_bomb_and_hostile_xml_are_named(office: Office) -> None:
    entity = b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c SYSTEM "file:///etc/passwd">]><x>&c;</x>'
    folder = office.settings.home
    made = [_zip(folder / "entity.docx", {"word/document.xml": entity})]
    made.append(_zip(folder / "bomb.docx", {"word/document.xml": b" " * 70_000_000}))
    for receipt in office.collect(*made):
        assert receipt.status == "unreadable"
        assert "root:" not in str(receipt)


def test_deeply_nested_json_is_named(office: Office) -> None:
    path = office.settings.home / "deep.ipynb"
    path.write_text('{"cells":' * 100_000)
    [receipt] = office.collect(path)
    assert receipt.status == "unreadable"


def test_a_worksheet_of_an_unknown_series_or_state_is_named(office: Office, returned: Path) -> None:
    text = returned.read_text("utf-8")
    (office.out / "a.ipynb").write_text(text.replace("worksheet 2026/1/OH", "worksheet 1999/1/OH"))
    (office.out / "b.ipynb").write_text(text.replace("worksheet 2026/1/OH", "worksheet 2026/9/OH"))
    (office.out / "c.ipynb").write_text(text.replace("worksheet 2026/1/OH", "worksheet 2026/1/QQ"))
    for receipt in office.collect(*(office.out / f"{name}.ipynb" for name in "abc")):
        assert "belongs to something that is not known here" in str(receipt)


def test_a_path_that_is_not_there_is_a_usage_error(office: Office) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.ipynb cannot be found"):
        office.collect(Path("nowhere.ipynb"))


def test_a_trial_run_says_what_would_happen_and_changes_nothing(office: Office, returned: Path) -> None:
    count = office.count()
    [trial] = office.collect(returned, dry_run=True)
    assert office.count() == count
    [real] = office.collect(returned)
    assert trial.counts == real.counts
    assert "trial run" in str(trial)


def test_hostile_signs_in_names_and_answers_are_shown_and_never_stop_the_others(office: Office, returned: Path) -> None:
    text = returned.read_text("utf-8")
    strange = office.out / "x\x1b[31m\udce9.ipynb"
    strange.write_text(text.replace("A second goal", "Half \\ud800 and \\u0000 and \\u001b[31m"), "utf-8")
    (office.out / "nan.ipynb").write_text(text.replace('"nbformat":', '"x": NaN, "nbformat":', 1), "utf-8")
    receipts = office.collect(strange, office.out / "nan.ipynb", returned)
    assert [receipt.status for receipt in receipts] == ["read", "unreadable", "read"]
    for receipt in receipts:
        str(receipt).encode("utf-8")
        assert "\x1b" not in str(receipt)
    assert office.values("goals.statement") == [GOAL, "Half � and � and [31m", "A second goal"]


def test_worksheets_are_taken_into_postgresql_alike(office: Office, returned: Path, postgres_database: str) -> None:
    settings = Settings(office.settings.home, postgres_database)
    [first] = collect(settings, [returned])
    assert first.counts["saved"] == 1
    [again] = collect(settings, [returned])
    assert again.counts["there"] == 1


def test_a_zip_of_many_bombs_stops_early(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.out.mkdir()
    monkeypatch.setattr(files, "MOST_BYTES", 100_000)
    monkeypatch.setattr(files, "MOST_UNPACKED", 1_000_000)
    bombs = {f"{number}.ipynb": b"0" * 200_000 for number in range(50)}
    path = _zip(office.out / "x.zip", bombs)
    receipts = office.collect(path)
    assert len(receipts) < 15
    assert "the rest of its files were passed over" in str(receipts[-1])


def test_a_zip_with_a_huge_index_is_refused_before_it_is_read(office: Office, returned: Path) -> None:
    path = office.out / "index.zip"
    path.write_bytes(b"PK\x03\x04" + b"PK\x01\x02" * 200_000)
    began = time.monotonic()
    index, good = office.collect(path, returned)
    assert time.monotonic() - began < 20
    assert index.reason == "holds more than 5,000 files, which are the most that are read at once"
    assert good.counts["saved"] == 1


def test_files_with_endless_structure_or_answers_are_one_sentence_each(office: Office, returned: Path) -> None:
    folder = office.settings.home / "hostile"
    folder.mkdir()
    (folder / "arrays.ipynb").write_text('{"nbformat": 4, "cells": [' + "[]," * 1_100_000 + "[]]}")
    body = '<w:document xmlns:w="x">' + "<w:p/>" * 1_100_000 + "</w:document>"
    _zip(folder / "tags.docx", {"word/document.xml": body.encode()})
    entity = b'<!DOCTYPE x [<!ENTITY c SYSTEM "file:///etc/passwd">]><x>&c;</x>'
    _zip(folder / "entity.docx", {"word/document.xml": entity})
    notebook = json.loads(returned.read_text("utf-8"))
    cell = next(cell for cell in notebook["cells"] if "A second goal" in "".join(cell["source"]))
    source = "".join(cell["source"])
    notebook["cells"] += [{**cell, "source": source.replace("A second", f"A {n}.")} for n in range(100)]
    (folder / "copies.ipynb").write_text(json.dumps(notebook), "utf-8")
    os.mkfifo(office.out / "pipe.ipynb")
    [pipe] = office.collect(office.out / "pipe.ipynb")
    assert pipe.reason == "is not a regular file", "reading it would wait without end"
    (folder / "good.ipynb").write_bytes(returned.read_bytes())
    receipts = {receipt.file: receipt for receipt in office.collect(folder)}
    assert receipts.pop("good.ipynb").counts["saved"] == 1
    assert {name: receipt.reason for name, receipt in receipts.items()} == {
        "arrays.ipynb": "is far more complicated than any worksheet",
        "tags.docx": "is far more complicated than any worksheet",
        "entity.docx": "was changed by hand: it refers to files of another computer",
        "copies.ipynb": "holds more answers than any worksheet asks for",
    }
    assert office.values("goals.statement") == [GOAL, "A second goal"]


def _format_3(text: str) -> bytes:
    notebook = json.loads(text)
    cells = [
        {**cell, "input": cell.pop("source")} if cell["cell_type"] == "code" else cell for cell in notebook["cells"]
    ]
    return json.dumps({"nbformat": 3, "metadata": notebook["metadata"], "worksheets": [{"cells": cells}]}).encode()


def _colab(text: str) -> bytes:
    """Without our metadata and cell ids, with Colab's own."""
    notebook = json.loads(text)
    cells = [
        {"cell_type": cell["cell_type"], "source": cell["source"], "metadata": {"id": f"Xy{number}"}}
        for number, cell in enumerate(notebook["cells"])
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 0, "metadata": {"colab": {}}, "cells": cells}).encode()


def _databricks_source(text: str) -> bytes:
    cells = ["".join(cell["source"]) for cell in json.loads(text)["cells"]]
    parts = ["\n".join(f"# MAGIC {line}" for line in f"%md\n{cell}".split("\n")) for cell in cells]
    return ("# Databricks notebook source\n" + "\n\n# COMMAND ----------\n\n".join(parts)).encode()


SAVED_BY = {
    "Colab": _colab,
    "VS Code on Windows": lambda text: text.replace("\n", "\r\n").encode("utf-8-sig"),
    "Databricks": lambda text: f"# Databricks notebook source\n{text}".encode(),
    "Databricks, as source": _databricks_source,
    "format 3": _format_3,
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16 without a mark": lambda text: text.encode("utf-16-le"),
}


@pytest.mark.parametrize("program", SAVED_BY)
def test_notebooks_are_read_as_other_programs_save_them(office: Office, returned: Path, program: str) -> None:
    saved = returned.with_name("saved.ipynb")
    saved.write_bytes(SAVED_BY[program](returned.read_text("utf-8")))
    [receipt] = office.collect(saved)
    assert (receipt.status, receipt.counts.get("saved")) == ("read", 1), str(receipt)
    assert office.values("goals.statement") == [GOAL, "A second goal"]


def test_a_receipt_names_the_row_and_thanks_those_who_answered(office: Office) -> None:
    change = both(fill("Your name", "Pat Lee"), fill("By when", "soon", "Step 2"))
    [receipt] = office.collect(edit(office.make(), change))
    assert "Our next steps – New step – Next steps: By when: your worksheet says “soon”" in str(receipt)
    assert str(receipt).startswith(
        "edited-2026-session-1-OH-worksheet.ipynb: There is nothing new in it. Thank you, Pat"
    )
    [trial] = office.collect(edit(office.make(), fill("The goal", "Another", "Goal 2")), dry_run=True)
    assert "This is a trial run: nothing was changed." in str(trial)
    assert "1 answer is new and would be saved." in str(trial)


@pytest.mark.parametrize("kind", ["ipynb", "docx", "pdf"])
def test_forty_thousand_characters_come_back_as_they_went_out(office: Office, kind: str) -> None:
    office.say("organizing_structure", "reason", ("Every word counts. " * 2_106).rstrip())
    [receipt] = office.collect(office.make(kind))
    assert set(receipt.counts) == {"unchanged"}, str(receipt)


@pytest.mark.parametrize("typed", ["-5", " -5 ", "\u22125", "-5 days"])
def test_a_negative_number_is_written_and_read(typed: str) -> None:
    asks = NumberPrompt(kind="number", id="change", label="Change", minimum=-10, maximum=10, unit="days")
    assert read_value(asks, typed) == -5
    assert read_value(asks, write_value(asks, -5)) == -5
    assert asks.find_problem(-5) is None
    assert asks.format_value(-5) == "-5 days"
