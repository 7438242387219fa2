"""How long an exercise takes to fill in, so that what a session asks fits the room.

The rates are planning figures: people write 20 to 30 words a minute on such questions, after they have talked.
"""

from __future__ import annotations

from cluster_kit.content import models as m
from cluster_kit.content.prompt_base import WORDS_A_MINUTE
from cluster_kit.content.prompt_kinds import MINUTES_A_RATING


def estimate_minutes(
    exercise: m.Exercise, instrument: m.Instrument | None, depth: m.Depth = m.Depth.ESSENTIAL
) -> float:
    """The minutes that reading and writing the answers takes at this depth; talking comes on top.

    A rating counts half a minute (its anchors are read), any other pick a quarter, words ``WORDS_A_MINUTE``. A table
    counts its fixed rows, else its ``expected_rows``. Notes beside items are optional and count nothing. Without an
    instrument its items and questions count nothing.
    """
    return sum(
        _prompt_minutes(prompt, instrument, depth) for prompt in exercise.prompts if depth.includes(prompt.depth)
    )


def _prompt_minutes(prompt: m.Prompt, instrument: m.Instrument | None, depth: m.Depth) -> float:
    if isinstance(prompt, m.TablePrompt):
        rows = len(prompt.rows) or prompt.expected_rows
        return rows * sum(cell.minutes for cell in prompt.columns if depth.includes(cell.depth))
    if isinstance(prompt, m.ItemsPrompt):
        areas = [area for area in (instrument.areas if instrument else ()) if area.id in prompt.areas]
        return MINUTES_A_RATING * sum(depth.includes(item.depth) for area in areas for item in area.items)
    if isinstance(prompt, m.QuestionsPrompt):
        questions = (*instrument.goals, *instrument.plan) if instrument else ()
        asked = [q for q in questions if q.id in prompt.questions and depth.includes(q.depth)]
        return sum(question.words for question in asked) / WORDS_A_MINUTE
    return prompt.minutes
