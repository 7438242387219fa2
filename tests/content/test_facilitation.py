"""The facilitator's steps fit the sessions, and mistakes are problems with their place."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from cluster_kit.content import Session, check_content, load_content
from cluster_kit.content.budget import time_exercise
from cluster_kit.content.facilitation import (
    BUFFER,
    IF_HEARD,
    Facilitation,
    FacilitationStep,
    SessionFacilitation,
    in_the_room,
    load_facilitation,
    plan_show,
)
from cluster_kit.content.folders import SHIPPED
from cluster_kit.content.hosting import cue_verb
from cluster_kit.content.loading import find_content_notices
from cluster_kit.content.models import Place, SegmentKind

CONTENT = load_content("2026")
FACILITATION = load_facilitation(CONTENT)
SHIPPED_FILE = (SHIPPED / "series" / "2026" / "facilitation.yaml").read_text(encoding="utf-8")
sessions = pytest.mark.parametrize("session", CONTENT.sessions, ids=lambda session: session.id)


@sessions
def test_the_lines_of_a_session_follow_one_another_to_its_end(session: Session) -> None:
    lines = plan_show(CONTENT, FACILITATION, session.number)
    for line, following in pairwise(lines):
        assert line.start + dt.timedelta(minutes=line.minutes) == following.start
    assert sum(line.minutes for line in lines) == session.minutes


@sessions
def test_every_exercise_in_the_room_has_a_step_with_something_to_say_and_a_question(session: Session) -> None:
    cues = {line.exercise.id: line.cues for line in plan_show(CONTENT, FACILITATION, session.number) if line.exercise}
    room = [exercise.id for segment in session.segments for exercise in in_the_room(session, segment)]
    assert sorted(cues) == sorted(room)
    assert [name for name, cue in cues.items() if not (cue.say and cue.ask)] == []


@sessions
def test_what_to_listen_for_in_an_exercise_is_what_its_hosts_and_teams_read(session: Session) -> None:
    for line in plan_show(CONTENT, FACILITATION, session.number):
        hosting = CONTENT.find_cues(session.number, line.exercise.id) if line.exercise else None
        if hosting and hosting.listen:
            assert (
                line.cues.listen_for
                == f"{hosting.listen[0].signal} {cue_verb(hosting.listen[0].ask)}: {hosting.listen[0].ask}"
            )


@pytest.mark.parametrize(
    ("number", "exercise", "turn"),
    [(1, "conversation", "Round"), (4, "peer_discussion", "State")],
)
def test_in_a_room_of_three_the_messages_give_each_one_a_turn(number: int, exercise: str, turn: str) -> None:
    (step,) = [
        step
        for session in FACILITATION.sessions
        if session.session == number
        for step in session.steps
        if step.exercise == exercise
    ]
    texts = " ".join(message.text for message in step.messages)
    assert [n for n in (1, 2, 3) if f"{turn} {n}" not in texts] == []


@sessions
def test_every_move_to_home_rooms_has_a_message_and_nobody_waits_for_a_room_that_stays_open(session: Session) -> None:
    lines = plan_show(CONTENT, FACILITATION, session.number)
    moves = [line for line in lines if line.title == "Everyone moves to home rooms"]
    assert len(moves) == 2
    assert [line.cues.messages[0].text for line in moves] == [
        "Go to your home room now. Use the room number on your page."
    ] * 2
    last = [line for line in lines if line.segment.kind == "peer_discussion" and line.exercise][-1].cues.messages[-1]
    assert ("Stay until" in last.text) is (session.number == 1)  # only then do all rooms close


@sessions
def test_a_team_that_has_not_rated_gets_a_message_that_can_always_be_sent(session: Session) -> None:
    lines = plan_show(CONTENT, FACILITATION, session.number)
    promised = [n for n, line in enumerate(lines) if any("In 30 seconds" in one.text for one in line.cues.messages)]
    assert len(promised) == (session.number != 4)
    for n in promised:
        announced, fallback = lines[n].cues.messages[:2]
        assert fallback.text.startswith("If fewer than two of you have rated,")
        assert "We'll show" not in fallback.text, "the ratings are shown before it is sent"
        assert (announced.minute, fallback.minute) == (0, 1)
        assert "always send the second" in lines[n].cues.press


@sessions
def test_people_who_meet_in_a_room_say_who_they_are_before_the_method_begins(session: Session) -> None:
    lines = [
        line for line in plan_show(CONTENT, FACILITATION, session.number) if line.segment.kind == "peer_discussion"
    ]
    moves, meets = lines[:2]
    assert "Ignore the state in the room's name." in " ".join(message.text for message in moves.cues.messages)
    first, following = meets.cues.messages[:2]
    assert re.match(r"[^.]*\byour (name and state|state and names)\b", first.text)
    assert re.search(rf'"{re.escape(meets.title)}[.,]?"', first.text)
    assert (first.minute, following.minute) == (0, 1)


@sessions
def test_words_to_people_in_rooms_are_labeled_because_only_a_broadcast_is_heard(session: Session) -> None:
    place = Place.MAIN
    for line in plan_show(CONTENT, FACILITATION, session.number):
        place = line.exercise.place if line.exercise else place
        assert line.in_rooms == (place is not Place.MAIN), line.title
        assert line.say.startswith(IF_HEARD) == bool(line.in_rooms and line.cues.say)
        place = Place.MAIN if "main room" in line.title else place


@sessions
def test_the_last_minutes_leave_a_team_time_after_it_begins_to_write(session: Session) -> None:
    for line in plan_show(CONTENT, FACILITATION, session.number):
        everyone = [one for one in line.cues.messages if one.to == "all"]
        for writing, following in pairwise(everyone) if line.exercise and line.exercise.place is Place.HOME else ():
            if writing.text.startswith("Write") or writing.write:
                is_new = "finish" not in following.text
                assert following.minute - writing.minute >= 1 + is_new, (line.title, following.text)


@sessions
def test_the_question_about_a_rating_is_the_rule_by_which_people_rate(session: Session) -> None:
    asked = [
        step.ask for step in FACILITATION.get_session_steps(session.number).steps if "rate_" in (step.exercise or "")
    ]
    assert CONTENT.instrument.rule.startswith("Choose point 3 only if every part of its description is true")
    assert len(asked) == (session.number != 4)
    assert [ask for ask in asked if not ask.startswith("Is every part of point 3 true")] == []


@sessions
def test_a_team_is_asked_to_write_only_when_its_talk_is_over(session: Session) -> None:
    for line in plan_show(CONTENT, FACILITATION, session.number):
        if line.exercise and line.exercise.place is Place.HOME:
            time = time_exercise(line.exercise, CONTENT.instrument)
            for message in line.cues.messages:
                if message.write or message.text.startswith("Write"):
                    assert message.write, f"not marked, so unchecked: {message.text}"
                    assert message.minute >= round(time.find + time.read + time.talk, 1), (line.title, message.text)


@sessions
def test_the_example_of_a_state_does_not_share_its_minutes_with_the_close(session: Session) -> None:
    lines = plan_show(CONTENT, FACILITATION, session.number)
    assert [line.title for line in lines if "example" in line.title and "close" in line.title] == []


def test_what_to_listen_for_in_an_exercise_is_written_in_one_file() -> None:
    with pytest.raises(ValueError, match=r"hosting\.yaml"):
        FacilitationStep(exercise="goals", listen_for="Goals about the agency.")


@sessions
def test_what_to_say_can_be_said_in_the_minutes_of_its_step(session: Session) -> None:
    for line in plan_show(CONTENT, FACILITATION, session.number):
        assert len(line.cues.say.split()) <= 45, line.title


@sessions
def test_a_session_starts_and_ends_with_the_facilitator(session: Session) -> None:
    lines = [line for line in plan_show(CONTENT, FACILITATION, session.number) if line.title != BUFFER]
    assert lines[0].exercise is None
    assert lines[-1].exercise is None
    assert '"End session."' in lines[-1].cues.press


def test_minutes_in_a_cue_are_those_of_the_exercise() -> None:
    step = FacilitationStep(exercise="goals", say="{minutes} minutes, {talk_minutes} to talk, {write_minutes} to write")
    facilitation = Facilitation(
        schema_version=1, taking_part=("x",), sessions=(SessionFacilitation(session=1, steps=(step,)),)
    )
    goals = CONTENT.get_session(1).find_exercise("goals")
    assert goals
    (line,) = [line for line in plan_show(CONTENT, facilitation, 1) if line.exercise == goals]
    expected = f"{goals.minutes} minutes, {goals.talk_minutes} to talk, {goals.minutes - goals.talk_minutes} to write"
    assert line.cues.say == expected


def test_without_steps_every_exercise_has_its_first_instruction_and_the_rest_is_buffer() -> None:
    facilitation = Facilitation(schema_version=1, taking_part=("x",))
    for session in CONTENT.sessions:
        lines = plan_show(CONTENT, facilitation, session.number)
        assert sum(line.minutes for line in lines) == session.minutes
        assert all(line.cues.say for line in lines if line.exercise)
        assert {line.title for line in lines if line.exercise is None} == {BUFFER}


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("exercise: goals\n", "exercise: goal\n", "the session has no exercise 'goal': did you mean 'goals'?"),
        ("schema_version: 1", "schema_version: 1", ""),
        ("        minutes: ", "        minutes: 5", "your own steps in framing take"),
        ("exercise: transition_points\n", "exercise: goals\n", "'goals' is in two steps: keep one"),
        ("say: >-\n", "say: >-\n          {minuts}\n", "there is no field {minuts}: did you mean 'minutes'?"),
        ("        title: You open\n", "", "a step of your own needs a title and minutes"),
        ("  - session: 4\n", "  - session: 14\n", "the series has no session 14"),
    ],
)
def test_a_mistake_is_a_problem(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    file = tmp_path / "series" / "2026" / "facilitation.yaml"
    file.parent.mkdir(parents=True)
    for name in ("series.yaml", "session_1.yaml", "session_2.yaml", "session_3.yaml", "session_4.yaml", "shared.yaml"):
        (file.parent / name).write_bytes((SHIPPED / "series" / "2026" / name).read_bytes())
    file.write_text(SHIPPED_FILE.replace(old, new, 1), encoding="utf-8")
    problems = [problem for problem in check_content(tmp_path) if problem.file.endswith("facilitation.yaml")]
    assert bool(problems) == bool(sentence)
    assert sentence in "".join(problem.sentence for problem in problems)
    assert all(problem.line > 1 for problem in problems)


def test_a_step_names_a_segment_of_every_session() -> None:
    for entry in FACILITATION.sessions:
        assert {step.segment for step in entry.steps} & {SegmentKind.FRAMING}


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("        has_example: true\n", "", "no slide has these questions: add has_example: true"),
        (
            '"Begin: From policy to message"',
            '"Begin: Messages"',
            'the button that begins the session says "Begin: From policy to message"',
        ),
        (
            '"Next: Rehearse the conversation."',
            '"Next: Rehearse."',
            'no segment or exercise of the session has the title in "Next: Rehearse"',
        ),
        (
            "          - minute: 5\n            write: true\n",
            "          - minute: 4\n            write: true\n",
            "people have found, read, and discussed the exercise at minute 5",
        ),
        (
            "          - minute: 5\n            write: true\n            text: >-\n              Now map",
            "          - minute: 7\n            write: true\n            text: >-\n              Now map",
            "answering takes about 2.9 minutes: send it earlier",
        ),
        ("One minute left: finish", "Two minutes left: finish", "at minute 6 of 7, 1 are left"),
        (
            "          - minute: 1\n            text: >-\n              Round 1.",
            "          - minute: 0\n            text: >-\n              Round 1.",
            "people who have just met need until minute 1",
        ),
        ("read_item: sa_handoffs", "read_item: sa_handover", "the instrument has no item 'sa_handover'"),
    ],
)
def test_cues_that_fit_no_slide_button_or_minute_are_a_notice(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    folder = tmp_path / "series" / "2026"
    shutil.copytree(SHIPPED / "series" / "2026", folder)
    assert old in SHIPPED_FILE
    (folder / "facilitation.yaml").write_text(SHIPPED_FILE.replace(old, new, 1), encoding="utf-8")
    assert check_content(tmp_path) == []
    today = dt.date(2026, 6, 30)
    assert not [one for one in find_content_notices(today) if one.file.endswith("facilitation.yaml")]
    (notice,) = [one for one in find_content_notices(today, tmp_path) if one.file.endswith("facilitation.yaml")]
    assert notice.sentence.startswith(sentence)
    assert notice.line > 1


def test_the_report_to_use_if_none_was_chosen_is_a_published_example() -> None:
    guide = (Path(__file__).parents[2] / "facilitator_guide" / "session_3.md").read_text(encoding="utf-8")
    fallback = guide.split("**If none was chosen,**")[1].split("\n####")[0]
    addresses = re.findall(r"\]\((https://[^)]+)\)", fallback)
    assert len(addresses) == 2
    assert set(addresses) <= {example.address for example in CONTENT.examples}


@pytest.mark.parametrize("number", [2, 3])
def test_people_who_are_new_to_a_later_session_get_a_message_as_it_opens(number: int) -> None:
    opening = plan_show(CONTENT, FACILITATION, number)[0].cues
    assert any("You can do everything today." in message.text for message in opening.messages)
    assert "If people are new today" in opening.press
