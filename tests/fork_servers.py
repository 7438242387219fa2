"""Fork servers of kernels that are forked from a process that has imported what kernels need.

The imports take longer than anything else when a server starts. Everything after them is the kit's own: a process that
runs ``run_fork_server`` with the same protocol. ``tests/kernels`` and ``tests/test_wheel.py`` start fork servers as
users do, and so do servers that run in several processes.
"""

from __future__ import annotations

import atexit
import os
import select
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from functools import cache

import psutil
import pytest

from cluster_kit.kernels import wire
from cluster_kit.kernels.fork_server_pool import _start as start_from_nothing
from cluster_kit.kernels.fork_server_spec import ForkServerSpec, fork_server_environment, make_spec
from cluster_kit.kernels.prestart import read_config

READS_ENVIRONMENT = "cluster_kit.server.widgets.preload"  # on import: each fork server imports it for its series


class ForkedProcess:
    """A process that is not a child, with the methods of ``subprocess.Popen`` that the pool uses."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._pidfd = os.pidfd_open(pid)
        self._ended = select.poll()
        self._ended.register(self._pidfd, select.POLLIN)

    def poll(self) -> int | None:
        """None while it runs."""
        return 0 if self._ended.poll(0) else None

    def wait(self, timeout: float | None = None) -> int:
        if not self._ended.poll(None if timeout is None else timeout * 1000):
            raise subprocess.TimeoutExpired("cluster_kit.kernels.fork_server", timeout or 0)
        return 0

    def kill(self) -> None:
        if self.poll() is None:
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def __del__(self) -> None:
        os.close(self._pidfd)


@dataclass(frozen=True)
class Template:
    """The process to fork from. ``read_once``: the variables that it started with and that a fork cannot change."""

    pid: int
    requests: socket.socket
    read_once: tuple[tuple[str, str], ...]

    def use(self) -> None:
        """Make this process fork its fork servers from it, unless they need other variables."""
        pytest.MonkeyPatch().setattr("cluster_kit.kernels.fork_server_pool._start", self._start)

    def _start(self, spec: ForkServerSpec, control: int) -> ForkedProcess | subprocess.Popen[bytes]:
        if spec.environment != self.read_once:
            return start_from_nothing(spec, control)
        answer, theirs = wire.make_pair()
        with answer, theirs:
            request = {"name": _name(os.getpid()), "environment": fork_server_environment(spec)}
            wire.send(self.requests, request, [theirs.fileno(), control, sys.stderr.fileno()])
            theirs.close()
            return ForkedProcess(wire.receive(answer)[0]["pid"])


_templates: list[Template] = []


def start_template() -> Template:
    """Start the process to fork from, once for each set of variables that a fork cannot change."""
    config = read_config()
    modules = [name for name in config["modules"] if name != READS_ENVIRONMENT]
    return _start_template(make_spec(sys.executable, modules, config["watch"], os.environ))


@cache
def _start_template(spec: ForkServerSpec) -> Template:
    requests, theirs = wire.make_pair()
    with theirs:
        pid = os.posix_spawn(
            sys.executable,
            [sys.executable, "-m", "tests.kernel_template", *spec.modules],
            fork_server_environment(spec),
            file_actions=[(os.POSIX_SPAWN_DUP2, theirs.fileno(), 0)],
            setsid=True,
        )
    atexit.register(requests.close)  # then it ends
    _templates.append(Template(pid, requests, spec.environment))
    return _templates[-1]


def find_fork_servers(server: int) -> list[psutil.Process]:
    """The running fork servers of this process: forked from a template, or started by it as users' servers do."""
    forked = [child for template in _templates for child in psutil.Process(template.pid).children()]
    started = [child for child in psutil.Process(server).children() if _runs_fork_server(child)]
    return [child for child in forked if child.is_running() and child.name() == _name(server)] + started


def _runs_fork_server(process: psutil.Process) -> bool:
    try:
        return process.cmdline()[1:3] == ["-m", "cluster_kit.kernels.fork_server"]
    except psutil.NoSuchProcess:
        return False


def _name(server: int) -> str:
    """The name of a server's fork servers. Linux keeps 15 characters of it."""
    return f"forks-{server}"
