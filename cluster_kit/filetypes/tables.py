"""Read any file that may have tables (a workbook, delimited text, or a JSON list) as sheets of cells.

This is the one reader behind rosters, program lists, crosswalks, and published examples. Formulas are read as their
saved values, macros are ignored, and the apostrophe with which the kit guards cells is left out. Size, cells, and time
are limited, whatever a file claims to contain.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cluster_kit.errors import ClusterKitError
from cluster_kit.filetypes.decoding import DecodedText
from cluster_kit.filetypes.kinds import DELIMITED, WORKBOOKS, FileKind, explain_kind, inspect_file
from cluster_kit.filetypes.mapping import SheetChoice
from cluster_kit.filetypes.separated import find_separator, read_separated
from cluster_kit.filetypes.sheets import MAX_CELLS, MAX_UNPACKED_BYTES, CellValue, SheetCells, SheetError, read_sheets
from cluster_kit.text import unguard_formula

LONGEST_CELL = 20_000
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384  # those of an Excel sheet
_MOST_JSON_KEYS = 500
_LIST_SEPARATOR = "; "


class TableError(ClusterKitError, ValueError):
    """A file without a table that can be read. The message continues a sentence that starts with the file's name."""


@dataclass(frozen=True)
class TableLimits:
    """The largest file that is read, and what to say of a larger one after "is larger than 5 MB"."""

    max_bytes: int
    reason: str
    max_unpacked: int = MAX_UNPACKED_BYTES
    max_rows: int = MAX_ROWS


@dataclass(frozen=True)
class TableFile:
    """The sheets of a file; a text or JSON file has one, with an empty name. Visible sheets come first.

    ``lines`` has, for a text file, the line of each row of its sheet, from 1; a row may have several lines. ``text``
    and ``separator`` are set for delimited text.
    """

    kind: FileKind
    sheets: tuple[SheetCells, ...]
    lines: tuple[int, ...] = ()
    text: DecodedText | None = None
    separator: str = ""
    has_macros: bool = False

    def line_of(self, row: int) -> int:
        """The number that people know a row by, from its index in the sheet: its line, or its row number."""
        return self.lines[row] if row < len(self.lines) else row + 1


def list_choices(sheets: Sequence[SheetCells]) -> tuple[SheetChoice, ...]:
    """The sheets that are not empty, to choose from; none if there is only one."""
    choices = tuple(SheetChoice(sheet.name, sheet.is_hidden) for sheet in sheets if sheet.rows)
    return choices if len(choices) > 1 else ()


def read_table_file(raw: bytes, wanted: str, limits: TableLimits) -> TableFile:
    """Every sheet of a file. ``wanted`` names the file to provide instead of an unreadable one.

    Raises
    ------
    TableError
        If the file is too large, or has no table that can be read.
    """
    if len(raw) > limits.max_bytes:
        raise TableError(f"is larger than {limits.max_bytes // 1_000_000} MB{limits.reason}")
    file = inspect_file(raw)
    if file.kind in WORKBOOKS:
        try:
            sheets = read_sheets(file, wanted, limits.max_unpacked)
        except SheetError as error:
            raise TableError(str(error)) from error
        visible_first = sorted(sheets, key=lambda sheet: sheet.is_hidden)
        return TableFile(file.kind, tuple(visible_first), has_macros=file.has_macros)
    if file.text and file.kind in DELIMITED:
        return _read_text(file.kind, file.text, wanted, limits.max_rows)
    if file.text and file.kind is FileKind.JSON and (rows := _read_json(file.text.text)):
        return TableFile(file.kind, (SheetCells("", rows),))
    raise TableError(explain_kind(file.kind, wanted))


def _read_text(kind: FileKind, decoded: DecodedText, wanted: str, max_rows: int) -> TableFile:
    separator = find_separator(decoded.text)
    rows: list[list[CellValue]] = []
    lines: list[int] = []
    cells = 0
    try:
        for line, row in read_separated(decoded.text, separator):
            if max(map(len, row), default=0) > LONGEST_CELL:
                raise csv.Error
            cells += len(row)
            if len(rows) >= max_rows:
                raise TableError(f"has more than {max_rows:,} rows. Bring the table that is wanted alone.")
            if cells > MAX_CELLS or len(row) > MAX_COLUMNS:
                most = f"{MAX_CELLS:,} cells" if cells > MAX_CELLS else f"{MAX_COLUMNS:,} cells in row {len(rows) + 1}"
                raise TableError(f"has more than {most}. Bring the table that is wanted alone.")
            rows.append([unguard_formula(cell) for cell in row])
            lines.append(line)
    except csv.Error as error:
        raise TableError(
            f"cannot be read from row {len(rows) + 1} on: a cell there has more than {LONGEST_CELL:,} characters, "
            f"most often because a quotation mark opens that nothing closes. Remove it, or save the list as {wanted}."
        ) from error
    if lines and _has_open_quote(decoded.text, lines[-1]):
        raise TableError(
            f"has a quotation mark in line {lines[-1]} that nothing closes, so the lines below it are one cell. Remove "
            f"it, or save the list as {wanted}."
        )
    return TableFile(kind, (SheetCells("", rows),), tuple(lines), decoded, separator)


def _has_open_quote(text: str, last: int) -> bool:
    """Whether the last row, from this line, ends with a cell of several lines that no quotation mark closes."""
    below = len(text.rstrip().splitlines()) - last
    return below > 0 and text.count('"') % 2 == 1 and not text.rstrip().endswith('"')


# --- JSON ------------------------------------------------------------------------------------------------------


def _read_json(text: str) -> list[list[CellValue]]:
    """The rows of a list of objects, below a row with their keys; empty if there is no such list.

    The list may be the whole file, a value in an object, or one object in each line. Keys of an object within an
    object follow its own key, and a list of values is one cell.
    """
    objects = [_flatten(one) for one in _find_objects(_parse_json(text))]
    keys = list(dict.fromkeys(key for one in objects for key in one))[:_MOST_JSON_KEYS]
    if not keys or len(keys) * len(objects) > MAX_CELLS:
        return []
    return [[*keys], *([one.get(key) for key in keys] for one in objects)]


def _parse_json(text: str) -> object:
    try:
        return json.loads(text, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        pass
    try:
        return [json.loads(line, parse_constant=lambda _: None) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError):
        return None


def _find_objects(data: object) -> list[dict[str, Any]]:
    """The list of objects that this is, or the longest such list among an object's values."""
    if isinstance(data, list):
        return data if data and all(isinstance(one, dict) for one in data) else []
    if isinstance(data, dict):
        return max((_find_objects(value) for value in data.values() if isinstance(value, list)), key=len, default=[])
    return []


def _flatten(record: dict[str, Any], before: str = "") -> dict[str, CellValue]:
    flat: dict[str, CellValue] = {}
    for key, value in record.items():
        if isinstance(value, dict) and not before:
            flat |= _flatten(value, f"{key} ")
        elif isinstance(value, list):
            words = [str(one) for one in value if isinstance(one, str | int | float)]
            flat[f"{before}{key}"] = _LIST_SEPARATOR.join(words)[:LONGEST_CELL]
        elif value is None or isinstance(value, str | int | float | bool):
            flat[f"{before}{key}"] = value[:LONGEST_CELL] if isinstance(value, str) else value
    return flat
