"""Heuristic search for groups: fill seat by seat, then improve by moves and swaps, with perturbation.

The search starts with several numbers of groups. It then breaks up some groups of the best result at random and
improves them again. The random seed is fixed, so the same states always give the same groups.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cluster_kit.breakouts.models import BEST_SIZE
from cluster_kit.breakouts.scoring import Group, ProblemData

STARTS = 3
BREAKUPS = 30
BROKEN_UP = 3
_NEVER = -(2**40)


def find_groups(facts: ProblemData, sizes: range, starts: int = STARTS) -> list[Group]:
    """The best groups found for all states, of the ``starts`` numbers of groups that are nearest to the best size."""
    count = len(facts.states)
    counts = group_counts(count, sizes, facts.best_size)[:starts]
    climbed = [_Neighbors(facts, fill_groups(facts, even_sizes(count, groups)), sizes) for groups in counts]
    for neighbors in climbed:
        neighbors.climb()
    return _improve_at_random(max(climbed, key=lambda neighbors: neighbors.worth))


def group_counts(states: int, sizes: range, best_size: int = BEST_SIZE) -> list[int]:
    """Possible numbers of groups, nearest to the best size first."""
    fewest, most = -(-states // max(sizes)), states // min(sizes)
    return sorted(range(fewest, most + 1), key=lambda count: (abs(states - best_size * count), -count))


def even_sizes(states: int, count: int) -> list[int]:
    """Group sizes, as even as possible."""
    size, more = divmod(states, count)
    return [size] * (count - more) + [size + 1] * more


def fill_groups(facts: ProblemData, sizes: Sequence[int]) -> list[Group]:
    """Groups of these sizes. The first remaining state starts each one; the most valuable state takes each seat."""
    left = list(range(len(facts.states)))
    groups = []
    for size in sizes:
        group = [left.pop(0)]
        while len(group) < size:
            worth = facts.worth(np.array([[*group, one] for one in left]).T)
            group.append(left.pop(int(worth.argmax())))
        groups.append(tuple(sorted(group)))
    return groups


def improve_groups(facts: ProblemData, groups: Sequence[Group], sizes: range) -> list[Group]:
    """Apply the best move or swap until none raises the worth."""
    neighbors = _Neighbors(facts, groups, sizes)
    neighbors.climb()
    return neighbors.groups


def _improve_at_random(neighbors: _Neighbors) -> list[Group]:
    """Break up some groups, climb again, and keep improvements."""
    best, worth = neighbors.groups, neighbors.worth
    chance = random.Random(1)  # noqa: S311  (the same groups each time, not a secret)
    for _ in range(BREAKUPS if len(best) > 1 else 0):
        neighbors.set(_break_up(best, chance))
        neighbors.climb()
        if neighbors.worth > worth:
            best, worth = neighbors.groups, neighbors.worth
    return best


def _break_up(groups: Sequence[Group], chance: random.Random) -> list[Group]:
    """The same groups, with the states of a few of them shuffled."""
    changed = list(groups)
    numbers = chance.sample(range(len(groups)), min(BROKEN_UP, len(groups)))
    states = [state for number in numbers for state in groups[number]]
    chance.shuffle(states)
    for number in numbers:
        size = len(groups[number])
        changed[number] = tuple(sorted(states[:size]))
        del states[:size]
    return changed


class _Neighbors:
    """A grouping, and the worth of each move and swap. A change updates only the groups that it affects.

    ``_replaced[i, j]`` is the worth of state i's group with j in place of i; ``_without[i]`` the worth of state i's
    group without it; ``_with[g, j]`` the worth of group g with state j added.
    """

    def __init__(self, facts: ProblemData, groups: Sequence[Group], sizes: range) -> None:
        count = len(facts.states)
        self._facts, self._sizes = facts, sizes
        self._groups: list[Group] = [()] * len(groups)
        self._group_of = np.zeros(count, np.int64)
        self._worth = np.zeros(len(groups), np.int64)
        self._replaced = np.zeros((count, count), np.int64)
        self._without = np.zeros(count, np.int64)
        self._with = np.zeros((len(groups), count), np.int64)
        self.set(groups)

    @property
    def groups(self) -> list[Group]:
        """The current groups."""
        return list(self._groups)

    @property
    def worth(self) -> int:
        """Total worth of the current groups."""
        return int(self._worth.sum())

    def set(self, groups: Sequence[Group]) -> None:
        """Replace the groups by the same number of others."""
        for number, group in enumerate(groups):
            if group != self._groups[number]:
                self._groups[number] = group
                self._update(number)

    def climb(self) -> None:
        """Apply the best move or swap until none raises the worth."""
        while self._exchange_or_move():
            pass

    def _exchange_or_move(self) -> bool:
        worth = self._worth[self._group_of]
        exchanges = self._replaced + self._replaced.T - worth[:, None] - worth
        moves = self._with - self._worth[:, None] + self._without - worth
        if max(exchanges.max(), moves.max()) <= 0:
            return False
        if exchanges.max() >= moves.max():
            one, other = _place_of_max(exchanges)
            self._regroup(one, int(self._group_of[other]), other)
        else:
            number, one = _place_of_max(moves)
            self._regroup(one, number)
        return True

    def _regroup(self, one: int, to: int, *back: int) -> None:
        groups, of = self.groups, int(self._group_of[one])
        groups[of] = tuple(sorted({*groups[of], *back} - {one}))
        groups[to] = tuple(sorted({*groups[to], one} - {*back}))
        self.set(groups)

    def _update(self, number: int) -> None:
        group = np.array(self._groups[number])
        size, count = len(group), len(self._facts.states)
        others = np.array([np.delete(group, place) for place in range(size)]).T
        everyone = np.arange(count)
        replaced = np.vstack([others.repeat(count, axis=1), np.tile(everyone, size)])
        self._group_of[group] = number
        self._worth[number] = self._facts.worth(group[:, None])[0]
        self._replaced[group] = self._facts.worth(replaced).reshape(size, count)
        self._replaced[group[:, None], group] = _NEVER
        self._without[group] = self._facts.worth(others) if size - 1 in self._sizes else _NEVER
        more = np.vstack([group[:, None].repeat(count, axis=1), everyone])
        self._with[number] = self._facts.worth(more) if size + 1 in self._sizes else _NEVER
        self._with[number, group] = _NEVER


def _place_of_max(values: NDArray[np.int64]) -> tuple[int, int]:
    row, column = divmod(int(values.argmax()), values.shape[1])
    return row, column
