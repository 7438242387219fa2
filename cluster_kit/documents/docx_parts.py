"""What Word can say about a document and python-docx has no words for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.text.paragraph import CT_P
from docx.oxml.text.run import CT_R
from docx.shape import InlineShape
from docx.shared import RGBColor
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph
from lxml import etree

from cluster_kit.documents.typed_text import split_links
from cluster_kit.documents.typst_data import is_right_to_left
from cluster_kit.web.tokens import COLORS

LINK_COLOUR = RGBColor.from_string(COLORS["accent"][1:])
_BREAKS = re.compile("([\t\n\r])")
_MARKS = {"\t": qn("w:tab"), "\n": qn("w:br"), "\r": qn("w:br")}
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(words: str) -> str:
    """The words with a mark in place of each character that XML cannot hold."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", words)


def new_paragraph(style_id: str) -> CT_P:
    """An empty paragraph in a style, to be put in its place."""
    paragraph: CT_P = OxmlElement("w:p")
    etree.SubElement(etree.SubElement(paragraph, qn("w:pPr")), qn("w:pStyle")).set(qn("w:val"), style_id)
    return paragraph


def add_text(line: Paragraph, words: str) -> None:
    """Add words to a paragraph: lines broken where they were, addresses as links, right to left where they run so."""
    rtl = is_right_to_left(words)
    if rtl:
        line._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
    for piece, is_link in split_links(xml_text(words)):
        run = _link(line, piece) if is_link else _run(line, piece)
        if rtl:
            run.get_or_add_rPr().append(OxmlElement("w:rtl"))


def describe_picture(shape: InlineShape, alt: str) -> None:
    """Say in words what a picture shows."""
    shape._inline.docPr.set("descr", xml_text(alt))


def describe_table(table: Table, caption: str) -> None:
    """Name a table for screen readers, and say that its first row and column are headers."""
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    if look is not None:
        for name, value in (("firstRow", "1"), ("firstColumn", "1"), ("noHBand", "1"), ("noVBand", "1")):
            look.set(qn(f"w:{name}"), value)
    named = OxmlElement("w:tblCaption")
    named.set(qn("w:val"), xml_text(caption))
    table._tbl.tblPr.append(named)


def mark_header_row(row: _Row) -> None:
    """Make a row the header of its table: it is announced, and repeats on every page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def restart_numbers(document: WordDocument, lines: Sequence[Paragraph]) -> None:
    """Let a numbered list begin at 1, whatever lists came before it."""
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
    """A run of words. python-docx goes through them letter by letter."""
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
    """A run inside a link; the address is its text."""
    related = line.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), related)
    run = line.add_run(address)
    run.font.underline, run.font.color.rgb = True, LINK_COLOUR
    link.append(run._r)
    line._p.append(link)
    return run._r
