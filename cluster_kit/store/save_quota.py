"""How much one person may save in an hour, kept in the memory of each server."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable

from cluster_kit.store.models import NewResponse

MAX_SAVED_BYTES = 100_000_000
"""The size of the answers that one person may save within ``HOUR_S``, as JSON and with ``ROW_BYTES`` for each."""
HOUR_S = 3600.0
ROW_BYTES = 500
_STEP_S = 60.0


class SaveQuota:
    """Counts the bytes that each person saves, by minute. Thread-safe. ``clock`` returns monotonic seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._saved: dict[str, deque[tuple[float, int]]] = {}
        self._lock = threading.Lock()

    def take(self, person: str, responses: Iterable[NewResponse]) -> bool:
        """Count these answers, if this person may save them now. False: they may not, and nothing is counted."""
        size = sum(ROW_BYTES + len(json.dumps(one.value)) for one in responses)
        with self._lock:
            now, saved = self._clock(), self._saved.setdefault(person, deque())
            while saved and saved[0][0] <= now - HOUR_S:
                saved.popleft()
            if sum(one for _, one in saved) + size > MAX_SAVED_BYTES:
                return False
            if saved and now - saved[-1][0] < _STEP_S:
                saved[-1] = (saved[-1][0], saved[-1][1] + size)
            else:
                saved.append((now, size))
            return True
