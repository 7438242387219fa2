"""Words as outlines in the font that matplotlib carries: how wide they are, and the shapes of their letters.

Words come again and again, in one picture and in the next, and laying them out is what costs: each is laid out once.
"""

from __future__ import annotations

import io
import pathlib
import re
import string
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.path import Path
from matplotlib.textpath import TextToPath

from cluster_kit.insights.pictures.outlines import outline
from cluster_kit.insights.typed import clean

FONT = "DejaVu Sans"
EM = 2048  # the font's own units, in which everything here is measured
_SIZE, _FRACTIONS = 32, 64  # at this size FreeType's fractions of a pixel are the font's own units
_MISSING = "\N{WHITE SQUARE}"
# Scripts that run from right to left: their words change places, and are laid out together.
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc]")


@dataclass(frozen=True)
class Line:
    """Letters in a row, in the font's units: the name of each shape with where it begins, and how far they reach."""

    letters: tuple[tuple[str, int], ...]
    width: int
    ascent: int
    descent: int


def prepare() -> None:
    """Know what nearly every picture needs of the font. For the process that others are forked from."""
    lay_out(drawable(" ".join(string.printable)))


def drawable(words: str) -> str:
    """The words on one line, with a box for each character that the font lacks."""
    known = _known_characters()
    return "".join(char if ord(char) in known else _MISSING for char in " ".join(clean(words).split()))


def lay_out(line: str) -> Line:
    """The letters of a line. It must be ``drawable``."""
    letters: list[tuple[str, int]] = []
    x = 0
    words = [_lay_out(piece) for piece in _pieces(line)]
    for word in words:
        letters += [(name, x + start) for name, start in word.letters]
        x += word.width + _space()
    ascent, descent = (max(ends) for ends in zip(*((word.ascent, word.descent) for word in words), strict=True))
    return Line(tuple(letters), x - _space(), ascent, descent)


def width(line: str) -> int:
    """How wide a line is, in the font's units. It must be ``drawable``."""
    return sum(_measure(piece)[0] + _space() for piece in _pieces(line)) - _space()


def shape(letter: str) -> str:
    """The outline of a letter that was laid out, by its name, as SVG writes paths."""
    return _shapes()[letter]


def _pieces(line: str) -> list[str]:
    return [line] if _RIGHT_TO_LEFT.search(line) else line.split(" ")


@lru_cache(maxsize=10_000)
def _measure(word: str) -> tuple[int, int, int]:
    """Width, height, and how far below its line a word reaches."""
    font = _font()
    font.set_text(word, 0.0, flags=LoadFlags.NO_HINTING)
    return *font.get_width_height(), font.get_descent()


@lru_cache(maxsize=10_000)
def _lay_out(word: str) -> Line:
    wide, tall, descent = _measure(word)
    outlines: dict[str, tuple[Any, Any]] = {}
    letters, _, _ = TextToPath().get_glyphs_with_font(_font(), word, outlines)
    for name, (corners, codes) in outlines.items():
        if name not in _shapes():
            _shapes()[name] = outline(Path(corners, codes), _FRACTIONS)
    return Line(tuple((name, round(x * _FRACTIONS)) for name, x, _, _ in letters), wide, tall - descent, descent)


@cache
def _shapes() -> dict[str, str]:
    return {}


@cache
def _space() -> int:
    return _measure(" ")[0]


@cache
def _font() -> FT2Font:
    """The font, in memory: in a process that is forked from this one an open file would be another's."""
    font = FT2Font(io.BytesIO(pathlib.Path(findfont(FontProperties(family=FONT))).read_bytes()))
    font.set_size(_SIZE, 72)
    return font


@cache
def _known_characters() -> frozenset[int]:
    return frozenset(_font().get_charmap())
