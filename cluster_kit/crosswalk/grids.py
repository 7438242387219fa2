"""A file of any kind that people keep program lists in, as plain grids of cells.

Nothing in a workbook is run: formulas come as the values that were saved with them, macros are passed over.
"""

from __future__ import annotations

import csv

from cluster_kit.crosswalk.errors import UnreadableListError
from cluster_kit.crosswalk.findings import Notes
from cluster_kit.filetypes import (
    DELIMITED,
    WORKBOOKS,
    CellValue,
    DecodedText,
    FileKind,
    SheetCells,
    SheetError,
    explain_kind,
    find_separator,
    inspect_file,
    read_separated,
    read_sheets,
)

Cell = CellValue
Grid = SheetCells  # of a text file there is one, with an empty name

MAX_BYTES = 60_000_000
_LONGEST_TEXT = 20_000
_WANTED = "an .xlsx or .csv file"
_EMPTY = "is empty. Export the list of programs once more."
_SEPARATORS = {"\t": "tabs", ";": "semicolons", "|": "bars"}


def read_grids(name: str, raw: bytes, notes: Notes) -> list[Grid]:
    """Every sheet of a file, in its order; what was noticed on the way goes into ``notes``.

    Raises ``UnreadableListError`` with one sentence where nothing can be read.
    """
    if len(raw) > MAX_BYTES:
        reason = f"is larger than {MAX_BYTES // 1_000_000} MB. Bring the list of programs alone."
        raise UnreadableListError(name, reason)
    file = inspect_file(raw)
    if file.kind is FileKind.EMPTY:
        raise UnreadableListError(name, _EMPTY)
    if file.text and file.kind in DELIMITED:
        return [Grid("", _read_text(name, file.text, notes))]
    if file.kind not in WORKBOOKS:
        raise UnreadableListError(name, explain_kind(file.kind, _WANTED))
    if file.has_macros:
        notes.add("macros", example=name)
    try:
        grids = read_sheets(file, _WANTED)
    except SheetError as error:
        raise UnreadableListError(name, str(error)) from error
    if not any(grid.rows for grid in grids):
        raise UnreadableListError(name, _EMPTY)
    return grids


def _read_text(name: str, decoded: DecodedText, notes: Notes) -> list[list[Cell]]:
    """The rows of a text file, every cell a text."""
    _note_encoding(decoded, notes)
    separator = find_separator(decoded.text)
    if separator in _SEPARATORS:
        notes.add("separator", example=_SEPARATORS[separator])
    rows: list[list[Cell]] = []
    try:
        for _, row in read_separated(decoded.text, separator):
            if any(len(cell) > _LONGEST_TEXT for cell in row):
                raise csv.Error
            rows.append([*row])
    except csv.Error as error:
        reason = (
            f"cannot be read from row {len(rows) + 1} on: a quotation mark opens there that nothing closes. "
            "Remove it, or save the list as .xlsx."
        )
        raise UnreadableListError(name, reason) from error
    return rows


def _note_encoding(decoded: DecodedText, notes: Notes) -> None:
    lines = decoded.text.split("\n") if decoded.legacy_lines else []
    for number in decoded.legacy_lines:
        kind = "mixed_encoding" if decoded.is_mixed else "old_encoding"
        notes.add(kind, number, lines[number - 1].strip()[:60])
