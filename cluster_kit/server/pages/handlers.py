"""A session's page, its exercises, and for a page with widgets, its kernel and the line in front of it."""

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
from cluster_kit.server.auth.authenticator import COOKIE
from cluster_kit.server.auth.identity import Participant
from cluster_kit.server.context import ContextMixin
from cluster_kit.server.handlers import PageHandler
from cluster_kit.server.monitoring.logs import log_event
from cluster_kit.server.pages import pages
from cluster_kit.server.pages.page_cache import RenderedPage
from cluster_kit.server.pages.preparation import PageRequest
from cluster_kit.server.static_files import send_file
from cluster_kit.server.stream import protocol
from cluster_kit.server.widgets import pages as widget_pages
from cluster_kit.server.widgets.admission import QueuePlace
from cluster_kit.server.widgets.kernels import TooManyKernelsError
from cluster_kit.store import Person

PING_S = 20.0
# How long a visitor sees an empty page before the waiting page; how long the waiting page's question takes at most.
BLANK_S = 1.0
ASKING_S = 3.0


class LineHandler(PageHandler):
    """The waiting page asks here whose turn it is."""

    async def get(self) -> None:
        """``{number, full}`` as soon as it is 0, or after a moment; 403 for a stranger."""
        if self.person is None:
            self.set_status(403)
            self.finish({})
            return
        place = await self.context.admission.turn(self.person.id, ASKING_S)
        self.finish({"number": place.number, "full": place.full})


class ArrivedHandler(PageHandler):
    """A page reports that its first form can be filled."""

    async def post(self) -> None:
        """``session`` and ``seconds`` since the page was asked for. Nonsense is not taken in."""
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
    """A session's page: the state's shared main part, in a frame of the visitor's own."""

    async def get(self, number: str) -> None:
        """The page; for a notebook with widgets, the page with a kernel, or the place in line for one."""
        if self.person is None:
            self.set_status(403)
            self.write_page("welcome.html.j2")
            return
        try:
            session = self.content.get_session(int(number))
            page = await self.context.pages.render_shared(PageRequest(session.number, self.person.jurisdiction))
            if page.needs_kernel:
                await self._serve_with_kernel(self.person, session)
            else:
                self._send(session, page)
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
            self._send(session, page, widgets)

    def _ask_to_wait(self, session: Session, place: QueuePlace) -> None:
        self.write_page("waiting.html.j2", session=session, place=place)

    def _send(self, session: Session, page: RenderedPage, widgets: Mapping[str, Any] | None = None) -> None:
        self.context.metrics.arrivals.labels(session.number).inc()
        self.write_page(
            "session.html.j2",
            session=session,
            times=local_times(self.content, session.number, self.find_state()),
            outline=pages.outline(session),
            titles=pages.segment_titles(session),
            modules=self.context.statics.modules(),
            exercises=self.context.exercises.address(session.number),
            protocol=protocol.VERSION,
            content_version=self.content.version,
            main=page.html,
            widgets=widgets,
        )


class ExercisesHandler(PageHandler):
    """The definitions of a session's exercises, as its pages show them."""

    async def get(self, number: str, digest: str) -> None:
        """JSON that never changes under its address; 403 for a stranger."""
        self.require_person()
        try:
            file = self.context.exercises.find(int(number), digest)
        except UnknownSessionError:
            file = None
        if file is None:
            raise web.HTTPError(404)
        send_file(self, file, private=True)


class KernelHandler(PageHandler):
    """A sign of life from one's own kernel."""

    auth_resource = "kernels"

    @authorized
    async def get(self, kernel_id: str) -> None:  # noqa: ARG002
        """204 while it lives, 404 when it is gone or another person's, 403 without a badge."""
        self.set_status(204)
        self.finish()


class KernelSocketHandler(ContextMixin, KernelWebsocketHandler):
    """A page's connection to its own kernel; another's is not found.

    Tornado's pings find out when a page is gone without closing. (Jupyter's own are switched off in the settings: it
    counts in milliseconds, and Tornado takes them for seconds.)
    """

    GOING_AWAY = 1001

    async def open(self, kernel_id: str) -> None:
        """Re-check access while the connection is open; a revoked person's kernel ends, too."""

        async def end_kernel() -> None:
            await self.context.kernels.end(kernel_id)

        user = self.current_user
        if isinstance(user, Participant) and user.person:
            self.context.revoker.watch(self, self.get_cookie(COOKIE, "") or "", user.person, end_kernel)
        await super().open(kernel_id)  # type: ignore[no-untyped-call]

    def get_websocket_protocol(self) -> Any:
        """The protocol, with pings."""
        found: Any = super().get_websocket_protocol()
        if found:
            found.params.ping_interval = found.params.ping_timeout = PING_S
        return found

    def write_error(self, status_code: int, **_kwargs: Any) -> None:  # noqa: ARG002
        """The status alone: nobody reads a page here."""
        self.finish()

    def on_close(self) -> None:
        """The connection has ended. When the page was closed, rather than cut off, its kernel can soon go."""
        super().on_close()  # type: ignore[no-untyped-call]
        self.context.revoker.unwatch(self)
        if self.close_code == self.GOING_AWAY:
            self.context.kernels.hurry(self.path_kwargs["kernel_id"])
