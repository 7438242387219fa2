"""Rehearsals from end to end, against real servers: everything that was called saved is in the store."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from cluster_kit.content import load_content
from cluster_kit.errors import UsageError
from cluster_kit.meeting import Journal
from cluster_kit.meeting.doings import BeginSegment, EndSession
from cluster_kit.rehearsal import Moment, Opening, Plan, Report, rehearse
from cluster_kit.rehearsal.stage import FACILITATOR, SERIES, prepare_series
from cluster_kit.responses import Store
from cluster_kit.settings import DB_VARIABLE, Settings
from tests.serving import wait_until

PATIENCE_S = 60.0


class Listener:
    """Hears what a rehearsal says, and may act on it."""

    def __init__(self, act: Callable[[Opening | Moment | Report], None] = lambda _event: None) -> None:
        self.heard: list[Opening | Moment | Report] = []
        self._act = act

    def __call__(self, event: Opening | Moment | Report) -> None:
        self.heard.append(event)
        self._act(event)


def check_kept(home: Path, session: int, report: Report) -> None:
    """All that was sent was acknowledged, and all that was acknowledged is in the store."""
    assert report.is_good, report
    assert report.finished
    assert report.answers_sent == report.answers_acknowledged == report.answers_found > 0, report
    assert report.events_sent == report.events_acknowledged == report.events_found > 0, report
    with Store.open(Settings(home).db_url) as store:
        by_person = [r for state in ("AL", "AK", "AZ", "AR") for r in store.history(SERIES, state, session=session)]
        assert len(by_person) == report.answers_found


def test_a_small_rehearsal_plays_a_whole_session_and_nothing_is_lost(tmp_path: Path) -> None:
    listener = Listener()
    home = tmp_path / "home"
    report = rehearse(Plan(session=2, states=4, people=2, speed=120), home, listener)
    check_kept(home, 2, report)
    assert report.server_starts == 1
    assert report.reconnects == 0
    assert report.errors == {}
    assert isinstance(listener.heard[0], Opening)
    assert listener.heard[-1] == report
    seen = [event.segment for event in listener.heard if isinstance(event, Moment) and event.segment]
    assert list(dict.fromkeys(seen)) == [s.kind.value for s in load_content("2026").get_session(2).segments]
    with Store.open(Settings(home).db_url) as store:
        said = store.current(SERIES, session=2)
        assert {"levers", "rate_flexibility", "flexibility_inventory", "next_steps"} <= {r.exercise for r in said}
        assert {"ratings.rating", "ratings.consensus", "ratings.rationale"} <= {r.prompt for r in said}
        assert store.current(SERIES, session=1), "teams look back on what they said before"
        kinds = {event.kind for event in store.events(SERIES, 2)}
        assert {"segment", "message", "link", "minutes", "reveal", "lock", "groups", "feature", "post", "end"} <= kinds
        assert {one.jurisdiction for one in store.presence(SERIES, 2)} >= {"AL"}


def test_a_rehearsal_goes_on_after_its_server_was_killed_and_nothing_is_lost(tmp_path: Path) -> None:
    home = tmp_path / "home"
    report = rehearse(Plan(session=2, states=3, people=2, speed=90, kill_at=20), home, Listener())
    check_kept(home, 2, report)
    assert report.server_starts == 2
    assert report.reconnects > 0


def test_stopping_a_rehearsal_ends_its_server_and_reports(tmp_path: Path) -> None:
    def stop(event: Opening | Moment | Report) -> None:
        if isinstance(event, Moment) and event.answers:
            os.kill(os.getpid(), signal.SIGINT)

    report = rehearse(Plan(states=1, people=2, speed=60), tmp_path / "home", Listener(stop))
    assert not report.finished
    assert not report.lost
    assert report.is_good
    mine = psutil.Process().children(recursive=True)
    assert not [child for child in mine if "serve" in " ".join(child.cmdline())]


def test_hands_on_the_teams_follow_whoever_runs_the_session(tmp_path: Path) -> None:
    home = tmp_path / "home"
    done: list[str] = []

    def run(event: Opening | Moment | Report) -> None:
        """Begin when somebody is here, end once something was written."""
        if not isinstance(event, Moment):
            return
        with Store.open(Settings(home).db_url) as store:
            journal = Journal(store, SERIES, load_content("2026").get_session(2))
            facilitator = store.find_person(FACILITATOR)
            assert facilitator is not None
            if event.here and not done:
                done.append(journal.do(facilitator, BeginSegment(), subject="framing").kind)
            elif event.answers and len(done) == 1:
                done.append(journal.do(facilitator, EndSession()).kind)

    report = rehearse(Plan(session=2, states=1, people=1, speed=60, hands_on=True), home, Listener(run))
    assert done == ["segment", "end"]
    assert report.finished
    assert not report.lost
    with Store.open(Settings(home).db_url) as store:
        assert {event.author for event in store.events(SERIES, 2) if event.kind in done} == {FACILITATOR}


def test_the_command_speaks_to_machines_and_removes_its_home(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path), DB_VARIABLE: f"sqlite:///{tmp_path}/real.sqlite3"}
    command = [sys.executable, "-m", "cluster_kit", "rehearse", "--states", "1", "--people", "1", "--speed", "60x"]
    with subprocess.Popen(
        [*command, "--port", "0", "--json"], stdout=subprocess.PIPE, text=True, env=environment, cwd=tmp_path
    ) as process:
        assert process.stdout is not None
        opening = json.loads(process.stdout.readline())
        assert opening["event"] == "opening"
        assert (opening["people"], opening["states"]) == (1, 1)
        assert all(link.startswith(f"{opening['address']}/join#") for link in [opening["console"], *opening["guests"]])
        assert json.loads(process.stdout.readline())["event"] == "moment"
        process.send_signal(signal.SIGTERM)
        last = json.loads(process.stdout.read().splitlines()[-1])
        assert last["event"] == "report"
        assert last["finished"] is False
        assert process.wait(PATIENCE_S) == 0
    wait_until(lambda: not list(tmp_path.glob("rehearsal-*")), "the home is gone")
    assert not (tmp_path / "real.sqlite3").exists()


# --- the home --------------------------------------------------------------------------------------------------


def test_a_folder_with_anything_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "responses.sqlite3").write_text("somebody's")
    with pytest.raises(UsageError, match="is not empty"):
        prepare_series(Settings(tmp_path), 1)
    assert [path.name for path in tmp_path.iterdir()] == ["responses.sqlite3"]


@pytest.mark.parametrize("session", [1, 4])
def test_the_series_is_fictional_and_says_so_and_its_session_is_today(tmp_path: Path, session: int) -> None:
    content = prepare_series(Settings(tmp_path / "home"), session)
    assert content.series.fictional
    assert "rehearsal" in content.series.title
    dates = [meeting.date for meeting in content.series.schedule]
    assert dates == sorted(set(dates))
    first = load_content(SERIES, overlay=Settings(tmp_path / "home").content).get_meeting(session).date
    assert abs((first - dt.datetime.now(dt.UTC).date()).days) <= 1


def test_a_session_that_does_not_exist_is_said_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="9"):
        rehearse(Plan(session=9), tmp_path / "home", Listener())
    assert not (tmp_path / "home").exists()
