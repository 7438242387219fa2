"""A session page's WebSocket: its forms, the session's events, its commands and its presence, over one line."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any

from tornado.websocket import WebSocketClosedError, WebSocketHandler

from cluster_kit.content.errors import UnknownSessionError
from cluster_kit.content.models import Depth
from cluster_kit.forms.connection import FormConnection
from cluster_kit.models import Json
from cluster_kit.server.auth.authenticator import COOKIE
from cluster_kit.server.auth.rate_limits import TooFastError
from cluster_kit.server.context import ContextMixin
from cluster_kit.server.stream import protocol
from cluster_kit.server.stream.event_hub import Subscriber
from cluster_kit.server.stream.protocol import CommandResult, FormFrame, PageCommand, PageHello, PresenceReport
from cluster_kit.sessions import InvalidCommandError, NotAllowedError
from cluster_kit.sessions.requests import MalformedCommandError, run_command
from cluster_kit.store import Person, StoreError

# Frames that may wait for a page; one that takes in nothing is disconnected, comes back, and gets everything.
MAX_WAITING = 500
# Characters that may wait. A state that has answered every exercise at length opens with less.
MAX_UNSENT = 20_000_000
# With so many frames waiting for a page, none of its own are taken until it has read them.
MAX_UNREAD = 100
PING_S = 20.0

NOT_KEPT = "Your words cannot be kept just now. They stay on this computer and are sent again by themselves."

_log = logging.getLogger(__name__)


class PageConnectionHandler(ContextMixin, WebSocketHandler):
    """One page's connection. Frames are those of ``stream.protocol``; anything else closes it."""

    person: Person | None = None
    _forms: FormConnection | None = None
    _subscriber: Subscriber | None = None
    _sender: asyncio.Task[None] | None = None
    _unsent = 0

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

    async def open(self, number: str) -> None:
        """Accept a signed-in person; browsers cannot read why an upgrade fails, so others are told by close code."""
        self._outgoing: asyncio.Queue[str] = asyncio.Queue(MAX_WAITING)
        self._loop = asyncio.get_running_loop()
        badge = self.get_cookie(COOKIE) or ""
        try:
            self._session = self.context.content.get_session(int(number))
            person = await self.context.authenticator.authenticate(badge)
        except UnknownSessionError:
            self.close(protocol.NOT_SIGNED_IN)
            return
        except StoreError:
            self.close(protocol.TOO_SLOW)  # the page tries again
            return
        if self.ws_connection is None:  # closed meanwhile
            return
        if person is None:
            self.close(protocol.NOT_SIGNED_IN)
            return
        if not self.context.connections.add(self, person):
            self.close(protocol.TOO_MANY_PAGES)
            return
        self.person = person
        self._sender = asyncio.create_task(self._send_on())
        self.context.revoker.watch(self, badge, person)

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
                self.context.events.attendance.note(
                    self._session.number, person, exercise=exercise, active=frame.active
                )
            case None:
                _log.warning("A page sent a frame that is not of the protocol.")
                self.close(1003)
            case _:
                self.send(protocol.to_frame(protocol.Pong()))

    def on_close(self) -> None:
        """The page is gone."""
        if self.person is None:
            return
        self.context.connections.remove(self, self.person)
        self.context.revoker.unwatch(self)
        if self._forms:
            self._forms.close()
        if self._subscriber:
            self.context.events.unsubscribe(self._session.number, self._subscriber)
        if self._sender:
            self._sender.cancel()

    # --- conversation ---------------------------------------------------------------------------------------

    def _hello(self, person: Person, hello: PageHello) -> None:
        if (hello.protocol, hello.content) != (protocol.VERSION, self.context.content.version):
            self.send(protocol.to_frame(protocol.Reload()))
            return
        self.send(protocol.to_frame(protocol.Welcome()))
        if person.jurisdiction and self._forms is None:
            depth = Depth(person.depth) if person.depth else Depth.ESSENTIAL
            self._forms = self.context.forms.connect(person, self._session.number, self._send_form, depth)
        if self._forms:
            self._forms.hello([(form.exercise, form.have) for form in hello.forms])
        if self._subscriber is None:
            self._subscriber = Subscriber(person, self.send)
            self.context.events.subscribe(self._session.number, self._subscriber)

    async def _run_command(self, person: Person, request: PageCommand) -> None:
        self.send(protocol.to_frame(await self._result(person, request)))

    async def _result(self, person: Person, request: PageCommand) -> CommandResult:
        try:
            self.context.commands.count(person, request.kind)
            await self.context.events.run_command(
                self._session.number, lambda journal: run_command(journal, person, request)
            )
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
