"""Answers of a team to all prompts of a session, for complete packets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from itertools import count

from pydantic import JsonValue

from cluster_kit.content.models import (
    ChoicePrompt,
    Content,
    DatePrompt,
    Exercise,
    ItemsPrompt,
    NumberPrompt,
    PersonPrompt,
    QuestionsPrompt,
    RatingPrompt,
    TablePrompt,
)
from cluster_kit.store import NewResponse

Say = Callable[[int], str]
ROWS = 3


def fill(content: Content, sessions: list[int], code: str, author: str, say: Say) -> list[NewResponse]:
    """Answers of one person to every prompt of these sessions; ``say`` returns the n-th text."""
    numbers = count()
    answers = []
    for number in sessions:
        day = content.get_meeting(number).date
        for exercise in content.get_session(number).exercises:
            for prompt, row, value in _answers(content, exercise, day, lambda: say(next(numbers))):
                answers.append(
                    NewResponse(
                        id=f"{code}-{author}-{number}-{len(answers)}",
                        series=content.series.id,
                        session=number,
                        exercise=exercise.id,
                        prompt=prompt,
                        row=row,
                        jurisdiction=code,
                        scope=exercise.scope,
                        author=author,
                        value=value,
                    )
                )
    return answers


def _answers(
    content: Content, exercise: Exercise, day: dt.date, say: Callable[[], str]
) -> Iterator[tuple[str, str, JsonValue]]:
    for prompt in exercise.prompts:
        match prompt:
            case ItemsPrompt():
                areas = [area for area in content.instrument.areas if area.id in prompt.areas]
                for place, item in enumerate(item for area in areas for item in area.items):
                    yield f"{prompt.id}.rating", item.id, 1 + place % 4
                    yield f"{prompt.id}.note", item.id, say()
            case QuestionsPrompt():
                for question in prompt.questions:
                    yield f"{prompt.id}.answer", question, say()
            case TablePrompt():
                yield from _rows(content, prompt, day, say)
            case _:
                yield prompt.id, "", _value(content, prompt, day, 0, say)


def _rows(
    content: Content, prompt: TablePrompt, day: dt.date, say: Callable[[], str]
) -> Iterator[tuple[str, str, JsonValue]]:
    if prompt.rows:
        rows = [row.id for row in prompt.rows]
    elif isinstance(prompt.rows_from, str):
        rows = [area.id for area in content.instrument.areas] if prompt.rows_from == "areas" else ["learners"]
    elif prompt.rows_from is not None:
        return
    else:
        rows = [f"row{number}" for number in range(ROWS)]
    for number, row in enumerate(rows):
        for column in prompt.columns:
            yield f"{prompt.id}.{column.id}", row, _value(content, column, day, number, say)


def _value(content: Content, prompt: object, day: dt.date, number: int, say: Callable[[], str]) -> JsonValue:
    match prompt:
        case ChoicePrompt():
            options = [option.id for option in prompt.options] or ["other:" + say()]
            if prompt.options_from == "areas":
                options = [area.id for area in content.instrument.areas]
            chosen = options[number % len(options)]
            return [chosen] if prompt.many else chosen
        case RatingPrompt():
            return prompt.scale[number % len(prompt.scale)].value
        case NumberPrompt():
            return int(prompt.minimum or 0) + number
        case DatePrompt():
            return (day + dt.timedelta(days=14 + 21 * number)).isoformat()
        case PersonPrompt():
            return {"name": "Dana Whit", "role": "data"}
        case _:
            return say()
