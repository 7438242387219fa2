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

    def has_room_for(self, person: str, responses: Iterable[NewResponse]) -> bool:
        """Whether this person may save these answers now."""
        with self._lock:
            recent = self._recent(person)
            return sum(size for _, size in recent) + _measure(responses) <= MAX_SAVED_BYTES

    def note(self, person: str, responses: Iterable[NewResponse]) -> None:
        """Count answers that were saved."""
        size = _measure(responses)
        with self._lock:
            now, recent = self._clock(), self._recent(person)
            if recent and now - recent[-1][0] < _STEP_S:
                recent[-1] = (recent[-1][0], recent[-1][1] + size)
            else:
                recent.append((now, size))

    def _recent(self, person: str) -> deque[tuple[float, int]]:
        saved = self._saved.setdefault(person, deque())
        while saved and saved[0][0] <= self._clock() - HOUR_S:
            saved.popleft()
        return saved


def _measure(responses: Iterable[NewResponse]) -> int:
    return sum(ROW_BYTES + len(json.dumps(response.value)) for response in responses)
