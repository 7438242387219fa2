"""The styles of Word documents: changes to Word's built-in styles, which a state can edit in one place."""

from __future__ import annotations

from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Inches, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from cluster_kit.documents.docx_fonts import embed_fonts
from cluster_kit.documents.fonts import TEXT
from cluster_kit.documents.identity import current_identity
from cluster_kit.web.tokens import COLORS

MUTED, WARN, INK = (RGBColor.from_string(COLORS[name][1:]) for name in ("muted", "warn", "ink"))
TEXT_WIDTH = {"portrait": 6.5, "landscape": 10.0, "compact": 7.5}
LEAD, NOTE, LABEL, NOTICE, CELL, CELL_HEAD, GAP, RUNNING = (
    *("Packet Lead", "Packet Note", "Packet Label", "Packet Notice"),
    *("Packet Cell", "Packet Cell Head", "Packet Gap", "Packet Running Line"),
)
ANSWER = "Packet Answer"  # a character style: an answer on the line of its label
CLOSE = 0.85
"""The line spacing of small text in tables: the typeface has much space between its lines."""
HEADINGS = {1: 16.0, 2: 14.0, 3: 12.5, 4: 11.5, 5: 11.0, 6: 11.0}


def prepare_styles(document: Document, layout: str = "portrait") -> None:
    """Set Letter paper and the packet styles. Except on ordinary portrait paper, margins and text are small."""
    section, is_wide = document.sections[0], layout == "landscape"
    wide, high = (11.0, 8.5) if is_wide else (8.5, 11.0)
    section.orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Inches(wide), Inches(high)
    section.left_margin = section.right_margin = Inches((wide - TEXT_WIDTH[layout]) / 2)
    section.top_margin = section.bottom_margin = Inches(0.75 if layout == "portrait" else 0.5)
    if layout != "portrait":  # Word's half an inch would push the text out of the margins
        section.header_distance = section.footer_distance = Inches(0.25)
    accent = RGBColor.from_string(current_identity().colors["accent"][1:])
    for name, size, color in (("Normal", 10.5, INK), ("Title", 24.0, accent), ("Subtitle", 14.0, INK)):
        _set_font(document, name, size, color)
    for level, size in HEADINGS.items():
        _set_font(document, f"Heading {level}", size, accent if level < 3 else INK)
        document.styles[f"Heading {level}"].font.bold = True  # the template's lowest levels look like body text
        spacing = document.styles[f"Heading {level}"].paragraph_format
        spacing.space_before, spacing.space_after = Pt(10 if level == 1 else 8), Pt(3)
    document.styles["Normal"].paragraph_format.line_spacing = 1.0
    _pack_title(document)
    embed_fonts(document)
    _set_font(document, "Caption", 10.0, INK)
    add_style(document, LEAD, 12.0, INK)
    add_style(document, NOTE, 10.0, MUTED)
    add_style(document, LABEL, 10.0, MUTED, bold=True).paragraph_format.keep_with_next = True
    add_style(document, NOTICE, 10.5, WARN, bold=True)
    answer = document.styles.add_style(ANSWER, WD_STYLE_TYPE.CHARACTER).font
    answer.bold, answer.size, answer.color.rgb = False, Pt(10.5), INK
    add_style(document, RUNNING, 9.0, MUTED).paragraph_format.space_after = Pt(0)
    for name, bold in ((CELL, False), (CELL_HEAD, True)):
        spacing = add_style(document, name, 9.5, INK, bold=bold).paragraph_format
        spacing.space_before = spacing.space_after = Pt(2)
    if layout != "portrait":
        _shrink(document)
    gap = add_style(document, GAP, 4.0, INK).paragraph_format
    gap.space_before = gap.space_after = Pt(0)


def _pack_title(document: Document) -> None:
    """Set title and subtitle closely, with a rule in the organization's color, and no letter spacing."""
    for name, after in (("Title", 4), ("Subtitle", 2)):
        document.styles[name].paragraph_format.space_before = Pt(0)
        document.styles[name].paragraph_format.space_after = Pt(after)
    for rule in document.styles["Title"].element.iter(qn("w:bottom")):
        rule.set(qn("w:color"), current_identity().colors["accent"][1:])
        rule.attrib.pop(qn("w:themeColor"), None)
    for spacing in document.styles["Subtitle"].element.rPr.findall(qn("w:spacing")):
        spacing.getparent().remove(spacing)


def _shrink(document: Document) -> None:
    """Make the text small enough for wide tables, and for two titles on a running line."""
    sizes = {"Title": 18.0, "Subtitle": 11.0, "Heading 1": 11.5, "Caption": 9.5, NOTE: 9.0, CELL: 8.5, CELL_HEAD: 8.5}
    document.styles[RUNNING].font.size = Pt(8.5)
    for name, size in sizes.items():
        style = document.styles[name]
        style.font.size, style.paragraph_format.space_before, style.paragraph_format.space_after = (
            Pt(size),
            Pt(0),
            Pt(2),
        )
    for name in (CELL, CELL_HEAD):
        document.styles[name].paragraph_format.line_spacing = CLOSE


def add_style(document: Document, name: str, size: float, color: RGBColor, *, bold: bool = False) -> ParagraphStyle:
    """Add a paragraph style in the typeface of documents."""
    style: ParagraphStyle = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    _set_font(document, name, size, color)
    style.font.bold = bold
    return style


def _set_font(document: Document, name: str, size: float, color: RGBColor) -> None:
    style = document.styles[name]
    style.font.name, style.font.size, style.font.color.rgb = TEXT, Pt(size), color
    fonts = style.element.rPr.rFonts
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    style.font.italic = False
    style.paragraph_format.space_after = Pt(4)
