"""The sheets of a workbook as rows of values, with bounded time and memory.

Nothing is executed: formulas have their saved values, and macros are ignored. The reader (calamine) allocates each
sheet as a full rectangle up to its last cell, and aborts the process if that does not fit in memory. A file of 5 kB
can place its last cell 17 billion cells away. Therefore the reader runs in a subprocess with limits.
"""

from __future__ import annotations

import datetime as dt
import pickle
import subprocess
import sys
import threading
from collections.abc import Container
from dataclasses import dataclass

from cluster_kit.errors import ClusterKitError
from cluster_kit.filetypes.kinds import WORKBOOKS, FileKind, InspectedFile, explain_kind

CellValue = str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None
"""The value of a cell; None for an empty one."""

MAX_UNPACKED_BYTES = 1_000_000_000
MAX_CELLS = 6_000_000
MAX_MEMORY_BYTES, READERS_AT_ONCE = 1024**3, 3
"""The memory of one reader, and the readers of this process at one time. More workbooks wait."""
MAX_S = 180.0
READER = "cluster_kit.filetypes.reader_process"
_READERS = threading.BoundedSemaphore(READERS_AT_ONCE)


def is_filled(cell: object) -> bool:
    """True for a cell with a value. Whitespace alone is not a value."""
    return bool(cell) and not cell.isspace() if isinstance(cell, str) else cell is not None


class SheetError(ClusterKitError, ValueError):
    """A workbook that cannot be read. The message continues a sentence that starts with the file's name."""


@dataclass(frozen=True)
class SheetCells:
    """A sheet's cells. ``rows[0]`` is row 1, including empty rows above the table. An empty cell is "".

    Rows have the same length in a workbook, and may differ in a text file. Empty rows and columns at the end are left
    out. ``merged``: the first and last row, and the column, of cells that were merged over several rows, from 0. In an
    ``.xlsb`` file they are not known.
    """

    name: str
    rows: list[list[CellValue]]
    is_hidden: bool = False
    merged: tuple[tuple[int, int, int], ...] = ()

    def find_repeated(self, begin: int, columns: Container[int] | None = None) -> dict[int, dict[int, CellValue]]:
        """What merged cells from row ``begin`` on mean in the empty cells below them: the values by row and column.

        Rows with no value of their own are not among them. ``columns`` None: all.
        """
        found: dict[int, dict[int, CellValue]] = {}
        for first, last, column in self.merged:
            if first < begin or first >= len(self.rows) or (columns is not None and column not in columns):
                continue
            value = self.rows[first][column] if column < len(self.rows[first]) else None
            for row in range(first + 1, min(last + 1, len(self.rows))) if is_filled(value) else ():
                cells = self.rows[row]
                if any(map(is_filled, cells)) and not is_filled(cells[column]):
                    found.setdefault(row, {})[column] = value
        return found

    def repeat_merged(self, begin: int = 0) -> list[list[CellValue]]:
        """All rows, with the value of a merged cell in each of its rows, as ``find_repeated`` finds them."""
        rows = [*self.rows]
        for row, values in self.find_repeated(begin).items():
            rows[row] = [values.get(place, cell) for place, cell in enumerate(rows[row])]
        return rows


def read_sheets(
    file: InspectedFile, wanted: str = "an .xlsx file", max_unpacked: int = MAX_UNPACKED_BYTES
) -> list[SheetCells]:
    """Every sheet of a workbook (``WORKBOOKS``), in its order, including hidden ones.

    Parameters
    ----------
    wanted
        The file to provide instead of an unreadable one, as the error's sentence names it.
    max_unpacked
        The most bytes that the workbook may unpack to.

    Raises
    ------
    SheetError
        If the workbook cannot be read, or is too large. The message continues a sentence that starts with its name.
    """
    if file.kind not in WORKBOOKS:
        raise SheetError(explain_kind(file.kind, wanted))
    if file.unpacked_bytes > max_unpacked:
        raise SheetError(f"unpacks to more than {max_unpacked // 1_000_000} MB. Bring the sheet that is wanted alone.")
    command = [sys.executable, "-m", READER, str(MAX_CELLS), str(MAX_MEMORY_BYTES)]
    try:
        with _READERS:
            done = subprocess.run(command, input=file.raw, capture_output=True, timeout=MAX_S, check=True)  # noqa: S603
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise SheetError(_too_large("a sheet", "cells, or of too much text")) from error
    problem, found = pickle.loads(done.stdout)  # noqa: S301  (written by our own process)
    match problem:
        case "":
            return [SheetCells(*sheet) for sheet in found]
        case "large":
            raise SheetError(_too_large(f"a sheet {found!r}"))
        case "password":
            raise SheetError(explain_kind(FileKind.PROTECTED, wanted))
        case _:
            raise SheetError(f"is not a workbook that can be read, or is damaged. Save a copy as {wanted}.")


def _too_large(sheet: str, than: str = "cells") -> str:
    return f"has {sheet} of more than {MAX_CELLS:,} {than}. Delete what is far below or beside the table."
