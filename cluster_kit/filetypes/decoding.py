"""Bytes to text: UTF-8, UTF-16, Windows-1252 and Mac Roman, with or without a byte order mark.

UTF-8 and UTF-16 can be recognized with certainty. Windows-1252 and Mac Roman are what Excel writes as plain "CSV" on
Windows and on a Mac; they give every byte some character, so that the one is taken whose words look more like words.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

WINDOWS, MAC = "cp1252", "mac_roman"
# Binary data that happens to decode has more control characters than this; a text may have a few.
MAX_CONTROL_SHARE, FEW_CONTROLS = 0.01, 2
_SAMPLE_BYTES = 4000
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f]")
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # first: it begins as UTF-16's does
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class DecodedText:
    """A file's text without a byte order mark.

    ``encoding`` is Python's name of it. ``legacy_lines`` are the lines, from 1, that are not UTF-8 in a file without a
    mark; ``is_mixed`` where others of its lines are UTF-8 beyond ASCII.
    """

    text: str
    encoding: str
    legacy_lines: tuple[int, ...] = ()
    is_mixed: bool = False


def decode_text(raw: bytes) -> DecodedText | None:
    """The text, or None where the bytes are no text."""
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
    """The byte order of UTF-16 without a mark; empty where it is none: every other byte of Western text is zero."""
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
    """Windows-1252 or Mac Roman: the one with fewer characters that do not belong where they are.

    Where both have as many, lines that end as on an old Mac decide, and else it is Windows-1252.
    """
    windows, mac = (_count_misplaced(raw.decode(encoding, "replace")) for encoding in (WINDOWS, MAC))
    has_mac_lines = b"\r" in raw and b"\n" not in raw
    return MAC if mac < windows or (mac == windows and has_mac_lines) else WINDOWS


def _count_misplaced(text: str) -> int:
    """How many characters beyond ASCII are none, or stand within a word without being a letter that fits there."""
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
