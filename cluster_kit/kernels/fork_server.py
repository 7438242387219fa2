"""The warm parent: a small process that has imported what kernels need, and forks them.

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
from cluster_kit.kernels.forked_kernel import ForkedKernel, become_kernel

# What a running kernel holds: importing ipykernel.kernelapp alone does not bring all of it.
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
# What libraries are told while they are imported. Figures go where a kernel sends them; but the module that does so is
# left to the kernel, for it looks for its shell. The debugger says nothing about Python's frozen modules.
WHILE_IMPORTING = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}
MANY_DESCRIPTORS = 16384


@dataclass
class Kernel:
    """A child: ``line`` is None when the server has closed it, ``pidfd`` is None when the child has ended."""

    pid: int
    pidfd: int | None
    line: socket.socket | None
    leftovers: tuple[str, ...]


class ForkServer:
    """The parent's loop. ``control`` is None when the server wants no more kernels."""

    def __init__(self, control: socket.socket, watch: Iterable[str]) -> None:
        self.control: socket.socket | None = control
        self.watched = loaded_files(), tuple(watch)
        self.fingerprint = take_fingerprint(*self.watched)
        self.kernels: dict[int, Kernel] = {}
        self.selector = selectors.DefaultSelector()
        self.selector.register(control, selectors.EVENT_READ, self._on_control)

    def serve(self) -> ForkedKernel | None:
        """Serve until there is nothing left to do, and return None; in each forked child, return what it is to be."""
        while self.control or self.kernels:
            for key, _ in self.selector.select():
                handler: Callable[[], ForkedKernel | None] = key.data
                if newborn := handler():
                    return newborn
        return None

    def _on_control(self) -> ForkedKernel | None:
        """A request, or the end of them. A child returns from here; the parent returns None."""
        if self.control is None:
            return None
        try:
            message, descriptors = wire.receive(self.control)
        except (EOFError, OSError):
            self.selector.unregister(self.control)
            self.control.close()
            self.control = None
            return None
        newborn = None
        if len(descriptors) == wire.MOST_DESCRIPTORS:  # else this process has as many open as it may
            newborn = self._fork(wire.Request(**message), socket.socket(fileno=descriptors.pop(0)), descriptors)
        if newborn is None:
            for descriptor in descriptors:
                os.close(descriptor)
        return newborn

    def _fork(self, request: wire.Request, line: socket.socket, others: list[int]) -> ForkedKernel | None:
        if take_fingerprint(*self.watched) != self.fingerprint:
            _tell(line, {"stale": True})
            line.close()
            return None
        parent = os.getpid()
        try:
            pid = os.fork()
        except OSError as error:
            _tell(line, {"trouble": f"cannot fork: {error.strerror}"})
            line.close()
            return None
        if pid == 0:
            self._let_go()
            _tell(line, {"pid": os.getpid()})
            cwd, stdout, stderr = others
            asked = request.arguments, request.environment
            return ForkedKernel(*asked, self.watched[0], parent, line, cwd, stdout, stderr)
        self._take_in(pid, line, request.leftovers)
        return None

    def _take_in(self, pid: int, line: socket.socket, leftovers: tuple[str, ...]) -> None:
        pidfd = os.pidfd_open(pid)
        kernel = self.kernels[pid] = Kernel(pid, pidfd, line, leftovers)
        self.selector.register(pidfd, selectors.EVENT_READ, lambda: self._on_exit(kernel))
        self.selector.register(line, selectors.EVENT_READ, lambda: self._on_line(kernel))

    def _on_exit(self, kernel: Kernel) -> None:
        """The child has ended: tell its server, and keep its pid from being given to another process until it knows."""
        if kernel.pidfd is None:
            return
        ended = os.waitid(os.P_PIDFD, kernel.pidfd, os.WEXITED | os.WNOWAIT)
        if ended is None:
            return
        status = ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status
        self.selector.unregister(kernel.pidfd)
        os.close(kernel.pidfd)
        kernel.pidfd = None
        if kernel.line:
            _tell(kernel.line, {"exit": status})
        else:
            self._bury(kernel)

    def _on_line(self, kernel: Kernel) -> None:
        """The server has closed the line: nobody wants this kernel any more."""
        if kernel.line is None:
            return
        self.selector.unregister(kernel.line)
        kernel.line.close()
        kernel.line = None
        if kernel.pidfd is None:
            self._bury(kernel)
            return
        signal.pidfd_send_signal(kernel.pidfd, signal.SIGKILL)
        _kill_group(kernel.pid)
        for path in kernel.leftovers:
            _remove(Path(path))

    def _bury(self, kernel: Kernel) -> None:
        os.waitpid(kernel.pid, 0)
        del self.kernels[kernel.pid]

    def _let_go(self) -> None:
        """In a child: close what is the parent's business, through its objects, lest they close anything later."""
        self.selector.close()
        if self.control:
            self.control.close()
        for kernel in self.kernels.values():
            if kernel.line:
                kernel.line.close()
            if kernel.pidfd is not None:
                os.close(kernel.pidfd)
        self.kernels.clear()


def run_fork_server() -> None:
    """Warm up, serve, and in each child be a kernel."""
    sys.path.pop(0)  # where this process happens to stand; a kernel puts its own folder there
    control = socket.socket(fileno=os.dup(0))
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    allow_descriptors()
    message, _ = wire.receive(control)
    order = wire.Order(**message)
    missing = warm_process(order.modules)
    family = ForkServer(control, order.watch)
    gc.freeze()  # without collecting first: what that frees would be filled in, and so unshared, by every kernel
    wire.send(control, wire.Ready(missing, why_not_to_fork()))
    newborn = family.serve()
    if newborn:
        become_kernel(newborn)


def allow_descriptors() -> None:
    """Let this process open more files than is usual: it has two descriptors for each kernel."""
    usual, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = max(usual, MANY_DESCRIPTORS)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most))


def warm_process(modules: Iterable[str]) -> dict[str, str]:
    """Import what kernels need; what could not be imported, and why."""
    gc.disable()
    for name, value in WHILE_IMPORTING.items():
        os.environ.setdefault(name, value)
    missing = {}
    for name in (*KERNEL_MODULES, *modules):
        try:
            importlib.import_module(name)
        except Exception as error:  # a module that fails here fails in the kernel, where its user sees it
            missing[name] = f"{type(error).__name__}: {error}"
    return missing


def why_not_to_fork() -> str:
    """Empty when forking is safe: a second thread may hold a lock that a child would wait for for ever."""
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError as error:
        return f"this system has no descriptors for processes ({error.strerror})"
    threads = [(task / "comm").read_text(encoding="utf-8").strip() for task in Path("/proc/self/task").iterdir()]
    return f"its imports left {len(threads)} threads in it ({', '.join(threads)})" if len(threads) > 1 else ""


def _tell(line: socket.socket, message: dict[str, object]) -> None:
    """Say it if anybody still listens."""
    with contextlib.suppress(OSError):
        wire.send(line, message)


def _kill_group(pid: int) -> None:
    """Kill the child's own process group; there is none yet if it has not come that far."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


if __name__ == "__main__":
    run_fork_server()
