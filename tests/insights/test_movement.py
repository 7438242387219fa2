"""Repeated ratings, and progress of next steps."""

from __future__ import annotations

import datetime as dt

from cluster_kit.documents.markdown import to_markdown
from cluster_kit.insights.charts import movement_picture
from cluster_kit.insights.movement import NOTHING, build_movement, read_movement
from tests.insights.saying import Talk
from tests.samples import small_content

CONTENT = small_content()
PLACE = "rate.ratings.rating"


def _later(talk: Talk, days: int) -> Talk:
    """Shift the last answer by a number of days."""
    last = talk.current[-1]
    talk.current[-1] = last.model_copy(update={"at": last.at + dt.timedelta(days=days)})
    return talk


def _rate(first: int, then: int, days: int) -> Talk:
    talk = Talk().say(PLACE, first, row="shared_vision", alone=True)
    talk.unsay(PLACE, "shared_vision")
    return _later(talk.say(PLACE, then, row="shared_vision", alone=True), days)


def test_a_rating_that_was_given_again_weeks_later_has_moved() -> None:
    (moved,) = read_movement(CONTENT, _rate(1, 3, 80).answers)
    assert (moved.area.id, moved.before, moved.now, moved.pairs, moved.up, moved.down) == ("alignment", 1, 3, 1, 1, 0)


def test_changing_ones_mind_on_the_same_day_is_no_movement() -> None:
    assert read_movement(CONTENT, _rate(1, 3, 0).answers) == []


def test_a_note_or_not_sure_is_no_rating() -> None:
    talk = Talk().say(PLACE, "not_sure", row="shared_vision", alone=True).unsay(PLACE, "shared_vision")
    talk = _later(talk.say(PLACE, 3, row="shared_vision", alone=True), 80)
    assert read_movement(CONTENT, talk.answers) == []


def test_what_two_people_rated_is_compared_person_by_person() -> None:
    talk = _rate(2, 1, 80)
    talk = _later(talk.say(PLACE, 4, row="shared_vision", by="bo", alone=True), 80)
    (moved,) = read_movement(CONTENT, talk.answers)
    assert (moved.before, moved.now, moved.pairs, moved.down) == (2, 1, 1, 1)


def test_the_picture_and_the_table_say_how_far() -> None:
    answers = _rate(1, 3, 80).answers
    picture = movement_picture(CONTENT, read_movement(CONTENT, answers))
    assert picture.alt == (
        "Mean ratings on a scale of 1 to 4, first and latest. Systems alignment: up from 1.0 to 3.0, 1 rating."
    )
    shown = to_markdown(build_movement(CONTENT, answers, 1, movement_picture))
    assert "1 up, 0 down, 0 as before" in shown


def test_where_nothing_has_moved_one_sentence_says_so() -> None:
    assert NOTHING in to_markdown(build_movement(CONTENT, Talk().answers, 1, movement_picture))


def test_what_does_not_apply_any_more_has_not_moved() -> None:
    talk = _rate(1, 3, 80)
    talk.unsay(PLACE, "shared_vision").say(PLACE, "does_not_apply", row="shared_vision", alone=True)
    assert read_movement(CONTENT, _later(talk, 90).answers) == []


def test_transition_items_are_kept_apart() -> None:
    alignment, data = CONTENT.instrument.areas
    items = tuple(item.model_copy(update={"transition": item.id == "joint_planning"}) for item in alignment.items)
    areas = (alignment.model_copy(update={"items": items}), data)
    content = CONTENT.model_copy(update={"instrument": CONTENT.instrument.model_copy(update={"areas": areas})})
    talk = Talk()
    for row, first in (("shared_vision", 1), ("joint_planning", 3)):
        talk.say(PLACE, first, row=row, alone=True).unsay(PLACE, row)
    for row, now in (("shared_vision", 2), ("joint_planning", 4)):
        talk.say(PLACE, now, row=row, alone=True)
    answers = Talk(
        [r.model_copy(update={"at": r.at + dt.timedelta(days=80)}) for r in talk.current], talk.history
    ).answers
    (others,), (transition,) = (read_movement(content, answers, transition=apart) for apart in (False, True))
    assert [(m.before, m.now, m.pairs) for m in (others, transition)] == [(1, 2, 1), (3, 4, 1)]
    words = str(build_movement(content, answers, 2, movement_picture))
    assert "Transition items" in words
    assert "3.0" in words
