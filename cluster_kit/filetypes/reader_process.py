"""A subprocess that reads a workbook from standard input and writes its sheets to standard output."""

from __future__ import annotations

import io
import pickle
import sys
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from xml.parsers import expat

from cluster_kit.filetypes.sheets import is_filled

Ranges = list[tuple[tuple[int, int], tuple[int, int]]]
"""The first and the last cell of each range of merged cells, as (row, column) from 0."""
_SHEET_ROWS, _SHEET_DIGITS = 1_048_576, 10


def read_cells(raw: bytes, max_cells: int) -> tuple[str, Any]:
    """The problem ("", ``large``, ``password``, or ``damaged``), and of each sheet the fields of ``SheetCells``.

    Empty rows below the last value and empty columns beside it are left out.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(raw)) as book:
            sheets = []
            spans = find_opendocument_spans(raw)
            for place, about in enumerate(book.sheets_metadata):
                try:
                    sheet = book.get_sheet_by_name(about.name)
                except CalamineError:
                    if about.typ is SheetTypeEnum.WorkSheet:
                        raise
                    continue  # a chart or a macro sheet has no cells
                if sheet.total_height * sheet.total_width > max_cells:
                    return "large", about.name
                rows = trim_rows(sheet.to_python(skip_empty_area=False))
                is_hidden = about.visible is not SheetVisibleEnum.Visible
                merged = sheet.merged_cell_ranges or (spans[place] if place < len(spans) else None)
                sheets.append((about.name, rows, is_hidden, list_merged(merged, rows)))
            return "", sheets
    except PasswordError:
        return "password", None
    except (CalamineError, OSError, ValueError):
        return "damaged", None


def list_merged(ranges: Ranges | None, rows: Sequence[Sequence[object]]) -> tuple[tuple[int, int, int], ...]:
    """The first row, the last row, and the column of each cell that is merged over several rows of the table.

    A range that overlaps an earlier one is left out, as in a file that was made to take long.
    """
    found: list[tuple[int, int, int]] = []
    ends: dict[int, int] = {}
    for (first, column), (last, _) in sorted(ranges or ()):
        bottom = min(last, len(rows) - 1)
        if bottom > first > ends.get(column, -1):
            ends[column] = bottom
            found.append((first, bottom, column))
    return tuple(found)


def find_opendocument_spans(raw: bytes) -> list[Ranges]:
    """The ranges of merged cells of each sheet of an OpenDocument workbook, which calamine does not list.

    Empty for another workbook, and for one that declares entities or is damaged.
    """
    spans = _SpanFinder()
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive, archive.open("content.xml") as content:
            spans.parse(content)
    except (KeyError, OSError, ValueError, NotImplementedError, RuntimeError, zipfile.BadZipFile, expat.ExpatError):
        return []
    return spans.sheets


class _SpanFinder:
    """Follows the rows and columns of each sheet's cells in ``content.xml``, without keeping the cells."""

    def __init__(self) -> None:
        self.sheets: list[Ranges] = []
        self._row = self._next_row = self._column = 0

    def parse(self, content: Any) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EntityDeclHandler = self._refuse
        parser.ParseFile(content)

    def _refuse(self, *_: object) -> None:
        raise ValueError("entities")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table:table":
            self.sheets.append([])
            self._next_row = 0
        elif name == "table:table-row":
            self._row, self._column = self._next_row, 0
            self._next_row += _count(attributes, "table:number-rows-repeated")
        elif name in {"table:table-cell", "table:covered-table-cell"} and self.sheets:
            rows, columns = (_count(attributes, f"table:number-{one}-spanned") for one in ("rows", "columns"))
            if rows > 1:
                first, last = (self._row, self._column), (self._row + rows - 1, self._column + columns - 1)
                self.sheets[-1].append((first, last))
            self._column += _count(attributes, "table:number-columns-repeated")


def _count(attributes: dict[str, str], name: str) -> int:
    """The number that an attribute gives, of at most the rows of a sheet; 1 without one."""
    text = attributes.get(name, "1")
    return min(max(int(text), 1), _SHEET_ROWS) if text.isdecimal() and len(text) < _SHEET_DIGITS else 1


def trim_rows(rows: list[list[Any]]) -> list[list[Any]]:
    """The rows without empty ones at the end, each cut to the width of the widest."""
    while rows and not any(map(is_filled, rows[-1])):
        rows.pop()
    width = 0
    for row in rows:
        width = next((at for at in range(len(row), width, -1) if is_filled(row[at - 1])), width)
    return [row[:width] for row in rows] if rows and len(rows[0]) > width else rows


def limit_memory(most_bytes: int) -> None:
    """Limit the process's memory. Windows has no such limit."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    limit_memory(int(sys.argv[2]))
    sys.stdout.buffer.write(pickle.dumps(read_cells(sys.stdin.buffer.read(), int(sys.argv[1]))))
