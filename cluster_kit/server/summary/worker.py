"""Makes documents in one thread of its own, and keeps them until the answers that they are made from change."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from cluster_kit.errors import ClusterKitError

MOST_KEPT = 200
MOST_WAITING = 60  # at a tenth of a second each, the last one waits six seconds
T = TypeVar("T")


class TooManyDocumentsError(ClusterKitError):
    """More documents are waiting to be made than can be made in reasonable time."""

    def __init__(self) -> None:
        super().__init__("Many people are opening their summary right now. Try again in ten seconds.")


@dataclass(frozen=True)
class _Made(Generic[T]):
    """A result, or the making of it, for one version of the answers."""

    version: Hashable
    result: asyncio.Future[T]


class DocumentWorker:
    """Runs one job at a time, because drawing and laying out are not thread-safe and take a whole processor.

    Requests for the same document share one job. Use it on one event loop.
    """

    def __init__(self, most_kept: int = MOST_KEPT, most_waiting: int = MOST_WAITING) -> None:
        self._most_kept, self._most_waiting = most_kept, most_waiting
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="summaries")
        self._made: OrderedDict[Hashable, _Made[Any]] = OrderedDict()
        self._waiting = 0

    async def get(self, key: Hashable, version: Hashable, make: Callable[[], T]) -> T:
        """The document of this key and version: kept, in the making, or made now.

        Raises ``TooManyDocumentsError``, and what ``make`` raises.
        """
        found = self._made.get(key)
        if found is None or found.version != version or _has_failed(found.result):
            found = _Made(version, self._start(make))
            self._made[key] = found
        self._made.move_to_end(key)
        while len(self._made) > self._most_kept:
            self._made.popitem(last=False)
        return await asyncio.shield(found.result)

    def _start(self, make: Callable[[], T]) -> asyncio.Future[T]:
        if self._waiting >= self._most_waiting:
            raise TooManyDocumentsError
        self._waiting += 1
        result: asyncio.Future[T] = asyncio.get_running_loop().run_in_executor(self._thread, make)
        result.add_done_callback(self._end)
        return result

    def _end(self, result: asyncio.Future[Any]) -> None:
        self._waiting -= 1
        if not result.cancelled():
            result.exception()  # every request that waits for it raises it

    def close(self) -> None:
        """Drop what waits, and let the thread end."""
        self._thread.shutdown(wait=False, cancel_futures=True)


def _has_failed(result: asyncio.Future[Any]) -> bool:
    return result.done() and (result.cancelled() or result.exception() is not None)
