"""The kit's command as a process of its own.

Every process is forked from one that has imported the kit, because the imports take longer than most commands. It runs
the same entry point with its own arguments, environment, folder, and files. ``tests.fork_servers`` does the same for
the fork server of its kernels. ``tests/test_command.py`` and ``tests/test_wheel.py`` start the command as a user does.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from multiprocessing import forkserver, process
from pathlib import Path

import pytest

from cluster_kit.kernels.fork_server_spec import ONE_THREAD
from tests.fork_servers import Template, start_template

PATIENCE_S = 90.0  # exceeded only on an overloaded machine
# The beginning of a command that ends with its parent, so that a run of the tests that is killed leaves no process.
UNTIL_PARENT_ENDS = ("setpriv", "--pdeathsig", "KILL") if shutil.which("setpriv") else ()
_processes = multiprocessing.get_context("forkserver")


class Command:
    """A running command, with the methods of ``subprocess.Popen`` that tests use."""

    def __init__(
        self,
        words: Sequence[str],
        folder: Path,
        out: Path,
        errors: Path,
        prepare: Callable[[], None] | None = None,
    ) -> None:
        """Start it; ``prepare`` is a function of a module, called in the new process before the command."""
        arguments = ("cluster-kit", *words), dict(os.environ), str(folder), (str(out), str(errors))
        self._process = _processes.Process(target=_run, args=(*arguments, start_template(), prepare), daemon=True)
        _start_parent()
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        """The exit code; None while the process runs. A signal's number is negative."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end; returns the exit code."""
        self._process.join(timeout)
        code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired("cluster-kit", timeout or 0)
        return code

    def send_signal(self, which: signal.Signals) -> None:
        """Send a signal, if the process runs."""
        if self.poll() is None:
            os.kill(self.pid, which)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def run_command(
    *words: str | Path, folder: Path | None = None, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end. ``environment`` has variables that are set in addition."""
    with tempfile.TemporaryDirectory() as temporary, pytest.MonkeyPatch.context() as variables:
        out, errors = Path(temporary) / "out", Path(temporary) / "errors"
        for name, value in (environment or {}).items():
            variables.setenv(name, value)
        arguments = [str(word) for word in words]
        command = Command(arguments, folder or Path.cwd(), out, errors)
        try:
            code = command.wait(PATIENCE_S)
        finally:
            command.kill()
        return subprocess.CompletedProcess(arguments, code, out.read_text("utf-8"), errors.read_text("utf-8"))


def _start_parent() -> None:
    """Start the process to fork from, if it does not run. It has one thread, so that a fork is safe."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in ONE_THREAD.items():
            environment.setenv(name, value)
        _processes.set_forkserver_preload(["tests.imported_kit"])
        forkserver.ensure_running()


def _run(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    folder: str,
    output: tuple[str, str],
    template: Template,
    prepare: Callable[[], None] | None,
) -> None:
    """In the new process: what an interpreter does that is started with the command."""
    from cluster_kit.cli import main

    process.current_process()._config["daemon"] = False  # type: ignore[attr-defined]  # it may have processes of its own
    threading.Thread(target=_end_with_tests, name="end with tests", daemon=True).start()
    os.environ.clear()
    os.environ.update(environment)
    template.use()
    os.chdir(folder)
    for descriptor, path in enumerate((os.devnull, *output)):
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND if descriptor else os.O_RDONLY, 0o644)
        os.dup2(opened, descriptor)
        os.close(opened)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)
    sys.argv = list(arguments)
    if prepare:
        prepare()
    try:
        main()
    finally:
        atexit._run_exitfuncs()


def _end_with_tests() -> None:
    """End this process if that of the tests is killed."""
    tests = process.parent_process()
    assert tests
    tests.join()
    os.kill(os.getpid(), signal.SIGTERM)
