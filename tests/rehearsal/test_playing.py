"""Complete rehearsals with real servers: everything acknowledged is in the store."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from cluster_kit.content import load_content
from cluster_kit.content.times import meeting_span
from cluster_kit.errors import UsageError
from cluster_kit.rehearsal import Moment, RehearsalOpening, RehearsalPlan, Report, rehearse
from cluster_kit.rehearsal.play import STOPS, _stop_asked
from cluster_kit.rehearsal.stage import FACILITATOR, SERIES, prepare_rehearsal_series
from cluster_kit.sessions import SessionCommand, SessionLog
from cluster_kit.sessions.facilitation import BeginSegment, EndSession, Reveal, Undo
from cluster_kit.settings import DB_VARIABLE, Settings
from cluster_kit.store import Store
from cluster_kit.store.models import SPEED
from cluster_kit.temporary_folders import remove_left_behind
from tests.commands import Command
from tests.serving import wait_until

PATIENCE_S = 180.0
Step = tuple[Callable[[Store, Moment], object], Callable[["Director"], object]]


def check_kept(home: Path, session: int, report: Report) -> None:
    """Everything sent was acknowledged, and everything acknowledged is in the store."""
    assert report.finished
    assert report.answers_sent == report.answers_acknowledged == report.answers_found > 0, report
    assert report.events_sent == report.events_acknowledged + report.events_refused, report
    assert report.events_acknowledged == report.events_found > 0, report
    assert report.lost == report.answers_held == report.answers_refused == 0, report
    with Store.open(Settings(home).db_url) as store:
        kept = [r for state in ("AL", "AK", "AZ", "AR") for r in store.history(SERIES, state, session=session)]
        assert len(kept) == report.answers_found


class Director:
    """Runs a session by hand: each command follows once its condition is true, at any speed of the machine."""

    def __init__(
        self, home: Path, *steps: tuple[Callable[[Store, Moment], object], Callable[[Director], object]]
    ) -> None:
        self._home, self._steps = home, list(steps)

    def __call__(self, event: RehearsalOpening | Moment | Report) -> None:
        if not isinstance(event, Moment) or not self._steps:
            return
        holds, act = self._steps[0]
        with Store.open(Settings(self._home).db_url) as store:
            if holds(store, event):
                self._steps.pop(0)
                act(self)

    def do(self, command: SessionCommand, subject: str = "") -> None:
        with Store.open(Settings(self._home).db_url) as store:
            facilitator = store.find_person(FACILITATOR)
            assert facilitator is not None
            SessionLog(store, SERIES, load_content("2026").get_session(2)).do(facilitator, command, subject=subject)

    def undo(self, kind: str) -> None:
        with Store.open(Settings(self._home).db_url) as store:
            event = store.events(SERIES, 2, kinds=[kind])[-1]
        self.do(Undo(), event.id)

    @property
    def is_done(self) -> bool:
        return not self._steps


def answered(prompt: str, people: int = 1) -> Callable[[Store, Moment], bool]:
    """True once this many people have answered a prompt in session 2."""

    def holds(store: Store, _event: Moment) -> bool:
        return len({r.author for r in store.current(SERIES, "AL", session=2) if r.prompt == prompt}) >= people

    return holds


def kill_server() -> None:
    """Kill the server, as in a power failure."""
    for child in psutil.Process().children():
        if "serve" in child.cmdline():
            child.kill()


def test_a_whole_session_plays_by_itself_and_nothing_is_lost_though_the_server_is_killed(tmp_path: Path) -> None:
    heard: list[RehearsalOpening | Moment | Report] = []
    home = tmp_path / "home"
    report = rehearse(RehearsalPlan(session=2, states=4, people=2, speed=60, kill_at=25), home, heard.append)
    check_kept(home, 2, report)
    assert report.server_starts == 2
    assert report.evaluations_acknowledged == report.evaluations_found > 0, report
    assert isinstance(heard[0], RehearsalOpening)
    assert heard[-1] == report
    with Store.open(Settings(home).db_url) as store:
        assert store.current(SERIES, session=1), "teams look back on what they said before"
        events = store.events(SERIES, 2)
    segments = [event.subject for event in events if event.kind == "segment"]
    assert [event.value for event in events if event.kind == SPEED] == [60]
    assert [one.segment for one in heard if isinstance(one, Moment) and one.killed], "it says when it killed the server"
    assert segments == [segment.kind.value for segment in load_content("2026").get_session(2).segments]
    cues = {"message", "link", "minutes", "reveal", "lock", "poll", "poll_close", "feature", "end"}
    assert cues <= {event.kind for event in events}
    assert "show" not in {event.kind for event in events}, "four states are too few for a chart"


def posted(store: Store, _event: object) -> bool:
    """Whether a team has posted what it takes from its peers."""
    return bool(store.events(SERIES, 2, kinds=["post"]))


def test_the_teams_follow_whoever_runs_the_session_and_settle_though_the_server_is_killed_in_the_middle(
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    director = Director(
        home,
        (lambda _store, event: event.here == 2, lambda run: run.do(BeginSegment(), "framing")),
        (lambda _store, event: event.answers, lambda _run: kill_server()),
        (answered("levers.today"), lambda run: run.do(BeginSegment(), "peer_discussion")),
        (
            lambda store, _event: store.events(SERIES, 2, kinds=["post"]),
            lambda run: run.do(BeginSegment(), "state_examples"),
        ),
        (answered("ratings.rating", people=2), lambda run: run.do(Reveal(), "rate_flexibility")),
        (answered("ratings.consensus"), lambda run: run.do(EndSession())),
        (lambda store, _event: store.events(SERIES, 2, kinds=["end"]), lambda run: run.undo("end")),
        (lambda _store, event: event.segment == "state_examples", lambda run: run.do(EndSession())),
    )
    report = rehearse(RehearsalPlan(session=2, states=1, people=2, speed=60, hands_on=True), home, director)
    assert director.is_done
    check_kept(home, 2, report)
    assert report.is_good
    assert report.server_starts == 2
    assert report.reconnects > 0
    with Store.open(Settings(home).db_url) as store:
        assert {one.jurisdiction for one in store.presence(SERIES, 2)} == {"AL"}
        facilitated = [event.author for event in store.events(SERIES, 2) if event.kind in {"segment", "reveal", "end"}]
    assert set(facilitated) == {FACILITATOR}


@pytest.mark.parametrize("number", STOPS)
def test_every_signal_that_ends_a_command_stops_a_rehearsal(number: signal.Signals) -> None:
    async def wait() -> None:
        with _stop_asked() as stop:
            os.kill(os.getpid(), number)
            await asyncio.wait_for(stop.wait(), PATIENCE_S)

    asyncio.run(wait())  # in this thread, which receives the signal


@dataclass(frozen=True)
class RunningRehearsal:
    """The command, which writes one event on each line of its output."""

    command: Command
    out: Path

    def events(self) -> Iterator[dict[str, Any]]:
        """Its events, each as soon as it is written, until the command ends."""
        read = 0
        while lines := self._lines_after(read):
            yield from map(json.loads, lines)
            read += len(lines)

    def _lines_after(self, read: int) -> list[str]:
        """The next lines, once there are some; none once the command has ended."""

        def lines() -> list[str]:
            text = self.out.read_text(encoding="utf-8")
            return text[: text.rfind("\n") + 1].splitlines()[read:]

        wait_until(lambda: self.command.poll() is not None or lines(), "it writes a line", PATIENCE_S)
        return lines()

    def server(self) -> list[psutil.Process]:
        """The processes that it runs: its server."""
        return psutil.Process(self.command.pid).children(recursive=True)


@pytest.fixture
def start_rehearsal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., RunningRehearsal]]:
    """Start the command with these options. Its temporary folders are in the test's, and its store is not this one."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv(DB_VARIABLE, f"sqlite:///{tmp_path}/real.sqlite3")
    started: list[Command] = []

    def start(*options: str) -> RunningRehearsal:
        words = ["rehearse", "--states", "1", "--speed", "60x", "--port", "0", "--json", *options]
        out = tmp_path / "out"
        out.touch()
        started.append(Command(words, tmp_path, out, tmp_path / "errors", forget_temporary_folder))
        return RunningRehearsal(started[-1], out)

    yield start
    for command in started:
        command.kill()


def forget_temporary_folder() -> None:
    """Make a forked process find its own temporary folder, as a new interpreter does."""
    tempfile.tempdir = None


def test_the_command_speaks_to_machines_and_once_stopped_reports_and_leaves_nothing_running(
    tmp_path: Path, start_rehearsal: Callable[..., RunningRehearsal]
) -> None:
    rehearsal = start_rehearsal("--people", "2")
    events = rehearsal.events()
    opening = next(events)
    assert opening["event"] == "opening"
    assert (opening["people"], opening["states"]) == (2, 1)
    assert all(
        link.startswith(f"{opening['address']}/join#")
        for link in [opening["console"], opening["co_facilitator"], *opening["guests"]]
    )
    moment = next(event for event in events if event["event"] != "moment" or event["answers"])
    assert moment["event"] == "moment"
    running = rehearsal.server()
    assert [child for child in running if "serve" in child.cmdline()]
    rehearsal.command.terminate()
    *_, last = events
    assert last["event"] == "report"
    assert (last["finished"], last["lost"], last["good"]) == (False, 0, True)
    assert rehearsal.command.wait(PATIENCE_S) == 0
    assert psutil.wait_procs(running, PATIENCE_S)[1] == []
    wait_until(lambda: not list(tmp_path.glob("cluster-kit-rehearsal-*")), "the home is gone")
    assert not (tmp_path / "real.sqlite3").exists()


def test_a_killed_rehearsals_server_ends_with_it_and_its_home_is_gone_after_the_next(
    tmp_path: Path, start_rehearsal: Callable[..., RunningRehearsal]
) -> None:
    rehearsal = start_rehearsal("--people", "1")
    assert next(rehearsal.events())["event"] == "opening"
    running = rehearsal.server()
    assert running
    rehearsal.command.kill()
    rehearsal.command.wait(PATIENCE_S)
    gone, alive = psutil.wait_procs(running, PATIENCE_S)
    assert (len(gone), alive) == (len(running), [])
    (home,) = tmp_path.glob("cluster-kit-rehearsal-*")
    assert remove_left_behind(tmp_path) == [home]
    assert not home.exists()


# --- the home --------------------------------------------------------------------------------------------------


def test_a_folder_with_anything_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "responses.sqlite3").write_text("somebody's")
    with pytest.raises(UsageError, match="is not empty"):
        prepare_rehearsal_series(Settings(tmp_path), 1)
    assert [path.name for path in tmp_path.iterdir()] == ["responses.sqlite3"]


@pytest.mark.parametrize("session", [1, 4])
def test_the_series_is_fictional_and_says_so_and_its_session_is_about_to_begin(tmp_path: Path, session: int) -> None:
    content = prepare_rehearsal_series(Settings(tmp_path / "home"), session)
    assert content.series.fictional
    assert "rehearsal" in content.series.title
    dates = [meeting.date for meeting in content.series.schedule]
    assert dates == sorted(set(dates))
    kept = load_content(SERIES, overlay=Settings(tmp_path / "home").content)
    start, end = meeting_span(kept, session)
    until_midnight = dt.datetime.combine(start.date(), dt.time.max, start.tzinfo) - start
    if until_midnight > dt.timedelta(minutes=kept.get_session(session).minutes):
        assert abs(start - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=10), "it is about to begin"
        assert end - start == dt.timedelta(minutes=kept.get_session(session).minutes)


def test_a_session_that_does_not_exist_is_said_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="9"):
        rehearse(RehearsalPlan(session=9), tmp_path / "home", lambda _event: None)
    assert not (tmp_path / "home").exists()
