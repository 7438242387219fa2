"""Breakout groups: a state as the search sees it, the weights, and the groups proposed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from cluster_kit.sessions.facilitation import FormGroups, GroupOf
from cluster_kit.sessions.state import Round

Pair = frozenset[str]
"""Two states that have been in a group together, by postal code."""


@dataclass(frozen=True)
class Weights:
    """Weights of the objective, in points. ``docs/explanation/breakouts.md`` explains them.

    ``example`` and ``next_step`` are fractions of a whole need or strength, which is a rating at an end of the scale.
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

    ``roles`` are the roles of its people who are present; ``asks`` are the states that it would like to consult;
    ``evidence`` names, by area, the source of each need or strength, for facilitators.
    """

    code: str
    needs: Mapping[str, float] = field(default_factory=dict)
    strengths: Mapping[str, float] = field(default_factory=dict)
    roles: frozenset[str] = frozenset()
    asks: frozenset[str] = frozenset()
    evidence: Mapping[str, str] = field(default_factory=dict)


class ExistingGroup(Protocol):
    """An existing group: one proposed here, or one that participants see (``cluster_kit.sessions.state.Group``)."""

    @property
    def number(self) -> int:
        """Its number, which does not change."""

    @property
    def states(self) -> Collection[str]:
        """Postal codes of its states."""

    @property
    def area(self) -> str:
        """The policy area that it discusses, or empty."""


@dataclass(frozen=True)
class ProposedGroup:
    """A group. ``area`` is the policy area that it should discuss, or empty if the answers suggest none.

    ``topic`` is for participants and discloses nothing about any state's answers. ``why`` is for facilitators only: it
    names states and their ratings. ``points`` are the group's share of the objective.
    """

    number: int
    states: tuple[str, ...]
    area: str
    topic: str
    why: str
    points: float


@dataclass(frozen=True)
class GroupProposal:
    """Groups of all states that are present, in order of number.

    ``left_over`` has a state that is in no group. ``objective`` is the total score of the groups. ``sentence``
    tells a facilitator their sizes, and which wishes could not be met.
    """

    groups: tuple[ProposedGroup, ...]
    objective: float
    sentence: str
    left_over: tuple[str, ...] = ()

    def as_command(self, title: str) -> FormGroups:
        """The command with which a facilitator shows these groups to participants: with topics, without reasons."""
        groups = (GroupOf(number=g.number, states=g.states, area=g.area, reason=g.topic) for g in self.groups)
        return FormGroups(title=title, groups=tuple(groups))


def read_pairs(rounds: Iterable[Round]) -> list[Pair]:
    """The pairs of states that were together in these rounds, each once.

    Later rounds of a session may be small changes of earlier ones.
    """
    met: dict[Pair, None] = {}
    for one in rounds:
        for group in one.groups:
            met |= {frozenset((a, b)): None for a in group.states for b in group.states if a < b}
    return list(met)
