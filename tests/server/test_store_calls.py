"""A store that hangs blocks only what needs it: time limits, bounded queues, and a report when the loop is blocked."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest
from sqlalchemy import make_url

from cluster_kit.cli.demo import prepare_demo
from cluster_kit.server.auth.tokens import Invitation, make_session_token
from cluster_kit.server.monitoring.loop_watchdog import LoopWatchdog
from cluster_kit.server.store_calls import StoreCalls
from cluster_kit.settings import Settings
from cluster_kit.store import StoreUnavailableError
from tests.asyncs import run
from tests.attacks.routes import ROUTES
from tests.postgres import run_postgres
from tests.server.test_store_threads import FAR
from tests.serving import AVERY, FAY, Server, add_people, wait_until

GIVEN_UP_S = 90.0
"""Longer than any route may wait: first to know the person, then for its data, 20 seconds each."""


def test_a_call_that_hangs_is_given_up_and_others_go_on() -> None:
    calls, released = StoreCalls("test", threads=2, timeout_s=0.2), threading.Event()

    async def ask() -> int:
        with pytest.raises(StoreUnavailableError, match="does not answer in time") as refused:
            await calls.run(released.wait, 30)
        assert refused.value.retryable
        return await calls.run(lambda: 3)

    try:
        assert run(ask()) == 3
    finally:
        released.set()


def test_a_call_beyond_the_queue_is_refused_at_once_and_room_comes_back() -> None:
    calls, released = StoreCalls("test", threads=1, timeout_s=30, most=1), threading.Event()

    async def ask() -> list[bool]:
        first = [asyncio.ensure_future(calls.run(released.wait, 30)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(StoreUnavailableError, match="too many waiting"):
            await calls.run(lambda: True)
        released.set()
        done = await asyncio.gather(*first)
        return [*done, await calls.run(lambda: True)]

    assert run(ask()) == [True, True, True]


def test_given_up_calls_that_had_not_begun_leave_their_place() -> None:
    calls, released = StoreCalls("test", threads=1, timeout_s=0.1, most=2), threading.Event()

    async def ask() -> bool:
        hung = [asyncio.ensure_future(calls.run(released.wait, 30)) for _ in range(3)]
        await asyncio.wait(hung)
        assert all(isinstance(one.exception(), StoreUnavailableError) for one in hung)
        released.set()
        while calls._unfinished:
            await asyncio.sleep(0.01)
        return await calls.run(lambda: True)

    assert run(ask())


def test_errors_of_a_call_are_its_own() -> None:
    async def ask() -> None:
        with pytest.raises(ZeroDivisionError):
            await StoreCalls("test", threads=1, timeout_s=5).run(lambda: 1 / 0)

    run(ask())


def test_a_blocked_event_loop_is_reported_with_its_place(caplog: pytest.LogCaptureFixture) -> None:
    watchdog = LoopWatchdog(check_s=0.02, blocked_s=0.1)

    def block_the_loop() -> None:
        deadline = time.monotonic() + 20
        while not caplog.records and time.monotonic() < deadline:
            time.sleep(0.01)

    async def serve() -> None:
        watchdog.start()
        await asyncio.sleep(0.1)
        block_the_loop()
        watchdog.stop()

    logging.getLogger("cluster_kit").propagate = True
    with caplog.at_level(logging.ERROR, logger="cluster_kit.server"):
        run(serve())
    [record] = caplog.records
    assert record.getMessage() == "event loop blocked"
    assert any("block_the_loop" in place for place in record.__dict__["places"])


@contextmanager
def stopped(url: str) -> Iterator[None]:
    """PostgreSQL hangs: all its processes are stopped, and its connections stay open."""
    folder = Path(str(make_url(url).query["host"]))
    server = psutil.Process(int((folder / "data" / "postmaster.pid").read_text().split()[0]))
    processes = [server, *server.children()]
    for process in processes:
        os.kill(process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in reversed(processes):
            os.kill(process.pid, signal.SIGCONT)


def test_while_postgres_hangs_pages_that_need_no_store_and_handshakes_are_answered(tmp_path: Path) -> None:
    """More requests than any pool has threads wait for the store, and monitoring keeps asking."""
    with run_postgres({"fsync": "off"}) as url:
        settings = Settings(tmp_path, url)
        add_people(prepare_demo(settings).series.id, settings)
        server = Server(tmp_path, options=["--db", url])
        server.start()
        try:
            with (
                server.client(AVERY) as avery,
                server.client(FAY) as fay,
                ThreadPoolExecutor(40 + 2 * len(ROUTES)) as pool,
                stopped(url),
            ):

                def ask(number: int) -> int:
                    token = make_session_token(settings.secret(), Invitation(f"unknown-{number}", FAR))
                    asked = httpx.get(f"{server.address}/", cookies={"cluster_kit": token}, timeout=60)
                    return asked.status_code

                def open_route(path: str, client: httpx.Client) -> tuple[str, int]:
                    address = f"{server.address}{path}"
                    asked = httpx.get(address, cookies=client.cookies, timeout=GIVEN_UP_S, follow_redirects=False)
                    return path, asked.status_code

                paths = [attack.path for attack in ROUTES.values() if "{" not in attack.path]
                every = [pool.submit(open_route, path, client) for path in paths for client in (avery, fay)]
                asked_for = [pool.submit(ask, number) for number in range(30)]
                ready = [pool.submit(httpx.get, f"{server.address}/ready", timeout=60) for _ in range(8)]
                slowest = 0.0
                for _ in range(10):
                    begun = time.monotonic()
                    assert httpx.get(f"{server.address}/health", timeout=60).status_code == 200
                    with server.connect(avery, hello=False):
                        pass
                    slowest = max(slowest, time.monotonic() - begun)
                    time.sleep(0.1)
                assert slowest < 5, "neither /health nor a handshake waits for the store"
                assert {one.result().status_code for one in ready} == {503}
                assert {one.result() for one in asked_for} == {503}
                statuses = [one.result() for one in every]
                assert {status for _, status in statuses} <= {200, 303, 400, 403, 404, 405, 503}, statuses
                assert ("/roster", 503) in statuses, "what the store has is not shown without it"
            with server.client(AVERY) as avery, server.connect(avery):
                wait_until(
                    lambda: httpx.get(f"{server.address}/ready", timeout=60).status_code == 200, "it is ready again"
                )
            assert "event loop blocked" not in server.log
        finally:
            server.end()
