"""Presence, progress by state, and states that may need help."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from cluster_kit.content.models import Content, Depth
from cluster_kit.insights.progress import (
    ACTIVE_FOR,
    AWAY_AFTER,
    SHORTEST_ACTIVE,
    STUCK_AFTER,
    PresenceStatus,
    Steps,
    find_presence_status,
    find_stuck,
    read_steps,
    who_is_here,
)
from cluster_kit.sessions import SessionState
from cluster_kit.store import Response
from cluster_kit.store.models import Presence
from tests.insights.nation import MOMENT, rate, said
from tests.samples import small_content

CONTENT = small_content()
MINUTE, SECOND = dt.timedelta(minutes=1), dt.timedelta(seconds=1)


def here(
    code: str = "OH",
    person: str = "ana",
    *,
    joined: dt.timedelta = 20 * MINUTE,
    active: dt.timedelta | None = None,
    seen: dt.timedelta = SECOND,
    exercise: str = "",
) -> Presence:
    """A person with these times since joining, the last action, and the last sign of presence."""
    return Presence(
        series="sample",
        session=1,
        person=f"{code}-{person}",
        jurisdiction=code,
        exercise=exercise,
        joined_at=MOMENT - joined,
        active_at=MOMENT - (joined if active is None else active),
        seen_at=MOMENT - seen,
    )


@pytest.mark.parametrize(
    ("one", "status"),
    [
        (here(active=ACTIVE_FOR), PresenceStatus.ACTIVE),
        (here(active=ACTIVE_FOR + SECOND), PresenceStatus.IDLE),
        (here(), PresenceStatus.JOINED),
        (here(active=MINUTE, seen=AWAY_AFTER), PresenceStatus.ACTIVE),
        (here(active=MINUTE, seen=AWAY_AFTER + SECOND), PresenceStatus.AWAY),
    ],
)
def test_somebody_is_active_joined_idle_or_away(one: Presence, status: PresenceStatus) -> None:
    assert find_presence_status(one, MOMENT) is status


@pytest.mark.parametrize(
    ("speed", "ago", "status"),
    [
        (4, 30 * SECOND, PresenceStatus.ACTIVE),
        (4, 31 * SECOND, PresenceStatus.IDLE),
        (60, SHORTEST_ACTIVE, PresenceStatus.ACTIVE),
        (60, SHORTEST_ACTIVE + SECOND, PresenceStatus.IDLE),
    ],
)
def test_a_rehearsal_counts_minutes_of_the_session(speed: float, ago: dt.timedelta, status: PresenceStatus) -> None:
    assert find_presence_status(here(active=ago), MOMENT, speed) is status
    assert who_is_here([here(active=ago)], MOMENT, speed)["OH"].status is status
    gone = here(active=ago, seen=AWAY_AFTER)
    assert find_presence_status(gone, MOMENT, speed) is status, "a connection is lost in real time"


def test_of_a_team_the_liveliest_counts_and_those_who_have_gone_are_not_here() -> None:
    people = [
        here("OH", "ana", seen=MINUTE, exercise="goals", joined=40 * MINUTE),
        here("OH", "bo", active=5 * MINUTE, exercise="rate"),
        here("GU", "cy"),
        here("GU", "di", active=MINUTE),
        here("UT", "ed", seen=MINUTE),
    ]
    states = who_is_here(people, MOMENT)
    assert {code: state.status for code, state in states.items()} == {
        "GU": PresenceStatus.ACTIVE,
        "OH": PresenceStatus.IDLE,
        "UT": PresenceStatus.AWAY,
    }
    ohio = states["OH"]
    assert (ohio.people, ohio.here, ohio.exercises, ohio.since) == (2, 1, {"rate"}, MOMENT - 20 * MINUTE)
    assert (states["UT"].here, states["UT"].since) == (0, None)


def test_facilitators_are_no_state() -> None:
    assert who_is_here([here().model_copy(update={"jurisdiction": ""})], MOMENT) == {}


def test_an_exercise_is_begun_with_the_first_answer_and_done_with_the_last_essential_one() -> None:
    answers = [said("rate.depth", "full"), said("rate.ratings.note", "  ", row="definitions")]
    assert read_steps(CONTENT, 1, answers) == Steps()
    answers += rate("shared_vision", 2)
    assert read_steps(CONTENT, 1, answers) == Steps(frozenset({"rate"}))
    answers += rate("definitions", "not_sure")
    assert read_steps(CONTENT, 1, answers) == Steps(frozenset({"rate"}), frozenset({"rate"}))
    assert read_steps(CONTENT.model_copy(update={"sessions": (_second_session(),)}), 2, answers) == Steps()


def _step(row: str, seq: int) -> list[Response]:
    """A next step with everything that is asked about it."""
    cells = {"action": "Call", "lead": {"name": "Dee", "role": ""}, "due": "2027-03-15"}
    return [said(f"next_steps.actions.{c}", v, row=row, seq=seq + at) for at, (c, v) in enumerate(cells.items())]


def test_a_table_needs_a_row_that_was_not_removed_and_what_goes_deeper_is_not_waited_for() -> None:
    answers = [
        *_step("a", 10),
        *_step("b", 20),
        said("next_steps.goal_check.how", "Fewer repeats", row="g", seq=2),
        said("next_steps.confidence", 3, seq=3),
        said("next_steps.partners", ["learners"], seq=4),
    ]
    assert read_steps(CONTENT, 1, answers).done == {"next_steps"}
    begun = said("next_steps.actions.due", "2027-03-15", row="c", seq=30)
    assert read_steps(CONTENT, 1, [*answers, begun]) == Steps(frozenset({"next_steps"}))
    named = said("next_steps.actions.action", "Write", row="c", seq=31)  # who leads it may follow later
    assert read_steps(CONTENT, 1, [*answers, begun, named]).done == {"next_steps"}
    removed = said("next_steps.actions", False, row="a", seq=32)
    assert read_steps(CONTENT, 1, [*answers, removed]) == Steps(frozenset({"next_steps"}))
    exercise = CONTENT.sessions[0].exercises[2]
    deeper = [p.model_copy(update={"depth": Depth.STANDARD}) if p.id == "actions" else p for p in exercise.prompts]
    changed = exercise.model_copy(update={"prompts": tuple(deeper)})
    session = CONTENT.sessions[0].model_copy(update={"exercises": (changed,)})
    content = CONTENT.model_copy(update={"sessions": (session,)})
    assert read_steps(content, 1, answers[6:]).done == {"next_steps"}


def test_a_table_about_earlier_answers_is_waited_for_only_where_there_are_any() -> None:
    answers = [
        *_step("a", 10),
        *_step("b", 20),
        said("next_steps.confidence", 3, seq=2),
        said("next_steps.partners", ["learners"], seq=3),
    ]
    assert read_steps(CONTENT, 1, answers).done == {"next_steps"}
    goal = said("goals.goals.statement", "One list", row="g", seq=4)
    assert "next_steps" not in read_steps(CONTENT, 1, [*answers, goal]).done
    removed = said("goals.goals", False, row="g", seq=5)
    assert "next_steps" in read_steps(CONTENT, 1, [*answers, goal, removed]).done


def _look_back() -> Content:
    """The sample content with an exercise that is about the goals only."""
    exercise = CONTENT.sessions[0].exercises[2]
    only = exercise.model_copy(update={"id": "review", "prompts": (exercise.prompts[1],)})
    session = CONTENT.sessions[0].model_copy(update={"exercises": (*CONTENT.sessions[0].exercises, only)})
    return CONTENT.model_copy(update={"sessions": (session,)})


def test_an_exercise_about_earlier_answers_alone_asks_nothing_of_a_state_that_gave_none() -> None:
    content = _look_back()
    assert read_steps(content, 1, []) == Steps(spared=frozenset({"review"}))
    answered = read_steps(content, 1, [said("goals.goals.statement", "x", row="g")])
    assert "review" not in answered.begun | answered.done | answered.spared


def test_who_is_asked_nothing_is_not_stuck_and_does_not_count_among_the_others() -> None:
    content = _look_back()
    present = who_is_here([here(code, exercise="review") for code in ("OH", "GU")], MOMENT)
    session_state = SessionState(began_at=MOMENT - 20 * MINUTE, segment="next_steps", since=MOMENT - 20 * MINUTE)
    spared, begun = Steps(spared=frozenset({"review"})), Steps(frozenset({"review"}))
    assert find_stuck(content, 1, session_state, present, {"OH": begun, "GU": spared}, MOMENT) == []
    (stuck,) = find_stuck(content, 1, session_state, present, {"OH": begun}, MOMENT)
    assert stuck.jurisdiction == "GU"


def _second_session():  # type: ignore[no-untyped-def]
    return CONTENT.sessions[0].model_copy(update={"number": 2})


def stuck(*people: Presence, begun: str = "", since: dt.timedelta = 30 * MINUTE) -> list[tuple[str, str]]:
    """States that are stuck in the segment of the exercises ``rate`` and ``goals``, if these states have begun both."""
    session_state = SessionState(segment="policy_tool", since=MOMENT - since, began_at=MOMENT - since)
    steps = {code: Steps(frozenset({"rate", "goals"})) for code in begun.split()}
    found = find_stuck(CONTENT, 1, session_state, who_is_here(people, MOMENT), steps, MOMENT)
    return [(one.jurisdiction, one.sentence) for one in found]


def test_a_state_without_a_word_where_half_of_the_others_have_begun_is_stuck() -> None:
    people = [here("OH", exercise="rate"), here("GU"), here("UT"), here("ME"), here("AK")]
    assert stuck(*people, begun="GU UT") == [
        (
            "OH",
            "Ohio has had 20 minutes for “Rate alone first” and has not written anything; "
            "2 of the 4 other states here have begun.",
        )
    ]
    ((_, all_begun),) = stuck(*people, begun="GU UT ME AK")
    assert all_begun.endswith("anything; all 4 other states here have begun.")
    ((_, one_begun),) = stuck(*people[:3], begun="GU")
    assert one_begun.endswith("anything; 1 of the 2 other states here has begun.")
    ((_, both_begun),) = stuck(*people[:3], begun="GU UT")
    assert both_begun.endswith("anything; both other states here have begun.")
    ((_, only_one),) = stuck(*people[:2], begun="GU")
    assert only_one.endswith("anything; the other state here has begun.")
    assert stuck(*people, begun="GU") == [], "most others have not begun either"
    assert stuck(*people, begun="OH GU UT") == []


def test_time_counts_from_the_beginning_of_the_segment_or_from_when_they_came() -> None:
    others = [here("GU"), here("UT")]
    late = here("OH", exercise="rate", joined=STUCK_AFTER)
    assert stuck(*others, late, begun="GU UT") == []
    assert stuck(*others, here("OH", exercise="rate"), begun="GU UT", since=STUCK_AFTER) == []
    assert stuck(*others, here("OH", exercise="rate"), begun="GU UT", since=STUCK_AFTER + MINUTE)


def test_a_rehearsal_finds_stuck_states_at_its_speed() -> None:
    people = who_is_here([here("OH", exercise="rate", joined=MINUTE), here("GU"), here("UT")], MOMENT)
    steps = {code: Steps(frozenset({"rate"})) for code in ("GU", "UT")}
    state = SessionState(segment="policy_tool", since=MOMENT - MINUTE, speed=10)
    found = find_stuck(CONTENT, 1, state, people, steps, MOMENT)
    assert [(one.jurisdiction, one.minutes) for one in found] == [("OH", 10)]


def test_the_minutes_for_talking_are_not_waited_for() -> None:
    talking = [here("GU"), here("UT"), here("OH", exercise="goals", joined=7 * MINUTE)]
    assert stuck(*talking, begun="GU UT") == []
    assert [code for code, _ in stuck(here("GU"), here("OH", exercise="goals", joined=9 * MINUTE), begun="GU")] == [
        "OH"
    ]


def test_who_is_elsewhere_or_has_gone_or_is_alone_is_not_stuck() -> None:
    others = [here("GU"), here("UT")]
    assert stuck(*others, here("OH", exercise="next_steps"), begun="GU UT") == []
    assert stuck(*others, here("OH", exercise="rate", seen=MINUTE), begun="GU UT") == []
    assert stuck(here("OH", exercise="rate")) == []


def test_before_and_after_the_session_nobody_is_stuck() -> None:
    states = who_is_here([here("OH", exercise="rate"), here("GU")], MOMENT)
    assert find_stuck(CONTENT, 1, SessionState(), states, {"GU": Steps(frozenset({"rate"}))}, MOMENT) == []


def test_the_thresholds_stand_in_the_documentation() -> None:
    page = (Path(__file__).parents[2] / "docs" / "explanation" / "national.md").read_text("utf-8")
    assert f"did something within the last {ACTIVE_FOR // MINUTE} minutes" in page
    assert f"has been seen for {AWAY_AFTER // SECOND} seconds" in page
    assert f"has had {STUCK_AFTER // MINUTE} minutes for it" in page
