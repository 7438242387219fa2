"""Charts: their text alternatives, and robustness against any user text."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from cluster_kit.documents import chart_style as style
from cluster_kit.documents.model import Picture
from cluster_kit.insights.charts import (
    make_illustrator,
    ratings_picture,
    transitions_picture,
)
from cluster_kit.insights.charts.tallies import CountBars, describe_counts
from cluster_kit.insights.plans import Transition, read_actions
from cluster_kit.insights.ratings import read_ratings, summarize_ratings
from tests.insights.saying import Talk, ratings_by_two, three_goals
from tests.insights.test_documents import HOSTILE
from tests.samples import small_content

CONTENT = small_content()
SCALE = {1: "Breaks", 2: "Leaks", 3: "Holds"}


def _ratings(talk: Talk) -> Picture:
    ratings = read_ratings(CONTENT, talk.answers)
    return ratings_picture(CONTENT, summarize_ratings(CONTENT, ratings, is_alone=talk.answers.is_by_one([1])))


def _pictures(typed: str) -> list[Picture]:
    return [transitions_picture([Transition("a", typed, typed, typed, 2, "2 Leaks")], SCALE)]


def test_the_ratings_say_mean_spread_and_how_many() -> None:
    picture = _ratings(ratings_by_two())
    assert picture.alt == (
        "Ratings on a scale of 1 to 4. "
        "Systems alignment: mean 1.5, 3 ratings by 2 people (1 at 1, 1 at 2, 1 at 3). 1 answer “Not sure yet”."
    )
    (row,) = picture.data
    assert (row["n"], row["mean"], row["lowest"], row["highest"]) == (3, 1.5, 1, 3)


def test_ratings_that_agree_or_are_all_unsure_say_so() -> None:
    talk = Talk().say("rate.ratings.rating", 4, row="definitions", alone=True)
    assert _ratings(talk).alt.endswith("Data: all at 4, 1 rating by 1 person.")
    talk = Talk().say("rate.ratings.rating", "not_sure", row="definitions", alone=True)
    assert _ratings(talk).alt.endswith("Data: no ratings. 1 answer “Not sure yet”.")


def test_the_map_says_from_where_to_where_and_how_well() -> None:
    points = [
        Transition("a", "Nursing", "High school", "College", 1, "1 Breaks"),
        Transition("b", "", "", "", None, ""),
    ]
    assert transitions_picture(points, SCALE).alt == (
        "2 transition points. Nursing: from High school to College, 1 Breaks. "
        "Not described yet: from Not said to Not said, not rated."
    )


def test_counts_and_points_of_the_scale_are_not_read_as_one_number() -> None:
    bars = CountBars(
        "Where states are",
        "",
        "states",
        ("Not sure", "2 Taking shape"),
        (("Data", {"2 Taking shape": 12, "Not sure": 1}), ("Advising", {})),
    )
    assert (
        describe_counts(bars) == "Where states are, in states. Data: 1 not sure, 12 at 2 Taking shape. Advising: none."
    )


@pytest.mark.parametrize("typed", [*HOSTILE, "", "a\ud800b", "\x00", "$\\frac{1}$", "word " * 400])
def test_whatever_is_typed_the_picture_is_drawn_without_a_warning(typed: str) -> None:
    for picture in _pictures(typed):
        root = ET.fromstring(picture.svg)
        assert root.tag.endswith("svg")
        assert root.get("viewBox")
        assert root.get("width") is None
        tags = {node.tag.rpartition("}")[2] for node in root.iter()}
        assert tags <= {"svg", "defs", "style", "g", "path", "use", "clipPath", "rect"}, "outlines only, no text"
        assert "<!--" not in picture.svg


def test_the_same_answers_give_the_same_picture_to_the_byte() -> None:
    assert [p.svg for p in _pictures("One page")] == [p.svg for p in _pictures("One page")]
    assert _ratings(ratings_by_two()).svg == _ratings(ratings_by_two()).svg


def test_a_character_that_the_font_lacks_becomes_a_box_and_dollars_stay_dollars() -> None:
    assert style.drawable_text("CTE 日本\n🎉 é") == "CTE □□ □ é"
    assert style.drawable_text("$x$") == "$x$"


def test_lines_fit_their_width_and_end_in_an_ellipsis_when_there_are_too_many() -> None:
    for words in ("one two three " * 40, "x" * 500):
        lines = style.wrap_text(words, 2.0, max_lines=3)
        assert len(lines) == 3
        assert lines[-1].endswith("…")
        assert all(style.text_width(line) <= 2.0 for line in lines)
    assert style.wrap_text("short", 2.0) == ["short"]


def test_each_exercise_is_illustrated_by_the_shape_of_its_prompts() -> None:
    talk = three_goals().say("next_steps.actions.action", "Call", row="x")
    talk.say("next_steps.actions.due", "2027-03-05", row="x")
    talk.current += ratings_by_two().current
    draw = make_illustrator(CONTENT, talk.answers, 1)
    drawn = {
        f"{exercise.id}.{prompt.id}": [picture.alt.split(".")[0] for picture in draw(exercise, prompt)]
        for exercise in CONTENT.get_session(1).exercises
        for prompt in exercise.prompts
    }
    # Tables of goals and next steps say all that a chart of them would.
    assert {place: alts for place, alts in drawn.items() if alts} == {"rate.ratings": ["Ratings on a scale of 1 to 4"]}
    assert len(read_actions(CONTENT, talk.answers)) == 1
