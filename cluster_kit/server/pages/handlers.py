"""Session pages and their exercises; for pages with widgets, also kernels and the admission queue."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler
from tornado import web

from cluster_kit.content.errors import UnknownSessionError
from cluster_kit.content.models import Session
from cluster_kit.content.times import local_times
from cluster_kit.errors import ClusterKitError
from cluster_kit.insights.assignments import find_assignment
from cluster_kit.server.auth.identity import Participant
from cluster_kit.server.context import ContextMixin
from cluster_kit.server.handlers import PageHandler
from cluster_kit.server.monitoring.logs import log_event
from cluster_kit.server.pages import pages
from cluster_kit.server.pages.page_cache import RenderedPage
from cluster_kit.server.pages.preparation import PageRequest
from cluster_kit.server.security_headers import page_policy
from cluster_kit.server.static_files import send_file
from cluster_kit.server.store_calls import read_store
from cluster_kit.server.stream import protocol
from cluster_kit.server.widgets import pages as widget_pages
from cluster_kit.server.widgets.admission import QueuePlace
from cluster_kit.server.widgets.kernels import TooManyKernelsError
from cluster_kit.store import Person, StoreUnavailableError

PING_S = 20.0
# Delay before the waiting page is shown; long-poll timeout of the waiting page.
BLANK_S = 1.0
ASKING_S = 3.0


class LineHandler(PageHandler):
    """Long poll of the waiting page for its place in line."""

    is_limited = False

    async def get(self) -> None:
        """``{number, full}`` once number is 0, or at the timeout; 403 for anonymous users."""
        if self.person is None:
            self.set_status(403)
            self.finish({})
            return
        place = await self.context.admission.turn(self.person.id, ASKING_S)
        self.finish({"number": place.number, "full": place.full})


class ArrivedHandler(PageHandler):
    """Report from a page that its first form is ready."""

    is_limited = False

    async def post(self) -> None:
        """``session`` and ``seconds`` since the page was requested. Invalid reports are ignored."""
        try:
            number, seconds = int(self.get_body_argument("session")), float(self.get_body_argument("seconds"))
            self.content.get_session(number)
        except (ValueError, ClusterKitError):
            self.set_status(400)
        else:
            if self.person:
                self.context.metrics.form_shown(number, seconds)
                log_event("first form shown", session=number, seconds=round(seconds, 3))
            self.set_status(204)
        self.finish()


class SessionHandler(PageHandler):
    """A session page: the state's shared main part, with the user's own frame around it."""

    async def get(self, number: str) -> None:
        """The page; for a notebook with widgets, the page with a kernel, or the waiting page."""
        if self.person is None:
            self.write_welcome()
            return
        try:
            session = self.content.get_session(int(number))
            page = await self.context.pages.render_shared(PageRequest(session.number, self.person.jurisdiction))
            if page.needs_kernel:
                await self._serve_with_kernel(self.person, session)
            else:
                self.set_header("Content-Security-Policy", page_policy(page.styles))
                await self._send(session, page)
        except StoreUnavailableError:
            raise
        except TooManyKernelsError as error:
            self.write_message(429, "Too many pages", str(error))
        except ClusterKitError as error:
            self.write_message(404, "Not found", str(error))

    async def _serve_with_kernel(self, person: Person, session: Session) -> None:
        place = await self.context.admission.turn(person.id, BLANK_S)
        if place.number:
            self._ask_to_wait(session, place)
            return
        with self.context.admission.enter(person.id) as waited:
            self.context.metrics.waited_seconds.observe(waited)
            request = PageRequest(session.number, person.jurisdiction)
            page, kernel_id = await self.context.pages.render_session(person, request)
            widgets = await asyncio.to_thread(self.context.widget_pages.open, kernel_id)
            self.set_header("Content-Security-Policy", widget_pages.POLICY)
            await self._send(session, page, widgets)

    def _ask_to_wait(self, session: Session, place: QueuePlace) -> None:
        self.write_page("waiting.html.j2", session=session, place=place)

    async def _send(self, session: Session, page: RenderedPage, widgets: Mapping[str, Any] | None = None) -> None:
        replaced = await self._read_replaced(session)
        self.context.metrics.arrivals.labels(session.number).inc()
        self.write_page(
            "session.html.j2",
            session=session,
            times=local_times(self.content, session.number, self.find_state()),
            outline=pages.build_outline(session, page.html),
            titles=pages.segment_titles(session),
            exercises=self.context.exercises.address(session.number),
            protocol=protocol.VERSION,
            content_version=self.content.version,
            assignment=find_assignment(self.content, session.number),
            assistance=pages.find_assistance(self.content),
            main=pages.lower_titles(page.html, session),
            steps=page.steps,
            replaced=replaced,
            former=self.context.authenticator.former_ids(self.person.id) if self.person else [],
            widgets=widgets,
        )

    async def _read_replaced(self, session: Session) -> str:
        """The team's answers to replaced questions. While the store is unavailable, the page comes without them."""
        state = self.find_state()
        if state is None:
            return ""
        try:
            return await read_store(self.context.replaced.read, session.number, state.code)
        except StoreUnavailableError:
            return ""


class ExercisesHandler(PageHandler):
    """The definitions of a session's exercises, for its pages."""

    is_limited = False

    async def get(self, number: str, digest: str) -> None:
        """Immutable JSON; 403 for anonymous users."""
        self.require_person()
        try:
            file = self.context.exercises.find(int(number), digest)
        except UnknownSessionError:
            file = None
        if file is None:
            raise web.HTTPError(404)
        send_file(self, file, private=True)


class KernelHandler(PageHandler):
    """Liveness check of the user's own kernel."""

    is_limited = False
    auth_resource = "kernels"

    @authorized
    async def get(self, kernel_id: str) -> None:  # noqa: ARG002
        """204 while it is alive, 404 if it is gone or another user's, 403 without a session cookie."""
        self.set_status(204)
        self.finish()


class KernelSocketHandler(ContextMixin, KernelWebsocketHandler):
    """A page's connection to its own kernel; other users' kernels are not found.

    Tornado's pings detect lost connections. (Jupyter's own are disabled in the settings: it passes milliseconds where
    Tornado expects seconds.)
    """

    GOING_AWAY = 1001

    async def open(self, kernel_id: str) -> None:
        """Re-check access while the connection is open; a revoked user's kernel is shut down."""

        async def end_kernel() -> None:
            await self.context.kernels.end(kernel_id)

        user = self.current_user
        if isinstance(user, Participant) and user.person:
            self.context.revoker.watch(self, self.context.cookies.read_session(self), user.person, end_kernel)
        await super().open(kernel_id)  # type: ignore[no-untyped-call]

    def get_websocket_protocol(self) -> Any:
        """The WebSocket protocol, with pings."""
        found: Any = super().get_websocket_protocol()
        if found:
            found.params.ping_interval = found.params.ping_timeout = PING_S
        return found

    def write_error(self, status_code: int, **_kwargs: Any) -> None:  # noqa: ARG002
        """Respond with the status only: this is not a page."""
        self.finish()

    def on_close(self) -> None:
        """Handle the end of the connection. If the page closed it, shut its kernel down early."""
        super().on_close()  # type: ignore[no-untyped-call]
        self.context.revoker.unwatch(self)
        if self.close_code == self.GOING_AWAY:
            self.context.kernels.end_soon(self.path_kwargs["kernel_id"])
