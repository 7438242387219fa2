"""The event log of one live session: read its state, and execute commands."""

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
    command_kinds,
    find_command,
    fold,
)
from cluster_kit.sessions.conflicts import Basis, StaleCommandError, find_conflict
from cluster_kit.sessions.state import SessionState
from cluster_kit.store import Event, Person, Store
from cluster_kit.store.models import ERASURE, SAME_PERSON, NewEvent

REREAD = {ERASURE, SAME_PERSON}
"""Events of the store after which earlier events differ from those that were read."""


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
        self._state = SessionState()
        self._turn = threading.Lock()

    def state(self) -> SessionState:
        """The current state. Cheap if nothing has happened. Raises ``StoreError``."""
        with self._turn:
            latest = self._store.latest_event(self.series, self.session.number)
            if latest != self._latest:
                self._catch_up(latest)
            return self._state

    def do(
        self,
        person: Person,
        command: SessionCommand,
        *,
        subject: str = "",
        jurisdiction: str | None = None,
        event_id: str = "",
        basis: Basis | None = None,
    ) -> Event:
        """Execute a command and store its event. The same ``event_id`` again changes nothing.

        ``jurisdiction`` None means the person's own. ``basis`` is the state that the command is based on, if that
        matters: ``StaleCommandError`` if someone has changed it since, with nothing done. Raises ``NotAllowedError``
        if this person may not execute the command, ``InvalidCommandError`` if it is invalid in the current state, and
        ``StoreError``.
        """
        event = NewEvent(
            id=event_id or secrets.token_hex(12),
            series=self.series,
            session=self.session.number,
            kind=command.kind,
            subject=subject,
            jurisdiction=person.jurisdiction if jurisdiction is None else jurisdiction,
            author=person.id,
            value=command.model_dump(mode="json"),
        )
        self._check(person, command, event)
        is_new = self._find(event.id) is None
        if basis and is_new:
            self._check_basis(event, basis)
        (kept,) = self._store.add_events([event])
        _check_same(event, kept)  # another session, or a concurrent command, may have used the id
        if basis and is_new:
            self._withdraw_if_overtaken(kept, basis)
        return kept

    def _check_basis(self, event: NewEvent, basis: Basis, before: int | None = None) -> None:
        later = [one for one, _ in [*self._happened.values()] if before is None or one.seq < before]
        if conflict := find_conflict(event, basis, later, self._find):
            raise StaleCommandError(self._explain(conflict))

    def _withdraw_if_overtaken(self, kept: Event, basis: Basis) -> None:
        """Undo the event if another server stored a conflicting one between the check and the commit."""
        self.state()
        try:
            self._check_basis(kept, basis, before=kept.seq)
        except StaleCommandError:
            parts = kept.model_dump(include={"series", "session", "jurisdiction", "author"})
            self._store.add_events([NewEvent(id=secrets.token_hex(12), kind=UNDO, subject=kept.id, value={}, **parts)])
            raise

    def _explain(self, conflict: Event) -> str:
        author = self._store.find_person(conflict.author)
        name = author.name if author else "someone else"
        target = self._find(conflict.subject) if conflict.kind == UNDO else None
        command = find_command(target or conflict)
        done = command.describe(target or conflict, self.session) if command else conflict.kind
        if (target or conflict).kind == "feature":
            done = "a change of the examples on every page"  # the state may be anonymous
        what = f"undid “{done}”" if target else f"acted first: {done}"
        return f"Nothing was done, because {name} {what}. Check the console, then decide again."

    def _check(self, person: Person, command: SessionCommand, event: NewEvent) -> None:
        if not person.is_facilitator and command.who is Permission.FACILITATORS:
            raise NotAllowedError("Only facilitators can do that.")
        if not person.is_facilitator and event.jurisdiction != person.jurisdiction:
            raise NotAllowedError("You can do that for your own state only.")
        state = self.state()
        if known := self._find(event.id):
            _check_same(event, known)
            return  # a repeated command, which was checked the first time
        if command.kind == UNDO:
            self._check_undo(person, event)
        command.check(event, self.session, state)

    def _check_undo(self, person: Person, event: NewEvent) -> None:
        target = self._find(event.subject)
        if target is None or target.kind == UNDO:
            raise InvalidCommandError("There is nothing to undo.")
        if not person.is_facilitator and target.author != person.id:
            raise NotAllowedError("You can take back only what you did yourself.")

    def _find(self, event_id: str) -> Event | None:
        found = self._happened.get(event_id)
        return found[0] if found else None

    def _catch_up(self, latest: int) -> None:
        """Read the new events, and apply them to the state.

        After an erasure or a merge, which change or remove known events, all are read again. After those and after an
        undo, the state is made from all events.
        """
        after = self._latest if latest > self._latest else 0
        new = self._read(after)
        kinds_of_new = {event.kind for event in new}
        if after and kinds_of_new & REREAD:
            after, new = 0, self._read(0)
        known = self._happened if after else {}
        added = {event.id: (event, find_command(event)) for event in new if event.id not in known}
        happened = known | added
        if after and UNDO not in kinds_of_new:
            self._state = fold([*added.values()], self._state)
        else:
            self._state = fold([*happened.values()])
        self._happened = happened
        self._latest = latest

    def _read(self, after: int) -> list[Event]:
        only = None if self._only is None else (self._only & {*command_kinds()}) | REREAD
        return self._store.events(self.series, self.session.number, after=after, kinds=only)


def _check_same(event: NewEvent, kept: Event) -> None:
    if not event.is_same_event(kept):
        raise InvalidCommandError("Something else was kept under the same id before. Reload the page to see it.")
