"""The writer: saves of many pages, validated in order and committed together."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from cluster_kit.forms.exercise_state import LOCKED
from cluster_kit.forms.handler import TROUBLE, FormHandler, PreparedSave, reused_problem
from cluster_kit.forms.protocol import Save
from cluster_kit.models import Json
from cluster_kit.store import NewResponse, Receipt, ReusedIdError, Store

log = logging.getLogger(__name__)


class SaveObserver(Protocol):
    """Is told what became of each save."""

    def saved(self, answers: int, seconds: float) -> None:
        """So many answers of one message were committed, so long after it had arrived."""

    def not_saved(self, reason: str) -> None:
        """A message was ``refused``, ran into ``trouble``, or came while the exercise was ``locked``."""


@dataclass(frozen=True)
class PendingSave:
    """A save that waits. ``reply`` gets the replies and the ids that are newly kept, once they are committed."""

    handler: FormHandler
    save: Save
    reply: Callable[[list[Json], Sequence[str]], None]
    arrived: float = field(default_factory=time.perf_counter)

    @property
    def jurisdiction(self) -> str:
        """Whose answers they are."""
        return self.handler.context.jurisdiction


class SaveWriter:
    """One thread that takes the saves that wait, at most one of each jurisdiction, and commits them at once.

    Saves of one jurisdiction are taken in the order in which they came, and ``after_commit`` has run in between, so
    that a save may refer to a row that the one before it has added. A save that cannot be validated or committed is
    answered with ``trouble``; nothing of it is kept.

    Parameters
    ----------
    store
        Where answers are appended.
    before_batch
        Called with the saves of a batch before they are validated.
    after_commit
        Called for each save of a batch after their commit, with what was appended and the receipts for it.
    observer
        Is told what became of each save.
    """

    def __init__(
        self,
        store: Store,
        before_batch: Callable[[Sequence[PendingSave]], None],
        after_commit: Callable[[PendingSave, Sequence[NewResponse], Sequence[Receipt]], None],
        observer: SaveObserver | None = None,
    ) -> None:
        self._store, self._before, self._after, self._observer = store, before_batch, after_commit, observer
        self._waiting: dict[str, deque[PendingSave]] = {}
        self._work = threading.Condition()
        self._is_closed = False
        self._thread: threading.Thread | None = None

    def enqueue(self, pending: PendingSave) -> None:
        """Let a save wait for its turn."""
        with self._work:
            self._waiting.setdefault(pending.jurisdiction, deque()).append(pending)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="form-writer", daemon=True)
                self._thread.start()
            self._work.notify()

    def close(self) -> None:
        """Commit what waits, and end the thread."""
        with self._work:
            self._is_closed = True
            self._work.notify()
            thread = self._thread
        if thread:
            thread.join()

    def _run(self) -> None:
        while batch := self._next_batch():
            try:
                self._write(batch)
            except Exception:  # every page depends on this thread: it goes on, whatever happened
                log.exception("%d saves failed", len(batch))
                self._fail(batch)

    def _next_batch(self) -> list[PendingSave]:
        """The first save of each jurisdiction, as soon as there is one; empty at the end."""
        with self._work:
            self._work.wait_for(lambda: self._waiting or self._is_closed)
            batch = [waiting.popleft() for waiting in self._waiting.values()]
            self._waiting = {state: waiting for state, waiting in self._waiting.items() if waiting}
        return batch

    def _write(self, batch: Sequence[PendingSave]) -> None:
        self._before(batch)
        prepared = [(pending, self._prepare(pending)) for pending in batch]
        kept = self._append([found for _, found in prepared])
        for (pending, found), (problems, receipts) in zip(prepared, kept, strict=True):
            self._finish(pending, found, problems, receipts)

    def _prepare(self, pending: PendingSave) -> PreparedSave:
        try:
            return pending.handler.prepare(pending.save)
        except Exception:
            log.exception("a save could not be validated")
            return PreparedSave(pending.save.message, trouble=TROUBLE)

    def _append(self, batch: Sequence[PreparedSave]) -> list[tuple[list[Json], list[Receipt]]]:
        """Commit all at once. For each save its problems, and receipts for what is kept. Raises what the store raises.

        A save with an id that stands for another answer is committed once more, without that answer.
        """
        results: list[tuple[list[Json], list[Receipt]]] = [(list(one.problems), []) for one in batch]
        left = {number: list(one.responses) for number, one in enumerate(batch) if one.responses}
        while left:
            again: dict[int, list[NewResponse]] = {}
            for number, kept in zip(left, self._store.append_batches(list(left.values())), strict=True):
                problems, receipts = results[number]
                if isinstance(kept, ReusedIdError):
                    log.warning("%s", kept)
                    problems.append(reused_problem(kept))
                    again[number] = [response for response in left[number] if response.id != kept.response_id]
                else:
                    receipts.extend(kept)
            left = {number: responses for number, responses in again.items() if responses}
        return results

    def _finish(
        self, pending: PendingSave, prepared: PreparedSave, problems: Sequence[Json], receipts: Sequence[Receipt]
    ) -> None:
        """Acknowledge a committed save. Where that fails, the page sends it again, and gets its receipts then."""
        try:
            self._after(pending, prepared.responses, receipts)
            replies = pending.handler.finish(prepared, problems, receipts)
        except Exception:
            log.exception("a committed save could not be acknowledged")
            self._fail([pending])
        else:
            self._reply(pending, replies, [one.id for one in receipts if one.status != "duplicate"])

    def _fail(self, batch: Iterable[PendingSave]) -> None:
        for pending in batch:
            self._reply(pending, [{"type": "trouble", "message": pending.save.message, "sentence": TROUBLE}], ())

    def _reply(self, pending: PendingSave, replies: Sequence[Json], kept: Sequence[str]) -> None:
        try:
            pending.reply(list(replies), kept)
        except Exception:
            log.exception("a page could not be answered")
        for reply in replies:
            is_lock = reply.get("sentence") == LOCKED  # the page sends it again until the exercise is open
            self._observe(pending, "locked" if is_lock else reply["type"], len(reply.get("receipts", ())))

    def _observe(self, pending: PendingSave, kind: str, answers: int) -> None:
        if self._observer is None:
            return
        if kind == "saved":
            self._observer.saved(answers, time.perf_counter() - pending.arrived)
        else:
            self._observer.not_saved(kind)
