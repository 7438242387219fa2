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
from cluster_kit.insights.team_status import TeamStatus, find_team_status
from cluster_kit.insights.tiles import tile_grid
from cluster_kit.models import Json
from cluster_kit.sessions import InvalidCommandError
from cluster_kit.store import Person


def people_view(snapshot: Snapshot) -> PeopleView:
    """Number of people by presence status, states that may need help, and each state's tile."""
    here, stuck = who_is_here(snapshot.presence, snapshot.at), _find_stuck(snapshot)
    members = {state.code: find_members(snapshot, state.code) for state in snapshot.content.jurisdictions}
    statuses = [find_presence_status(one, snapshot.at) for one in snapshot.presence if one.jurisdiction]
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
        states=sum(state.here > 0 for state in here.values()),
        people=sum(status is not PresenceStatus.AWAY for status in statuses),
        expected_states=sum(bool(of_state) for of_state in members.values()),
        expected_people=sum(map(len, members.values())),
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
    """What people need to take part: their latest words in this session or an earlier one, by name."""
    latest = {**snapshot.earlier_needs, **snapshot.session_state.needs}
    known = [
        (snapshot.people[person], need) for person, need in latest.items() if need.text and person in snapshot.people
    ]
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
    """A state's people and how to reach them (``state`` is its code): those who are here first, then by name."""
    code = str(asked.get("state", ""))
    names = snapshot.content.jurisdiction_names
    if code not in names:
        raise InvalidCommandError(f"There is no state {code!r}. Load the page again.")
    here, stuck = who_is_here(snapshot.presence, snapshot.at), _find_stuck(snapshot)
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
        presence=find_presence_status(presence, snapshot.at) if presence else NOT_HERE,
        seen_at=presence.seen_at.isoformat() if presence else None,
        exercise=exercise.title if exercise else "",
    )


def _order(member: TeamMemberView) -> int:
    order: list[str] = [*PresenceStatus, NOT_HERE]
    return order.index(member.presence)


def _find_stuck(snapshot: Snapshot) -> list[Stuck]:
    here = who_is_here(snapshot.presence, snapshot.at)
    session = snapshot.session.number
    return find_stuck(snapshot.content, session, snapshot.session_state, here, snapshot.steps, snapshot.at)


def _status(snapshot: Snapshot, team: StatePresence | None, code: str, stuck: list[Stuck]) -> TeamStatus:
    return find_team_status(
        team,
        is_stuck=any(one.jurisdiction == code for one in stuck),
        is_invited=bool(find_members(snapshot, code)),
        has_begun=snapshot.session_state.began_at is not None,
    )


KIND = PanelKind("people", people_view, (EVENTS, ANSWERS, PEOPLE), answers={"team": describe_team})
