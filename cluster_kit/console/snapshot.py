"""What the console sees: a session as it stands at one moment, and the look at the store that finds it out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cluster_kit.content.models import Content, Session
from cluster_kit.insights.national import StateViews, read_state
from cluster_kit.insights.progress import Steps, read_steps
from cluster_kit.sessions import SessionLog, SessionState
from cluster_kit.sessions.state import Round
from cluster_kit.store import Person, Response, Store
from cluster_kit.store.models import Presence, now

EVENTS, ANSWERS, PEOPLE = "events", "answers", "people"
# How finely time counts for what changes by itself, such as who has been idle for a while.
TICK_S = 5
# How soon a changed name, role or address is seen. Somebody new is seen at once.
PEOPLE_AGAIN = dt.timedelta(seconds=15)


@dataclass(frozen=True)
class Snapshot:
    """A session at the moment ``at``.

    ``answers`` holds the current responses of the whole series by jurisdiction, ``views`` what they say about the
    instrument's items, for those states that have rated any, ``steps`` how far each state is in the session, and
    ``people`` everybody of the series by id. ``earlier_rounds`` are the breakout groups of earlier sessions. ``marks``
    has for ``EVENTS``, ``ANSWERS`` and ``PEOPLE`` something that differs when that part does.
    """

    content: Content
    session: Session
    at: dt.datetime
    standing: SessionState = field(default_factory=SessionState)
    answers: Mapping[str, tuple[Response, ...]] = field(default_factory=dict)
    views: Mapping[str, StateViews] = field(default_factory=dict)
    steps: Mapping[str, Steps] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    presence: tuple[Presence, ...] = ()
    earlier_rounds: Mapping[int, tuple[Round, ...]] = field(default_factory=dict)
    marks: Mapping[str, Any] = field(default_factory=dict)

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
    """Looks at the store, and reads only what has changed since it looked before. For one thread at a time."""

    def __init__(
        self, content: Content, session: Session, store: Store, clock: Callable[[], dt.datetime] = now
    ) -> None:
        self.store, self.journal = store, SessionLog(store, content.series.id, session)
        self._content, self._session, self._clock = content, session, clock
        self._watermarks: Mapping[str, tuple[int, int]] = {}
        self._answers: dict[str, tuple[Response, ...]] = {}
        self._views: dict[str, StateViews] = {}
        silent = read_steps(content, session.number, ())
        self._steps: dict[str, Steps] = {state.code: silent for state in content.jurisdictions}
        self._people: dict[str, Person] = {}
        self._people_at: dt.datetime | None = None
        self._people_changed: dt.datetime | None = None
        self._presence: tuple[Presence, ...] = ()
        self._earlier: Mapping[int, tuple[Round, ...]] | None = None

    def look(self) -> Snapshot:
        """The session as it stands now. Raises what the store raises; then the next look begins where this one did."""
        standing = self.journal.standing()
        at = self._clock()
        self._read_answers()
        self._read_people(standing, at)
        marks = {
            EVENTS: standing.seq,
            ANSWERS: self._watermarks,
            PEOPLE: (self._presence, self._people_changed, int(at.timestamp()) // TICK_S),
        }
        return Snapshot(
            content=self._content,
            session=self._session,
            at=at,
            standing=standing,
            answers=dict(self._answers),
            views={code: views for code, views in self._views.items() if views},
            steps=dict(self._steps),
            people=self._people,
            presence=self._presence,
            earlier_rounds=self._read_earlier(),
            marks=marks,
        )

    def _read_answers(self) -> None:
        """The answers of those states that have said something since."""
        series = self._content.series.id
        latest = self.store.watermarks(series)
        for code, mark in latest.items():
            if self._watermarks.get(code) != mark:
                self._answers[code] = tuple(self.store.current(series, code))
                self._views[code] = read_state(self._content, self._answers[code])
                self._steps[code] = read_steps(self._content, self._session.number, self._answers[code])
        self._watermarks = latest

    def _read_people(self, standing: SessionState, at: dt.datetime) -> None:
        """Who is here; and everybody's name, when somebody has come whose name is not known, or after a while."""
        series = self._content.series.id
        self._presence = tuple(self.store.presence(series, self._session.number))
        seen = {one.person for one in self._presence} | {event.author for event in standing.record}
        if seen <= self._people.keys() and self._people_at and at < self._people_at + PEOPLE_AGAIN:
            return
        people = {person.id: person for person in self.store.people(series)}
        if people != self._people:
            self._people, self._people_changed = people, at
        self._people_at = at

    def _read_earlier(self) -> Mapping[int, tuple[Round, ...]]:
        """Those of earlier sessions, which are over: read once."""
        if self._earlier is None:
            before = [session for session in self._content.sessions if session.number < self._session.number]
            journals = [SessionLog(self.store, self._content.series.id, session, only=["groups"]) for session in before]
            self._earlier = {one.session.number: tuple(one.standing().rounds) for one in journals}
        return self._earlier
