"""The fonts of printed documents and their coverage.

The fonts are files of this package, so a document looks the same on every system. ``docs/make_fonts.py`` writes
them. A character that none of them has is replaced by its number in Unicode, such as ``[U+1D173]``.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

import typst
from fontTools.ttLib import TTFont

FOLDER = Path(__file__).with_name("typefaces")
TEXT = "Source Sans 3"
FIRST = (TEXT, "Noto Sans")
LAST = ("Noto Sans CJK JP", "Noto Sans Symbols", "Noto Emoji")
# Zero-width joiners and variation selectors.
JOINERS = frozenset({0x200B, 0x200C, 0x200D, 0xFE0E, 0xFE0F})


@cache
def load_fonts() -> typst.Fonts:
    """The fonts for Typst. System fonts are not used."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FOLDER)])


@cache
def font_families() -> tuple[str, ...]:
    """The font families in fallback order."""
    scripts = {font.family for font in load_fonts().fonts()}.difference(FIRST, LAST)
    return (*FIRST, *sorted(scripts), *LAST)


@cache
def font_coverage(family: str | None = None) -> frozenset[int]:
    """The code points of one font, or of all fonts."""
    found: set[int] = set()
    for font in load_fonts().fonts():
        if family in (font.family, None):
            with TTFont(font.path, fontNumber=font.index, lazy=True) as file:
                found.update(file.getBestCmap())
    return frozenset(found)


def printable_text(text: str, known: frozenset[int], joiners: frozenset[int] = JOINERS) -> str:
    """The text with each character that is not ``known`` replaced by its code point."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(char, known, joiners) for char in text)


def _shown(char: str, known: frozenset[int], joiners: frozenset[int]) -> str:
    code = ord(char)
    if code in joiners or char == "\n":
        return char
    if code in JOINERS:
        return ""
    is_hidden = unicodedata.category(char) == "Cf"  # marks that turn text around, and the like
    return char if code in known and not is_hidden else f"[U+{code:04X}]"
