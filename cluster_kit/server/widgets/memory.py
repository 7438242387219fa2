"""Available memory, and the memory held by processes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil

MIB = 1024**2
# Private memory of a page's kernel after a work session with charts (benchmarks/arrivals.py).
KERNEL_BYTES = 48 * MIB
# Reserved for the server, the database, and the system's file cache.
RESERVE_BYTES = 512 * MIB
_CGROUP = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class MemoryUse:
    """Bytes held by processes: ``own`` is private memory; ``share`` divides shared memory evenly (USS and PSS)."""

    own: int
    share: int


def free_bytes(cgroup: Path = _CGROUP) -> int:
    """Available memory of the machine, or of its container if that is less."""
    free = int(psutil.virtual_memory().available)
    most, used = (_read_number(cgroup / f"memory.{name}") for name in ("max", "current"))
    if most is None or used is None:
        return free
    return min(free, max(0, most - used + _file_cache(cgroup)))


def kernels_that_fit(free: int) -> int:
    """Number of kernels that fit into this many bytes."""
    return max(0, (free - RESERVE_BYTES) // KERNEL_BYTES)


def measure_memory(processes: Iterable[int]) -> MemoryUse:
    """Total memory of these processes (by id). Ended processes count as 0. Slow: some ms each."""
    own = share = 0
    for process in processes:
        try:
            info = psutil.Process(process).memory_full_info()
        except psutil.Error:
            continue
        own += info.uss
        share += getattr(info, "pss", info.uss)
    return MemoryUse(own, share)


def _read_number(path: Path) -> int | None:
    """The number in a file; None if the file does not exist, or contains ``max``."""
    try:
        return int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _file_cache(cgroup: Path) -> int:
    """Bytes of the file cache that the system can reclaim."""
    try:
        words = (cgroup / "memory.stat").read_text(encoding="ascii").split()
    except OSError:
        return 0
    found = dict(zip(words[::2], words[1::2], strict=False))
    return int(found.get("inactive_file", 0))
