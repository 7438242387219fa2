"""The memory that there is, and what processes hold of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil

MIB = 1024**2
# What a page's kernel comes to hold of its own while a person works, pictures drawn (benchmarks/arrivals.py).
KERNEL_BYTES = 48 * MIB
# Left to the server, the database, and the system's file cache.
RESERVE_BYTES = 512 * MIB
_CGROUP = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class Held:
    """Bytes that processes hold: ``own`` nobody else does; ``share`` counts what is shared in equal parts."""

    own: int
    share: int


def free_bytes(cgroup: Path = _CGROUP) -> int:
    """What may still be taken: of the machine's memory, or of a container's where that is less."""
    free = int(psutil.virtual_memory().available)
    most, used = (_read_number(cgroup / f"memory.{name}") for name in ("max", "current"))
    if most is None or used is None:
        return free
    return min(free, max(0, most - used + _file_cache(cgroup)))


def kernels_that_fit(free: int) -> int:
    """How many more pages' kernels these bytes have room for."""
    return max(0, (free - RESERVE_BYTES) // KERNEL_BYTES)


def held_by(processes: Iterable[int]) -> Held:
    """What these processes (by id) hold together. One that has ended meanwhile holds nothing. Slow: some ms each."""
    own = share = 0
    for process in processes:
        try:
            info = psutil.Process(process).memory_full_info()
        except psutil.Error:
            continue
        own += info.uss
        share += getattr(info, "pss", info.uss)
    return Held(own, share)


def _read_number(path: Path) -> int | None:
    """The number in a file; None where there is no such file, or it says ``max``."""
    try:
        return int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _file_cache(cgroup: Path) -> int:
    """Bytes of files that the system would give up for programs."""
    try:
        words = (cgroup / "memory.stat").read_text(encoding="ascii").split()
    except OSError:
        return 0
    found = dict(zip(words[::2], words[1::2], strict=False))
    return int(found.get("inactive_file", 0))
