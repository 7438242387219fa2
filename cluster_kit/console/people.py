"""People panel: who is expected and who is here, states that may need help, and how to reach a state's people."""

from __future__ import annotations

from collections import Counter

from cluster_kit.breakouts.rooms import find_invited
from cluster_kit.console.panel import PanelKind
from cluster_kit.console.snapshot import ANSWERS, EVENTS, PEOPLE, Snapshot
from cluster_kit.console.views.people import (
    NOT_HERE,
    NeedView,
    PeopleView,
    StateTileView,
    StuckView,
    TeamContactView,
    TeamMemberView,
)
from cluster_kit.exercises.labels import vocabulary_labels
from cluster_kit.insights.progress import (
    PresenceStatus,
    StatePresence,
    Stuck,
    find_presence_status,
    find_stuck,
    who_is_here,
)
from cluster_kit.insights.session_states import describe_came, find_attending, is_invited
from cluster_kit.insights.team_status import TeamStatus, find_team_status
from cluster_kit.insights.tiles import tile_grid
from cluster_kit.models import Json
from cluster_kit.sessions import InvalidCommandError
from cluster_kit.store import Person, Presence


def people_view(snapshot: Snapshot) -> PeopleView:
    """Number of people by presence status, states that may need help, and each state's tile."""
    here, stuck = _who_is_here(snapshot), _find_stuck(snapshot)
    members = {state.code: find_members(snapshot, state.code) for state in snapshot.content.jurisdictions}
    statuses = [_presence_status(snapshot, one) for one in snapshot.presence if one.jurisdiction]
    tiles = {
        state.code: StateTileView(
            code=state.code,
            name=state.name,
            status=_status(snapshot, here.get(state.code), state.code, stuck),
            here=here[state.code].here if state.code in here else 0,
            people=here[state.code].people if state.code in here else 0,
            expected=len(members[state.code]),
        )
        for state in snapshot.content.jurisdictions
    }
    order = [one.jurisdiction for one in stuck]
    teams = [tile.status for tile in tiles.values()]
    return PeopleView(
        states=len({one.jurisdiction for one in snapshot.present}),
        people=len(snapshot.present),
        expected_states=len(snapshot.states.expected),
        expected_people=sum(map(len, members.values())),
        came=_describe_came(snapshot),
        presence={status: statuses.count(status) for status in PresenceStatus},
        teams={status: teams.count(status) for status in TeamStatus},
        stuck=[StuckView(state=one.jurisdiction, sentence=one.sentence) for one in stuck],
        order=[*order, *(code for code in tiles if code not in order)],
        grid=dict(tile_grid(snapshot.content)),
        tiles=tiles,
        needs=find_needs(snapshot),
        time_requests=Counter(one.jurisdiction for one in snapshot.session_state.time_requests.values()),
    )


def find_needs(snapshot: Snapshot) -> list[NeedView]:
    """What people who are invited or have come need to take part, by name: their latest words.

    They wrote them when they registered, or when they signed in to this session or an earlier one.
    """
    came = {one.person for one in snapshot.presence}
    people = [one for one in snapshot.people.values() if one.id in came or is_invited(one, snapshot.session.number)]
    known = [(one, need) for one in people if (need := snapshot.needs.get(one.id)) and need.text]
    needs = [
        NeedView(
            person=person.id,
            name=person.name,
            state=snapshot.state_name(person.jurisdiction),
            text=need.text,
            at=need.at.isoformat(),
        )
        for person, need in known
    ]
    return sorted(needs, key=lambda one: (one.name.casefold(), one.person))


def find_members(snapshot: Snapshot, code: str) -> list[Person]:
    """A state's people who are invited to the session or have been in it."""
    came = {one.person for one in snapshot.presence if one.jurisdiction == code}
    people = [person for person in snapshot.people.values() if person.jurisdiction == code]
    invited = find_invited(people, snapshot.session.number).get(code, [])
    return [person for person in people if person.id in came or person in invited]


def describe_team(snapshot: Snapshot, asked: Json) -> TeamContactView:
    """A state's people and how to reach them (``state`` is its code): those who are here first, then by name.

    Raises ``InvalidCommandError`` for a state that does not exist.
    """
    code = str(asked.get("state", ""))
    names = snapshot.content.jurisdiction_names
    if code not in names:
        raise InvalidCommandError(f"There is no state {code!r}. Reload the page.")
    here, stuck = _who_is_here(snapshot), _find_stuck(snapshot)
    members = [_member(snapshot, person) for person in find_members(snapshot, code)]
    return TeamContactView(
        code=code,
        name=names[code],
        status=_status(snapshot, here.get(code), code, stuck),
        help=next((one.sentence for one in stuck if one.jurisdiction == code), ""),
        team_code=snapshot.team_codes.get(code, ""),
        members=sorted(members, key=lambda one: (_order(one), one.name.casefold())),
    )


def _member(snapshot: Snapshot, person: Person) -> TeamMemberView:
    presence = next((one for one in snapshot.presence if one.person == person.id), None)
    exercise = snapshot.session.find_exercise(presence.exercise) if presence and presence.exercise else None
    return TeamMemberView(
        id=person.id,
        name=person.name,
        role=vocabulary_labels(snapshot.content, "roles").get(person.role, person.role),
        email=person.email,
        presence=_presence_status(snapshot, presence) if presence else NOT_HERE,
        seen_at=presence.seen_at.isoformat() if presence else None,
        exercise=exercise.title if exercise else "",
    )


def _order(member: TeamMemberView) -> int:
    order: list[str] = [*PresenceStatus, NOT_HERE]
    return order.index(member.presence)


def _find_stuck(snapshot: Snapshot) -> list[Stuck]:
    here, session = _who_is_here(snapshot), snapshot.session.number
    return find_stuck(snapshot.content, session, snapshot.session_state, here, snapshot.steps, snapshot.at)


def _who_is_here(snapshot: Snapshot) -> dict[str, StatePresence]:
    return who_is_here(snapshot.presence, snapshot.at, snapshot.session_state.speed)


def _presence_status(snapshot: Snapshot, one: Presence) -> PresenceStatus:
    return find_presence_status(one, snapshot.at, snapshot.session_state.speed)


def _describe_came(snapshot: Snapshot) -> str:
    """Who has come since the session began, in the words of the brief; empty before."""
    if snapshot.session_state.began_at is None:
        return ""
    return describe_came(snapshot.states, len(find_attending(snapshot.session_state, snapshot.presence)))


def _status(snapshot: Snapshot, team: StatePresence | None, code: str, stuck: list[Stuck]) -> TeamStatus:
    return find_team_status(
        team,
        is_stuck=any(one.jurisdiction == code for one in stuck),
        is_invited=bool(find_members(snapshot, code)),
        has_begun=snapshot.session_state.began_at is not None,
    )


KIND = PanelKind("people", people_view, (EVENTS, ANSWERS, PEOPLE), answers={"team": describe_team})
