"""A cache of a session's state and presence that many readers share, without a query per read."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable

from cluster_kit.sessions.commands import SessionCommand
from cluster_kit.sessions.log import SessionLog
from cluster_kit.sessions.state import SessionState
from cluster_kit.store import Event, Person, Store
from cluster_kit.store.models import utc_now

PRESENCE_TTL_S = 2.0
# An open page renews its presence every six seconds; a page that reloads or reconnects stays here.
HERE = dt.timedelta(seconds=20)


def is_here(seen_at: dt.datetime) -> bool:
    """Whether someone who was last seen then is in the session now."""
    return utc_now() - seen_at < HERE


class SessionFeed:
    """The session's state as of the last ``refresh``. ``do`` refreshes by itself. Thread-safe."""

    def __init__(self, store: Store, session_log: SessionLog, clock: Callable[[], float] = time.monotonic) -> None:
        self._store, self._session_log, self._clock = store, session_log, clock
        self._state: SessionState | None = None
        self._reading = threading.Lock()
        self._read_at = float("-inf")
        self._listeners: list[Callable[[], None]] = []
        self._present: dict[str, set[str]] = {}
        self._here: dict[str, set[str]] = {}
        self._people_versions: Counter[str] = Counter()
        self._present_at = float("-inf")

    def state(self) -> SessionState:
        """The cached state, read on first use. Raises ``StoreError``."""
        return self._state or self.refresh()

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` in the refreshing thread after each change of state. It must not block."""
        self._listeners.append(listener)

    def refresh(self, max_age_s: float = 0.0) -> SessionState:
        """Read the state unless the cached one is younger than ``max_age_s``. One query if nothing has changed.

        Raises ``StoreError``.
        """
        with self._reading:
            now, before = self._clock(), self._state
            if before is not None and now - self._read_at < max_age_s:
                return before
            self._state = state = self._session_log.state()
            self._read_at = now
        if state is not before:
            for listener in self._listeners:
                listener()
        return state

    def do(self, person: Person, command: SessionCommand, *, subject: str = "", event_id: str = "") -> Event:
        """Execute a command, as ``SessionLog.do`` does, and read the state afterward."""
        event = self._session_log.do(person, command, subject=subject, event_id=event_id)
        self.refresh()
        return event

    def present(self, jurisdiction: str) -> set[str]:
        """The ids of a jurisdiction's people who have been in the session; at most ``PRESENCE_TTL_S`` old."""
        self._read_presence()
        return self._present.get(jurisdiction, set())

    def here(self, jurisdiction: str) -> set[str]:
        """The ids of a jurisdiction's people who are in the session now; at most ``PRESENCE_TTL_S`` old."""
        self._read_presence()
        return self._here.get(jurisdiction, set())

    def people_version(self, jurisdiction: str) -> int:
        """A number that changes when ``present`` or ``here`` has. Reads nothing."""
        return self._people_versions[jurisdiction]

    def _read_presence(self) -> None:
        """Read who is there, if that is due, and notify the listeners of a change. Raises ``StoreError``."""
        if self._clock() - self._present_at < PRESENCE_TTL_S:
            return
        self._present_at = self._clock()
        present: defaultdict[str, set[str]] = defaultdict(set)
        here: defaultdict[str, set[str]] = defaultdict(set)
        for presence in self._store.presence(self._session_log.series, self._session_log.session.number):
            present[presence.jurisdiction].add(presence.person)
            if is_here(presence.seen_at):
                here[presence.jurisdiction].add(presence.person)
        changed = {
            code
            for before, found in ((self._present, present), (self._here, here))
            for code in {*before, *found}
            if before.get(code) != found.get(code)
        }
        self._present, self._here = dict(present), dict(here)
        self._people_versions.update(changed)
        for listener in self._listeners if changed else ():
            listener()
