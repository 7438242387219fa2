"""A forked kernel's process handle, as ``subprocess.Popen`` is for a child."""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import socket

from cluster_kit.kernels import wire

BIND_S = 20.0
KILLED = -9  # SIGKILL, a name that Windows does not have


class ForkedKernelProcess:
    """A kernel process, with the part of ``subprocess.Popen`` that ``LocalProvisioner`` uses.

    The pid stays reserved until ``wait``, ``close``, or the deletion of this object, even after the process has ended.
    Deleting the object kills a running kernel.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, channel: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._channel = channel
        self._channel.setblocking(False)
        self._pidfd: int | None = os.pidfd_open(pid)

    def poll(self) -> int | None:
        """The exit status, negative for a signal; None while it runs."""
        while self.returncode is None:
            try:
                message, _ = wire.receive(self._channel)
            except BlockingIOError:
                break
            except (EOFError, OSError):  # the fork server ended, so the kernel is killed and has no known status
                if self._has_ended(0):
                    self.returncode = KILLED
                break
            self.returncode = message.get("exit")
        return self.returncode

    def wait(self) -> int:
        """Wait for the process to end, and return its exit status."""
        if self.returncode is None:
            self._has_ended(None)
        while self.poll() is None:
            select.select([self._channel], [], [])
        self.close()
        return int(self.returncode or 0)

    async def wait_until_bound(self) -> None:
        """Wait until its sockets accept connections, it has ended, or ``BIND_S`` seconds have passed."""
        loop = asyncio.get_running_loop()
        heard = asyncio.Event()
        loop.add_reader(self._channel, heard.set)
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(heard.wait(), BIND_S)
        finally:
            loop.remove_reader(self._channel)

    def send_signal(self, signum: int) -> None:
        """Send a signal to the process if it is running."""
        if self.poll() is None and self._pidfd is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, signum)

    def terminate(self) -> None:
        """Send SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Send SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def close(self) -> None:
        """Close the channel: the fork server kills the kernel if it is running, and reaps it."""
        if self.poll() is None:
            self.returncode = KILLED
        self._channel.close()
        if self._pidfd is not None:
            os.close(self._pidfd)
            self._pidfd = None

    def __del__(self) -> None:
        if hasattr(self, "_pidfd"):
            self.close()

    def _has_ended(self, timeout_s: float | None) -> bool:
        return self._pidfd is not None and bool(select.select([self._pidfd], [], [], timeout_s)[0])
