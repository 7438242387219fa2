"""What a server and its kernels have used: processor seconds, and memory."""

from __future__ import annotations

from dataclasses import dataclass

import psutil

MIB = 1024**2
PARENT = "cluster_kit.kernels.fork_server"


@dataclass(frozen=True)
class Memory:
    """MiB that a server's processes hold. ``kernel_own`` is the mean of what one kernel alone holds (USS)."""

    kernels: int
    kernel_own: float
    whole: float


def cpu_seconds(server: int) -> float:
    """Processor seconds that the server and everything that it started have used so far."""
    total = 0.0
    for process in _family(server):
        try:
            times = process.cpu_times()
        except psutil.Error:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def memory(server: int) -> Memory:
    """What the server and its kernels hold now. ``whole`` counts shared memory once (the sum of PSS)."""
    own, whole = [], 0.0
    for process in _family(server):
        try:
            info, command, parent = process.memory_full_info(), process.cmdline(), process.ppid()
        except psutil.Error:
            continue
        whole += info.pss / MIB
        is_parent = PARENT in command and parent == server
        if process.pid != server and not is_parent:
            own.append(info.uss / MIB)
    return Memory(len(own), sum(own) / len(own) if own else 0.0, whole)


def _family(server: int) -> list[psutil.Process]:
    process = psutil.Process(server)
    return [process, *process.children(recursive=True)]
