"""Runs tasks in local processes, each result as it completes, even if a process dies."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from typing import Generic, TypeVar

from cluster_kit.startup import start_worker

AHEAD = 2  # queued tasks per worker, so that none is idle while results are checked and written
LOST = "The process that made it ended unexpectedly, twice; the machine may be short of memory."

T = TypeVar("T")
R = TypeVar("R")
_SPAWN = multiprocessing.get_context("spawn")
_stops: list[Event] = []  # in a worker: the one that its pool sets when it stops early


@dataclass(frozen=True)
class ProcessPool(Generic[T, R]):
    """Makes a result from each task with ``make``, a function of a module. ``explain_loss`` makes the result of a task
    whose process died twice, from a sentence that says so."""

    make: Callable[[T], R]
    explain_loss: Callable[[str], R]

    def run(self, tasks: Iterable[T], workers: int) -> Iterator[tuple[T, R]]:
        """Each task with its result, as it completes. One worker means this process itself.

        If a process dies, its unfinished tasks run again, each in a process of its own. If the caller stops early,
        tasks that have not begun are dropped.
        """
        if workers == 1:
            yield from ((task, self.make(task)) for task in tasks)
            return
        waiting = list(reversed(list(tasks)))
        while waiting:
            lost = yield from self._run_pool(waiting, workers)
            for task in lost:
                yield task, self._make_alone(task)

    def _run_pool(self, waiting: list[T], workers: int) -> Generator[tuple[T, R], None, list[T]]:
        """Results of tasks taken from the end of ``waiting``; returns the tasks lost when a process died."""
        pending: dict[Future[R], T] = {}
        stop = _SPAWN.Event()
        with _open_pool(workers, stop) as pool, contextlib.ExitStack() as stack:
            stack.callback(lambda: pool.shutdown(wait=False, cancel_futures=True))
            stack.callback(stop.set)
            while waiting or pending:
                try:
                    while waiting and len(pending) < workers * AHEAD:
                        pending[pool.submit(_run, self.make, waiting[-1])] = waiting[-1]
                        waiting.pop()
                except BrokenProcessPool:
                    return list(pending.values())
                done, _ = wait(pending, return_when=FIRST_COMPLETED)
                for future in done:
                    if isinstance(future.exception(), BrokenProcessPool):
                        return list(pending.values())
                    yield pending.pop(future), future.result()
        return []

    def _make_alone(self, task: T) -> R:
        with _open_pool(1, _SPAWN.Event()) as pool:
            try:
                return pool.submit(_run, self.make, task).result()
            except BrokenProcessPool:
                return self.explain_loss(LOST)


def default_workers() -> int:
    """One more process than processors, since each waits part of the time."""
    return (os.cpu_count() or 1) + 1


def is_stopped() -> bool:
    """In a worker: whether its pool has stopped early, so that no task begins any more."""
    return any(stop.is_set() for stop in _stops)


def _open_pool(workers: int, stop: Event) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=_SPAWN, initializer=_start, initargs=(stop,))


def _start(stop: Event) -> None:
    start_worker()
    _stops.append(stop)


def _run(make: Callable[[T], R], task: T) -> R:
    """A task's result. The executor cannot cancel tasks that it has handed to its workers: they are dropped here."""
    if is_stopped():
        raise CancelledError
    return make(task)
