"""The open session pages of a server, by person."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import Protocol

from cluster_kit.store import Person

MAX_PAGES = 10
GOING_AWAY = 1001


class OpenPage(Protocol):
    """A page's connection."""

    async def drain(self) -> None:
        """Return once every frame that waits was sent, or none can be sent any more."""

    def close(self, code: int | None = None) -> None:
        """Close the connection with this code."""


class PageConnections:
    """Counts pages in and out, and closes all of them."""

    def __init__(self) -> None:
        self._open: defaultdict[str, set[OpenPage]] = defaultdict(set)

    def __len__(self) -> int:
        return sum(len(pages) for pages in self._open.values())

    def add(self, page: OpenPage, person: Person) -> bool:
        """Count a page in; False when the person has as many open as one may."""
        if len(self._open[person.id]) >= MAX_PAGES:
            return False
        self._open[person.id].add(page)
        return True

    def remove(self, page: OpenPage, person: Person) -> None:
        """Count a page out."""
        pages = self._open.get(person.id, set())
        pages.discard(page)
        if not pages:
            self._open.pop(person.id, None)

    async def close(self, timeout_s: float) -> None:
        """Close all: the server ends, and pages connect to the next one. What waits for them is sent first."""
        pages = [page for pages in self._open.values() for page in pages]
        if pages:
            await asyncio.wait([asyncio.create_task(page.drain()) for page in pages], timeout=timeout_s)
        for page in pages:
            page.close(GOING_AWAY)
