"""A session's page: the line in front of it, the page itself, and its connection to its kernel."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any, cast

from jupyter_server.auth.decorator import authorized
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler
from tornado.iostream import StreamClosedError

from cluster_kit.content.models import Session
from cluster_kit.content.times import local_times
from cluster_kit.errors import ClusterKitError
from cluster_kit.live import pages
from cluster_kit.live.admission import Admission, Place
from cluster_kit.live.door import COOKIE, Participant
from cluster_kit.live.doorkeeper import Doorkeeper
from cluster_kit.live.handlers import PageHandler
from cluster_kit.live.kernels import OwnedKernelManager, TooManyKernelsError
from cluster_kit.live.logs import say
from cluster_kit.live.metrics import Metrics
from cluster_kit.live.rendering import SessionRenderer
from cluster_kit.live.statics import Statics
from cluster_kit.notebooks_path import find_notebook
from cluster_kit.responses import Person

PING_S = 20.0
# How long somebody looks at an empty page before they are shown that they wait; how long one question about it hangs.
BLANK_S = 1.0
ASKING_S = 3.0


class ArrivalHandler(PageHandler):
    """What the line and the page share."""

    @property
    def admission(self) -> Admission:
        """Who may come in now."""
        return cast(Admission, self.settings["admission"])

    @property
    def metrics(self) -> Metrics:
        """The server's instruments."""
        return cast(Metrics, self.settings["metrics"])


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
                say("first form shown", session=number, seconds=round(seconds, 3))
            self.set_status(204)
        self.finish()


class SessionHandler(ArrivalHandler):
    """A session's page, rendered by Voilà for whoever wears the badge, when it is their turn."""

    async def get(self, number: str) -> None:
        """The page, as it comes into being; or the place in line."""
        if self.person is None:
            self.set_status(403)
            self.write_page("welcome.html.j2")
            return
        try:
            session = self.content.get_session(int(number))
            place = await self.admission.turn(self.person.id, BLANK_S)
            if place.number:
                self._ask_to_wait(session, place)
                return
            with self.admission.enter(self.person.id) as waited:
                await self._serve(self.person, session, waited)
        except TooManyKernelsError as error:
            self.write_message(429, "Too many pages", str(error))
        except ClusterKitError as error:
            self.write_message(404, "Not found", str(error))

    def _ask_to_wait(self, session: Session, place: Place) -> None:
        self.write_page("waiting.html.j2", session=session, place=place)

    async def _serve(self, person: Person, session: Session, waited_s: float) -> None:
        notebook = find_notebook(session.number, self.settings["voila"].notebooks)
        await self.kernels.make_room(person.id)
        self.metrics.arrivals.labels(session.number).inc()
        self.metrics.waited_seconds.observe(waited_s)
        await self._send(self._renderer(person, session, notebook), session, waited_s)

    async def _send(self, renderer: SessionRenderer, session: Session, waited_s: float = 0.0) -> None:
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.set_header("X-Accel-Buffering", "no")  # a proxy passes each piece on as it comes
        try:
            async for html in renderer.render():
                self.write(html)
        except StreamClosedError:
            self.log.info("The visitor left before the page was complete.")
        finally:
            await renderer.close()
        say("page made", session=session.number, waited_s=round(waited_s, 3), seconds=self.request.request_time())

    @property
    def template_paths(self) -> list[str]:
        """Where the page's template is, and the layout that it shares with other pages."""
        return cast(list[str], self.settings["voila"].template_paths)

    def _renderer(self, person: Person, session: Session, notebook: Path) -> SessionRenderer:
        spare = self.kernels.take_spare(person.id)
        kernel_id = spare or str(uuid.uuid4())
        app = self.settings["voila"]
        return SessionRenderer(
            notebook=notebook,
            parameters=self._parameters(person, session),
            start_kernel=lambda: _at_once(spare) if spare else self.kernels.start_owned(person.id, kernel_id),
            page=self._page(session, kernel_id),
            request_handler=self,
            voila_configuration=app.voila_configuration,
            traitlet_config=app.config,
            template_paths=self.template_paths,
            contents_manager=self.contents_manager,
            kernel_spec_manager=self.kernel_spec_manager,
            base_url=self.base_url,
        )

    def _parameters(self, person: Person, session: Session) -> dict[str, Any]:
        """What the notebook is told: who is looking. For a facilitator it is a preview: of no state, by nobody."""
        parameters = {
            "series": self.content.series.id,
            "session": session.number,
            "jurisdiction": person.jurisdiction,
            "person": "" if person.is_facilitator else person.id,
            "mode": "live",
        }
        return {**parameters, "depth": person.depth} if person.depth else parameters

    def _page(self, session: Session, kernel_id: str) -> dict[str, Any]:
        """What the page's template may name."""
        return {
            **self.page_words(),
            "session": session,
            "times": local_times(self.content, session.number, self.find_state()),
            "outline": pages.outline(session),
            "titles": {segment.kind.value: segment.title for segment in session.segments},
            "kernel_id": kernel_id,
            "modules": cast(Statics, self.settings["statics"]).modules(),
            "flush": self.flush,
        }


class KernelHandler(PageHandler):
    """A sign of life from one's own kernel."""

    auth_resource = "kernels"

    @authorized
    async def get(self, kernel_id: str) -> None:  # noqa: ARG002
        """204 while it lives, 404 when it is gone or somebody else's, 403 without a badge."""
        self.set_status(204)
        self.finish()


class KernelSocketHandler(KernelWebsocketHandler):
    """The page's connection to its own kernel; another's is not found.

    Tornado's pings find out when a page is gone without a word. (Jupyter's own are switched off in the settings: it
    counts in milliseconds, and Tornado takes them for seconds.)
    """

    GOING_AWAY = 1001

    @property
    def doorkeeper(self) -> Doorkeeper:
        """Who shows out those who may no longer be here."""
        return cast(Doorkeeper, self.settings["doorkeeper"])

    async def open(self, kernel_id: str) -> None:
        """The page has connected: from now on it is looked whether its person may still be here."""
        person = cast(Participant, self.current_user).person
        if person:
            self.doorkeeper.welcome(kernel_id, self.get_cookie(COOKIE, "") or "", person, self)
        await super().open(kernel_id)  # type: ignore[no-untyped-call]

    def get_websocket_protocol(self) -> Any:
        """The protocol, with pings."""
        protocol: Any = super().get_websocket_protocol()
        if protocol:
            protocol.params.ping_interval = protocol.params.ping_timeout = PING_S
        return protocol

    def write_error(self, status_code: int, **_kwargs: Any) -> None:  # noqa: ARG002
        """The status alone: nobody reads a page here."""
        self.finish()

    def on_close(self) -> None:
        """The connection has ended. When the page was closed, rather than cut off, its kernel can soon go."""
        super().on_close()  # type: ignore[no-untyped-call]
        self.doorkeeper.part(self.path_kwargs["kernel_id"], self)
        if self.close_code == self.GOING_AWAY:
            cast(OwnedKernelManager, self.kernel_manager).hurry(self.path_kwargs["kernel_id"])


async def _at_once(kernel_id: str) -> str:
    return kernel_id
