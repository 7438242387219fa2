"""How every picture looks: one font, one palette that colour-blind people and grey printers can read, one way to save.

Text is drawn as outlines in the font that matplotlib carries, so a picture looks the same wherever it is opened. A
character that this font lacks is drawn as an empty box; the words beside the picture have it in full.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.text import Text
from matplotlib.textpath import TextToPath

from cluster_kit.insights.typed import clean

FONT = "DejaVu Sans"
INK, MUTED, LINE, WASH = "#1b1f24", "#57606a", "#d0d7de", "#f6f8fa"
ACCENT = "#1f4e79"
# From the palette of Okabe and Ito (2008); each point of a scale has its own shape as well.
SCALE_COLOURS = ("#d55e00", "#e69f00", "#56b4e9", "#0072b2", "#009e73")
SCALE_MARKERS = ("X", "v", "o", "s", "D")
UNRATED = ("#ffffff", "o")
# From pale to dark, so that more is darker in grey print as well.
PALE, MIDDLE, DARK = (253, 243, 220), (140, 183, 205), (26, 66, 104)
EVEN = 0.179  # the luminance on which black and white words are equally readable

WIDTH = 6.5
BODY, SMALL, TINY = 10.0, 8.5, 7.5
POINTS_PER_INCH = 72
LEADING = 1.3
MOST_CHARACTERS = 1000  # more than any label has room for
_MISSING = "\N{WHITE SQUARE}"
_PROLOG = re.compile(r"^.*?(?=<svg )", re.DOTALL)
_COMMENTS = re.compile(r"<!--.*?-->", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
_SIZE = re.compile(r' (?:width|height)="[^"]*pt"')


def new_canvas(height: float) -> tuple[Figure, Axes]:
    """A figure of the common width, ``height`` inches high, with one axes measured in inches from its lower left."""
    figure = Figure(figsize=(WIDTH, height))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH), ylim=(0, height))
    axes.set_axis_off()
    return figure, axes


def write(axes: Axes, place: tuple[float, float], words: str, *, size: float = BODY, **look: Any) -> Text:
    """Put text on the canvas, top left at ``place`` unless ``ha`` and ``va`` say otherwise. Nothing in it is markup."""
    look = {"color": INK, "ha": "left", "va": "top", "linespacing": LEADING, **look}
    return axes.text(*place, drawable(words), fontsize=size, fontfamily=FONT, parse_math=False, **look)


def write_lines(
    axes: Axes, place: tuple[float, float], lines: Sequence[str], *, size: float = BODY, **look: Any
) -> None:
    """Write lines one below the other, as a block whose middle is at ``place`` (its top, with ``va="top"``)."""
    x, y = place
    top = y if look.pop("va", "center") == "top" else y + line_height(size) * len(lines) / 2
    for number, line in enumerate(lines):
        middle = top - line_height(size) * (number + 0.5)
        write(axes, (x, middle), line, size=size, va="center_baseline", **look)


def write_upwards(axes: Axes, place: tuple[float, float], lines: Sequence[str], *, size: float = SMALL) -> None:
    """Write lines that are read from below to above, beside one another; the middle of their feet is at ``place``."""
    x, y = place
    left = x - line_height(size) * len(lines) / 2
    for number, line in enumerate(lines):
        middle = left + line_height(size) * (number + 0.5)
        look = {"rotation": 90, "rotation_mode": "anchor", "va": "center_baseline"}
        write(axes, (middle, y), line, size=size, **look)


def wrap(words: str, width: float, *, size: float = BODY, max_lines: int = 3) -> list[str]:
    """The words in lines at most ``width`` inches wide. What goes beyond ``max_lines`` ends in an ellipsis."""
    lines: list[str] = []
    line = ""
    for word in _breakable(drawable(words[:MOST_CHARACTERS]), width, size):
        longer = f"{line} {word}".strip()
        if line and measure(longer, size) > width:
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
    while last and measure(last + "…", size) > width:
        last = last[:-1]
    return [*lines[: max_lines - 1], last.rstrip() + "…"]


@lru_cache(maxsize=10_000)
def measure(words: str, size: float = BODY) -> float:
    """How wide the words are when drawn, in inches."""
    width, _, _ = _measurer().get_text_width_height_descent(words, _properties(size), ismath=False)
    return float(width) / POINTS_PER_INCH


def line_height(size: float = BODY) -> float:
    """The distance from one line to the next, in inches."""
    return size * LEADING / POINTS_PER_INCH


def drawable(words: str) -> str:
    """The words on one line, with a box for each character that the font lacks."""
    known = _known_characters()
    return "".join(char if ord(char) in known else _MISSING for char in " ".join(clean(words).split()))


def save(figure: Figure) -> str:
    """The figure as an SVG element that grows and shrinks with its place. The same figure gives the same text."""
    buffer = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": "cluster-kit", "svg.fonttype": "path"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    svg = _METADATA.sub("", _COMMENTS.sub("", _PROLOG.sub("", buffer.getvalue(), count=1)))
    svg = _SIZE.sub("", svg, count=2)
    return re.sub(r"\n\s*\n+", "\n", svg).strip()


def shade(share: float) -> tuple[str, str]:
    """The colour for a share of the way from least (0) to most (1), and the colour of words on it: 4.5 to 1 or more."""
    share = min(max(share, 0.0), 1.0)
    start, end, way = (PALE, MIDDLE, share * 2) if share <= 0.5 else (MIDDLE, DARK, share * 2 - 1)
    red, green, blue = (round(a + (b - a) * way) for a, b in zip(start, end, strict=True))
    ink = "#000000" if luminance((red, green, blue)) > EVEN else "#ffffff"
    return f"#{red:02x}{green:02x}{blue:02x}", ink


def luminance(colour: tuple[int, int, int]) -> float:
    """The relative luminance of a colour in sRGB, as WCAG 2.1 defines it."""
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _breakable(words: str, width: float, size: float) -> list[str]:
    """The words, those too long for a line cut into pieces that fit."""
    pieces: list[str] = []
    for word in words.split():
        if measure(word, size) <= width:
            pieces.append(word)
            continue
        piece = ""
        for char in word:
            if piece and measure(piece + char, size) > width:
                pieces.append(piece)
                piece = ""
            piece += char
        pieces.append(piece)
    return pieces


@cache
def _properties(size: float) -> FontProperties:
    return FontProperties(family=FONT, size=size)


@cache
def _measurer() -> TextToPath:
    return TextToPath()


@cache
def _known_characters() -> frozenset[int]:
    return frozenset(get_font(findfont(FontProperties(family=FONT))).get_charmap())
