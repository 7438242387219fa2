"""Text that goes into spreadsheets, and counts in sentences."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TypeVar

_Value = TypeVar("_Value")

# OWASP's list of characters that start a formula, and their full-width forms, which Excel treats alike. A leading
# apostrophe is guarded as well: spreadsheets drop it, so what follows would be bare in the next file.
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA_STARTS = frozenset("=+-@'\u2212\uff1d\uff0b\uff0d\uff20\t\r\n")
_NUMBER = re.compile(r"[+\-\u2212]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?%?")


def guard_formula(value: _Value) -> _Value | str:
    """The value of a cell such that no spreadsheet runs it: text that could start a formula gets an apostrophe.

    Anything but text is returned as it is, and so is a number written as text, such as ``-5``.
    """
    if not isinstance(value, str) or _NUMBER.fullmatch(value):
        return value
    return f"'{value}" if _starts_formula(value) else value


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV with CRLF line ends, every cell guarded against formulas."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows([guard_formula(cell) for cell in row] for row in rows)
    return buffer.getvalue()


def count_of(count: int, noun: str, plural: str = "") -> str:
    """A count with its noun: ``1 state``, ``1,204 states``."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def _starts_formula(text: str) -> bool:
    if text[:1] in _FORMULA_STARTS:
        return True
    # Spreadsheets skip characters that cannot be seen, such as a byte order mark or a zero-width space.
    visible = (char for char in text if not char.isspace() and unicodedata.category(char) not in {"Cc", "Cf"})
    return next(visible, "") in _FORMULA_STARTS - {"'"}
