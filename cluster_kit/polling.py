"""Asks for changes periodically, in a thread of its own."""

from __future__ import annotations

import asyncio
import inspect
import logging
import threading
import weakref
from collections.abc import Callable
from contextlib import suppress

from cluster_kit.log_limits import FailureLog

log = logging.getLogger(__name__)

# The pause doubles with each failure up to this, so that pages recover soon after the store does.
MAX_PAUSE_S = 4.0


class Poller:
    """Calls a function periodically in a daemon thread, from ``start`` until ``stop``; it may be started again.

    A failure is logged once for each kind, and the pause grows until the function succeeds again. A bound method is
    held weakly: polling ends when its object is gone.

    Parameters
    ----------
    poll
        What to call. May raise: it is called again.
    name
        The name of the thread.
    period_s
        The pause after each call.
    failing
        A sentence for the log when a call fails, without a full stop.
    coalesce_s
        How long to wait after ``wake`` before the call, so that several wake-ups are one call.
    """

    def __init__(
        self, poll: Callable[[], object], *, name: str, period_s: float, failing: str, coalesce_s: float = 0.0
    ) -> None:
        self._find_poll: Callable[[], Callable[[], object] | None] = (
            weakref.WeakMethod(poll) if inspect.ismethod(poll) else lambda: poll
        )
        self._name, self._period_s, self._coalesce_s = name, period_s, coalesce_s
        self._failures = FailureLog(log, failing)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_wanted = False
        self._woken = threading.Event()
        self._stopped = threading.Event()

    def start(self) -> None:
        """Begin, with a pause. Does nothing while it runs."""
        with self._lock:
            self._is_wanted = True
            self._stopped.clear()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()

    def wake(self) -> None:
        """Call now, or after the current call."""
        self._woken.set()

    def stop(self, timeout_s: float = 0.0) -> None:
        """End after the current call; wait so long for that."""
        with self._lock:
            self._is_wanted = False
            thread = self._thread
        self._stopped.set()
        self._woken.set()
        if thread and timeout_s and thread is not threading.current_thread():
            thread.join(timeout_s)

    def _run(self) -> None:
        pause_s = self._period_s
        while self._is_due(pause_s):
            poll = self._find_poll()
            if poll is None:
                return
            try:
                poll()
            except Exception as error:
                self._failures.note(error)
                pause_s = min(2 * pause_s, max(MAX_PAUSE_S, self._period_s))
            else:
                self._failures.clear()
                pause_s = self._period_s
            del poll

    def _is_due(self, pause_s: float) -> bool:
        """Return when the next call is due: True, or False when there is none."""
        if self._goes_on() and self._woken.wait(pause_s) and self._coalesce_s:
            self._stopped.wait(self._coalesce_s)
        self._woken.clear()
        return self._goes_on()

    def _goes_on(self) -> bool:
        with self._lock:
            if self._thread is not threading.current_thread():
                return False
            if not self._is_wanted:
                self._thread = None
            return self._is_wanted


def call_on_loop(loop: asyncio.AbstractEventLoop, job: Callable[..., object], *arguments: object) -> None:
    """Call a function on an event loop, from another thread. Does nothing when the loop is closed."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(job, *arguments)
