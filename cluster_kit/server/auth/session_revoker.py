"""Closes the connections of people whose link was revoked or has expired, or who are others now.

With the same period, it reads requests to be signed in as a teammate, for the pages that show them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from cluster_kit.polling import Poller, call_on_loop
from cluster_kit.server.auth.authenticator import Authenticator
from cluster_kit.server.auth.identity_service import IdentityService
from cluster_kit.server.monitoring.logs import log_event
from cluster_kit.server.stream.protocol import NOT_SIGNED_IN, OTHER_STATE
from cluster_kit.store import Person

CHECK_S = 2.0


class Closable(Protocol):
    """A connection that can be closed with a code."""

    def close(self, code: int | None = None) -> None:
        """Close it."""


@dataclass(frozen=True)
class _Watched:
    """A connection's session cookie, its person's id and state when it was opened, and the revocation callback."""

    session_token: str
    person: str
    jurisdiction: str
    on_revoked: Callable[[], Awaitable[None]] | None


class SessionRevoker:
    """Checks every two seconds whether all watched connections are still authorized."""

    def __init__(
        self, authenticator: Authenticator, service: IdentityService, send_requests: Callable[[], None]
    ) -> None:
        self._authenticator, self._service, self._send_requests = authenticator, service, send_requests
        self._sent: object = ()  # the requests that pages have
        self._watched: dict[Closable, _Watched] = {}
        self._endings: set[asyncio.Future[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._poller = Poller(
            self._poll, name="session-revoker", period_s=CHECK_S, failing="Revoked links cannot be looked up"
        )

    def watch(
        self,
        connection: Closable,
        session_token: str,
        person: Person,
        on_revoked: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Watch a connection until ``unwatch``. ``on_revoked`` is awaited after the connection is closed."""
        self._watched[connection] = _Watched(session_token, person.id, person.jurisdiction, on_revoked)

    def unwatch(self, connection: Closable) -> None:
        """Stop watching a closed connection."""
        self._watched.pop(connection, None)

    def start(self) -> None:
        """Check immediately and then every two seconds, until ``stop``. Call it on the event loop."""
        self._loop = asyncio.get_running_loop()
        self._poller.start()
        self._poller.wake()

    def stop(self) -> None:
        """Stop checking."""
        self._poller.stop()

    def _poll(self) -> None:
        """Read changes, in the poller's thread. While the store is unavailable, the cached state applies."""
        self._authenticator.refresh()
        self._service.refresh()
        if self._loop and self._service.version != self._sent:
            self._sent = self._service.version
            call_on_loop(self._loop, self._send_requests)
        for connection, watched in self._watched.copy().items():
            person = self._authenticator.authenticate_blocking(watched.session_token)
            is_same = person and (person.id, person.jurisdiction) == (watched.person, watched.jurisdiction)
            if self._loop and not is_same:
                code = NOT_SIGNED_IN if person is None else OTHER_STATE
                call_on_loop(self._loop, self._revoke, connection, watched, code)

    def _revoke(self, connection: Closable, watched: _Watched, code: int) -> None:
        if self._watched.get(connection) is not watched:  # closed in the meantime
            return
        del self._watched[connection]
        log_event("connection revoked")
        connection.close(code)
        if watched.on_revoked:
            task = asyncio.ensure_future(watched.on_revoked())
            self._endings.add(task)
            task.add_done_callback(self._endings.discard)
