"""A packet as a Word document that a state can edit.

Real headings and lists, tables with header rows, pictures with descriptions.
"""

from __future__ import annotations

import io
from functools import cache

import docx
from docx.document import Document as WordDocument
from docx.shared import Inches, Length
from docx.table import _Cell
from docx.text.paragraph import Paragraph as Line

from cluster_kit.documents import docx_styles as styles
from cluster_kit.documents.docx_parts import (
    add_text,
    describe_picture,
    describe_table,
    mark_header_row,
    new_paragraph,
    restart_numbers,
    xml_text,
)
from cluster_kit.documents.model import (
    LANGUAGE,
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
    Words,
)
from cluster_kit.documents.rasterize import to_png
from cluster_kit.documents.typst_data import NO_ANSWER, NO_WORDS, column_widths, has_words

DEEPEST_HEADING = 6


def write_docx(packet: Document) -> bytes:
    """The packet as a DOCX file."""
    document = docx.Document(io.BytesIO(_empty_document()))
    properties = document.core_properties
    properties.title, properties.subject = xml_text(packet.title), xml_text(packet.subtitle)
    properties.author, properties.language, properties.comments = xml_text(packet.series), f"{LANGUAGE}-US", ""
    writer = _Writer(document)
    if packet.notice:
        writer.line(packet.notice, styles.NOTICE)
    writer.line(packet.series, styles.NOTE)
    writer.line(packet.heading, "Title")
    writer.line(packet.subtitle, "Subtitle")
    writer.line(packet.when, styles.NOTE)
    about = Section(packet.about_title, tuple(Paragraph(words, "quiet") for words in packet.about))
    writer.blocks((*packet.opening, *packet.parts, about), level=1)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


@cache
def _empty_document() -> bytes:
    """A document with the styles that packets use: made once, since that takes longer than filling a page."""
    document = docx.Document()
    styles.prepare(document)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


class _Writer:
    """Adds blocks to the end of a document."""

    def __init__(self, document: WordDocument) -> None:
        self._document = document
        self._ids = {style.name: style.style_id for style in document.styles}  # looking one up takes long
        self._end = document.element.body.sectPr

    def line(self, words: str, style: str) -> Line:
        """A paragraph in a style."""
        element = new_paragraph(self._ids[style])
        self._end.addprevious(element)
        line = Line(element, self._document._body)
        add_text(line, words)
        return line

    def blocks(self, blocks: tuple[Block, ...], level: int) -> None:
        """Blocks one after the other; the headings of sections among them are of this level."""
        for block in blocks:
            self._block(block, level)

    def _block(self, block: Block, level: int) -> None:
        match block:
            case Paragraph():
                self.line(block.text, {"plain": "Body Text", "lead": styles.LEAD, "quiet": styles.NOTE}[block.tone])
            case Bullets():
                self._bullets(block.items, "List Number" if block.ordered else "List Bullet")
            case Facts():
                self._facts(block.facts)
            case Table():
                self._table(block)
            case Records():
                self._records(block, level)
            case Figure():
                self._figure(block.picture)
            case Section():
                self._heading(block.title, level)
                self.blocks(block.blocks, level + 1)

    def _heading(self, words: str, level: int) -> None:
        self.line(words if has_words(words) else NO_WORDS, f"Heading {min(level, DEEPEST_HEADING)}")

    def _bullets(self, items: Words, style: str) -> None:
        lines = [self.line(_said(item.text, item.who), style) for item in items]
        if style == "List Number":
            restart_numbers(self._document, lines)

    def _facts(self, facts: tuple[Fact, ...]) -> None:
        for fact in facts:
            self.line(fact.label, styles.LABEL)
            if len(fact.words) > 1:
                self._bullets(fact.words, "List Bullet")
            else:
                self.line(_one(fact.words), "Body Text" if fact.words else styles.NOTE)

    def _table(self, block: Table) -> None:
        self.line(block.caption, "Caption").paragraph_format.keep_with_next = True
        table = self._document.add_table(rows=1 + len(block.rows), cols=len(block.columns))
        table._tbl.tblStyle_val = self._ids["Table Grid"]
        describe_table(table, block.caption)
        widths = list(column_widths(block))
        shares = [Inches(styles.TEXT_WIDTH * width / sum(widths)) for width in widths]
        for cell, head, width in zip(table.rows[0].cells, block.columns, shares, strict=True):
            self._cell(cell, (Attributed(head),), width, styles.CELL_HEAD)
        for row, said in zip(table.rows[1:], block.rows, strict=True):
            for cell, words, width in zip(row.cells, said, shares, strict=True):
                self._cell(cell, words or (Attributed(NO_ANSWER),), width, styles.CELL)
        mark_header_row(table.rows[0])
        self.line("", styles.GAP)

    def _cell(self, cell: _Cell, words: Words, width: Length, style: str) -> None:
        cell.width = width
        for place, voice in enumerate(words):
            line = cell.add_paragraph() if place else cell.paragraphs[0]
            line._p.style = self._ids[style]
            add_text(line, _said(voice.text, voice.who))

    def _records(self, block: Records, level: int) -> None:
        self._heading(block.caption, level)
        for number, record in enumerate(block.records, start=1):
            mark = f"{block.row_name.capitalize()} {number}. " if block.row_name else ""
            title = "; ".join(_said(voice.text, voice.who) for voice in record.title) or "no name yet"
            self._heading(mark + title, level + 1)
            self._facts(record.facts)

    def _figure(self, picture: Picture) -> None:
        line = self.line("", "Body Text")
        line.paragraph_format.keep_with_next = True
        shape = line.add_run().add_picture(io.BytesIO(to_png(picture.svg)), width=Inches(styles.TEXT_WIDTH))
        describe_picture(shape, picture.alt)
        self.line(picture.caption, "Caption")


def _said(text: str, who: str) -> str:
    return f"{text} ({who})" if who else text


def _one(words: Words) -> str:
    return _said(words[0].text, words[0].who) if words else NO_ANSWER
