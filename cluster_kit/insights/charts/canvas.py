"""A sheet to draw on with matplotlib's own SVG renderer: shapes, markers, hatches and letters, without its figures.

A figure prepares axes, ticks and layers of transformations, and lays out each line of text several times. These
pictures are drawn in inches and need none of that.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.colors import to_rgba
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font
from matplotlib.markers import MarkerStyle
from matplotlib.patches import FancyArrowPatch, Patch, Rectangle
from matplotlib.path import Path
from matplotlib.textpath import TextToPath
from matplotlib.transforms import Affine2D, IdentityTransform

from cluster_kit.documents.fonts import FOLDER, TEXT
from cluster_kit.web.tokens import COLORS

Place = tuple[float, float]
Renderer = Any  # matplotlib says no types of its renderers

FONTS = (TEXT, "DejaVu Sans")  # the second, which matplotlib carries, has more symbols and scripts
WIDTH = 6.5
INK = COLORS["ink"]
POINTS_PER_INCH = 72
LEADING = 1.3
BACK_PAD = 1
MEASURED_AT = 100
_PROLOG = re.compile(r"^.*?(?=<svg )", re.DOTALL)
_COMMENTS = re.compile(r"<!--.*?-->", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
_SIZE = re.compile(r' (?:width|height)="[^"]*pt"')
_EMPTY_LINES = re.compile(r"\n\s*\n+")


@dataclass(frozen=True)
class Pen:
    """What draws lines, ``width`` points wide. What has a higher ``zorder`` covers what has a lower one."""

    color: str
    width: float = 1
    zorder: float = 1


@dataclass(frozen=True)
class Look:
    """How a line of text looks, and which of its points stands at its place.

    ``upwards`` is read from below to above; ``back`` is the color of a patch behind the words.
    """

    size: float
    color: str = INK
    ha: Literal["left", "center", "right"] = "left"
    va: Literal["top", "center", "center_baseline", "bottom"] = "top"
    zorder: float = 3
    upwards: bool = False
    back: str = ""


@dataclass(frozen=True)
class Extent:
    """How far a line of words reaches, in parts of its size: to the right, above and below the line of writing."""

    width: float
    ascent: float
    descent: float


class Canvas:
    """A sheet of the common width, measured in inches from its lower left corner.

    Of two things with the same ``zorder`` the later one covers the earlier.
    """

    def __init__(self, height: float) -> None:
        self._size = WIDTH * POINTS_PER_INCH, height * POINTS_PER_INCH
        self._to_points = Affine2D().scale(POINTS_PER_INCH)
        self._drawn: list[tuple[float, Callable[[Renderer], None]]] = []
        self.add(Rectangle((0, 0), WIDTH, height, facecolor=COLORS["paper"], edgecolor="none", zorder=-1))

    def line(self, start: Place, end: Place, pen: Pen) -> None:
        """Draw a straight line."""

        def draw(renderer: Renderer) -> None:
            context = _context(renderer, pen)
            context.set_capstyle("projecting")
            renderer.draw_path(context, Path([start, end]), self._to_points)

        self._drawn.append((pen.zorder, draw))

    def arrow(self, start: Place, end: Place, pen: Pen) -> None:
        """Draw a line with a head at its end."""
        way = Path([self._to_points.transform(place) for place in (start, end)])
        arrow = FancyArrowPatch(
            path=way, arrowstyle="-|>", mutation_scale=10, color=pen.color, linewidth=pen.width, joinstyle="miter"
        )
        arrow.set_transform(IdentityTransform())
        self._drawn.append((pen.zorder, arrow.draw))

    def mark(self, place: Place, size: float, fill: str, pen: Pen, marker: str = "o") -> None:
        """Draw one of matplotlib's markers, of ``size`` square points, with an edge drawn by the pen."""
        shape = MarkerStyle(marker)
        to_place = Affine2D().scale(size**0.5).translate(*self._to_points.transform(place))

        def draw(renderer: Renderer) -> None:
            way = shape.get_transform() + to_place
            renderer.draw_path(_context(renderer, pen), shape.get_path(), way, to_rgba(fill))

        self._drawn.append((pen.zorder, draw))

    def add(self, patch: Patch) -> None:
        """Draw one of matplotlib's patches."""
        patch.set_transform(self._to_points)
        self._drawn.append((patch.get_zorder(), patch.draw))

    def write(self, place: Place, words: str, look: Look) -> None:
        """Write words on one line, in characters that the font has."""
        extent, size = extent_of(words), look.size
        right = {"left": 0, "center": extent.width / 2, "right": extent.width}[look.ha] * size
        up = _baseline(extent, look)
        turned = Affine2D().rotate_deg(90 if look.upwards else 0).translate(*self._to_points.transform(place))
        if look.back:
            top, tall = up + _above(extent, size), size * LEADING
            corner, wide = (-right - BACK_PAD, top - tall - BACK_PAD), extent.width * size + 2 * BACK_PAD
            box = Rectangle(corner, wide, tall + 2 * BACK_PAD, facecolor=look.back, edgecolor="none")
            box.set_transform(turned)
            self._drawn.append((look.zorder, box.draw))
        x, y = turned.transform((-right, up))

        def draw(renderer: Renderer) -> None:
            context, angle = _context(renderer, Pen(look.color)), 90 if look.upwards else 0
            renderer.draw_text(context, x, self._size[1] - y, words, _font(size), angle)

        self._drawn.append((look.zorder, draw))

    def svg(self) -> str:
        """The drawing as an SVG element that grows and shrinks with its place. The same drawing gives the same text."""
        buffer = io.StringIO()
        with mpl.rc_context({"svg.hashsalt": "cluster-kit", "svg.fonttype": "path"}):
            renderer: Renderer = RendererSVG(*self._size, buffer, metadata={"Date": None})  # type: ignore[no-untyped-call]
            for _, draw in sorted(self._drawn, key=lambda one: one[0]):
                draw(renderer)
            renderer.finalize()
        svg = _METADATA.sub("", _COMMENTS.sub("", _PROLOG.sub("", buffer.getvalue(), count=1)))
        return _EMPTY_LINES.sub("\n", _SIZE.sub("", svg, count=2)).strip()


@lru_cache(maxsize=10_000)
def extent_of(words: str) -> Extent:
    """How far these words reach."""
    wide, tall, below = TextToPath().get_text_width_height_descent(words, _font(MEASURED_AT), ismath=False)
    return Extent(wide / MEASURED_AT, (tall - below) / MEASURED_AT, below / MEASURED_AT)


@cache
def known_characters() -> frozenset[int]:
    """The characters that the fonts of a picture have."""
    _add_font()
    found = (get_font(findfont(FontProperties(family=family))) for family in FONTS)
    return frozenset(code for font in found for code in font.get_charmap())


@lru_cache(maxsize=100)
def _font(size: float) -> FontProperties:
    _add_font()
    return FontProperties(family=FONTS, size=size)


@cache
def _add_font() -> None:
    """Make matplotlib choose the kit's own file of the font, even where the machine has the font as well."""
    fontManager.addfont(FOLDER / "SourceSans3-Regular.ttf")
    fontManager.ttflist.insert(0, fontManager.ttflist.pop())


def _context(renderer: Renderer, pen: Pen) -> GraphicsContextBase:
    context: GraphicsContextBase = renderer.new_gc()
    context.set_foreground(pen.color)
    context.set_linewidth(pen.width)
    return context


def _baseline(extent: Extent, look: Look) -> float:
    """How far above its place the line of writing runs, in points; below it where that is negative."""
    above, tall = _above(extent, look.size), look.size * LEADING
    below = {"top": above, "center": above - tall / 2, "center_baseline": above / 2, "bottom": above - tall}
    return -below[look.va]


def _above(extent: Extent, size: float) -> float:
    """From the top of the line's strip down to where its letters stand: as much room is above them as below them."""
    return (LEADING + extent.ascent - extent.descent) * size / 2
