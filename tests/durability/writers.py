"""Processes that write to a store directly, killed at random moments: ``tests/store/group_writer.py``."""

from __future__ import annotations

import itertools
import json
import os
import random
import signal
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from cluster_kit.store import Response, Store
from tests.store.group_writer import TAKEN, make_group
from tests.store.samples import running


def kill_writers(
    url: str, at_once: int, kills: int, choices: random.Random | None = None, tell: Callable[[int], None] | None = None
) -> list[str]:
    """Run writers, kill them one by one at random moments, and return all ids that they acknowledged."""
    choices, acknowledged = choices or random.Random(), []
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
                if tell:
                    tell(len(killed))
                until_kill = choices.randint(1, 12)
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


def check_file(url: str) -> None:
    """SQLite's integrity check passes."""
    connection = sqlite3.connect(Path(url.removeprefix("sqlite:///")))
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
