"""Cache of the session pages that all people of a state share, valid until the answers in them change."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from time import monotonic

from cluster_kit.content.models import Content
from cluster_kit.exercises.answer_cache import Watermark
from cluster_kit.server.pages.pages import count_steps
from cluster_kit.server.store_calls import read_store
from cluster_kit.store import Store
from cluster_kit.workshop import Reads

log = logging.getLogger(__name__)

MAX_PAGES = 1000
# A notebook that failed is not run again for every request during this time.
FAILED_TTL_S = 3.0
Parameters = Mapping[str, str | int]


@dataclass(frozen=True)
class RenderedPage:
    """The main part of a page as HTML.

    ``reads``: the answers that it shows. ``needs_kernel``: it has widgets that require the user's own kernel.
    ``failed``: a cell failed, and the page says so. ``styles``: the hashes of its inline styles.
    """

    html: str
    reads: frozenset[Reads] = frozenset()
    needs_kernel: bool = False
    failed: bool = False
    styles: frozenset[str] = frozenset()

    @cached_property
    def steps(self) -> Counter[str]:
        """The number of steps by segment, "" for those outside of segments."""
        return count_steps(self.html)


@dataclass(frozen=True)
class PageKey:
    """Cache key of a page: everything that it depends on except answers."""

    notebook: Path
    changed_ns: int
    content_version: str
    parameters: tuple[tuple[str, str | int], ...]

    @property
    def jurisdiction(self) -> str:
        """The page's state; empty in a preview."""
        return str(dict(self.parameters).get("jurisdiction", ""))

    @property
    def session(self) -> int:
        """The page's session."""
        return int(dict(self.parameters).get("session", 0))


@dataclass
class _Entry:
    page: RenderedPage
    marks: Mapping[str, Watermark]
    rendered_at: float


class PageCache:
    """Rendered pages by notebook, content, and parameters, valid while the answers that they show are unchanged.

    Concurrent requests for a page share one rendering. If answers in it are saved meanwhile, it is rendered once more.
    A failed page is kept for a few seconds only.

    Parameters
    ----------
    content, store
        The series and its answers.
    render
        Runs a notebook with parameters and returns its page.
    clock
        Monotonic seconds.
    """

    def __init__(
        self,
        content: Content,
        store: Store,
        render: Callable[[Path, Parameters], Awaitable[RenderedPage]],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._content, self._store, self._render, self._clock = content, store, render, clock
        self._entries: OrderedDict[PageKey, _Entry] = OrderedDict()
        self._rendering: dict[PageKey, asyncio.Task[RenderedPage]] = {}

    def __len__(self) -> int:
        return len(self._entries)

    async def get(self, notebook: Path, parameters: Parameters) -> RenderedPage:
        """The page, rendered if necessary. Raises the errors of rendering and of the store."""
        version = self._content.version
        key = PageKey(notebook, notebook.stat().st_mtime_ns, version, tuple(sorted(parameters.items())))
        if running := self._rendering.get(key):  # it may have read the answers before this user's last save
            await asyncio.shield(running)
        entry = self._entries.get(key)
        if entry and await self._is_fresh(key, entry):
            self._entries.move_to_end(key)
            return entry.page
        newer = self._entries.get(key)
        if newer and newer is not entry:  # rendered since this request began
            return newer.page
        if key not in self._rendering:
            self._rendering[key] = asyncio.create_task(self._fill(key))
        return await asyncio.shield(self._rendering[key])

    async def close(self) -> None:
        """Stop rendering, and wait until running renderings have stopped."""
        running = list(self._rendering.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _fill(self, key: PageKey) -> RenderedPage:
        try:
            marks = await read_store(self._read_marks)  # read first: later answers make the page stale
            page = await self._render(key.notebook, dict(key.parameters))
            self._entries[key] = _Entry(page, marks, self._clock())
            self._entries.move_to_end(key)
            while len(self._entries) > MAX_PAGES:
                self._entries.popitem(last=False)
            return page
        finally:
            del self._rendering[key]

    async def _is_fresh(self, key: PageKey, entry: _Entry) -> bool:
        if entry.page.failed:
            return self._clock() - entry.rendered_at < FAILED_TTL_S
        if not entry.page.reads:
            return True
        return await read_store(self._check, key, entry)

    def _check(self, key: PageKey, entry: _Entry) -> bool:
        """True if none of the page's answers has changed; updates the entry's positions."""
        marks = self._read_marks()
        if Reads.SERIES in entry.page.reads:
            return marks == entry.marks
        before, now = (known.get(key.jurisdiction, Watermark()) for known in (entry.marks, marks))
        if now == before:
            return True
        if now.erased != before.erased or Reads.STATE in entry.page.reads:
            return False
        new = self._store.since(before.seq, self._content.series.id, key.jurisdiction)
        if any(response.session < key.session for response in new):
            return False
        entry.marks = marks
        return True

    def _read_marks(self) -> dict[str, Watermark]:
        return {state: Watermark(*mark) for state, mark in self._store.watermarks(self._content.series.id).items()}
