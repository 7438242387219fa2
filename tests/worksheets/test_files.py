"""What comes back besides whole worksheets: folders, zip files, damage, strangers, and files made to do harm."""

from __future__ import annotations

import io
import json
import os
import shutil
import zipfile
from pathlib import Path

import pytest

from cluster_kit.errors import UsageError
from cluster_kit.settings import Settings
from cluster_kit.worksheets import collect, files
from tests.worksheets.conftest import GOAL, Office, edit, fill


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
    assert "is a picture. Bring a notebook or a .docx file instead" in receipts["photo.jpg"]
    assert "is a PDF file" in receipts["scan.pdf"]
    assert "is empty" in receipts["empty.ipynb"]
    assert "is a notebook, but no worksheet of this kit" in receipts["own.ipynb"]
    assert office.values("goals.statement") == [GOAL, "A second goal"]


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
