"""A file of any kind that people keep program lists in, as plain grids of cells.

Nothing in a workbook is run: formulas come as the values that were saved with them, macros are passed over.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import dataclass

from cluster_kit.crosswalk.delimited import read_delimited
from cluster_kit.crosswalk.errors import UnreadableListError
from cluster_kit.crosswalk.findings import Notes

Cell = str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None

MAX_BYTES = 60_000_000
MAX_UNPACKED_BYTES = 1_000_000_000
MAX_CELLS = 15_000_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROTECTED = "is protected with a password. Open it, take the password off, save a copy, and bring that."
_KINDS = {
    b"%pdf": "is a PDF. Ask for the spreadsheet that it was made from, or save the table as .xlsx or .csv.",
    b"<html": "is a web page, whatever its name ends in. Open it in a spreadsheet program and save it as .xlsx.",
    b"<!doc": "is a web page, whatever its name ends in. Open it in a spreadsheet program and save it as .xlsx.",
    b"<tabl": "is a web page, whatever its name ends in. Open it in a spreadsheet program and save it as .xlsx.",
    b"<?xml": "is XML. Open it in a spreadsheet program and save it as .xlsx.",
}


@dataclass(frozen=True)
class Grid:
    """A sheet's cells. ``rows[0]`` is row 1; rows may differ in length. A text file is one grid with an empty name."""

    name: str
    rows: list[list[Cell]]


def read_grids(name: str, raw: bytes, notes: Notes) -> list[Grid]:
    """Every sheet of a file, in its order; what was noticed on the way goes into ``notes``.

    Raises ``UnreadableListError`` with one sentence where nothing can be read.
    """
    if not raw.strip(b"\0\r\n\t ,;\xef\xbb\xbf"):
        raise UnreadableListError(name, "is empty. Export the list of programs once more.")
    if len(raw) > MAX_BYTES:
        raise UnreadableListError(
            name, f"is larger than {MAX_BYTES // 1_000_000} MB. Bring the list of programs alone."
        )
    for start, reason in _KINDS.items():
        if raw.lstrip(b"\xef\xbb\xbf\r\n\t ")[:5].lower().startswith(start):
            raise UnreadableListError(name, reason)
    if raw.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in raw:
            raise UnreadableListError(name, _PROTECTED)
        return _workbook(name, raw)
    if raw.startswith(b"PK"):
        _look_inside(name, raw, notes)
        return _workbook(name, raw)
    return [Grid("", read_delimited(name, raw, notes))]


def _look_inside(name: str, raw: bytes, notes: Notes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            members = package.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise UnreadableListError(
            name, "is damaged. Open it in a spreadsheet program, save a copy, and bring that."
        ) from error
    if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
        raise UnreadableListError(name, "unpacks to more than 1 GB. Bring the list of programs alone.")
    if any(member.filename.lower().endswith("vbaproject.bin") for member in members):
        notes.add("macros", example=name)


def _workbook(name: str, raw: bytes) -> list[Grid]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(raw)) as book:
            grids = []
            for sheet_name in book.sheet_names:
                sheet = book.get_sheet_by_name(sheet_name)
                if sheet.total_height * sheet.total_width > MAX_CELLS:
                    reason = f"has a sheet {sheet_name!r} of more than {MAX_CELLS:,} cells. Delete its empty rows."
                    raise UnreadableListError(name, reason)
                rows: list[list[Cell]] = [[*row] for row in sheet.to_python(skip_empty_area=False)]
                grids.append(Grid(sheet_name, rows))
            if not any(grid.rows for grid in grids):
                raise UnreadableListError(name, "is empty. Export the list of programs once more.")
            return grids
    except PasswordError as error:
        raise UnreadableListError(name, _PROTECTED) from error
    except (CalamineError, OSError, ValueError) as error:
        if isinstance(error, UnreadableListError):
            raise
        raise UnreadableListError(
            name, "is not a workbook that can be read, or is damaged. Save a copy as .xlsx, and bring that."
        ) from error
