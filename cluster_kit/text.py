"""Text for spreadsheet cells (formula guard, CSV), blank text, lists and counts in sentences, and file sizes."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TypeVar

_Value = TypeVar("_Value")

# OWASP's list of characters that start a formula, and their full-width forms, which Excel treats alike. A formula after
# an apostrophe is guarded as well: spreadsheets drop the apostrophe, which would expose the rest in the next file.
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA_STARTS = frozenset("=+-@\u2212\uff1d\uff0b\uff0d\uff20\t\r\n")
_GUARD = "'"
# Letters and symbols that are drawn as nothing: Hangul and Khmer fillers, and Braille without dots.
_DRAWN_AS_NOTHING = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_UNSEEN_CATEGORIES = frozenset(("Cc", "Cf", "Me", "Mn", "Zl", "Zp", "Zs"))
_NUMBER = re.compile(r"[+\-\u2212]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?%?")


def guard_formula(value: _Value) -> _Value | str:
    """A cell value that no spreadsheet evaluates: text that could start a formula gets an apostrophe.

    Values other than text are returned unchanged, as are numbers written as text, such as ``-5``.
    """
    if not isinstance(value, str) or _NUMBER.fullmatch(value):
        return value
    return f"{_GUARD}{value}" if _starts_formula(value) else value


def unguard_formula(text: str) -> str:
    """The text of a cell without the apostrophe that ``guard_formula`` added. Other apostrophes stay."""
    inner = text[1:]
    return inner if text.startswith(_GUARD) and guard_formula(inner) == text else text


def is_blank(text: str) -> bool:
    """Whether a reader sees nothing: spaces, zero-width characters, and letters without a drawing only."""
    return all(char in _DRAWN_AS_NOTHING or unicodedata.category(char) in _UNSEEN_CATEGORIES for char in text)


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV with CRLF line ends, every cell guarded against formulas."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows([guard_formula(cell) for cell in row] for row in rows)
    return buffer.getvalue()


def count_of(count: int, noun: str, plural: str = "") -> str:
    """A count with its noun: ``1 state``, ``1,204 states``."""
    return f"{count:,} {inflect(count, noun, plural)}"


def inflect(count: int, one: str, many: str = "") -> str:
    """The form of a word that agrees with a count: ``state`` or ``states``, ``is`` or ``are``.

    ``many`` is the plural; empty for ``one`` with an s.
    """
    return one if count == 1 else many or f"{one}s"


def join_words(words: Iterable[str], conjunction: str = "and") -> str:
    """Words as a list in a sentence: ``Guam and Ohio``, ``Guam, Ohio, and Utah``; empty for no words."""
    *first, last = [*words] or [""]
    comma = "," if len(first) > 1 else ""
    return f"{', '.join(first)}{comma} {conjunction} {last}" if first else last


def format_size(size: int) -> str:
    """A number of bytes as ``240 kB``, ``3.2 MB``, or ``75 GB``."""
    if size >= 10_000_000_000:
        return f"{size / 1_000_000_000:,.0f} GB"
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} kB"


def _starts_formula(text: str) -> bool:
    text = text.lstrip(_GUARD)
    if text[:1] in _FORMULA_STARTS:
        return bool(text)
    # Spreadsheets skip invisible characters, such as a byte order mark or a zero-width space.
    visible = (char for char in text if not char.isspace() and unicodedata.category(char) not in {"Cc", "Cf"})
    return next(visible, "") in _FORMULA_STARTS


def number_words(number: int) -> str:
    """A number up to twelve in words, such as ``four``; otherwise its digits."""
    return _NUMBERS[number] if 0 <= number < len(_NUMBERS) else str(number)


_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
