"""Canvas for matplotlib's SVG renderer: shapes, markers, hatches, and text, without ``Figure`` objects.

A figure prepares axes, ticks, and transformations, and lays out each line of text several times. These charts are drawn
in inches and need none of that.
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
Renderer = Any  # Renderer = Any  # matplotlib's renderers are not typed

FONTS = (TEXT, "DejaVu Sans")  # the second font, bundled with matplotlib, covers more symbols and scripts
WIDTH = 6.5
INK = COLORS["ink"]
POINTS_PER_INCH = 72
LEADING = 1.3
BACK_PAD = 1
MEASURED_AT = 100
_PROLOG = re.compile(r"^.*?(?=<svg )", re.DOTALL)
_COMMENTS = re.compile(r"<!--.*?-->", re.DOTALL)
# Matplotlib's style element as attributes, which the content security policy of pages allows.
_STYLE = '<style type="text/css">*{stroke-linejoin: round; stroke-linecap: butt}</style>'
_LINES = 'stroke-linejoin="round" stroke-linecap="butt"'
_METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
_SIZE = re.compile(r' (?:width|height)="[^"]*pt"')
_EMPTY_LINES = re.compile(r"\n\s*\n+")


@dataclass(frozen=True)
class Pen:
    """Line style, ``width`` in points. Higher ``zorder`` is drawn above lower."""

    color: str
    width: float = 1
    zorder: float = 1


@dataclass(frozen=True)
class Look:
    """Style and anchor of a line of text.

    ``upwards`` rotates the text to read from bottom to top; ``back`` is the color of a patch behind it.
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
    """Extent of a line of text relative to its font size: to the right, above the baseline, and below it."""

    width: float
    ascent: float
    descent: float


class Canvas:
    """A canvas of the standard width. Coordinates are inches from the lower left corner.

    Elements with equal ``zorder`` are drawn in the order in which they were added.
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
        """Draw an arrow from ``start`` to ``end``."""
        way = Path([self._to_points.transform(place) for place in (start, end)])
        arrow = FancyArrowPatch(
            path=way, arrowstyle="-|>", mutation_scale=10, color=pen.color, linewidth=pen.width, joinstyle="miter"
        )
        arrow.set_transform(IdentityTransform())
        self._drawn.append((pen.zorder, arrow.draw))

    def mark(self, place: Place, size: float, fill: str, pen: Pen, marker: str = "o") -> None:
        """Draw one of matplotlib's markers, ``size`` in square points, with its edge in the style of ``pen``."""
        shape = MarkerStyle(marker)
        to_place = Affine2D().scale(size**0.5).translate(*self._to_points.transform(place))

        def draw(renderer: Renderer) -> None:
            way = shape.get_transform() + to_place
            renderer.draw_path(_context(renderer, pen), shape.get_path(), way, to_rgba(fill))

        self._drawn.append((pen.zorder, draw))

    def add(self, patch: Patch) -> None:
        """Draw a matplotlib patch."""
        patch.set_transform(self._to_points)
        self._drawn.append((patch.get_zorder(), patch.draw))

    def write(self, place: Place, text: str, look: Look) -> None:
        """Write one line of text, with characters that the fonts lack replaced."""
        extent, size = extent_of(text), look.size
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
            renderer.draw_text(context, x, self._size[1] - y, text, _font(size), angle)

        self._drawn.append((look.zorder, draw))

    def svg(self) -> str:
        """The drawing as a responsive SVG element. Equal drawings give equal text."""
        buffer = io.StringIO()
        with mpl.rc_context({"svg.hashsalt": "cluster-kit", "svg.fonttype": "path"}):
            renderer: Renderer = RendererSVG(*self._size, buffer, metadata={"Date": None})  # type: ignore[no-untyped-call]
            for _, draw in sorted(self._drawn, key=lambda one: one[0]):
                draw(renderer)
            renderer.finalize()
        svg = buffer.getvalue().replace(_STYLE, "").replace("<svg ", f"<svg {_LINES} ", 1)
        svg = _METADATA.sub("", _COMMENTS.sub("", _PROLOG.sub("", svg, count=1)))
        return _EMPTY_LINES.sub("\n", _SIZE.sub("", svg, count=2)).strip()


@lru_cache(maxsize=10_000)
def extent_of(text: str) -> Extent:
    """Measure a line of text."""
    wide, tall, below = TextToPath().get_text_width_height_descent(text, _font(MEASURED_AT), ismath=False)
    return Extent(wide / MEASURED_AT, (tall - below) / MEASURED_AT, below / MEASURED_AT)


@cache
def known_characters() -> frozenset[int]:
    """Code points that the chart fonts cover."""
    _add_font()
    found = (get_font(findfont(FontProperties(family=family))) for family in FONTS)
    return frozenset(code for font in found for code in font.get_charmap())


@lru_cache(maxsize=100)
def _font(size: float) -> FontProperties:
    _add_font()
    return FontProperties(family=FONTS, size=size)


@cache
def _add_font() -> None:
    """Make matplotlib use the bundled font file even if the system has the font too."""
    fontManager.addfont(FOLDER / "SourceSans3-Regular.ttf")
    fontManager.ttflist.insert(0, fontManager.ttflist.pop())


def _context(renderer: Renderer, pen: Pen) -> GraphicsContextBase:
    context: GraphicsContextBase = renderer.new_gc()
    context.set_foreground(pen.color)
    context.set_linewidth(pen.width)
    return context


def _baseline(extent: Extent, look: Look) -> float:
    """Offset of the baseline above the anchor, in points; negative below it."""
    above, tall = _above(extent, look.size), look.size * LEADING
    below = {"top": above, "center": above - tall / 2, "center_baseline": above / 2, "bottom": above - tall}
    return -below[look.va]


def _above(extent: Extent, size: float) -> float:
    """Distance from the top of the line box to the baseline, with equal space above and below the letters."""
    return (LEADING + extent.ascent - extent.descent) * size / 2
