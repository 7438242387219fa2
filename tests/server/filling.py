"""Answers of a team to every prompt of every exercise and row, at the greatest depth."""

from __future__ import annotations

import datetime as dt
import uuid

from pydantic import JsonValue

from cluster_kit.content.models import (
    CellPrompt,
    ChoicePrompt,
    Content,
    DatePrompt,
    Depth,
    Exercise,
    FilePrompt,
    NumberPrompt,
    PersonPrompt,
    RatingPrompt,
)
from cluster_kit.exercises.context import FormContext
from cluster_kit.exercises.fields import DEPTH_PROMPT, Field, RowPresence, index_fields
from cluster_kit.exercises.sources import find_choices
from cluster_kit.store import NewResponse, Person, Store

WORDS = (
    "One form for two systems, since the college and the high schools ask the same things",
    "<script>alert('typed')</script> & <b>bold</b> 100 % of {{ words }}",
    "مرحبا بكم في الولاية 🎉 日本語",
    "Averylongwordwithoutanyplacetobreakitbecausesomebodypastedalinkhttps://example.org/a/b/c?d=1&e=2",
)


def fill(store: Store, content: Content, person: Person) -> int:
    """Answer every session for this person's team; returns the number of answers.

    Exercises are answered in order, since rows and options of later ones come from earlier answers.
    """
    return sum(
        len(store.append(_answers(FormContext(content, store, session.number, person.jurisdiction, person), exercise)))
        for session in content.sessions
        for exercise in session.exercises
    )


def _answers(context: FormContext, exercise: Exercise) -> list[NewResponse]:
    return [
        NewResponse(
            id=str(uuid.uuid4()),
            series=context.series,
            session=context.session,
            exercise=exercise.id,
            prompt=prompt,
            row=row,
            jurisdiction=context.jurisdiction,
            scope=field.scope,
            author=context.person.id,
            value=value,
        )
        for prompt, field in index_fields(context.content, exercise).items()
        for number, row in enumerate(_rows(context, field))
        if (value := _value(context, prompt, field, number)) is not None
    ]


def _rows(context: FormContext, field: Field) -> list[str]:
    if field.rows == "fixed":
        return sorted(field.row_ids)
    if field.rows == "keys":  # these rows come from a file, and none is sent here
        return []
    if field.table is None:
        return [""]
    rows = find_choices(context, field.table)
    wanted = field.table.expected_rows
    return [f"row-{context.session}-{number}" for number in range(wanted)] if rows is None else [row.id for row in rows]


def _value(context: FormContext, prompt: str, field: Field, number: int) -> JsonValue:
    if prompt == DEPTH_PROMPT:
        return Depth.FULL.value
    return None if isinstance(field.asks, RowPresence | FilePrompt) else _make_value(context, field.asks, number)


def _make_value(context: FormContext, asks: CellPrompt, number: int) -> JsonValue:
    match asks:
        case ChoicePrompt():
            ids: list[JsonValue] = [choice.id for choice in find_choices(context, asks) or ()]
            own: list[JsonValue] = [f"other:{WORDS[1]}"] if asks.other else []
            chosen = [*ids[number % 2 :: 2], *own] if asks.many else [*own, *ids][number % 2 :][:1]
            return chosen if asks.many and chosen else chosen[0] if chosen else None
        case RatingPrompt():
            return [*(point.value for point in asks.scale), "not_sure"][number % (len(asks.scale) + 1)]
        case NumberPrompt():
            return min(number + (asks.minimum or 0), asks.maximum or number + 1)
        case DatePrompt():
            return (dt.date(2027, 3, 1) + dt.timedelta(days=7 * number)).isoformat()
        case PersonPrompt():
            return {"name": f"Dana {WORDS[number % 3]}"[:200], "role": "Data and reporting"}
        case _:
            return f"{context.session}.{number} {WORDS[number % len(WORDS)]}"
