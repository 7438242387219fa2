"""Where a table's columns are: found by their names, also where these stand in two rows or below a title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cluster_kit.crosswalk.grids import Cell

FIRST_ROWS = 40
_SPLIT_CASE = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True)
class Header:
    """The row that the data follow (from 0), each column's name, and the column of each role."""

    row: int
    names: tuple[str, ...]
    roles: dict[str, int]
    is_double: bool = False


def spell_cell(cell: Cell) -> str:
    """A cell as text on one line, whole numbers without a point."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def plain_header(name: str) -> str:
    """A column's name in small letters and single spaces: ``CIPCode_2020`` is ``cip code 2020``."""
    words = re.sub(r"[^a-z0-9#%]+", " ", _SPLIT_CASE.sub(" ", name).casefold().replace("_", " "))
    words = re.sub(r"(?<=[a-z])(?=(2010|2020)\b)|\bcip(?=code|title|num)", lambda m: f"{m[0]} ", words)
    return " ".join(words.split())


def find_header(rows: Sequence[Sequence[Cell]], roles: Mapping[str, Sequence[str]]) -> Header | None:
    """The header row that names the most roles, the earliest of equals; None where no row names any.

    ``roles`` gives for each role the patterns of plain column names that it goes by, best first.
    """
    best: Header | None = None
    for index, row in enumerate(rows[:FIRST_ROWS]):
        above = rows[index - 1] if index else ()
        for double in (False, True) if index else (False,):
            names = _joined(above, row) if double else tuple(map(spell_cell, row))
            found = match_roles(names, roles)
            if found and (best is None or len(found) > len(best.roles)):
                best = Header(index, names, found, double)
    return best


def match_roles(names: Sequence[str], roles: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """The column of each role that some column's name fits: by the role's best pattern, then the leftmost column."""
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
    """Two rows of names as one: what stands above a merged range goes with every column below it."""
    upper = list(map(spell_cell, above)) + [""] * max(0, len(row) - len(above))
    lower = list(map(spell_cell, row)) + [""] * max(0, len(upper) - len(row))
    names, last = [], ""
    for high, low in zip(upper, lower, strict=True):
        last = high or last
        names.append(f"{last} {low}".strip() if low else high)
    return tuple(names)
