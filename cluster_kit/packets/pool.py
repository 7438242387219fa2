"""Runs tasks in this process, in local processes, or on a Dask cluster."""

from __future__ import annotations

import contextlib
import multiprocessing
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool

from cluster_kit.errors import ClusterKitError, UsageError
from cluster_kit.packets.pipeline import BuildResult, Task, make_packet
from cluster_kit.startup import start_worker

AHEAD = 2  # queued tasks per worker, so that none is idle while results are checked and written
LOST = "The process that made it ended unexpectedly, twice; the machine may be short of memory."
CONNECT_S = 10

Outcome = tuple[Task, BuildResult]


class SchedulerError(ClusterKitError, ConnectionError):
    """No Dask scheduler responds at the address."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__(f"No Dask scheduler answers at {address}. Start one, or leave out --scheduler.")


def run_here(tasks: Iterable[Task], workers: int) -> Iterator[Outcome]:
    """The outcome of each task as it completes. One worker means this process itself.

    If a process dies, its unfinished tasks run again, each in a process of its own.
    """
    if workers == 1:
        yield from ((task, make_packet(task)) for task in tasks)
        return
    waiting = list(reversed(list(tasks)))
    while waiting:
        lost = yield from _run_pool(waiting, workers)
        for task in lost:
            yield task, _make_alone(task)


def run_on_dask(tasks: Iterable[Task], address: str) -> Iterator[Outcome]:
    """The outcome of each task as Dask workers complete it. Raises ``SchedulerError``.

    Dask replaces lost workers; a task that it gives up has an outcome with an error.
    """
    from distributed import Client, as_completed

    try:
        client = Client(address, timeout=CONNECT_S)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise SchedulerError(address) from error
    with client:
        if not client.scheduler_info()["workers"]:
            raise UsageError(f"The Dask scheduler at {address} has no workers. Start some first.")
        pending = {client.submit(make_packet, task, pure=False): task for task in tasks}
        for future in as_completed(list(pending), raise_errors=False):  # type: ignore[no-untyped-call]
            failure = future.exception()
            made = BuildResult(0.0, error=f"The cluster gave it up: {failure}") if failure else future.result()
            yield pending.pop(future), made
            future.release()


def _run_pool(waiting: list[Task], workers: int) -> Generator[Outcome, None, list[Task]]:
    """Outcomes of tasks taken from the end of ``waiting``; returns the tasks lost when a process died."""
    pending: dict[Future[BuildResult], Task] = {}
    with _pool(workers) as pool, contextlib.ExitStack() as stack:
        stack.callback(lambda: pool.shutdown(wait=False, cancel_futures=True))
        while waiting or pending:
            try:
                while waiting and len(pending) < workers * AHEAD:
                    pending[pool.submit(make_packet, waiting[-1])] = waiting[-1]
                    waiting.pop()
            except BrokenProcessPool:
                return list(pending.values())
            done, _ = wait(pending, return_when=FIRST_COMPLETED)
            for future in done:
                if isinstance(future.exception(), BrokenProcessPool):
                    return list(pending.values())
                yield pending.pop(future), future.result()
    return []


def _make_alone(task: Task) -> BuildResult:
    with _pool(1) as pool:
        try:
            return pool.submit(make_packet, task).result()
        except BrokenProcessPool:
            return BuildResult(0.0, error=LOST)


def _pool(workers: int) -> ProcessPoolExecutor:
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=spawn, initializer=start_worker)
