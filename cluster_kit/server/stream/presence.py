"""Presence of people in sessions, reported by pages and written to the store in batches."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass

from cluster_kit.polling import Poller
from cluster_kit.server.auth.authenticator import Clock
from cluster_kit.store import Person, Presence, Store

WRITE_S = 3.0
# Without changes, presence is written less often, but well before a person would count as away.
STILL_THERE = dt.timedelta(seconds=6)


@dataclass
class _Stay:
    """A person in a session, with the number of open pages. ``written`` is the record in the store."""

    now: Presence
    pages: int = 0
    written: Presence | None = None

    def is_news(self) -> bool:
        """True if the store should be updated: something changed, or the last write is too old."""
        last = self.written
        if last is None or _done(last) != _done(self.now):
            return True
        return self.now.seen_at - last.seen_at >= STILL_THERE


def _done(presence: Presence) -> tuple[object, ...]:
    return presence.exercise, presence.active_at, presence.jurisdiction


class PresenceTracker:
    """Tracks who is present. An open page means presence; pages also report the exercise in focus.

    Facilitators are not tracked. A failed write is repeated later. Thread-safe.
    """

    def __init__(self, store: Store, series: str, clock: Clock) -> None:
        self._store, self._series, self._clock = store, series, clock
        self._stays: dict[tuple[int, str], _Stay] = {}
        self._lock = threading.Lock()
        self._poller = Poller(self.write, name="presence", period_s=WRITE_S, failing="Presence cannot be written")

    def arrive(self, session: int, person: Person) -> None:
        """Add an open page of a person. A person who moved to another state counts there."""
        if person.is_facilitator:
            return
        with self._lock:
            stay = self._stay(session, person)
            stay.pages += 1
            if stay.now.jurisdiction != person.jurisdiction:
                seen = {"jurisdiction": person.jurisdiction, "seen_at": self._clock()}
                stay.now = stay.now.model_copy(update=seen)

    def leave(self, session: int, person: Person) -> None:
        """Remove an open page of a person, who is absent without any."""
        with self._lock:
            stay = self._stays.get((session, person.id))
            if stay and not person.is_facilitator:
                stay.pages -= 1

    def note(self, session: int, person: Person, *, exercise: str = "", active: bool = False) -> None:
        """Record a page's report: the exercise in focus, and whether the person has typed since the last report."""
        if person.is_facilitator:
            return
        with self._lock:
            stay, now = self._stay(session, person), self._clock()
            seen = {"exercise": exercise or stay.now.exercise, "active_at": now if active else stay.now.active_at}
            stay.now = stay.now.model_copy(update={**seen, "seen_at": now})

    def start(self) -> None:
        """Write to the store periodically, until ``stop``."""
        self._poller.start()

    def stop(self) -> None:
        """Stop writing."""
        self._poller.stop()

    def write(self) -> None:
        """Write changes, and renew the presence of people without changes. Raises ``StoreError``."""
        with self._lock:
            now = self._clock()
            for stay in self._stays.values():
                if stay.pages > 0:
                    stay.now = stay.now.model_copy(update={"seen_at": now})
            news = [(stay, stay.now) for stay in self._stays.values() if stay.is_news()]
        if news:
            self._store.note_presence([presence for _, presence in news])
        with self._lock:
            for stay, presence in news:
                stay.written = presence
            self._stays = {key: stay for key, stay in self._stays.items() if stay.pages > 0 or stay.is_news()}

    def _stay(self, session: int, person: Person) -> _Stay:
        now = self._clock()
        first = Presence(
            series=self._series,
            session=session,
            person=person.id,
            jurisdiction=person.jurisdiction,
            joined_at=now,
            active_at=now,
            seen_at=now,
        )
        return self._stays.setdefault((session, person.id), _Stay(first))
