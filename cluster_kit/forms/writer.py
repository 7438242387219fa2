"""The writer: group commit of many pages' saves, which are validated in order."""

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
from cluster_kit.store import ErasedAuthorError, NewResponse, Receipt, ReusedIdError, Store

log = logging.getLogger(__name__)


class SaveObserver(Protocol):
    """Receives the result of each save."""

    def saved(self, answers: int, seconds: float) -> None:
        """A message's answers were committed: their number, and the time since the message arrived."""

    def not_saved(self, reason: str) -> None:
        """A message was not committed: ``refused``, ``trouble``, or ``locked``."""


@dataclass(frozen=True)
class PendingSave:
    """A queued save. ``reply`` receives the replies and the ids of newly stored answers after the commit."""

    handler: FormHandler
    save: Save
    reply: Callable[[list[Json], Sequence[str]], None]
    arrived: float = field(default_factory=time.perf_counter)

    @property
    def jurisdiction(self) -> str:
        """The jurisdiction of the answers."""
        return self.handler.context.jurisdiction


class SaveWriter:
    """A thread that commits queued saves together, at most one of each jurisdiction at a time.

    Saves of one jurisdiction are committed in the order of their arrival, with ``after_commit`` in between, because a
    save may refer to a row that the previous one added. The reply to a save that cannot be validated or committed is
    ``trouble``; nothing of it is stored.

    Parameters
    ----------
    store
        Where answers are appended.
    before_batch
        Called with the saves of a batch before they are validated.
    after_commit
        Called for each save of a batch after their commit, with what was appended and the receipts for it.
    observer
        Receives the outcome of each save.
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
        """Queue a save."""
        with self._work:
            self._waiting.setdefault(pending.jurisdiction, deque()).append(pending)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="form-writer", daemon=True)
                self._thread.start()
            self._work.notify()

    def close(self) -> None:
        """Commit the queued saves, and end the thread."""
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
            except Exception:  # every page depends on this thread, so it must not end
                log.exception("%d saves failed", len(batch))
                self._fail(batch)

    def _next_batch(self) -> list[PendingSave]:
        """Wait for saves, and return the first one of each jurisdiction; empty after ``close``."""
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
        """Commit all saves at once. Return problems and receipts of each. Raises ``StoreError``.

        A save that reuses an id is committed again without that answer.
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
                elif isinstance(kept, ErasedAuthorError):  # the page is about to be closed
                    problems.extend({"id": response.id, "sentence": str(kept)} for response in left[number])
                else:
                    receipts.extend(kept)
            left = {number: responses for number, responses in again.items() if responses}
        return results

    def _finish(
        self, pending: PendingSave, prepared: PreparedSave, problems: Sequence[Json], receipts: Sequence[Receipt]
    ) -> None:
        """Acknowledge a committed save. If this fails, the page sends the save again and gets its receipts then."""
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
            is_lock = reply.get("sentence") == LOCKED  # the page repeats it until the exercise is open
            self._observe(pending, "locked" if is_lock else reply["type"], len(reply.get("receipts", ())))

    def _observe(self, pending: PendingSave, kind: str, answers: int) -> None:
        if self._observer is None:
            return
        if kind == "saved":
            self._observer.saved(answers, time.perf_counter() - pending.arrived)
        else:
            self._observer.not_saved(kind)
