"""Homoglyphs of Latin letters, marks, and invisible characters, so that names are compared by their appearance.

The letters are the single-character entries for Cyrillic, Greek, Armenian, and Latin in Unicode's ``confusables.txt``
(UTS #39) whose target is one small Latin letter, after case folding. Digits and the pair of l and capital I are not
among them: real names differ by those.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_LETTERS = {
    "a": "аαɑ",
    "b": "ьƅ",
    "c": "сϲᴄ",
    "d": "ԁ",
    "e": "еҽ",
    "f": "ꞙϝ",
    "g": "ɡց",
    "h": "һհ",
    "i": "іιıɩ",
    "j": "јϳ",
    "k": "кκᴋ",
    "m": "мᴍ",
    "n": "ոռ",
    "o": "оοσօᴏ",
    "p": "рρ",
    "q": "ԛգզ",
    "r": "гᴦ",
    "s": "ѕꜱ",
    "t": "тτᴛ",
    "u": "υսᴜ",
    "v": "νѵᴠ",
    "w": "ԝѡաᴡ",
    "x": "хχ",
    "y": "уүγ",
    "z": "ᴢ",
}
_LATIN = str.maketrans({other: latin for latin, others in _LETTERS.items() for other in others})
# Apostrophes and hyphens as keyboards and programs write them. NFKC would turn an acute accent into two characters.
_MARKS = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201b\u0060\u00b4\u2032\u02b9\u02bc", "'")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-")
)
# Blank characters that are letters or marks to Unicode: Hangul fillers, the Braille blank, the grapheme joiner.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")


@lru_cache(maxsize=2_000)
def is_unseen(char: str) -> bool:
    """True for an invisible character: zero-width, a soft hyphen, a variation selector, a filler."""
    return unicodedata.category(char) == "Cf" or char in _BLANK or "\ufe00" <= char <= "\ufe0f"


def find_look(text: str) -> str:
    """The skeleton of a text: case-folded, without invisible characters, and with homoglyphs as Latin letters."""
    if text.isascii():
        return text.translate(_MARKS).lower()
    seen = "".join(char for char in text if not is_unseen(char)).translate(_MARKS)
    return unicodedata.normalize("NFKC", seen).casefold().translate(_LATIN)
