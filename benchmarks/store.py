"""Durable saves per second, their latency, and what group commit gains, on SQLite and PostgreSQL.

``python -m benchmarks.store [--saves 2000] [--responses 200000] [--folder DIR] [--json]`` prints Markdown tables.

Writers save at the same time, each an answer of some forty words per call, and wait for the receipt before the next:

- *processes*: each writer is a process of its own and calls ``append``: one commit each.
- *threads*: the writers are threads of one process, and each calls ``append``: one commit each.
- *group commit*: the same threads hand their answers to one thread, which passes all that are waiting to
  ``append_batches``: one commit for all of them.

Each writer changes the same few fields of its state again and again. Every run has a new database in a temporary
folder (in DIR, to measure another disk). PostgreSQL is Debian's, on a socket, with its default settings.

The second table has the reads that are made every second, in a database that holds many responses.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import multiprocessing
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Barrier

from sqlalchemy import insert

from cluster_kit.content.models import Scope
from cluster_kit.store import NewResponse, Store
from cluster_kit.store.schema import responses
from tests.postgres import create_database, run_postgres

PROCESSES = (1, 8)
THREADS = (1, 8, 64)
FIELDS = 20
WORDS = "By March the agencies agree which courses count for both, and who says so. " * 3
STATES = ("OH", "GU", "AZ", "HI", "PR", "TX", "VT", "WY")
ALL_STATES = tuple(f"{one}{two}" for one in "ABCDEFG" for two in "ABCDEFGH")
Save = Callable[[NewResponse], object]
Waiting = SimpleQueue[tuple[NewResponse, Future[object]] | None]


@dataclass(frozen=True)
class Run:
    """One writer: when it began and ended (seconds), the duration of each save, and its processor time in all."""

    start: float
    end: float
    took_ms: list[float]
    cpu_ms: float = 0.0


@dataclass(frozen=True)
class Saves:
    """Many writers. Times in milliseconds, of single saves; saves per second of all writers together.

    ``cpu_ms`` is the writers' processor time for each save, which does not depend on other programs; a database
    server's is not in it.
    """

    database: str
    writers: int
    how: str
    saves_per_s: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    cpu_ms: float


@dataclass(frozen=True)
class Reads:
    """Median times in milliseconds of single reads."""

    database: str
    responses: int
    latest_seq: float
    watermarks_of_1_state: float
    watermarks_of_8_states: float
    watermarks_of_all_states: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Durable saves per second, and how long each takes.")
    parser.add_argument("--saves", type=int, default=2000, help="saves of all writers together (default 2000)")
    parser.add_argument("--responses", type=int, default=200_000, help="responses to read among (default 200000)")
    parser.add_argument("--folder", type=Path, help="where the SQLite files are meanwhile")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    with databases(options.folder) as kinds:
        saves = [result for name, new in kinds for result in measure_saves(name, new, options.saves)]
        reads = [measure_reads(name, new(), options.responses) for name, new in kinds]
    if options.json:
        print(json.dumps({"saves": [*map(asdict, saves)], "reads": [*map(asdict, reads)]}, indent=2))
    else:
        print_saves(saves)
        print()
        print_reads(reads)


@contextmanager
def databases(folder: Path | None) -> Iterator[list[tuple[str, Callable[[], str]]]]:
    """Each kind of database, with a function that makes a new one and returns its URL."""
    with tempfile.TemporaryDirectory(dir=folder) as temporary, run_postgres() as server:

        def new_file() -> str:
            return f"sqlite:///{temporary}/{time.monotonic_ns()}.sqlite3"

        yield [("SQLite", new_file), ("PostgreSQL", lambda: create_database(server))]


@contextmanager
def group_committer(store: Store) -> Iterator[Save]:
    """A ``save`` for any thread, behind which one thread appends all that is waiting in one commit."""
    waiting: Waiting = SimpleQueue()

    def save(response: NewResponse) -> object:
        kept: Future[object] = Future()
        waiting.put((response, kept))
        return kept.result()

    thread = threading.Thread(target=commit_groups, args=(store, waiting))
    thread.start()
    yield save
    waiting.put(None)
    thread.join()


def commit_groups(store: Store, waiting: Waiting) -> None:
    """Append group after group until None is waiting."""
    while first := waiting.get():
        group = [first]
        with suppress(Empty):
            while another := waiting.get_nowait():
                group.append(another)
        results = store.append_batches([[response] for response, _ in group])
        for (_, kept), result in zip(group, results, strict=True):
            kept.set_result(result)


def measure_saves(name: str, new: Callable[[], str], saves: int) -> Iterator[Saves]:
    """Every number of writers, in every way to save."""
    for writers in PROCESSES:
        yield summarize(name, writers, "processes", run_processes(new(), writers, saves // writers))
    for writers in THREADS:
        with Store.open(new()) as store:
            runs = run_threads(lambda response, store=store: store.append([response]), writers, saves // writers)  # type: ignore[misc]
        yield summarize(name, writers, "threads", runs)
        with Store.open(new()) as store, group_committer(store) as save:
            yield summarize(name, writers, "group commit", run_threads(save, writers, saves // writers))


def run_processes(url: str, writers: int, saves: int) -> list[Run]:
    """Writers that are processes."""
    Store.open(url).close()
    spawn = multiprocessing.get_context("spawn")
    with spawn.Manager() as manager, spawn.Pool(writers) as pool:
        barrier = manager.Barrier(writers)
        return pool.starmap(run_process, [(url, number, saves, barrier) for number in range(writers)], chunksize=1)


def run_process(url: str, number: int, saves: int, barrier: Barrier) -> Run:
    """One process."""
    with Store.open(url) as store:
        store.latest_seq("bench", "OH")
        with counting_cpu() as cpu_ms:
            run = run_writer(lambda response: store.append([response]), number, saves, barrier)
        return replace(run, cpu_ms=cpu_ms())


def run_threads(save: Save, writers: int, saves: int) -> list[Run]:
    """Writers that are threads of this process."""
    barrier = Barrier(writers)
    with ThreadPoolExecutor(writers) as threads, counting_cpu() as cpu_ms:
        runs = list(threads.map(lambda number: run_writer(save, number, saves, barrier), range(writers)))
    return [replace(run, cpu_ms=cpu_ms() / writers) for run in runs]


@contextmanager
def counting_cpu() -> Iterator[Callable[[], float]]:
    """Afterwards, the processor time that this process has used meanwhile, in milliseconds."""
    start, used = time.process_time(), 0.0
    yield lambda: used * 1000
    used = time.process_time() - start


def run_writer(save: Save, number: int, saves: int, barrier: Barrier) -> Run:
    """One writer's saves, from when all writers are ready."""
    took_ms = []
    barrier.wait()
    start = time.monotonic()
    for count in range(saves):
        answer = make_answer(number, count)
        began = time.perf_counter()
        save(answer)
        took_ms.append((time.perf_counter() - began) * 1000)
    return Run(start, time.monotonic(), took_ms)


def make_answer(writer: int, count: int) -> NewResponse:
    """A team's answer, typed over the one that the same writer gave there before."""
    before = (f"w{writer}-{count - FIELDS}",) if count >= FIELDS else ()
    return NewResponse(
        id=f"w{writer}-{count}",
        series="bench",
        session=1,
        exercise="goals",
        prompt="goals.statement",
        row=f"w{writer}-{count % FIELDS}",
        jurisdiction=STATES[writer % len(STATES)],
        scope=Scope.TEAM,
        author=f"w{writer}",
        value=f"{count} {WORDS}",
        base=before,
    )


def summarize(database: str, writers: int, how: str, runs: list[Run]) -> Saves:
    """All writers of a run together."""
    took = sorted(duration for run in runs for duration in run.took_ms)
    wall = max(run.end for run in runs) - min(run.start for run in runs)
    cuts = statistics.quantiles(took, n=100)
    cpu_ms = sum(run.cpu_ms for run in runs) / len(took)
    return Saves(database, writers, how, len(took) / wall, cuts[49], cuts[98], took[-1], cpu_ms)


def measure_reads(name: str, url: str, count: int) -> Reads:
    """The reads of every second, among so many responses."""
    with Store.open(url) as store:
        fill(store, count)
        return Reads(
            name,
            count,
            median_ms(lambda: store.latest_seq("bench", ALL_STATES[0])),
            median_ms(lambda: store.watermarks("bench", ALL_STATES[:1])),
            median_ms(lambda: store.watermarks("bench", ALL_STATES[:8])),
            median_ms(lambda: store.watermarks("bench")),
        )


def fill(store: Store, count: int) -> None:
    """Write rows of all states directly: appending as many would take minutes."""
    at = dt.datetime.now(dt.UTC)
    with store._engine.begin() as connection:
        for start in range(0, count, 5000):
            made = [
                make_answer(number, 0).model_copy(update={"jurisdiction": ALL_STATES[number % len(ALL_STATES)]})
                for number in range(start, min(start + 5000, count))
            ]
            connection.execute(insert(responses), [{**answer.model_dump(), "at": at} for answer in made])


def median_ms(read: Callable[[], object]) -> float:
    """The median duration of a read, in milliseconds."""
    took = []
    for _ in range(200):
        began = time.perf_counter()
        read()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def print_saves(results: list[Saves]) -> None:
    """One line for each run; the ratio compares group commit with threads that commit each for itself."""
    each = {(one.database, one.writers): one.saves_per_s for one in results if one.how == "threads"}
    print("| database | writers | how | saves/s | p50 ms | p99 ms | longest ms | CPU ms | against one commit each |")
    print("| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for one in results:
        ratio = f"{one.saves_per_s / each[one.database, one.writers]:.1f}×" if one.how == "group commit" else ""
        times = " | ".join(f"{value:.2f}" for value in (one.p50_ms, one.p99_ms, one.max_ms, one.cpu_ms))
        print(f"| {one.database} | {one.writers} | {one.how} | {one.saves_per_s:.0f} | {times} | {ratio} |")


def print_reads(results: list[Reads]) -> None:
    """One line for each database, in milliseconds."""
    print("| database | responses | latest_seq | watermarks of 1 state | of 8 states | of all 56 |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for one in results:
        database, count, *times = asdict(one).values()
        print(f"| {database} | {count:,} | {' | '.join(f'{value:.2f}' for value in times)} |")


if __name__ == "__main__":
    main()
