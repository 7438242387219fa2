"""A process that stores files, in a module of its own because a new process imports it."""

from __future__ import annotations

from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

from cluster_kit.store import files

PATIENCE_S = 60.0


def store_files(folder: Path, most: int, process: int, begin: Barrier, kept: Queue[int]) -> None:
    """Store as many different files as a state may have, once all processes have begun, and send how many were kept."""
    files.MAX_STATE_FILES = most
    store = files.FileStore(folder)
    begin.wait(PATIENCE_S)
    texts = (f"{process} {number}".encode() for number in range(most))
    kept.put(sum(store.keep_if_room(text) is not None for text in texts))
