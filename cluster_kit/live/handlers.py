"""What the server answers: the door, home, a session's page, a kernel's sign of life, and sentences for the rest."""

from __future__ import annotations

import http
import os
import uuid
from typing import Any, cast

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler
from tornado import web
from tornado.iostream import StreamClosedError

from cluster_kit.content.models import Content, Jurisdiction
from cluster_kit.errors import ClusterKitError
from cluster_kit.kernels import KERNEL_NAME
from cluster_kit.live import pages
from cluster_kit.live.door import COOKIE, Door, Participant
from cluster_kit.live.kernels import OwnedKernelManager, TooManyKernelsError
from cluster_kit.live.rendering import SessionRenderer
from cluster_kit.live.statics import Statics
from cluster_kit.live.when import local_times, next_session
from cluster_kit.notebooks_path import find_notebook
from cluster_kit.responses import Person
from cluster_kit.settings import PAGE_VARIABLE

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
PING_S = 20.0
SENTENCES = {
    403: "You cannot open this page.",
    404: "There is no page at this address.",
}
SORRY = "Something went wrong on our side. Your answers are safe. Try again in a moment."


class PageHandler(JupyterHandler):
    """What every page shares: its headers, its templates, and who is looking."""

    @property
    def content_security_policy(self) -> str:
        """Scripts and connections of our own only; nothing may frame the page."""
        return POLICY

    def set_default_headers(self) -> None:
        """Headers for every answer, errors included."""
        super().set_default_headers()
        self.set_header("Referrer-Policy", "same-origin")
        self.set_header("X-Frame-Options", "DENY")
        self.set_header("Cache-Control", "no-store")
        self.clear_header("Server")

    @property
    def door(self) -> Door:
        """The door."""
        return cast(Door, self.settings["door"])

    @property
    def content(self) -> Content:
        """The series that the server runs."""
        return self.door.content

    @property
    def kernels(self) -> OwnedKernelManager:
        """The running kernels and whose they are."""
        return cast(OwnedKernelManager, self.kernel_manager)

    @property
    def person(self) -> Person | None:
        """Who is looking, or None."""
        user = getattr(self, "_jupyter_current_user", None)  # not known yet where the store itself fails
        return user.person if isinstance(user, Participant) else None

    def page_words(self) -> dict[str, Any]:
        """What every template may name."""
        return {
            **pages.series_words(self.content),
            "static": cast(Statics, self.settings["statics"]).root,
            "xsrf": self.xsrf_form_html(),
            "person": self.person,
            "state": self.find_state(),
        }

    def find_state(self) -> Jurisdiction | None:
        """The state of who is looking, or None."""
        return self.content.get_jurisdiction(self.person.jurisdiction) if self.person else None

    def write_page(self, template: str, **words: Any) -> None:
        """Answer with a page."""
        page = self.settings["pages"].get_template(template)
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.finish(page.render(**self.page_words(), **words))

    def write_message(self, status: int, title: str, sentence: str) -> None:
        """Answer with one plain sentence."""
        self.set_status(status)
        self.write_page("message.html.j2", title=title, sentence=sentence)

    def write_error(self, status_code: int, **_kwargs: Any) -> None:
        """A sentence, whatever happened; what happened is in the log."""
        if self.request.path.startswith("/api/"):
            self.finish()
            return
        title = http.HTTPStatus(status_code).phrase.capitalize()
        self.write_message(
            status_code, title, SENTENCES.get(status_code, SORRY if status_code >= 500 else SENTENCES[404])
        )


class NotFoundHandler(PageHandler):
    """Every other address."""

    async def prepare(self) -> None:  # type: ignore[override]
        """A sentence, whatever the method."""
        await super().prepare()
        raise web.HTTPError(404)


class HomeHandler(PageHandler):
    """Where to go; or how to get in."""

    async def get(self) -> None:
        """The sessions with their times for the state, or for strangers how to get in."""
        state = self.find_state()
        if state is None:
            self.write_page("welcome.html.j2")
            return
        self.write_page("home.html.j2", sessions=pages.list_sessions(self.content, state, self.door.clock()))


class JoinHandler(PageHandler):
    """The door. The link's token stands in the fragment, so the page's script hands it over in a request's body."""

    async def get(self) -> None:
        """The page that reads the fragment."""
        self.write_page("join.html.j2")

    async def post(self) -> None:
        """A badge and where to go, or one sentence."""
        try:
            invitation, badge = self.door.admit(self.get_body_argument("token", ""))
            session = invitation.session or next_session(self.content, self.door.clock())
            self.content.get_session(session)
        except ClusterKitError as error:
            self.set_status(403)
            self.finish({"sentence": str(error)})
            return
        remaining = invitation.expires - self.door.clock()
        self.set_cookie(COOKIE, badge, max_age=int(remaining.total_seconds()), **self.settings["cookie_options"])
        self.finish({"go": f"/session/{session}"})


class LeaveHandler(PageHandler):
    """The way out."""

    async def post(self) -> None:
        """Take the badge off and go home."""
        self.clear_cookie(COOKIE, **self.settings["cookie_options"])
        self.redirect("/", status=303)


class HealthHandler(PageHandler):
    """Whether the server is up, for whoever balances or watches."""

    async def get(self) -> None:
        """A word, and how many kernels run."""
        self.finish({"status": "ok", "kernels": len(self.kernel_manager)})


class SessionHandler(PageHandler):
    """A session's page, rendered by Voilà for whoever wears the badge."""

    async def get(self, number: str) -> None:
        """The page, as it comes into being."""
        if self.person is None:
            self.set_status(403)
            self.write_page("welcome.html.j2")
            return
        try:
            renderer = self._renderer(self.person, int(number))
        except TooManyKernelsError as error:
            self.write_message(429, "Too many pages", str(error))
            return
        except ClusterKitError as error:
            self.write_message(404, "Not found", str(error))
            return
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.set_header("X-Accel-Buffering", "no")  # a proxy passes each piece on as it comes
        try:
            async for html in renderer.render():
                self.write(html)
        except StreamClosedError:
            self.log.info("The visitor left before the page was complete.")
        finally:
            await renderer.close()

    def _renderer(self, person: Person, number: int) -> SessionRenderer:
        session = self.content.get_session(number)
        self.kernels.check_room(person.id)
        kernel_id = str(uuid.uuid4())
        state = self.content.get_jurisdiction(person.jurisdiction)
        page = {
            **self.page_words(),
            "session": session,
            "times": local_times(self.content.get_meeting(number), self.content.series, state),
            "outline": pages.outline(session),
            "titles": {segment.kind.value: segment.title for segment in session.segments},
            "kernel_id": kernel_id,
            "modules": cast(Statics, self.settings["statics"]).modules(),
            "flush": self.flush,
        }
        app = self.settings["voila"]
        return SessionRenderer(
            notebook=find_notebook(number, app.notebooks),
            parameters={
                "series": self.content.series.id,
                "session": number,
                "jurisdiction": person.jurisdiction,
                "person": person.id,
                "mode": "live",
            },
            start_kernel=lambda: self._start_kernel(person, kernel_id),
            page=page,
            request_handler=self,
            voila_configuration=app.voila_configuration,
            traitlet_config=app.config,
            template_paths=app.template_paths,
            contents_manager=self.contents_manager,
            kernel_spec_manager=self.kernel_spec_manager,
            base_url=self.base_url,
        )

    async def _start_kernel(self, person: Person, kernel_id: str) -> str:
        workshop = self.settings["workshop_settings"]
        return await self.kernels.start_owned(
            person.id,
            kernel_id=kernel_id,
            kernel_name=KERNEL_NAME,
            cwd=str(workshop.home),
            env={**os.environ, **workshop.environment(), PAGE_VARIABLE: "1"},
        )


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

    def get_websocket_protocol(self) -> Any:
        """The protocol, with pings."""
        protocol: Any = super().get_websocket_protocol()
        if protocol:
            protocol.params.ping_interval = protocol.params.ping_timeout = PING_S
        return protocol
