"""The fonts of printed documents, and what they can print.

Noto comes with two packages of fonts, so that a document looks the same wherever it was made. What none of them has is
replaced by its number in Unicode, such as ``[U+1D173]``: visible, and never the end of a document.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

import manimgx_fonts
import manimgx_fonts_cjk
import typst
from fontTools.ttLib import TTFont

TEXT = "Noto Sans"
LAST = ("Noto Sans CJK JP", "Noto Sans Symbols", "Noto Emoji")
# Characters without a picture of their own that join or vary their neighbours.
JOINERS = frozenset({0x200B, 0x200C, 0x200D, 0xFE0E, 0xFE0F})
_FOLDERS = tuple(Path(str(module.__file__)).parent for module in (manimgx_fonts, manimgx_fonts_cjk))


@cache
def fonts() -> typst.Fonts:
    """The fonts for Typst: these and no others, whatever the machine has."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(map(str, _FOLDERS)))


@cache
def families() -> tuple[str, ...]:
    """The names of the fonts in the order in which a character is looked for."""
    known = {font.family for font in fonts().fonts() if font.style == "normal"}
    scripts = sorted(name for name in known if name not in (TEXT, *LAST) and "CJK" not in name)
    return (TEXT, *scripts, *(name for name in LAST if name in known))


@cache
def coverage(family: str | None = None) -> frozenset[int]:
    """The characters that a font has, or all of them together."""
    found: set[int] = set()
    for font in fonts().fonts():
        if font.family in ((family,) if family else families()) and font.style == "normal":
            with TTFont(font.path, fontNumber=font.index, lazy=True) as file:
                found.update(file.getBestCmap())
    return frozenset(found)


def printable(words: str, known: frozenset[int], joiners: frozenset[int] = JOINERS) -> str:
    """The words, with the number of each character that is not ``known`` in its place."""
    if words.isascii() and words.isprintable():
        return words
    return "".join(_shown(char, known, joiners) for char in words)


def _shown(char: str, known: frozenset[int], joiners: frozenset[int]) -> str:
    code = ord(char)
    if code in joiners or char == "\n":
        return char
    if code in JOINERS:
        return ""
    is_hidden = unicodedata.category(char) == "Cf"  # marks that turn text around, and the like
    return char if code in known and not is_hidden else f"[U+{code:04X}]"
