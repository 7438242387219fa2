"""Processes that write concurrently, and one that is killed while writing."""

from __future__ import annotations

import sqlite3
import threading
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path

from cluster_kit.store import Store
from tests.store.samples import answer, read_line, read_receipts, running, tell, writers


def test_two_processes_that_change_one_field_at_once_both_keep_their_words(store: Store, url: str) -> None:
    store.append([answer(id="start")])
    order = {"url": url, "count": 1, "row": "", "base": ["start"]}
    with writers({**order, "name": "ana"}, {**order, "name": "ben"}) as processes:
        receipts = [receipt for process in processes for receipt in read_receipts(process)]
    assert sorted(status for _, _, status in receipts) == ["conflict", "saved"]
    assert {response.value for response in store.current("2026", "OH")} == {"ana 0", "ben 0"}


def test_eight_writers_lose_nothing_and_readers_never_miss_a_number(store: Store, url: str) -> None:
    """A client that polls for new answers, as each page does, sees every answer exactly once, in order."""
    orders = [
        {"url": url, "name": f"w{number}", "count": 50, "jurisdiction": "OH" if number % 2 else "GU"}
        for number in range(8)
    ]
    seen: dict[str, list[int]] = {"OH": [], "GU": []}
    done = threading.Event()

    def follow(jurisdiction: str) -> None:
        last_round = False
        while not last_round:
            last_round = done.is_set()
            newest = max(seen[jurisdiction], default=0)
            seen[jurisdiction] += [response.seq for response in store.since(newest, "2026", jurisdiction)]

    followers = [threading.Thread(target=follow, args=[jurisdiction]) for jurisdiction in seen]
    for follower in followers:
        follower.start()
    try:
        with writers(*orders) as processes:
            receipts = {process: read_receipts(process) for process in processes}
    finally:
        done.set()
        for follower in followers:
            follower.join()

    acknowledged: dict[str, dict[str, int]] = defaultdict(dict)
    for order, written in zip(orders, receipts.values(), strict=True):
        assert len(written) == 50
        assert [seq for _, seq, _ in written] == sorted(seq for _, seq, _ in written)
        acknowledged[str(order["jurisdiction"])].update({name: seq for name, seq, _ in written})
    for jurisdiction, written in acknowledged.items():
        kept = store.history("2026", jurisdiction)
        assert {response.id: response.seq for response in kept} == written
        assert seen[jurisdiction] == sorted(written.values())
        assert [response.at for response in kept] == sorted(response.at for response in kept)


def test_a_writer_that_is_killed_has_lost_nothing_that_it_was_told_is_saved(store: Store, url: str) -> None:
    with writers({"url": url, "name": "killed", "count": 100_000}) as [process]:
        first = [read_line(process) for _ in range(40)]
        process.kill()
        acknowledged = [line.split()[0] for line in first] + [receipt[0] for receipt in read_receipts(process)]
    kept = [response.id for response in store.history("2026", "OH")]
    assert kept[: len(acknowledged)] == acknowledged
    assert len(kept) - len(acknowledged) <= 1  # the one whose receipt was still in transit
    assert store.append([answer(id="after")])[0].status == "saved"


def test_after_a_kill_the_sqlite_file_is_whole(sqlite_url: str) -> None:
    with writers({"url": sqlite_url, "name": "killed", "count": 100_000}) as [process]:
        assert read_line(process)
        process.kill()
    connection = sqlite3.connect(Path(sqlite_url.removeprefix("sqlite:///")))
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


def test_threads_of_one_process_share_a_store(store: Store) -> None:
    def write(name: str) -> None:
        for number in range(8):
            store.append([answer(id=f"{name}{number}", row=f"{name}{number}")])

    threads = [threading.Thread(target=write, args=[name]) for name in "abcdefghij"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.history("2026", "OH")) == 80


def run_at_once(code: str, url: str, *names: str) -> set[str]:
    """What processes print that run ``code`` for one name each, at the same moment."""
    with ExitStack() as stack:
        processes = [stack.enter_context(running("-c", code, url, name)) for name in names]
        assert [read_line(process) for process in processes] == ["ready"] * len(names)
        for process in processes:
            tell(process, "go")
        return {read_line(process) for process in processes}


def test_one_name_that_two_commands_bring_at_once_is_one_person(store: Store, url: str) -> None:
    code = (
        "import sys; from cluster_kit.store import Store; from cluster_kit.roster.people import ensure_person\n"
        "store = Store.open(sys.argv[1]); print('ready', flush=True); sys.stdin.readline()\n"
        "print(ensure_person(store, '2026', 'OH', sys.argv[2]).id)\n"
        "store.close()"
    )
    ids = run_at_once(code, url, "Ana  Reyes", "ana reyes")
    assert ids == {person.id for person in store.people("2026")}
    assert len(ids) == 1


def test_one_person_who_joins_twice_at_once_is_kept_once(store: Store, url: str) -> None:
    code = (
        "import sys; from cluster_kit.store import Person, Store\n"
        "store = Store.open(sys.argv[1]); print('ready', flush=True); sys.stdin.readline()\n"
        "print(store.add_person(Person(id='ana', series='2026', jurisdiction='OH', name=sys.argv[2])).name)\n"
        "store.close()"
    )
    names = run_at_once(code, url, "Ana", "Anna")
    assert names == {person.name for person in store.people("2026")}
    assert len(names) == 1
