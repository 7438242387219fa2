"""A segment exercise by exercise: commands, clocks, messages that end, and logs from before exercises were begun."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from cluster_kit.console.attention import attention_view
from cluster_kit.console.record import record_view
from cluster_kit.console.run_of_show import run_of_show_view
from cluster_kit.console.snapshot import SnapshotReader
from cluster_kit.content import load_content
from cluster_kit.content.facilitation import LONGEST_PREPARED
from cluster_kit.server.stream.event_views import status_view, team_view
from cluster_kit.sessions import InvalidCommandError, RunOfShow, SessionLog, SessionState
from cluster_kit.sessions.exercise_clock import find_current_clock
from cluster_kit.sessions.exercise_commands import BeginExercise, SkipMessage
from cluster_kit.sessions.facilitation import (
    LONGEST_MESSAGE,
    BeginSegment,
    Broadcast,
    ChangeMinutes,
    EndSession,
    Undo,
)
from cluster_kit.sessions.scenes import plan_exercises
from cluster_kit.settings import sqlite_url
from cluster_kit.store import NewEvent, Person, Store
from cluster_kit.store.models import SPEED

CONTENT = load_content("2026")
SESSION = CONTENT.get_session(1)
FAY = Person(id="fay", series="2026", jurisdiction="", name="Fay")
MINUTE = dt.timedelta(minutes=1)
FIRST, SECOND = "organizing_structure", "transition_points"
IN_FRAMING = BeginExercise(segment="framing")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(sqlite_url(tmp_path / "kept.sqlite3")) as store:
        yield store


@pytest.fixture
def session_log(store: Store) -> SessionLog:
    session_log = SessionLog(store, "2026", SESSION)
    session_log.do(FAY, BeginSegment(), subject="framing")
    return session_log


def since(state: SessionState) -> dt.datetime:
    assert state.exercise_since
    return state.exercise_since


def test_exercises_follow_one_another_with_their_own_clocks(session_log: SessionLog) -> None:
    assert session_log.state().exercise == ""
    session_log.do(FAY, IN_FRAMING, subject=FIRST)
    session_log.do(FAY, ChangeMinutes(minutes=2, exercise=FIRST), subject="framing")
    state = session_log.state()
    clock = find_current_clock(SESSION, state, since(state) + 3 * MINUTE)
    assert clock
    assert (clock.minutes, clock.changed, clock.taken, clock.left) == (9, 2, 3 * MINUTE, 6 * MINUTE)
    assert clock.ends_at == since(state) + 9 * MINUTE
    assert state.changed_minutes == {"framing": 2}
    session_log.do(FAY, IN_FRAMING, subject=SECOND)
    assert session_log.state().exercise_spent.keys() == {"framing/", f"framing/{FIRST}"}
    session_log.do(FAY, BeginSegment(exercise="rate_systems"), subject="policy_tool")
    assert (session_log.state().segment, session_log.state().exercise) == ("policy_tool", "rate_systems")


@pytest.mark.parametrize(
    ("command", "subject", "sentence"),
    [
        (IN_FRAMING, "goals", "“Our statewide goals” belongs to “Ratings and statewide goals”. Go to that part first."),
        (IN_FRAMING, "goals_and_needs", "“Goals and needs” is not done during the session."),
        (IN_FRAMING, "lunch", "Session 1 has no exercise 'lunch'."),
        (IN_FRAMING, "", "The opening is on already."),
        (
            BeginExercise(segment="policy_tool"),
            "goals",
            "“Ratings and statewide goals” is not the present part any more.",
        ),
        (
            BeginSegment(exercise="goals"),
            "next_steps",
            "“Our statewide goals” belongs to “Ratings and statewide goals”.",
        ),
    ],
)
def test_what_is_not_an_exercise_of_the_segment_is_refused(
    session_log: SessionLog, command: BeginExercise | BeginSegment, subject: str, sentence: str
) -> None:
    with pytest.raises(InvalidCommandError, match=sentence):
        session_log.do(FAY, command, subject=subject)


def test_no_exercise_begins_before_the_session(store: Store) -> None:
    with pytest.raises(InvalidCommandError, match="not under way"):
        SessionLog(store, "2026", SESSION).do(FAY, IN_FRAMING, subject=FIRST)


def test_undoing_a_segment_leaves_no_exercise_of_it(session_log: SessionLog) -> None:
    session_log.do(FAY, IN_FRAMING, subject=FIRST)
    segment = session_log.do(FAY, BeginSegment(), subject="policy_tool")
    session_log.do(FAY, BeginExercise(segment="policy_tool"), subject="goals")
    session_log.do(FAY, Undo(), subject=segment.id)
    assert (session_log.state().segment, session_log.state().exercise) == ("framing", FIRST)


def test_a_log_from_before_exercises_were_begun_gives_the_same_state(store: Store) -> None:
    old = [
        ("segment", "framing", {}),
        ("minutes", "framing", {"minutes": 2}),
        ("message", "", {"text": "Welcome"}),
        ("segment", "policy_tool", {}),
    ]
    for place, (kind, subject, value) in enumerate(old):
        event = NewEvent(
            id=f"e{place}", series="2026", session=1, kind=kind, subject=subject, author="fay", value=value
        )
        store.add_events([event])
    state = SessionLog(store, "2026", SESSION).state()
    assert (state.segment, state.exercise, state.changed_minutes) == ("policy_tool", "", {"framing": 2})
    assert [one.text for one in state.messages] == ["Welcome"]
    assert find_current_clock(SESSION, state, since(state)) is None
    view = status_view(SESSION, state, since(state))
    assert view.segment
    assert (view.segment.kind, view.segment.exercise) == ("policy_tool", None)


def test_a_message_ends_with_its_exercise_and_returns_when_that_is_undone(session_log: SessionLog) -> None:
    session_log.do(FAY, Broadcast(text="Stays"))
    session_log.do(FAY, Broadcast(text="Two minutes left", ends=True))
    following = session_log.do(FAY, IN_FRAMING, subject=FIRST)
    assert [one.text for one in session_log.state().messages] == ["Stays"]
    session_log.do(FAY, Undo(), subject=following.id)
    assert [one.text for one in session_log.state().messages] == ["Stays", "Two minutes left"]
    session_log.do(FAY, EndSession())
    assert [one.text for one in session_log.state().messages] == ["Stays"]


def test_a_prepared_message_is_sent_or_skipped_once(session_log: SessionLog) -> None:
    sent = session_log.do(FAY, Broadcast(text="Write now.", prepared="framing//0"))
    session_log.do(FAY, SkipMessage(prepared="framing//1"))
    for prepared, done in (("framing//0", "sent"), ("framing//1", "skipped")):
        with pytest.raises(InvalidCommandError, match=f"That message was {done} already."):
            session_log.do(FAY, Broadcast(text="Write now.", prepared=prepared))
    session_log.do(FAY, Undo(), subject=sent.id)
    assert session_log.state().prepared == {"framing//1": "skipped"}


def test_a_message_reaches_its_audience_and_nobody_else(session_log: SessionLog) -> None:
    session_log.do(FAY, Broadcast(text="Everybody"))
    session_log.do(FAY, Broadcast(text="Ohio", states=("OH",)))
    session_log.do(FAY, Broadcast(text="Group", states=("OH", "TX"), to="Group 2"))
    session_log.do(FAY, Broadcast(text="Facilitators", hosts=True))
    state = session_log.state()
    room = status_view(SESSION, state, since(state))
    assert [one.text for one in room.messages] == ["Everybody"]
    assert room.message
    assert room.message.text == "Everybody"
    seen = {code: [one.text for one in team_view(CONTENT, state, code).messages] for code in ("OH", "TX", "UT", "")}
    assert seen == {"OH": ["Ohio", "Group"], "TX": ["Group"], "UT": [], "": ["Ohio", "Group", "Facilitators"]}
    with pytest.raises(InvalidCommandError, match="for states or for facilitators"):
        session_log.do(FAY, Broadcast(text="Both", states=("OH",), hosts=True))


def test_behind_counts_from_the_scheduled_start_unless_the_session_is_on_another_day(session_log: SessionLog) -> None:
    state = session_log.state()
    began = since(state)
    on_time = RunOfShow.of(SESSION, state, began, began)
    assert (on_time.behind, on_time.is_scheduled) == (dt.timedelta(), True)
    late = RunOfShow.of(SESSION, state, began, began - 12 * MINUTE)
    assert (late.behind, late.is_scheduled) == (12 * MINUTE, True)
    early = RunOfShow.of(SESSION, state, began, began + 3 * MINUTE)
    assert early.behind == -3 * MINUTE
    other_day = RunOfShow.of(SESSION, state, began, began - dt.timedelta(days=1))
    assert (other_day.behind, other_day.is_scheduled) == (dt.timedelta(), False)


def test_a_prepared_message_may_be_as_long_as_a_message() -> None:
    assert LONGEST_PREPARED == LONGEST_MESSAGE


def test_all_clocks_of_a_rehearsal_run_at_its_speed(store: Store) -> None:
    session_log = SessionLog(store, "2026", SESSION)
    store.add_events([NewEvent(id="speed", series="2026", session=1, kind=SPEED, author="fay", value=4.0)])
    session_log.do(FAY, BeginSegment(), subject="framing")
    session_log.do(FAY, IN_FRAMING, subject=FIRST)
    state = session_log.state()
    clock = find_current_clock(SESSION, state, since(state) + MINUTE)
    assert clock
    assert (clock.minutes, clock.taken, clock.left) == (7, 4 * MINUTE, 3 * MINUTE)
    assert clock.ends_at == since(state) + 7 * MINUTE / 4
    view = status_view(SESSION, state, since(state))
    assert state.since
    show = RunOfShow.of(SESSION, state, state.since + MINUTE, state.since)
    assert view.segment
    assert view.segment.exercise
    assert show.now
    assert show.now.taken == 4 * MINUTE
    assert not show.is_scheduled, "the scheduled end is in real time"
    assert view.speed == 4
    ends_at = state.since + show.now.planned / 4
    assert dt.datetime.fromisoformat(view.segment.ends_at or "") == ends_at
    assert dt.datetime.fromisoformat(view.segment.exercise.ends_at) == clock.ends_at
    assert max(slot.ends_at for slot in plan_exercises(SESSION, state)) == ends_at
    session_log.do(FAY, BeginSegment(), subject="policy_tool")
    later = session_log.state()
    assert later.since
    assert later.spent["framing"] == 4 * (later.since - state.since)


def test_the_session_is_reopened_from_the_console_and_the_exercise_goes_on(
    session_log: SessionLog, store: Store
) -> None:
    reader = SnapshotReader(CONTENT, SESSION, store)
    session_log.do(FAY, IN_FRAMING, subject=FIRST)
    assert run_of_show_view(reader.read()).end_event == ""
    session_log.do(FAY, EndSession())
    view = run_of_show_view(reader.read())
    assert view.ended
    end = record_view(reader.read()).done[0]
    assert (end.id, end.what, end.undo, end.undone) == (view.end_event, "Ended the session", "Reopen the session", "")
    session_log.do(FAY, Undo(), subject=view.end_event)
    last = attention_view(reader.read()).last
    assert last
    assert last.what == "Reopened the session"
    assert record_view(reader.read()).done[0].undone == "reopened"
    again = run_of_show_view(reader.read())
    assert (again.ended, again.end_event, again.place and again.place.exercise) == (None, "", FIRST)
    session_log.do(FAY, EndSession())
    assert run_of_show_view(reader.read()).end_event not in ("", view.end_event)
