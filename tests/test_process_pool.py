"""Tasks in local processes."""

from __future__ import annotations

from multiprocessing import active_children
from pathlib import Path

from cluster_kit.process_pool import ProcessPool, is_stopped
from tests.serving import wait_until

WORKERS = 2


def note_and_wait(task: tuple[Path, int]) -> int:
    """Note that the task has begun. The first one ends at once, the others when the pool stops."""
    folder, number = task
    (folder / str(number)).touch()
    if number:
        wait_until(is_stopped, "the pool stops")
    return number


def test_no_task_begins_once_the_caller_has_stopped(tmp_path: Path) -> None:
    """Not even those that have been handed to the workers' queue."""
    others = set(active_children())
    pool = ProcessPool(note_and_wait, len)
    results = pool.run([(tmp_path, number) for number in range(8)], WORKERS)
    assert next(results) == ((tmp_path, 0), 0)
    begun = {"0", "1", "2"}
    wait_until(lambda: {path.name for path in tmp_path.iterdir()} == begun, "each worker has a task")
    results.close()  # type: ignore[attr-defined]
    wait_until(lambda: set(active_children()) <= others, "the workers have ended")
    assert {path.name for path in tmp_path.iterdir()} == begun
