"""One server in several processes: one address, one store, and kernels reachable through any of them."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import psutil
import pytest

from cluster_kit.server.workers import Worker
from tests.serving import AVERY, FAY, Server, run_server, wait_until

WORKERS = 2


@pytest.fixture(scope="module")
def _server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with run_server(tmp_path_factory.mktemp("workers") / "home", "--processes", str(WORKERS)) as server:
        yield server


@pytest.fixture
def server(_server: Server) -> Server:
    """The server, started again if a test has ended it."""
    if _server.process_ended():
        _server.start()
    return _server


def workers(server: Server) -> list[psutil.Process]:
    assert server.process is not None
    return psutil.Process(server.process.pid).children()


def ask(server: Server, path: str, cookies: httpx.Cookies) -> httpx.Response:
    """One request on a new connection, which may reach any worker."""
    with httpx.Client(base_url=server.address, cookies=cookies, timeout=60) as client:
        return client.get(path)


def listens(port: int) -> bool:
    with socket.socket() as trial:
        return trial.connect_ex(("127.0.0.1", port)) == 0


def private_ports(server: Server) -> set[int]:
    ports = set()
    for worker in workers(server):
        listening = {c.laddr.port for c in worker.net_connections("tcp") if c.status == psutil.CONN_LISTEN}
        ports |= listening - {int(server.address.rpartition(":")[2])}
    return ports


def test_a_worker_is_written_as_it_is_read() -> None:
    worker = Worker(1, (4001, 4002, 4003))
    assert Worker.parse(str(worker)) == worker
    assert worker.port == 4002
    assert worker.mint_kernel_id().startswith("01")
    assert worker.peers() == {"00": "http://127.0.0.1:4001", "02": "http://127.0.0.1:4003"}
    assert Worker.parse("") is None


def test_all_workers_listen_on_one_address_and_each_on_a_port_of_its_own(server: Server) -> None:
    assert len(workers(server)) == WORKERS
    assert len(private_ports(server)) == WORKERS


def test_somebody_who_signed_in_at_one_worker_is_known_to_all(server: Server) -> None:
    with server.client(AVERY) as client:
        for _ in range(4 * WORKERS):
            assert ask(server, "/session/1", client.cookies).status_code == 200


def test_a_kernel_is_reached_through_every_worker_by_its_owner_alone(server: Server) -> None:
    with server.client(FAY) as facilitator, server.client(AVERY) as avery:
        page = facilitator.get("/console/1", timeout=60)
        found = re.search(r'data-kernel="([\w-]+)"', page.text)
        assert found
        path = f"/api/kernels/{found[1]}"
        for port in private_ports(server):
            address = f"http://127.0.0.1:{port}{path}"
            assert httpx.get(address, cookies=facilitator.cookies, timeout=60).status_code == 204
            assert httpx.get(address, cookies=avery.cookies, timeout=60).status_code == 404
            assert httpx.get(address, timeout=60).status_code == 403


def test_a_worker_that_dies_is_started_again_and_all_end_with_the_server(server: Server) -> None:
    before = {process.pid for process in workers(server)}
    first = workers(server)[0]
    first.send_signal(signal.SIGKILL)
    wait_until(lambda: len({p.pid for p in workers(server)} - before) == 1, "there is a new worker")
    wait_until(lambda: len(private_ports(server)) == WORKERS, "it listens")
    started = workers(server)
    assert server.end(signal.SIGTERM) == 0
    psutil.wait_procs(started, timeout=20)
    assert not any(process.is_running() for process in started)


def test_a_server_that_was_killed_returns_to_its_port_although_its_workers_are_still_ending(server: Server) -> None:
    """Pages and proxies know one address: on the next port, no page would ever be reached again."""
    address, before, log = server.address, workers(server), server.log
    for worker in before:
        worker.suspend()
    server.end(signal.SIGKILL)
    with ThreadPoolExecutor() as pool:
        starting = pool.submit(server.start)
        wait_until(lambda: "Waiting up to" in server.log[len(log) :] or starting.done(), "it has begun")
        for worker in before:
            worker.resume()
        starting.result()
    assert server.address == address
    psutil.wait_procs(before, timeout=20)
    assert not any(worker.is_running() for worker in before)
    with server.client(AVERY) as client:
        assert ask(server, "/session/1", client.cookies).status_code == 200


def test_the_port_of_a_worker_that_died_is_kept_for_the_next_one(server: Server) -> None:
    """Other programs' connections take free ports: a worker that cannot have its own again never starts."""
    assert server.process is not None
    parent, worker = psutil.Process(server.process.pid), workers(server)[0]
    ports = {c.laddr.port for c in worker.net_connections("tcp") if c.status == psutil.CONN_LISTEN}
    [port] = ports - {int(server.address.rpartition(":")[2])}
    parent.suspend()
    try:
        worker.kill()
        wait_until(lambda: not listens(port), "the worker is dead")
        with socket.socket() as other, pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", port))
    finally:
        parent.resume()
    wait_until(lambda: port in private_ports(server), "the next one listens there")


def test_a_worker_that_does_not_end_with_its_parent_is_killed() -> None:
    code = (
        "import signal, cluster_kit.server.run_with_parent as run; run.STOP_TIMEOUT_S = 0;"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); run._end_with_parent()"
    )
    done = subprocess.run([sys.executable, "-c", code], stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == -signal.SIGKILL
