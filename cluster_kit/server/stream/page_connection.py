"""A session page's WebSocket: forms, session events, commands, and presence over one connection."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any

from tornado.websocket import WebSocketClosedError, WebSocketHandler

from cluster_kit.content.errors import UnknownExerciseError, UnknownSessionError
from cluster_kit.content.models import Depth, Scope
from cluster_kit.forms.connection import FormConnection
from cluster_kit.models import Json
from cluster_kit.polling import call_on_loop
from cluster_kit.server.auth.identity_service import Viewer
from cluster_kit.server.auth.rate_limits import FRAMES_OF_A_PAGE, RateLimiter, TooFastError, TooManyPagesError
from cluster_kit.server.context import ContextMixin
from cluster_kit.server.stream import protocol
from cluster_kit.server.stream.event_hub import Subscriber
from cluster_kit.server.stream.event_models import RequestsEvent, RequestView, WritingEvent
from cluster_kit.server.stream.protocol import (
    CommandResult,
    FormFrame,
    PageCommand,
    PageHello,
    PresenceReport,
    WritingReport,
)
from cluster_kit.sessions import InvalidCommandError, NotAllowedError
from cluster_kit.sessions.requests import MalformedCommandError, run_command
from cluster_kit.store import Person, StoreError

# Maximum queue length; a page that reads nothing is disconnected, and gets everything when it reconnects.
MAX_WAITING = 500
# Maximum queued characters. The opening of a state with long answers to every exercise is smaller.
MAX_UNSENT = 20_000_000
# With this many queued frames, the page's own frames are not read until it catches up.
MAX_UNREAD = 100
PING_S = 20.0
# A page that is closed for its many frames has this time to learn of it. Nothing of it is read meanwhile.
LAST_FRAME_S = 1.0
# Pages report at most every 1.5 seconds that their person is writing. Reports that come faster are dropped.
WRITING_S = 0.5

NOT_KEPT = "Your text cannot be saved at the moment. It stays on this device and will be sent again automatically."
ASK_LATER = "You sent a lot in one minute. Wait a minute, and ask for the ratings again."

_log = logging.getLogger(__name__)


class PageConnectionHandler(ContextMixin, WebSocketHandler):
    """One page's connection. Frames are those of ``stream.protocol``; any other frame closes it."""

    person: Person | None = None
    _forms: FormConnection | None = None
    _subscriber: Subscriber | None = None
    _sender: asyncio.Task[None] | None = None
    _unsent = 0
    _wrote_at = float("-inf")
    _viewer: Viewer | None = None
    _is_welcome = False

    # --- Tornado callbacks ----------------------------------------------------------------------------------

    def get_websocket_protocol(self) -> Any:
        """The WebSocket protocol, with pings that detect lost connections, and a limit on frames of every kind."""
        found: Any = super().get_websocket_protocol()
        if found:
            found.params.ping_interval = found.params.ping_timeout = PING_S
            self._limit_frames(found)
        return found

    def _limit_frames(self, connection: Any) -> None:
        """Close a page that sends too many frames. Tornado does not report pings, and parts of messages."""
        frames, receive = RateLimiter(FRAMES_OF_A_PAGE), connection._receive_frame

        async def receive_counted() -> None:
            await receive()
            if frames.wait_s(""):
                self.close(protocol.TOO_SLOW)  # the page connects again later
                await asyncio.sleep(LAST_FRAME_S)
                connection._abort()
            frames.note("")

        connection._receive_frame = receive_counted

    def get_compression_options(self) -> None:
        """Disable compression: its buffers would take most of a connection's memory."""
        return

    async def open(self, number: str) -> None:
        """Accept a logged-in user. Others get a close code, because browsers cannot read why an upgrade fails."""
        self._outgoing: asyncio.Queue[str] = asyncio.Queue(MAX_WAITING)
        self._from_forms: deque[str] = deque()
        self._loop = asyncio.get_running_loop()
        self._address = self.request.remote_ip or ""
        session_token = self.context.cookies.read_session(self)
        try:
            self._session = self.context.content.get_session(int(number))
            person = await self.context.authenticator.authenticate(session_token)
        except UnknownSessionError:
            self.close(protocol.NOT_SIGNED_IN)
            return
        except StoreError:
            self.close(protocol.TOO_SLOW)  # the page reconnects later
            return
        if self.ws_connection is None:  # closed in the meantime
            return
        if person is None:
            self.close(protocol.NOT_SIGNED_IN)
            return
        try:
            self.context.page_loads.count(person)
        except TooManyPagesError:
            self.close(protocol.TOO_SLOW)  # the page reconnects later
            return
        if self.context.traffic.wait_s(person) > PING_S:
            self.close(protocol.TOO_SLOW)  # as above
            return
        if not self.context.connections.add(self, person, self._address):
            self.close(protocol.TOO_MANY_PAGES)
            return
        self.person = person
        invitation = self.context.authenticator.find_invitation(session_token)
        self._viewer = Viewer(person, is_vouched=invitation is not None and invitation.is_vouched)
        self._sender = asyncio.create_task(self._send_on())
        self.context.revoker.watch(self, session_token, person)

    def on_message(self, message: str | bytes) -> Awaitable[None] | None:
        """Handle a frame. The next one is read once the result is done."""
        if self.person is None or self.ws_connection is None:  # closed; ignore later frames
            return None
        self._receive_frame(self.person, protocol.read_frame(message) if isinstance(message, str) else None)
        wait_s = self.context.traffic.note(self.person, len(message))
        is_behind = self._outgoing.qsize() > MAX_UNREAD
        return self._pause(wait_s) if is_behind or wait_s else None

    def _receive_frame(self, person: Person, frame: protocol.AnyPageFrame | None) -> None:
        match frame:
            case PageHello():
                self._hello(person, frame)
            case FormFrame():
                if self._forms and self._counts(person, frame):
                    self._forms.receive(frame.exercise, frame.message)
            case PageCommand():
                asyncio.create_task(self._run_command(person, frame))  # noqa: RUF006  (its result is sent)
            case PresenceReport():
                known = self._session.find_exercise(frame.exercise)
                exercise = known.id if known else ""
                self.context.events.attendance.note(
                    self._session.number, person, exercise=exercise, active=frame.active
                )
            case WritingReport():
                self._send_writing(person, frame)
            case None:
                _log.warning("A page sent a frame that is not of the protocol.")
                self.close(1003)
            case _:
                self.send(protocol.to_frame(protocol.Pong()))

    def on_close(self) -> None:
        """Clean up after the connection."""
        if self.person is None:
            return
        self.context.connections.remove(self, self.person, self._address)
        self.context.revoker.unwatch(self)
        if self._forms:
            self._forms.close()
        if self._subscriber:
            self.context.events.unsubscribe(self._session.number, self._subscriber)
        if self._sender:
            self._sender.cancel()

    # --- frame handling -------------------------------------------------------------------------------------

    def _hello(self, person: Person, hello: PageHello) -> None:
        if (hello.protocol, hello.content) != (protocol.VERSION, self.context.content.version):
            self.send(protocol.to_frame(protocol.Reload()))
            return
        self.send(protocol.to_frame(protocol.Welcome()))
        self._is_welcome = True
        self.send_requests()
        if person.jurisdiction and self._forms is None:
            depth = Depth(person.depth) if person.depth else Depth.ESSENTIAL
            self._forms = self.context.forms.connect(person, self._session.number, self._send_form, depth)
        if self._forms:
            self._forms.hello([(form.exercise, form.have) for form in hello.forms])
        if self._subscriber is None:
            self._subscriber = Subscriber(person, self.send)
            self.context.events.subscribe(self._session.number, self._subscriber)

    def _counts(self, person: Person, frame: FormFrame) -> bool:
        """Count a request to show ratings as an action, as it is in the console. False above the limit."""
        if frame.message.get("type") != "reveal":
            return True
        try:
            self.context.commands.count(person, "reveal")
        except TooFastError:
            message = frame.message.get("message")
            known = message if isinstance(message, str) else None
            self._send_form(frame.exercise, {"type": "trouble", "message": known, "sentence": ASK_LATER})
            return False
        return True

    def _send_writing(self, person: Person, report: WritingReport) -> None:
        """Tell teammates where the person is writing: only in fields that the team shares, and not too often."""
        now = self._loop.time()
        if not person.jurisdiction or self._subscriber is None or now - self._wrote_at < WRITING_S:
            return
        try:
            definition = self.context.forms.definitions.get(self._session.number, report.exercise)
        except UnknownExerciseError:
            return
        field = definition.fields.get(report.prompt)
        if field is None or field.scope is not Scope.TEAM:
            return
        self._wrote_at = now
        event = WritingEvent(
            type="writing", who=person.name, exercise=report.exercise, prompt=report.prompt, row=report.row
        )
        self.context.events.session(self._session.number).send_to_teammates(person, protocol.to_frame(event))

    def send_requests(self) -> None:
        """Send the open requests to be signed in as a teammate, once the page was welcomed."""
        if self._viewer and self._is_welcome:
            shown = [RequestView(**vars(one)) for one in self.context.identity_service.notices(self._viewer)]
            self.send(protocol.to_frame(RequestsEvent(type="requests", items=shown)))

    async def _run_command(self, person: Person, request: PageCommand) -> None:
        self.send(protocol.to_frame(await self._result(person, request)))

    async def _result(self, person: Person, request: PageCommand) -> CommandResult:
        try:
            self.context.commands.count(person, request.kind)
            await self.context.events.run_command(
                self._session.number, lambda session_log: run_command(session_log, person, request)
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
        """Send a form's message. Called from threads of the form service, one at a time."""
        body = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
        frame = f'{{"type":"form","exercise":{json.dumps(exercise)},"message":{body}}}'
        self._from_forms.append(frame)
        if len(self._from_forms) == 1:  # else the loop has been called, and sends this one, too
            call_on_loop(self._loop, self._send_from_forms)

    def _send_from_forms(self) -> None:
        while self._from_forms:
            self.send(self._from_forms.popleft())

    def send(self, frame: str) -> None:
        """Queue a frame. Call it on the event loop."""
        self._unsent += len(frame)
        try:
            self._outgoing.put_nowait(frame)
        except asyncio.QueueFull:
            self.close(protocol.TOO_SLOW)
        # A single frame may exceed the limit: a state's answers to one exercise.
        if self._unsent > MAX_UNSENT and self._outgoing.qsize() > 1:
            self.close(protocol.TOO_SLOW)

    async def _pause(self, wait_s: float) -> None:
        """Read no frame until the page has read its own, and for this time."""
        await asyncio.gather(self.drain(), asyncio.sleep(wait_s))

    async def drain(self) -> None:
        """Return once all queued frames are sent, or can no longer be sent."""
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
