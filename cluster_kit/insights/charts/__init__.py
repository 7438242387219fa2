"""Pictures of answers, each with the words that say what it shows. Importing this loads matplotlib."""

from __future__ import annotations

from collections.abc import Sequence

from cluster_kit.content.models import Content, Exercise, ItemsPrompt, Prompt, TablePrompt
from cluster_kit.documents.model import Picture
from cluster_kit.exercises.answers import Answers
from cluster_kit.insights.charts.actions import actions_picture
from cluster_kit.insights.charts.effort import effort_picture
from cluster_kit.insights.charts.goals import goals_picture
from cluster_kit.insights.charts.movement import movement_picture
from cluster_kit.insights.charts.national import heat_picture, state_means, tile_picture
from cluster_kit.insights.charts.ratings import ratings_picture
from cluster_kit.insights.charts.roadmap import roadmap_picture
from cluster_kit.insights.charts.transitions import transitions_picture
from cluster_kit.insights.plans import (
    EFFECT,
    EFFORT,
    is_action_table,
    is_goals_table,
    is_transitions_table,
    read_actions,
    read_goals,
    read_transitions,
    strength_scale,
    weights_of,
)
from cluster_kit.insights.ratings import read_ratings, summarize_ratings
from cluster_kit.insights.views import Illustrate

__all__ = [
    "actions_picture",
    "effort_picture",
    "goals_picture",
    "heat_picture",
    "illustrator",
    "movement_picture",
    "ratings_picture",
    "roadmap_picture",
    "state_means",
    "tile_picture",
    "transitions_picture",
]


def illustrator(content: Content, answers: Answers, session: int) -> Illustrate:
    """Draws the pictures of one session for ``render_exercise``: ratings, goals, transition points, next steps."""

    def illustrate(exercise: Exercise, prompt: Prompt) -> Sequence[Picture]:
        place = (content, session, exercise)
        pictures: list[Picture] = []
        if isinstance(prompt, ItemsPrompt):
            given = [r for r in read_ratings(content, answers, [session], exercise.id) if r.area in prompt.areas]
            summaries = summarize_ratings(content, given)
            pictures += [ratings_picture(content, summaries)] if summaries else []
        elif not isinstance(prompt, TablePrompt):
            return ()
        elif is_action_table(prompt):
            since = content.get_meeting(session).date
            actions = read_actions(content, answers, [session])
            weighed = effort_picture(actions, weights_of(prompt, EFFORT), weights_of(prompt, EFFECT))
            pictures += [picture for picture in (actions_picture(actions, since), weighed) if picture]
        elif is_goals_table(prompt):
            pictures.append(goals_picture(read_goals(*place, prompt, answers)))
        elif is_transitions_table(prompt):
            found = read_transitions(*place, prompt, answers)
            pictures.append(transitions_picture(found, strength_scale(prompt)))
        return pictures

    return illustrate
