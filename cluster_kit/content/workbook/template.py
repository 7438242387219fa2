"""Write the instrument as a workbook for editing."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from cluster_kit.content import models as m
from cluster_kit.content.workbook import layout as at
from cluster_kit.errors import UsageError
from cluster_kit.files import report_write_errors, write_atomically
from cluster_kit.spreadsheets import FittedWorkbook
from cluster_kit.web.tokens import COLORS

_LONGEST_CELL = 32_767
_SPARE_ROWS = 500
_DEPTHS = {
    "depth": {
        "validate": "list",
        "source": [depth.value for depth in m.Depth],
        "ignore_blank": False,
        "error_message": f"Write one of {', '.join(m.Depth)}.",
    }
}
_HOW_TO = (
    "This workbook holds the whole instrument. Put your own wording in, save it as .xlsx, and have it imported with "
    "the command: cluster-kit instrument import FILE.xlsx",
    "Each sheet has its column names in row 1. Leave them as they are. Rows may be added, moved and deleted.",
    "Id (keep): answers are stored under it permanently. Leave it unchanged, even if you change all other text. "
    "Leave it empty for something new: it gets an id of its own.",
    "Area: a title (or id) from the sheet Part 2 Areas.",
    "Guiding questions, Strategies, and Evidence: optional, one per line (Alt+Enter begins a new line in a cell). A "
    "line that begins with two spaces belongs to the line above it.",
    "Anchor columns: what you would see at each point of the scale, written for that statement. For a scale of five "
    "points, add a row to the sheet Scale and a column Anchor 5. Anchors are optional: leave all of an item's anchors "
    "empty, and it is rated on the labels of the scale alone.",
    "Scale: delete all of its rows if the instrument has open questions only. Items then ask for an answer in words.",
    "Decision rule (on the sheet About): how to choose between points. It is shown wherever a statement is rated.",
    "Transition: yes for what applies only while the state moves to the modernized Clusters. It is labeled, and kept "
    "apart in comparisons over years.",
    "Depth: essential (everybody is asked; also if empty), standard, or full. Keep the essential statements few: they "
    "are rated in the room.",
    "Roles: optional; a title (or id) from the sheet Roles (for reference), one per line.",
    "Words to aim at: how long an answer should be. It is shown as guidance and used to plan minutes.",
    "Every problem is reported at once, with its sheet, row and column; until there is none, nothing is changed.",
)


def write_template(instrument: m.Instrument, roles: Sequence[m.Role], path: Path) -> None:
    """Write the instrument as a workbook to a new file.

    Raises ``UsageError`` if the file exists, is not named .xlsx, or cannot be written, or if a text is longer than a
    cell can be.
    """
    if path.suffix.lower() != ".xlsx":
        raise UsageError(f"{path} must end in .xlsx, the format of the workbook.")
    if path.exists():
        raise UsageError(f"{path} exists already. Name another file, or move that one away first.")
    book = _workbook(instrument, roles)
    with report_write_errors(path):
        write_atomically(path, book)


@dataclass(frozen=True)
class _Book:
    """A workbook with its formats. ``quoted`` keeps text that looks like a formula as text, also after edits."""

    book: xlsxwriter.Workbook
    head: Format
    body: Format
    quoted: Format

    @classmethod
    def make(cls, file: io.BytesIO) -> _Book:
        book = FittedWorkbook(file)
        body = {"text_wrap": True, "valign": "top"}
        head = {**body, "bold": True, "font_color": COLORS["paper"], "bg_color": COLORS["accent"]}
        return cls(book, book.add_format(head), book.add_format(body), book.add_format({**body, "quote_prefix": True}))


def _workbook(instrument: m.Instrument, roles: Sequence[m.Role]) -> bytes:
    file = io.BytesIO()
    book = _Book.make(file)
    book.book.set_properties({"author": "cluster-kit", "title": instrument.title})
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
    book.book.close()
    return file.getvalue()


def _question(question: m.Question) -> list[str | int]:
    return [question.id, question.text, question.help, question.words, question.depth.value]


def _items(book: _Book, instrument: m.Instrument, roles: Sequence[m.Role]) -> None:
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
            at.to_lines(item.strategies),
            "yes" if item.transition else "",
            *item.anchors,
        ]
        for area in instrument.areas
        for item in area.items
    )
    titles = f"='{at.AREAS.name}'!$B$2:$B${_SPARE_ROWS}"
    _sheet(book, layout, rows, {"area": {"validate": "list", "source": titles, "show_error": False}})


def _sheet(
    book: _Book, layout: at.SheetLayout, rows: Iterable[Sequence[str | int]], lists: Mapping[str, object] | None = None
) -> None:
    """Write a sheet. ``lists`` are the dropdown choices of columns, by field."""
    sheet = book.book.add_worksheet(layout.name)
    sheet.freeze_panes(1, 0)
    for index, column in enumerate(layout.columns):
        sheet.set_column(index, index, column.width)
        _write(sheet, (0, index), column.header, book.head)
    if layout.about:
        sheet.write_comment(0, 0, layout.about, {"author": "cluster-kit"})
    last = 0
    for last, row in enumerate(rows, start=1):
        for index, value in enumerate(row):
            is_quoted = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "'"))
            _write(sheet, (last, index), value, book.quoted if is_quoted else book.body)
    fields = [column.field for column in layout.columns]
    for field, choices in {**_DEPTHS, **(lists or {})}.items():
        if field in fields:
            place = fields.index(field)
            sheet.data_validation(1, place, last + _SPARE_ROWS, place, choices)


def _write(sheet: Worksheet, place: tuple[int, int], value: str | int, look: Format) -> None:
    """Write a value to a cell. Text is never interpreted as a formula."""
    if isinstance(value, int):
        sheet.write_number(*place, value, look)
        return
    if len(value) > _LONGEST_CELL:
        where = f"{sheet.get_name()}, row {place[0] + 1}"
        raise UsageError(
            f"A text for {where} has {len(value)} characters, and a cell holds {_LONGEST_CELL}: shorten it."
        )
    if value:
        sheet.write_string(*place, value, look)
    else:
        sheet.write_blank(*place, None, look)
