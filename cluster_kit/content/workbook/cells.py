"""Open an external file as a workbook of plain cells, or explain in a sentence why it is not one."""

from __future__ import annotations

import datetime as dt
import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cluster_kit.content.errors import WorkbookError
from cluster_kit.filetypes import (
    CellValue,
    FileKind,
    InspectedFile,
    SheetError,
    explain_kind,
    inspect_file,
    read_sheets,
)

_MAX_FILE = 20_000_000
_MAX_UNPACKED = 60_000_000
_WANTED = "an .xlsx file"
_DAMAGED = "is damaged, or is no Excel workbook: save it again as .xlsx"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class CellText:
    """A cell's text. ``trouble`` is set for a cell without text (a formula, an error)."""

    text: str
    trouble: str = ""


# Problems of cells, by row and column from 1.
Troubles = dict[int, dict[int, str]]


@dataclass(frozen=True)
class Sheet:
    """A sheet's values, and its cells without text. Row 1 is ``rows[0]``."""

    rows: list[list[CellValue]]
    troubles: Troubles


def open_workbook(path: Path) -> dict[str, Sheet]:
    """The rows of the workbook's sheets by name, in lower case. Raises ``WorkbookError`` for another kind of file."""
    file = inspect_file(_read(path))
    if file.kind is not FileKind.XLSX:
        raise WorkbookError(path, explain_kind(file.kind, _WANTED).removesuffix("."))
    if file.has_macros:
        raise WorkbookError(path, "holds macros, which are never run or read: save it as .xlsx, without macros")
    try:
        found = {sheet.name: sheet.repeat_merged() for sheet in read_sheets(file, _WANTED, _MAX_UNPACKED)}
        troubles = _find_troubles(file)
    except SheetError as error:
        raise WorkbookError(path, str(error).removesuffix(".")) from error
    except Exception as error:  # the libraries may raise anything for a damaged file
        raise WorkbookError(path, _DAMAGED) from error
    return {name.strip().casefold(): Sheet(rows, troubles.get(name, {})) for name, rows in found.items()}


def read_rows(sheet: Sheet) -> Iterator[tuple[int, list[CellText]]]:
    """Every non-empty row with its number, from 1."""
    for number in sorted({*range(1, len(sheet.rows) + 1), *sheet.troubles}):
        values = sheet.rows[number - 1] if number <= len(sheet.rows) else []
        cells = _read_row(values, sheet.troubles.get(number, {}))
        if any(cell.text.strip() or cell.trouble for cell in cells):
            yield number, cells


def _read_row(values: list[CellValue], troubles: dict[int, str]) -> list[CellText]:
    cells = [CellText(_cell_text(value)) for value in values]
    cells += [CellText("")] * (max(troubles, default=0) - len(cells))  # trailing cells may have no value
    for column, trouble in troubles.items():
        cells[column - 1] = CellText("", trouble)
    return cells


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MAX_FILE:
            raise WorkbookError(path, "is larger than 20 MB: no instrument is that long")
        return path.read_bytes()
    except OSError as error:
        raise WorkbookError(path, f"cannot be read: {error.strerror}") from error


def _cell_text(value: CellValue) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float():
            return f"{value:.15g}"
        case dt.datetime() if value.time() == dt.time():
            return value.date().isoformat()
        case _:
            return _clean(str(value))


def _clean(text: str) -> str:
    """The text with normalized line breaks and without invisible characters."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n"))


# --- formulas and errors, of which the reader returns only values --------------------------------------------------


def _find_troubles(file: InspectedFile) -> dict[str, Troubles]:
    """The problems of cells with a formula or an error, by sheet."""
    with zipfile.ZipFile(io.BytesIO(file.raw)) as archive:
        targets = {
            one.get("Id"): posixpath.join("/xl", one.get("Target", "")).lstrip("/")
            for one in _parse(archive, "xl/_rels/workbook.xml.rels", "Relationship")
        }
        sheets = {
            one.get("name", ""): targets.get(next((id_ for key, id_ in one.items() if key.endswith("}id")), ""), "")
            for one in _parse(archive, "xl/workbook.xml", "sheet")
        }
        return {name: _find_in_sheet(archive, part) for name, part in sheets.items()}


def _find_in_sheet(archive: zipfile.ZipFile, part: str) -> Troubles:
    found: Troubles = {}
    for cell in _parse(archive, part, "c"):
        place = re.fullmatch(r"([A-Z]{1,3})([0-9]+)", cell.get("r", ""))
        if place is None:
            continue
        row, column = int(place[2]), _column_number(place[1])
        if cell.find("{*}f") is not None:
            found.setdefault(row, {})[column] = "is a formula: write the text itself"
        elif cell.get("t") == "e":
            error = cell.findtext("{*}v") or "#ERROR!"
            found.setdefault(row, {})[column] = f"shows an error ({error}): write the text itself"
    return found


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _parse(archive: zipfile.ZipFile, part: str, tag: str) -> Iterator[Any]:
    """Each element of this name, at any depth."""
    from lxml import etree

    with archive.open(part) as source:
        for _, element in etree.iterparse(source, tag=f"{{*}}{tag}", resolve_entities=False, no_network=True):
            yield element
            element.clear()
