"""Run a forked child as a kernel, with the state of a newly started process."""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import gc
import importlib.util
import os
import random
import resource
import signal
import socket
import sys
import tempfile
import threading
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

from ipykernel import ipkernel
from ipykernel.kernelapp import IPKernelApp

from cluster_kit.kernels import wire

PR_SET_PDEATHSIG = 1
# The out-of-memory killer prefers a kernel to a server or database of the same size.
OOM_SCORE = "300"
NO_PARENT_POLLING = 1
OPEN_FILES = resource.getrlimit(resource.RLIMIT_NOFILE)  # the default limit; the fork server raises its own

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class ForkedKernel:
    """A child after the fork: its request, the fork server's loaded files, and its descriptors."""

    arguments: tuple[str, ...]
    environment: dict[str, str]
    known_files: frozenset[str]
    parent: int
    channel: socket.socket
    cwd: int
    stdout: int
    stderr: int


class ForkedKernelApp(IPKernelApp):
    """IPython's kernel app, which reports when its sockets are bound."""

    channel: socket.socket | None = None
    known_files: frozenset[str] = frozenset()

    def init_heartbeat(self) -> None:
        """Bind the last socket, and report it: connections now succeed immediately."""
        super().init_heartbeat()  # type: ignore[no-untyped-call]
        if self.channel:
            wire.send(self.channel, {"bound": True})
            self.channel.close()
            self.channel = None

    def init_kernel(self) -> None:
        """Create the kernel without iterating over all modules.

        ipykernel lists their files for its debugger. Reading each module would unshare 9 MB of copy-on-write
        memory, and the fork server already has the list.
        """
        vars(ipkernel)["sys"] = SimpleNamespace(**{**vars(sys), "modules": {}})
        try:
            super().init_kernel()  # type: ignore[no-untyped-call]
        finally:
            vars(ipkernel)["sys"] = sys
        if debugger := getattr(self.kernel, "debugger", None):
            debugger.kernel_modules = self.known_files

    def start(self) -> None:
        """Run until shutdown. Then stop the control thread before the output thread, on which it depends."""
        super().start()  # type: ignore[no-untyped-call]
        if self.control_thread:
            self.control_thread.stop()
            self.control_thread.join()


def run_forked_kernel(forked: ForkedKernel) -> NoReturn:
    """Run the kernel, then ``os._exit``: tearing down modules would unshare copy-on-write memory."""
    status = 1
    try:
        reset_process(forked)
        run_kernel(forked)
        status = 0
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except BaseException:
        traceback.print_exc(file=sys.__stderr__)
    finally:
        _end(status)


def reset_process(forked: ForkedKernel) -> None:
    """Set the requested session, streams, folder, and environment, and drop inherited state."""
    os.setsid()
    _die_with_parent(forked.parent)
    os.dup2(forked.stdout, 1)
    os.dup2(forked.stderr, 2)
    os.fchdir(forked.cwd)
    channel = forked.channel.fileno()
    os.closerange(3, channel)
    os.closerange(channel + 1, os.sysconf("SC_OPEN_MAX"))
    resource.setrlimit(resource.RLIMIT_NOFILE, OPEN_FILES)
    os.environ.clear()
    os.environ.update(forked.environment, JPY_PARENT_PID=str(forked.parent))
    time.tzset()
    tempfile.tempdir = None
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    reseed()
    gc.enable()


def reseed() -> None:
    """Reseed random generators, so no two kernels draw the same numbers."""
    random.seed()
    if numpy_random := sys.modules.get("numpy.random"):
        numpy_random.seed()
    if processes := sys.modules.get("multiprocessing.process"):
        processes.current_process().authkey = os.urandom(32)


def run_kernel(forked: ForkedKernel) -> None:
    """Run IPython's kernel with the command-line arguments until shutdown."""
    launcher = importlib.util.find_spec("ipykernel_launcher")
    sys.argv = [str(launcher and launcher.origin), *forked.arguments]
    app = ForkedKernelApp.instance(parent_handle=NO_PARENT_POLLING)
    app.channel, app.known_files = forked.channel, forked.known_files
    app.initialize(sys.argv[1:])  # type: ignore[no-untyped-call]
    if widgets := sys.modules.get("ipywidgets"):
        widgets.load_ipython_extension(app.shell)  # as an import in a kernel does
    app.start()


def _die_with_parent(parent: int) -> None:
    """Have the system kill this process when the fork server ends, or exit if it has already ended."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
    with contextlib.suppress(OSError):  # some systems do not permit it
        Path("/proc/self/oom_score_adj").write_text(OOM_SCORE, encoding="ascii")


def _end(status: int) -> NoReturn:
    """Exit as the interpreter does, but without the teardown of modules."""
    try:
        for thread in threading.enumerate():
            if not thread.daemon and thread is not threading.current_thread():
                thread.join()
        atexit._run_exitfuncs()
        for stream in (sys.__stdout__, sys.__stderr__):
            if stream:
                stream.flush()
    finally:
        os._exit(status & 0xFF)
