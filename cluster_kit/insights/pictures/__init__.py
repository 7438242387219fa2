"""Pictures of answers, each with the words that say what it shows. Importing this loads matplotlib."""

from __future__ import annotations

from collections.abc import Sequence

from cluster_kit.content.models import Content, Exercise, ItemsPrompt, Prompt, TablePrompt
from cluster_kit.insights.answers import Answers
from cluster_kit.insights.document import Picture
from cluster_kit.insights.pictures.actions import actions_picture
from cluster_kit.insights.pictures.goals import goals_picture
from cluster_kit.insights.pictures.movement import movement_picture
from cluster_kit.insights.pictures.ratings import ratings_picture
from cluster_kit.insights.pictures.roadmap import roadmap_picture
from cluster_kit.insights.pictures.transitions import transitions_picture
from cluster_kit.insights.plans import (
    is_action_table,
    is_goals_table,
    is_transitions_table,
    read_actions,
    read_goals,
    read_transitions,
    strength_scale,
)
from cluster_kit.insights.ratings import read_ratings, summarize_ratings
from cluster_kit.insights.views import Illustrate

__all__ = [
    "actions_picture",
    "goals_picture",
    "illustrator",
    "movement_picture",
    "ratings_picture",
    "roadmap_picture",
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
            picture = actions_picture(read_actions(content, answers, [session]), since)
            pictures += [picture] if picture else []
        elif is_goals_table(prompt):
            pictures.append(goals_picture(read_goals(*place, prompt, answers)))
        elif is_transitions_table(prompt):
            found = read_transitions(*place, prompt, answers)
            pictures.append(transitions_picture(found, strength_scale(prompt)))
        return pictures

    return illustrate
