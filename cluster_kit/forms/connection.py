"""A page's connection: the forms of one person's page, between a transport and the form service."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from pydantic import ValidationError

from cluster_kit.exercises.answer_cache import Update
from cluster_kit.exercises.context import FormContext
from cluster_kit.exercises.extensions import Ask
from cluster_kit.forms.definitions import Definitions
from cluster_kit.forms.handler import NOT_OPENED, TROUBLE, FormHandler
from cluster_kit.forms.protocol import FORM_REQUEST, FilePiece, Have, Hello, RevealRequest, Save
from cluster_kit.forms.writer import PendingSave
from cluster_kit.log_limits import FirstOfKind
from cluster_kit.models import Json
from cluster_kit.store import StoreError

log = logging.getLogger(__name__)

MAX_OWN_IDS = 5000
# A page repeats unacknowledged messages, so a few copies are enough.
MAX_PENDING = 50
MAX_READING = 20
NOTHING = Have(seq=0)
Send = Callable[[str, Json], None]
"""A function that sends a message to the page's form of an exercise. Called in order, from any thread."""


class Dispatcher(Protocol):
    """The part of the form service that a connection uses."""

    definitions: Definitions

    def read(self, job: Callable[[], None]) -> None:
        """Run a job in a reader thread."""

    def read_slowly(self, person: str, job: Callable[[], None]) -> None:
        """Run a job that may take minutes in a thread, after those of the same person."""

    def enqueue(self, pending: PendingSave) -> None:
        """Queue a save for the writer."""

    def wake(self) -> None:
        """Poll now."""

    def disconnect(self, connection: FormConnection) -> None:
        """Unregister the connection."""


class FormConnection:
    """The forms of one page. The transport calls ``hello`` and ``receive``; ``send`` delivers replies and changes."""

    def __init__(self, service: Dispatcher, context: FormContext, send: Send) -> None:
        self.context = context
        self._service, self._send = service, send
        self._warnings = FirstOfKind(log)
        self._turn = threading.Lock()  # messages are sent in the order of their creation
        self._queue = threading.Lock()
        self._handlers: dict[str, FormHandler] = {}
        self._behind: dict[str, Have] = {}  # forms that missed changes, with their versions
        self._is_retrying = False
        self._own: deque[str] = deque(maxlen=MAX_OWN_IDS)
        self._pending = 0
        self._reading = 0
        self._to_open: dict[str, Have | None] = {}
        self._is_opening = False
        self._is_closed = False

    def hello(self, forms: Sequence[tuple[str, Have | None]]) -> None:
        """Open these exercises, or update them from the version in ``have``. The replies follow in this order.

        Requests that arrive while earlier ones wait are merged: a page occupies one reader, whatever it sends.
        """
        with self._queue:
            self._to_open |= dict(forms)
            if self._is_opening:
                return
            self._is_opening = True
        self._service.read(self._open)

    def _open(self) -> None:
        with self._queue:
            forms, self._to_open = list(self._to_open.items()), {}
        try:
            self._hello(forms)
        finally:
            with self._queue:
                self._is_opening = bool(self._to_open) and not self._is_closed
                is_more = self._is_opening
            if is_more:  # after the jobs of other pages
                self._service.read(self._open)

    def receive(self, exercise: str, content: Any) -> None:
        """Handle one message of a form. The replies follow."""
        handler = self._find(exercise)
        if handler is None:
            return
        try:
            request = FORM_REQUEST.validate_python(content)
        except ValidationError:
            self._warnings.warning("malformed", "exercise %s: a malformed message was refused", exercise)
            self._read(exercise, lambda: self._send_all(handler, [handler.not_understood(content)]))
            return
        match request:
            case Save():
                self._save(handler, request)
            case Hello():
                self.hello([(exercise, request.have)])
            case _:
                self._read(
                    exercise, lambda: self._reply(handler, request), is_slow=not isinstance(request, RevealRequest)
                )

    def _read(self, exercise: str, job: Callable[[], None], *, is_slow: bool = False) -> None:
        """Run a job in the shared reader threads. A page with ``MAX_READING`` waiting jobs must retry later."""
        with self._queue:
            if self._reading >= MAX_READING:
                limit = "exercise %s: a page sent more than %d requests at once"
                self._warnings.warning("too many", limit, exercise, MAX_READING)
                return
            self._reading += 1

        def run() -> None:
            try:
                job()
            finally:
                with self._queue:
                    self._reading -= 1

        if is_slow:
            self._service.read_slowly(self.context.person.id, run)
        else:
            self._service.read(run)

    def catch_up(self, update: Update, *, session_changed: bool) -> None:
        """Send the changes. ``retry`` updates the forms for which this fails."""
        own = set(self._own)
        for exercise, handler in list(self._handlers.items()):
            try:
                with self._turn:
                    if exercise not in self._behind:
                        self._send_now(handler, handler.catch_up(update, session_changed=session_changed, own=own))
            except Exception as error:
                log.exception("exercise %s: changes could not be sent", exercise)
                if isinstance(error, StoreError):
                    self._behind[exercise] = NOTHING

    def retry(self) -> None:
        """Update the forms that missed changes while the store was unavailable."""
        if self._behind and not self._is_retrying:
            self._is_retrying = True
            self._service.read(self._retry)

    def _retry(self) -> None:
        try:
            self._hello(list(self._behind.items()))
        finally:
            self._is_retrying = False

    def close(self) -> None:
        """Close the connection. Saves that the page has sent are still committed."""
        self._is_closed = True
        self._service.disconnect(self)

    # --- requests -------------------------------------------------------------------------------------------

    def _find(self, exercise: str) -> FormHandler | None:
        if exercise not in self._handlers:
            try:
                definition = self._service.definitions.get(self.context.session, exercise)
            except LookupError as error:
                self._warnings.warning("unknown", "a page asked for an exercise that is not there: %s", error)
                return None
            self._handlers.setdefault(exercise, FormHandler(self.context, definition))
        return self._handlers[exercise]

    def _save(self, handler: FormHandler, save: Save) -> None:
        def reply(replies: list[Json], kept: Sequence[str]) -> None:
            self._pending -= 1
            self._own.extend(kept)  # the page has these by their receipts and needs no changes
            self._send_all(handler, replies)

        if self._pending < MAX_PENDING:
            self._pending += 1
            self._service.enqueue(PendingSave(handler, save, reply))

    def _hello(self, forms: Sequence[tuple[str, Have | None]]) -> None:
        new = None
        for exercise, have in forms:
            handler = self._find(exercise)
            if handler is None or self._is_closed:
                continue
            try:
                with self._turn:
                    if have is not None and new is None:
                        context = self.context
                        oldest = min(one.seq for _, one in forms if one is not None)
                        new = context.store.since(oldest, context.series, context.jurisdiction)
                    self._send_now(handler, handler.hello(have, new))
                    self._behind.pop(exercise, None)
            except Exception as error:
                log.exception("exercise %s could not be opened", exercise)
                if have is not None and isinstance(error, StoreError):
                    self._behind[exercise] = have
                else:
                    self._send_all(handler, [{"type": "trouble", "message": None, "sentence": NOT_OPENED}])

    def _reply(self, handler: FormHandler, request: FilePiece | Ask | RevealRequest) -> None:
        try:
            match request:
                case FilePiece():
                    self._send_all(handler, [handler.upload(request)])
                case Ask():
                    reply, rows = handler.ask(request)  # may be slow; other messages do not wait for it
                    with self._turn:
                        self._send_now(handler, [handler.rows_now(rows), reply])
                case RevealRequest():
                    with self._turn:
                        self._send_now(handler, handler.reveal(request))
                    self._service.wake()
        except Exception:
            log.exception("exercise %s: a message of type %s failed", handler.definition.exercise.id, request.type)
            message = None if isinstance(request, FilePiece) else request.message
            self._send_all(handler, [{"type": "trouble", "message": message, "sentence": TROUBLE}])

    # --- sending --------------------------------------------------------------------------------------------

    def _send_all(self, handler: FormHandler, replies: Iterable[Json]) -> None:
        with self._turn:
            self._send_now(handler, replies)

    def _send_now(self, handler: FormHandler, replies: Iterable[Json]) -> None:
        for reply in () if self._is_closed else replies:
            self._send(handler.definition.exercise.id, reply)
