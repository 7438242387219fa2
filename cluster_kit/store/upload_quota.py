"""How much one person may upload in a day, kept in the memory of each server."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

MAX_PERSON_FILES, MAX_PERSON_BYTES = 60, 300_000_000
"""The files that one person may upload within ``DAY_S``, and their size."""
DAY_S = 24 * 3600.0


class UploadQuota:
    """Counts the files and bytes of each person. Thread-safe. ``clock`` returns monotonic seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[str, deque[tuple[float, int]]] = {}
        self._lock = threading.Lock()

    def take(self, person: str, size: int) -> bool:
        """Count a file of this size, if this person may upload it now. False: they may not, and nothing is counted."""
        with self._lock:
            recent = self._recent(person)
            if len(recent) >= MAX_PERSON_FILES or sum(one for _, one in recent) + size > MAX_PERSON_BYTES:
                return False
            recent.append((self._clock(), size))
            return True

    def give_back(self, person: str, size: int) -> None:
        """Take back the count of a file that was not stored."""
        with self._lock:
            recent = self._recent(person)
            counted = next((one for one in reversed(recent) if one[1] == size), None)
            if counted:
                recent.remove(counted)

    def _recent(self, person: str) -> deque[tuple[float, int]]:
        kept = self._kept.setdefault(person, deque())
        while kept and kept[0][0] <= self._clock() - DAY_S:
            kept.popleft()
        return kept
