"""Prepare typed text for display: make hidden characters visible, and find web addresses and languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# The characters of scripts that tell the language, or its likeliest one. Several languages share the last four scripts.
_SCRIPTS = {
    "el": "\u0370-\u03ff\u1f00-\u1fff",
    "hy": "\u0530-\u058f",
    "he": "\u0590-\u05ff",
    "bn": "\u0980-\u09ff",
    "pa": "\u0a00-\u0a7f",
    "gu": "\u0a80-\u0aff",
    "or": "\u0b00-\u0b7f",
    "ta": "\u0b80-\u0bff",
    "te": "\u0c00-\u0c7f",
    "kn": "\u0c80-\u0cff",
    "ml": "\u0d00-\u0d7f",
    "si": "\u0d80-\u0dff",
    "th": "\u0e00-\u0e7f",
    "lo": "\u0e80-\u0eff",
    "my": "\u1000-\u109f",
    "ka": "\u10a0-\u10ff",
    "ko": "\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3",
    "km": "\u1780-\u17ff",
    "am": "\u1200-\u139f",
    "hi": "\u0900-\u097f",
    "ru": "\u0400-\u052f",
    "ar": "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc",
    "zh": "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff",
}
_RUNS = re.compile("|".join(rf"(?P<{code}>[{chars}](?:[\W\d_]*[{chars}])*)" for code, chars in _SCRIPTS.items()))
_TELLING = {
    "ar": (("ur", re.compile("[ٹڈڑںےھ]")), ("fa", re.compile("[پچژگ]"))),
    "ru": (("uk", re.compile("[ґєії]", re.IGNORECASE)),),
    "zh": (("ja", re.compile("[\u3040-\u30ff]")),),
}
_LINK = re.compile(r"https?://[^\s<>\"'“”‘’\x00-\x1f]+", re.IGNORECASE)
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_DELETE = 0x7F


def visible_text(typed: str) -> str:
    """The text with line breaks as ``\\n``, tabs as spaces, and invisible characters made visible.

    Control characters become their Unicode pictures (``\\x00`` becomes ``␀``); lone surrogates and control characters
    without a picture become ``�``. Spaces around the whole text go.
    """
    if typed.isprintable():
        return typed.strip()
    typed = typed.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return "".join(map(_visible, typed)).strip()


def _visible(char: str) -> str:
    if char in "\n":
        return char
    if char == "\t":
        return " "
    code = ord(char)
    if code < ord(" "):
        return chr(0x2400 + code)
    if code == _DELETE:
        return "\N{SYMBOL FOR DELETE}"
    if unicodedata.category(char) in ("Cc", "Cs"):
        return _REPLACEMENT
    return char


def split_links(typed: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces, each with True if it is an http(s) address. The pieces join to the same text."""
    end = 0
    for match in _LINK.finditer(typed):
        address = match.group().rstrip(".,;:!?)]}’”")
        if address.endswith("//"):
            continue
        if match.start() > end:
            yield typed[end : match.start()], False
        yield address, True
        end = match.start() + len(address)
    if end < len(typed):
        yield typed[end:], False


def split_languages(typed: str) -> Iterator[tuple[str, str]]:
    """The text in pieces, each with the ISO 639 code of its language; empty for the language of the document.

    The script tells the language. Text in Latin letters is always in the language of the document.
    """
    end = 0
    for match in _RUNS.finditer(typed):
        if match.start() > end:
            yield typed[end : match.start()], ""
        code = str(match.lastgroup)
        telling = (language for language, letters in _TELLING.get(code, ()) if letters.search(match.group()))
        yield match.group(), next(telling, code)
        end = match.end()
    if end < len(typed):
        yield typed[end:], ""
