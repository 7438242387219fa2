"""A forked kernel as its server sees it: what ``subprocess.Popen`` is for a child of one's own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import socket

from cluster_kit.kernels import wire

BIND_S = 20.0
KILLED = -signal.SIGKILL


class WarmKernel:
    """A kernel process, with what ``LocalProvisioner`` uses of ``subprocess.Popen``.

    The process keeps its pid, even when it has ended, until ``wait``, ``close`` or the end of this object. An object
    that nobody holds any more takes a running kernel with it.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, line: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._line = line
        self._line.setblocking(False)
        self._pidfd: int | None = os.pidfd_open(pid)

    def poll(self) -> int | None:
        """The exit status, negative for a signal; None while it runs."""
        while self.returncode is None:
            try:
                message, _ = wire.receive(self._line)
            except BlockingIOError:
                break
            except (EOFError, OSError):  # its parent has died, so it is being killed, and nobody can say how it ended
                if self._has_ended(0):
                    self.returncode = KILLED
                break
            self.returncode = message.get("exit")
        return self.returncode

    def wait(self) -> int:
        """The exit status, as soon as there is one."""
        if self.returncode is None:
            self._has_ended(None)
        while self.poll() is None:
            select.select([self._line], [], [])
        self.close()
        return int(self.returncode or 0)

    async def wait_until_bound(self) -> None:
        """Return when its sockets accept connections, or it has ended, or ``BIND_S`` seconds have passed."""
        loop = asyncio.get_running_loop()
        heard = asyncio.Event()
        loop.add_reader(self._line, heard.set)
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(heard.wait(), BIND_S)
        finally:
            loop.remove_reader(self._line)

    def send_signal(self, signum: int) -> None:
        """Send a signal to this process, if it still runs."""
        if self.poll() is None and self._pidfd is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, signum)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    def close(self) -> None:
        """Let its parent bury it. A kernel that still runs is killed."""
        if self.poll() is None:
            self.returncode = KILLED
        self._line.close()
        if self._pidfd is not None:
            os.close(self._pidfd)
            self._pidfd = None

    def __del__(self) -> None:
        if hasattr(self, "_pidfd"):
            self.close()

    def _has_ended(self, timeout_s: float | None) -> bool:
        return self._pidfd is not None and bool(select.select([self._pidfd], [], [], timeout_s)[0])
