"""A file from outside to a workbook of plain cells, or one clear sentence on why it is none."""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cluster_kit.content.errors import WorkbookError

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MAX_FILE = 20_000_000
_MAX_UNPACKED = 60_000_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class CellText:
    """What a cell says. ``trouble`` is set where that is no text (a formula, an error)."""

    text: str
    trouble: str = ""


def open_workbook(path: Path) -> dict[str, Worksheet]:
    """The workbook's sheets by name, in lower case. ``WorkbookError`` says what else the file is."""
    from openpyxl import load_workbook

    raw = _read(path)
    reason = _no_workbook(raw)
    if reason:
        raise WorkbookError(path, reason)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that are not read anyway
            book = load_workbook(io.BytesIO(raw))
    except Exception as error:  # whatever a damaged file makes the library raise
        raise WorkbookError(path, "is damaged, or is no Excel workbook: save it again as .xlsx") from error
    return {sheet.title.strip().casefold(): sheet for sheet in book.worksheets}


def read_rows(sheet: Worksheet) -> Iterator[tuple[int, list[CellText]]]:
    """Every row that says something, with its number, from 1."""
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = [_cell_text(cell) for cell in row]
        if any(cell.text.strip() or cell.trouble for cell in cells):
            yield number, cells


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MAX_FILE:
            raise WorkbookError(path, "is larger than 20 MB: no instrument is that long")
        return path.read_bytes()
    except OSError as error:
        raise WorkbookError(path, f"cannot be read: {error.strerror}") from error


def _no_workbook(raw: bytes) -> str | None:
    """Why these bytes are no workbook that can be read, or None where they may be one."""
    if not raw:
        return "is empty: nothing was saved in it"
    if raw.startswith(_OLE):
        if _ENCRYPTED in raw:
            return "is protected with a password: save it without one"
        return "is in the old .xls format: save it as .xlsx"
    if not zipfile.is_zipfile(io.BytesIO(raw)):
        return "is no Excel workbook: save it as .xlsx"
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        names = archive.namelist()
        size = sum(entry.file_size for entry in archive.infolist())
    if "xl/vbaProject.bin" in names:
        return "holds macros, which are never run or read: save it as .xlsx, without macros"
    if "mimetype" in names and "content.xml" in names:
        return "is an OpenDocument file: save it as .xlsx"
    if "xl/workbook.xml" not in names:
        return "is no Excel workbook: save it as .xlsx"
    return "is far too large once unpacked" if size > _MAX_UNPACKED else None


def _cell_text(cell: Cell | Any) -> CellText:
    value = cell.value
    if value is None:
        return CellText("")
    if cell.data_type == "f":
        return CellText("", "is a formula: write the text itself")
    if cell.data_type == "e":
        return CellText("", f"shows an error ({value}): write the text itself")
    if isinstance(value, bool):
        return CellText(str(value).lower())
    if isinstance(value, float):
        return CellText(f"{value:.15g}")
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return CellText(value.date().isoformat())
    return CellText(_clean(str(value)))


def _clean(text: str) -> str:
    """The text with one kind of line break, and without characters that cannot be seen."""
    from openpyxl.utils.escape import unescape

    plain: str = unescape(text)
    return _CONTROL.sub("", plain.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n"))
