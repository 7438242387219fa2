"""What has moved: ratings given again, and next steps."""

from __future__ import annotations

import datetime as dt

from cluster_kit.documents.markdown import to_markdown
from cluster_kit.insights.charts import movement_picture
from cluster_kit.insights.movement import NOTHING, movement, read_movement
from tests.insights.saying import Talk
from tests.samples import small_content

CONTENT = small_content()
PLACE = "rate.ratings.rating"


def _later(talk: Talk, days: int) -> Talk:
    """The last answer was given so many days after the others."""
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
    shown = to_markdown(movement(CONTENT, answers, 1, movement_picture))
    assert "1 up, 0 down, 0 as before" in shown


def test_where_nothing_has_moved_one_sentence_says_so() -> None:
    assert NOTHING in to_markdown(movement(CONTENT, Talk().answers, 1, movement_picture))
