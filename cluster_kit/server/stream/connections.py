"""Open session pages of a server, by person."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from typing import Protocol

from cluster_kit.server.auth.rate_limits import network_of
from cluster_kit.store import Person

MAX_PAGES = 10
MAX_PAGES_OF_A_NETWORK = 1000
"""Open pages of one network, such as a hotel with a whole conference, or one script."""
GOING_AWAY = 1001


class OpenPage(Protocol):
    """A page's connection."""

    async def drain(self) -> None:
        """Return once all queued frames are sent, or can no longer be sent."""

    def close(self, code: int | None = None) -> None:
        """Close the connection with this code."""

    def send_requests(self) -> None:
        """Send the page the open requests to be signed in as a teammate."""


class PageConnections:
    """Tracks open pages by person, and closes all of them at shutdown."""

    def __init__(self) -> None:
        self._open: defaultdict[str, set[OpenPage]] = defaultdict(set)
        self._networks: Counter[str] = Counter()

    def __len__(self) -> int:
        return sum(len(pages) for pages in self._open.values())

    def add(self, page: OpenPage, person: Person, address: str) -> bool:
        """Add a page; False if the person, or the network of this address, has reached the maximum."""
        network = network_of(address)
        if len(self._open[person.id]) >= MAX_PAGES or self._networks[network] >= MAX_PAGES_OF_A_NETWORK:
            return False
        self._open[person.id].add(page)
        self._networks[network] += 1
        return True

    def remove(self, page: OpenPage, person: Person, address: str) -> None:
        """Remove a page."""
        pages = self._open.get(person.id, set())
        if page in pages:
            self._networks.subtract([network_of(address)])
            self._networks = +self._networks
        pages.discard(page)
        if not pages:
            self._open.pop(person.id, None)

    def send_requests(self) -> None:
        """Send every page the open requests to be signed in as a teammate. Call it on the event loop."""
        for page in [page for pages in self._open.values() for page in pages]:
            page.send_requests()

    async def close(self, timeout_s: float) -> None:
        """Close all pages at shutdown, after sending queued frames. Pages then connect to the next server."""
        pages = [page for pages in self._open.values() for page in pages]
        if pages:
            await asyncio.wait([asyncio.create_task(page.drain()) for page in pages], timeout=timeout_s)
        for page in pages:
            page.close(GOING_AWAY)
