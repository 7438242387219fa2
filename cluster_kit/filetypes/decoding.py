"""Decode bytes: UTF-8, UTF-16, Windows-1252 and Mac Roman, with or without a byte order mark.

UTF-8 and UTF-16 can be recognized with certainty. Windows-1252 and Mac Roman are what Excel writes as plain "CSV" on
Windows and on a Mac. Both decode nearly every byte, so the choice is the one with more plausible words.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

WINDOWS, MAC = "cp1252", "mac_roman"
# The maximum share of control characters in text. Binary data that happens to decode has more.
MAX_CONTROL_SHARE, FEW_CONTROLS = 0.01, 2
_SAMPLE_BYTES = 4000
_SAMPLE_LEGACY_BYTES = 200_000
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f]")
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # first, because UTF-16's is a prefix of it
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class DecodedText:
    """A file's text without a byte order mark.

    ``encoding`` is Python's name for it. ``legacy_lines`` are the lines, from 1, that are not UTF-8 in a file without a
    mark; ``is_mixed``: other lines are non-ASCII UTF-8.
    """

    text: str
    encoding: str
    legacy_lines: tuple[int, ...] = ()
    is_mixed: bool = False


def decode_text(raw: bytes) -> DecodedText | None:
    """The decoded text, or None if the bytes are not text."""
    found = _decode(raw)
    if found is None or _has_many_controls(found.text):
        return None
    return DecodedText(found.text.replace("\0", ""), found.encoding, found.legacy_lines, found.is_mixed)


def _has_many_controls(text: str) -> bool:
    return len(_CONTROL.findall(text)) > max(FEW_CONTROLS, MAX_CONTROL_SHARE * len(text))


def _decode(raw: bytes) -> DecodedText | None:
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _decode_strictly(raw, encoding)
    if encoding := _find_utf16(raw):
        return _decode_strictly(raw, encoding)
    return _decode_strictly(raw, "utf-8") or _decode_by_line(raw)


def _decode_strictly(raw: bytes, encoding: str) -> DecodedText | None:
    try:
        return DecodedText(raw.decode(encoding), encoding)
    except UnicodeDecodeError:
        return None


def _find_utf16(raw: bytes) -> str:
    """The byte order of UTF-16 without a mark, from the zeros in Western text; empty if it is not UTF-16."""
    sample = raw[:_SAMPLE_BYTES]
    high, low = sample[1::2].count(0), sample[0::2].count(0)
    if 4 * max(high, low) < len(sample) or min(high, low) * 10 > max(high, low):
        return ""
    return "utf-16-le" if high > low else "utf-16-be"


def _decode_by_line(raw: bytes) -> DecodedText:
    lines = raw.split(b"\n")
    legacy = [number for number, line in enumerate(lines, start=1) if not _is_utf8(line)]
    encoding = find_legacy_encoding(b"\n".join(lines[number - 1] for number in legacy))
    is_legacy = set(legacy)
    text = "\n".join(
        line.decode(encoding, "replace") if number in is_legacy else line.decode("utf-8")
        for number, line in enumerate(lines, start=1)
    )
    is_mixed = any(not line.isascii() for number, line in enumerate(lines, start=1) if number not in is_legacy)
    return DecodedText(text, encoding, tuple(legacy), is_mixed)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def find_legacy_encoding(raw: bytes) -> str:
    """Windows-1252 or Mac Roman: the encoding with fewer misplaced characters.

    In a tie, it is Mac Roman if lines end with CR, else Windows-1252.
    """
    sample = raw[:_SAMPLE_LEGACY_BYTES]
    windows, mac = (_count_misplaced(sample.decode(encoding, "replace")) for encoding in (WINDOWS, MAC))
    has_mac_lines = b"\r" in raw and b"\n" not in raw
    return MAC if mac < windows or (mac == windows and has_mac_lines) else WINDOWS


def _count_misplaced(text: str) -> int:
    """The number of non-ASCII characters that are undefined, or that are inside a word but not a fitting letter."""
    count = 0
    for place, character in enumerate(text):
        if character.isascii():
            continue
        before, after = text[place - 1 : place], text[place + 1 : place + 2]
        if character == "\ufffd" or "\x80" <= character < "\xa0":
            count += 2
        elif character.isalpha():
            count += before.islower() and character.isupper()
            count += character.islower() and len(before) == 1 and before.isupper() and after.isupper()
        elif before.isalpha() and character != "’":
            count += after.isalpha() or character not in "’”»…–—®™©°ªº"
    return count
