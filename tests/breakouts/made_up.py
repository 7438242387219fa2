"""Fictional states for tests of breakout groups, deterministic."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from itertools import combinations

from cluster_kit.breakouts import GroupProposal, State
from cluster_kit.breakouts.models import Pair
from cluster_kit.content import load_content

CONTENT = load_content("2026")
AREAS = [area.id for area in CONTENT.instrument.areas]
CODES = [one.code for one in CONTENT.jurisdictions]
ROLES = [role.id for role in CONTENT.roles]


def make_state(code: str, *, roles: Iterable[str] = (), asks: Iterable[str] = (), **net: float) -> State:
    """A state with needs (below 0) or strengths (above 0) by area."""
    return State(
        code=code,
        needs={area: -value for area, value in net.items() if value < 0},
        strengths={area: value for area, value in net.items() if value > 0},
        roles=frozenset(roles),
        asks=frozenset(asks),
        evidence={area: f"rated {2.5 + 1.5 * value:.1f} of 4" for area, value in net.items()},
    )


def make_states(count: int, seed: int = 1) -> list[State]:
    """States with random needs, strengths, and roles."""
    chance = random.Random(seed)
    return [
        make_state(
            code,
            roles=chance.sample(ROLES, chance.randint(1, 3)),
            asks=chance.sample(CODES, 1) if chance.random() < 0.2 else (),
            **{area: round(min(max(chance.gauss(-0.1, 0.5), -1), 1), 2) for area in AREAS},
        )
        for code in CODES[:count]
    ]


def pairs_of(groups: Iterable[Sequence[str]]) -> list[Pair]:
    """Pairs of states in the same group."""
    return [frozenset(pair) for group in groups for pair in combinations(group, 2)]


def members(proposal: GroupProposal) -> dict[int, tuple[str, ...]]:
    """The states of each group, by number."""
    return {group.number: group.states for group in proposal.groups}
