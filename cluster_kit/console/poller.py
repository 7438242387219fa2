"""One thread that looks at the session once a second, and whenever it is woken."""

from __future__ import annotations

import logging
import threading
import weakref
from typing import Protocol

log = logging.getLogger(__name__)

INTERVAL_S = 1.0


class Looking(Protocol):
    """Something that can look once. May raise: it is asked again."""

    def look_once(self) -> None:
        """Look, and tell whoever shows it."""


class ConsolePoller:
    """Asks ``looking`` to look, until the end or until nobody holds on to it. The thread is a daemon.

    The first failure of a row is logged.
    """

    def __init__(self, looking: Looking, interval_s: float = INTERVAL_S) -> None:
        self._looking, self._interval_s = weakref.ref(looking), interval_s
        self._woken = threading.Event()
        self._is_failing = self._has_ended = False
        threading.Thread(target=self._run, name="cluster-kit-console", daemon=True).start()

    def wake(self) -> None:
        """Look now."""
        self._woken.set()

    def end(self) -> None:
        """Look no more."""
        self._has_ended = True
        self._woken.set()

    def _run(self) -> None:
        while True:
            self._woken.wait(self._interval_s)
            self._woken.clear()
            looking = self._looking()
            if looking is None or self._has_ended:
                return
            try:
                looking.look_once()
                self._is_failing = False
            except Exception:
                if not self._is_failing:
                    log.exception("the console cannot see how things stand; trying again every %g s", self._interval_s)
                self._is_failing = True
            del looking
