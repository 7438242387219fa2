"""Every field of an exercise by its address: what may be answered where, and whose answer it is."""

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

DEPTH_PROMPT = "depth"


@dataclass(frozen=True)
class RowPresence:
    """The field that says whether a table's row stands: ``false`` removes it, ``true`` brings it back."""


@dataclass(frozen=True)
class Field:
    """What one ``prompt`` address takes.

    ``rows`` says what its rows are: ``none``, those of ``table``, ``fixed`` ones (an instrument's items or questions,
    whose ids are in ``row_ids``), or ``keys`` that the page knows, such as a program's code.
    """

    asks: CellPrompt | RowPresence
    scope: Scope
    rows: Literal["none", "table", "fixed", "keys"] = "none"
    table: TablePrompt | None = None
    row_ids: frozenset[str] = frozenset()


def index_fields(content: Content, exercise: Exercise) -> dict[str, Field]:
    """The exercise's fields by the ``prompt`` part of their address, the depth a person works at among them."""
    fields: dict[str, Field] = {DEPTH_PROMPT: Field(depth_prompt(), Scope.PERSON)}
    for prompt in exercise.prompts:
        fields |= dict(_fields_of(content, exercise, prompt))
    return fields


def depth_prompt() -> ChoicePrompt:
    """The question how far a person goes, asked wherever an exercise holds something deeper than the essential."""
    options = tuple(Option(id=depth.value, label=depth.value.capitalize()) for depth in Depth)
    return ChoicePrompt(kind="choice", id=DEPTH_PROMPT, label="How far would you like to go?", options=options)


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
