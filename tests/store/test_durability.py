"""What the store has acknowledged survives killed writers, a crashed database server, and a failed write.

``docs/explanation/durability.md`` states the guarantees.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from cluster_kit.store import Response, Store, StoreUnavailableError
from tests.postgres import run_postgres
from tests.store.group_writer import TAKEN, make_group
from tests.store.samples import answer, running


def kill_writers(url: str, at_once: int, kills: int) -> list[str]:
    """Run writers, kill them one by one at random moments, and return all ids that they acknowledged."""
    acknowledged: list[str] = []
    killed: set[int] = set()
    until_kill = 1
    order = json.dumps({"url": url, "writers": kills, "at_once": at_once})
    with running("-m", "tests.store.group_writer", order) as writers:
        for pid, ids in read_acknowledged(writers):
            acknowledged += ids
            until_kill -= 1
            if until_kill <= 0 and pid not in killed:
                os.kill(pid, signal.SIGKILL)
                killed.add(pid)
                until_kill = random.randint(1, 12)
    assert len(killed) == kills
    return acknowledged


def read_acknowledged(writers: subprocess.Popen[str]) -> Iterator[tuple[int, list[str]]]:
    """The process and the ids of every acknowledgment until the last writer has ended."""
    assert writers.stdout
    for line in writers.stdout:
        assert line.endswith("\n")
        pid, *ids = line.split()
        yield int(pid), ids


def check_kept(store: Store, acknowledged: list[str]) -> None:
    """Every acknowledged answer is stored, and every group with all of its accepted batches or not at all."""
    kept = {r.id: r for state in ("OH", "GU") for r in store.history("2026", state)}
    assert kept.pop(TAKEN.id).value == TAKEN.value
    assert acknowledged
    assert len(acknowledged) == len(set(acknowledged))
    assert set(acknowledged) <= kept.keys()
    for name, numbers in itertools.groupby(sorted(find_groups(kept)), key=lambda group: group[0]):
        for _, number in numbers:
            accepted = [b for b in make_group(name, number) if TAKEN.id not in {r.id for r in b}]
            for made in itertools.chain.from_iterable(accepted):
                found = kept.pop(made.id)
                assert found.model_dump(exclude={"seq", "at"}) == made.model_dump()
    assert kept == {}
    current = Counter((r.author, r.jurisdiction, r.row) for r in store.current("2026"))
    assert set(current.values()) == {1}


def find_groups(kept: dict[str, Response]) -> set[tuple[str, int]]:
    """The writer's name and the number of every group with stored answers."""
    return {(name, int(number)) for name, number, _, _ in (response_id.split("-") for response_id in kept)}


@pytest.mark.parametrize("at_once", [1, 3])
def test_killed_writers_lose_no_acknowledged_answer_and_leave_no_part_of_a_batch(url: str, at_once: int) -> None:
    """A single writer finds the SQLite log as a killed one left it; several also compete for the lock."""
    with Store.open(url) as store:
        store.append([TAKEN])
    acknowledged = kill_writers(url, at_once, kills=6 if url.startswith("sqlite") else 2)
    with Store.open(url) as store:
        check_kept(store, acknowledged)
        assert store.append([answer(id="after")])[0].status == "saved"
    if url.startswith("sqlite"):
        check_file(url)


def check_file(url: str) -> None:
    """SQLite's integrity check passes."""
    connection = sqlite3.connect(Path(url.removeprefix("sqlite:///")))
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


def test_a_crash_of_the_postgres_server_loses_no_acknowledged_answer() -> None:
    """If one of its processes is killed, PostgreSQL ends all of them and recovers from its log.

    The machine does not crash, so ``fsync`` makes no difference.
    """
    with run_postgres({"fsync": "off"}) as url, Store.open(url) as store:
        store.append([TAKEN])
        acknowledged: list[str] = []
        order = json.dumps({"url": url, "writers": 1, "at_once": 1})
        with running("-m", "tests.store.group_writer", order) as writers:
            for count, (pid, ids) in enumerate(read_acknowledged(writers)):
                acknowledged += ids
                if count == 5:
                    crash_server(url)
                if count == 15:
                    os.kill(pid, signal.SIGKILL)
        check_kept(store, acknowledged)


def crash_server(url: str) -> None:
    """Kill the server process that serves a writer."""
    engine = create_engine(url)
    with engine.connect() as connection:
        query = "SELECT pid FROM pg_stat_activity WHERE datname IS NOT NULL AND pid <> pg_backend_pid()"
        pids = connection.exec_driver_sql(query).scalars().all()
    engine.dispose()
    os.kill(random.choice(pids), signal.SIGKILL)


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """Make every write of this process beyond this file size fail."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_write_to_the_sqlite_log_that_fails_keeps_nothing_of_any_batch(sqlite_url: str) -> None:
    long = "x" * 150_000
    batches = [[answer(id="small", row="s")], [answer(id="long-1", row="1", value=long), answer(id="long-2", row="2")]]
    with Store.open(sqlite_url) as store:
        store.append([answer(id="before")])
        log = Path(f"{sqlite_url.removeprefix('sqlite:///')}-wal")
        with no_file_longer_than(log.stat().st_size + 40_000):
            with pytest.raises(StoreUnavailableError, match="could not be read or written") as caught:
                store.append_batches(batches)
            assert caught.value.retryable
            assert [response.id for response in store.history("2026", "OH")] == ["before"]
        results = store.append_batches(batches)
        assert [[receipt.status for receipt in result] for result in results if isinstance(result, list)] == [
            ["saved"],
            ["saved", "saved"],
        ]
