"""The cast of a rehearsal: fictional people of every state, their attendance, and how they work."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cluster_kit.content.models import Content, Depth
from cluster_kit.rehearsal.plan import LOBBY_MINUTES, RehearsalPlan, seeded_random

FIRST_NAMES = (
    "Ada", "Alma", "Amir", "Anela", "Asha", "Beau", "Bruno", "Carmen", "Chidi", "Clara", "Dana", "Darius", "Delia",
    "Elena", "Emil", "Farah", "Felix", "Grace", "Hana", "Hugo", "Imani", "Ines", "Ivan", "Jae", "Jonah", "Kai", "Keola",
    "Lena", "Leo", "Lupe", "Mara", "Mateo", "Mei", "Milo", "Nadia", "Noel", "Nora", "Omar", "Opal", "Priya", "Quinn",
    "Rafael", "Reva", "Rosa", "Sami", "Sefa", "Simone", "Tala", "Theo", "Tomas", "Uma", "Vera", "Wade", "Xenia", "Yara",
    "Zeke",
)  # fmt: skip
# Surnames that cannot be mistaken for those of real people.
LAST_NAMES = ("Sample", "Example", "Rehearsal", "Tryout", "Practice", "Placeholder")
TEAM_SIZES = ((0.04, 0), (0.16, 1), (0.38, 2))  # upper bound of a random number: largest team size


@dataclass(frozen=True)
class Actor:
    """A fictional person. ``place`` is the index among a team's present people, from 0; ``team`` is their number.

    ``arrives``: the minute after the doors open, None for a person who never comes. ``away``: the minutes between which
    the person is gone. ``slow``: types in bursts. ``stuck``: gives up in the middle of each exercise. ``silent``:
    writes nothing during the session until a facilitator sends the state a message. ``diligence``: the share of prompts
    answered. ``talks``: how often the person posts.
    """

    id: str
    name: str
    jurisdiction: str
    state: str
    role: str
    place: int
    team: int
    arrives: float | None
    away: tuple[float, float] | None
    depth: Depth
    slow: bool
    stuck: bool
    diligence: float
    talks: float
    silent: bool = False

    @property
    def comes(self) -> bool:
        """True if the person takes part at all."""
        return self.arrives is not None


def make_cast(content: Content, plan: RehearsalPlan) -> list[Actor]:
    """Everyone on the roster, in order of state, deterministic for a plan. The first state's team is complete.

    The next state that sends people is silent, so that facilitators can find and help a state that is stuck.
    """
    states = content.jurisdictions[: plan.states]
    cast = [
        _actor(content, plan, number, place, _team_size(plan, number))
        for number in range(len(states))
        for place in range(plan.people)
    ]
    silent = next((actor.jurisdiction for actor in cast[plan.people :] if actor.comes), None)
    return [replace(actor, silent=True, away=None) if actor.jurisdiction == silent else actor for actor in cast]


def _team_size(plan: RehearsalPlan, number: int) -> int:
    """Number of people who come from a state."""
    if number == 0:
        return plan.people
    fate = seeded_random(plan.seed, "team", number).random()
    return min(plan.people, next((size for share, size in TEAM_SIZES if fate < share), plan.people))


def _actor(content: Content, plan: RehearsalPlan, number: int, place: int, team: int) -> Actor:
    state = content.jurisdictions[number]
    chance = seeded_random(plan.seed, state.code, place)
    first = FIRST_NAMES[(number * plan.people + place + plan.seed) % len(FIRST_NAMES)]
    length = content.get_session(plan.session).minutes
    arrives = _arrival(chance.random(), chance.random())
    leaves = arrives + length * chance.uniform(0.2, 0.6)
    comes_back = leaves + chance.uniform(3, 8)
    return Actor(
        id=f"rehearsal-{state.code.lower()}-{place + 1}",
        name=f"{first} {chance.choice(LAST_NAMES)}",
        jurisdiction=state.code,
        state=state.name,
        role=content.roles[0 if place == 0 else 1 + chance.randrange(len(content.roles) - 1)].id,
        place=place,
        team=team,
        arrives=arrives if place < team else None,
        away=(leaves, comes_back) if chance.random() < 0.08 else None,
        depth=chance.choices(list(Depth), (6, 3, 1))[0],
        slow=chance.random() < 0.2,
        stuck=number > 0 and chance.random() < 0.06,
        diligence=chance.uniform(0.75, 1.0),
        talks=chance.random(),
    )


def _arrival(fate: float, moment: float) -> float:
    """Minute of arrival: most come while the doors open, some in the first minutes, a few late."""
    if fate < 0.7:
        return moment * LOBBY_MINUTES
    return LOBBY_MINUTES + moment * (4 if fate < 0.93 else 15)
