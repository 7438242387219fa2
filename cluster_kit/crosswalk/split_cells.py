"""Cells that hold a code and a title together: ``14010100 - Engineering, General`` or ``Accounting (52.0301)``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cluster_kit.crosswalk.codes import read_cip
from cluster_kit.crosswalk.grids import Cell
from cluster_kit.filetypes.headers import cell_text, plain_header

SAMPLE_ROWS = 300
MOST, HALF = 0.6, 0.5  # the share of filled cells that decides what a column holds
_CODE = r"(?P<code>\d{2}\.\d{4}(?:\.?\d{2})?|\d{6}|\d{8}|\d{10})"
_CODE_FIRST = re.compile(rf"[(\[]?{_CODE}[)\]]?\s*(?:[-–—:|,]\s*|\s)(?P<title>[^\W\d].+)")
_CODE_LAST = re.compile(rf"(?P<title>[^\W\d].+?)\s*(?:[-–—:|,(\[]\s*|\s){_CODE}[)\]]?")


@dataclass(frozen=True)
class CodeAndTitle:
    """The two parts of a cell. ``is_dotted``: the code is written as CIP codes are, with a dot."""

    code: str
    title: str

    @property
    def is_dotted(self) -> bool:
        """True for ``01.0101``, False for ``010101``, which may be a code of the state's own."""
        return "." in self.code


@dataclass(frozen=True)
class SplitColumn:
    """A column of codes and titles. ``is_cip``: its codes are CIP codes, else the state's own."""

    place: int
    is_cip: bool
    example: str


@lru_cache(maxsize=20_000)
def split_cell(text: str) -> CodeAndTitle | None:
    """The code and the title in one line of text, or None."""
    found = _CODE_FIRST.fullmatch(text) or _CODE_LAST.fullmatch(text)
    return CodeAndTitle(found["code"], found["title"].strip()) if found else None


def find_split_column(
    names: Sequence[str], roles: Mapping[str, int], rows: Sequence[Sequence[Cell]], named: Sequence[str]
) -> SplitColumn | None:
    """The column whose cells hold codes and titles together, if most of them do.

    Looked at are the column of CIP codes unless its cells are codes, the column of titles, and, if one of these is
    missing, all others. A code without a dot is a CIP code only if the header says CIP or the user named the column
    for it (``named``: roles): states put their own codes there too.
    """
    sample = rows[:SAMPLE_ROWS]
    cip, title = roles.get("cip"), roles.get("title")
    if cip is not None and _share(sample, cip, lambda text: bool(read_cip(text).code)) >= HALF:
        places = [title] if title is not None and title != cip else []
    else:
        others = range(len(names)) if cip is None and (title is None or "title" not in named) else ()
        places = list(dict.fromkeys(place for place in (cip, title, *others) if place is not None))
    for place in places:
        if _share(sample, place, lambda text: split_cell(text) is not None) < MOST:
            continue
        split = [part for row in sample if (part := split_cell(_text(row, place)))]
        says_cip = "cip" in plain_header(names[place]).split() or (place == cip and "cip" in named)
        is_cip = says_cip or sum(part.is_dotted for part in split) > len(split) / 2
        return SplitColumn(place, is_cip, f"{split[0].code} and {split[0].title}")
    return None


def find_code_column(names: Sequence[str], taken: Sequence[int], rows: Sequence[Sequence[Cell]]) -> int | None:
    """The first free column in which most cells are text in the form of CIP codes, such as ``01.0101``."""
    sample = rows[:SAMPLE_ROWS]
    for place in range(len(names)):
        if place not in taken and names[place] and _share(sample, place, _is_plainly_cip) >= MOST:
            return place
    return None


def _is_plainly_cip(text: str) -> bool:
    return re.fullmatch(r'="?\d{2}\.\d{4}"?|\d{2}\.\d{4}', text) is not None


def _share(rows: Sequence[Sequence[Cell]], place: int, is_so: Callable[[str], bool]) -> float:
    filled = [text for row in rows if (text := _text(row, place))]
    return sum(map(is_so, filled)) / len(filled) if filled else 0.0


def _text(row: Sequence[Cell], place: int) -> str:
    return cell_text(row[place]) if place < len(row) else ""
