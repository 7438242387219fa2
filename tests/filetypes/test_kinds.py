"""Detection of file types by content, with real files of every common kind."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from cluster_kit.filetypes import DELIMITED, FileKind, explain_kind, inspect_file
from tests.filetypes.samples import NOTEBOOK, OLE, make_document, make_ods, make_workbook, make_zip

WORKBOOK = make_workbook([(0, 0, "CIP")])
KINDS = {
    "nothing": (b"", FileKind.EMPTY),
    "line ends": (b"\r\n\r\n", FileKind.EMPTY),
    "a mark alone": (b"\xef\xbb\xbf", FileKind.EMPTY),
    "a mark of UTF-16 alone": (b"\xff\xfe", FileKind.EMPTY),
    "empty cells": (b",,,\r\n,,,\r\n", FileKind.EMPTY),
    "workbook": (WORKBOOK, FileKind.XLSX),
    "workbook cut short": (WORKBOOK[: len(WORKBOOK) // 2], FileKind.DAMAGED_ZIP),
    "binary workbook": (make_zip({"xl/workbook.bin": b"\x83\x01"}), FileKind.XLSB),
    "document": (make_document(), FileKind.DOCX),
    "presentation": (make_zip({"ppt/presentation.xml": "<p/>"}), FileKind.PPTX),
    "OpenDocument spreadsheet": (make_ods(""), FileKind.ODS),
    "OpenDocument text": (
        make_zip({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}),
        FileKind.OPEN_DOCUMENT,
    ),
    "Numbers": (make_zip({"Index/Document.iwa": b"\0"}), FileKind.IWORK),
    "zip file": (make_zip({"answers/OH.ipynb": NOTEBOOK}), FileKind.ZIP),
    "old workbook": (OLE + bytes(504) + "Workbook\0".encode("utf-16-le"), FileKind.XLS),
    "very old workbook": (OLE + bytes(504) + "Book\0".encode("utf-16-le"), FileKind.XLS),
    "old document": (OLE + bytes(504) + "WordDocument\0".encode("utf-16-le"), FileKind.DOC),
    "protected workbook": (OLE + bytes(504) + "EncryptedPackage".encode("utf-16-le"), FileKind.PROTECTED),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", FileKind.PDF),
    "rich text": (rb"{\rtf1\ansi Goals}", FileKind.RTF),
    "notebook": (NOTEBOOK.encode(), FileKind.NOTEBOOK),
    "notebook in UTF-16": (NOTEBOOK.encode("utf-16"), FileKind.NOTEBOOK),
    "notebook with a mark": (NOTEBOOK.encode("utf-8-sig"), FileKind.NOTEBOOK),
    "address cards": (b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ana Reyes\r\nEND:VCARD\r\n", FileKind.CARDS),
    "calendar": (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n", FileKind.CALENDAR),
    "JSON list": (b'[{"cip": "01.0101"}]', FileKind.JSON),
    "notebook cut short": (NOTEBOOK.encode()[:20], FileKind.JSON),
    "web page": (b"<html><table><tr><td>CIP</td></tr></table></html>", FileKind.HTML),
    "web page called a workbook": (b"\xef\xbb\xbf\r\n<!DOCTYPE html><html></html>", FileKind.HTML),
    "XML": (b'<?xml version="1.0"?><programs/>', FileKind.XML),
    "commas": (b"State,Name\r\nOH,Ana\r\n", FileKind.CSV),
    "semicolons": (b"State;Name\r\nOH;Ana\r\n", FileKind.CSV),
    "bars": (b"State|Name\nOH|Ana\n", FileKind.CSV),
    "tabs in UTF-16, as Excel's Unicode text": ("State\tName\r\nOH\tAna\r\n".encode("utf-16"), FileKind.TSV),
    "a header that begins as a zip file does": (b"PK,Name\r\n1,Ana\r\n", FileKind.CSV),
    "a cell in square brackets": (b"[State],Name\r\nOH,Ana\r\n", FileKind.CSV),
    "words": (b"Goals of our state\n", FileKind.TEXT),
    "picture": (b"\xff\xd8\xff\xe0\0\x10JFIF", FileKind.PICTURE),
    "binary data": (bytes(range(256)) * 8, FileKind.BINARY),
    "binary data that decodes": (b"\x01\x02\x03\x04\x05" * 100, FileKind.BINARY),
}


@pytest.mark.parametrize("name", KINDS)
def test_a_file_is_told_by_its_content(name: str) -> None:
    raw, kind = KINDS[name]
    file = inspect_file(raw)
    assert file.kind is kind
    assert (file.text is not None) == (
        kind
        in DELIMITED
        | {FileKind.NOTEBOOK, FileKind.JSON, FileKind.HTML, FileKind.XML, FileKind.CARDS, FileKind.CALENDAR}
    )


def test_a_database_is_told(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "store.sqlite3")
    connection.execute("CREATE TABLE answers (id)")
    connection.close()
    assert inspect_file((tmp_path / "store.sqlite3").read_bytes()).kind is FileKind.DATABASE


def test_macros_and_the_unpacked_size_are_known() -> None:
    file = inspect_file(make_zip({"xl/workbook.xml": b" " * 5000, "xl/vbaProject.bin": b"\0" * 10}))
    assert (file.kind, file.has_macros, file.unpacked_bytes) == (FileKind.XLSX, True, 5010)
    assert not inspect_file(WORKBOOK).has_macros


@pytest.mark.parametrize("kind", FileKind)
def test_every_kind_is_explained_in_two_sentences(kind: FileKind) -> None:
    sentence = explain_kind(kind, "an .xlsx file")
    assert sentence.startswith("is ")
    assert sentence.endswith(".")
    assert "{" not in sentence
