from __future__ import annotations

import pytest

from cluster_kit.content import models as m
from cluster_kit.content import rates
from cluster_kit.content.budget import estimate_alone, sum_prework, time_exercise, time_session
from cluster_kit.content.models import Depth, Option, TablePrompt
from tests import samples

RATE, GOALS, NEXT_STEPS = samples.EXERCISES
TYPING, PICK, PERSON = rates.TYPING_WORDS_A_MINUTE, 1 / 3, 1 / 3


def _minutes_to_write(exercise: m.Exercise, instrument: m.Instrument | None = samples.INSTRUMENT) -> float:
    return time_exercise(exercise, instrument).write


def test_essential_items_with_anchors_count_a_minute_each() -> None:
    assert _minutes_to_write(RATE) == pytest.approx(2)


def test_an_item_without_anchors_counts_half_a_minute() -> None:
    area = samples.INSTRUMENT.areas[0]
    plain = area.model_copy(update={"items": tuple(i.model_copy(update={"anchors": ()}) for i in area.items)})
    instrument = samples.INSTRUMENT.model_copy(update={"areas": (plain, samples.INSTRUMENT.areas[1])})
    assert _minutes_to_write(RATE, instrument) == pytest.approx(0.5 + 1)


def test_words_and_picks_count_once_for_each_expected_row() -> None:
    assert _minutes_to_write(GOALS) == pytest.approx(30 / TYPING + 2 * (20 / TYPING + 2 * PICK))


def test_people_days_choices_and_ratings_count() -> None:
    actions, check = 2 * (12 / TYPING + PERSON + PICK), 3 * 10 / TYPING
    assert _minutes_to_write(NEXT_STEPS) == pytest.approx(actions + check + PICK + 1)


def test_fixed_rows_count_each() -> None:
    table = GOALS.prompts[1]
    assert isinstance(table, TablePrompt)
    rows = tuple(Option(id=f"row_{n}", label=str(n)) for n in range(5))
    fixed = GOALS.model_copy(update={"prompts": (table.model_copy(update={"rows": rows}),)})
    assert _minutes_to_write(fixed, None) == pytest.approx(5 * (20 / TYPING + 2 * PICK))


def test_what_is_deeper_counts_nothing() -> None:
    deeper = tuple(prompt.model_copy(update={"depth": Depth.FULL}) for prompt in NEXT_STEPS.prompts)
    exercise = NEXT_STEPS.model_copy(update={"prompts": deeper})
    assert _minutes_to_write(exercise) == 0


def test_without_an_instrument_its_items_and_questions_count_nothing() -> None:
    assert _minutes_to_write(RATE, None) == 0


# --- in the room and before it -----------------------------------------------------------------------------------


def _text(prompt_id: str, label: str, *, words: int, before: bool = False) -> m.TextPrompt:
    return m.TextPrompt(kind="text", id=prompt_id, label=label, words=words, before=before)


def _exercise(*prompts: m.Prompt, **keys: object) -> m.Exercise:
    base = {"id": "write", "title": "Write", "segment": "framing", "intent": "Why.", "keeps": "x", "prompts": prompts}
    return m.Exercise.model_validate({**base, "minutes": 9, "talk_minutes": 3, **keys})


def test_an_exercise_in_the_room_counts_finding_reading_talking_and_answering() -> None:
    time = time_exercise(_exercise(_text("a", "One two three", words=36), steps=("Four five six seven",)), None)
    assert (time.find, time.talk) == (0.75, 3)
    assert time.read == pytest.approx(9 / 200)  # title, intent, step, and label
    assert time.write == pytest.approx(2)
    assert time.needed == pytest.approx(0.75 + 3 + 9 / 200 + 2)


def test_a_text_that_appears_twice_is_read_once() -> None:
    once = time_exercise(_exercise(_text("a", "One two", words=18)), None)
    twice = time_exercise(_exercise(_text("a", "One two", words=18), _text("b", "One two", words=18)), None)
    assert twice.read == once.read


def test_what_is_answered_before_the_session_counts_outside_the_room_only() -> None:
    later, earlier = _text("a", "Later", words=18), _text("b", "Ten words before the session", words=54, before=True)
    exercise = _exercise(later, earlier, prework_minutes=5)
    assert time_exercise(exercise, None).write == pytest.approx(1)
    assert time_exercise(exercise, None).read == time_exercise(_exercise(later), None).read
    assert estimate_alone(exercise, None) == pytest.approx(0.75 + (1 + 1 + 5) / 200 + 3)


def test_of_a_table_only_the_columns_for_the_room_count_there() -> None:
    columns = (_text("a", "Before", words=36, before=True), _text("b", "Now", words=18))
    rows = (Option(id="one", label="One"), Option(id="two", label="Two"))
    table = TablePrompt(kind="table", id="t", label="Table", rows=rows, columns=columns)
    exercise = _exercise(table, prework_minutes=5)
    assert time_exercise(exercise, None).write == pytest.approx(2 * 1)
    assert time_exercise(exercise, None).read == pytest.approx((2 + 2) / 200)  # not the rows, which were read before
    assert estimate_alone(exercise, None) == pytest.approx(0.75 + (2 + 2 + 2) / 200 + 2 * 2)


def test_of_a_table_that_a_team_divides_one_person_counts_some_rows_outside_the_room() -> None:
    columns = (_text("a", "Before", words=36, before=True),)
    rows = tuple(Option(id=f"row_{n}", label=str(n)) for n in range(4))
    table = TablePrompt(kind="table", id="t", label="Table", rows=rows, columns=columns)
    divided = table.model_copy(update={"rows_each": 1})
    whole, part = (estimate_alone(_exercise(one, prework_minutes=9), None) for one in (table, divided))
    assert whole - part == pytest.approx(3 * 36 / TYPING)


def test_the_prework_of_a_session_is_that_of_each_exercise_with_a_part_before_it() -> None:
    first = _exercise(_text("a", "Before", words=18, before=True), prework_minutes=5)
    second = _exercise(_text("a", "Alone", words=18), when="prework", minutes=0, talk_minutes=0, about_minutes=7)
    later = _exercise(_text("a", "Later", words=18), when="follow_up", minutes=0, talk_minutes=0, about_minutes=9)
    assert sum_prework([first, second, later, _exercise(_text("a", "Now", words=18))]) == 12


def test_a_document_to_read_in_the_room_counts_as_reading_and_not_as_talk() -> None:
    plain, reading = (time_exercise(_exercise(_text("a", "A", words=18), reading_minutes=n), None) for n in (0, 3))
    assert reading.read - plain.read == pytest.approx(3)
    assert reading.talk == plain.talk


def test_prework_ratings_leave_one_statement_to_settle() -> None:
    ratings = RATE.prompts[0].model_copy(update={"before": True})
    rated = RATE.model_copy(update={"prompts": (ratings,), "prework_minutes": 5})
    assert time_exercise(rated, samples.INSTRUMENT).write == rates.SETTLE_MINUTES
    assert estimate_alone(rated, samples.INSTRUMENT) > 2


# --- segments ------------------------------------------------------------------------------------------------------


def test_moves_are_counted_from_the_main_room_and_back_to_the_facilitator() -> None:
    kinds = list(m.SegmentKind)
    hosts = (3, 0, 0, 2, 0)
    segments = tuple(
        m.Segment(kind=kind, title="T", minutes=20, purpose="P", host_minutes=host)
        for kind, host in zip(kinds, hosts, strict=True)
    )
    places = (("framing", "home"), ("policy_tool", "home"), ("peer_discussion", "peers"), ("next_steps", "home"))
    exercises = tuple(
        _exercise(_text("a", "A", words=18), id=f"e{n}", segment=segment, place=place)
        for n, (segment, place) in enumerate(places)
    )
    times = time_session(segments, exercises, None)
    assert [time.moves for time in times] == [1, 0, 1, 1, 1]
    assert times[0].needed == 3 + 1.5 + 9 + 2
    assert times[3].needed == 2 + 1.5 + 0 + 2
