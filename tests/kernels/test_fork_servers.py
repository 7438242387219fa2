"""Fork servers start on demand, end with their server, and are replaced when code changes."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from cluster_kit.kernels.errors import KernelForkError
from cluster_kit.kernels.fork_server_pool import close_fork_servers, current_pool
from cluster_kit.kernels.fork_server_spec import make_spec
from tests.kernels.harness import FORKED, environment, is_running, parent_of, running, wait_for, write_spec

SERVER = """
    import json, os, sys
    from tests.kernels.harness import FORKED, Talk, connect, environment, parent_of, specs
    from jupyter_client.manager import KernelManager
    from pathlib import Path

    def start():
        manager = KernelManager(kernel_name=FORKED, kernel_spec_manager=specs(Path(sys.argv[1])))
        manager.start_kernel(env=environment())
        return Talk(manager, connect(manager))

    talks = [start(), start()]
    files = [talk.manager.connection_file for talk in talks] + [talk.manager.ip for talk in talks]
    print(json.dumps([[parent_of(talks[0].pid), *(talk.pid for talk in talks)], files]), flush=True)
"""


@pytest.fixture(autouse=True)
def no_fork_servers() -> Iterator[None]:
    """Start and end each test without fork servers."""
    close_fork_servers()
    yield
    close_fork_servers()


def serve(folder: Path, then: str) -> subprocess.Popen[str]:
    """A server process with two kernels that prints their pids and files, and then executes more code.

    It can wait for its input, which has none and does not end before the server or the test does.
    """
    script = textwrap.dedent(SERVER) + textwrap.dedent(then)
    command = [sys.executable, "-c", script, str(folder)]
    root = str(Path(__file__).parents[2])
    pipe, none = subprocess.PIPE, subprocess.DEVNULL
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=none, text=True, cwd=root)


def announced(server: subprocess.Popen[str]) -> tuple[list[int], list[Path]]:
    import json

    assert server.stdout
    pids, files = json.loads(server.stdout.readline())
    return pids, [Path(file) for file in files]


def test_a_server_that_is_killed_takes_its_fork_server_kernels_and_files_with_it(tmp_path: Path) -> None:
    with serve(write_spec(tmp_path), "input()") as server:
        pids, files = announced(server)
        assert all(map(is_running, pids))
        assert files[0].exists()
        server.send_signal(signal.SIGKILL)
    wait_for(lambda: not any(map(is_running, pids)), "the end of all")
    assert not files[0].exists()
    assert not files[-1].parent.exists()


@pytest.mark.parametrize("kernels", ["busy", "idle"])
def test_a_server_that_ends_without_a_word_to_its_kernels_leaves_none(tmp_path: Path, kernels: str) -> None:
    then = "talks[0].client.execute('while True: pass')" if kernels == "busy" else ""
    with serve(write_spec(tmp_path), then + "\nsys.exit()") as server:
        pids, _ = announced(server)
    wait_for(lambda: not any(map(is_running, pids)), "the end of all")
    assert server.returncode == 0


def test_a_fork_of_the_server_has_kernels_of_its_own_and_keeps_none_of_its_parents_alive(
    tmp_path: Path,
) -> None:
    then = """
        import time
        if os.fork() == 0:
            own = start()
            print(json.dumps([[os.getpid(), parent_of(own.pid), own.pid], []]), flush=True)
            sys.stdin.read()
            time.sleep(600)
        sys.stdin.read()
    """
    with serve(write_spec(tmp_path), then) as server:
        pids, _ = announced(server)
        (fork, *others), _ = announced(server)
        assert others[0] != pids[0]
        server.send_signal(signal.SIGKILL)
        wait_for(lambda: not is_running(pids[0]), "the end of the fork server")
        assert all(map(is_running, [fork, *others]))
        os.kill(fork, signal.SIGKILL)
    wait_for(lambda: not any(map(is_running, [*pids, *others])), "the end of all")


def test_a_change_of_code_brings_a_new_fork_server_and_spares_running_kernels(tmp_path: Path) -> None:
    module = tmp_path / "changing.py"
    module.write_text("VALUE = 1")
    folder, env = write_spec(tmp_path, "changing"), environment(PYTHONPATH=str(tmp_path))
    with running(FORKED, folder, env=env) as first:
        assert first.value("changing.VALUE", "import changing") == 1
        module.write_text("VALUE = 22")
        with running(FORKED, folder, env=env) as second, running(FORKED, folder, env=env) as third:
            assert second.value("changing.VALUE", "import changing") == 22
            assert first.value("changing.VALUE") == 1
            assert parent_of(second.pid) == parent_of(third.pid) != parent_of(first.pid)
        old = parent_of(first.pid)
    wait_for(lambda: not is_running(old), "the old fork server's end with its last kernel")


def test_any_file_of_a_watched_package_counts_as_code(tmp_path: Path) -> None:
    package = tmp_path / "watched"
    package.mkdir()
    (package / "__init__.py").write_text(
        "from pathlib import Path\nTEXT = Path(__file__).with_name('a.js').read_text()"
    )
    (package / "a.js").write_text("one")
    folder, env = write_spec(tmp_path, "watched", watch=("watched",)), environment(PYTHONPATH=str(tmp_path))
    with running(FORKED, folder, env=env) as first:
        assert first.value("watched.TEXT", "import watched") == "one"
    (package / "a.js").write_text("three")
    with running(FORKED, folder, env=env) as second:
        assert second.value("watched.TEXT", "import watched") == "three"


def test_kernels_with_other_variables_that_are_read_once_have_another_fork_server() -> None:
    usual = make_spec("python", ["pandas"], [], {"HOME": "/a", "TZ": "UTC", "PYTHONPATH": "/a"})
    assert usual == make_spec("python", ["pandas"], [], {"HOME": "/b", "TZ": "EST", "PYTHONPATH": "/a"})
    assert usual != make_spec("python", ["pandas"], [], {"HOME": "/a", "TZ": "UTC", "PYTHONPATH": "/b"})


def test_a_fork_server_can_start_before_the_first_kernel(tmp_path: Path) -> None:
    spec = make_spec(sys.executable, [], [], os.environ)
    pid = current_pool().start(spec).result()
    assert is_running(pid)
    assert current_pool().start(spec).result() == pid


def test_what_cannot_be_imported_is_logged_and_does_no_harm(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with running(FORKED, write_spec(tmp_path, "no_such_module")) as kernel:
        assert kernel.value("1 + 1") == 2
        assert os.readlink(f"/proc/{parent_of(kernel.pid)}/cwd") == "/"
    assert "no_such_module" in caplog.text


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (
            "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()",
            "must not fork: its imports left 2",
        ),
        ("import os; os._exit(1)", "ended during its imports"),
        ("import os; os.register_at_fork(before=lambda: os._exit(1))", "does not answer"),
    ],
)
def test_without_a_fork_server_kernels_start_as_ordinary_processes(
    tmp_path: Path, source: str, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "unfit.py").write_text(source)
    folder, env = write_spec(tmp_path, "unfit"), environment(PYTHONPATH=str(tmp_path))
    with running(FORKED, folder, env=env) as kernel:
        assert parent_of(kernel.pid) == os.getpid()
        assert kernel.manager.transport == "ipc"
    assert f"starts the ordinary way. The fork server {why}" in caplog.text
    with running(FORKED, folder, env=env):
        assert "No new attempt within" in caplog.text


def test_a_start_that_only_a_new_process_can_serve_is_ordinary(caplog: pytest.LogCaptureFixture) -> None:
    with running(FORKED, umask=0o077) as kernel:
        assert kernel.value("oct(os.umask(0o077))", "import os") == "0o77"
        assert parent_of(kernel.pid) == os.getpid()
    assert "It was asked for with umask" in caplog.text


def test_a_kernel_has_tcp_where_every_path_is_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import tempfile

    long = tmp_path / ("long" * 25)
    long.mkdir()
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    with running(FORKED, write_spec(tmp_path)) as kernel:
        assert kernel.manager.transport == "tcp"
        assert kernel.value("1 + 1") == 2
    assert "speaks over TCP" in caplog.text
    assert list(long.iterdir()) == []


def test_tcp_can_be_chosen(tmp_path: Path) -> None:
    with running(FORKED, write_spec(tmp_path, ipc=False)) as kernel:
        assert kernel.manager.transport == "tcp"
        assert kernel.value("1 + 1") == 2
        assert parent_of(kernel.pid) != os.getpid()


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_other_systems_start_kernels_the_ordinary_way(platform: str) -> None:
    from cluster_kit.kernels.provisioner import check_possible

    with pytest.raises(KernelForkError, match="needs Linux"):
        check_possible([sys.executable, "-m", "ipykernel_launcher"], {}, platform)


@pytest.mark.parametrize(
    ("command", "how", "why"),
    [
        (["python", "-c", "pass"], {}, "does not run ipykernel_launcher"),
        (["python", "-m", "ipykernel_launcher"], {"independent": True}, "survive its server"),
        (["python", "-m", "ipykernel_launcher"], {"stdout": subprocess.PIPE}, "pipe"),
    ],
)
def test_what_a_fork_cannot_be_is_said(command: list[str], how: dict[str, object], why: str) -> None:
    from cluster_kit.kernels.provisioner import check_possible

    with pytest.raises(KernelForkError, match=why):
        check_possible(command, how)


def test_the_log_has_a_line_when_a_fork_server_is_ready(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with running(FORKED, write_spec(tmp_path)) as kernel:
        assert f"Fork server {parent_of(kernel.pid)} is ready after" in caplog.text
