"""Renders pages before people arrive, and reports the server's readiness."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from cluster_kit.content.models import Content
from cluster_kit.roster.people import on_roster
from cluster_kit.server.pages.page_cache import RenderedPage
from cluster_kit.store import Store
from cluster_kit.store.errors import NewerDatabaseError

log = logging.getLogger(__name__)

STORE_TIMEOUT_S = 3.0
SILENT_STORE = "The store does not answer."
NEWER_STORE = "The store was migrated by a newer version. Restart this server with that version."


@dataclass(frozen=True)
class PageRequest:
    """One session's page for one state; a preview without a state."""

    session: int
    jurisdiction: str


def invited_pages(content: Content, store: Store, sessions: Sequence[int]) -> list[PageRequest]:
    """Pages of these sessions for every state with people or a team code, and the facilitators' previews."""
    series = content.series.id
    invited = {person.jurisdiction for person in on_roster(store.people(series))}
    invited |= {code.jurisdiction for code in store.team_codes(series)}
    return [PageRequest(number, state) for number in sessions for state in sorted(invited | {""})]


class Preparation:
    """Renders pages, a few at a time. ``done`` of ``total`` are rendered; ``failed`` counts failures.

    Parameters
    ----------
    render
        Renders a page, or finds it in the cache.
    on_progress
        Called after each page.
    is_planned
        Whether ``run`` will be called: until it finishes, pages count as missing.
    """

    def __init__(
        self,
        render: Callable[[PageRequest], Awaitable[RenderedPage]],
        on_progress: Callable[[Preparation], None] = lambda _: None,
        *,
        is_planned: bool = False,
    ) -> None:
        self._render, self._on_progress = render, on_progress
        self.done = self.total = self.failed = 0
        self.is_over = not is_planned

    @property
    def missing(self) -> int:
        """Number of pages still to be rendered."""
        return self.total - self.done

    async def run(self, pages: Sequence[PageRequest], at_once: int) -> None:
        """Render these pages. A failed page is logged, and rendered again on its first request."""
        self.total += len(pages)
        waiting = list(reversed(pages))

        async def work() -> None:
            while waiting:
                await self._prepare(waiting.pop())

        await asyncio.gather(*(work() for _ in range(at_once)))
        self.is_over = True

    async def _prepare(self, page: PageRequest) -> None:
        try:
            rendered = await self._render(page)
            self.failed += rendered.failed
        except Exception:
            self.failed += 1
            log.exception("The page of session %s for %s cannot be prepared", page.session, page.jurisdiction or "all")
        self.done += 1
        self._on_progress(self)


class Readiness:
    """Whether the server is ready for people to join."""

    def __init__(self, content: Content, store: Store, preparation: Preparation) -> None:
        self._content, self._store, self._preparation = content, store, preparation
        self._fork_server: Future[int] | None = None
        self._is_asking = False

    def wait_for(self, fork_server: Future[int]) -> None:
        """Not ready until this process has started."""
        self._fork_server = fork_server

    async def missing(self) -> list[str]:
        """A sentence for each unmet condition; empty if the server is ready."""
        found = []
        if self._fork_server is None or not self._fork_server.done():
            found.append("The process that kernels are forked from is still importing.")
        if not self._preparation.is_over:
            found.append(f"{self._preparation.done} of {self._preparation.total or 'all'} pages are prepared.")
        return found + await self._find_store_problem()

    async def _find_store_problem(self) -> list[str]:
        """At most one sentence.

        While an earlier question is unanswered it returns at once, so that monitoring does not occupy more threads.
        """
        if self._is_asking:
            return [SILENT_STORE]
        self._is_asking = True

        def ask() -> None:
            try:
                self._store.check_revision()
                self._store.latest_seq(self._content.series.id, "")
            finally:
                self._is_asking = False

        try:
            await asyncio.wait_for(asyncio.to_thread(ask), STORE_TIMEOUT_S)
        except NewerDatabaseError:
            log.warning("The store was migrated by a newer version")
            return [NEWER_STORE]
        except Exception:
            log.warning("The store does not answer", exc_info=True)
            return [SILENT_STORE]
        return []
