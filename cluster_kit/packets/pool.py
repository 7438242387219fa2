"""Runs tasks in this process, in local processes, or on a Dask cluster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cluster_kit.errors import ClusterKitError, UsageError
from cluster_kit.packets.pipeline import BuildResult, Task, make_packet
from cluster_kit.process_pool import ProcessPool

CONNECT_S = 10

Outcome = tuple[Task, BuildResult]


class SchedulerError(ClusterKitError, ConnectionError):
    """No Dask scheduler responds at the address."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__(f"No Dask scheduler answers at {address}. Start one, or leave out --scheduler.")


def run_here(tasks: Iterable[Task], workers: int) -> Iterator[Outcome]:
    """The outcome of each task as it completes. One worker means this process itself."""
    return ProcessPool(make_packet, lambda reason: BuildResult(0.0, error=reason)).run(tasks, workers)


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
