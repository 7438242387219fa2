"""An exercise as the page needs it, as plain JSON: its static definition, and what depends on person and team."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from cluster_kit.content.models import (
    AnswerSource,
    CellPrompt,
    ChoicePrompt,
    Content,
    Depth,
    Exercise,
    ExtensionPrompt,
    Item,
    ItemsPrompt,
    Prompt,
    QuestionsPrompt,
    Scope,
    TablePrompt,
)
from cluster_kit.content.prompt_base import WORDS_A_MINUTE
from cluster_kit.content.prompt_kinds import LONGEST_NAME, LONGEST_TEXT, MINUTES_A_RATING
from cluster_kit.content.prompts import NOTE_WORDS
from cluster_kit.exercises.context import FormContext
from cluster_kit.exercises.fields import depth_prompt, select_areas, select_questions
from cluster_kit.exercises.sources import SourceChoice, find_choices, find_static_choices, get_source
from cluster_kit.models import Json


class Sourced(NamedTuple):
    """A prompt by its address, and the answers that its rows or options come from."""

    address: str
    prompt: ChoicePrompt | TablePrompt
    source: AnswerSource


class Static(NamedTuple):
    """What a static definition is made from: the content, and whether the form is part of a live session."""

    content: Content
    live: bool


def exercise_schema(content: Content, session: int, exercise: Exercise, *, live: bool) -> Json:
    """The static definition of an exercise: what every state's page shows of it before anyone answers.

    Keys: ``exercise``, ``session``, ``segment``, ``when``, ``title``, ``intent``, ``steps``, ``keeps``, ``minutes``,
    ``talk_minutes``, ``about_minutes``, ``roles``, ``limits``, ``prompts``. Rows and options that come from answers
    are empty here; ``find_sources`` has them. ``live``: in a session, where a team settles on ratings together.
    """
    static = Static(content, live)
    return {
        "exercise": exercise.id,
        "session": session,
        "segment": exercise.segment.value,
        "when": exercise.when.value,
        "title": exercise.title,
        "intent": exercise.intent,
        "steps": list(exercise.steps),
        "keeps": exercise.keeps,
        "minutes": exercise.minutes,
        "talk_minutes": exercise.talk_minutes,
        "about_minutes": exercise.about_minutes,
        "roles": [role.title for role in content.roles],
        "limits": {"text": LONGEST_TEXT, "name": LONGEST_NAME},
        "prompts": [_prompt(static, prompt, prompt.scope or exercise.scope) for prompt in exercise.prompts],
    }


def build_opening(context: FormContext, exercise: str, depths: list[Json], sources: dict[str, Json]) -> Json:
    """What of a form depends on the person and the team: an ``Opening`` without its type and answers."""
    person = context.person
    return {
        "key": storage_key(context, exercise),
        "me": {"id": person.id, "name": person.name, "role": person.role},
        "team": context.content.get_jurisdiction(context.jurisdiction).name,
        "depth": context.depth.value,
        "depths": depths,
        "sources": sources,
    }


def storage_key(context: FormContext, exercise_id: str) -> str:
    """Where the browser keeps what this person typed into this exercise until it is acknowledged."""
    parts = (context.series, context.session, context.jurisdiction, context.person.id, exercise_id)
    return ":".join(["cluster-kit", *map(str, parts)])


def find_sources(context: FormContext, sourced: Iterable[Sourced]) -> dict[str, Json]:
    """By prompt address, the rows or options that come from other answers, as they are now."""
    found: dict[str, Json] = {}
    for address, prompt, _ in sourced:
        key = "options" if isinstance(prompt, ChoicePrompt) else "rows"
        found[address] = {key: _choices(find_choices(context, prompt) or ())}
    return found


def find_sourced(exercise: Exercise) -> Iterable[Sourced]:
    """The prompts whose rows or options come from other answers."""
    for prompt in exercise.prompts:
        columns = prompt.columns if isinstance(prompt, TablePrompt) else ()
        named = [(prompt.id, prompt), *((f"{prompt.id}.{column.id}", column) for column in columns)]
        for address, one in named:
            if isinstance(one, ChoicePrompt | TablePrompt) and isinstance(source := get_source(one), AnswerSource):
                yield Sourced(address, one, source)


def _choices(choices: Iterable[SourceChoice]) -> list[Json]:
    return [{"id": c.id, "label": c.label, "help": c.help, "gone": c.gone} for c in choices]


def _prompt(static: Static, prompt: Prompt, scope: Scope) -> Json:
    common: Json = {
        "id": prompt.id,
        "kind": prompt.kind,
        "label": prompt.label,
        "help": prompt.help,
        "scope": scope.value,
        "depth": prompt.depth.value,
    }
    match prompt:
        case ItemsPrompt():
            return common | _items(static, prompt, scope)
        case QuestionsPrompt():
            return common | {"questions": _questions(static, prompt)}
        case TablePrompt():
            return common | _table(static, prompt, scope)
        case ExtensionPrompt():
            columns = [_prompt(static, column, scope) for column in prompt.as_table().columns]
            return common | {"columns": columns} | prompt.page_schema(static.content)
        case _:
            return common | _cell(static, prompt)


def _cell(static: Static, prompt: CellPrompt) -> Json:
    if not isinstance(prompt, ChoicePrompt):
        return prompt.page_schema()
    options = _choices(find_static_choices(static.content, prompt) or ())
    live = isinstance(prompt.options_from, AnswerSource)
    return {"options": options, "live": live, "many": prompt.many, "other": prompt.other}


def _table(static: Static, prompt: TablePrompt, scope: Scope) -> Json:
    rows = find_static_choices(static.content, prompt)
    return {
        "columns": [_prompt(static, column, column.scope or scope) for column in prompt.columns],
        "rows": None if rows is None else _choices(rows),
        "live": isinstance(prompt.rows_from, AnswerSource),
        "expected_rows": prompt.expected_rows,
        "max_rows": prompt.max_rows,
        "row_name": prompt.row_name,
    }


def _items(static: Static, prompt: ItemsPrompt, scope: Scope) -> Json:
    """``together`` are the columns that the team answers in a live session, once it has seen how it rated."""
    columns = prompt.as_columns(static.content.instrument.scale, scope)
    together = [_prompt(static, column, Scope.TEAM) for column in columns if column.scope is not scope]
    return {
        "note_words": NOTE_WORDS,
        "areas": _areas(static, prompt),
        "together": together if static.live else [],
    }


def _areas(static: Static, prompt: ItemsPrompt) -> list[Json]:
    return [
        {
            "id": area.id,
            "title": area.title,
            "intro": area.intro,
            "items": [_item(static, item) for item in area.items],
        }
        for area in select_areas(static.content, prompt)
    ]


def _item(static: Static, item: Item) -> Json:
    scale = static.content.instrument.scale
    roles = {role.id: role.title for role in static.content.roles}
    return {
        "id": item.id,
        "text": item.text,
        "depth": item.depth.value,
        "scale": [
            {"value": point.value, "label": point.label, "text": anchor}
            for point, anchor in zip(scale, item.anchors, strict=True)
        ],
        "guiding_questions": list(item.guiding_questions),
        "evidence": list(item.evidence),
        "roles": [roles.get(role, role) for role in item.roles],
        "role_ids": list(item.roles),
    }


def _questions(static: Static, prompt: QuestionsPrompt) -> list[Json]:
    return [
        {"id": q.id, "label": q.text, "help": q.help, "words": q.words, "depth": q.depth.value}
        for q in select_questions(static.content, prompt)
    ]


def list_depths(context: FormContext, exercise: Exercise) -> list[Json]:
    """The depths that ask for more than the one before: ``{id, label, count, unit, minutes}``; empty when none does."""
    depths: list[Json] = []
    for option, depth in zip(depth_prompt().options, Depth, strict=True):
        costs = [cost for prompt in exercise.prompts for cost in _costs(context, prompt, depth)]
        depths.append({"id": depth.value, "label": option.label, "count": len(costs), "minutes": _minutes(sum(costs))})
    deeper = [one for before, one in pairwise(depths) if one["count"] > before["count"]]
    if not deeper:
        return []
    only_items = all(isinstance(prompt, ItemsPrompt) for prompt in exercise.prompts)
    return [depth | {"unit": "item" if only_items else "question"} for depth in (depths[0], *deeper)]


def _minutes(minutes: float) -> int:
    return max(1, math.ceil(minutes))


def _costs(context: FormContext, prompt: Prompt, depth: Depth) -> list[float]:
    """The minutes that each question of a prompt takes at a depth, one number a question."""
    if not depth.includes(prompt.depth):
        return []
    match prompt:
        case ItemsPrompt():
            items = [item for area in select_areas(context.content, prompt) for item in area.items]
            return [MINUTES_A_RATING for item in items if depth.includes(item.depth)]
        case QuestionsPrompt():
            asked = select_questions(context.content, prompt)
            return [q.words / WORDS_A_MINUTE for q in asked if depth.includes(q.depth)]
        case TablePrompt():
            rows = len(find_choices(context, prompt) or ()) or prompt.expected_rows
            return [column.minutes * rows for column in prompt.columns if depth.includes(column.depth)]
        case _:
            return [prompt.minutes]
