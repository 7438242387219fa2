"""Every group that there can be, and what it is worth: 4.6 million of 3 to 5 states for 57, in less than a second."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cluster_kit.breakouts.choosing import Column
from cluster_kit.breakouts.scoring import Ints, Masks, Members, ProblemData

MOST_CANDIDATES = 8_000_000


@dataclass(frozen=True)
class Candidates:
    """The groups of one size, and what each is worth, in hundredths of a point."""

    members: Members
    worth: Ints

    @property
    def size(self) -> int:
        """States in a group."""
        return len(self.members)

    def reduce(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """What each group is worth beyond the prices of its states."""
        left = self.worth.astype(np.float64)
        for row in self.members:
            left -= prices[row]
        return left

    def pick(self, places: NDArray[np.int64]) -> dict[Column, int]:
        """Some of the groups, and what each is worth."""
        groups = (tuple(group) for group in self.members[:, places].T.tolist())
        return dict(zip(groups, self.worth[places].tolist(), strict=True))


def count_candidates(states: int, sizes: range) -> int:
    """How many groups of these sizes there can be."""
    return sum(math.comb(states, size) for size in sizes)


def list_candidates(facts: ProblemData, sizes: range) -> list[Candidates]:
    """All groups of each size, smallest size first. Sizes that need more states than there are, are left out."""
    count = len(facts.states)
    zeros = np.zeros(count, np.int32)
    known = _Known(np.arange(count, dtype=np.uint8)[None], facts.needs, facts.strengths, facts.roles, zeros)
    grown: Iterable[_Known] = [known]
    found, biggest = [], min(max(sizes), count)
    for size in range(1, biggest + 1):
        if size > 1:
            grown = _grow(facts, known)
        if size < biggest:  # the biggest groups are many: what they are made of is not kept
            known = _join(list(grown))
            grown = [known]
        if size in sizes:
            found.append(_judge(facts, grown))
    return found


@dataclass(frozen=True)
class _Known:
    """Groups of one size with what can be added up over their members."""

    members: Members
    needs: Ints
    strengths: Ints
    roles: Masks
    pairs: Ints


def _grow(facts: ProblemData, smaller: _Known) -> Iterator[_Known]:
    """The groups of one state more: each state put before all groups of later ones, which stand in one piece."""
    for first in range(len(facts.states)):
        begin = int(np.searchsorted(smaller.members[0], first, side="right"))
        members = smaller.members[:, begin:]
        if not members.shape[1]:
            return
        pairs = smaller.pairs[begin:].copy()
        for row in members:
            pairs += facts.pairs[first][row]
        yield _Known(
            np.vstack([np.full((1, members.shape[1]), first, np.uint8), members]),
            smaller.needs[:, begin:] + facts.needs[:, first, None],
            np.maximum(smaller.strengths[:, begin:], facts.strengths[:, first, None]),
            smaller.roles[begin:] | facts.roles[first],
            pairs,
        )


def _join(parts: list[_Known]) -> _Known:
    return _Known(
        np.concatenate([part.members for part in parts], axis=1),
        np.concatenate([part.needs for part in parts], axis=1),
        np.concatenate([part.strengths for part in parts], axis=1),
        np.concatenate([part.roles for part in parts]),
        np.concatenate([part.pairs for part in parts]),
    )


def _judge(facts: ProblemData, parts: Iterable[_Known]) -> Candidates:
    members, worths = [], []
    for part in parts:
        match = facts.match(part.needs, part.strengths)
        members.append(part.members)
        worths.append(facts.add_up(len(part.members), match, part.roles, part.pairs))
    return Candidates(np.concatenate(members, axis=1), np.concatenate(worths))
