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
from cluster_kit.documents.model import LANGUAGE, Picture
from cluster_kit.documents.rasterize import to_png
from cluster_kit.materials.fitting import (
    BOTTOM,
    COLUMN_SHARES,
    COVER_HIGH,
    COVER_TOP,
    FONT,
    HIGH,
    INDENT,
    LARGEST_CELL,
    MARGIN,
    SMALLEST,
    STRIP_GAP,
    TEXT_WIDE,
    TITLE_HIGH,
    TITLE_TOP,
    TOP,
    WIDE,
    Slide,
    choose_size,
    choose_title_size,
    look_of,
    measure_picture,
    measure_rows,
    split_slide,
    text_space,
)
from cluster_kit.organization import Organization

PIXELS_PER_INCH = 320
LOGO_HIGH = 0.5
RULE_WIDE = 0.12
ROOMY = 1.5
_TITLE_AND_SUBTITLE, _TITLE_AND_CONTENT, _TITLE_ONLY = 0, 1, 5
_RULE = """<p:sp xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"
  xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">
 <p:nvSpPr><p:cNvPr id="90" name="Rule"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>
 <p:spPr><a:xfrm><a:off x="0" y="{top}"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm>
  <a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:schemeClr val="accent1"/></a:solidFill></p:spPr>
</p:sp>"""
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
    cover, text, table = presentation.slide_layouts
    for slide in slides:
        for part in split_slide(slide):
            added = presentation.slides.add_slide(_choose_layout(part, cover, text, table))
            _write_title(added, part)
            if part.rows:
                _write_table(added, part)
            else:
                _write_lines(added, part)
            if part.strip:
                _write_strip(added, part.strip)
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
    picture.top = Inches(HIGH - LOGO_HIGH - 0.12)
    _describe(picture, current_identity().name)


def _choose_layout(part: Slide, cover: SlideLayout, text: SlideLayout, table: SlideLayout) -> SlideLayout:
    if part.rows:
        return table
    return cover if part.is_cover else text


def _write_strip(slide: PptxSlide, strip: Picture) -> None:
    """A picture across the slide at its lower edge."""
    png = to_png(strip.svg, PIXELS_PER_INCH)
    high = measure_picture(strip) - STRIP_GAP
    place = Inches(MARGIN), Inches(HIGH - BOTTOM - high), Inches(TEXT_WIDE)
    _describe(slide.shapes.add_picture(io.BytesIO(png), *place), strip.alt)


def _write_title(slide: PptxSlide, part: Slide) -> None:
    shape = slide.shapes.title
    assert shape is not None  # noqa: S101  (both layouts have a title)
    frame = shape.text_frame
    frame.text = xml_text(part.title)
    size, color = choose_title_size(part.title, is_cover=part.is_cover), "paper" if part.is_cover else "accent-dark"
    for run in frame.paragraphs[0].runs:
        run.font.size, run.font.bold, run.font.color.rgb = Pt(size), True, _rgb(color)
    _set_language(frame)


def _write_lines(slide: PptxSlide, part: Slide) -> None:
    body, lines = slide.placeholders[1], part.lines
    frame = body.text_frame
    frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
    size = choose_size(part)
    if part.strip:
        left, top, width = body.left, body.top, body.width
        body.left, body.top, body.width, body.height = left, top, width, Inches(text_space(part))
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
        Inches(min(high * ROOMY, space)),
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
    """A wide presentation with the kit's colors and three layouts: a cover, title with text, and title only."""
    plain = io.BytesIO()
    Presentation().save(plain)
    presentation = Presentation(io.BytesIO(_recolor(plain.getvalue())))
    presentation.slide_width, presentation.slide_height = Inches(WIDE), Inches(HIGH)
    places = (_TITLE_AND_SUBTITLE, _TITLE_AND_CONTENT, _TITLE_ONLY)
    cover, *others = kept = [presentation.slide_layouts[place] for place in places]
    for layout in list(presentation.slide_layouts):
        if layout not in kept:
            presentation.slide_layouts.remove(layout)
    _prepare_cover(cover)
    for layout in others:
        _prepare(layout)
    _place_master(presentation)
    written = io.BytesIO()
    presentation.save(written)
    return written.getvalue()


def _prepare_cover(layout: SlideLayout) -> None:
    """The title on a field of the accent color, and the text below it."""
    _place(layout)
    title, body = sorted(layout.placeholders, key=lambda shape: shape.placeholder_format.idx)
    for shape, kind in ((title, "title"), (body, "body")):  # as in the other layouts
        next(shape.element.iter(qn("p:ph"))).set("type", kind)
    title.left, title.top, title.width, title.height = 0, 0, Inches(WIDE), Inches(COVER_HIGH)
    title.fill.solid()
    title.fill.fore_color.rgb = _rgb("accent-dark")
    title.text_frame.margin_left = title.text_frame.margin_right = Inches(MARGIN)
    title.text_frame.margin_bottom = Inches(MARGIN)
    title.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    body.top, body.height = Inches(COVER_TOP), Inches(HIGH - COVER_TOP - BOTTOM)
    for level in body.element.iter(qn("a:lvl1pPr")):
        level.set("algn", "l")


def _prepare(layout: SlideLayout) -> None:
    """Set the places of the title, beside a rule of the accent color, and of the text."""
    _place(layout)
    _add_rule(layout)


def _place(layout: SlideLayout) -> None:
    """Set the places of the title and of the text, and remove small placeholders."""
    for shape in list(layout.placeholders):
        place = shape.placeholder_format.idx
        if place == 0:
            shape.left, shape.top = Inches(MARGIN - 0.1), Inches(TITLE_TOP)
            shape.width, shape.height = Inches(TEXT_WIDE + 0.2), Inches(TITLE_HIGH)
            shape.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
            properties = next(shape.element.iter(qn("a:lstStyle")))
            for level in list(properties):
                properties.remove(level)
            etree.SubElement(properties, qn("a:lvl1pPr")).set("algn", "l")
        elif place == 1:
            shape.left, shape.top = Inches(MARGIN - 0.1), Inches(TOP)
            shape.width, shape.height = Inches(TEXT_WIDE + 0.2), Inches(HIGH - TOP - BOTTOM)
        else:
            shape.element.getparent().remove(shape.element)


def _add_rule(layout: SlideLayout) -> None:
    """A rule at the left edge, beside the title. python-pptx cannot add shapes to a layout."""
    rule = etree.fromstring(
        _RULE.format(high=Inches(TITLE_HIGH - 0.4), top=Inches(TITLE_TOP + 0.2), wide=Inches(RULE_WIDE))
    )
    layout.shapes.element.insert(2, rule)


def _place_master(presentation: PptxPresentation) -> None:
    """Fit the master's placeholders to the wide page."""
    for shape in list(presentation.slide_master.placeholders):
        if shape.placeholder_format.idx in (10, 11, 12):
            shape.element.getparent().remove(shape.element)
        else:
            shape.left, shape.width = Inches(MARGIN), Inches(TEXT_WIDE)


def _recolor(pptx: bytes) -> bytes:
    """The file with the design tokens as its theme's colors, and with the font of slides."""
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
    for scheme in root.iter(qn("a:majorFont"), qn("a:minorFont")):
        for face in scheme.iter(qn("a:latin")):
            face.set("typeface", FONT)
    yield etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
