"""What breakout groups are made of: a state as the matching sees it, what counts how much, and the groups proposed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from cluster_kit.sessions.facilitation import FormGroups, GroupOf
from cluster_kit.sessions.state import Round

Pair = frozenset[str]
"""Two states that have sat in a group together, by postal code."""


@dataclass(frozen=True)
class Weights:
    """What counts how much, in points. ``docs/breakouts.md`` says why.

    ``example`` and ``next_step`` are shares of a whole need or strength, which a rating at an end of the scale is.
    """

    shared: float = 1.0
    helped: float = 4.0
    wish: float = 2.0
    roles: float = 1.0
    size: float = 0.25
    repeat: float = 1000.0
    example: float = 0.5
    next_step: float = 0.5


WEIGHTS = Weights()
BEST_SIZE = 4
MOST_ROLES = 4


@dataclass(frozen=True)
class State:
    """A state that is present. ``needs`` and ``strengths`` are by policy area, from 0 to 1; an area has one or neither.

    ``roles`` are those of its people who are present; ``asks`` the states that it would like to ask something;
    ``evidence`` says by area, for facilitators, what need or strength was read from.
    """

    code: str
    needs: Mapping[str, float] = field(default_factory=dict)
    strengths: Mapping[str, float] = field(default_factory=dict)
    roles: frozenset[str] = frozenset()
    asks: frozenset[str] = frozenset()
    evidence: Mapping[str, str] = field(default_factory=dict)


class Seated(Protocol):
    """A group that exists: one proposed here, or one that participants see (``cluster_kit.sessions.state.Group``)."""

    @property
    def number(self) -> int:
        """Its number, which stays its own."""

    @property
    def states(self) -> Collection[str]:
        """Postal codes."""

    @property
    def area(self) -> str:
        """The policy area that it talks about, or empty."""


@dataclass(frozen=True)
class Grouped:
    """A group. ``area`` is the policy area that it should talk about, or empty where answers name none.

    ``topic`` is for participants and tells nothing of anybody's answers. ``why`` is for facilitators alone: it names
    states and what they rated. ``points`` are what the group is worth in the objective.
    """

    number: int
    states: tuple[str, ...]
    area: str
    topic: str
    why: str
    points: float


@dataclass(frozen=True)
class GroupProposal:
    """Groups for everybody present, in order of number. ``left_over`` has who is alone, and so is in none.

    ``objective`` is what the groups are worth together, and no grouping is worth more than ``bound``; None where
    that is not known. ``sentence`` tells a facilitator how good they are, and what could not be had.
    """

    groups: tuple[Grouped, ...]
    objective: float
    bound: float | None
    sentence: str
    left_over: tuple[str, ...] = ()

    @property
    def is_optimal(self) -> bool:
        """True when it is proved that no grouping is worth more."""
        return self.bound is not None and self.bound - self.objective < 0.005

    @property
    def gap(self) -> float | None:
        """How much more a grouping could be worth at most, as a share of the bound; None where it is not known."""
        if self.bound is None:
            return None
        return max(self.bound - self.objective, 0.0) / abs(self.bound) if self.bound else 0.0

    def as_doing(self, title: str) -> FormGroups:
        """What a facilitator does to show these groups to participants: with topics, without whys."""
        groups = (GroupOf(number=g.number, states=g.states, area=g.area, reason=g.topic) for g in self.groups)
        return FormGroups(title=title, groups=tuple(groups))


def read_pairs(rounds: Iterable[Round]) -> list[Pair]:
    """Who sat together in these rounds, each pair once: give the rounds of one session, which may be late changes."""
    met: dict[Pair, None] = {}
    for one in rounds:
        for group in one.groups:
            met |= {frozenset((a, b)): None for a in group.states for b in group.states if a < b}
    return list(met)
