"""Teammates' answers, looked for once a second by one thread for all forms of a kernel."""

from __future__ import annotations

import logging
import threading
import weakref
from typing import Protocol

log = logging.getLogger(__name__)

INTERVAL_S = 1.0


class Watched(Protocol):
    """Something that shows answers and can be asked to catch up with the store."""

    def catch_up(self) -> None:
        """Show what is new. May raise: it is asked again."""


class Watcher:
    """Asks every form to catch up, once a second and whenever ``wake`` is called.

    The thread starts with the first form, is a daemon, and so ends with the kernel. A form that fails, because the
    store is locked or gone, is asked again at the next look; the first failure of a row is logged.
    """

    def __init__(self, interval_s: float = INTERVAL_S) -> None:
        self._interval_s = interval_s
        self._forms: weakref.WeakSet[Watched] = weakref.WeakSet()
        self._failing: weakref.WeakSet[Watched] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._woken = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, form: Watched) -> None:
        """Look after this form until it is removed or forgotten."""
        with self._lock:
            self._forms.add(form)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="cluster-kit-watcher", daemon=True)
                self._thread.start()

    def remove(self, form: Watched) -> None:
        """Look after this form no longer. The thread ends with the last one."""
        with self._lock:
            self._forms.discard(form)
        self._woken.set()

    def wake(self) -> None:
        """Look now: something was answered here, and other forms of this page may show it."""
        self._woken.set()

    def look(self) -> None:
        """Ask every form once."""
        with self._lock:
            forms = list(self._forms)
        for form in forms:
            try:
                form.catch_up()
                self._failing.discard(form)
            except Exception:
                if form not in self._failing:
                    log.exception("teammates' answers can not be read; trying again every %g s", self._interval_s)
                self._failing.add(form)

    def _run(self) -> None:
        while True:
            self._woken.wait(self._interval_s)
            self._woken.clear()
            with self._lock:
                if not self._forms:
                    self._thread = None
                    return
            self.look()


watcher = Watcher()
