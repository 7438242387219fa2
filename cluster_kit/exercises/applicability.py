"""Whether an exercise applies to a state: not if it builds on earlier answers that the state has not given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster_kit.content.models import AnswerSource, ChoicePrompt, Content, Exercise, TablePrompt
from cluster_kit.exercises.labels import labels_of

if TYPE_CHECKING:
    from cluster_kit.content.models import Prompt
    from cluster_kit.exercises.answers import Answers


def asks_anything(content: Content, session: int, exercise: Exercise, answers: Answers) -> bool:
    """Whether the state can answer at least one prompt of the exercise."""
    return any(is_asked(content, session, prompt, answers) for prompt in exercise.prompts)


def is_asked(content: Content, session: int, prompt: Prompt, answers: Answers) -> bool:
    """Whether a state can answer a prompt: False for rows, or options, that come from answers that it has not given.

    A choice that takes people's own words can always be answered.
    """
    if isinstance(prompt, TablePrompt):
        source = prompt.rows_from
    elif isinstance(prompt, ChoicePrompt) and not prompt.other:
        source = prompt.options_from
    else:
        return True
    return not isinstance(source, AnswerSource) or bool(labels_of(content, answers, source, session))
