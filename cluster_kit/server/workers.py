"""One server in several processes: ``serve --processes N`` uses every processor, with one address and one store.

Each worker listens on the shared address (``SO_REUSEPORT``: the system spreads connections over them) and on a port of
its own on the loopback interface. Pages can use any worker. A kernel belongs to the worker that started it, so
its id begins with that worker's number, and the other workers relay requests for it (``relay``).
"""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO

from cluster_kit.errors import ClusterKitError, UsageError
from cluster_kit.server.ports import CHECK_S, bind_shared, reserve_port

RESTART_PAUSE_S = 2.0
STOP_TIMEOUT_S = 20.0
"""How long a worker may take to end. Then it is killed, also if its parent was."""


class WorkerFailedError(ClusterKitError, RuntimeError):
    """A worker ended before it was listening."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(f"A server process ended at its start with exit code {code}. The lines above say why.")


@dataclass(frozen=True)
class Worker:
    """One of the processes: its number, and the private ports of all workers by number."""

    number: int
    ports: tuple[int, ...]

    @classmethod
    def parse(cls, text: str) -> Worker | None:
        """The worker in a ``--worker`` option, in the format of ``str``; None for an empty text."""
        number, _, ports = text.partition(":")
        return cls(int(number), tuple(int(port) for port in ports.split(","))) if text else None

    def __str__(self) -> str:
        return f"{self.number}:{','.join(map(str, self.ports))}"

    @property
    def port(self) -> int:
        """The worker's private port."""
        return self.ports[self.number]

    def mint_kernel_id(self) -> str:
        """A new kernel id with the worker's prefix."""
        return f"{self.number:02x}{str(uuid.uuid4())[2:]}"

    def peers(self) -> dict[str, str]:
        """Addresses of the other workers by the prefix of their kernel ids."""
        others = (number for number in range(len(self.ports)) if number != self.number)
        return {f"{number:02x}": f"http://127.0.0.1:{self.ports[number]}" for number in others}


def supervise(
    command: Sequence[str],
    host: str,
    ports: range,
    processes: int,
    announce: Callable[[str], None],
    report_wait: Callable[[int], None],
) -> None:
    """Run ``command`` in this number of processes until interrupted, and restart those that die.

    ``command`` is a ``serve`` command without host, port, and worker. The first free one of ``ports`` is shared.
    ``announce`` is called with the address once all workers listen, ``report_wait`` with a port that is
    waited for. Raises ``NoPortError``, ``UsageError`` if the system cannot share a port, and ``WorkerFailedError`` if a
    worker does not start.
    """
    if not hasattr(socket, "SO_REUSEPORT") or sys.platform == "win32":
        raise UsageError(
            "Here --processes cannot share a port. Start several servers behind nginx (docs/how-to/deploying.md)."
        )
    with ExitStack() as reserved:
        port = reserved.enter_context(reserve_port(host, ports, report_wait)).getsockname()[1]
        # Each worker's own port is reserved, too: until it is restarted, another program could take it.
        private = [reserved.enter_context(bind_shared("127.0.0.1", 0)) for _ in range(processes)]
        started = [*command, "--host", host, "--port", str(port)]
        group = _Group(started, tuple(one.getsockname()[1] for one in private))
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            announce(group.start())
            group.watch()
        except KeyboardInterrupt:
            pass
        finally:
            group.stop()


class _Group:
    """The worker processes. Each ends with this process, for any reason (``run_with_parent``)."""

    def __init__(self, command: Sequence[str], ports: tuple[int, ...]) -> None:
        self._command, self._ports = command, ports
        self._processes: list[subprocess.Popen[str]] = []

    def start(self) -> str:
        """Start all workers; returns the shared address."""
        self._processes = [self._spawn(number) for number in range(len(self._ports))]
        addresses = [_first_line(process) for process in self._processes]
        return addresses[0]

    def watch(self) -> None:
        """Restart workers that die, until interrupted."""
        while True:
            time.sleep(CHECK_S)
            for number, process in enumerate(self._processes):
                if process.poll() is not None:
                    time.sleep(RESTART_PAUSE_S)
                    self._processes[number] = self._spawn(number)

    def stop(self) -> None:
        """Stop all workers, and wait for them."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            try:
                process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()

    def _spawn(self, number: int) -> subprocess.Popen[str]:
        worker = Worker(number, self._ports)
        program = [sys.executable, "-m", "cluster_kit.server.run_with_parent", *self._command, "--worker", str(worker)]
        pipe = subprocess.PIPE
        return subprocess.Popen(program, stdin=pipe, stdout=pipe, text=True)  # noqa: S603  (our own command)


def _first_line(process: subprocess.Popen[str]) -> str:
    out: IO[str] | None = process.stdout
    line = out.readline().strip() if out else ""
    if not line:
        raise WorkerFailedError(process.wait())
    return line
