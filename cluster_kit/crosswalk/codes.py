"""Codes normalized from what people and spreadsheet programs write.

A CIP code is ``01.0101``; a group of codes is its first four digits (``01.01``) or two (``01``). Lost zeros are
restored, text around a code is removed, and anything else is reported as no code.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

from cluster_kit.crosswalk.grids import Cell

NOTHING = {"", "na", "n/a", "none", "null", "tbd", "-", "–", "—", "#n/a", "."}
# What systems write for a code that is unknown: zeros, nines, or digits in order.
_PLACEHOLDER = re.compile(r"0+(\.0+)?|-?9{3,}(\.0+)?|-?9{2}\.9+|-?8{3,}(\.0+)?|12\.?3456(\.0+)?")
_AROUND = re.compile(r"[\s\u200b\ufeff\"“”'’‘=]+")
_PREFIX = re.compile(r"^cip(code)?(2010|2020)?[:#_-]*", re.IGNORECASE)
_FOOTNOTE = re.compile(r"(\*+|[†‡§¹²³⁴⁵]+|\[\w{1,2}\]|\([a-z*]\))+$", re.IGNORECASE)
_DOTTED = re.compile(r"(\d{1,2})[.,](\d{0,4})")
_LONGER = re.compile(r"(\d{1,2})\.(\d{4})[.-]?(\w{1,6})")
_TRIPLE = re.compile(r"(\d{1,2})\.(\d{2})\.(\d{2})(?:\.(\d+))?")
_DIGITS = re.compile(r"\d{1,10}")
_WITH_TITLE = re.compile(
    r"[(\[]?(\d{2}\.\d{4}|\d{6})[)\]]?\s*(?:[-–—:|,]\s*|\s)(?=[^\W\d]*[a-z])([^\W\d].{3,})", re.DOTALL
)
_SEVERAL = re.compile(r"(\d{1,2}\.\d{4})\s*[,;/&|\n]\s*\d{1,2}\.\d{4}")
_SOC = re.compile(r"(\d{2})-?(\d{4})(?:\.\d{2})?")
_SCED = re.compile(r"(\d{2})-?(\d{3})(?:[A-Z]\w?[\d.]*)?")
_DATE = re.compile(r"\d{1,4}[/-]\d{1,2}[/-]\d{1,4}|\d{1,2}-[a-z]{3}(-\d+)?|[a-z]{3}-\d{2,4}|\d{4}-\d\d-\d\d.*", re.I)
_EXPONENT = re.compile(r"\d+(\.\d+)?e[+-]?\d+", re.IGNORECASE)


@dataclass(frozen=True)
class CodeRead:
    """A normalized code, empty if there is none, with the kinds of findings about the cell, and a title beside it."""

    code: str
    kinds: tuple[str, ...] = ()
    title: str = ""


def read_cip(cell: Cell) -> CodeRead:
    """The CIP code, or group of codes, in a cell."""
    if isinstance(cell, bool):
        return CodeRead("", ("code_unreadable",))
    if isinstance(cell, dt.date | dt.time | dt.timedelta):
        return CodeRead("", ("code_date",))
    if cell is None:
        return CodeRead("", ("code_missing",))
    if isinstance(cell, int | float):
        if _PLACEHOLDER.fullmatch(f"{cell:.4f}".rstrip("0").rstrip(".") or "0"):
            return CodeRead("", ("code_placeholder",))
        return _from_number(float(cell))
    return _from_text(cell)


def read_soc(cell: Cell) -> str:
    """The occupation code in a cell, such as ``29-1141``; empty if there is none."""
    if not cell:
        return ""
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell or "")
    found = _SOC.fullmatch(_FOOTNOTE.sub("", _AROUND.sub("", text)))
    return f"{found[1]}-{found[2]}" if found else ""


def read_sced(cell: Cell) -> str:
    """The course code of the School Courses for the Exchange of Data in a cell: its first five digits, else empty.

    ``10-001``, ``10001``, and ``10001G1.0012`` are ``10001``. A number may have lost its first zero.
    """
    if not cell:
        return ""
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell or "")
    found = _SCED.fullmatch(_FOOTNOTE.sub("", _AROUND.sub("", text)).zfill(5))
    return f"{found[1]}{found[2]}" if found and found[1] != "00" else ""


def read_naics(cell: Cell) -> str:
    """The industry code in a cell: two to six digits or a range such as ``31-33``; empty if there is none."""
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell or "")
    text = _FOOTNOTE.sub("", _AROUND.sub("", text))
    return text if re.fullmatch(r"\d{2,6}|\d\d-\d\d", text) else ""


def spread_naics(code: str) -> tuple[str, ...]:
    """The codes of a range: ``31``, ``32``, and ``33`` for ``31-33``; any other code alone."""
    first, _, last = code.partition("-")
    return tuple(str(number) for number in range(int(first), int(last) + 1)) if last else (code,)


def family_of(code: str) -> str:
    """The first two digits."""
    return code[:2]


def series_of(code: str) -> str:
    """The first four digits, as ``01.01``; empty if the code is shorter."""
    return code[:5] if len(code) >= 5 else ""


def _from_number(number: float) -> CodeRead:
    if number <= 0:
        return CodeRead("", ("code_unreadable",))
    if number.is_integer() and number >= 100:
        return _from_digits(str(int(number)), ("code_number",))
    if number >= 100:
        return CodeRead("", ("code_unreadable",))
    whole, _, rest = f"{number:.8f}".rstrip("0").partition(".")
    if len(rest) > 4:
        return CodeRead(f"{whole:0>2}.{rest[:4]}", ("code_number", "code_state_digits"))
    return CodeRead(_padded(whole, rest), ("code_number",))


@lru_cache(maxsize=100_000)
def _from_text(text: str) -> CodeRead:
    if text.strip().casefold() in NOTHING:
        return CodeRead("", ("code_missing",))
    if several := _SEVERAL.search(text):
        return CodeRead(_padded(*several[1].split(".")), ("code_several",))
    if _DATE.fullmatch(text.strip()):
        return CodeRead("", ("code_date",))
    if titled := _WITH_TITLE.fullmatch(text.strip()):
        return CodeRead(_from_text(titled[1]).code, ("code_with_title",), " ".join(titled[2].split()))
    bare = _FOOTNOTE.sub("", _PREFIX.sub("", _AROUND.sub("", text)))
    kinds = ("code_cleaned",) if bare != text else ()
    if bare.casefold() in NOTHING:
        return CodeRead("", ("code_missing",))
    if _PLACEHOLDER.fullmatch(bare):
        return CodeRead("", ("code_placeholder",))
    if _EXPONENT.fullmatch(bare):
        return _from_number(float(bare))
    if dotted := _DOTTED.fullmatch(bare):
        lost = () if len(dotted[1]) == 2 and len(dotted[2]) in (2, 4) else ("code_number",)
        return CodeRead(_padded(dotted[1], dotted[2]), (*kinds, *lost))
    if found := _TRIPLE.fullmatch(bare) or _LONGER.fullmatch(bare):
        digits = "".join(part or "" for part in found.groups()[1:])
        more = ("code_state_digits",) if len(digits) > 4 else ("code_cleaned",)
        return CodeRead(f"{found[1]:0>2}.{digits[:4]}", more)
    if _DIGITS.fullmatch(bare):
        return _from_digits(bare, (*kinds, "code_number"))
    return CodeRead("", ("code_soc" if _SOC.fullmatch(bare) else "code_unreadable",))


def _from_digits(digits: str, kinds: tuple[str, ...]) -> CodeRead:
    """Parse digits without a dot. An odd number of digits has lost its leading zero."""
    digits = digits.zfill(len(digits) + len(digits) % 2)
    if len(digits) > 10 or digits.startswith("00"):
        return CodeRead("", ("code_unreadable",))
    more = ("code_state_digits",) if len(digits) > 6 else ()
    return CodeRead(_padded(digits[:2], digits[2:6]), (*kinds, *more))


def _padded(whole: str, rest: str) -> str:
    """Two digits are a family, two and two a series; anything else is padded to a whole code."""
    family = whole.zfill(2)
    if not rest.strip("0"):
        return family if len(rest) < 4 else f"{family}.{rest}"
    return f"{family}.{rest.ljust(2, '0')}" if len(rest) <= 2 else f"{family}.{rest.ljust(4, '0')}"
