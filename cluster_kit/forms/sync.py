"""Teammates' answers, locks and reveals, looked for once a second by one thread for all forms of a kernel."""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from cluster_kit.meeting import Journal
from cluster_kit.responses import Response, Store

log = logging.getLogger(__name__)

INTERVAL_S = 1.0


class Place(NamedTuple):
    """Whose answers are looked at: those of one jurisdiction in one series of one store; the live session, if any."""

    store: Store
    series: str
    jurisdiction: str
    meeting: Journal | None = None


class Watched(Protocol):
    """Something that shows answers and can be asked to catch up with the store."""

    @property
    def place(self) -> Place:
        """The answers that are shown."""

    @property
    def seq(self) -> int:
        """The newest answer of the place that has been looked at."""

    def catch_up(self, answers: Sequence[Response], event: int) -> None:
        """Show what is new: those of the place's ``answers`` (by ``seq``) after one's own ``seq``, and events up to
        ``event``. May raise: it is asked again.
        """


class Watcher:
    """Asks every form to catch up, once a second and whenever ``wake`` is called.

    The store is asked once for all forms of a place. The thread starts with the first form, is a daemon, and so ends
    with the kernel. Where the store is locked or gone, or a form fails, the next look tries again; the
    first failure of a row is logged.
    """

    def __init__(self, interval_s: float = INTERVAL_S) -> None:
        self._interval_s = interval_s
        self._forms: weakref.WeakSet[Watched] = weakref.WeakSet()
        self._is_failing = False
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
        by_place: dict[Place, list[Watched]] = {}
        for form in forms:
            by_place.setdefault(form.place, []).append(form)
        self._is_failing = not all([self._look_at(place, shown) for place, shown in by_place.items()])

    def _look_at(self, place: Place, forms: list[Watched]) -> bool:
        """Whether all went well."""
        try:
            answers = place.store.since(min(form.seq for form in forms), place.series, place.jurisdiction)
            event = place.meeting.standing().seq if place.meeting else 0
        except Exception:
            return self._note_failure()
        return all([self._ask(form, answers, event) for form in forms])

    def _ask(self, form: Watched, answers: Sequence[Response], event: int) -> bool:
        try:
            form.catch_up(answers, event)
        except Exception:
            return self._note_failure()
        return True

    def _note_failure(self) -> bool:
        if not self._is_failing:
            log.exception("teammates' answers can not be read; trying again every %g s", self._interval_s)
        return False

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
