"""Answers and commands that a page has sent and the server has not acknowledged."""

from __future__ import annotations

import asyncio
import time
import uuid
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass, field

from cluster_kit.forms.exercise_state import LOCKED
from cluster_kit.models import Json
from cluster_kit.rehearsal.tally import Tally

RETRY_S = 2.0
# Pauses before a request is resent, increasing.
RESEND_S = (5.0, 2.0, 4.0, 8.0, 15.0, 30.0)


@dataclass(eq=False)
class PendingRequest(ABC):
    """A request in progress. ``woken`` is set when it is settled or must be resent early."""

    woken: asyncio.Event = field(default_factory=asyncio.Event, kw_only=True)
    _times_sent: int = field(default=0, kw_only=True)

    @property
    @abstractmethod
    def is_settled(self) -> bool:
        """True if the server has given its final reply."""

    @property
    @abstractmethod
    def frame(self) -> Json:
        """The message to send, with the same ids each time."""

    async def wait(self) -> None:
        """Wait for the reply, or until it is time to resend."""
        patience = RESEND_S[min(self._times_sent, len(RESEND_S) - 1)]
        self._times_sent += 1
        with suppress(TimeoutError):
            await asyncio.wait_for(self.woken.wait(), patience)


@dataclass(eq=False)
class SentSave(PendingRequest):
    """Answers sent together; ``left`` are those (by id) that are not settled yet.

    ``key`` is the form's: answers are never sent to another state's form.
    """

    exercise: str
    key: str
    left: dict[str, Json]
    message: str = field(default_factory=lambda: uuid.uuid4().hex)
    began: float = field(default_factory=time.monotonic)
    was_locked: bool = False

    @property
    def is_settled(self) -> bool:
        """True if each answer is saved or refused."""
        return not self.left

    @property
    def frame(self) -> Json:
        """A ``save`` message with the remaining answers."""
        save = {"type": "save", "message": self.message, "responses": list(self.left.values())}
        return {"type": "form", "exercise": self.exercise, "message": save}


@dataclass(eq=False)
class PendingCommand(PendingRequest):
    """A command; ``done`` is None until the server replies. It is not resent for ``later_s``."""

    kind: str
    subject: str
    value: Json
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    done: bool | None = None
    later_s: float = 0.0

    @property
    def is_settled(self) -> bool:
        """True if it is done or refused."""
        return self.done is not None

    @property
    def frame(self) -> Json:
        """A ``command`` message."""
        return {"type": "command", "id": self.id, "kind": self.kind, "subject": self.subject, "value": self.value}

    async def wait(self) -> None:
        """Wait for the result, or until it is time to resend."""
        await super().wait()
        pause, self.later_s = self.later_s, 0.0
        await asyncio.sleep(pause)


class Outbox:
    """Matches replies with requests, and counts both."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._saves: dict[str, SentSave] = {}
        self._commands: dict[str, PendingCommand] = {}

    def add(self, request: PendingRequest) -> None:
        """Expect replies to this request."""
        match request:
            case SentSave():
                self._saves[request.message] = request
                self._tally.sent.update(request.left)
            case PendingCommand():
                self._commands[request.id] = request
                self._tally.asked.add(request.id)

    def remove(self, request: PendingRequest) -> None:
        """Stop expecting replies to this request."""
        match request:
            case SentSave():
                del self._saves[request.message]
            case PendingCommand():
                del self._commands[request.id]

    def wake_all(self) -> None:
        """Resend everything on the next connection, because this one is lost."""
        for request in (*self._saves.values(), *self._commands.values()):
            request.woken.set()

    def wake_saves(self, exercise: str) -> None:
        """Resend an exercise's answers now, because it was unlocked."""
        for save in self._saves.values():
            if save.exercise == exercise:
                save.woken.set()

    # --- replies --------------------------------------------------------------------------------------------

    def receive_receipt(self, message: str, receipt: Json) -> Json | None:
        """Handle a saved answer; returns what was sent for it, or None if it was acknowledged before."""
        save = self._saves.get(message)
        entry = save.left.pop(receipt["id"], None) if save else None
        if save is None or entry is None:
            return None
        self._tally.acknowledged.add(receipt["id"])
        self._tally.conflicts += receipt["status"] == "conflict"
        if save.is_settled:
            if not save.was_locked:  # otherwise the delay is due to the lock
                self._tally.save_s.append(time.monotonic() - save.began)
            save.woken.set()
        return entry

    def receive_problem(self, message: str, problem: Json) -> None:
        """Handle a refused answer."""
        save = self._saves.get(message)
        if save is None or save.left.pop(problem["id"], None) is None:
            return
        self._tally.refused.add(problem["id"])
        self._tally.errors[f"An answer was refused: {problem['sentence']}"] += 1
        if save.is_settled:
            save.woken.set()

    def receive_trouble(self, message: str, sentence: str) -> None:
        """Handle a save that failed entirely: it is resent after its pause."""
        if save := self._saves.get(message):
            save.was_locked |= sentence == LOCKED

    def receive_result(self, result: Json) -> None:
        """Handle the result of a command."""
        command = self._commands.get(result["id"])
        if command is None or command.is_settled:
            return
        if result.get("ok"):
            command.done = True
            self._tally.done.add(command.id)
        elif "refused" in result:
            command.done = False
            self._tally.declined.add(command.id)
            self._tally.errors[f"A command was refused: {result['refused']}"] += 1
        else:
            command.later_s = result.get("wait_s") or RETRY_S
        command.woken.set()
