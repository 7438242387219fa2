"""Logs people in by their links, and identifies them by their session cookies on every later request."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from collections.abc import Callable

from cluster_kit.content.models import Content
from cluster_kit.server.auth.sign_on import find_signed_on, invite_signed_on
from cluster_kit.server.auth.tokens import (
    BrokenLinkError,
    Invitation,
    LinkError,
    VoidLinkError,
    find_session_token,
    make_session_token,
    make_token,
    read_token,
)
from cluster_kit.server.store_calls import read_store
from cluster_kit.store import Person, Store
from cluster_kit.store.models import to_the_millisecond, utc_now

Clock = Callable[[], dt.datetime]
MAX_SESSION_TOKENS = 5000


class OtherSeriesError(LinkError):
    """The link is for a series that this server does not run."""

    def __init__(self, series: str) -> None:
        self.series = series
        super().__init__(
            f"This link belongs to the series {series!r}, which does not run here. "
            "Look for a newer invitation, or ask the person who invited you."
        )


class Authenticator:
    """Logs in people of one series by their links, and authenticates their session cookies.

    People are cached in memory, since every request needs them; ``refresh``, every few seconds, reads changes and
    revocations.
    """

    def __init__(self, content: Content, store: Store, secret: str, clock: Clock = utc_now) -> None:
        self.content, self.clock = content, clock
        self._store, self._secret = store, secret
        self._known: dict[str, Person] = {}
        self._session_tokens: dict[str, Invitation] = {}
        self._updated: dict[str, Person] = {}  # people cached since the last refresh began
        self._ended: set[str] | None = None  # digests of ended cookies; None before the first refresh
        self._lock = threading.Lock()

    def log_in(self, token: str) -> tuple[Invitation, str]:
        """The invitation of a link's token, and a session cookie; raises ``LinkError`` if the link is not valid."""
        invitation, _ = self.check_link(token)
        return invitation, make_session_token(self._secret, invitation)

    def sign_on(self, email: str) -> tuple[Invitation, str]:
        """The invitation of the person with this address, which the agency has confirmed, and a session cookie.

        Raises ``NotOnRosterError``.
        """
        person = find_signed_on(self._store, self.content.series.id, email)
        self.cache(person)
        invitation = invite_signed_on(person, self.clock())
        return invitation, make_session_token(self._secret, invitation)

    def check_link(self, token: str) -> tuple[Invitation, Person]:
        """The invitation of a link's token, and its person; raises ``LinkError`` if the link is not valid."""
        invitation = read_token(self._secret, token, self.clock())
        person = self._store.find_person(invitation.person)
        if person is None:
            raise BrokenLinkError
        if person.series != self.content.series.id:
            raise OtherSeriesError(person.series)
        if invitation.is_void(person.links_since):
            raise VoidLinkError
        self.cache(person, invitation.person)
        return invitation, person

    def make_own_link(self, session_token: str, expires: dt.datetime) -> tuple[str, Invitation]:
        """The token of a personal link for the person of this session cookie, and its invitation.

        It expires with the session if that came from a link, so a short link cannot be made longer; else ``expires``.
        Raises ``BrokenLinkError`` if the session cookie is not valid.
        """
        invitation = self._read_session_token(session_token)
        if invitation is None:
            raise BrokenLinkError
        until = expires if invitation.by_code else invitation.expires
        issued = to_the_millisecond(self.clock())
        own = Invitation(invitation.person, until, None, issued, invitation.by_code)
        return make_token(self._secret, own), own

    def make_person_link(self, person: str, expires: dt.datetime) -> str:
        """The token of a personal link for this person (by id), for a facilitator to send."""
        return make_token(self._secret, Invitation(person, expires, None, to_the_millisecond(self.clock())))

    def find_invitation(self, session_token: str) -> Invitation | None:
        """The invitation in a session cookie with a valid signature that has not expired, or None."""
        return self._read_session_token(session_token)

    def end(self, session_token: str) -> None:
        """End a session cookie, also a copy of it, on every server within seconds. Raises ``StoreError``."""
        invitation = self._read_session_token(session_token)
        if invitation:
            digest = _digest(invitation)
            self._store.end_session(digest, invitation.expires, self.clock())
            with self._lock:
                self._ended = {*(self._ended or ()), digest}

    async def authenticate(self, session_token: str) -> Person | None:
        """As ``authenticate_blocking``, from the event loop: a worker thread looks up people who are not cached."""
        invitation = self._read_session_token(session_token)
        if invitation is None:
            return None
        known = self._known.get(invitation.person)  # the cache is replaced by other threads, so it is read once
        if known is None or self._ended is None:
            return await read_store(self.authenticate_blocking, session_token)
        return None if self._is_ended(invitation) else self._check_person(invitation, known)

    def authenticate_blocking(self, session_token: str) -> Person | None:
        """The person of this session cookie, with a valid link and in this series, or None.

        Reads the store if the person is not cached, and raises ``StoreError``. Call it from a worker thread.
        """
        invitation = self._read_session_token(session_token)
        if invitation and self._is_ended(invitation):
            return None
        person = self._find_person(invitation.person) if invitation else None
        return self._check_person(invitation, person) if invitation and person else None

    def _check_person(self, invitation: Invitation, person: Person) -> Person | None:
        is_here = person.series == self.content.series.id and not invitation.is_void(person.links_since)
        return person if is_here else None

    def _read_session_token(self, session_token: str) -> Invitation | None:
        """The invitation in a cookie with a valid signature that has not expired. Signatures are checked once."""
        now = self.clock()
        known = self._session_tokens.get(session_token)
        if known is None and (known := find_session_token(self._secret, session_token, now)):
            if len(self._session_tokens) >= MAX_SESSION_TOKENS:
                self._session_tokens.clear()
            self._session_tokens[session_token] = known
        return known if known and known.expires > now else None

    def _is_ended(self, invitation: Invitation) -> bool:
        digest = _digest(invitation)
        return self._store.is_session_ended(digest) if self._ended is None else digest in self._ended

    def cache(self, person: Person, as_id: str = "") -> None:
        """Update a person in the cache, effective from the next request. ``as_id`` is an id that was merged."""
        with self._lock:
            self._known[as_id or person.id] = self._updated[as_id or person.id] = person

    def former_ids(self, person: str) -> list[str]:
        """The ids of records that were merged into this person's, as last read."""
        return sorted(known for known, one in self._known.copy().items() if one.id == person and known != person)

    def refresh(self) -> None:
        """Read the people of the series again. Raises ``StoreError``; the cache is then unchanged.

        A person who is cached during the read keeps that state until the next refresh: the data read may be older.
        """
        with self._lock:
            self._updated = {}
        ended = self._store.ended_sessions(self.clock())
        merged = self._store.merged_people(self.content.series.id)
        people = {person.id: person for person in self._store.people(self.content.series.id)}
        with self._lock:
            self._known = people | merged | self._updated
            self._ended = ended | (self._ended or set())

    def list_codes(self) -> list[tuple[str, str, str]]:
        """Each state's name, team code, and abbreviation, by name, to read aloud. Raises ``StoreError``."""
        codes = self._store.team_codes(self.content.series.id)
        name = self.content.jurisdiction_names
        return sorted((name[code.jurisdiction], code.code, code.jurisdiction) for code in codes)

    def change(self, person: Person, **fields: str) -> Person:
        """Store a person's own settings (role, depth). Raises ``StoreError``."""
        changed = self._store.change_person(person.model_copy(update=fields), only=fields)
        self.cache(changed)
        return changed

    def _find_person(self, person_id: str) -> Person | None:
        known = self._known.get(person_id)
        return known or self._store.find_person(person_id)


def _digest(invitation: Invitation) -> str:
    return hashlib.sha256(invitation.key.encode()).hexdigest()
