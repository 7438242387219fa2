"""Fit text on slides: measure it, choose its size, and continue on another slide if it does not fit.

Slides are set in Arial, which every program that shows them has, or a font of the same widths. Text is measured in the
kit's own font, and a little is added.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from cluster_kit.documents.canvas import extent_of, known_characters
from cluster_kit.documents.model import Picture

FONT = "Arial"
SMALLEST, LARGEST, LARGEST_CELL = 18, 32, 24
TITLE_SIZES = (36, 32, 28, 24, 20)
COVER_SIZES = (54, 48, 44, 40, 36, 32, 28, 24, 20)
TITLE_LINES = 2
CONTINUED = " (continued)"
WIDE, HIGH, MARGIN = 13.333, 7.5, 0.6
TITLE_TOP, TITLE_HIGH = 0.3, 1.1
TOP, BOTTOM = 1.5, 0.55
COVER_HIGH, COVER_TOP = 4.4, 4.75
STRIP_GAP = 0.2
TEXT_WIDE = WIDE - 2 * MARGIN
_LEADING, _GAP, INDENT = 1.2, 0.3, 0.4
_BOLD = 1.08  # the width of bold text in relation to regular text
_WIDER = 1.08  # the width of Arial in relation to the kit's own font
_CELL_PAD = 0.18
COLUMN_SHARES = (0.18, 0.66, 0.16)
Part = TypeVar("Part")


@dataclass(frozen=True)
class SlideLine:
    """A paragraph of a slide: a heading, a question, plain text, a remark in smaller type, or a list entry."""

    text: str
    kind: Literal["heading", "question", "plain", "remark", "entry"] = "plain"


@dataclass(frozen=True)
class Slide:
    """A slide: its title, then paragraphs, or a picture and a table, the first row its header. ``notes`` are spoken.

    ``strip`` is a picture at the lower edge. The text of a ``cover`` is below a large title.
    """

    title: str
    lines: tuple[SlideLine, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    picture: Picture | None = None
    notes: str = ""
    strip: Picture | None = None
    is_cover: bool = False


def split_slide(slide: Slide) -> list[Slide]:
    """The slide, or several slides if its text does not fit at the smallest size."""
    if slide.rows:
        space = HIGH - TOP - BOTTOM - (measure_picture(slide.picture) if slide.picture else 0)
        body = _split(slide.rows[1:], lambda rows: measure_rows((slide.rows[0], *rows), SMALLEST) <= space)
        made = [replace(slide, rows=(slide.rows[0], *rows)) for rows in body]
    else:
        space = text_space(slide)
        parts = _split(slide.lines, lambda lines: measure_lines(lines, SMALLEST) <= space)
        made = [replace(slide, lines=lines) for lines in parts]
    rest = [replace(part, title=slide.title + CONTINUED, picture=None, is_cover=False) for part in made[1:]]
    return [*made[:1], *rest]


def text_space(slide: Slide) -> float:
    """The height for the slide's paragraphs in inches."""
    strip = measure_picture(slide.strip) if slide.strip else 0
    return HIGH - (COVER_TOP if slide.is_cover else TOP) - BOTTOM - strip


def choose_size(slide: Slide) -> int:
    """The largest size in points at which the slide's paragraphs fit; the smallest if none does."""
    space = text_space(slide)
    sizes = range(LARGEST, SMALLEST, -1)
    return next((size for size in sizes if measure_lines(slide.lines, size) <= space), SMALLEST)


def choose_title_size(title: str, *, is_cover: bool) -> int:
    """The largest size at which the title fits in its lines; the smallest if none does."""
    sizes = COVER_SIZES if is_cover else TITLE_SIZES
    return next((size for size in sizes if _count_lines(title, size * _BOLD, TEXT_WIDE) <= TITLE_LINES), 20)


def _split(items: Sequence[Part], fits: Callable[[tuple[Part, ...]], bool]) -> list[tuple[Part, ...]]:
    parts: list[tuple[Part, ...]] = [()]
    for item in items:
        if parts[-1] and not fits((*parts[-1], item)):
            parts.append(())
        parts[-1] = (*parts[-1], item)
    return parts


def measure_lines(lines: Sequence[SlideLine], size: float) -> float:
    """The height of paragraphs in inches."""
    return sum(map(lambda line: _line_height(line, size), lines)) + 0.1


def _line_height(line: SlideLine, size: float) -> float:
    look = look_of(line, size)
    wide = TEXT_WIDE - 0.2 - (INDENT if line.kind == "entry" else 0)
    rows = _count_lines(line.text, look.size * (_BOLD if look.bold else 1), wide)
    return (rows * look.size * _LEADING + look.before) / 72


def measure_rows(rows: Sequence[Sequence[str]], size: float) -> float:
    """The height of a table's rows in inches."""
    wides = [share * TEXT_WIDE - 0.25 for share in COLUMN_SHARES]
    tall = (max(_count_lines(cell, size * _BOLD, wide) for cell, wide in zip(row, wides, strict=True)) for row in rows)
    return sum(lines * size * _LEADING / 72 + _CELL_PAD for lines in tall)


def _count_lines(text: str, size: float, wide: float) -> int:
    """The number of lines of a text of this size in a column of this width in inches."""
    count, left = 1, wide
    space = extent_of("n n").width - extent_of("nn").width
    for word in text.split():
        needed = extent_of(_measurable(word)).width * size * _WIDER / 72
        while needed > wide:  # a word longer than a line
            count, needed, left = count + 1, needed - wide, 0.0
        if needed > left:
            count, left = count + 1, wide
        left -= needed + space * size / 72
    return count


def _measurable(word: str) -> str:
    """The word with a wide letter for each character that the fonts at hand cannot measure."""
    known = known_characters()
    return "".join(char if ord(char) in known else "W" for char in word)


@dataclass(frozen=True)
class LineLook:
    """How a paragraph looks: its size, weight, color, and the space before it in points."""

    size: float
    bold: bool
    color: str
    before: float


def look_of(line: SlideLine, size: float) -> LineLook:
    """The look of a paragraph on a slide with text of this size."""
    match line.kind:
        case "heading":
            return LineLook(max(size - 2, SMALLEST), True, "accent", size)
        case "question":
            return LineLook(size + 2, False, "ink", size * _GAP)
        case "remark":
            return LineLook(max(size - 8, SMALLEST), False, "muted", size * 0.2)
        case _:
            return LineLook(size, False, "ink", size * _GAP)


def measure_picture(picture: Picture) -> float:
    """The height of a picture across the slide, in inches, from its drawing's proportions."""
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', picture.svg)
    wide, high = (float(found[1]), float(found[2])) if found else (1.0, 0.1)
    return TEXT_WIDE * high / wide + STRIP_GAP
