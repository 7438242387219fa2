"""Charts of answers with their text alternatives. Importing this loads matplotlib."""

from __future__ import annotations

from collections.abc import Sequence

from cluster_kit.content.models import Content, Exercise, ItemsPrompt, Prompt, TablePrompt
from cluster_kit.documents.model import Picture
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.rows import read_answer_table
from cluster_kit.insights.charts.effort import effort_picture
from cluster_kit.insights.charts.means import means_picture
from cluster_kit.insights.charts.movement import movement_picture
from cluster_kit.insights.charts.national import heat_picture, state_means, tile_picture
from cluster_kit.insights.charts.ratings import ratings_picture
from cluster_kit.insights.charts.roadmap import roadmap_picture
from cluster_kit.insights.charts.tallies import counts_picture
from cluster_kit.insights.charts.transitions import transitions_picture
from cluster_kit.insights.plans import (
    EFFECT,
    EFFORT,
    is_action_table,
    is_transitions_table,
    read_actions,
    read_transitions,
    strength_scale,
    weights_of,
)
from cluster_kit.insights.ratings import read_ratings, summarize_ratings
from cluster_kit.insights.views import Illustrate

__all__ = [
    "counts_picture",
    "effort_picture",
    "heat_picture",
    "illustrator",
    "means_picture",
    "movement_picture",
    "ratings_picture",
    "roadmap_picture",
    "state_means",
    "tile_picture",
    "transitions_picture",
]


def make_illustrator(content: Content, answers: Answers, session: int) -> Illustrate:
    """A function that draws a session's charts for ``render_exercise``: ratings, transitions, and the effort of next
    steps. What a table says in full, no chart repeats."""

    def illustrate(exercise: Exercise, prompt: Prompt) -> Sequence[Picture]:
        pictures: list[Picture] = []
        if isinstance(prompt, ItemsPrompt):
            given = [r for r in read_ratings(content, answers, [session], exercise.id) if r.area in prompt.areas]
            summaries = summarize_ratings(content, given, is_alone=answers.is_by_one(range(1, session + 1)))
            pictures += [ratings_picture(content, summaries)] if summaries else []
        elif not isinstance(prompt, TablePrompt):
            return ()
        elif is_action_table(prompt):
            rows = {row.id for row in read_answer_table(content, session, exercise, prompt, answers)}
            actions = [action for action in read_actions(content, answers, [session]) if action.row.id in rows]
            weighed = effort_picture(actions, weights_of(prompt, EFFORT), weights_of(prompt, EFFECT))
            pictures += [weighed] if weighed else []
        elif is_transitions_table(prompt):
            found = read_transitions(content, session, exercise, prompt, answers)
            pictures.append(transitions_picture(found, strength_scale(prompt)))
        return pictures

    return illustrate
