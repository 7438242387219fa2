"""The fields of an exercise by address, with their prompt, scope, and rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from cluster_kit.content.models import (
    CellPrompt,
    ChoicePrompt,
    Content,
    Depth,
    Exercise,
    ExtensionPrompt,
    ItemsPrompt,
    Option,
    PolicyArea,
    Prompt,
    Question,
    QuestionsPrompt,
    Scope,
    TablePrompt,
    TextPrompt,
)

DEPTH_PROMPT, LOOK_PROMPT = "depth", "look"
PAGE_PROMPTS = frozenset({DEPTH_PROMPT, LOOK_PROMPT})
"""What a page asks about itself. It is in no worksheet and no export."""


@dataclass(frozen=True)
class RowPresence:
    """The field for a table row's presence: ``false`` removes the row, ``true`` restores it."""


@dataclass(frozen=True)
class Field:
    """The field at one ``prompt`` address.

    ``rows`` is the kind of its rows: ``none``, those of ``table``, ``fixed`` (an instrument's items or questions, with
    ids in ``row_ids``), or ``keys`` that the page provides, such as a program's code.
    """

    asks: CellPrompt | RowPresence
    scope: Scope
    rows: Literal["none", "table", "fixed", "keys"] = "none"
    table: TablePrompt | None = None
    row_ids: frozenset[str] = frozenset()


def index_fields(content: Content, exercise: Exercise) -> dict[str, Field]:
    """The exercise's fields by the ``prompt`` part of their address, including those of ``PAGE_PROMPTS``."""
    fields: dict[str, Field] = {DEPTH_PROMPT: Field(depth_prompt(), Scope.PERSON)}
    if exercise.rated_prompts:
        fields[LOOK_PROMPT] = Field(look_prompt(), Scope.PERSON)
    for prompt in exercise.prompts:
        fields |= dict(_fields_of(content, exercise, prompt))
    return fields


def depth_prompt() -> ChoicePrompt:
    """The prompt for a person's depth, which is shown if an exercise has prompts beyond the essential depth."""
    options = tuple(Option(id=depth.value, label=depth.value.capitalize()) for depth in Depth)
    label = "Depth: how much you would like to answer"
    return ChoicePrompt(kind="choice", id=DEPTH_PROMPT, label=label, options=options)


def look_prompt() -> ChoicePrompt:
    """The choice of a person who comes after the reveal: to see the team's ratings without rating."""
    option = Option(id="without_rating", label="Show me the team's ratings without rating")
    return ChoicePrompt(kind="choice", id=LOOK_PROMPT, label="What you see of your team's ratings", options=(option,))


def select_areas(content: Content, prompt: ItemsPrompt) -> list[PolicyArea]:
    """The instrument's areas that an items prompt asks about, in the prompt's order."""
    by_id = {area.id: area for area in content.instrument.areas}
    return [by_id[area] for area in prompt.areas]


def select_questions(content: Content, prompt: QuestionsPrompt) -> list[Question]:
    """The instrument's open questions that a prompt asks, in the prompt's order."""
    instrument = content.instrument
    by_id = {q.id: q for q in (instrument.goals if prompt.part == "goals" else instrument.plan)}
    return [by_id[question] for question in prompt.questions]


def _fields_of(content: Content, exercise: Exercise, prompt: Prompt) -> Iterator[tuple[str, Field]]:
    scope = prompt.scope or exercise.scope
    match prompt:
        case TablePrompt():
            for column in prompt.columns:
                yield f"{prompt.id}.{column.id}", Field(column, column.scope or scope, "table", table=prompt)
            yield prompt.id, Field(RowPresence(), scope, "table", table=prompt)
        case ExtensionPrompt():
            table = prompt.as_table()
            for column in table.columns:
                yield f"{prompt.id}.{column.id}", Field(column, scope, "keys", table=table)
        case ItemsPrompt():
            items = frozenset(item.id for area in select_areas(content, prompt) for item in area.items)
            for column in prompt.as_columns(content.instrument.scale, scope):
                yield f"{prompt.id}.{column.id}", Field(column, column.scope or scope, "fixed", row_ids=items)
        case QuestionsPrompt():
            answer = TextPrompt(kind="text", id="answer", label="Answer")
            ids = frozenset(question.id for question in select_questions(content, prompt))
            yield f"{prompt.id}.answer", Field(answer, scope, "fixed", row_ids=ids)
        case _:
            yield prompt.id, Field(prompt, scope)
