"""The tour shows what ``make tour`` takes, of exercises that the content has. Its way through the pages is tested by
the tests that use ``docs.live_session``, too.
"""

from __future__ import annotations

import re

from cluster_kit.content import load_content
from cluster_kit.content.models import TextPrompt
from docs import make_tour

TOUR = make_tour.OUT.with_suffix(".md")
IMAGE = re.compile(r"!\[(?P<words>[^\]]+)\]\(tour/(?P<name>[\w-]+)\.png\)")


def test_the_tour_shows_each_picture_once_with_alternative_text() -> None:
    shown = [match["name"] for match in IMAGE.finditer(TOUR.read_text(encoding="utf-8"))]
    assert sorted(shown) == sorted(make_tour.PICTURES)
    assert sorted(path.stem for path in make_tour.OUT.glob("*.png")) == sorted(make_tour.PICTURES)


def test_the_exercises_and_questions_of_the_tour_are_in_the_content() -> None:
    session = load_content("2026").get_session(1)
    exercises = {exercise.title: exercise for exercise in session.exercises}
    assert {make_tour.SYSTEMS, make_tour.RATINGS, make_tour.GOALS, make_tour.PEERS} <= exercises.keys()
    for title, label in ((make_tour.SYSTEMS, make_tour.WHY_ADOPT), (make_tour.PEERS, make_tour.HEARD)):
        labels = {prompt.label for prompt in exercises[title].prompts if isinstance(prompt, TextPrompt)}
        assert label in labels
    assert [segment.title for segment in session.segments[:2]] == [make_tour.FRAMING, make_tour.POLICY_TOOL]
