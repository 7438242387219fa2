"""Chart style: fonts, and one palette for color-blind readers and grayscale printers.

Text is drawn as outlines, so a chart looks the same everywhere. A character that the fonts lack is drawn as an empty
box; the text alternative has it in full.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cluster_kit.documents.canvas import (
    INK,
    LEADING,
    POINTS_PER_INCH,
    WIDTH,
    Canvas,
    Look,
    Pen,
    extent_of,
    known_characters,
)
from cluster_kit.documents.quotes import curl_quotes
from cluster_kit.documents.typed_text import visible_text
from cluster_kit.web.tokens import COLORS

__all__ = ["INK", "WIDTH", "Canvas", "Pen"]

MUTED, LINE, WASH, ACCENT = (COLORS[name] for name in ("muted", "line", "wash", "accent"))
# Each point of a scale also has its own shape.
SCALE_COLORS = tuple(COLORS[f"chart-{name}"] for name in ("vermilion", "orange", "sky", "blue", "green"))
SCALE_MARKERS = ("X", "v", "o", "s", "D")
UNRATED = (COLORS["paper"], "o")
# From light to dark, so that higher values are also darker in grayscale.
PALE, MIDDLE, DARK = (253, 243, 220), (140, 183, 205), (26, 66, 104)
EVEN = 0.179  # the luminance at which black and white text are equally readable

BODY, SMALL, TINY = 11.0, 9.5, 8.5
MOST_CHARACTERS = 1000  # more than any label has room for
_MISSING = "\N{WHITE SQUARE}"


def draw_text(canvas: Canvas, place: tuple[float, float], text: str, *, size: float = BODY, **look: Any) -> None:
    """Write text, top left at ``place`` unless its ``Look`` says otherwise. Markup is not interpreted."""
    canvas.write(place, drawable_text(text), Look(size, **look))


def write_lines(
    canvas: Canvas, place: tuple[float, float], lines: Sequence[str], *, size: float = BODY, **look: Any
) -> None:
    """Write lines one below the other, vertically centered at ``place`` (top-aligned with ``va="top"``)."""
    x, y = place
    top = y if look.pop("va", "center") == "top" else y + line_height(size) * len(lines) / 2
    for number, line in enumerate(lines):
        middle = top - line_height(size) * (number + 0.5)
        draw_text(canvas, (x, middle), line, size=size, va="center_baseline", **look)


def write_upwards(canvas: Canvas, place: tuple[float, float], lines: Sequence[str], *, size: float = SMALL) -> None:
    """Write vertical lines of text side by side, reading upwards; ``place`` is the center of their lower ends."""
    x, y = place
    left = x - line_height(size) * len(lines) / 2
    for number, line in enumerate(lines):
        middle = left + line_height(size) * (number + 0.5)
        draw_text(canvas, (middle, y), line, size=size, upwards=True, va="center_baseline")


def wrap_text(text: str, width: float, *, size: float = BODY, max_lines: int = 3) -> list[str]:
    """Break text into lines at most ``width`` inches wide. Text beyond ``max_lines`` ends in an ellipsis."""
    lines: list[str] = []
    line = ""
    for word in _breakable(drawable_text(text[:MOST_CHARACTERS]), width, size):
        longer = f"{line} {word}".strip()
        if line and text_width(longer, size) > width:
            lines.append(line)
            line = word
        else:
            line = longer
        if len(lines) > max_lines:
            break
    lines.append(line)
    if len(lines) <= max_lines:
        return lines
    last = lines[max_lines - 1]
    while last and text_width(last + "…", size) > width:
        last = last[:-1]
    return [*lines[: max_lines - 1], last.rstrip() + "…"]


def text_width(text: str, size: float = BODY) -> float:
    """Width of the drawn text in inches."""
    return extent_of(text).width * size / POINTS_PER_INCH


def line_height(size: float = BODY) -> float:
    """Line height in inches."""
    return size * LEADING / POINTS_PER_INCH


def drawable_text(text: str) -> str:
    """The text on one line with curly quotation marks, and a box for each character that the fonts lack."""
    known, text = known_characters(), curl_quotes(" ".join(visible_text(text).split()))
    return "".join(char if ord(char) in known else _MISSING for char in text)


def shade_colors(share: float) -> tuple[str, str]:
    """Color for a share from 0 to 1, and a text color with a contrast of at least 4.5:1."""
    share = min(max(share, 0.0), 1.0)
    start, end, way = (PALE, MIDDLE, share * 2) if share <= 0.5 else (MIDDLE, DARK, share * 2 - 1)
    red, green, blue = (round(a + (b - a) * way) for a, b in zip(start, end, strict=True))
    ink = "#000000" if luminance((red, green, blue)) > EVEN else "#ffffff"
    return f"#{red:02x}{green:02x}{blue:02x}", ink


def luminance(color: tuple[int, int, int]) -> float:
    """Relative luminance of an sRGB color, as WCAG 2.1 defines it."""
    parts = [part / 255 for part in color]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _breakable(text: str, width: float, size: float) -> list[str]:
    """The words, with those longer than a line split into pieces that fit."""
    pieces: list[str] = []
    for word in text.split():
        if text_width(word, size) <= width:
            pieces.append(word)
            continue
        piece = ""
        for char in word:
            if piece and text_width(piece + char, size) > width:
                pieces.append(piece)
                piece = ""
            piece += char
        pieces.append(piece)
    return pieces
