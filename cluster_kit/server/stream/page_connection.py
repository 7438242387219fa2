"""A session page's WebSocket: its forms, the session's events, its commands and its presence, over one line."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any, cast

from tornado.websocket import WebSocketClosedError, WebSocketHandler

from cluster_kit.content.errors import UnknownSessionError
from cluster_kit.content.models import Depth
from cluster_kit.forms.connection import FormConnection
from cluster_kit.forms.service import FormService
from cluster_kit.models import Json
from cluster_kit.server.auth.authenticator import COOKIE, Authenticator
from cluster_kit.server.auth.rate_limits import CommandLimiter, TooFastError
from cluster_kit.server.auth.session_revoker import SessionRevoker
from cluster_kit.server.stream import protocol
from cluster_kit.server.stream.event_hub import EventHub, Subscriber
from cluster_kit.server.stream.protocol import CommandResult, FormFrame, PageCommand, PageHello, PresenceReport
from cluster_kit.sessions import InvalidCommandError, NotAllowedError
from cluster_kit.sessions.requests import MalformedCommandError, run_command
from cluster_kit.store import Person, StoreError

MAX_PAGES = 10
# Frames that may wait for a page; one that takes in nothing is disconnected, comes back, and gets everything.
MAX_WAITING = 500
# Characters that may wait. A state that has answered every exercise at length opens with less.
MAX_UNSENT = 20_000_000
# With so many frames waiting for a page, none of its own are taken until it has read them.
MAX_UNREAD = 100
PING_S = 20.0

NOT_KEPT = "Your words cannot be kept just now. They stay on this computer and are sent again by themselves."

_log = logging.getLogger(__name__)


class PageConnections:
    """The open session pages of a server, by person."""

    def __init__(self) -> None:
        self._open: defaultdict[str, set[PageConnectionHandler]] = defaultdict(set)

    def __len__(self) -> int:
        return sum(len(pages) for pages in self._open.values())

    def add(self, page: PageConnectionHandler, person: Person) -> bool:
        """Count a page in; False when the person has as many open as one may."""
        if len(self._open[person.id]) >= MAX_PAGES:
            return False
        self._open[person.id].add(page)
        return True

    def remove(self, page: PageConnectionHandler, person: Person) -> None:
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
            page.close(1001)


class PageConnectionHandler(WebSocketHandler):
    """One page's connection. Frames are those of ``live.protocol``; anything else closes it."""

    person: Person | None = None
    _forms: FormConnection | None = None
    _subscriber: Subscriber | None = None
    _sender: asyncio.Task[None] | None = None
    _unsent = 0

    @property
    def doorkeeper(self) -> SessionRevoker:
        """Closes the connections of those who may no longer be here."""
        return cast(SessionRevoker, self.settings["doorkeeper"])

    @property
    def hub(self) -> EventHub:
        """The sessions' events."""
        return cast(EventHub, self.settings["events"])

    @property
    def forms(self) -> FormService:
        """The form service."""
        return cast(FormService, self.settings["forms"])

    @property
    def pages(self) -> PageConnections:
        """The open pages."""
        return cast(PageConnections, self.settings["connections"])

    # --- from tornado ---------------------------------------------------------------------------------------

    def get_websocket_protocol(self) -> Any:
        """The protocol, with pings that find out when a page is gone without closing."""
        found: Any = super().get_websocket_protocol()
        if found:
            found.params.ping_interval = found.params.ping_timeout = PING_S
        return found

    def get_compression_options(self) -> None:
        """No compression: its buffers would be most of a connection's memory."""
        return

    def open(self, number: str) -> None:
        """Accept a signed-in person; browsers cannot read why an upgrade fails, so others are told by close code."""
        door = cast(Authenticator, self.settings["door"])
        self._outgoing: asyncio.Queue[str] = asyncio.Queue(MAX_WAITING)
        self._loop = asyncio.get_running_loop()
        try:
            self._session = door.content.get_session(int(number))
            person = door.recognize(badge := self.get_cookie(COOKIE) or "")
        except UnknownSessionError:
            self.close(protocol.NOT_SIGNED_IN)
            return
        except StoreError:
            self.close(protocol.TOO_SLOW)  # the page tries again
            return
        if person is None:
            self.close(protocol.NOT_SIGNED_IN)
            return
        if not self.pages.add(self, person):
            self.close(protocol.TOO_MANY_PAGES)
            return
        self.person = person
        self._sender = asyncio.create_task(self._send_on())
        self.doorkeeper.watch(self, badge, person)

    def on_message(self, message: str | bytes) -> Awaitable[None] | None:
        """Take a frame. The next one is taken when the result is done."""
        if self.person is None or self.ws_connection is None:  # closed, whatever the page still sends
            return None
        self._take(self.person, protocol.read_frame(message) if isinstance(message, str) else None)
        return self.drain() if self._outgoing.qsize() > MAX_UNREAD else None

    def _take(self, person: Person, frame: protocol.AnyPageFrame | None) -> None:
        match frame:
            case PageHello():
                self._hello(person, frame)
            case FormFrame():
                if self._forms:
                    self._forms.receive(frame.exercise, frame.message)
            case PageCommand():
                asyncio.create_task(self._run_command(person, frame))  # noqa: RUF006  (its result is sent)
            case PresenceReport():
                known = self._session.find_exercise(frame.exercise)
                exercise = known.id if known else ""
                self.hub.attendance.note(self._session.number, person, exercise=exercise, active=frame.active)
            case None:
                _log.warning("A page sent a frame that is not of the protocol.")
                self.close(1003)
            case _:
                self.send(protocol.to_frame(protocol.Pong()))

    def on_close(self) -> None:
        """The page is gone."""
        if self.person is None:
            return
        self.pages.remove(self, self.person)
        self.doorkeeper.unwatch(self)
        if self._forms:
            self._forms.close()
        if self._subscriber:
            self.hub.unsubscribe(self._session.number, self._subscriber)
        if self._sender:
            self._sender.cancel()

    # --- conversation ---------------------------------------------------------------------------------------

    def _hello(self, person: Person, hello: PageHello) -> None:
        content = cast(Authenticator, self.settings["door"]).content
        if (hello.protocol, hello.content) != (protocol.VERSION, content.version):
            self.send(protocol.to_frame(protocol.Reload()))
            return
        self.send(protocol.to_frame(protocol.Welcome()))
        if person.jurisdiction and self._forms is None:
            depth = Depth(person.depth) if person.depth else Depth.ESSENTIAL
            self._forms = self.forms.connect(person, self._session.number, self._send_form, depth)
        if self._forms:
            self._forms.hello([(form.exercise, form.have) for form in hello.forms])
        if self._subscriber is None:
            self._subscriber = Subscriber(person, self.send)
            self.hub.subscribe(self._session.number, self._subscriber)

    async def _run_command(self, person: Person, request: PageCommand) -> None:
        self.send(protocol.to_frame(await self._result(person, request)))

    async def _result(self, person: Person, request: PageCommand) -> CommandResult:
        try:
            cast(CommandLimiter, self.settings["commands"]).count(person, request.kind)
            await self.hub.run_command(self._session.number, lambda journal: run_command(journal, person, request))
        except TooFastError as error:
            return CommandResult(id=request.id, later=str(error), wait_s=error.wait_s)
        except (MalformedCommandError, NotAllowedError, InvalidCommandError) as error:
            return CommandResult(id=request.id, refused=str(error))
        except StoreError as error:
            _log.warning("A command of session %s was not kept: %s", self._session.number, error)
            return CommandResult(id=request.id, later=NOT_KEPT)
        except Exception:
            _log.exception("A command of session %s failed", self._session.number)
            return CommandResult(id=request.id, later=NOT_KEPT)
        self.forms.wake()
        return CommandResult(id=request.id, ok=True)

    # --- sending --------------------------------------------------------------------------------------------

    def _send_form(self, exercise: str, message: Json) -> None:
        """Send a form's message. Called from threads of the form service."""
        body = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
        frame = f'{{"type":"form","exercise":{json.dumps(exercise)},"message":{body}}}'
        with suppress(RuntimeError):  # the server has ended
            self._loop.call_soon_threadsafe(self.send, frame)

    def send(self, frame: str) -> None:
        """Send a frame, after those that wait. Only from the event loop."""
        self._unsent += len(frame)
        try:
            self._outgoing.put_nowait(frame)
        except asyncio.QueueFull:
            self.close(protocol.TOO_SLOW)
        # A single frame may be larger: a state's answers to one exercise.
        if self._unsent > MAX_UNSENT and self._outgoing.qsize() > 1:
            self.close(protocol.TOO_SLOW)

    async def drain(self) -> None:
        """Return once every frame that waits was sent, or none can be sent any more."""
        if self._sender is None:
            return
        sent = asyncio.create_task(self._outgoing.join())
        await asyncio.wait({sent, self._sender}, return_when=asyncio.FIRST_COMPLETED)
        sent.cancel()

    async def _send_on(self) -> None:
        with suppress(WebSocketClosedError):
            while True:
                frame = await self._outgoing.get()
                await self.write_message(frame)
                self._unsent -= len(frame)
                self._outgoing.task_done()
