"""Homoglyphs of Latin letters, marks, and invisible characters, so that names are compared by their appearance.

The letters are those of every script in Unicode's ``confusables.txt`` (UTS #39) that look like one Latin letter
(``lookalikes.json``, which ``docs/make_lookalikes.py`` writes). Digits, and the pair of l and capital I, are not among
them: real names differ by those.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import lru_cache
from pathlib import Path

_LETTERS: dict[str, str] = json.loads((Path(__file__).parent / "lookalikes.json").read_text("ascii"))["letters"]
# A stroke is a capital I at the beginning of a word and an l within it, and neither in a word of another script.
_STROKES = "".join(char for char in _LETTERS["l"] if char.casefold() == char)
_FIRST_STROKE, _STROKE = re.compile(rf"\b[{_STROKES}](?=[a-z])"), re.compile(rf"(?<=[a-z])[{_STROKES}]+")
_LATIN = str.maketrans({other: latin for latin, others in _LETTERS.items() for other in others if latin != "l"})
_SMALL = str.maketrans(
    {chr(other): latin.lower() for other, latin in _LATIN.items() if chr(other).casefold() == chr(other)}
)
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
    return _fold_strokes(unicodedata.normalize("NFKD", _show(text).casefold()).translate(_SMALL))


def find_drawn_look(text: str) -> str:
    """The skeleton with homoglyphs of the letters as they are written, capital or small, before case is folded.

    A Greek capital Eta looks like H, and a small eta does not. ``find_look`` keeps both cases of a Greek name alike.
    """
    if text.isascii():
        return text.translate(_MARKS).lower()
    return _fold_strokes(unicodedata.normalize("NFKD", _show(text)).translate(_LATIN).casefold())


def _show(text: str) -> str:
    """The text without invisible characters and variants of letters."""
    seen = "".join(char for char in text if not is_unseen(char)).translate(_MARKS)
    return unicodedata.normalize("NFKC", seen)


def _fold_strokes(text: str) -> str:
    text = _STROKE.sub(lambda found: "l" * len(found[0]), _FIRST_STROKE.sub("i", text))
    return unicodedata.normalize("NFC", text)
