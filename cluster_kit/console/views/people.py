"""Models of the people panel's view."""

from __future__ import annotations

from typing import Literal

from cluster_kit.console.views.base import PanelView
from cluster_kit.insights.progress import PresenceStatus
from cluster_kit.insights.team_status import TeamStatus
from cluster_kit.models import Outgoing

NOT_HERE: Literal["not here"] = "not here"


class StuckView(Outgoing):
    """A state that may need help, and the reason in a sentence."""

    state: str
    sentence: str


class StateTileView(Outgoing):
    """A state's team: ``here`` of its ``people`` are present now; ``expected`` are invited or have been here."""

    code: str
    name: str
    status: TeamStatus
    here: int
    people: int
    expected: int


class NeedView(Outgoing):
    """What a person needs to take part. It is private: for facilitators only."""

    person: str
    name: str
    state: str
    text: str
    at: str


class PeopleView(PanelView):
    """Presence of states and people, of all that are expected (invited, or here at some time).

    ``came`` says who has come since the session began; empty before. ``teams`` has the number of states by status.
    ``order``: states that need help come first. ``grid`` has the column and row of each state's tile, by code, both
    from 0. ``needs``: what people need to take part. ``time_requests``: the number of people who ask for more time, by
    state.
    """

    states: int
    people: int
    expected_states: int
    expected_people: int
    came: str
    presence: dict[PresenceStatus, int]
    teams: dict[TeamStatus, int]
    stuck: list[StuckView]
    order: list[str]
    grid: dict[str, tuple[int, int]]
    tiles: dict[str, StateTileView]
    needs: list[NeedView]
    time_requests: dict[str, int]


class TeamMemberView(Outgoing):
    """A person of a state: when they were last seen in the session and in which exercise, and how to reach them."""

    id: str
    name: str
    role: str
    email: str
    presence: PresenceStatus | Literal["not here"]
    seen_at: str | None
    exercise: str


class TeamContactView(Outgoing):
    """A state's people, those who are here first, and its team code; empty without one."""

    code: str
    name: str
    status: TeamStatus
    help: str
    team_code: str
    members: list[TeamMemberView]
