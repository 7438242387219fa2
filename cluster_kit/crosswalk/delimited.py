"""Text files of separated values, in whatever encoding and with whatever separator they were saved."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from typing import TYPE_CHECKING

from cluster_kit.crosswalk.errors import UnreadableListError
from cluster_kit.crosswalk.findings import Notes

if TYPE_CHECKING:
    from cluster_kit.crosswalk.grids import Cell

SEPARATORS = (",", "\t", ";", "|")
_SAMPLE_ROWS = 60
_LONGEST_TEXT = 20_000
_NOT_TEXT = (
    "is neither a workbook nor a table of text, or it is damaged. "
    "Open it in a spreadsheet program, save a copy as .xlsx, and bring that."
)
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_delimited(name: str, raw: bytes, notes: Notes) -> list[list[Cell]]:
    """The rows of a text file, every cell a text. ``UnreadableListError`` where it is no table of text."""
    text = decode(name, raw, notes)
    separator = find_separator(text)
    if separator != ",":
        notes.add("separator", example={"\t": "tabs", ";": "semicolons", "|": "bars"}[separator])
    rows: list[list[Cell]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            if any(len(cell) > _LONGEST_TEXT for cell in row):
                raise csv.Error
            rows.append([*row])
    except csv.Error as error:
        reason = (
            f"cannot be read from row {len(rows) + 1} on: a quotation mark opens there that nothing closes. "
            "Remove it, or save the list as .xlsx."
        )
        raise UnreadableListError(name, reason) from error
    return rows


def find_separator(text: str) -> str:
    """The separator that splits the first rows into the most columns, most evenly; a comma where none does."""

    def evenness(separator: str) -> tuple[int, int]:
        lines = csv.reader(io.StringIO(sample, newline=""), delimiter=separator)
        widths = Counter(len(row) for row in lines if any(cell.strip() for cell in row))
        width, rows = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]), default=(0, 0))
        return (rows if width > 1 else 0), width

    sample = "".join(text.splitlines(keepends=True)[:_SAMPLE_ROWS])
    best = max(SEPARATORS, key=evenness)
    return best if evenness(best)[0] else ","


def decode(name: str, raw: bytes, notes: Notes) -> str:
    """The file's text. Lines that are not UTF-8 are read as Windows-1252, which is what spreadsheet programs write."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            return _decode_marked(name, raw, encoding)
    if b"\0" in raw[:2000]:
        return _decode_marked(name, raw, "utf-16-le" if raw[1:2] == b"\0" else "utf-16-be")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_by_line(raw, notes)


def _decode_marked(name: str, raw: bytes, encoding: str) -> str:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableListError(name, _NOT_TEXT) from error
    if text.count("\0") > 0:
        raise UnreadableListError(name, _NOT_TEXT)
    return text


def _decode_by_line(raw: bytes, notes: Notes) -> str:
    lines, legacy, modern = [], [], False
    for number, line in enumerate(raw.split(b"\n"), start=1):
        try:
            lines.append(line.decode("utf-8"))
            modern = modern or not line.isascii()
        except UnicodeDecodeError:
            lines.append(line.decode("cp1252", "replace"))
            legacy.append(number)
    for number in legacy:
        notes.add("mixed_encoding" if modern else "old_encoding", number, lines[number - 1].strip()[:60])
    return "\n".join(lines)
