"""A packet as a Word document that a state can edit.

It has real headings and lists, tables with header rows, and pictures with alternative text.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from itertools import zip_longest

import docx
from docx.document import Document as WordDocument
from docx.enum.text import WD_BREAK
from docx.shared import Inches, Length
from docx.table import _Cell
from docx.text.paragraph import Paragraph as Line

from cluster_kit.documents import docx_styles as styles
from cluster_kit.documents.docx_parts import (
    add_running_lines,
    add_text,
    describe_picture,
    describe_table,
    draw_lines,
    keep_rows_together,
    look_styles_up_once,
    mark_header_row,
    new_paragraph,
    restart_numbers,
    xml_text,
)
from cluster_kit.documents.identity import current_identity
from cluster_kit.documents.model import (
    NOT_DESCRIBED,
    Attributed,
    Block,
    Bullets,
    Document,
    Fact,
    Facts,
    Figure,
    Paragraph,
    Picture,
    Records,
    Section,
    Table,
    Texts,
)
from cluster_kit.documents.quotes import with_curly_quotes
from cluster_kit.documents.rasterize import to_png
from cluster_kit.documents.typst_data import (
    LINES,
    LONG_CELL,
    NO_ANSWER,
    NO_WORDS,
    WHOLE,
    are_short,
    column_widths,
    estimate_lines,
    has_words,
    table_lines,
    width_share,
)
from cluster_kit.organization import Organization

DEEPEST_HEADING = 6
LOGO_HIGH = 0.42
HALF_PAGE, FIRST_PAGE = 23, 38  # lines: on the first page, below the title


def write_docx(packet: Document) -> bytes:
    """The packet as a DOCX file, with curly quotation marks."""
    packet = with_curly_quotes(packet)
    document = docx.Document(io.BytesIO(_empty_document(packet.layout, current_identity().organization)))
    look_styles_up_once(document)
    properties = document.core_properties
    properties.title, properties.subject = xml_text(packet.title), xml_text(packet.subtitle)
    properties.author, properties.language, properties.comments = xml_text(packet.series), f"{packet.language}-US", ""
    writer = _Writer(document, styles.TEXT_WIDTH[packet.layout], LINES[packet.layout])
    if packet.notice:
        writer.line(packet.notice, styles.NOTICE)
    writer.organization()
    writer.line(packet.series, styles.NOTE)
    writer.line(packet.heading, "Title")
    writer.line(packet.subtitle, "Subtitle")
    writer.line(packet.when, styles.NOTE)
    writer.blocks(packet.opening, level=1)
    if packet.own_page and _needs_pages(packet):
        writer.break_page()
    writer.blocks(packet.sections, level=1)
    add_running_lines(document, packet, styles.RUNNING)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _needs_pages(packet: Document) -> bool:
    """True if the document needs more than one page, and what follows its opening fills at least half a page."""
    rest = estimate_lines(packet.sections)
    return rest >= HALF_PAGE and estimate_lines(packet.opening) + rest > FIRST_PAGE


@cache
def _empty_document(layout: str, _organization: Organization) -> bytes:
    """A template with the packet styles, created once because that takes longer than filling a page."""
    document = docx.Document()
    styles.prepare_styles(document, layout)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


class _Writer:
    """Adds blocks to the end of a document."""

    def __init__(self, document: WordDocument, width: float, line: int) -> None:
        self._document, self._width, self._line = document, width, line
        self._ids = {style.name: style.style_id for style in document.styles}  # looking one up takes long
        self._end = document.element.body.sectPr

    def line(self, text: str, style: str) -> Line:
        """A paragraph in a style."""
        element = new_paragraph(self._ids[style])
        self._end.addprevious(element)
        line = Line(element, self._document._body)
        add_text(line, text)
        return line

    def organization(self) -> None:
        """The organization's logo, else its name, else nothing."""
        logo, name = current_identity().logo_png(), current_identity().name
        if logo:
            shape = self.line("", styles.NOTE).add_run().add_picture(io.BytesIO(logo), height=Inches(LOGO_HIGH))
            describe_picture(shape, name)
        elif name:
            self.line(name, styles.LABEL)

    def break_page(self) -> None:
        """Start a new page. The break is in the last paragraph, so that no empty one begins the next page."""
        lines = self._document.paragraphs
        lines[-1].add_run().add_break(WD_BREAK.PAGE)

    def blocks(self, blocks: tuple[Block, ...], level: int, title: str = "") -> None:
        """Append blocks in order. Headings of their sections have this level. ``title``: of the section that they are.

        What a short text or list introduces is on its page, and an aside is on the page of what it is about: what
        precedes it or, where it begins a section, what follows it.
        """
        for number, (block, following) in enumerate(zip_longest(blocks, blocks[1:])):
            lines = self._block(block, level, title)
            begins = number == 0 and isinstance(block, Paragraph) and block.tone == "quiet"
            if following is not None and (begins or _introduces(block, following)):
                for line in lines:
                    line.paragraph_format.keep_with_next = True

    def _block(self, block: Block, level: int, title: str) -> Sequence[Line]:
        """Append a block, and return the lines of a text or list."""
        match block:
            case Paragraph():
                style = {"plain": "Body Text", "lead": styles.LEAD, "quiet": styles.NOTE}[block.tone]
                return [self.line(block.text, style)]
            case Bullets():
                return self._bullets(block.items, "List Number" if block.ordered else "List Bullet")
            case Facts():
                self._facts(block.facts)
            case Table():
                self._table(block, is_titled=block.caption == title)
            case Records():
                self._records(block, level)
            case Figure():
                self._figure(block.picture)
            case Section():
                self._heading(block.title, level)
                self.blocks(block.blocks, level + 1, block.title)
        return ()

    def _heading(self, text: str, level: int) -> None:
        self.line(text if has_words(text) else NO_WORDS, f"Heading {min(level, DEEPEST_HEADING)}")

    def _bullets(self, items: Texts, style: str) -> list[Line]:
        lines = [self.line(_attributed(item.text, item.who), style) for item in items]
        if style == "List Number":
            restart_numbers(self._document, lines)
        return lines

    def _facts(self, facts: tuple[Fact, ...]) -> None:
        for fact in facts:
            if are_short((fact, fact)):
                mark = " " if fact.label.endswith(("?", ":", ".", "!")) else ": "
                line = self.line(f"{fact.label}{mark}", styles.LABEL)
                line.paragraph_format.keep_with_next = False
                line.add_run(xml_text(_one(fact.texts))).style = styles.ANSWER
                continue
            self.line(fact.label, styles.LABEL)
            if len(fact.texts) > 1:
                self._bullets(fact.texts, "List Bullet")
            else:
                self.line(_one(fact.texts), "Body Text" if fact.texts else styles.NOTE)

    def _table(self, block: Table, *, is_titled: bool) -> None:
        """A table with its caption, unless the heading above it has the same words."""
        if not is_titled:
            self.line(block.caption, "Caption").paragraph_format.keep_with_next = True
        table = self._document.add_table(rows=1 + len(block.rows), cols=len(block.columns))
        table._tbl.tblStyle_val = self._ids["Table Grid"]
        describe_table(table, block.caption)
        widths = list(column_widths(block, self._line))
        shares = [Inches(self._width * width / sum(widths)) for width in widths]
        for column, width in zip(table.columns, shares, strict=True):
            column.width = width
        for cell, head, width in zip(table.rows[0].cells, block.columns, shares, strict=True):
            self._cell(cell, (Attributed(head),), width, styles.CELL_HEAD)
        for row, texts in zip(table.rows[1:], block.rows, strict=True):
            for cell, versions, width in zip(row.cells, texts, shares, strict=True):
                self._cell(cell, versions or (Attributed(NO_ANSWER),), width, styles.CELL)
        mark_header_row(table.rows[0])
        keep_rows_together(table, whole=table_lines(block) <= WHOLE, ends=self._line == LINES["portrait"])
        draw_lines(table)
        self.line("", styles.GAP)

    def _cell(self, cell: _Cell, texts: Texts, width: Length, style: str) -> None:
        cell.width = width
        for number, version in enumerate(texts):
            line = cell.add_paragraph() if number else cell.paragraphs[0]
            line._p.style = self._ids[style]
            add_text(line, _attributed(version.text, version.who))

    def _records(self, block: Records, level: int) -> None:
        self._heading(block.caption, level)
        for number, record in enumerate(block.records, start=1):
            mark = f"{block.row_name.capitalize()} {number}. " if block.row_name else ""
            title = "; ".join(_attributed(version.text, version.who) for version in record.title) or NOT_DESCRIBED
            self._heading(mark + title, level + 1)
            self._facts(record.facts)

    def _figure(self, picture: Picture) -> None:
        line = self.line("", "Body Text")
        line.paragraph_format.keep_with_next = True
        shape = line.add_run().add_picture(
            io.BytesIO(to_png(picture.svg)), width=Inches(self._width * width_share(picture.svg))
        )
        describe_picture(shape, picture.alt)
        self.line(picture.caption, styles.NOTE)


def _introduces(block: Block, following: Block) -> bool:
    """True if a short text or list introduces what follows, or if what follows is an aside about it."""
    match block:
        case Paragraph():
            length = len(block.text)
        case Bullets():
            length = sum(len(item.text) for item in block.items)
        case _:
            return False
    is_aside = isinstance(following, Paragraph) and following.tone == "quiet"
    return length <= LONG_CELL and (is_aside or not isinstance(following, Paragraph))


def _attributed(text: str, who: str) -> str:
    return f"{text} ({who})" if who else text


def _one(texts: Texts) -> str:
    return _attributed(texts[0].text, texts[0].who) if texts else NO_ANSWER
