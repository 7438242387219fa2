"""Signs people in by their links, and identifies them by their badges on every later request."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from collections.abc import Callable

from cluster_kit.content.models import Content
from cluster_kit.server.auth.tokens import (
    BrokenLinkError,
    Invitation,
    LinkError,
    VoidLinkError,
    find_badge,
    make_badge,
    read_token,
)
from cluster_kit.store import Person, Store

Clock = Callable[[], dt.datetime]
COOKIE = "cluster_kit"
MAX_BADGES = 5000


def utc_now() -> dt.datetime:
    """The present moment, aware."""
    return dt.datetime.now(dt.UTC)


class OtherSeriesError(LinkError):
    """A link for a series that this server does not run."""

    def __init__(self, series: str) -> None:
        self.series = series
        super().__init__(
            f"This link belongs to the series {series!r}, which does not run here. "
            "Look for a newer invitation, or ask whoever invited you."
        )


class Authenticator:
    """Lets people of one series in by their links, and knows them again by their badges.

    Whom it knows it keeps in memory, since every request asks; ``refresh``, every few seconds, learns of changes and
    of links that were taken back.
    """

    def __init__(self, content: Content, store: Store, secret: str, clock: Clock = utc_now) -> None:
        self.content, self.clock = content, clock
        self._store, self._secret = store, secret
        self._known: dict[str, Person] = {}
        self._badges: dict[str, Invitation] = {}
        self._remembered: dict[str, Person] = {}  # since the last refresh began
        self._noting = threading.Lock()

    def admit(self, token: str) -> tuple[Invitation, str]:
        """The invitation behind a link's token, and the badge to wear; ``LinkError`` for who cannot come in."""
        invitation = read_token(self._secret, token, self.clock())
        person = self._store.find_person(invitation.person)
        if person is None:
            raise BrokenLinkError
        if person.series != self.content.series.id:
            raise OtherSeriesError(person.series)
        if invitation.is_void(person.links_since):
            raise VoidLinkError
        self.remember(person)
        return invitation, make_badge(self._secret, invitation)

    async def authenticate(self, badge: str) -> Person | None:
        """As ``recognize``, from the event loop: a person who is not in memory is looked up in a worker thread."""
        invitation = self._read_badge(badge)
        if invitation is None:
            return None
        if invitation.person in self._known:
            return self.recognize(badge)
        return await asyncio.to_thread(self.recognize, badge)

    def recognize(self, badge: str) -> Person | None:
        """The person whose badge this is: of this series and with a link that still counts, or None.

        Reads the store when the person is not in memory, and raises what it raises. Call it from a worker thread.
        """
        invitation = self._read_badge(badge)
        person = self._find_person(invitation.person) if invitation else None
        if invitation is None or person is None or person.series != self.content.series.id:
            return None
        return None if invitation.is_void(person.links_since) else person

    def _read_badge(self, badge: str) -> Invitation | None:
        """What a badge says, if it was signed here and is not over. Signatures are checked once."""
        now = self.clock()
        known = self._badges.get(badge)
        if known is None and (known := find_badge(self._secret, badge, now)):
            if len(self._badges) >= MAX_BADGES:
                self._badges.clear()
            self._badges[badge] = known
        return known if known and known.expires > now else None

    def remember(self, person: Person) -> None:
        """Take note of somebody as they are by now, so that the next request finds them so."""
        with self._noting:
            self._known[person.id] = self._remembered[person.id] = person

    def refresh(self) -> None:
        """Read the people of the series again. Raises what the store raises; the people then stay as they were.

        A person who is remembered during the reading stays as remembered until the next refresh: what was read may be
        older.
        """
        with self._noting:
            self._remembered = {}
        people = {person.id: person for person in self._store.people(self.content.series.id)}
        with self._noting:
            self._known = people | self._remembered

    def list_codes(self) -> list[tuple[str, str]]:
        """Each state's name and its team code, by name, to be read aloud. Raises what the store raises."""
        codes = self._store.team_codes(self.content.series.id)
        return sorted((self.content.get_jurisdiction(code.jurisdiction).name, code.code) for code in codes)

    def change(self, person: Person, **fields: str) -> Person:
        """Keep what a person has said of themselves (role, depth). Raises what the store raises."""
        changed = self._store.change_person(person.model_copy(update=fields), only=fields)
        self.remember(changed)
        return changed

    def _find_person(self, person_id: str) -> Person | None:
        known = self._known.get(person_id)
        return known or self._store.find_person(person_id)
