"""Store calls from the event loop: in threads of their own, with a time limit and a bounded queue.

A database that hangs blocks the threads that wait for it, and nothing else: the event loop goes on, requests that need
the store get a sentence, and pages, files, and ``/health`` need none. Reads and writes have separate threads, because
writes wait for each other's locks, and a login by link only reads.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from cluster_kit.store import StoreUnavailableError

STORE_CALL_TIMEOUT_S = 20.0
"""How long a request waits for the store. Longer than the store's own lock timeout."""
READ_THREADS, WRITE_THREADS = 16, 8
MAX_WAITING_CALLS = 400
"""Calls that may wait for a thread, reads and writes each. A room of 200 people who arrive at once needs 200."""
_T = TypeVar("_T")


class StoreCalls:
    """Runs calls in at most ``threads`` threads. Use it from the event loop."""

    def __init__(self, name: str, threads: int, timeout_s: float, most: int = MAX_WAITING_CALLS) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._timeout_s, self._most = timeout_s, threads + most
        self._unfinished = 0
        self._lock = threading.Lock()

    async def run(self, work: Callable[..., _T], *arguments: object) -> _T:
        """The call's result. Raises its errors, and ``StoreUnavailableError`` if it takes too long or too many wait.

        A call that takes too long goes on in its thread: a write may still be stored.
        """
        with self._lock:
            if self._unfinished >= self._most:
                raise StoreUnavailableError("", "has too many waiting calls. Try again in a moment.", retryable=True)
            self._unfinished += 1

        def call() -> _T:
            try:
                return work(*arguments)
            finally:
                self._finish()

        called = self._pool.submit(call)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(called), self._timeout_s)
        except TimeoutError as error:
            reason = "does not answer in time. Check its server and disk; then it goes on by itself."
            raise StoreUnavailableError("", reason, retryable=True) from error
        finally:
            if called.cancel():  # it had not begun
                self._finish()

    def _finish(self) -> None:
        with self._lock:
            self._unfinished -= 1


_READS = StoreCalls("store-read", READ_THREADS, STORE_CALL_TIMEOUT_S)
_WRITES = StoreCalls("store-write", WRITE_THREADS, STORE_CALL_TIMEOUT_S)


async def read_store(work: Callable[..., _T], *arguments: object) -> _T:
    """Run a function that only reads the store, in a thread. Raises as ``StoreCalls.run`` does."""
    return await _READS.run(work, *arguments)


async def write_store(work: Callable[..., _T], *arguments: object) -> _T:
    """Run a function that writes to the store, in a thread. Raises as ``StoreCalls.run`` does."""
    return await _WRITES.run(work, *arguments)
