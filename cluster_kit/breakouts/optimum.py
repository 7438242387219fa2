"""The best grouping, and the proof that none is better.

Column generation over all candidates. With a few groups to choose from, HiGHS prices every state; whatever group is
worth more than the prices of its states joins the choice, until there is none: then the prices prove that no grouping
is worth more than a bound. Sizes must add up to the number of states, which lowers the bound. Then HiGHS chooses whole
groups; a group that could not be in any better grouping, by the bound, is left out, and what remains is chosen from
until the best is certain.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cluster_kit.breakouts.candidates import Candidates
from cluster_kit.breakouts.choosing import Column, Model, Stop, whole_below

MORE_AT_ONCE = 400
MORE_COLUMNS = 10_000

Left = NDArray[np.float64]


@dataclass(frozen=True)
class Found:
    """A grouping, what it is worth, and what none is worth more than (None: not known), in hundredths of a point."""

    columns: dict[Column, int]
    bound: int | None

    @property
    def worth(self) -> int:
        """What the groups are worth together."""
        return sum(self.columns.values())


@dataclass(frozen=True)
class Scope:
    """How many groups of each size to choose from besides those that were priced, and for how many nodes."""

    columns: int = 0
    nodes: int = 30

    def widen(self) -> Scope:
        """What to try next, when the best could not be proved."""
        return Scope(self.columns * 3 or MORE_COLUMNS, self.nodes * 10)


def size_mixes(states: int, sizes: range) -> Iterator[tuple[int, ...]]:
    """In how many ways so many states make groups of these sizes: how many groups of each size."""
    if len(sizes) == 1:
        if states % sizes[0] == 0:
            yield (states // sizes[0],)
        return
    for count in range(states // sizes[0] + 1):
        for rest in size_mixes(states - count * sizes[0], sizes[1:]):
            yield (count, *rest)


class Search:
    """One search for the best grouping of ``count`` states, until ``deadline`` (of the monotonic clock)."""

    def __init__(self, count: int, candidates: Sequence[Candidates], sizes: range, deadline: float) -> None:
        self._count, self._candidates, self._deadline = count, candidates, deadline
        sized = [sizes.index(one.size) for one in candidates]
        self._mixes = np.array([[mix[place] for place in sized] for mix in size_mixes(count, sizes)], float)
        self._columns: dict[Column, int] = {}
        self._bound, self._prices = math.inf, np.zeros(count)

    def improve(self, start: dict[Column, int]) -> Found:
        """The best grouping; or, where time runs out, the best found so far, which is ``start`` or better."""
        model = Model(self._count)
        self._add(model, start)
        while self._left_s > 0 and self._price(model):
            pass
        if self._bound == math.inf:
            return Found(start, None)
        best, scope = Found(start, whole_below(self._bound)), Scope()
        while not _is_proved(best) and self._left_s > 0:
            best = self._choose(best, scope)
            scope = scope.widen()
        return best

    @property
    def _left_s(self) -> float:
        return self._deadline - time.monotonic()

    def _price(self, model: Model) -> bool:
        """Price the states, lower the bound, and add groups that are worth more; False when there are none."""
        prices = model.price(self._left_s)
        if prices is None:
            return False
        lefts = [one.reduce(prices) for one in self._candidates]
        bound = float(prices.sum() + (self._mixes @ [left.max() for left in lefts]).max())
        if bound < self._bound:
            self._bound, self._prices = bound, prices
        new: dict[Column, int] = {}
        for one, left in zip(self._candidates, lefts, strict=True):
            more = np.flatnonzero(left > 1e-6 * max(1.0, abs(bound)))
            if more.size > MORE_AT_ONCE:
                more = more[np.argpartition(-left[more], MORE_AT_ONCE)[:MORE_AT_ONCE]]
            new |= one.pick(more)
        return self._add(model, new)

    def _add(self, model: Model, columns: dict[Column, int]) -> bool:
        new = {column: worth for column, worth in columns.items() if column not in self._columns}
        self._columns |= new
        model.add(list(new), list(new.values()))
        return bool(new)

    def _choose(self, best: Found, scope: Scope) -> Found:
        """The best grouping of the groups in scope. Where none that matters is out of scope, it is proved."""
        columns, is_all = self._find_fitting(best, scope.columns)
        model, listed = Model(self._count), list(columns)
        model.add(listed, list(columns.values()))
        places = {column: place for place, column in enumerate(listed)}
        stop = Stop(self._left_s, best.bound, None if is_all else scope.nodes)
        choice = model.choose(stop, [places[group] for group in best.columns])
        if choice is None or best.bound is None:
            return best
        bound = min(best.bound, choice.bound) if is_all else best.bound
        if choice.worth > best.worth:
            return Found({listed[place]: columns[listed[place]] for place in choice.places}, bound)
        return Found(best.columns, max(bound, best.worth))

    def _find_fitting(self, best: Found, most: int) -> tuple[dict[Column, int], bool]:
        """The groups that could be in a grouping worth more than the best so far, and the groups of that one.

        A grouping with this group in it is worth no more than all prices, what this group is worth beyond them, and
        what the others are at most. Where there are more than ``most`` of a size, those that promise least are left
        out, those that were priced are put in, and the second value is False.
        """
        lefts = [one.reduce(self._prices) for one in self._candidates]
        highest = np.array([left.max() for left in lefts])
        fitting = dict(best.columns)
        is_all = True
        for place, (one, left) in enumerate(zip(self._candidates, lefts, strict=True)):
            mixes = self._mixes[self._mixes[:, place] > 0]
            if not mixes.size:
                continue
            others = self._prices.sum() + (mixes @ highest).max() - highest[place]
            fit = np.flatnonzero(others + left > best.worth + 0.9)
            if fit.size > most:
                is_all, fit = False, fit[np.argpartition(-left[fit], most)[:most]]
            fitting |= one.pick(fit)
        return (fitting if is_all else self._columns | fitting), is_all


def _is_proved(found: Found) -> bool:
    return found.bound is not None and found.worth >= found.bound
