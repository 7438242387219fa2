"""Find a table's columns by their names, including names in two rows or below a title."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cluster_kit.filetypes.sheets import CellValue as Cell
from cluster_kit.filetypes.sheets import is_filled

FIRST_ROWS = 40
MOST_COLUMNS = 1_000
_LONGEST_HEADER = 300
_SPLIT_CASE = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True)
class Header:
    """The index of the first data row (from 0), the column names, and the column of each role."""

    row: int
    names: tuple[str, ...]
    roles: dict[str, int]
    is_double: bool = False


def cell_text(cell: Cell) -> str:
    """A cell as one line of text; whole numbers without a decimal point."""
    if isinstance(cell, str):
        return " ".join(cell.split())
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def plain_header(name: str) -> str:
    """A normalized column name, lower case without accents: ``CIPCode_2020`` is ``cip code 2020``."""
    letters = unicodedata.normalize("NFKD", name[:_LONGEST_HEADER])
    plain = "".join(char for char in letters if not unicodedata.combining(char))
    words = re.sub(r"[^a-z0-9#%]+", " ", _SPLIT_CASE.sub(" ", plain).casefold().replace("_", " "))
    words = re.sub(r"(?<=[a-z])(?=(2010|2020)\b)|\bcip(?=code|title|num|desc|name)", lambda m: f"{m[0]} ", words)
    return " ".join(words.split())


def find_header_row(rows: Sequence[Sequence[Cell]], match: Callable[[Sequence[str]], dict[str, int]]) -> Header | None:
    """The header row that names the most roles, the first of equals; None if no row names any.

    ``match`` returns the column of each role among the names of a row, such as ``match_roles``. Only the first
    ``MOST_COLUMNS`` columns are looked at.
    """
    best: Header | None = None
    first = [row[:MOST_COLUMNS] for row in rows[:FIRST_ROWS]]
    for index, row in enumerate(first):
        above = first[index - 1] if index else ()
        for double in (False, True) if index else (False,):
            names = _joined(above, row) if double else tuple(map(cell_text, row))
            found = match(names)
            if found and (best is None or len(found) > len(best.roles)):
                best = Header(index, names, found, double)
    return best


def match_roles(names: Sequence[str], roles: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """The column of each role that matches some column name: by the role's best pattern, then the leftmost column.

    ``roles`` maps each role to patterns of normalized column names, best first.
    """
    names = [plain_header(name) for name in names]
    found: dict[str, int] = {}
    for role, patterns in roles.items():
        place = _first_match(names, patterns, taken=found.values())
        if place is not None:
            found[role] = place
    return found


def _first_match(names: Sequence[str], patterns: Sequence[str], taken: Iterable[int]) -> int | None:
    free = [(place, name) for place, name in enumerate(names) if place not in set(taken) and name and len(name) < 60]
    for pattern in patterns:
        for place, name in free:
            if re.search(pattern, name):
                return place
    return None


def _joined(above: Sequence[Cell], row: Sequence[Cell]) -> tuple[str, ...]:
    """Two header rows combined: the value of a merged cell applies to every column below it."""
    upper = list(map(cell_text, above)) + [""] * max(0, len(row) - len(above))
    lower = list(map(cell_text, row)) + [""] * max(0, len(upper) - len(row))
    names, last = [], ""
    for high, low in zip(upper, lower, strict=True):
        last = high or last
        names.append(f"{last} {low}".strip() if low else high)
    return tuple(names)


def split_at_gaps(names: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[range]:
    """The blocks of columns between those that have no name and no value in any row."""
    gaps = [at for at, name in enumerate(names) if not name and not any(map(is_filled, _column(rows, at)))]
    edges = [-1, *gaps, len(names)]
    return [range(left + 1, right) for left, right in pairwise(edges) if right - left > 1]


def name_block(names: Sequence[str], block: range) -> str:
    """A block of columns as people know it: ``A to C (State, Name, Email)``."""
    first, last = column_letter(block[0]), column_letter(block[-1])
    where = first if first == last else f"{first} to {last}"
    return f"{where} ({', '.join(name[:30] for name in names[block.start : block.stop] if name)[:120]})"


def column_letter(place: int) -> str:
    """The letter of a column: A for 0, AA for 26."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _column(rows: Sequence[Sequence[Cell]], at: int) -> Iterable[Cell]:
    return (row[at] for row in rows if at < len(row))
