"""A program list in any supported file format as plain grids of cells.

Nothing in a workbook is executed: formulas are read as their saved values, macros are ignored.
"""

from __future__ import annotations

from cluster_kit.crosswalk.errors import UnreadableListError
from cluster_kit.crosswalk.findings import FindingCollector
from cluster_kit.filetypes import (
    CellValue,
    DecodedText,
    FileKind,
    SheetCells,
    TableError,
    TableLimits,
    inspect_file,
    read_table_file,
)

Cell = CellValue
Grid = SheetCells  # a text file has one, with an empty name

MAX_BYTES = 60_000_000
_FEW_BYTES = 100_000  # a larger file is not empty
_LIMITS = TableLimits(MAX_BYTES, ". Bring the list of programs alone.")
_WANTED = "an .xlsx or .csv file"
_EMPTY = "is empty. Export the list of programs once more."
_SEPARATORS = {"\t": "tabs", ";": "semicolons", "|": "bars"}


def read_grids(name: str, raw: bytes, notes: FindingCollector) -> list[Grid]:
    """Every sheet of a file, visible ones first; findings are added to ``notes``.

    Raises ``UnreadableListError`` with one sentence if nothing can be read.
    """
    if len(raw) < _FEW_BYTES and inspect_file(raw).kind is FileKind.EMPTY:
        raise UnreadableListError(name, _EMPTY)
    try:
        file = read_table_file(raw, _WANTED, _LIMITS)
    except TableError as error:
        raise UnreadableListError(name, str(error)) from error
    if not any(sheet.rows for sheet in file.sheets):
        raise UnreadableListError(name, _EMPTY)
    if file.has_macros:
        notes.add("macros", example=name)
    if file.text:
        _note_encoding(file.text, notes)
    if file.separator in _SEPARATORS:
        notes.add("separator", example=_SEPARATORS[file.separator])
    return list(file.sheets)


def _note_encoding(decoded: DecodedText, notes: FindingCollector) -> None:
    lines = decoded.text.split("\n") if decoded.legacy_lines else []
    for number in decoded.legacy_lines:
        kind = "mixed_encoding" if decoded.is_mixed else "old_encoding"
        notes.add(kind, number, lines[number - 1].strip()[:60])
