"""Real files of many kinds."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable

import xlsxwriter
from docx import Document

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ODS = (
    '<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="Programs">{rows}</table:table></office:spreadsheet></office:body>'
    "</office:document-content>"
)


def make_zip(parts: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def make_workbook(cells: Iterable[tuple[int, int, object]], blank: Iterable[tuple[int, int]] = ()) -> bytes:
    """A workbook of one sheet with these values, and cells that are formatted and empty."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet, bold = book.add_worksheet("Programs"), book.add_format({"bold": True})
        for row, column, value in cells:
            sheet.write(row, column, value)
        for row, column in blank:
            sheet.write_blank(row, column, None, bold)
    return buffer.getvalue()


def make_ods(rows: str) -> bytes:
    mimetype = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{mimetype}"/></manifest:manifest>'
    )
    return make_zip({"mimetype": mimetype, "META-INF/manifest.xml": manifest, "content.xml": _ODS.format(rows=rows)})


def make_ods_cell(text: str, repeated: int = 1) -> str:
    return (
        f'<table:table-cell office:value-type="string" table:number-columns-repeated="{repeated}">'
        f"<text:p>{text}</text:p></table:table-cell>"
    )


def make_document() -> bytes:
    buffer = io.BytesIO()
    Document().save(buffer)
    return buffer.getvalue()


NOTEBOOK = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
