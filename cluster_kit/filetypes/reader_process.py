"""Reads a workbook from standard input in a process of its own, and writes its sheets to standard output."""

from __future__ import annotations

import io
import pickle
import sys
from contextlib import suppress
from typing import Any


def read_cells(raw: bytes, max_cells: int) -> tuple[str, Any]:
    """What went wrong ("", ``large``, ``password`` or ``damaged``), and the sheets' names and rows."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(raw)) as book:
            sheets = []
            for name in book.sheet_names:
                sheet = book.get_sheet_by_name(name)
                if sheet.total_height * sheet.total_width > max_cells:
                    return "large", name
                sheets.append((name, sheet.to_python(skip_empty_area=False)))
            return "", sheets
    except PasswordError:
        return "password", None
    except (CalamineError, OSError, ValueError):
        return "damaged", None


def limit_memory(most_bytes: int) -> None:
    """Let the process end where it would take more memory. Windows has no such limit."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    limit_memory(int(sys.argv[2]))
    sys.stdout.buffer.write(pickle.dumps(read_cells(sys.stdin.buffer.read(), int(sys.argv[1]))))
