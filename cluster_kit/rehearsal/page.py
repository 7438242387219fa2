"""A participant's session page: its forms, session events, and requests over one connection.

It behaves like the page's script. A lost connection is reopened without reloading the page, and unacknowledged requests
are resent under the same ids.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, TypeVar

import httpx

from cluster_kit.models import Json
from cluster_kit.rehearsal.answering import ScriptedAnswer
from cluster_kit.rehearsal.client import Client, SessionPage
from cluster_kit.rehearsal.form_state import FormState
from cluster_kit.rehearsal.outbox import RETRY_S, Outbox, PendingCommand, PendingRequest, SentSave
from cluster_kit.rehearsal.page_connection import CONNECTION_ERRORS, PageConnection, ReloadError, connect
from cluster_kit.rehearsal.session_view import SessionView
from cluster_kit.rehearsal.tally import Tally

T = TypeVar("T")

MOST_AT_ONCE = 50  # as save_queue.js
PRESENCE_S = 10.0
BACKOFF_S = (0.3, 1.0, 2.0, 4.0)


class ShieldedTasks:
    """Operations that continue when their callers are cancelled, until they are done or cancelled by ``end``."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    async def run(self, what: Coroutine[Any, Any, T]) -> T:
        """Run an operation and wait for it."""
        task = asyncio.ensure_future(what)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(task)

    async def end(self, timeout_s: float) -> None:
        """Wait for operations in progress, and cancel those that exceed the timeout."""
        tasks = set(self._tasks)
        if not tasks:
            return
        await asyncio.wait(tasks, timeout=timeout_s)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class ParticipantPage:
    """One person's session page: ``exercises`` are the ids of its forms, ``forms`` the open ones."""

    def __init__(self, client: Client, session: int, tally: Tally) -> None:
        self._client, self._session, self._tally = client, session, tally
        self.exercises: tuple[str, ...] = ()
        self.forms: dict[str, FormState] = {}
        self.view = SessionView()
        self.sending = ShieldedTasks()
        self._outbox = Outbox(tally)
        self._page: SessionPage | None = None
        self._definitions: Mapping[str, Json] = {}
        self._connection: PageConnection | None = None  # set after the server's welcome
        self._connected = asyncio.Event()
        self._news = asyncio.Event()
        self._attempts = 0
        self._reported_at = -PRESENCE_S

    # --- the connection -------------------------------------------------------------------------------------

    async def keep_open(self) -> None:
        """Load the page and keep it connected until cancelled. Raises ``SignedOutError``."""
        while True:
            try:
                await self._follow()
            except ReloadError as error:
                self._tally.errors[str(error)] += 1
                self._page, self._definitions, self.forms = None, {}, {}
            except CONNECTION_ERRORS as error:
                self._note_loss(error)
            finally:
                self._disconnect()
            pause = BACKOFF_S[min(self._attempts, len(BACKOFF_S) - 1)]
            self._attempts += 1
            await asyncio.sleep(pause * random.uniform(1, 1.5))  # noqa: S311  (spreads those who come back)

    async def _follow(self) -> None:
        """Stay connected until the connection is lost. Loads the page first if necessary."""
        page = self._page = self._page or await self._client.load_session(self._session)
        self.exercises = page.exercises
        loading = asyncio.ensure_future(self._load_definitions(page))
        try:
            async with connect(self._client, self._session) as connection:
                forms = [(exercise, self._have(exercise)) for exercise in page.exercises]
                connection.hello(page, forms)
                await loading
                while True:
                    self._receive(connection, await connection.receive())
        finally:
            loading.cancel()
            await asyncio.gather(loading, return_exceptions=True)

    async def _load_definitions(self, page: SessionPage) -> None:
        if not self._definitions:
            self._definitions = await self._client.load_definitions(page)

    def _have(self, exercise: str) -> Json | None:
        return self.forms[exercise].have if exercise in self.forms else None

    def _note_loss(self, error: Exception) -> None:
        """Count a lost connection; a briefly unavailable server is not an error."""
        if self._connection:
            self._tally.reconnects += 1
        elif not isinstance(error, httpx.ConnectError | OSError):
            self._tally.note_error("The page did not connect", error)

    def _disconnect(self) -> None:
        self._connection = None
        self._connected.clear()
        self._outbox.wake_all()

    # --- receiving --------------------------------------------------------------------------------------------

    async def opened(self) -> None:
        """Wait until the first form is open."""
        await self.until(lambda: self.forms)

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait until a condition on the forms is true."""
        while not holds():
            self._news.clear()
            await self._news.wait()

    def _receive(self, connection: PageConnection, frame: Json) -> None:
        match frame["type"]:
            case "welcome":
                self._attempts = 0
                self._connection = connection
                self._connected.set()
            case "form":
                self._receive_form(frame["exercise"], frame["message"])
                self._news.set()
            case "result":
                self._outbox.receive_result(frame)
            case _:
                self.view.receive(frame)

    def _receive_form(self, exercise: str, message: Json) -> None:
        form = self.forms.get(exercise)
        match message["type"]:
            case "opening":
                self.forms[exercise] = FormState(self._definitions[exercise], message)
                self._outbox.wake_saves(exercise)
            case "saved":
                for receipt in message["receipts"]:
                    entry = self._outbox.receive_receipt(message["message"], receipt)
                    if entry and form:
                        form.receive_receipt(entry, receipt)
            case "refused":
                for problem in message["problems"]:
                    self._outbox.receive_problem(message["message"], problem)
            case "trouble" if message["message"] is None:
                self._tally.errors[f"A form had trouble: {message['sentence']}"] += 1
                asyncio.get_running_loop().call_later(RETRY_S, self._hello_again, exercise)
            case "trouble":
                self._outbox.receive_trouble(message["message"], message["sentence"])
            case _:
                if form and form.receive(message):
                    self._outbox.wake_saves(exercise)

    def _hello_again(self, exercise: str) -> None:
        self._send({"type": "form", "exercise": exercise, "message": {"type": "hello", "have": self._have(exercise)}})

    # --- sending ----------------------------------------------------------------------------------------------

    async def save(self, exercise: str, answers: Sequence[ScriptedAnswer]) -> None:
        """Send answers together, and return once each of them is saved or refused."""
        await self.until(lambda: exercise in self.forms)
        form = self.forms[exercise]
        entries = [form.enter(answer) for answer in answers]
        for start in range(0, len(entries), MOST_AT_ONCE):
            some = {entry["id"]: entry for entry in entries[start : start + MOST_AT_ONCE]}
            pending = SentSave(exercise, form.key, some)
            await self.sending.run(self._send_until_settled(pending))

    async def run_command(self, kind: str, subject: str = "", **value: Any) -> bool:
        """Run a command such as post, react, or park. Returns True if it was done."""
        command = PendingCommand(kind, subject, value)
        await self.sending.run(self._send_until_settled(command))
        return bool(command.done)

    def report_presence(self, exercise: str, *, active: bool) -> None:
        """Report the exercise in focus, no more often than a page does. Reports may get lost."""
        if time.monotonic() - self._reported_at >= PRESENCE_S:
            self._reported_at = time.monotonic()
            self._send({"type": "presence", "exercise": exercise, "active": active})

    async def _send_until_settled(self, request: PendingRequest) -> None:
        self._outbox.add(request)
        try:
            while not request.is_settled:
                await self._connected.wait()
                request.woken.clear()
                if self._may_send(request):
                    self._send(request.frame)
                await request.wait()
        finally:
            self._outbox.remove(request)

    def _may_send(self, request: PendingRequest) -> bool:
        """True if the request still belongs to this page: a reloaded page may be another state's."""
        if not isinstance(request, SentSave):
            return True
        form = self.forms.get(request.exercise)
        return form is not None and form.key == request.key

    def _send(self, frame: Json) -> None:
        if self._connection:
            self._connection.send(frame)
