"""A good grouping at once: fill seat by seat, then exchange states while that helps. Always there, never the proof."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from cluster_kit.breakouts.choosing import Column
from cluster_kit.breakouts.models import BEST_SIZE
from cluster_kit.breakouts.optimum import size_mixes
from cluster_kit.breakouts.scoring import Members, ProblemData


def usual_sizes(states: int, sizes: range) -> list[int]:
    """The sizes of groups for so many states: as near to the best size as can be. Empty where there is no way."""
    mixes = list(size_mixes(states, sizes))
    if not mixes:
        return []

    def far(mix: Sequence[int]) -> int:
        return sum(count * size * abs(size - BEST_SIZE) for count, size in zip(mix, sizes, strict=True))

    best = min(mixes, key=far)
    return [size for size, count in zip(sizes, best, strict=True) for _ in range(count)]


def fill(facts: ProblemData, sizes: Sequence[int]) -> list[Column]:
    """Groups of these sizes, each begun with the first state left, each seat given to who is worth most there."""
    left = list(range(len(facts.states)))
    groups = []
    for size in sizes:
        group = [left.pop(0)]
        while len(group) < size:
            worth = facts.worth(_members([[*group, one] for one in left]))
            group.append(left.pop(int(worth.argmax())))
        groups.append(tuple(sorted(group)))
    return groups


def exchange(facts: ProblemData, groups: list[Column], deadline: float) -> list[Column]:
    """Two states change places as long as that makes the groups worth more, the best exchange first."""
    groups = list(groups)
    while time.monotonic() < deadline:
        tries = [trial for pair in combinations(range(len(groups)), 2) for trial in _exchanges(groups, *pair)]
        if not tries:
            break
        before = worths_of(facts, groups)
        after = worths_of(facts, [group for _, _, *two in tries for group in two])
        gains = [
            after[2 * place] + after[2 * place + 1] - before[first] - before[second]
            for place, (first, second, _, _) in enumerate(tries)
        ]
        best = max(range(len(tries)), key=lambda place: gains[place])
        if gains[best] <= 0:
            break
        first, second, groups[first], groups[second] = tries[best]
    return groups


def worths_of(facts: ProblemData, groups: Sequence[Column]) -> list[int]:
    """What each group is worth, in hundredths of a point."""
    worths = [0] * len(groups)
    for size in {len(group) for group in groups}:
        places = [place for place, group in enumerate(groups) if len(group) == size]
        for place, worth in zip(places, facts.worth(_members([groups[p] for p in places])).tolist(), strict=True):
            worths[place] = worth
    return worths


def _exchanges(groups: list[Column], first: int, second: int) -> list[tuple[int, int, Column, Column]]:
    one, two = groups[first], groups[second]
    return [
        (first, second, tuple(sorted({*one, there} - {here})), tuple(sorted({*two, here} - {there})))
        for here in one
        for there in two
    ]


def _members(groups: Sequence[Sequence[int]]) -> Members:
    return np.array(groups).T
