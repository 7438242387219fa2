"""The journal of one live session: read how things stand, and do something."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Collection

from cluster_kit.content.models import Session
from cluster_kit.sessions.commands import (
    UNDO,
    InvalidCommandError,
    NotAllowedError,
    Permission,
    SessionCommand,
    find_doing,
    fold,
    kinds,
)
from cluster_kit.sessions.state import SessionState
from cluster_kit.store import Event, Person, Store
from cluster_kit.store.models import ERASURE, NewEvent


class SessionLog:
    """The event log of one session of a series. Thread-safe.

    ``only`` names the kinds of events to read; None means all of them.
    """

    def __init__(self, store: Store, series: str, session: Session, only: Collection[str] | None = None) -> None:
        self.series, self.session = series, session
        self._store = store
        self._only = None if only is None else {*only, UNDO}
        # Each event is validated once. The state is a new object after each change, because readers keep the old one.
        self._happened: dict[str, tuple[Event, SessionCommand | None]] = {}
        self._latest = 0
        self._standing = SessionState()
        self._turn = threading.Lock()

    def standing(self) -> SessionState:
        """The current state. Cheap if nothing has happened. Raises what the store raises."""
        with self._turn:
            latest = self._store.latest_event(self.series, self.session.number)
            if latest != self._latest:
                self._catch_up(latest)
            return self._standing

    def do(
        self,
        who: Person,
        doing: SessionCommand,
        *,
        subject: str = "",
        jurisdiction: str | None = None,
        event_id: str = "",
    ) -> Event:
        """Execute a command and store its event. The same ``event_id`` again changes nothing.

        ``jurisdiction`` None means the person's own. Raises ``NotAllowedError`` if this person may not execute the
        command, ``InvalidCommandError`` if it is invalid in the current state, and what the store raises.
        """
        event = NewEvent(
            id=event_id or secrets.token_hex(12),
            series=self.series,
            session=self.session.number,
            kind=doing.kind,
            subject=subject,
            jurisdiction=who.jurisdiction if jurisdiction is None else jurisdiction,
            author=who.id,
            value=doing.model_dump(mode="json"),
        )
        self._check(who, doing, event)
        (kept,) = self._store.add_events([event])
        _check_same(event, kept)  # another session, or this one a moment ago, may have had the id
        return kept

    def _check(self, who: Person, doing: SessionCommand, event: NewEvent) -> None:
        if not who.is_facilitator and doing.who is Permission.FACILITATORS:
            raise NotAllowedError("Only facilitators can do that.")
        if not who.is_facilitator and event.jurisdiction != who.jurisdiction:
            raise NotAllowedError("You can do that for your own state only.")
        standing = self.standing()
        if known := self._find(event.id):
            _check_same(event, known)
            return  # sent once more: it was in order then
        if doing.kind == UNDO:
            self._check_undo(who, event)
        doing.check(event, self.session, standing)

    def _check_undo(self, who: Person, event: NewEvent) -> None:
        target = self._find(event.subject)
        if target is None or target.kind == UNDO:
            raise InvalidCommandError("There is nothing to undo.")
        if not who.is_facilitator and target.author != who.id:
            raise NotAllowedError("You can take back only what you did yourself.")

    def _find(self, event_id: str) -> Event | None:
        found = self._happened.get(event_id)
        return found[0] if found else None

    def _catch_up(self, latest: int) -> None:
        """Read what is new; after an erasure, which may have taken some of what is known away, read everything."""
        after = self._latest if latest > self._latest else 0
        new = self._read(after)
        if after and any(event.kind == ERASURE for event in new):
            after, new = 0, self._read(0)
        known = self._happened if after else {}
        self._happened = known | {event.id: (event, find_doing(event)) for event in new}
        self._standing = fold([*self._happened.values()])
        self._latest = latest

    def _read(self, after: int) -> list[Event]:
        only = None if self._only is None else (self._only & {*kinds()}) | {ERASURE}
        return self._store.events(self.series, self.session.number, after=after, kinds=only)


def _check_same(event: NewEvent, kept: Event) -> None:
    if not event.is_same_event(kept):
        raise InvalidCommandError("Something else was kept under the same id before. Load the page again to see it.")
