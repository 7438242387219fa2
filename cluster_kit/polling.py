"""Call a function periodically in a thread of its own."""

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

# The maximum pause. It doubles with each failure, and pages must recover soon after the store does.
MAX_PAUSE_S = 4.0


class Poller:
    """Calls a function periodically in a daemon thread, from ``start`` until ``stop``. It can be restarted.

    The first of consecutive failures of each kind is logged, and the pause grows until a call succeeds. A bound method
    is referenced weakly: polling ends when its object is collected.

    Parameters
    ----------
    poll
        The function to call. After an exception it is called again.
    name
        The name of the thread.
    period_s
        The pause after each call.
    failing
        The log sentence for a failed call, without a period.
    coalesce_s
        The pause between ``wake`` and the call, which coalesces several wake-ups.
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
        """Start with a pause. Does nothing if it is running."""
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
        """Stop after the current call, and wait up to ``timeout_s`` for that."""
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
        """Wait until the next call is due and return True; return False after ``stop``."""
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
    """Call a function on an event loop from another thread. Does nothing if the loop is closed."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(job, *arguments)
