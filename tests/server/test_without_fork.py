"""A server that cannot fork kernels, as on Windows and macOS, still runs an ordinary session."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from cluster_kit.kernels.errors import FORK_VARIABLE
from tests.server.page_client import until
from tests.serving import AVERY, JORDAN, TASI, Server, run_server, wait_until

# Other packages are imported as on this system, and then the kit's own modules without what Windows lacks.
ON_WINDOWS = """import importlib, os, signal, sys
import cluster_kit.cli.demo, cluster_kit.cli.serve, cluster_kit.server.app
kit = [name for name in sys.modules if name.partition(".")[0] == "cluster_kit"]
for name in kit:
    del sys.modules[name]
sys.platform = "win32"
sys.modules.update(dict.fromkeys(("fcntl", "grp", "pwd", "resource", "termios")))
for module, names in (
    (os, "fork geteuid getloadavg getuid killpg pidfd_open sched_getaffinity setsid statvfs"),
    (signal, "SIGALRM SIGCHLD SIGHUP SIGKILL SIGUSR1 SIGUSR2 pidfd_send_signal"),
):
    for name in names.split():
        delattr(module, name)
for name in kit:
    importlib.import_module(name)
"""
SAVE = {"id": "first", "prompt": "goals.statement", "row": "row1", "value": "One approval calendar", "base": []}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(FORK_VARIABLE, "0")
        with run_server(tmp_path_factory.mktemp("no-fork") / "home", "--prepare", "1") as running:
            yield running


def is_ready(server: Server) -> bool:
    return httpx.get(f"{server.address}/ready", timeout=60).status_code == 200


def test_no_module_of_the_server_needs_what_windows_lacks_to_be_imported() -> None:
    done = subprocess.run([sys.executable, "-c", ON_WINDOWS], capture_output=True, text=True, timeout=250, check=False)
    assert done.returncode == 0, done.stderr


def test_pages_are_prepared_without_a_process_to_fork_from(server: Server) -> None:
    wait_until(lambda: is_ready(server), "all pages are prepared")
    assert server.fork_servers() == []


def test_a_whole_team_gets_pages_and_no_kernel_starts_for_them(server: Server) -> None:
    wait_until(lambda: is_ready(server), "all pages are prepared")
    wait_until(lambda: not server.kernels(), "the kernels that rendered them have ended")
    for person in (AVERY, JORDAN, TASI):
        with server.client(person) as client:
            page = client.get("/session/1")
            assert page.status_code == 200
            assert 'data-exercise="goals"' in page.text
    assert not server.kernels()


def test_answers_are_saved_and_seen_by_teammates(server: Server) -> None:
    with server.connect(AVERY, exercises=["goals"]) as avery, server.connect(JORDAN, exercises=["goals"]) as jordan:
        assert avery.save("goals", SAVE)["type"] == "saved"
        until(lambda: jordan.values("goals", "goals.statement", "row1") == [SAVE["value"]], "the teammate sees it")
