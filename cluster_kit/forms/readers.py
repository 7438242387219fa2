"""The threads that read for open pages: quick reads of every page, and slow work by person."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

QUICK_READERS, SLOW_READERS = 4, 4
"""Threads that open forms, and threads that check files and answer prompts' questions, which can take minutes."""


class FormReaders:
    """Runs jobs in threads. Slow jobs have threads of their own, and those of one person run one after the other.

    So people who upload large workbooks delay neither pages that open nor, unless they are many, the uploads of others.
    """

    def __init__(self) -> None:
        self._quick = ThreadPoolExecutor(QUICK_READERS, thread_name_prefix="form-reader")
        self._slow = ThreadPoolExecutor(SLOW_READERS, thread_name_prefix="form-slow-reader")
        self._lock = threading.Lock()
        self._waiting: dict[str, deque[Callable[[], None]]] = {}  # by person; the first one runs
        self._is_closing = False

    def submit(self, job: Callable[[], None]) -> None:
        """Run a quick job."""
        with self._lock:
            if not self._is_closing:
                self._quick.submit(job)

    def submit_slow(self, person: str, job: Callable[[], None]) -> None:
        """Run a slow job after the person's earlier ones."""
        with self._lock:
            if self._is_closing:
                return
            jobs = self._waiting.setdefault(person, deque())
            jobs.append(job)
            if len(jobs) == 1:
                self._slow.submit(self._run_first, person)

    def _run_first(self, person: str) -> None:
        jobs = self._waiting[person]
        try:
            jobs[0]()
        finally:
            with self._lock:
                jobs.popleft()
                if not jobs:
                    del self._waiting[person]
                elif not self._is_closing:
                    self._slow.submit(self._run_first, person)  # after the jobs of other people

    def close(self) -> None:
        """End the threads after the jobs that run. Later jobs are dropped."""
        with self._lock:
            self._is_closing = True
        for pool in (self._quick, self._slow):
            pool.shutdown(wait=True, cancel_futures=True)
