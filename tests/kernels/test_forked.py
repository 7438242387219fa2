"""Specifics of forked kernels: one fork server, shared memory, separate lifetimes."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from jupyter_client.manager import AsyncKernelManager

from cluster_kit.kernels import prestart_fork_server
from cluster_kit.kernels.fork_server_pool import close_fork_servers
from tests.asyncs import run
from tests.kernels.harness import (
    FORKED,
    PATIENCE_S,
    Talk,
    children,
    environment,
    is_running,
    open_files,
    parent_of,
    running,
    specs,
    wait_for,
)

DRAWS = {
    "random": ("random.random()", "import random"),
    "numpy": ("float(numpy.random.random())", "import numpy"),
    "a generator of numpy's": ("float(numpy.random.default_rng().random())", "import numpy"),
    "uuid": ("str(uuid.uuid4())", "import uuid"),
    "secrets": ("secrets.token_hex()", "import secrets"),
    "tempfile": ("tempfile.mktemp()", "import tempfile"),
    "tls": ("ssl.RAND_bytes(8).hex()", "import ssl"),
    "authkey": ("multiprocessing.current_process().authkey.hex()", "import multiprocessing"),
    "ipython": ("get_ipython().kernel.ident", ""),
}


@pytest.fixture
def kernel() -> Iterator[Talk]:
    with running(FORKED) as talk:
        yield talk


def test_kernels_share_a_fork_server_of_one_thread_that_has_imported_what_they_need(kernel: Talk) -> None:
    with running(FORKED) as other:
        assert parent_of(kernel.pid) == parent_of(other.pid)
    assert parent_of(parent_of(kernel.pid)) == os.getpid()
    assert len(os.listdir(f"/proc/{parent_of(kernel.pid)}/task")) == 1
    assert kernel.value(
        "[each in sys.modules for each in ('pandas', 'matplotlib.pyplot', 'cluster_kit.forms')]", "import sys"
    ) == [True, True, True]


def test_a_kernel_imports_nothing_more_until_it_is_used(kernel: Talk) -> None:
    """The modules of a running kernel are all in ``KERNEL_MODULES``; those of the fork server are frozen."""
    young = "import gc, sys; young = {id(each) for each in gc.get_objects()}"
    names = "sorted(name for name, module in sys.modules.items() if id(module) in young and name != '__main__')"
    assert kernel.value(names, young) == []


def test_nothing_of_the_fork_server_or_of_siblings_is_open_in_a_kernel(kernel: Talk) -> None:
    with running(FORKED) as second:
        streams = {0, 1, 2}
        private = [
            {leads for number, leads in open_files(pid).items() if number not in streams and "anon_inode" not in leads}
            for pid in (os.getpid(), parent_of(kernel.pid), kernel.pid, second.pid)
        ]
        mine, parents, first, younger = ({leads for leads in each if leads.startswith("socket")} for each in private)
        assert not first & (mine | parents | younger)
        assert not younger & (mine | parents)
        assert not [leads for leads in open_files(second.pid).values() if "pidfd" in leads]


def test_a_kernel_speaks_over_sockets_that_only_its_user_can_reach(kernel: Talk) -> None:
    info = kernel.manager.get_connection_info()
    folder = Path(str(info["ip"])).parent
    assert info["transport"] == "ipc"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert len(list(folder.iterdir())) == 5
    # ipykernel itself listens on one port, for the output of processes that a kernel forks.
    assert len(psutil.Process(kernel.pid).net_connections(kind="inet")) == 1
    assert psutil.Process(parent_of(kernel.pid)).net_connections(kind="inet") == []


@pytest.mark.parametrize("source", DRAWS)
def test_no_two_kernels_draw_the_same(kernel: Talk, source: str) -> None:
    with running(FORKED) as other:
        assert kernel.value(*DRAWS[source]) != other.value(*DRAWS[source])


def test_kernels_do_not_see_what_others_do(kernel: Talk) -> None:
    kernel.run("import pandas, os; pandas.options.display.max_rows = 3; os.environ['MINE'] = '1'")
    with running(FORKED) as other:
        assert other.value("pandas.options.display.max_rows", "import pandas") == 60
        assert other.value("'MINE' in os.environ", "import os") is False


def test_a_kernel_outlives_neither_its_manager_nor_its_fork_server(kernel: Talk) -> None:
    pid, parent = kernel.pid, parent_of(kernel.pid)
    assert parent != os.getpid()
    os.kill(parent, signal.SIGKILL)
    wait_for(lambda: not kernel.manager.is_alive(), "the kernel's end")
    assert not is_running(pid)
    assert kernel.manager.provisioner.process.poll() == -signal.SIGKILL  # type: ignore[union-attr, attr-defined]
    kernel.manager.restart_kernel()
    kernel.reconnect()
    assert kernel.value("1 + 1") == 2
    assert parent_of(kernel.pid) != parent


def test_a_fork_server_that_is_stopped_with_its_kernels_is_gone() -> None:
    with running(FORKED) as kernel:
        pid, parent = kernel.pid, parent_of(kernel.pid)
        close_fork_servers()
        wait_for(lambda: not is_running(pid), "the kernel's end")
        assert not is_running(parent)
        assert not kernel.manager.is_alive()


def test_twenty_at_once_are_served_and_the_event_loop_goes_on() -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0.01)

    async def start() -> AsyncKernelManager:
        manager = AsyncKernelManager(kernel_name=FORKED, kernel_spec_manager=specs())
        await manager.start_kernel(env=environment())
        return manager

    async def answer(manager: AsyncKernelManager) -> int:
        client = manager.client()
        client.start_channels()
        await client.wait_for_ready(timeout=PATIENCE_S)
        client.stop_channels()
        return int(manager.provisioner.pid)  # type: ignore[union-attr, attr-defined]

    async def play() -> list[int]:
        clock = asyncio.create_task(tick())
        managers = await asyncio.gather(*(start() for _ in range(20)))
        pids = await asyncio.gather(*map(answer, managers))
        assert all(map(is_running, pids))
        await asyncio.gather(*(manager.shutdown_kernel() for manager in managers))
        clock.cancel()
        return list(pids)

    close_fork_servers()
    pids = run(play())
    assert len(set(pids)) == 20
    assert not any(map(is_running, pids))
    assert ticks > 20


def test_who_gives_up_waiting_for_a_kernel_leaves_none_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))

    async def play() -> None:
        manager = AsyncKernelManager(kernel_name=FORKED, kernel_spec_manager=specs())
        starting = asyncio.create_task(manager.start_kernel(env=environment()))
        await asyncio.sleep(0)
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)

    with running(FORKED) as kernel:
        run(play())
        parent = parent_of(kernel.pid)
        with running(FORKED) as later:  # requests are served in order, so the abandoned one is done
            wait_for(lambda: set(children(parent)) == {kernel.pid, later.pid}, "only kernels that are wanted")
    assert list(tmp_path.glob("cluster-kit-*")) == []


def test_a_kernel_that_is_dropped_ends() -> None:
    with running(FORKED) as kernel:
        process = kernel.manager.provisioner.process  # type: ignore[union-attr, attr-defined]
        pid = kernel.pid
        process.close()
        wait_for(lambda: not Path(f"/proc/{pid}").exists(), "its burial")


def test_the_debugger_knows_which_files_are_not_its_users(kernel: Talk) -> None:
    files = "sorted(get_ipython().kernel.debugger.kernel_modules)"
    assert kernel.value(f"any(each.endswith('pandas/__init__.py') for each in {files})") is True


def test_kernels_use_the_fork_server_that_was_started_in_advance() -> None:
    close_fork_servers()
    parent = prestart_fork_server(environment()).result(PATIENCE_S)
    with running(FORKED) as kernel:
        assert parent_of(kernel.pid) == parent
