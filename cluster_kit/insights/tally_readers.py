"""Read tallies for a version of a document: complete for staff, or only what may be published."""

from __future__ import annotations

from abc import ABC, abstractmethod

from cluster_kit.insights.suppression import Published
from cluster_kit.insights.tallies import CategoryTally, ReleasedCounts, TallyCells, name_cell, release_tally

WITHHELD = "Withheld: fewer than five would show"


class TallyReader(ABC):
    """Reads tallies for one version of the brief."""

    @abstractmethod
    def cells(self, tally: CategoryTally) -> list[tuple[str, int]]:
        """The categories to show with their counts, in order; empty if none can be shown."""

    def count(self, tally: CategoryTally, category: str) -> str:
        """A category's count, or that it is withheld."""
        return str(dict(self.cells(tally)).get(category, WITHHELD))

    def format_tally(self, tally: CategoryTally) -> str:
        """The categories with their counts, in one line."""
        return "; ".join(f"{name} ({count})" for name, count in self.cells(tally)) or WITHHELD


class CompleteReader(TallyReader):
    """Shows every category that has members."""

    def cells(self, tally: CategoryTally) -> list[tuple[str, int]]:
        """Ordered categories in their order, others with the largest first; empty ones are left out."""
        if tally.is_ordered:
            return [(category, count) for category, count in tally.counts.items() if count]
        return tally.most_chosen

    def count(self, tally: CategoryTally, category: str) -> str:
        """A category's count."""
        return str(tally.counts.get(category, 0))


class ReleasedReader(TallyReader):
    """Shows what may be published, given what was published before, and records it."""

    def __init__(self, earlier: ReleasedCounts) -> None:
        self._earlier = earlier
        self._tallies: dict[str, TallyCells] = {}
        self.charts: list[Published] = []

    def cells(self, tally: CategoryTally) -> list[tuple[str, int]]:
        """The cells that may be published."""
        if tally.id not in self._tallies:
            self._tallies[tally.id] = release_tally(tally, self._earlier.tallies.get(tally.id, ()))
        return [(name_cell(cell, tally), cell.count) for cell in self._tallies[tally.id]]

    def seen_charts(self) -> tuple[Published, ...]:
        """The national charts that were published before."""
        return self._earlier.charts

    @property
    def released(self) -> ReleasedCounts:
        """Everything that has been published, including now."""
        tallies = dict(self._earlier.tallies)
        for tally, cells in self._tallies.items():
            before = tallies.get(tally, ())
            tallies[tally] = before if cells in ((), *before[-1:]) else (*before, cells)
        new = [chart for chart in self.charts if chart.bands and chart not in self._earlier.charts]
        return ReleasedCounts(tallies=tallies, charts=(*self._earlier.charts, *new))
