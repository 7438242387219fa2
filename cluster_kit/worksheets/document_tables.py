"""The tables of a DOCX worksheet, with a content control and a bookmark for each answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from textwrap import shorten
from typing import Any

from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from cluster_kit.content.models import ChoicePrompt, DatePrompt, PersonPrompt, RatingPrompt
from cluster_kit.content.prompt_kinds import NAME_LABEL, OTHER_PREFIX, ROLE_LABEL
from cluster_kit.documents import docx_styles as styles
from cluster_kit.documents.docx_parts import describe_table, keep_rows_together, mark_header_row
from cluster_kit.web.tokens import COLORS
from cluster_kit.worksheets import controls
from cluster_kit.worksheets.arrangement import field_hint, is_point
from cluster_kit.worksheets.bookmarks import CellPlace, cell_bookmark, check_bookmark
from cluster_kit.worksheets.marks import OTHER_KEY, normalize_text, option_key, set_text
from cluster_kit.worksheets.notebook import SEVERAL
from cluster_kit.worksheets.row_layout import PAGE_WIDTH, Grid, Heading
from cluster_kit.worksheets.sheet import Blank, WorksheetGroup
from cluster_kit.worksheets.values import OTHER_LABEL, write_value

CELL, HEAD, ANSWER = "Worksheet cell", "Worksheet cell head", "Worksheet answer"
LONGEST_TITLE = 60  # Word takes 64 characters; a number may follow
RATING_WIDTH, NOTE_WIDTH = 62.0, 110.0
EVEN = 1.0  # the more, the more alike are the widths of a scale's points


class TableWriter:
    """Adds tables to the end of a document. Names of controls, and numbers of bookmarks, are unique in it."""

    def __init__(self, document: WordDocument) -> None:
        self._document = document
        self._titles: Counter[str] = Counter()
        self._bookmarks = 0

    def add_grid(self, grid: Grid, context: str) -> None:
        """A table of questions and answers, whose first column has the headers of its rows."""
        table = self._table(grid.widths, len(grid.rows), context)
        _write_header(table, grid.heads)
        for row, (heading, cells) in zip(table.rows[1:], grid.rows, strict=True):
            first, *rest = row.cells
            line = _write_heading(first, heading)
            for number, (cell, field) in enumerate(zip(rest, cells, strict=True), start=1):
                if field:
                    inside = field.row or shorten(heading.title, LONGEST_TITLE, placeholder="…")
                    inside = context if inside == field.blank.asks.label else f"{context}: {inside}"
                    self._fill(cell, field.blank, inside, line, CellPlace(number, len(row.cells)))
                else:
                    cell.paragraphs[0].style = CELL

    def add_scale(self, group: WorksheetGroup, context: str, shares: Sequence[float], *, explains: bool) -> None:
        """A statement's scale, with a column for each point, then the rating, and the notes.

        ``shares`` are the parts of all descriptions that those of each point have; empty if they are unknown.
        ``explains``: with what to write into the cells, which is the same for all statements.
        """
        scale, *notes = group.blanks
        points = [choice for choice in scale.choices if is_point(choice)]
        beside = RATING_WIDTH + NOTE_WIDTH * len(notes)
        sized = [share + EVEN / len(points) for share in shares or [0.0] * len(points)]
        scaled = [(PAGE_WIDTH - beside) * size / sum(sized) for size in sized]
        widths = [*scaled, RATING_WIDTH, *[NOTE_WIDTH] * len(notes)]
        table = self._table(widths, 1, context, has_row_headers=False)
        heads = [*(Heading(choice.label) for choice in points), *(_ask(blank, explains) for blank in group.blanks)]
        _write_header(table, heads)
        cells = table.rows[1].cells
        lines = [_write(cell, choice.help, CELL) for cell, choice in zip(cells, points, strict=False)]
        for number, blank in enumerate(group.blanks, start=len(points)):
            self._fill(cells[number], blank, context, lines[0], CellPlace(number, len(cells)))

    def _table(self, widths: Sequence[float], rows: int, caption: str, *, has_row_headers: bool = True) -> Table:
        table: Table = self._document.add_table(rows=1 + rows, cols=len(widths))
        table.autofit = False
        for row in table.rows:
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = Pt(width)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Pt(width)
        describe_table(table, caption, has_row_headers=has_row_headers)
        mark_header_row(table.rows[0])
        keep_rows_together(table, whole=False)
        _frame(table)
        gap = self._document.add_paragraph(style=styles.GAP)
        gap.paragraph_format.space_after = Pt(2)
        return table

    def _fill(self, cell: _Cell, blank: Blank, context: str, line: Paragraph, place: CellPlace) -> None:
        """Add the fields of an answer. Its bookmark is in ``line``, or else around words above it in its own cell."""
        asks = blank.asks
        if blank.versions:
            line = _write(cell, SEVERAL, CELL)
            for words in blank.versions:
                line = _write(cell, "", CELL)
                line.add_run(normalize_text(words))
        if isinstance(asks, ChoicePrompt) and asks.many and blank.is_list:
            self._fill_boxes(cell, blank, asks, context, place)
        else:
            self._anchor(line, *cell_bookmark(blank.mark, place, self._number()))
            _write(cell, "", ANSWER)._p.append(_control(blank, self._title(context, asks.label)))

    def _fill_boxes(self, cell: _Cell, blank: Blank, asks: ChoicePrompt, context: str, place: CellPlace) -> None:
        chosen = blank.value if isinstance(blank.value, list) else []
        for choice in blank.choices:
            key = option_key(choice.id)
            title = self._title(f"{context}: {asks.label}", choice.label)
            box = controls.check_control(f"{blank.mark}+{key}", title, choice.id in chosen)
            start, end = check_bookmark(blank.mark, key, self._number())
            paragraph = _write(cell, "", ANSWER)
            for element in (start, box, end):
                paragraph._p.append(element)
            paragraph.add_run(f" {set_text(choice.label)}")
        if asks.other:
            own = "; ".join(str(one).removeprefix(OTHER_PREFIX) for one in chosen if str(one).startswith(OTHER_PREFIX))
            title = self._title(context, f"{asks.label}: other")
            paragraph = _write(cell, OTHER_LABEL, ANSWER)
            self._anchor(paragraph, *cell_bookmark(blank.mark, place, self._number(), is_other=True))
            paragraph.add_run(" ")
            control = controls.text_control(f"{blank.mark}{OTHER_KEY}", title, own, "[Something else: type it here]")
            paragraph._p.append(control)

    def _number(self) -> int:
        self._bookmarks += 1
        return self._bookmarks

    @staticmethod
    def _anchor(line: Paragraph, start: Any, end: Any) -> None:
        """Put a bookmark around the words of a line."""
        properties = line._p.pPr
        line._p.insert(0 if properties is None else 1, start)
        line._p.append(end)

    def _title(self, context: str, label: str) -> str:
        """A control's name in lists of fields: what it belongs to and what it asks, cut at words, and unique."""
        label = shorten(label, LONGEST_TITLE * 2 // 3, placeholder="…")
        whole = f"{shorten(context, LONGEST_TITLE - len(label) - 2, placeholder='…')}: {label}" if context else label
        self._titles[whole] += 1
        number = self._titles[whole]
        return whole if number == 1 else f"{whole} ({number})"


def _ask(blank: Blank, explains: bool) -> Heading:
    if not explains:
        return Heading(blank.asks.label)
    return Heading(blank.asks.label, (blank.asks.help,) if blank.asks.help else (), blank)


def _write(cell: _Cell, text: str, style: str) -> Paragraph:
    """Add a line to a cell. The first one uses the cell's empty paragraph."""
    first = cell.paragraphs[0]
    is_empty = all(part is first._p.pPr for part in first._p)
    line: Paragraph = first if is_empty else cell.add_paragraph()
    line.style = style
    if text:
        line.add_run(set_text(text))
    return line


def _write_header(table: Table, heads: Sequence[Heading]) -> None:
    """The header row, on the page of the row below."""
    for cell, heading in zip(table.rows[0].cells, heads, strict=True):
        _write_heading(cell, heading)
        for line in cell.paragraphs:
            line.paragraph_format.keep_with_next = True


def _write_heading(cell: _Cell, heading: Heading) -> Paragraph:
    """A header's title, then its notes, hint, and descriptions in small print. Returns its first line."""
    line = _write(cell, "", HEAD)
    line.add_run(set_text(heading.title)).bold = True
    blank = heading.asks
    notes = " ".join(filter(None, (*heading.notes, _hint(blank) if blank else "")))
    if notes:
        small = _write(cell, "", HEAD).add_run(set_text(notes))
        small.font.size, small.font.color.rgb = Pt(8.5), styles.MUTED
    return line


def _hint(blank: Blank) -> str:
    """What belongs into a cell, unless its control says so."""
    is_clear = isinstance(blank.asks, DatePrompt | RatingPrompt) or (
        isinstance(blank.asks, ChoicePrompt) and not blank.asks.many
    )
    return "" if is_clear else field_hint(blank)


def _frame(table: Table) -> None:
    """Draw lines around all cells, and set their margins."""
    borders, margins = OxmlElement("w:tblBorders"), OxmlElement("w:tblCellMar")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        border = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", COLORS["edge"][1:])):
            border.set(qn(f"w:{name}"), value)
        borders.append(border)
    for side, width in (("top", 30), ("left", 80), ("bottom", 30), ("right", 80)):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(width))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    after = ("w:tblLook", "w:tblCaption")
    table._tbl.tblPr.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", *after)
    table._tbl.tblPr.insert_element_before(margins, *after)


def _control(blank: Blank, title: str) -> Any:
    asks, tag = blank.asks, str(blank.mark)
    text = normalize_text(write_value(asks, blank.value, blank.choices))
    match asks:
        case DatePrompt():
            return controls.date_control(tag, title, text, "[Choose a day, or type one such as 03/15/2027]")
        case PersonPrompt():
            empty = f"{NAME_LABEL} \n{ROLE_LABEL} "
            return controls.text_control(tag, title, text or empty, "")
        case ChoicePrompt(many=True):
            return controls.text_control(tag, title, text, "[Type their names, one on each line]")
        case ChoicePrompt() | RatingPrompt():
            options = [(choice.id, set_text(choice.label)) for choice in blank.choices]
            text = text if text.startswith(OTHER_LABEL) else set_text(text)
            free = isinstance(asks, ChoicePrompt) and asks.other
            hint = f"[Choose one, or type “{OTHER_LABEL}” and your own words]" if free else "[Choose one]"
            return controls.list_control(tag, title, text, hint, options, free)
        case _:
            return controls.text_control(tag, title, text, "[Type here]")
