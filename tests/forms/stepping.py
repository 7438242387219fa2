"""A form service without threads, and pages without a browser that record messages."""

from __future__ import annotations

import dataclasses
import itertools
import json
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from cluster_kit.content.models import Content
from cluster_kit.exercises.context import FormContext
from cluster_kit.forms.protocol import FORM_REPLY, FORM_REQUEST, Have
from cluster_kit.forms.service import FormEnvironment, FormService
from cluster_kit.forms.writer import PendingSave
from cluster_kit.models import Json
from cluster_kit.sessions import SessionFeed, SessionLog
from cluster_kit.sessions.feed import PRESENCE_TTL_S
from cluster_kit.store import Store

NEVER_S = 3600.0
PATIENCE_S = 60.0
_numbers = itertools.count(1)


class SteppedService(FormService):
    """Replies are sent before ``receive`` returns; changes are sent when the test calls ``poll``."""

    def __init__(self, content: Content, store: Store, environment: FormEnvironment | None = None) -> None:
        super().__init__(content, store, environment, interval_s=NEVER_S)

    def read(self, job: Callable[[], None]) -> None:
        job()

    def read_slowly(self, person: str, job: Callable[[], None]) -> None:
        job()

    def enqueue(self, pending: PendingSave) -> None:
        answered = threading.Event()

        def reply(replies: list[Json], ids: Sequence[str]) -> None:
            try:
                pending.reply(replies, ids)
            finally:
                answered.set()

        super().enqueue(dataclasses.replace(pending, reply=reply))
        assert answered.wait(PATIENCE_S)

    def wake(self) -> None:
        pass

    def _is_due(self, state: str) -> bool:
        return True


def make_environment(context: FormContext) -> FormEnvironment:
    """A form environment with the parts of this context."""
    session_log = context.session_log
    ticks = itertools.count(step=PRESENCE_TTL_S)  # so that who is there is read each time, not every two seconds
    clock = partial(next, ticks)
    feed = SessionFeed(context.store, session_log, clock) if isinstance(session_log, SessionLog) else session_log
    return FormEnvironment(
        lambda _jurisdiction: context.files, context.extensions, lambda _session: feed, live=feed is not None
    )


def make_service(context: FormContext) -> SteppedService:
    """A service on the context's store, with the parts of this context."""
    return SteppedService(context.content, context.store, make_environment(context))


def check_reply(message: Json) -> Json:
    """Validate a message to the browser. Raises ``ValidationError``."""
    FORM_REPLY.validate_json(json.dumps(message, allow_nan=False), strict=True)
    return message


def check_request(message: Any) -> Any:
    """Validate a message from the browser. Raises ``ValidationError``."""
    FORM_REQUEST.validate_json(json.dumps(message, allow_nan=False))
    return message


class RecordedPage:
    """A person's page with the messages received, in order, and helpers to send."""

    def __init__(self, service: FormService, context: FormContext) -> None:
        self._sent: list[tuple[str, Json]] = []
        self._arrival = threading.Condition()
        self.connection = service.connect(context.person, context.session, self._receive, context.depth)

    def _receive(self, exercise: str, message: Json) -> None:
        with self._arrival:
            self._sent.append((exercise, message))
            self._arrival.notify_all()

    def take(self, exercise: str | None = None) -> list[Json]:
        """Messages since the last call, of one exercise or of all, validated against the protocol."""
        with self._arrival:
            taken = [message for name, message in self._sent if exercise in (None, name)]
            self._sent = [one for one in self._sent if exercise not in (None, one[0])]
        return [check_reply(message) for message in taken]

    def wait(self, wanted: Callable[[Json], bool], exercise: str | None = None) -> Json:
        """Wait for the first matching message. It and earlier ones are removed."""

        def find() -> int | None:
            found = (
                number
                for number, (name, message) in enumerate(self._sent)
                if exercise in (None, name) and wanted(message)
            )
            return next(found, None)

        with self._arrival:
            assert self._arrival.wait_for(lambda: find() is not None, PATIENCE_S), self._sent
            number = find()
            assert number is not None
            message = self._sent[number][1]
            del self._sent[: number + 1]
        return check_reply(message)

    def wait_for(self, kind: str, exercise: str | None = None) -> Json:
        """Wait for the first message of this type. It and earlier ones are removed."""
        return self.wait(lambda message: message["type"] == kind, exercise)

    def hello(self, exercise: str, have: Have | None = None) -> list[Json]:
        """Say hello, and return the messages since the last call."""
        self.connection.hello([(exercise, have)])
        return self.take(exercise)

    def open(self, exercise: str = "everything") -> Json:
        """Open an exercise, and return its opening."""
        [opening] = self.hello(exercise)
        assert opening["type"] == "opening"
        return opening

    def send(self, exercise: str, message: Json) -> list[Json]:
        """Send a message, and return the messages since the last call."""
        self.connection.receive(exercise, check_request(message))
        return self.take(exercise)

    def save(self, value: Any, prompt: str = "aim", exercise: str = "everything", **parts: Any) -> list[Json]:
        """Save one answer, and return the messages since the last call."""
        return self.send(exercise, save_of(answer_to(prompt, value, **parts)))


def answer_to(prompt: str, value: Any, **parts: Any) -> Json:
    """An answer as a page sends it, with a new id."""
    return {"id": f"answer-{next(_numbers)}", "prompt": prompt, "row": "", "value": value, "base": [], **parts}


def save_of(*answers: Json, message: str = "m") -> Json:
    """A save of these answers."""
    return {"type": "save", "message": message, "responses": list(answers)}


def have_of(message: Json) -> Have:
    """A page's position after an opening or changes."""
    answers = message.get("answers", message)
    return Have(seq=answers["seq"], erased=answers["erased"])


def values_of(message: Json) -> dict[tuple[str, str], list[Any]]:
    """The values in an opening or in changes, by prompt and row."""
    fields = message.get("answers", message)["fields"]
    return {(field["prompt"], field["row"]): [one["value"] for one in field["answers"]] for field in fields}
