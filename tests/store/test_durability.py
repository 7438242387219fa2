"""What the store has acknowledged survives killed writers, a crashed database server, and a failed write.

``docs/explanation/durability.md`` states the guarantees.
"""

from __future__ import annotations

import json
import os
import random
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from cluster_kit.store import Store, StoreUnavailableError
from tests.durability.writers import check_file, check_kept, kill_writers, read_acknowledged
from tests.postgres import run_postgres
from tests.store.group_writer import TAKEN
from tests.store.samples import answer, running


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
