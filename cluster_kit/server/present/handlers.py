"""The page of the shared screen and its connection. Neither exists for users other than facilitators."""

from __future__ import annotations

import io
import urllib.parse

import segno
from markupsafe import Markup

from cluster_kit.content.errors import UnknownSessionError
from cluster_kit.server.handlers import PageHandler
from cluster_kit.server.present.screen_hub import SessionScreens
from cluster_kit.server.stream import protocol
from cluster_kit.server.stream.page_connection import PageConnectionHandler
from cluster_kit.server.stream.protocol import AnyPageFrame, PageCommand, PageHello, Ping
from cluster_kit.sessions.requests import FORMS_ONLY
from cluster_kit.sessions.shared_screen import ShowScene
from cluster_kit.store import Person

LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


QR_TITLE = "QR code of the address to join"


def draw_qr_code(address: str) -> Markup:
    """A QR code as inline SVG, dark on white in every theme because readers expect that."""
    written = io.BytesIO()
    look = {"omitsize": True, "border": 2, "dark": "black", "light": "white", "title": QR_TITLE}
    segno.make_qr(address, error="m").save(written, kind="svg", xmldecl=False, svgns=False, nl=False, **look)
    return Markup(written.getvalue().decode())  # noqa: S704  (only paths and numbers)


class PresentHandler(PageHandler):
    """The shared screen of one session: a frame that its script fills."""

    def get(self, number: str) -> None:
        """The page; not found for users other than facilitators."""
        self.require_facilitator()
        try:
            session = self.content.get_session(int(number))
        except UnknownSessionError as error:
            self.write_message(404, "Not found", str(error))
            return
        join_page = f"{self.site}/join"
        host = urllib.parse.urlsplit(join_page).hostname or ""
        self.write_page(
            "present.html.j2",
            session=session,
            join_page=join_page,
            join_address=join_page.partition("://")[2],
            is_local=host in LOCAL_HOSTS,
            qr_code=draw_qr_code(join_page),
            protocol=protocol.VERSION,
            content_version=self.content.version,
        )


class ScreenConnectionHandler(PageConnectionHandler):
    """The connection of a shared screen. It sends what the screen shows, and takes commands for its scene only."""

    _screens: SessionScreens | None = None

    async def open(self, number: str) -> None:
        """Accept a facilitator. Others get the close code of users who are not signed in."""
        await super().open(number)
        if self.person and not self.person.is_facilitator:
            self.close(protocol.NOT_SIGNED_IN)

    def _receive_frame(self, person: Person, frame: AnyPageFrame | None) -> None:
        if not person.is_facilitator:
            return
        match frame:
            case PageCommand() if frame.kind != ShowScene.kind:
                self.send(protocol.to_frame(protocol.CommandResult(id=frame.id, refused=FORMS_ONLY)))
            case PageHello() | PageCommand() | Ping() | None:
                super()._receive_frame(person, frame)
            case _:
                self.close(1003)

    def _hello(self, person: Person, hello: PageHello) -> None:  # noqa: ARG002
        if (hello.protocol, hello.content) != (protocol.VERSION, self.context.content.version):
            self.send(protocol.to_frame(protocol.Reload()))
            return
        self.send(protocol.to_frame(protocol.Welcome()))
        if self._screens is None:
            self._screens = self.context.screens.session(self._session.number)
            self._screens.subscribe(self.send)

    async def _run_command(self, person: Person, request: PageCommand) -> None:
        await super()._run_command(person, request)
        if self._screens:
            self._screens.poll_soon()

    def on_close(self) -> None:
        """Clean up after the connection."""
        super().on_close()
        if self._screens:
            self._screens.unsubscribe(self.send)
            self._screens = None
