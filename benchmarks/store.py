"""How fast are answers kept? Durable saves per second, and how long each takes, on SQLite and PostgreSQL.

``python -m benchmarks.store [--saves 300] [--folder DIR] [--json]`` makes a database of each kind in a temporary
folder (in DIR, to measure another disk), and lets 1 and then 8 processes save at the same time, each an answer of
some forty words per call, as a page does. Each process is a state's participant who changes the same few fields
again and again. Then it asks once more and again what a page asks every second (``latest_seq``). PostgreSQL is
Debian's, on a socket, with its default settings.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Barrier

from cluster_kit.content.models import Scope
from cluster_kit.responses import NewResponse, Store
from tests.postgres import create_database, run_postgres

WRITERS = (1, 8)
FIELDS = 20
WORDS = "By March the agencies agree which courses count for both, and who says so. " * 3
STATES = ("OH", "GU", "AZ", "HI", "PR", "TX", "VT", "WY")


@dataclass(frozen=True)
class Result:
    """One run. Times in milliseconds, of single calls; saves per second of all writers together."""

    database: str
    writers: int
    saves_per_s: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float
    latest_seq_ms: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Durable saves per second, and how long each takes.")
    parser.add_argument("--saves", type=int, default=300, help="saves by each writer (default 300)")
    parser.add_argument("--folder", type=Path, help="where the SQLite file stands meanwhile")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    with databases(options.folder) as urls:
        results = [measure(url, name, writers, options.saves) for name, url, writers in urls]
    if options.json:
        print(json.dumps([asdict(result) for result in results], indent=2))
    else:
        print_table(results)


@contextmanager
def databases(folder: Path | None) -> Iterator[list[tuple[str, str, int]]]:
    """A new database for every run: its kind, its URL and the number of writers."""
    with tempfile.TemporaryDirectory(dir=folder) as temporary, run_postgres() as server:
        yield [
            *(("SQLite", f"sqlite:///{temporary}/{writers}.sqlite3", writers) for writers in WRITERS),
            *(("PostgreSQL", create_database(server), writers) for writers in WRITERS),
        ]


def measure(url: str, database: str, writers: int, saves: int) -> Result:
    """Let the writers save at the same time."""
    spawn = multiprocessing.get_context("spawn")
    with Store.open(url) as store, spawn.Manager() as manager, spawn.Pool(writers) as pool:
        barrier = manager.Barrier(writers)
        runs = pool.starmap(save, [(url, number, saves, barrier) for number in range(writers)], chunksize=1)
        latest_seq_ms = time_latest_seq(store)
    took = sorted(duration for _, _, durations in runs for duration in durations)
    wall = max(end for _, end, _ in runs) - min(start for start, _, _ in runs)
    cuts = statistics.quantiles(took, n=100)
    times = (cuts[49], cuts[94], cuts[98], took[-1], latest_seq_ms)
    return Result(database, writers, round(len(took) / wall, 1), *(round(value, 2) for value in times))


def save(url: str, number: int, saves: int, barrier: Barrier) -> tuple[float, float, list[float]]:
    """One writer's saves: when it began and ended (seconds), and how long each took (milliseconds)."""
    durations = []
    with Store.open(url) as store:
        store.latest_seq("bench", "OH")
        barrier.wait()
        start = time.monotonic()
        for count in range(saves):
            answer = make_answer(number, count)
            began = time.perf_counter()
            store.append([answer])
            durations.append((time.perf_counter() - began) * 1000)
        return start, time.monotonic(), durations


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


def time_latest_seq(store: Store) -> float:
    """The median time of what every open page asks once a second, in milliseconds."""
    durations = []
    for _ in range(200):
        began = time.perf_counter()
        store.latest_seq("bench", "OH")
        durations.append((time.perf_counter() - began) * 1000)
    return statistics.median(durations)


def print_table(results: list[Result]) -> None:
    """One line for each run."""
    heads = ("database", "writers", "saves/s", "p50 ms", "p95 ms", "p99 ms", "max ms", "latest_seq ms")
    print("  ".join(f"{head:>13}" for head in heads))
    for result in results:
        print("  ".join(f"{value:>13}" for value in asdict(result).values()))


if __name__ == "__main__":
    main()
