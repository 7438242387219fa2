"""What the console sees: a session as it stands at one moment, and the look at the store that finds it out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cluster_kit.content.models import Content, Session
from cluster_kit.insights.national import StateViews, read_state
from cluster_kit.insights.progress import Steps, read_steps
from cluster_kit.meeting import Journal, Standing
from cluster_kit.responses import Person, Response, Store
from cluster_kit.responses.models import Presence, now

EVENTS, ANSWERS, PEOPLE = "events", "answers", "people"
# How finely time counts for what changes by itself, such as who has been idle for a while.
TICK_S = 5


@dataclass(frozen=True)
class Sight:
    """A session at the moment ``at``.

    ``answers`` holds the current responses of the whole series by jurisdiction, ``views`` what they say about the
    instrument's items, for those states that have rated any, ``steps`` how far each state is in the session, and
    ``people`` everybody of the series by id. ``marks`` has for ``EVENTS``, ``ANSWERS`` and
    ``PEOPLE`` something that differs when that part does.
    """

    content: Content
    session: Session
    at: dt.datetime
    standing: Standing = field(default_factory=Standing)
    answers: Mapping[str, tuple[Response, ...]] = field(default_factory=dict)
    views: Mapping[str, StateViews] = field(default_factory=dict)
    steps: Mapping[str, Steps] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    presence: tuple[Presence, ...] = ()
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


class Lookout:
    """Looks at the store, and reads only what has changed since it looked before. For one thread at a time."""

    def __init__(
        self, content: Content, session: Session, store: Store, clock: Callable[[], dt.datetime] = now
    ) -> None:
        self.store, self.journal = store, Journal(store, content.series.id, session)
        self._content, self._session, self._clock = content, session, clock
        self._watermarks: Mapping[str, tuple[int, int]] = {}
        self._answers: dict[str, tuple[Response, ...]] = {}
        self._views: dict[str, StateViews] = {}
        self._steps: dict[str, Steps] = {}
        self._people: dict[str, Person] = {}
        self._presence: tuple[Presence, ...] = ()

    def look(self) -> Sight:
        """The session as it stands now. Raises what the store raises; then the next look begins where this one did."""
        standing = self.journal.standing()
        self._read_answers()
        self._read_people(standing)
        at = self._clock()
        marks = {
            EVENTS: standing.seq,
            ANSWERS: self._watermarks,
            PEOPLE: (self._presence, len(self._people), int(at.timestamp()) // TICK_S),
        }
        return Sight(
            content=self._content,
            session=self._session,
            at=at,
            standing=standing,
            answers=dict(self._answers),
            views={code: views for code, views in self._views.items() if views},
            steps=dict(self._steps),
            people=self._people,
            presence=self._presence,
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

    def _read_people(self, standing: Standing) -> None:
        """Who is here; and everybody's name, when somebody has come whose name is not known yet."""
        series = self._content.series.id
        self._presence = tuple(self.store.presence(series, self._session.number))
        seen = {one.person for one in self._presence} | {event.author for event in standing.record}
        if not self._people or seen - self._people.keys():
            self._people = {person.id: person for person in self.store.people(series)}
