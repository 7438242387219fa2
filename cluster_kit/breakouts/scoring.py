"""Group worth in whole hundredths of a point, so that sums do not depend on the order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cluster_kit.breakouts.models import BEST_SIZE, MOST_ROLES, WEIGHTS, Pair, State, Weights

Ints = NDArray[np.int32]
Members = NDArray[np.integer[Any]]
"""Groups of one size: one row per member, one column per group; state indexes, ascending in each column."""
Masks = NDArray[np.uint64]
Group = tuple[int, ...]
"""State indexes of one group, ascending."""

WHOLE = 100
_MOST_ROLES_KNOWN = 63


@dataclass(frozen=True)
class ProblemData:
    """Problem data for the search, about ``states`` in order. ``needs`` and ``strengths`` are area by state.

    ``roles`` has a bit for each role; ``pairs`` the worth of each pair of states (wishes less repeats); ``met`` the
    pairs that have met before; ``best_size`` the preferred group size.
    """

    states: tuple[State, ...]
    areas: tuple[str, ...]
    needs: Ints
    strengths: Ints
    roles: Masks
    pairs: Ints
    met: frozenset[frozenset[int]]
    weights: Weights
    best_size: int = BEST_SIZE

    def worth(self, members: Members, area: int | None = None) -> Ints:
        """Worth of each group with its best area, or with ``area`` (-1: none)."""
        needs = np.add.reduce([self.needs[:, row] for row in members])
        strengths = np.maximum.reduce([self.strengths[:, row] for row in members])
        roles = np.bitwise_or.reduce([self.roles[row] for row in members])
        pairs = np.zeros(members.shape[1], np.int32)
        for place, row in enumerate(members):
            for other in members[place + 1 :]:
                pairs += self.pairs[row, other]
        return self.add_up(len(members), self.match(needs, strengths, area), roles, pairs)

    def worth_of(self, group: Sequence[int], area: int | None = None) -> int:
        """Worth of one group."""
        return int(self.worth(np.array([group]).T, area)[0])

    def match(self, needs: Ints, strengths: Ints, area: int | None = None) -> Ints:
        """Worth of the match: the sum of the needs, weighted by the highest strength in the group."""
        if not self.areas or area == -1:
            return np.zeros(needs.shape[1], np.int32)
        shared, helped = _hundredths(self.weights.shared), _hundredths(self.weights.helped)
        by_area = needs * (shared + helped * strengths // WHOLE)
        best = by_area.max(axis=0) if area is None else by_area[area]
        return np.asarray(best // WHOLE, np.int32)

    def add_up(self, size: int, match: Ints, roles: Masks, pairs: Ints) -> Ints:
        """Total worth of groups of one size."""
        mixed = np.clip(np.bitwise_count(roles).astype(np.int32), 1, MOST_ROLES) - 1
        total = match + _hundredths(self.weights.roles) * size * mixed // (MOST_ROLES - 1) + pairs
        if size != self.best_size:
            total = total - _hundredths(self.weights.size) * size
        return np.asarray(total, np.int32)

    def best_area(self, group: Sequence[int]) -> int:
        """Index of the area that a group should discuss: the best match, else the most strength, else -1 for none."""
        members = np.asarray(group)[:, None]
        needs, strengths = self.needs[:, members[:, 0]], self.strengths[:, members[:, 0]]
        worth = [int(self.match(needs.sum(axis=1)[:, None], strengths.max(axis=1)[:, None], a)[0]) for a in self._all]
        if any(worth):
            return max(self._all, key=lambda area: worth[area])
        strong = strengths.sum(axis=1)
        return max(self._all, key=lambda area: int(strong[area])) if strong.any() else -1

    def area_for(self, group: Sequence[int]) -> str:
        """Id of the area that a group should discuss, or empty."""
        best = self.best_area(group)
        return self.areas[best] if best >= 0 else ""

    def find_area(self, area: str) -> int:
        """Index of an area, or -1 for none."""
        return self.areas.index(area) if area in self.areas else -1

    @property
    def _all(self) -> range:
        return range(len(self.areas))


def read_facts(
    states: Sequence[State], areas: Sequence[str], earlier: Sequence[Pair], weights: Weights = WEIGHTS
) -> ProblemData:
    """The problem data for these states, in the order given. Repeated pairs in ``earlier`` count repeatedly."""
    place = {state.code: number for number, state in enumerate(states)}
    pairs = np.zeros((len(states), len(states)), np.int32)
    again = [[place[code] for code in sorted(pair)] for pair in earlier if len(pair) == 2 and pair <= place.keys()]
    for two in again:
        _add_pair(pairs, two, -weights.repeat)
    for state in states:
        for other in sorted((state.asks & place.keys()) - {state.code}):
            _add_pair(pairs, [place[state.code], place[other]], weights.wish)
    return ProblemData(
        states=tuple(states),
        areas=tuple(areas),
        needs=_by_area([state.needs for state in states], areas),
        strengths=_by_area([state.strengths for state in states], areas),
        roles=_masks([state.roles for state in states]),
        pairs=pairs,
        met=frozenset(map(frozenset, again)),
        weights=weights,
    )


def _add_pair(pairs: Ints, two: Sequence[int], points: float) -> None:
    first, second = two
    pairs[first, second] += _hundredths(points)
    pairs[second, first] += _hundredths(points)


def _by_area(values: Sequence[Any], areas: Sequence[str]) -> Ints:
    rows = [[_hundredths(min(max(of.get(area, 0.0), 0.0), 1.0)) for of in values] for area in areas]
    return np.array(rows, np.int32).reshape(len(areas), len(values))


def _masks(roles: Sequence[frozenset[str]]) -> Masks:
    """A bit for each role; only the most frequent roles if there are more than fit."""
    counts = Counter(role for of in roles for role in of)
    known = sorted(counts, key=lambda role: (-counts[role], role))[:_MOST_ROLES_KNOWN]
    bits = {role: 1 << place for place, role in enumerate(known)}
    return np.array([sum(bits.get(role, 0) for role in of) for of in roles], np.uint64)


def _hundredths(value: float) -> int:
    return round(value * WHOLE)
