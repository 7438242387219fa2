"""A subprocess that reads a workbook from standard input and writes its sheets to standard output."""

from __future__ import annotations

import io
import pickle
import sys
from contextlib import suppress
from typing import Any

from cluster_kit.filetypes.headers import is_filled


def read_cells(raw: bytes, max_cells: int) -> tuple[str, Any]:
    """The problem ("", ``large``, ``password``, or ``damaged``), and each sheet's name, rows, and whether it is hidden.

    Empty rows below the last value and empty columns beside it are left out.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(raw)) as book:
            sheets = []
            for about in book.sheets_metadata:
                try:
                    sheet = book.get_sheet_by_name(about.name)
                except CalamineError:
                    if about.typ is SheetTypeEnum.WorkSheet:
                        raise
                    continue  # a chart or a macro sheet has no cells
                if sheet.total_height * sheet.total_width > max_cells:
                    return "large", about.name
                rows = trim_rows(sheet.to_python(skip_empty_area=False))
                sheets.append((about.name, rows, about.visible is not SheetVisibleEnum.Visible))
            return "", sheets
    except PasswordError:
        return "password", None
    except (CalamineError, OSError, ValueError):
        return "damaged", None


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
