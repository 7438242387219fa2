"""Suppression of small counts of learners, with complementary suppression.

Two tables divide the same learners in two ways (before and after). A count from 1 to ``smallest - 1`` is suppressed. If
a table has only one suppressed count, or its suppressed counts add up to fewer than ``smallest``, the next smallest
count is suppressed too, since the total is often known from elsewhere. Cells with the same programs in both tables are
suppressed in both or in neither. Totals are never shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SMALLEST = 10


@dataclass(frozen=True)
class Count:
    """A publishable number of learners. ``number`` None: unknown, or suppressed (``withheld`` says why)."""

    number: int | None
    withheld: str = ""

    def __str__(self) -> str:
        return self.withheld or ("" if self.number is None else f"{self.number:,}")


@dataclass(frozen=True)
class RawCount:
    """A number of learners before suppression, and the rows of the list that it covers."""

    number: int | None
    rows: frozenset[int]


def suppress_counts(tables: Sequence[Sequence[RawCount]], smallest: int = SMALLEST) -> list[list[Count]]:
    """The tables' counts after suppression, in order."""
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
    """The count to suppress next so that the table's suppressed counts protect each other; empty if they do already."""
    inside = [c for t, c in hidden if t == table]
    if not inside or (len(inside) > 1 and sum(tables[table][c].number or 0 for c in inside) >= smallest):
        return set()
    shown = [c for c, raw in enumerate(tables[table]) if raw.number and c not in inside]
    return {(table, min(shown, key=lambda c: tables[table][c].number or 0))} if shown else set()
