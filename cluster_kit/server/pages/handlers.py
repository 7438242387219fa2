"""A session's page, its exercises, and for a page with widgets, its kernel and the line in front of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from jupyter_server.auth.decorator import authorized
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler
from tornado import web

from cluster_kit.content.errors import UnknownSessionError
from cluster_kit.content.models import Session
from cluster_kit.content.notebooks import find_notebook
from cluster_kit.content.times import local_times
from cluster_kit.errors import ClusterKitError
from cluster_kit.server.auth.authenticator import COOKIE, Participant
from cluster_kit.server.auth.session_revoker import SessionRevoker
from cluster_kit.server.handlers import PageHandler
from cluster_kit.server.monitoring.logs import log_event
from cluster_kit.server.monitoring.metrics import Metrics
from cluster_kit.server.pages import pages
from cluster_kit.server.pages.exercises import ExerciseFiles
from cluster_kit.server.pages.page_cache import PageCache, Parameters, RenderedPage
from cluster_kit.server.pages.rendering import PageRenderer
from cluster_kit.server.static_files import Statics, send_file
from cluster_kit.server.stream import protocol
from cluster_kit.server.widgets import pages as widget_pages
from cluster_kit.server.widgets.admission import AdmissionQueue, QueuePlace
from cluster_kit.server.widgets.kernels import OwnedKernelManager, TooManyKernelsError
from cluster_kit.server.widgets.pages import WidgetPages
from cluster_kit.store import Person

PING_S = 20.0
# How long a visitor sees an empty page before the waiting page; how long the waiting page's question takes at most.
BLANK_S = 1.0
ASKING_S = 3.0


def shared_parameters(series: str, session: int, jurisdiction: str) -> Parameters:
    """What a session's notebook is given: the same for everybody of a state. Without a state it is a preview."""
    return {"series": series, "session": session, "jurisdiction": jurisdiction, "mode": "live"}


class ArrivalHandler(PageHandler):
    """What pages with a kernel, and the line in front of them, share."""

    @property
    def admission(self) -> AdmissionQueue:
        """Who may have a kernel now."""
        return cast(AdmissionQueue, self.settings["admission"])

    @property
    def metrics(self) -> Metrics:
        """The server's instruments."""
        return cast(Metrics, self.settings["metrics"])

    async def render_with_kernel(
        self, person: Person, notebook: Path, parameters: Parameters, context: dict[str, Any]
    ) -> tuple[RenderedPage, str]:
        """The page rendered in a kernel of the person's own, and the kernel's id. Raises ``TooManyKernelsError``."""
        await self.kernels.make_room(person.id)
        kernel_id = await self.kernels.start_owned(person.id, self.kernels.mint_id())
        renderer = PageRenderer(self.settings["voila"], notebook, parameters, context)
        return await renderer.render(kernel_id), kernel_id


class LineHandler(ArrivalHandler):
    """The waiting page asks here whose turn it is."""

    async def get(self) -> None:
        """``{number, full}`` as soon as it is 0, or after a moment; 403 for a stranger."""
        if self.person is None:
            self.set_status(403)
            self.finish({})
            return
        place = await self.admission.turn(self.person.id, ASKING_S)
        self.finish({"number": place.number, "full": place.full})


class ArrivedHandler(ArrivalHandler):
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
                self.metrics.form_shown(number, seconds)
                log_event("first form shown", session=number, seconds=round(seconds, 3))
            self.set_status(204)
        self.finish()


class SessionHandler(ArrivalHandler):
    """A session's page: the state's shared main part, in a frame of the visitor's own."""

    async def get(self, number: str) -> None:
        """The page; for a notebook with widgets, the page with a kernel, or the place in line for one."""
        if self.person is None:
            self.set_status(403)
            self.write_page("welcome.html.j2")
            return
        try:
            session = self.content.get_session(int(number))
            notebook = find_notebook(session.number, self.settings["voila"].notebooks)
            parameters = shared_parameters(self.content.series.id, session.number, self.person.jurisdiction)
            page = await cast(PageCache, self.settings["page_cache"]).get(notebook, parameters)
            if page.needs_kernel:
                await self._serve_with_kernel(self.person, session, notebook, parameters)
            else:
                self._send(session, page)
        except TooManyKernelsError as error:
            self.write_message(429, "Too many pages", str(error))
        except ClusterKitError as error:
            self.write_message(404, "Not found", str(error))

    async def _serve_with_kernel(
        self, person: Person, session: Session, notebook: Path, parameters: Parameters
    ) -> None:
        place = await self.admission.turn(person.id, BLANK_S)
        if place.number:
            self._ask_to_wait(session, place)
            return
        with self.admission.enter(person.id) as waited:
            self.metrics.waited_seconds.observe(waited)
            context = self.settings["voila"].page_context(session)
            page, kernel_id = await self.render_with_kernel(person, notebook, parameters, context)
            widgets = await asyncio.to_thread(cast(WidgetPages, self.settings["widget_pages"]).open, kernel_id)
            self.set_header("Content-Security-Policy", widget_pages.POLICY)
            self._send(session, page, widgets)

    def _ask_to_wait(self, session: Session, place: QueuePlace) -> None:
        self.write_page("waiting.html.j2", session=session, place=place)

    def _send(self, session: Session, page: RenderedPage, widgets: Mapping[str, Any] | None = None) -> None:
        self.metrics.arrivals.labels(session.number).inc()
        files = cast(ExerciseFiles, self.settings["exercises"])
        self.write_page(
            "session.html.j2",
            session=session,
            times=local_times(self.content, session.number, self.find_state()),
            outline=pages.outline(session),
            titles=pages.segment_titles(session),
            modules=cast(Statics, self.settings["statics"]).modules(),
            exercises=files.address(session.number),
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
            file = cast(ExerciseFiles, self.settings["exercises"]).find(int(number), digest)
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


class KernelSocketHandler(KernelWebsocketHandler):
    """A page's connection to its own kernel; another's is not found.

    Tornado's pings find out when a page is gone without closing. (Jupyter's own are switched off in the settings: it
    counts in milliseconds, and Tornado takes them for seconds.)
    """

    GOING_AWAY = 1001

    @property
    def doorkeeper(self) -> SessionRevoker:
        """Closes the connections of those who may no longer be here."""
        return cast(SessionRevoker, self.settings["doorkeeper"])

    async def open(self, kernel_id: str) -> None:
        """Re-check access while the connection is open; a revoked person's kernel ends, too."""

        async def end_kernel() -> None:
            await cast(OwnedKernelManager, self.kernel_manager).end(kernel_id)

        person = cast(Participant, self.current_user).person
        if person:
            self.doorkeeper.watch(self, self.get_cookie(COOKIE, "") or "", person, end_kernel)
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
        self.doorkeeper.unwatch(self)
        if self.close_code == self.GOING_AWAY:
            cast(OwnedKernelManager, self.kernel_manager).hurry(self.path_kwargs["kernel_id"])
