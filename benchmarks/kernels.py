"""How soon is a kernel there, and what does it hold? Stock kernels beside forked ones.

``python -m benchmarks.kernels [--starts 5] [--crowd 20] [--json]`` starts kernels one after the other, then a crowd at
the same moment, each of both kinds, on this machine. Absolute figures are this machine's and drift with its load;
ratios hold. What a client waits between the kernel's answer and calling it ready (0.2 s, jupyter_client) is in
all of them.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import time
from dataclasses import asdict, dataclass

import psutil
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager

from cluster_kit.kernels import KERNEL_NAME, kernelspecs_folder
from cluster_kit.kernels.fork_server_pool import close_fork_servers

KINDS = {"stock": "python3", "forked": KERNEL_NAME}
IMPORTS = "import ipywidgets, pandas, matplotlib.pyplot, cluster_kit.workshop, cluster_kit.forms"
PATIENCE_S = 300
MB = 1e6


@dataclass(frozen=True)
class One:
    """One kernel's life: seconds from asking to ready, for the imports, to shut down; megabytes after the imports."""

    ready_s: float
    imports_s: float
    shutdown_s: float
    uss_mb: float
    pss_mb: float


@dataclass(frozen=True)
class Row:
    """A kind of kernel: the first of all, medians of those after it, and a crowd at the same moment.

    ``usable`` is ready with the imports done. Memory per kernel is measured while the whole crowd lives; the fork
    server's own is ``fork_server_pss_mb``, 0 for stock kernels.
    """

    kind: str
    first_ready_s: float
    ready_s: float
    imports_s: float
    shutdown_s: float
    crowd: int
    crowd_first_usable_s: float
    crowd_last_usable_s: float
    crowd_uss_mb: float
    crowd_pss_mb: float
    fork_server_pss_mb: float


def main() -> None:
    """Measure, and print a table or, with ``--json``, a list of rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--crowd", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = [asyncio.run(measure(kind, options.starts, options.crowd)) for kind in KINDS]
    if options.json:
        print(json.dumps([asdict(row) for row in rows], indent=2))
    else:
        print_table(rows)


async def measure(kind: str, starts: int, crowd: int) -> Row:
    """All figures of one kind."""
    close_fork_servers()
    first = await live(kind)
    lives = [await live(kind) for _ in range(starts)]
    begun = time.perf_counter()
    kernels = [Kernel(kind) for _ in range(crowd)]
    usable = await asyncio.gather(*(kernel.become_usable(begun) for kernel in kernels))
    memory = [kernel.memory() for kernel in kernels]
    fork_server_pss = kernels[0].fork_server_memory() if kind == "forked" else 0.0
    await asyncio.gather(*(kernel.end() for kernel in kernels))
    return Row(
        kind=kind,
        first_ready_s=first.ready_s,
        ready_s=median([each.ready_s for each in lives]),
        imports_s=median([each.imports_s for each in lives]),
        shutdown_s=median([each.shutdown_s for each in lives]),
        crowd=crowd,
        crowd_first_usable_s=round(min(usable), 2),
        crowd_last_usable_s=round(max(usable), 2),
        crowd_uss_mb=median([uss for uss, _ in memory]),
        crowd_pss_mb=median([pss for _, pss in memory]),
        fork_server_pss_mb=round(fork_server_pss, 1),
    )


async def live(kind: str) -> One:
    """One kernel, from its start to its end."""
    kernel = Kernel(kind)
    times = [time.perf_counter()]
    await kernel.start()
    times.append(time.perf_counter())
    await kernel.run(IMPORTS)
    times.append(time.perf_counter())
    uss, pss = kernel.memory()
    ended = time.perf_counter()
    await kernel.end()
    return One(times[1] - times[0], times[2] - times[1], time.perf_counter() - ended, uss, pss)


class Kernel:
    """A kernel to measure."""

    def __init__(self, kind: str) -> None:
        specs = KernelSpecManager(kernel_dirs=[str(kernelspecs_folder())])
        self.manager = AsyncKernelManager(kernel_name=KINDS[kind], kernel_spec_manager=specs)

    async def start(self) -> None:
        """Be ready in the sense of jupyter_client."""
        await self.manager.start_kernel()
        self.client = self.manager.client()
        self.client.start_channels()
        await self.client.wait_for_ready(timeout=PATIENCE_S)

    async def run(self, code: str) -> None:
        """Run code to its end."""
        await self.client._async_execute_interactive(code, timeout=PATIENCE_S, output_hook=lambda _: None)

    async def become_usable(self, begun: float) -> float:
        """Seconds since ``begun`` when it is ready, with the imports done."""
        await self.start()
        await self.run(IMPORTS)
        return time.perf_counter() - begun

    def memory(self) -> tuple[float, float]:
        """Megabytes of its own (USS), and with its share of what it shares (PSS)."""
        found = psutil.Process(self.manager.provisioner.pid).memory_full_info()
        return found.uss / MB, found.pss / MB

    def fork_server_memory(self) -> float:
        """The fork server's megabytes (PSS)."""
        return float(psutil.Process(psutil.Process(self.manager.provisioner.pid).ppid()).memory_full_info().pss / MB)

    async def end(self) -> None:
        """Shut down."""
        self.client.stop_channels()
        await self.manager.shutdown_kernel()


def median(values: list[float]) -> float:
    """Rounded to two places."""
    return round(statistics.median(values), 2)


def print_table(rows: list[Row]) -> None:
    """One line for each figure, one column for each kind."""
    columns = [asdict(row) for row in rows]
    sys.stdout.write(f"{'':24}" + "".join(f"{each['kind']:>10}" for each in columns) + "\n")
    for name in list(columns[0])[1:]:
        sys.stdout.write(f"{name:24}" + "".join(f"{each[name]:>10.2f}" for each in columns) + "\n")


if __name__ == "__main__":
    main()
