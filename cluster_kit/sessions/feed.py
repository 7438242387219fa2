"""A live session as many readers follow it: the state and the presence last read, without a query for each look."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from cluster_kit.sessions.commands import SessionCommand
from cluster_kit.sessions.log import SessionLog
from cluster_kit.sessions.state import SessionState
from cluster_kit.store import Event, Person, Store

PRESENCE_TTL_S = 2.0


class SessionFeed:
    """The session's state as of the last ``refresh``. ``do`` refreshes by itself. Thread-safe."""

    def __init__(self, store: Store, journal: SessionLog, clock: Callable[[], float] = time.monotonic) -> None:
        self._store, self._journal, self._clock = store, journal, clock
        self._state: SessionState | None = None
        self._reading = threading.Lock()
        self._read_at = float("-inf")
        self._listeners: list[Callable[[], None]] = []
        self._present: dict[str, set[str]] = {}
        self._present_at = float("-inf")

    def standing(self) -> SessionState:
        """The state as it was last read; reads it if it has not been read yet. Raises what the store raises."""
        return self._state or self.refresh()

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Call this in the thread that refreshes, whenever the state has changed. It must not wait."""
        self._listeners.append(listener)

    def refresh(self, max_age_s: float = 0.0) -> SessionState:
        """Read the state, unless it was read less than ``max_age_s`` ago: one query while nothing happens.

        Raises what the store raises.
        """
        with self._reading:
            now, before = self._clock(), self._state
            if before is not None and now - self._read_at < max_age_s:
                return before
            self._state = state = self._journal.standing()
            self._read_at = now
        if state is not before:
            for listener in self._listeners:
                listener()
        return state

    def do(self, who: Person, doing: SessionCommand, *, subject: str = "", event_id: str = "") -> Event:
        """Execute a command, as ``SessionLog.do`` does, and read the state afterward."""
        event = self._journal.do(who, doing, subject=subject, event_id=event_id)
        self.refresh()
        return event

    def present(self, jurisdiction: str) -> set[str]:
        """The ids of a jurisdiction's people who have been in the session, at most a few seconds old."""
        if self._clock() - self._present_at >= PRESENCE_TTL_S:
            present: dict[str, set[str]] = {}
            for one in self._store.presence(self._journal.series, self._journal.session.number):
                present.setdefault(one.jurisdiction, set()).add(one.person)
            self._present, self._present_at = present, self._clock()
        return self._present.get(jurisdiction, set())
