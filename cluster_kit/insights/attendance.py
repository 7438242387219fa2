"""Who took part in a session, and how many of its exercises are complete, by person and by state.

The store keeps when a person first and last had the session's page open, and when they were last active, but not the
times between. People who had the page open before the session and after it are therefore ``POSSIBLY`` in it, unless
they were active, or an answer or action of theirs was stored, while it ran. The brief counts them as present, too.

People who were in the video call, as its report says, took part, whether or not they opened the page.

When facilitators were there is not stored: they are ``POSSIBLY`` in the session unless an action of theirs was stored.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cluster_kit.content.models import Content, Exercise, Scope
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.completeness import measure_exercise
from cluster_kit.exercises.fields import PAGE_PROMPTS, index_fields
from cluster_kit.exercises.labels import vocabulary_labels
from cluster_kit.insights.progress import Steps, read_steps
from cluster_kit.insights.session_states import (
    SessionStates,
    find_session_states,
    is_invited,
    overlaps,
    session_span,
)
from cluster_kit.sessions import SessionState
from cluster_kit.store import Person, Presence, Response

# A page opens within seconds after someone joins with a team code. People on a list open theirs days after its import.
CODE_JOIN_WITHIN = dt.timedelta(minutes=10)
MINUTE = dt.timedelta(minutes=1)


class AttendanceStatus(StrEnum):
    """Whether a person was in the session while it ran. The module's docstring defines ``POSSIBLY``."""

    YES = "yes"
    POSSIBLY = "possibly"
    NO = "no"


class Listing(StrEnum):
    """How staff know a person.

    ``ROSTER``: with an email address. ``TEAM_CODE``: no address, and the page was first open within
    ``CODE_JOIN_WITHIN`` of when the person was added. ``NO_ADDRESS``: listed or added by name. ``REMOVED``: attended,
    and is no longer in the series.
    """

    ROSTER = "roster"
    TEAM_CODE = "team code"
    NO_ADDRESS = "no address"
    REMOVED = "removed"


@dataclass(frozen=True)
class AttendanceRecord:
    """What attendance is read from. ``responses`` are the current answers of the series.

    ``acted`` are the people with an answer or action that was stored while the session ran. ``first_seen`` is, by
    person, when they first had any session's page open. ``call`` has the minutes in the video call of the people who
    were in it; None if its report was not read.
    """

    content: Content
    session: int
    people: Sequence[Person]
    presence: Sequence[Presence]
    responses: Sequence[Response]
    state: SessionState
    acted: Collection[str]
    first_seen: Mapping[str, dt.datetime]
    call: Mapping[str, int | None] | None = None


@dataclass(frozen=True)
class PersonAttendance:
    """One person's attendance. ``jurisdiction`` is empty for a facilitator.

    ``first_seen`` and ``last_seen`` (UTC) are None if the person never had the session's page open. ``minutes`` of the
    session lie between them; None unless attendance is certain and the session has begun and ended. ``own_complete`` of
    ``own_asked`` exercises that everyone answers individually are complete. ``in_call`` is None without a report of the
    video call, and ``call_minutes`` also if the report has none. ``only_in_call``: without the page
    open in the session.
    """

    person: str
    name: str
    email: str
    jurisdiction: str
    state: str
    role: str
    listing: Listing
    invited: bool
    attended: AttendanceStatus
    first_seen: dt.datetime | None
    last_seen: dt.datetime | None
    minutes: int | None
    own_complete: int
    own_asked: int
    in_call: bool | None
    call_minutes: int | None
    only_in_call: bool


@dataclass(frozen=True)
class StateAttendance:
    """One state's attendance. ``invited`` of the people ``on_roster`` are invited to this session.

    ``came`` counts everyone who attended, ``uncertain`` those of them who possibly did, and ``unlisted`` those of them
    who are not on the roster. ``only_in_call`` of them did not open the page. ``minutes`` is the sum of its people's.
    ``complete`` of ``asked`` exercises have all that they ask at essential depth; exercises with nothing to ask of this
    state are left out.
    """

    jurisdiction: str
    state: str
    on_roster: int
    invited: int
    came: int
    uncertain: int
    unlisted: int
    absent: int
    minutes: int
    complete: int
    asked: int
    only_in_call: int


@dataclass(frozen=True)
class SessionAttendance:
    """A session's attendance. ``began_at`` and ``ended_at`` are None if no one pressed Begin, or End.

    ``counted`` are the states that every count of states is made of.
    """

    content: Content
    session: int
    began_at: dt.datetime | None
    ended_at: dt.datetime | None
    people: tuple[PersonAttendance, ...]
    facilitators: tuple[PersonAttendance, ...]
    states: tuple[StateAttendance, ...]
    counted: SessionStates

    @property
    def came(self) -> int:
        """The number of people of states who came, certainly or possibly."""
        return sum(person.attended is not AttendanceStatus.NO for person in self.people)


def read_attendance(record: AttendanceRecord) -> SessionAttendance:
    """Attendance of everyone on the roster or in the session: people by state and name, facilitators apart."""
    reader = _Reader(record)
    everyone = sorted(reader.read_people(), key=lambda one: (one.state, one.name.casefold(), one.person))
    people = tuple(one for one in everyone if one.jurisdiction)
    return SessionAttendance(
        content=record.content,
        session=record.session,
        began_at=record.state.began_at,
        ended_at=record.state.ended_at,
        people=people,
        facilitators=tuple(one for one in everyone if not one.jurisdiction),
        states=tuple(sorted(reader.read_states(people), key=lambda one: one.state)),
        counted=reader.count_states(people),
    )


class _Reader:
    def __init__(self, record: AttendanceRecord) -> None:
        self._record = record
        self._span = session_span(record.state, record.presence)
        self._has_minutes = bool(record.state.began_at and record.state.ended_at)
        self._seen = {presence.person: presence for presence in record.presence}
        self._names = record.content.jurisdiction_names
        self._roles = vocabulary_labels(record.content, "roles")
        exercises = record.content.get_session(record.session).exercises
        self._own = [exercise for exercise in exercises if _is_individual(record.content, exercise)]
        self._responses: dict[str, list[Response]] = {}
        for response in record.responses:
            self._responses.setdefault(response.jurisdiction, []).append(response)
        self._steps = {code: read_steps(record.content, record.session, found) for code, found in self._by_state()}

    def _by_state(self) -> list[tuple[str, list[Response]]]:
        places = {person.jurisdiction for person in self._record.people} | {
            presence.jurisdiction for presence in self._seen.values()
        }
        places |= set(self._responses)
        return [(code, self._responses.get(code, [])) for code in sorted(places - {""})]

    def count_states(self, people: Sequence[PersonAttendance]) -> SessionStates:
        record = self._record
        return find_session_states(
            record.content,
            record.session,
            record.state,
            people=record.people,
            presence=record.presence,
            steps=self._steps,
            in_call={person.jurisdiction for person in people if person.in_call},
        )

    def read_people(self) -> list[PersonAttendance]:
        known = {person.id: person for person in self._record.people}
        gone = [one for person, one in self._seen.items() if person not in known]
        found = [self._read(person, self._seen.get(person.id)) for person in self._record.people]
        return found + [self._read(_removed(one), one, listing=Listing.REMOVED) for one in gone]

    def _read(self, person: Person, seen: Presence | None, *, listing: Listing | None = None) -> PersonAttendance:
        code = seen.jurisdiction if seen else person.jurisdiction
        call = self._record.call
        in_call = None if call is None else person.id in call
        opened = self._attended(seen) if code else self._led(person.id)
        own = self._measure_own(person.id, code) if code else (0, 0)
        return PersonAttendance(
            person=person.id,
            name=person.name,
            email=person.email,
            jurisdiction=code,
            state=self._names.get(code, code),
            role=self._roles.get(person.role, person.role),
            listing=listing or self._listing(person),
            invited=listing is None and is_invited(person, self._record.session),
            attended=AttendanceStatus.YES if in_call else opened,
            first_seen=seen.joined_at if seen else None,
            last_seen=seen.seen_at if seen else None,
            minutes=self._minutes(seen) if seen and opened is AttendanceStatus.YES else None,
            own_complete=own[0],
            own_asked=own[1],
            in_call=in_call,
            call_minutes=call.get(person.id) if call else None,
            only_in_call=in_call is True and opened is AttendanceStatus.NO,
        )

    def _attended(self, seen: Presence | None) -> AttendanceStatus:
        if seen is None or (self._span and not overlaps(seen, self._span)):
            return AttendanceStatus.NO
        if self._span is None or seen.person in self._record.acted:
            return AttendanceStatus.YES
        began, ended = self._span
        is_certain = any(began <= time <= ended for time in (seen.joined_at, seen.active_at, seen.seen_at))
        return AttendanceStatus.YES if is_certain else AttendanceStatus.POSSIBLY

    def _led(self, facilitator: str) -> AttendanceStatus:
        return AttendanceStatus.YES if facilitator in self._record.acted else AttendanceStatus.POSSIBLY

    def _minutes(self, seen: Presence) -> int | None:
        if not self._has_minutes or self._span is None:
            return None
        began, ended = self._span
        return round((min(seen.seen_at, ended) - max(seen.joined_at, began)) / MINUTE)

    def _listing(self, person: Person) -> Listing:
        if person.email:
            return Listing.ROSTER
        first = self._record.first_seen.get(person.id)
        is_new = first is not None and abs(first - person.at) <= CODE_JOIN_WITHIN
        return Listing.TEAM_CODE if is_new else Listing.NO_ADDRESS

    def _measure_own(self, person: str, code: str) -> tuple[int, int]:
        asked = [one for one in self._own if one.id not in self._steps.get(code, Steps()).spared]
        theirs = [r for r in self._responses.get(code, ()) if r.scope is Scope.TEAM or r.author == person]
        answers, content = Answers(theirs), self._record.content
        return sum(measure_exercise(content, self._record.session, e, answers).is_complete for e in asked), len(asked)

    def read_states(self, people: Sequence[PersonAttendance]) -> list[StateAttendance]:
        exercises = self._record.content.get_session(self._record.session).exercises
        found = []
        for code, steps in self._steps.items():
            theirs = [person for person in people if person.jurisdiction == code]
            came = [one for one in theirs if one.attended is not AttendanceStatus.NO]
            roster = [one for one in theirs if one.listing in (Listing.ROSTER, Listing.NO_ADDRESS)]
            found.append(
                StateAttendance(
                    jurisdiction=code,
                    state=self._names.get(code, code),
                    on_roster=len(roster),
                    invited=sum(one.invited for one in roster),
                    came=len(came),
                    uncertain=sum(one.attended is AttendanceStatus.POSSIBLY for one in came),
                    unlisted=sum(one not in roster for one in came),
                    absent=sum(one.invited and one.attended is AttendanceStatus.NO for one in roster),
                    minutes=sum(one.minutes or 0 for one in came),
                    complete=len(steps.done),
                    asked=len(exercises) - len(steps.spared),
                    only_in_call=sum(one.only_in_call for one in came),
                )
            )
        return found


def _is_individual(content: Content, exercise: Exercise) -> bool:
    """True if everyone answers at least part of the exercise individually."""
    fields = index_fields(content, exercise)
    return any(field.scope is Scope.PERSON for prompt, field in fields.items() if prompt not in PAGE_PROMPTS)


def _removed(seen: Presence) -> Person:
    return Person(id=seen.person, series=seen.series, jurisdiction=seen.jurisdiction, name="", at=seen.joined_at)
