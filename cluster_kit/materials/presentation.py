"""Write slides as an accessible PPTX file.

Titles are in title placeholders, texts in body placeholders, and the reading order is from top to bottom. Pictures and
tables have alternative text, and every text has a language tag. No text is smaller than 18 points: text that does not
fit continues on another slide.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from functools import cache

from lxml import etree
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE
from pptx.oxml.ns import qn
from pptx.presentation import Presentation as PptxPresentation
from pptx.shapes.base import BaseShape
from pptx.slide import Slide as PptxSlide
from pptx.slide import SlideLayout
from pptx.text.text import TextFrame
from pptx.util import Emu, Inches, Pt

from cluster_kit.documents.docx_parts import xml_text
from cluster_kit.documents.identity import current_identity
from cluster_kit.documents.model import LANGUAGE
from cluster_kit.documents.rasterize import to_png
from cluster_kit.materials.fitting import (
    BOTTOM,
    COLUMN_SHARES,
    HIGH,
    INDENT,
    LARGEST_CELL,
    MARGIN,
    SMALLEST,
    TEXT_WIDE,
    TITLE_HIGH,
    TOP,
    WIDE,
    Slide,
    SlideLine,
    choose_size,
    choose_title_size,
    look_of,
    measure_picture,
    measure_rows,
    split_slide,
)
from cluster_kit.organization import Organization

PIXELS_PER_INCH = 320
LOGO_HIGH = 0.35
_TITLE_AND_CONTENT, _TITLE_ONLY = 1, 5
_THEME = {
    "dk1": "ink",
    "lt1": "paper",
    "dk2": "accent-dark",
    "lt2": "backdrop",
    "accent1": "accent",
    "accent2": "chart-vermilion",
    "accent3": "chart-green",
    "accent4": "chart-blue",
    "accent5": "chart-orange",
    "accent6": "accent-mid",
    "hlink": "accent",
    "folHlink": "accent-dark",
}


def write_presentation(slides: Sequence[Slide], title: str, author: str) -> bytes:
    """The slides as a PPTX file."""
    presentation = Presentation(io.BytesIO(_template(current_identity().organization)))
    properties = presentation.core_properties
    properties.title, properties.author, properties.language = xml_text(title), xml_text(author), f"{LANGUAGE}-US"
    text_layout, empty_layout = presentation.slide_layouts
    for slide in slides:
        for part in split_slide(slide):
            added = presentation.slides.add_slide(empty_layout if part.rows else text_layout)
            _write_title(added, part.title)
            if part.rows:
                _write_table(added, part)
            else:
                _write_lines(added, part.lines)
            added.notes_slide.notes_text_frame.text = xml_text(part.notes)
            _set_language(added.notes_slide.notes_text_frame)
    if logo := current_identity().logo_png():
        _write_logo(presentation.slides[0], logo)
    written = io.BytesIO()
    presentation.save(written)
    return written.getvalue()


def _write_logo(slide: PptxSlide, logo: bytes) -> None:
    """The organization's logo in the lower right corner, below the text."""
    picture = slide.shapes.add_picture(io.BytesIO(logo), Inches(0), Inches(0), height=Inches(LOGO_HIGH))
    picture.left = Emu(Inches(WIDE - MARGIN) - picture.width)
    picture.top = Inches(HIGH - LOGO_HIGH - 0.04)
    _describe(picture, current_identity().name)


def _write_title(slide: PptxSlide, title: str) -> None:
    shape = slide.shapes.title
    assert shape is not None  # noqa: S101  (both layouts have a title)
    frame = shape.text_frame
    frame.text = xml_text(title)
    for run in frame.paragraphs[0].runs:
        run.font.size, run.font.bold, run.font.color.rgb = Pt(choose_title_size(title)), True, _rgb("paper")
    _set_language(frame)


def _write_lines(slide: PptxSlide, lines: Sequence[SlideLine]) -> None:
    body = slide.placeholders[1]
    frame = body.text_frame
    frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
    size = choose_size(lines)
    for place, line in enumerate(lines):
        paragraph = frame.add_paragraph() if place else frame.paragraphs[0]
        look = look_of(line, size)
        paragraph.text = xml_text(line.text)
        paragraph.space_before = Pt(look.before if place else 0)
        paragraph.font.size, paragraph.font.bold, paragraph.font.color.rgb = Pt(look.size), look.bold, _rgb(look.color)
        for run in paragraph.runs:
            run.font.size, run.font.bold, run.font.color.rgb = Pt(look.size), look.bold, _rgb(look.color)
    for line, element in zip(lines, body.element.iter(qn("a:p")), strict=True):
        _set_bullet(element, is_entry=line.kind == "entry")
    _set_language(frame)


def _set_bullet(paragraph: etree._Element, *, is_entry: bool) -> None:
    """Show a bullet, or none, before the paragraph. python-pptx has no API for it."""
    properties = paragraph.find(qn("a:pPr"))
    if properties is None:
        properties = etree.SubElement(paragraph, qn("a:pPr"))
        paragraph.insert(0, properties)
    indent = int(Inches(INDENT)) if is_entry else 0
    properties.set("marL", str(indent))
    properties.set("indent", str(-indent))
    mark = etree.Element(qn("a:buChar" if is_entry else "a:buNone"))
    if is_entry:
        mark.set("char", "•")
    following = properties.find(qn("a:defRPr"))
    if following is None:
        properties.append(mark)
    else:
        following.addprevious(mark)


def _write_table(slide: PptxSlide, part: Slide) -> None:
    top = TOP
    if part.picture:
        high = measure_picture(part.picture)
        png = to_png(part.picture.svg, PIXELS_PER_INCH)
        picture = slide.shapes.add_picture(io.BytesIO(png), Inches(MARGIN), Inches(top), Inches(TEXT_WIDE))
        _describe(picture, part.picture.alt)
        top += high
    space = HIGH - top - BOTTOM
    size = next((s for s in range(LARGEST_CELL, SMALLEST, -1) if measure_rows(part.rows, s) <= space), SMALLEST)
    high = measure_rows(part.rows, size)
    frame = slide.shapes.add_table(
        len(part.rows),
        len(part.rows[0]),
        Inches(MARGIN),
        Inches(top),
        Inches(TEXT_WIDE),
        Inches(min(high * 1.15, space)),
    )
    _describe(frame, f"Table: {part.title}, with the columns {', '.join(part.rows[0])}.")
    table = frame.table
    table.first_row, table.first_col, table.horz_banding = True, True, False
    for place, share in enumerate(COLUMN_SHARES):
        table.columns[place].width = Inches(share * TEXT_WIDE)
    for place, row in enumerate(part.rows):
        for cell, text in zip(table.rows[place].cells, row, strict=True):
            is_head = place == 0
            cell.text = xml_text(text)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            cell.fill.solid()
            cell.fill.fore_color.rgb = _rgb("accent" if is_head else "wash")
            for run in cell.text_frame.paragraphs[0].runs:
                run.font.size, run.font.bold = Pt(size), is_head
                run.font.color.rgb = _rgb("paper" if is_head else "ink")
            _set_language(cell.text_frame)


def _describe(shape: BaseShape, alt: str) -> None:
    """Set a shape's alternative text, for which python-pptx has no API."""
    next(shape.element.iter(qn("p:cNvPr"))).set("descr", xml_text(alt))


def _set_language(frame: TextFrame) -> None:
    for paragraph in frame.paragraphs:
        for run in paragraph.runs:
            run.font.language_id = MSO_LANGUAGE_ID.ENGLISH_US


def _rgb(name: str) -> RGBColor:
    return RGBColor(*bytes.fromhex(current_identity().colors[name][1:]))  # type: ignore[no-untyped-call]


@cache
def _template(_organization: Organization) -> bytes:
    """A wide presentation with the kit's colors and two layouts: title with text, and title only."""
    plain = io.BytesIO()
    Presentation().save(plain)
    presentation = Presentation(io.BytesIO(_recolor(plain.getvalue())))
    presentation.slide_width, presentation.slide_height = Inches(WIDE), Inches(HIGH)
    kept = [presentation.slide_layouts[place] for place in (_TITLE_AND_CONTENT, _TITLE_ONLY)]
    for layout in list(presentation.slide_layouts):
        if layout not in kept:
            presentation.slide_layouts.remove(layout)
    for layout in kept:
        _prepare(layout)
    _place_master(presentation)
    written = io.BytesIO()
    presentation.save(written)
    return written.getvalue()


def _prepare(layout: SlideLayout) -> None:
    """Set the places of the title, on a band of the accent color, and of the text. Small placeholders are removed."""
    for shape in list(layout.placeholders):
        place = shape.placeholder_format.idx
        if place == 0:
            shape.left, shape.top, shape.width, shape.height = 0, 0, Inches(WIDE), Inches(TITLE_HIGH)
            shape.fill.solid()
            shape.fill.fore_color.rgb = _rgb("accent-dark")
            shape.text_frame.margin_left = shape.text_frame.margin_right = Inches(MARGIN)
            shape.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
            properties = next(shape.element.iter(qn("a:lstStyle")))
            etree.SubElement(properties, qn("a:lvl1pPr")).set("algn", "l")
        elif place == 1:
            shape.left, shape.top = Inches(MARGIN - 0.1), Inches(TOP)
            shape.width, shape.height = Inches(TEXT_WIDE + 0.2), Inches(HIGH - TOP - BOTTOM)
        else:
            shape.element.getparent().remove(shape.element)


def _place_master(presentation: PptxPresentation) -> None:
    """Fit the master's placeholders to the wide page."""
    for shape in list(presentation.slide_master.placeholders):
        if shape.placeholder_format.idx in (10, 11, 12):
            shape.element.getparent().remove(shape.element)
        else:
            shape.left, shape.width = Inches(MARGIN), Inches(TEXT_WIDE)


def _recolor(pptx: bytes) -> bytes:
    """The file with the design tokens as its theme's colors."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(pptx)) as source, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if re.fullmatch(r"ppt/theme/theme\d+\.xml", name):
                data = b"".join(_themed(data))
            target.writestr(name, data)
    return written.getvalue()


def _themed(theme: bytes) -> Iterator[bytes]:
    root = etree.fromstring(theme)
    for scheme in root.iter(qn("a:clrScheme")):
        for color in scheme:
            name = etree.QName(color).localname
            for child in list(color):
                color.remove(child)
            etree.SubElement(color, qn("a:srgbClr")).set("val", current_identity().colors[_THEME[name]][1:].upper())
    yield etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
