"""Small counts of learners are withheld, together with what would give them away.

Two tables divide the same learners in two ways (before and after). A count from 1 to ``smallest - 1`` is hidden. Where
the hidden counts of a table are one alone, or add up to fewer than ``smallest``, the next smallest count is hidden as
well, since the whole is often known from elsewhere. What holds the same programs in both tables is hidden in both or
in none. Totals are never shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SMALLEST = 10


@dataclass(frozen=True)
class Count:
    """A number of learners as it may be shown. ``number`` None: not known, or withheld (``withheld`` says why)."""

    number: int | None
    withheld: str = ""

    def __str__(self) -> str:
        return self.withheld or ("" if self.number is None else f"{self.number:,}")


@dataclass(frozen=True)
class RawCount:
    """A number of learners before it may be shown, and the rows of the list that it adds up."""

    number: int | None
    rows: frozenset[int]


def suppress(tables: Sequence[Sequence[RawCount]], smallest: int = SMALLEST) -> list[list[Count]]:
    """The tables' counts as they may be shown, in their order."""
    counts = {(t, c): raw for t, table in enumerate(tables) for c, raw in enumerate(table) if raw.number}
    small = {place for place, raw in counts.items() if (raw.number or 0) < smallest}
    hidden: set[tuple[int, int]] = set()
    more = set(small)
    while not more <= hidden:
        hidden |= more
        more = {place for number in range(len(tables)) for place in _complement(tables, number, hidden, smallest)}
        rows = {counts[place].rows for place in hidden | more}
        more |= {place for place, raw in counts.items() if raw.rows in rows}
    few, withheld = f"fewer than {smallest}", "withheld"
    return [
        [
            Count(None, few if (t, c) in small else withheld) if (t, c) in hidden else Count(raw.number)
            for c, raw in enumerate(table)
        ]
        for t, table in enumerate(tables)
    ]


def _complement(
    tables: Sequence[Sequence[RawCount]], table: int, hidden: set[tuple[int, int]], smallest: int
) -> set[tuple[int, int]]:
    """The count to hide next so that the table's hidden ones protect each other; none where they do."""
    inside = [c for t, c in hidden if t == table]
    if not inside or (len(inside) > 1 and sum(tables[table][c].number or 0 for c in inside) >= smallest):
        return set()
    shown = [c for c, raw in enumerate(tables[table]) if raw.number and c not in inside]
    return {(table, min(shown, key=lambda c: tables[table][c].number or 0))} if shown else set()
