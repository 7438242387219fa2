"""Prepare typed text for display: make hidden characters visible, and find web addresses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_LINK = re.compile(r"https?://[^\s<>\"'\x00-\x1f]+", re.IGNORECASE)
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_DELETE = 0x7F


def clean(typed: str) -> str:
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
