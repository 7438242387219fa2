"""The fork server: a small process that has imported what kernels need, and forks them.

``python -m cluster_kit.kernels.fork_server`` with its end of the control pair as standard input; see ``wire``. It has
one thread, no ZeroMQ context, no database and no listening socket, so that a fork is safe and a child starts clean. It
ends when the server has closed the control pair (or died) and the last kernel is gone.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import resource
import selectors
import shutil
import signal
import socket
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from cluster_kit.kernels import wire
from cluster_kit.kernels.fingerprint import loaded_files, take_fingerprint
from cluster_kit.kernels.forked_kernel import ForkedKernel, run_forked_kernel

# The modules of a running kernel. Importing ipykernel.kernelapp does not import all of them.
KERNEL_MODULES = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.debugger",
    "IPython.core.completer",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.core.pylabtools",
    "IPython.extensions.storemagic",
    "IPython.utils.wildcard",
    "encodings.ascii",
    "encodings.idna",
    "encodings.latin_1",
    "encodings.utf_8_sig",
    "faulthandler",
    "pdb",
    "runpy",
    "tornado.gen",
    "tornado.platform.asyncio",
    "tornado.queues",
)
# Environment variables during the imports. Matplotlib's inline backend is set here but imported in the kernel, because
# it needs the kernel's shell. The debugger does not warn about Python's frozen modules.
WHILE_IMPORTING = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}
MANY_DESCRIPTORS = 16384


@dataclass
class Kernel:
    """A child. ``channel`` is None after the client closed it; ``pidfd`` is None after the child ended."""

    pid: int
    pidfd: int | None
    channel: socket.socket | None
    leftovers: tuple[str, ...]


class ForkServer:
    """The fork server's loop. ``control`` is None after the client closed it."""

    def __init__(self, control: socket.socket, watch: Iterable[str]) -> None:
        self.control: socket.socket | None = control
        self.watched = loaded_files(), tuple(watch)
        self.fingerprint = take_fingerprint(*self.watched)
        self.kernels: dict[int, Kernel] = {}
        self.selector = selectors.DefaultSelector()
        self.selector.register(control, selectors.EVENT_READ, self._on_control)

    def serve(self) -> ForkedKernel | None:
        """Serve until the client is gone and no kernel runs, and return None. In a forked child, return it."""
        while self.control or self.kernels:
            for key, _ in self.selector.select():
                handler: Callable[[], ForkedKernel | None] = key.data
                if forked := handler():
                    return forked
        return None

    def _on_control(self) -> ForkedKernel | None:
        """Handle a request, or the end of the control channel. In a forked child, return it; in the parent, None."""
        if self.control is None:
            return None
        try:
            message, descriptors = wire.receive(self.control)
        except (EOFError, OSError):
            self.selector.unregister(self.control)
            self.control.close()
            self.control = None
            return None
        forked = None
        if len(descriptors) == wire.MOST_DESCRIPTORS:  # otherwise the process has reached its descriptor limit
            forked = self._fork(wire.Request(**message), socket.socket(fileno=descriptors.pop(0)), descriptors)
        if forked is None:
            for descriptor in descriptors:
                os.close(descriptor)
        return forked

    def _fork(self, request: wire.Request, channel: socket.socket, others: list[int]) -> ForkedKernel | None:
        if take_fingerprint(*self.watched) != self.fingerprint:
            _try_send(channel, {"stale": True})
            channel.close()
            return None
        parent = os.getpid()
        try:
            pid = os.fork()
        except OSError as error:
            _try_send(channel, {"trouble": f"cannot fork: {error.strerror}"})
            channel.close()
            return None
        if pid == 0:
            self._close_inherited()
            _try_send(channel, {"pid": os.getpid()})
            cwd, stdout, stderr = others
            asked = request.arguments, request.environment
            return ForkedKernel(*asked, self.watched[0], parent, channel, cwd, stdout, stderr)
        self._register(pid, channel, request.leftovers)
        return None

    def _register(self, pid: int, channel: socket.socket, leftovers: tuple[str, ...]) -> None:
        pidfd = os.pidfd_open(pid)
        kernel = self.kernels[pid] = Kernel(pid, pidfd, channel, leftovers)
        self.selector.register(pidfd, selectors.EVENT_READ, lambda: self._on_exit(kernel))
        self.selector.register(channel, selectors.EVENT_READ, lambda: self._on_channel(kernel))

    def _on_exit(self, kernel: Kernel) -> None:
        """Report the child's exit status. Its pid stays reserved until the client closes the channel."""
        if kernel.pidfd is None:
            return
        ended = os.waitid(os.P_PIDFD, kernel.pidfd, os.WEXITED | os.WNOWAIT)
        if ended is None:
            return
        status = ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status
        self.selector.unregister(kernel.pidfd)
        os.close(kernel.pidfd)
        kernel.pidfd = None
        if kernel.channel:
            _try_send(kernel.channel, {"exit": status})
        else:
            self._reap(kernel)

    def _on_channel(self, kernel: Kernel) -> None:
        """The client closed the channel: kill the kernel if it runs, and reap it."""
        if kernel.channel is None:
            return
        self.selector.unregister(kernel.channel)
        kernel.channel.close()
        kernel.channel = None
        if kernel.pidfd is None:
            self._reap(kernel)
            return
        signal.pidfd_send_signal(kernel.pidfd, signal.SIGKILL)
        _kill_group(kernel.pid)
        for path in kernel.leftovers:
            _remove(Path(path))

    def _reap(self, kernel: Kernel) -> None:
        os.waitpid(kernel.pid, 0)
        del self.kernels[kernel.pid]

    def _close_inherited(self) -> None:
        """In a child: close the parent's descriptors through their objects, which must not close them later."""
        self.selector.close()
        if self.control:
            self.control.close()
        for kernel in self.kernels.values():
            if kernel.channel:
                kernel.channel.close()
            if kernel.pidfd is not None:
                os.close(kernel.pidfd)
        self.kernels.clear()


def run_fork_server() -> None:
    """Import the modules, serve, and run a kernel in each child."""
    sys.path.pop(0)  # the working directory; a kernel inserts its own
    control = socket.socket(fileno=os.dup(0))
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    allow_descriptors()
    message, _ = wire.receive(control)
    configuration = wire.Configure(**message)
    missing = import_modules(configuration.modules)
    server = ForkServer(control, configuration.watch)
    gc.freeze()  # without a collection: kernels would reuse the freed memory and so unshare its pages
    wire.send(control, wire.Ready(missing, find_fork_obstacle()))
    forked = server.serve()
    if forked:
        run_forked_kernel(forked)


def allow_descriptors() -> None:
    """Raise the limit of open files, because the process has two descriptors for each kernel."""
    usual, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = max(usual, MANY_DESCRIPTORS)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most))


def import_modules(modules: Iterable[str]) -> dict[str, str]:
    """Import the modules of kernels. Return the reason for each module that could not be imported."""
    gc.disable()
    for name, value in WHILE_IMPORTING.items():
        os.environ.setdefault(name, value)
    missing = {}
    for name in (*KERNEL_MODULES, *modules):
        try:
            importlib.import_module(name)
        except Exception as error:  # the import fails again in the kernel, where its user sees the error
            missing[name] = f"{type(error).__name__}: {error}"
    return missing


def find_fork_obstacle() -> str:
    """The reason why forking is unsafe, or an empty string. Another thread may hold a lock, which deadlocks a child."""
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError as error:
        return f"this system has no descriptors for processes ({error.strerror})"
    threads = [(task / "comm").read_text(encoding="utf-8").strip() for task in Path("/proc/self/task").iterdir()]
    return f"its imports left {len(threads)} threads in it ({', '.join(threads)})" if len(threads) > 1 else ""


def _try_send(channel: socket.socket, message: dict[str, object]) -> None:
    """Send a message, and ignore a closed channel."""
    with contextlib.suppress(OSError):
        wire.send(channel, message)


def _kill_group(pid: int) -> None:
    """Kill the child's process group, which does not exist until the child has created it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


if __name__ == "__main__":
    run_fork_server()
