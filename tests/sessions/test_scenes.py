"""The scenes of the shared screen: the plan of a segment's exercises, the scene of the moment, and the commands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from cluster_kit.content import load_content
from cluster_kit.sessions import InvalidCommandError, NotAllowedError, SessionLog, SessionState
from cluster_kit.sessions.board import Moderate, WritePost
from cluster_kit.sessions.exercise_commands import BeginExercise
from cluster_kit.sessions.facilitation import (
    BeginSegment,
    ChangeMinutes,
    EndSession,
    FeatureExample,
    FormGroups,
    GroupOf,
    Undo,
)
from cluster_kit.sessions.scenes import (
    NEW_GROUPS_FOR,
    ChosenScene,
    QuestionStatus,
    Scene,
    find_slot,
    plan_exercises,
    suggest_scene,
)
from cluster_kit.sessions.shared_screen import ApproveWords, SettleQuestion, ShowScene
from cluster_kit.settings import sqlite_url
from cluster_kit.store import Person, Store

SESSION = load_content("2026").get_session(1)
FAY = Person(id="fay", series="2026", jurisdiction="", name="Fay")
GUS = Person(id="gus", series="2026", jurisdiction="", name="Gus")
ANA = Person(id="ana", series="2026", jurisdiction="OH", name="Ana")
MINUTE = dt.timedelta(minutes=1)
OPENING, LENGTH = SESSION.segments[0].host_minutes * MINUTE, SESSION.segments[0].minutes * MINUTE


@pytest.fixture
def session_log(tmp_path: Path) -> Iterator[SessionLog]:
    with Store.open(sqlite_url(tmp_path / "kept.sqlite3")) as store:
        yield SessionLog(store, "2026", SESSION)


def begin(session_log: SessionLog, segment: str) -> tuple[SessionState, dt.datetime]:
    session_log.do(FAY, BeginSegment(), subject=segment)
    state = session_log.state()
    assert state.since
    return state, state.since


def test_the_exercises_of_a_segment_share_what_the_facilitators_minutes_leave(session_log: SessionLog) -> None:
    state, since = begin(session_log, "framing")
    first, second = plan_exercises(SESSION, state)
    assert (first.exercise.id, second.exercise.id) == ("organizing_structure", "transition_points")
    assert first.starts_at == since + OPENING
    assert first.ends_at == second.starts_at == since + OPENING + (LENGTH - OPENING) * 7 / 16
    assert second.ends_at == since + LENGTH


def test_minutes_that_are_added_belong_to_the_exercises(session_log: SessionLog) -> None:
    session_log.do(FAY, ChangeMinutes(minutes=5), subject="framing")
    state, since = begin(session_log, "framing")
    assert plan_exercises(SESSION, state)[0].starts_at == since + OPENING
    assert plan_exercises(SESSION, state)[-1].ends_at == since + LENGTH + 5 * MINUTE


def test_a_segment_that_is_resumed_goes_on_where_it_was(session_log: SessionLog) -> None:
    begin(session_log, "framing")
    begin(session_log, "policy_tool")
    state, since = begin(session_log, "framing")
    assert plan_exercises(SESSION, state)[-1].ends_at == since + LENGTH - state.spent["framing"]


def test_the_exercise_of_the_moment_is_the_last_that_has_started(session_log: SessionLog) -> None:
    state, since = begin(session_log, "framing")
    slots = plan_exercises(SESSION, state)
    assert find_slot(slots, since + 6 * MINUTE) is None
    assert find_slot(slots, since + OPENING) == slots[0]
    assert find_slot(slots, since + 200 * MINUTE) == slots[1]
    assert plan_exercises(SESSION, SessionState()) == ()


def test_an_exercise_that_was_begun_has_its_own_clock_and_stays_until_the_next(session_log: SessionLog) -> None:
    _, since = begin(session_log, "framing")
    session_log.do(FAY, BeginExercise(segment="framing"), subject="transition_points")
    session_log.do(FAY, ChangeMinutes(minutes=2, exercise="transition_points"), subject="framing")
    state = session_log.state()
    assert state.exercise_since
    slots = plan_exercises(SESSION, state)
    for at in (since + MINUTE, since + 200 * MINUTE):
        slot = find_slot(slots, at)
        assert slot
        assert (slot.exercise.id, slot.starts_at) == ("transition_points", state.exercise_since)
        assert slot.ends_at == state.exercise_since + 11 * MINUTE
    assert [one.exercise.id for one in slots] == ["organizing_structure", "transition_points"]
    assert suggest_scene(SESSION, state, since + MINUTE) is Scene.EXERCISE


def test_the_scene_follows_the_run_of_show(session_log: SessionLog) -> None:
    assert suggest_scene(SESSION, session_log.state(), dt.datetime.now(dt.UTC)) is Scene.JOIN
    state, since = begin(session_log, "framing")
    assert suggest_scene(SESSION, state, since + MINUTE) is Scene.AGENDA
    assert suggest_scene(SESSION, state, since + OPENING + MINUTE) is Scene.EXERCISE
    state, since = begin(session_log, "state_examples")
    assert suggest_scene(SESSION, state, since + MINUTE) is Scene.AGENDA
    session_log.do(FAY, FeatureExample(), subject="OH/examples/r1")
    assert suggest_scene(SESSION, session_log.state(), since + MINUTE) is Scene.EXAMPLE
    session_log.do(FAY, EndSession())
    assert suggest_scene(SESSION, session_log.state(), since + MINUTE) is Scene.AGENDA


def test_new_groups_are_on_the_screen_for_a_while_and_again_when_people_move(session_log: SessionLog) -> None:
    begin(session_log, "policy_tool")
    session_log.do(FAY, FormGroups(title="Pairs", groups=(GroupOf(number=1, states=("OH", "TX")),)))
    state = session_log.state()
    shown = state.rounds[-1].at
    assert suggest_scene(SESSION, state, shown + NEW_GROUPS_FOR / 2) is Scene.GROUPS
    assert suggest_scene(SESSION, state, shown + NEW_GROUPS_FOR) is Scene.EXERCISE
    state, since = begin(session_log, "peer_discussion")
    start = plan_exercises(SESSION, state)[0].starts_at
    assert start == since
    long_after = dt.timedelta(hours=1)
    state.rounds[-1] = type(state.rounds[-1])("r", "Pairs", state.rounds[-1].groups, shown - long_after)
    assert suggest_scene(SESSION, state, start + NEW_GROUPS_FOR / 2) is Scene.GROUPS
    assert suggest_scene(SESSION, state, start + NEW_GROUPS_FOR) is Scene.EXERCISE


def test_the_latest_choice_counts_with_who_made_it_and_stays_after_a_restart(session_log: SessionLog) -> None:
    session_log.do(FAY, ShowScene(), subject="join")
    kept = session_log.do(GUS, ShowScene(item="goals", page=2), subject="exercise")
    expected = ChosenScene(Scene.EXERCISE, "goals", 2, "gus", kept.at)
    assert session_log.state().scene == expected
    assert SessionLog(session_log._store, "2026", SESSION).state().scene == expected
    assert session_log.state().record == []


@pytest.mark.parametrize(
    ("command", "subject"),
    [
        (ShowScene(), "ratings"),
        (ShowScene(), ""),
        (ShowScene(item="no_such"), "exercise"),
        (ApproveWords(words=("credit",)), "no_board"),
        (SettleQuestion(status=QuestionStatus.PARKED), "no_post"),
    ],
)
def test_what_does_not_exist_is_refused(
    session_log: SessionLog, command: ShowScene | ApproveWords | SettleQuestion, subject: str
) -> None:
    with pytest.raises(InvalidCommandError):
        session_log.do(FAY, command, subject=subject)


@pytest.mark.parametrize("command", [ShowScene(), ApproveWords(words=()), SettleQuestion(status=QuestionStatus.OPEN)])
def test_participants_do_not_drive_the_screen(
    session_log: SessionLog, command: ShowScene | ApproveWords | SettleQuestion
) -> None:
    with pytest.raises(NotAllowedError):
        session_log.do(ANA, command, subject="join")


def test_words_are_approved_by_board_and_can_be_undone(session_log: SessionLog) -> None:
    session_log.do(FAY, ApproveWords(words=("credit", "data")), subject="framing")
    later = session_log.do(FAY, ApproveWords(words=("transfer",)), subject="framing")
    assert session_log.state().words == {"framing": {"transfer"}}
    session_log.do(FAY, Undo(), subject=later.id)
    assert session_log.state().words == {"framing": {"credit", "data"}}


def test_a_question_is_settled_only_while_participants_see_it(session_log: SessionLog) -> None:
    post = session_log.do(ANA, WritePost(text="Who pays?"), subject="framing")
    session_log.do(FAY, SettleQuestion(status=QuestionStatus.ANSWERED), subject=post.id)
    assert session_log.state().questions == {post.id: QuestionStatus.ANSWERED}
    session_log.do(FAY, Moderate(hidden=True), subject=post.id)
    with pytest.raises(InvalidCommandError):
        session_log.do(FAY, SettleQuestion(status=QuestionStatus.PARKED), subject=post.id)
