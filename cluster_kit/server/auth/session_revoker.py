"""Closes the connections of people whose link was revoked or has expired, or who have moved to another state."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from cluster_kit.polling import Poller, call_on_loop
from cluster_kit.server.auth.authenticator import Authenticator
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
    """A connection's badge, its person's state when it was opened, and what else ends with it."""

    badge: str
    jurisdiction: str
    on_revoked: Callable[[], Awaitable[None]] | None


class SessionRevoker:
    """Checks every two seconds whether the people of all watched connections may still be here."""

    def __init__(self, authenticator: Authenticator) -> None:
        self._authenticator = authenticator
        self._watched: dict[Closable, _Watched] = {}
        self._endings: set[asyncio.Future[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._poller = Poller(
            self._poll, name="session-revoker", period_s=CHECK_S, failing="Revoked links cannot be looked up"
        )

    def watch(
        self,
        connection: Closable,
        badge: str,
        person: Person,
        on_revoked: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Watch a connection until ``unwatch``. ``on_revoked`` is awaited after it was closed."""
        self._watched[connection] = _Watched(badge, person.jurisdiction, on_revoked)

    def unwatch(self, connection: Closable) -> None:
        """The connection has ended."""
        self._watched.pop(connection, None)

    def start(self) -> None:
        """Check now and then every two seconds, until ``stop``. Call it on the event loop."""
        self._loop = asyncio.get_running_loop()
        self._poller.start()
        self._poller.wake()

    def stop(self) -> None:
        """Check no more."""
        self._poller.stop()

    def _poll(self) -> None:
        """Learn of changes, in the poller's thread. While the store is away, what was known before counts."""
        self._authenticator.refresh()
        for connection, watched in self._watched.copy().items():
            person = self._authenticator.recognize(watched.badge)
            if self._loop and (person is None or person.jurisdiction != watched.jurisdiction):
                code = NOT_SIGNED_IN if person is None else OTHER_STATE
                call_on_loop(self._loop, self._revoke, connection, watched, code)

    def _revoke(self, connection: Closable, watched: _Watched, code: int) -> None:
        if self._watched.get(connection) is not watched:  # it has ended meanwhile
            return
        del self._watched[connection]
        log_event("connection revoked")
        connection.close(code)
        if watched.on_revoked:
            task = asyncio.ensure_future(watched.on_revoked())
            self._endings.add(task)
            task.add_done_callback(self._endings.discard)
