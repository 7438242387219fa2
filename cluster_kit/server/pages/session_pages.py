"""Renders notebooks as pages: shared by all people of a state, or in the user's own kernel."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voila.app import Voila

from cluster_kit.content.models import Content, Session
from cluster_kit.content.notebooks import find_notebook
from cluster_kit.server.monitoring.logs import log_event
from cluster_kit.server.pages import pages
from cluster_kit.server.pages.page_cache import PageCache, Parameters, RenderedPage
from cluster_kit.server.pages.preparation import PageRequest, Preparation, invited_pages
from cluster_kit.server.pages.rendering import PageRenderer
from cluster_kit.server.store_calls import read_store
from cluster_kit.server.widgets.kernels import OwnedKernelManager
from cluster_kit.store import Person, Store, StoreError

# Pages that are rendered at a time: enough to keep every processor busy, no more.
AT_ONCE = (os.cpu_count() or 1) + 1
# Of these, pages rendered ahead of demand: after a restart people are waiting, and saves come first.
PREPARED_AT_ONCE = max(1, (os.cpu_count() or 1) // 2)


@dataclass(frozen=True)
class PreparationPlan:
    """Sessions whose shared pages are rendered ahead of demand; ``on_progress`` is called after each page."""

    sessions: tuple[int, ...] = ()
    on_progress: Callable[[Preparation], None] = lambda _: None


def page_parameters(series: str, page: PageRequest) -> Parameters:
    """Parameters of a session's notebook, the same for all people of a state. Without a state it is a preview."""
    return {"series": series, "session": page.session, "jurisdiction": page.jurisdiction, "mode": "live"}


class SessionPages:
    """The pages of a series' notebooks.

    Parameters
    ----------
    app
        Voilà, whose configuration, templates, and kernels are used.
    content, store
        The series and its answers.
    notebooks
        The folder of the notebooks.
    static_root
        The base address of static files.
    plan
        What ``start_preparing`` renders.
    """

    def __init__(
        self,
        app: Voila,
        content: Content,
        store: Store,
        notebooks: Path,
        static_root: str,
        plan: PreparationPlan,
    ) -> None:
        self.notebooks = notebooks
        self.preparation = Preparation(self.render_shared, plan.on_progress, is_planned=bool(plan.sessions))
        self._app, self._content, self._store, self._static_root = app, content, store, static_root
        self._planned = plan.sessions
        self._kernels: OwnedKernelManager = app.kernel_manager
        self._cache = PageCache(content, store, self._run_shared)
        self._rendering = asyncio.Semaphore(AT_ONCE)
        self._preparing: asyncio.Task[None] | None = None

    async def render_shared(self, page: PageRequest) -> RenderedPage:
        """A state's shared page, from the cache or rendered now. Raises ``ClusterKitError``."""
        return await self._cache.get(
            find_notebook(page.session, self.notebooks), page_parameters(self._content.series.id, page)
        )

    async def render_session(self, person: Person, page: PageRequest) -> tuple[RenderedPage, str]:
        """A session page in the person's own kernel, and the kernel's id. Raises as ``render_owned`` does."""
        context = self._session_context(self._content.get_session(page.session))
        return await self.render_owned(
            person, find_notebook(page.session, self.notebooks), page_parameters(self._content.series.id, page), context
        )

    async def render_owned(
        self, person: Person, notebook: Path, parameters: Parameters, context: Mapping[str, Any]
    ) -> tuple[RenderedPage, str]:
        """The page, rendered in the person's own kernel, and the kernel's id. Raises ``TooManyKernelsError``."""
        await self._kernels.make_room(person.id)
        kernel_id = await self._kernels.start_owned(person.id, self._kernels.mint_id())
        return await PageRenderer(self._app, notebook, parameters, context).render(kernel_id), kernel_id

    def start_preparing(self, fork_server: Future[int]) -> None:
        """Render the planned shared pages once kernels can be forked."""
        if self._planned:
            self._preparing = asyncio.create_task(self._prepare(fork_server))

    async def close(self) -> None:
        """Stop rendering."""
        if self._preparing:
            self._preparing.cancel()
        await self._cache.close()

    async def _prepare(self, fork_server: Future[int]) -> None:
        await asyncio.wait([asyncio.wrap_future(fork_server)])
        try:
            wanted = await read_store(invited_pages, self._content, self._store, self._planned)
        except StoreError as error:
            log_event("pages not prepared", logging.WARNING, why=type(error).__name__)
            wanted = []
        await self.preparation.run(wanted, PREPARED_AT_ONCE)
        log_event("pages prepared", pages=self.preparation.done, failed=self.preparation.failed)

    async def _run_shared(self, notebook: Path, parameters: Parameters) -> RenderedPage:
        """Run a notebook in a temporary kernel."""
        context = self._session_context(self._content.get_session(int(parameters["session"])))
        async with self._rendering:
            kernel_id = await self._kernels.start_kernel(**self._kernels.how)
            try:
                return await PageRenderer(self._app, notebook, parameters, context).render(kernel_id)
            finally:
                await self._kernels.end(kernel_id)

    def _session_context(self, session: Session) -> dict[str, Any]:
        """Template context of a page's main part."""
        plan = {exercise.id: exercise for exercise in session.exercises}
        return {"session": session, "titles": pages.segment_titles(session), "plan": plan, "static": self._static_root}
