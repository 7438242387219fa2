"""Counts of states by category: complete for staff, and with small counts merged or withheld for publication.

A tally keeps who is counted, not only how many, so a merged category counts each state once. Ordered categories are
merged with their neighbors by the rules of ``suppression``. Of unordered categories, those with fewer than ``FEWEST``
are merged into one, with the next smallest if that is still too few.

What was published persists: a later version differs from each earlier one by nothing or by at least ``FEWEST`` in each
category, or the last one is published again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cluster_kit.insights.suppression import FEWEST, Band, Bands, Published, release_counts
from cluster_kit.models import FrozenModel
from cluster_kit.text import join_words

ALL_OTHERS = "All others"


@dataclass(frozen=True)
class CategoryTally:
    """The members (states or people) counted in each category, in the order of the categories.

    ``id`` identifies the tally across versions of a document. With ``is_ordered``, each member is in exactly one
    category, and neighbors may be merged; otherwise a member may be in several.
    """

    id: str
    label: str
    members: Mapping[str, frozenset[str]]
    is_ordered: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """The number of members by category; every category is a key."""
        return {category: len(found) for category, found in self.members.items()}

    @property
    def total(self) -> int:
        """The number of different members in all categories."""
        return len(frozenset().union(*self.members.values()))

    @property
    def most_chosen(self) -> list[tuple[str, int]]:
        """The categories with members, the largest first; ties keep their order."""
        found = [(category, count) for category, count in self.counts.items() if count]
        return sorted(found, key=lambda pair: -pair[1])


class TallyCell(FrozenModel):
    """A published count of the members in one or more categories."""

    categories: tuple[str, ...]
    count: int


TallyCells = tuple[TallyCell, ...]
"""A published tally: cells that cover its categories; empty if nothing can be published."""


class ReleasedCounts(FrozenModel):
    """Everything that was published of a session, oldest first: tallies by id, and national charts."""

    tallies: Mapping[str, tuple[TallyCells, ...]] = {}
    charts: tuple[Published, ...] = ()


def count_members(pairs: Iterable[tuple[str, str]], categories: Iterable[str] = ()) -> dict[str, frozenset[str]]:
    """The members of each category, from pairs of category and member. ``categories`` come first, in this order."""
    found: dict[str, set[str]] = {category: set() for category in categories}
    for category, member in pairs:
        found.setdefault(category, set()).add(member)
    return {category: frozenset(members) for category, members in found.items()}


def release_tally(tally: CategoryTally, earlier: Sequence[TallyCells] = ()) -> TallyCells:
    """The cells of a tally that may be published now, given those published before, oldest first; may be empty."""
    given = [cells for cells in earlier if cells]
    if tally.is_ordered:
        return _release_ordered(tally, given)
    now = merge_small_categories(tally)
    if given and not (now and all(_may_replace(now, before) for before in given)):
        return given[-1]
    return now


def merge_small_categories(tally: CategoryTally) -> TallyCells:
    """The categories with at least ``FEWEST`` members, and all others as one; empty if nothing can be published."""
    shown = [category for category, count in tally.most_chosen if count >= FEWEST]
    others = [category for category in tally.members if category not in shown]
    while others and shown and _union(tally, others) < FEWEST:
        others.append(shown.pop())
    if not shown or (others and _union(tally, others) < FEWEST):
        return ()
    cells = [TallyCell(categories=(category,), count=len(tally.members[category])) for category in shown]
    if others:
        merged = tuple(category for category in tally.members if category in others)
        cells.append(TallyCell(categories=merged, count=_union(tally, others)))
    return tuple(cells)


def name_cell(cell: TallyCell, tally: CategoryTally) -> str:
    """A cell's categories in words: all of them if they are ordered, otherwise one, or ``ALL_OTHERS``."""
    if len(cell.categories) == 1:
        return cell.categories[0]
    if not tally.is_ordered:
        return ALL_OTHERS
    head, *rest = cell.categories
    named = [head, *(name[:1].lower() + name[1:] for name in rest)]
    if any("," in name for name in named):
        return "; ".join([*named[:-1], f"or {named[-1]}"])
    return join_words(named, "or")


def _union(tally: CategoryTally, categories: Sequence[str]) -> int:
    return len(frozenset().union(*(tally.members[category] for category in categories)))


def _release_ordered(tally: CategoryTally, given: Sequence[TallyCells]) -> TallyCells:
    names = list(tally.members)
    same = [_to_bands(names, cells) for cells in given if [n for cell in cells for n in cell.categories] == names]
    bands = release_counts(list(tally.counts.values()), same)
    return tuple(TallyCell(categories=tuple(names[b.low : b.high + 1]), count=b.states) for b in bands)


def _to_bands(names: Sequence[str], cells: TallyCells) -> Bands:
    places = [[names.index(category) for category in cell.categories] for cell in cells]
    return tuple(Band(at[0], at[-1], cell.count) for at, cell in zip(places, cells, strict=True))


def _may_replace(now: TallyCells, before: TallyCells) -> bool:
    """True if both have the same categories, and every difference is zero or large enough, but not all are zero."""
    new, old = ({cell.categories: cell.count for cell in cells} for cells in (now, before))
    if set(new) != set(old):
        return False
    differences = {abs(new[key] - old[key]) for key in new}
    return differences != {0} and all(difference == 0 or difference >= FEWEST for difference in differences)
