"""Reports an event loop that is blocked, with the place in the code: while it is, no page gets an answer."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import traceback

from cluster_kit.polling import call_on_loop
from cluster_kit.server.monitoring.logs import log_event

CHECK_S, BLOCKED_S = 1.0, 5.0


class LoopWatchdog:
    """Watches the event loop of the thread that starts it, from a daemon thread. Only code locations are logged."""

    def __init__(self, check_s: float = CHECK_S, blocked_s: float = BLOCKED_S) -> None:
        self._check_s, self._blocked_s = check_s, blocked_s
        self._stopped = threading.Event()

    def start(self) -> None:
        """Start watching. Call it on the event loop."""
        arguments = (asyncio.get_running_loop(), threading.get_ident())
        threading.Thread(target=self._watch, args=arguments, name="loop-watchdog", daemon=True).start()

    def stop(self) -> None:
        """Stop watching."""
        self._stopped.set()

    def _watch(self, loop: asyncio.AbstractEventLoop, thread: int) -> None:
        while not self._stopped.wait(self._check_s):
            answered = threading.Event()
            call_on_loop(loop, answered.set)
            if not answered.wait(self._blocked_s) and not self._stopped.is_set() and not loop.is_closed():
                self._report(thread)
                while not answered.wait(self._check_s) and not self._stopped.is_set():
                    pass

    @staticmethod
    def _report(thread: int) -> None:
        frame = sys._current_frames().get(thread)
        places = [f"{one.filename}:{one.lineno} {one.name}" for one in traceback.extract_stack(frame)[-12:]]
        log_event("event loop blocked", logging.ERROR, places=places)
