"""Features of Word documents that python-docx does not support."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from docx.document import Document as WordDocument
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.text.paragraph import CT_P
from docx.oxml.text.run import CT_R
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shape import InlineShape
from docx.shared import Length, RGBColor
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph
from lxml import etree

from cluster_kit.documents.model import Document
from cluster_kit.documents.typed_text import split_languages, split_links
from cluster_kit.documents.typst_data import FEW_ROWS, is_right_to_left
from cluster_kit.web.tokens import COLORS

LINK_COLOR = RGBColor.from_string(COLORS["accent"][1:])
_BREAKS = re.compile("([\t\n\r])")
_MARKS = {"\t": qn("w:tab"), "\n": qn("w:br"), "\r": qn("w:br")}
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """The text with each character that XML does not allow replaced."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def new_paragraph(style_id: str) -> CT_P:
    """A new, unattached paragraph in a style."""
    paragraph: CT_P = OxmlElement("w:p")
    etree.SubElement(etree.SubElement(paragraph, qn("w:pPr")), qn("w:pStyle")).set(qn("w:val"), style_id)
    return paragraph


def add_text(line: Paragraph, words: str) -> None:
    """Add text to a paragraph with its line breaks, web addresses as links, languages, and right-to-left direction."""
    rtl = is_right_to_left(words)
    if rtl:
        line._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
    for piece, is_link in split_links(xml_text(words)):
        for text, language in [(piece, "")] if is_link else split_languages(piece):
            run = _link(line, text) if is_link else _run(line, text)
            if rtl:
                run.get_or_add_rPr().append(OxmlElement("w:rtl"))
            if language:
                _mark_language(run, language)


def _mark_language(run: CT_R, language: str) -> None:
    """Set the language of all scripts of a run, because Word chooses by script among three of them."""
    mark = OxmlElement("w:lang")
    for scripts in ("val", "eastAsia", "bidi"):
        mark.set(qn(f"w:{scripts}"), language)
    run.get_or_add_rPr().append(mark)


def describe_picture(shape: InlineShape, alt: str) -> None:
    """Set a picture's alternative text."""
    shape._inline.docPr.set("descr", xml_text(alt))


def describe_table(table: Table, caption: str, *, has_row_headers: bool = True) -> None:
    """Set a table's title for screen readers, and mark its first row and column as headers."""
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    if look is not None:
        first = "1" if has_row_headers else "0"
        for name, value in (("firstRow", "1"), ("firstColumn", first), ("noHBand", "1"), ("noVBand", "1")):
            look.set(qn(f"w:{name}"), value)
    named = OxmlElement("w:tblCaption")
    named.set(qn("w:val"), xml_text(caption))
    table._tbl.tblPr.append(named)


def mark_header_row(row: _Row) -> None:
    """Mark a row as its table's header, which screen readers announce and which repeats on every page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def keep_rows_together(table: Table, *, whole: bool, ends: bool = True) -> None:
    """Keep each row of a table on one page, or the whole table, and shade its header row.

    A header is never alone. With ``ends``, neither is the first or the last row, and a few rows are kept together.
    """
    for row in table.rows:
        row._tr.get_or_add_trPr().insert(0, OxmlElement("w:cantSplit"))
    rows = list(table.rows)
    kept = [*rows[:2], rows[-2]] if ends else rows[:1]
    if whole or (ends and len(rows) <= FEW_ROWS + 1):
        kept = rows[:-1]
    for row in kept:
        for cell in row.cells:
            for line in cell.paragraphs:
                line.paragraph_format.keep_with_next = True
    for cell in table.rows[0].cells:
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", COLORS["wash"][1:])):
            shade.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(shade)


def draw_lines(table: Table) -> None:
    """Draw a table's lines: hairlines between rows, and an accent below the header."""
    borders = OxmlElement("w:tblBorders")
    for side, look in (
        ("top", "nil"),
        ("left", "nil"),
        ("bottom", "single"),
        ("right", "nil"),
        ("insideH", "single"),
        ("insideV", "nil"),
    ):
        borders.append(_border(side, look, COLORS["line"], 4))
    table._tbl.tblPr.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook", "w:tblCaption")
    for cell in table.rows[0].cells:
        edges = OxmlElement("w:tcBorders")
        edges.append(_border("bottom", "single", COLORS["accent"], 8))
        cell._tc.get_or_add_tcPr().insert_element_before(edges, "w:shd")


def _border(side: str, look: str, color: str, eighths: int) -> BaseOxmlElement:
    """A border in eighths of a point."""
    border = OxmlElement(f"w:{side}")
    for name, value in (("val", look), ("sz", str(eighths)), ("space", "0"), ("color", color[1:])):
        border.set(qn(f"w:{name}"), value)
    return border


def add_running_lines(document: WordDocument, packet: Document, style: str) -> None:
    """Set the lines at the top and bottom of pages: series and heading (not on the first page), title and page number.

    Word and LibreOffice compute the page numbers.
    """
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.header.is_linked_to_previous = False
    header = section.header.paragraphs[0]
    _running_line(document, header, packet.series, style).add_run(f"\t{xml_text(packet.heading)}")
    for footer in (section.footer, section.first_page_footer):
        footer.is_linked_to_previous = False
        add_page_numbers(
            document, footer.paragraphs[0], packet.title, style, packet.fixed_texts.page, packet.fixed_texts.of
        )


def add_page_numbers(document: WordDocument, line: Paragraph, text: str, style: str, page: str, of: str) -> None:
    """Write a line of text with "Page 1 of 9" at the right margin."""
    line = _running_line(document, line, text, style)
    line.add_run(f"\t{page} ")
    _field(line, "PAGE")
    line.add_run(f" {of} ")
    _field(line, "NUMPAGES")


def look_styles_up_once(document: WordDocument) -> None:
    """Keep the id of each style that a paragraph names. Call it once all styles are defined.

    python-docx otherwise reads all styles of the document for every paragraph, most of the time that a document takes.
    """
    part = document.part
    part.get_style_id = lru_cache(maxsize=None)(part.get_style_id)  # type: ignore[method-assign]


def _running_line(document: WordDocument, line: Paragraph, text: str, style: str) -> Paragraph:
    """A line of text with a tab stop at the right margin."""
    section = document.sections[0]
    width = Length((section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0))
    line.style = style
    line.paragraph_format.tab_stops.add_tab_stop(width, WD_TAB_ALIGNMENT.RIGHT)
    line.add_run(xml_text(text))
    return line


def _field(line: Paragraph, code: str) -> None:
    """A field that the program computes, such as the page number."""
    field = etree.SubElement(line._p, qn("w:fldSimple"))
    field.set(qn("w:instr"), code)
    etree.SubElement(etree.SubElement(field, qn("w:r")), qn("w:t")).text = "1"


def restart_numbers(document: WordDocument, lines: Sequence[Paragraph]) -> None:
    """Restart a numbered list at 1."""
    numbering = document.part.numbering_part.element
    style = document.styles["List Number"].element.pPr.numPr.numId.val
    abstract = next(n for n in numbering.num_lst if n.numId == style).abstractNumId.val
    number = numbering.add_num(abstract)
    number.add_lvlOverride(ilvl=0).add_startOverride(1)
    for line in lines:
        marks = line._p.get_or_add_pPr().get_or_add_numPr()
        marks.get_or_add_ilvl().val = 0
        marks.get_or_add_numId().val = number.numId


def _run(line: Paragraph, words: str) -> CT_R:
    """A text run. python-docx would process the text character by character."""
    run: CT_R = etree.SubElement(line._p, qn("w:r"))
    for piece in _BREAKS.split(words):
        if piece in _MARKS:
            etree.SubElement(run, _MARKS[piece])
        elif piece:
            text = etree.SubElement(run, qn("w:t"))
            text.text = piece
            if piece != piece.strip():
                text.set(_SPACE, "preserve")
    return run


def _link(line: Paragraph, address: str) -> CT_R:
    """A run inside a link to the address in its text."""
    related = line.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), related)
    run = line.add_run(address)
    run.font.underline, run.font.color.rgb = True, LINK_COLOR
    link.append(run._r)
    line._p.append(link)
    return run._r
