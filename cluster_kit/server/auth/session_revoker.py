"""Closes the connections of people whose link was revoked or has expired, or who have moved to another state."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from cluster_kit.server.auth.authenticator import Authenticator
from cluster_kit.server.monitoring.logs import log_event
from cluster_kit.server.stream.protocol import NOT_SIGNED_IN, OTHER_STATE
from cluster_kit.store import Person

log = logging.getLogger(__name__)

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

    def __init__(self, door: Authenticator) -> None:
        self._door = door
        self._watched: dict[Closable, _Watched] = {}
        self._is_over = False

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

    async def keep(self) -> None:
        """Until ``end``: learn of changes, and close what must not be open."""
        while not self._is_over:
            try:
                await asyncio.get_running_loop().run_in_executor(None, self._door.refresh)
                await self.check()
            except Exception:  # the store is away: what was known before counts
                log.warning("Revoked links could not be looked up; trying again", exc_info=True)
            await asyncio.sleep(CHECK_S)

    def end(self) -> None:
        """Check no more."""
        self._is_over = True

    async def check(self) -> None:
        """Close the connections of all who may no longer be here."""
        for connection, watched in list(self._watched.items()):
            person = self._door.recognize(watched.badge)
            if person is not None and person.jurisdiction == watched.jurisdiction:
                continue
            self._watched.pop(connection, None)
            log_event("connection revoked")
            connection.close(NOT_SIGNED_IN if person is None else OTHER_STATE)
            if watched.on_revoked:
                await watched.on_revoked()
