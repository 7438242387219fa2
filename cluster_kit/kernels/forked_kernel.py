"""What a forked child does to be a kernel as if it had been started afresh."""

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
# Among processes that are as large, the system's memory killer takes a kernel before a server or a database.
OOM_SCORE = "300"
NO_PARENT_POLLING = 1
OPEN_FILES = resource.getrlimit(resource.RLIMIT_NOFILE)  # what is usual here; the parent raises its own

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class ForkedKernel:
    """A child right after the fork: what it is asked to be, what it knows, and the descriptors that it was given."""

    arguments: tuple[str, ...]
    environment: dict[str, str]
    known_files: frozenset[str]
    parent: int
    line: socket.socket
    cwd: int
    stdout: int
    stderr: int


class WarmKernelApp(IPKernelApp):
    """IPython's kernel, which says when its sockets are bound."""

    line: socket.socket | None = None
    known_files: frozenset[str] = frozenset()

    def init_heartbeat(self) -> None:
        """Bind the last of the sockets, and tell the server: a connection made now succeeds at once."""
        super().init_heartbeat()  # type: ignore[no-untyped-call]
        if self.line:
            wire.send(self.line, {"bound": True})
            self.line.close()
            self.line = None

    def init_kernel(self) -> None:
        """Make the kernel, but spare it the walk over all modules.

        ipykernel lists their files for its debugger. Touching each would unshare 9 MB of the parent's memory; and
        the parent has made that list already.
        """
        vars(ipkernel)["sys"] = SimpleNamespace(**{**vars(sys), "modules": {}})
        try:
            super().init_kernel()  # type: ignore[no-untyped-call]
        finally:
            vars(ipkernel)["sys"] = sys
        if debugger := getattr(self.kernel, "debugger", None):
            debugger.kernel_modules = self.known_files

    def start(self) -> None:
        """Run until shut down; then let the control thread end while the output thread, which it waits for, runs."""
        super().start()  # type: ignore[no-untyped-call]
        if self.control_thread:
            self.control_thread.stop()
            self.control_thread.join()


def become_kernel(newborn: ForkedKernel) -> NoReturn:
    """Be a kernel until it is over; then end without tearing down modules, which would unshare the parent's memory."""
    status = 1
    try:
        reset_process(newborn)
        run_kernel(newborn)
        status = 0
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except BaseException:
        traceback.print_exc(file=sys.__stderr__)
    finally:
        _end(status)


def reset_process(newborn: ForkedKernel) -> None:
    """Take on what was asked: session, streams, folder, environment; and shed what came from the parent."""
    os.setsid()
    _die_with(newborn.parent)
    os.dup2(newborn.stdout, 1)
    os.dup2(newborn.stderr, 2)
    os.fchdir(newborn.cwd)
    line = newborn.line.fileno()
    os.closerange(3, line)
    os.closerange(line + 1, os.sysconf("SC_OPEN_MAX"))
    resource.setrlimit(resource.RLIMIT_NOFILE, OPEN_FILES)
    os.environ.clear()
    os.environ.update(newborn.environment, JPY_PARENT_PID=str(newborn.parent))
    time.tzset()
    tempfile.tempdir = None
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    reseed()
    gc.enable()


def reseed() -> None:
    """Fresh randomness where a library keeps its own: no two kernels may draw the same numbers."""
    random.seed()
    if numpy_random := sys.modules.get("numpy.random"):
        numpy_random.seed()
    if processes := sys.modules.get("multiprocessing.process"):
        processes.current_process().authkey = os.urandom(32)


def run_kernel(newborn: ForkedKernel) -> None:
    """Run IPython's kernel with the arguments of the command line, until it is shut down."""
    launcher = importlib.util.find_spec("ipykernel_launcher")
    sys.argv = [str(launcher and launcher.origin), *newborn.arguments]
    app = WarmKernelApp.instance(parent_handle=NO_PARENT_POLLING)
    app.line, app.known_files = newborn.line, newborn.known_files
    app.initialize(sys.argv[1:])  # type: ignore[no-untyped-call]
    if widgets := sys.modules.get("ipywidgets"):
        widgets.load_ipython_extension(app.shell)  # what importing it in a kernel does
    app.start()


def _die_with(parent: int) -> None:
    """Be killed when the parent ends, however it ends; at once if it already has."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
    with contextlib.suppress(OSError):  # not everywhere may a process do so
        Path("/proc/self/oom_score_adj").write_text(OOM_SCORE, encoding="ascii")


def _end(status: int) -> NoReturn:
    """What the interpreter does at its end, without the teardown."""
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
