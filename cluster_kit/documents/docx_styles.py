"""How a Word document looks: a few changes to Word's own styles, so that a state can restyle it in one place."""

from __future__ import annotations

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Inches, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from cluster_kit.web.tokens import COLORS

ACCENT, MUTED, WARN, INK = (RGBColor.from_string(COLORS[name][1:]) for name in ("accent", "muted", "warn", "ink"))
FONT = "Calibri"
TEXT_WIDTH = 6.5
LEAD, NOTE, LABEL, NOTICE, CELL, CELL_HEAD, GAP = (
    *("Packet Lead", "Packet Note", "Packet Label", "Packet Notice"),
    *("Packet Cell", "Packet Cell Head", "Packet Gap"),
)
HEADINGS = {1: 17.0, 2: 14.0, 3: 12.5, 4: 11.5, 5: 11.0, 6: 11.0}


def prepare(document: Document) -> None:
    """Letter paper, and the styles that packets use."""
    section = document.sections[0]
    section.page_width, section.page_height = Inches(8.5), Inches(11)
    section.left_margin = section.right_margin = Inches((8.5 - TEXT_WIDTH) / 2)
    section.top_margin = section.bottom_margin = Inches(0.9)
    for name, size, colour in (("Normal", 10.5, INK), ("Title", 28.0, ACCENT), ("Subtitle", 14.0, INK)):
        _look(document, name, size, colour)
    for level, size in HEADINGS.items():
        _look(document, f"Heading {level}", size, ACCENT if level < 3 else INK)
    _look(document, "Caption", 10.0, INK)
    _new(document, LEAD, 12.0, INK)
    _new(document, NOTE, 10.0, MUTED)
    _new(document, LABEL, 10.0, MUTED, bold=True).paragraph_format.keep_with_next = True
    _new(document, NOTICE, 10.5, WARN, bold=True)
    for name, bold in ((CELL, False), (CELL_HEAD, True)):
        _new(document, name, 9.5, INK, bold=bold).paragraph_format.space_after = Pt(2)
    gap = _new(document, GAP, 4.0, INK).paragraph_format
    gap.space_before = gap.space_after = Pt(0)


def _new(document: Document, name: str, size: float, colour: RGBColor, *, bold: bool = False) -> ParagraphStyle:
    style: ParagraphStyle = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    _look(document, name, size, colour)
    style.font.bold = bold
    return style


def _look(document: Document, name: str, size: float, colour: RGBColor) -> None:
    style = document.styles[name]
    style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), colour
    fonts = style.element.rPr.rFonts
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    style.font.italic = False
    style.paragraph_format.space_after = Pt(6)
