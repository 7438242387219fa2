"""Snapshots of a session for the console, and the incremental reader that takes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from cluster_kit.content.facilitation import Facilitation
from cluster_kit.content.models import Content, Session
from cluster_kit.content.script import ScriptPart, plan_script
from cluster_kit.insights.national import StateViews, read_state
from cluster_kit.insights.progress import Steps, read_steps
from cluster_kit.insights.session_states import SessionStates, find_session_states, list_here
from cluster_kit.sessions import SessionLog, SessionState
from cluster_kit.sessions.state import Round, StatedNeed
from cluster_kit.sessions.support import collect_needs
from cluster_kit.store import Person, Registration, Response, Store
from cluster_kit.store.models import Presence, utc_now

EVENTS, ANSWERS, PEOPLE = "events", "answers", "people"
# Time resolution for what changes without events, such as who is idle.
TICK_S = 5
# Delay until a changed name, role, or address, or a registration is seen. A new person is seen immediately.
PEOPLE_AGAIN = dt.timedelta(seconds=15)


@dataclass(frozen=True)
class Snapshot:
    """A session at the moment ``at``.

    ``answers`` has the current responses of the whole series by jurisdiction, ``views`` the ratings of the instrument's
    items for the states that have any, ``steps`` each state's progress in the session, and ``people`` everyone in the
    series by id. ``script`` is how the facilitator goes through the session, ``viewer`` the id of the facilitator who
    sees it. ``team_codes`` are the valid codes by state, ``earlier_rounds`` the breakout groups of earlier sessions.
    ``needs`` are people's latest words about what they need to take part, by person.
    ``versions`` has a value for each of ``EVENTS``, ``ANSWERS``, and ``PEOPLE`` that changes with that part.
    """

    content: Content
    session: Session
    at: dt.datetime
    session_state: SessionState = field(default_factory=SessionState)
    answers: Mapping[str, tuple[Response, ...]] = field(default_factory=dict)
    views: Mapping[str, StateViews] = field(default_factory=dict)
    steps: Mapping[str, Steps] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    presence: tuple[Presence, ...] = ()
    team_codes: Mapping[str, str] = field(default_factory=dict)
    earlier_rounds: Mapping[int, tuple[Round, ...]] = field(default_factory=dict)
    needs: Mapping[str, StatedNeed] = field(default_factory=dict)
    versions: Mapping[str, Any] = field(default_factory=dict)
    script: tuple[ScriptPart, ...] = ()
    viewer: str = ""

    @cached_property
    def states(self) -> SessionStates:
        """The states that counts of states are made of."""
        return find_session_states(
            self.content,
            self.session.number,
            self.session_state,
            people=self.people.values(),
            presence=self.presence,
            steps=self.steps,
        )

    @cached_property
    def present(self) -> list[Presence]:
        """The people of states who are here now."""
        return list_here(self.presence, self.at)

    def find_script_place(self) -> int | None:
        """The index of the current exercise or opening in ``script``; None where the session is in neither."""
        now_at = (self.session_state.segment, self.session_state.exercise)
        places = (index for index, part in enumerate(self.script) if (part.segment, part.exercise) == now_at)
        return next(places, None)

    def state_name(self, code: str) -> str:
        """A state's name by its code; "Facilitators" for none, and the code itself where it is unknown."""
        if not code:
            return "Facilitators"
        return next((state.name for state in self.content.jurisdictions if state.code == code), code)

    def name(self, person: str) -> str:
        """A person's name by id, or "Somebody"."""
        known = self.people.get(person)
        return known.name if known else "Somebody"


class SnapshotReader:
    """Reads the store incrementally. Not thread-safe."""

    def __init__(
        self,
        content: Content,
        session: Session,
        store: Store,
        clock: Callable[[], dt.datetime] = utc_now,
        *,
        facilitation: Facilitation | None = None,
        viewer: str = "",
    ) -> None:
        self._script, self._viewer = plan_script(content, facilitation, session.number), viewer
        self.store, self.session_log = store, SessionLog(store, content.series.id, session)
        self._content, self._session, self._clock = content, session, clock
        self._watermarks: Mapping[str, tuple[int, int]] = {}
        self._answers: dict[str, tuple[Response, ...]] = {}
        self._views: dict[str, StateViews] = {}
        silent = read_steps(content, session.number, ())
        self._steps: dict[str, Steps] = {state.code: silent for state in content.jurisdictions}
        self._people: dict[str, Person] = {}
        self._team_codes: dict[str, str] = {}
        self._registrations: list[Registration] = []
        self._people_at: dt.datetime | None = None
        self._people_changed: dt.datetime | None = None
        self._presence: tuple[Presence, ...] = ()
        self._earlier: Mapping[int, SessionState] | None = None

    def read(self) -> Snapshot:
        """The current session. Raises ``StoreError``; the next call then starts from the same position."""
        session_state = self.session_log.state()
        at = self._clock()
        self._read_answers()
        self._read_people(session_state, at)
        earlier = self._read_earlier()
        versions = {
            EVENTS: session_state.seq,
            ANSWERS: self._watermarks,
            PEOPLE: (self._presence, self._people_changed, int(at.timestamp()) // TICK_S),
        }
        return Snapshot(
            content=self._content,
            session=self._session,
            at=at,
            session_state=session_state,
            answers=dict(self._answers),
            views={code: views for code, views in self._views.items() if views},
            steps=dict(self._steps),
            people=self._people,
            presence=self._presence,
            team_codes=self._team_codes,
            earlier_rounds={number: tuple(state.rounds) for number, state in earlier.items()},
            needs=collect_needs([*earlier.values(), session_state], self._registrations),
            versions=versions,
            script=self._script,
            viewer=self._viewer,
        )

    def _read_answers(self) -> None:
        """Read the answers of the states that changed."""
        series = self._content.series.id
        latest = self.store.watermarks(series)
        for code, mark in latest.items():
            if self._watermarks.get(code) != mark:
                self._answers[code] = tuple(self.store.current(series, code))
                self._views[code] = read_state(self._content, self._answers[code])
                self._steps[code] = read_steps(self._content, self._session.number, self._answers[code])
        self._watermarks = latest

    def _read_people(self, session_state: SessionState, at: dt.datetime) -> None:
        """Read presence, and everyone's names if an unknown person has joined, or periodically."""
        series = self._content.series.id
        self._presence = tuple(self.store.presence(series, self._session.number))
        seen = {one.person for one in self._presence} | {event.author for event in session_state.record}
        if seen <= self._people.keys() and self._people_at and at < self._people_at + PEOPLE_AGAIN:
            return
        people = {person.id: person for person in self.store.people(series)}
        self._team_codes = {one.jurisdiction: one.code for one in self.store.team_codes(series)}
        registrations = self.store.registrations(series, "confirmed")
        if (people, registrations) != (self._people, self._registrations):
            self._people, self._registrations, self._people_changed = people, registrations, at
        self._people_at = at

    def _read_earlier(self) -> Mapping[int, SessionState]:
        """Groups and needs of earlier sessions, which do not change: read once."""
        if self._earlier is None:
            before = [session for session in self._content.sessions if session.number < self._session.number]
            session_logs = [
                SessionLog(self.store, self._content.series.id, session, only=["groups", "need"]) for session in before
            ]
            self._earlier = {one.session.number: one.state() for one in session_logs}
        return self._earlier
