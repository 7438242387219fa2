"""The instrument to a workbook that people edit without a program."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cluster_kit.content import models as m
from cluster_kit.content.workbook import layout as at
from cluster_kit.errors import UsageError
from cluster_kit.files import staging_folder

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_LONGEST_CELL = 32_767
_SPARE_ROWS = 500
_HOW_TO = (
    "This workbook holds the whole instrument. Put your own wording in, save it as .xlsx, and have it imported with "
    "the command: cluster-kit instrument import FILE.xlsx",
    "Each sheet has its column names in row 1. Leave them as they are. Rows may be added, moved and deleted.",
    "Id (keep): answers are kept under it, for good. Leave it as it is, even when you change every word beside it. "
    "Leave it empty for something new: it gets an id of its own.",
    "Area: a title (or id) from the sheet Part 2 Areas.",
    "Guiding questions and Evidence: one per line (Alt+Enter begins a new line in a cell). A line that begins with two "
    "spaces belongs to the line above it.",
    "Anchor columns: what you would see at each point of the scale, written for that statement. For a scale of five "
    "points, add a row to the sheet Scale and a column Anchor 5.",
    "Depth: essential (everybody is asked), standard, or full. Keep the essential statements few: they are rated "
    "in the room.",
    "Roles: a title (or id) from the sheet Roles (for reference), one per line.",
    "Words to aim at: how long an answer should be. It is shown as guidance and used to plan minutes.",
    "Every problem is reported at once, with its sheet, row and column; until there is none, nothing is changed.",
)


def write_template(instrument: m.Instrument, roles: Sequence[m.Role], path: Path) -> None:
    """Write the instrument as a workbook to a new file.

    Raises ``UsageError`` where the file exists already, has another ending than .xlsx or cannot be written, or where
    a text is longer than a cell can be.
    """
    if path.suffix.lower() != ".xlsx":
        raise UsageError(f"{path} must end in .xlsx, the format of the workbook.")
    if path.exists():
        raise UsageError(f"{path} exists already. Name another file, or move that one away first.")
    book = _workbook(instrument, roles)
    try:
        with staging_folder(path.parent) as folder:
            book.save(folder / path.name)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from error


def _workbook(instrument: m.Instrument, roles: Sequence[m.Role]) -> Workbook:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator, book.properties.title = "cluster-kit", instrument.title
    about = [[label, getattr(instrument, field)] for field, label in at.ABOUT_FIELDS.items()]
    _sheet(book, at.ABOUT, about)
    _sheet(book, at.SCALE, ([point.value, point.label, point.text] for point in instrument.scale))
    _sheet(book, at.GOALS, map(_question, instrument.goals))
    _sheet(book, at.AREAS, ([area.id, area.title, area.intro] for area in instrument.areas))
    _items(book, instrument, roles)
    _sheet(book, at.PLAN, map(_question, instrument.plan))
    _sheet(book, at.ROLES, ([role.id, role.title, role.description] for role in roles))
    how_to = at.SheetLayout(at.HOW_TO, (at.SheetColumn("text", "How to use this workbook", 110),), "")
    _sheet(book, how_to, ([line] for line in _HOW_TO))
    return book


def _question(question: m.Question) -> list[str | int]:
    return [question.id, question.text, question.help, question.words, question.depth.value]


def _items(book: Workbook, instrument: m.Instrument, roles: Sequence[m.Role]) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    area_names, role_names = at.cell_names(instrument.areas), at.cell_names(roles)
    anchors = (at.SheetColumn("anchors", at.anchor_header(point.value, point.label), 40) for point in instrument.scale)
    layout = at.SheetLayout(at.ITEMS.name, (*at.ITEMS.columns, *anchors), at.ITEMS.about)
    rows = (
        [
            item.id,
            area_names[area.id],
            item.text,
            at.to_lines(item.guiding_questions),
            at.to_lines(item.evidence),
            item.depth.value,
            at.to_lines(role_names.get(role, role) for role in item.roles),
            *item.anchors,
        ]
        for area in instrument.areas
        for item in area.items
    )
    sheet = _sheet(book, layout, rows)
    titles = f"'{at.AREAS.name}'!$B$2:$B${_SPARE_ROWS}"
    area_list = DataValidation(type="list", formula1=titles, allow_blank=True, showErrorMessage=False)
    sheet.add_data_validation(area_list)
    area_list.add(_column_range(sheet, layout, "area"))


def _sheet(book: Workbook, layout: at.SheetLayout, rows: Iterable[Sequence[str | int]]) -> Worksheet:
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    sheet: Worksheet = book.create_sheet(layout.name)
    sheet.freeze_panes = "A2"
    for index, column in enumerate(layout.columns, start=1):
        head = sheet.cell(1, index)
        _write(head, column.header)
        head.font = Font(bold=True, color="FFFFFF")
        head.fill = PatternFill("solid", start_color="1F3A5F")
        head.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(index)].width = column.width
    if layout.about:
        sheet.cell(1, 1).comment = Comment(layout.about, "cluster-kit")
    for number, row in enumerate(rows, start=2):
        for index, value in enumerate(row, start=1):
            cell = sheet.cell(number, index)
            _write(cell, value)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    if any(column.field == "depth" for column in layout.columns):
        depths = DataValidation(type="list", formula1=f'"{",".join(m.Depth)}"', allow_blank=False)
        depths.error = f"Write one of {', '.join(m.Depth)}."
        sheet.add_data_validation(depths)
        depths.add(_column_range(sheet, layout, "depth"))
    return sheet


def _column_range(sheet: Worksheet, layout: at.SheetLayout, field: str) -> str:
    from openpyxl.utils import get_column_letter

    letter = get_column_letter([column.field for column in layout.columns].index(field) + 1)
    return f"{letter}2:{letter}{sheet.max_row + _SPARE_ROWS}"


def _write(cell: object, value: str | int) -> None:
    """Put a value in a cell. Text stays text, whatever it begins with, also when people edit it later."""
    from openpyxl.cell import Cell

    assert isinstance(cell, Cell)  # noqa: S101  (a new sheet has no merged cells)
    if isinstance(value, int):
        cell.value = value
        return
    if len(value) > _LONGEST_CELL:
        where = f"{cell.parent.title}, row {cell.row}"
        raise UsageError(
            f"A text for {where} has {len(value)} characters, and a cell holds {_LONGEST_CELL}: shorten it."
        )
    cell.value = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", value)
    if cell.data_type != "n":
        cell.data_type = "s"
    cell.quotePrefix = value.startswith(("=", "+", "-", "@", "'"))
