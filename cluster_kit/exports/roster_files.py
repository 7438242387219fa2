"""The roster as a table that staff can edit and import again: no links, no codes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from cluster_kit.content.models import Content
from cluster_kit.errors import UsageError
from cluster_kit.exports.mail_merge import describe_person
from cluster_kit.exports.tables import guard_formulas
from cluster_kit.files import PRIVATE, report_write_errors, write_atomically
from cluster_kit.spreadsheets import FittedWorkbook
from cluster_kit.store import Person
from cluster_kit.web.tokens import COLORS

_WIDTHS = {
    "person": 20,
    "jurisdiction": 12,
    "state": 22,
    "first_name": 16,
    "name": 28,
    "email": 34,
    "role": 24,
    "sessions": 12,
}


def write_roster_file(content: Content, people: Sequence[Person], out: Path) -> Path:
    """Write people as CSV or as a workbook, by the name's ending. Importing the file again changes nothing.

    Columns: ``person`` (id), ``jurisdiction``, ``state``, ``first_name``, ``name``, ``email``, ``role`` (its title),
    ``sessions``. No cell is read as a formula. The file has names and addresses, so only its owner can read it. Raises
    ``UsageError`` for another ending, or if the file cannot be written.
    """
    rows = [describe_person(content, person) for person in people]
    frame = pd.DataFrame(rows, columns=list(_WIDTHS), dtype="string")
    match out.suffix.casefold():
        case ".csv":
            data = guard_formulas(frame).to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")
        case ".xlsx":
            data = _workbook(frame)
        case _:
            raise UsageError(f"--out is a file such as people.csv or people.xlsx, not {out.name}.")
    with report_write_errors(out):
        write_atomically(out, data, mode=PRIVATE)
    return out


def _workbook(frame: pd.DataFrame) -> bytes:
    """The table as a workbook with filters, in which every cell is text."""
    written = io.BytesIO()
    with FittedWorkbook(written) as book:
        book.set_properties({"title": "People of the series"})
        sheet = book.add_worksheet("People")
        head = book.add_format({"bold": True, "bg_color": COLORS["accent"], "font_color": COLORS["paper"]})
        cell = book.add_format({"quote_prefix": True, "num_format": "@"})
        for column, (name, width) in enumerate(_WIDTHS.items()):
            sheet.set_column(column, column, width, cell)
            sheet.write_string(0, column, name, head)
            for row, value in enumerate(frame[name], start=1):
                if value:
                    sheet.write_string(row, column, value, cell)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_footer("&L&A&RPage &P of &N")
        sheet.autofilter(0, 0, max(len(frame), 1), len(_WIDTHS) - 1)
    return written.getvalue()
