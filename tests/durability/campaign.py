"""Kill a deployment at random moments under load, and compare what was acknowledged with the store after each kill."""

from __future__ import annotations

import faulthandler
import os
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import monotonic

import psutil

from cluster_kit.cli.demo import prepare_demo
from cluster_kit.home_record import read_home_record
from cluster_kit.maintenance.backup import back_up
from cluster_kit.maintenance.doctor import diagnose
from cluster_kit.maintenance.manifest import verify_backup
from cluster_kit.maintenance.restore import restore_backup
from cluster_kit.settings import Settings
from cluster_kit.store import Store
from tests.durability.ledger import Comparison, Ledger, StalledError, compare_with_store
from tests.durability.load import Visitor, under_load
from tests.durability.writers import check_file, check_kept, kill_writers
from tests.postgres import PostgresServer, run_postgres_server
from tests.serving import SERIES, Server, add_people, run_server, wait_until
from tests.store.group_writer import TAKEN

PATIENCE_S = 120.0
MOST_BETWEEN_KILLS, PEOPLE = 20, 5
MOST_LOG, STACKS_S = 6000, 10.0
INTERRUPTED = "interrupted"
TARGETS = ("writer", "server", "worker", "postgres", "mixed")
"""What is killed: one of three processes that write to SQLite directly; the server's process; a worker of
``--processes 2``; the PostgreSQL server; each of the last three at random."""


class DataLossError(AssertionError):
    """Something acknowledged is not in the store as it was acknowledged."""


@dataclass(frozen=True)
class TargetReport:
    """What happened to one target. ``compared``: answers and events after the last kill, each once; ``comparisons``:
    of each with the store in all. ``longest_s``: the longest time from a kill to the next acknowledgment."""

    target: str
    seed: int
    kills: int = 0
    answers: int = 0
    events: int = 0
    files: int = 0
    comparisons: int = 0
    lost: int = 0
    longest_s: float = 0.0
    problems: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The report for ``--json``."""
        return asdict(self)

    def add(self, found: Comparison, *, is_kill: bool = True, took_s: float = 0.0) -> TargetReport:
        """The report after another comparison."""
        return replace(
            self,
            kills=self.kills + is_kill,
            answers=found.answers,
            events=found.events,
            files=found.files,
            comparisons=self.comparisons + found.answers + found.events,
            lost=self.lost + len(found.problems),
            longest_s=round(max(self.longest_s, took_s), 1),
            problems=(*self.problems, *found.problems),
        )


class CampaignStoppedError(AssertionError):
    """Nothing more was acknowledged. ``report``: what was found until then, and what is needed to find out why."""

    def __init__(self, report: TargetReport) -> None:
        self.report = report
        super().__init__(f"{report.target}, seed {report.seed}, after kill {report.kills}: {report.problems[-1]}")


@dataclass(frozen=True)
class Deployment:
    """A running deployment: its server, its settings, and how to kill and to start what is killed."""

    server: Server
    settings: Settings
    kill: Callable[[random.Random], None]
    recover: Callable[[], None]


def run_target(
    target: str,
    kills: int,
    seed: int,
    folder: Path,
    *,
    between: int = MOST_BETWEEN_KILLS,
    people: int = PEOPLE,
    tell: Callable[[TargetReport], None] = lambda _: None,
) -> TargetReport:
    """Kill one target this often, each time after 1 to ``between`` acknowledgments to the pages of ``people``.

    Ctrl-C ends early, with what was compared until then.

    Raises ``DataLossError`` as soon as something that was acknowledged is missing, stored twice, changed, or out of
    order, and ``CampaignStoppedError`` if nothing more is acknowledged.
    """
    choices, ledger = random.Random(f"{target} {seed}"), Ledger()
    report = TargetReport(target, seed)
    if target == "writer":
        return _run_writers(report, kills, folder, choices, tell)
    with deployed(target, folder) as running:
        try:
            with under_load(running.server, ledger, choices.randrange(2**32), people) as visitors:
                for _ in range(kills):
                    try:
                        took_s = _kill_once(running, ledger, choices, between)
                    except StalledError as error:
                        found = f"{error}\n{describe_stall(running.server, visitors)}"
                        stopped = replace(report, problems=(*report.problems, found))
                        raise CampaignStoppedError(stopped) from error
                    report = report.add(compare_with_store(running.settings, SERIES, ledger.snapshot()), took_s=took_s)
                    tell(report)
                    _refuse_loss(report)
        except KeyboardInterrupt:
            return replace(report, problems=(*report.problems, INTERRUPTED))
        final = report.add(_compare_at_end(running.settings, ledger, folder), is_kill=False)
    _refuse_loss(final)
    return final


def _run_writers(
    report: TargetReport, kills: int, folder: Path, choices: random.Random, tell: Callable[[TargetReport], None]
) -> TargetReport:
    """The writers are compared after the last kill: until then, others of them write."""
    url = f"sqlite:///{folder}/responses.sqlite3"
    with Store.open(url) as store:
        store.append([TAKEN])
    given = kill_writers(url, 3, kills, choices, lambda done: tell(replace(report, kills=done))) if kills else []
    with Store.open(url) as store:
        if given:
            check_kept(store, given)
        check_file(url)
    return replace(report, kills=kills, answers=len(given), comparisons=len(given))


def _kill_once(running: Deployment, ledger: Ledger, choices: random.Random, between: int) -> float:
    """Kill at a random moment; returns the seconds until pages are acknowledged again."""
    ledger.wait_for(ledger.count + choices.randint(1, between), PATIENCE_S)
    running.kill(choices)
    begun = monotonic()
    before = ledger.count
    running.recover()
    ledger.wait_for(before + 1, PATIENCE_S)
    return monotonic() - begun


def describe_stall(server: Server, visitors: list[Visitor]) -> str:
    """What each page does, the end of the server's log, and the stacks of all its threads. This ends the server."""
    pages, log = [visitor.describe() for visitor in visitors], server.log
    assert server.process is not None
    processes: list[psutil.Process] = []
    if not server.process_ended():
        parent = psutil.Process(server.process.pid)
        processes = [*_alive(parent), parent]
    for process in processes:  # workers first: they end with their parent
        process.send_signal(signal.SIGABRT)
        psutil.wait_procs([process], timeout=STACKS_S)
    stacks = server.log[len(log) :]
    return "\n".join([f"The server: {server.address}", *pages, "Its log:", log[-MOST_LOG:], "Its threads:", stacks])


def show_stacks() -> None:
    """In a new server process: write the stacks of all threads on ``SIGABRT``, there and in its workers."""
    os.environ["PYTHONFAULTHANDLER"] = "1"
    faulthandler.enable(2)


def _compare_at_end(settings: Settings, ledger: Ledger, folder: Path) -> Comparison:
    """Compare the store, and a backup of it that is restored; its manifest and the home's own files are whole."""
    found = compare_with_store(settings, SERIES, ledger)
    read_home_record(settings.home)
    is_expected = {"store"} if settings.db else set()  # the test's PostgreSQL runs with fsync off
    results = [one for one in diagnose(settings) if one.status == "error" and one.check not in is_expected]
    errors = [f"doctor: {one.found}" for one in results]
    if settings.db is None:
        backup = back_up(settings, folder / "backups").folder
        verify_backup(backup)
        restored = Settings(folder / "restored", series=settings.series)
        restore_backup(backup, restored)
        errors += [f"restored: {one}" for one in compare_with_store(restored, SERIES, ledger).problems]
    return replace(found, problems=(*found.problems, *errors))


def _refuse_loss(report: TargetReport) -> None:
    if report.lost:
        raise DataLossError(f"{report.target}, seed {report.seed}, kill {report.kills}: {'; '.join(report.problems)}")


@contextmanager
def deployed(target: str, folder: Path) -> Iterator[Deployment]:
    """A deployment with this target, in an empty folder."""
    home = folder / "home"
    with ExitStack() as stack:
        if target in ("postgres", "mixed"):
            postgres = stack.enter_context(run_postgres_server({"fsync": "off"}))
            running = _with_postgres(postgres, stack, home, *(("--processes", "2") if target == "mixed" else ()))
            yield _with_any_kill(running, postgres) if target == "mixed" else running
            return
        options = ("--processes", "2") if target == "worker" else ()
        server = stack.enter_context(run_server(home, *options, prepare=show_stacks))
        settings = Settings(home, series=SERIES)
        if target == "worker":
            yield Deployment(server, settings, lambda choices: _kill_worker(server, choices), lambda: None)
        else:
            yield Deployment(server, settings, lambda _: _end(server), server.start)


def _with_postgres(postgres: PostgresServer, stack: ExitStack, home: Path, *options: str) -> Deployment:
    """The machine does not crash, so ``fsync`` makes no difference."""
    settings = Settings(home, postgres.url, SERIES)
    add_people(prepare_demo(settings).series.id, settings)
    server = Server(home, options=["--db", postgres.url, *options], prepare=show_stacks)
    server.start()
    stack.callback(server.end)
    return Deployment(server, settings, lambda _: postgres.kill(), postgres.start)


def _with_any_kill(running: Deployment, postgres: PostgresServer) -> Deployment:
    """The same deployment, of which PostgreSQL, a worker, or rarely the whole server is killed."""
    server = running.server

    def kill(choices: random.Random) -> None:
        (target,) = choices.choices(("postgres", "worker", "server"), (12, 7, 1))
        if target == "postgres":
            postgres.kill()
        elif target == "worker":
            _kill_worker(server, choices)
        else:
            _end(server)

    def recover() -> None:
        if not postgres.is_running():
            postgres.start()
        if server.process_ended():
            server.start()

    return replace(running, kill=kill, recover=recover)


def _end(server: Server) -> None:
    server.end(signal.SIGKILL)


def _kill_worker(server: Server, choices: random.Random) -> None:
    """Kill one of the workers that run now."""
    assert server.process is not None
    parent = psutil.Process(server.process.pid)
    wait_until(lambda: _alive(parent), "there is a worker")
    os.kill(choices.choice(_alive(parent)).pid, signal.SIGKILL)


def _alive(parent: psutil.Process) -> list[psutil.Process]:
    return [child for child in parent.children() if child.status() != psutil.STATUS_ZOMBIE]
