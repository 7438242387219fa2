"""An exercise as the page needs it: every prompt with its rows, options and guidance resolved, as plain JSON."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from cluster_kit.content.models import (
    AnswerSource,
    CellPrompt,
    ChoicePrompt,
    Depth,
    Exercise,
    FilePrompt,
    Item,
    ItemsPrompt,
    NumberPrompt,
    ProgramsPrompt,
    Prompt,
    QuestionsPrompt,
    RatingPrompt,
    Scope,
    TablePrompt,
    TextPrompt,
)
from cluster_kit.content.prompts import NOTE_WORDS
from cluster_kit.forms.context import FormContext
from cluster_kit.forms.fields import depth_prompt, select_areas, select_questions
from cluster_kit.forms.sources import Choice, find_choices, get_source
from cluster_kit.forms.validation import LONGEST_NAME, LONGEST_TEXT

WORDS_A_MINUTE = 25
MINUTES_A_RATING = 0.5
MINUTES_A_CHOICE = 0.25

Json = dict[str, Any]


def build_schema(context: FormContext, exercise: Exercise) -> Json:
    """Everything that the page shows before anyone answers.

    Keys: ``key`` (where the browser keeps unsent answers), ``exercise``, ``session``, ``segment``, ``when``, ``title``,
    ``intent``, ``steps``, ``keeps``, ``minutes``, ``talk_minutes``, ``about_minutes``, ``me``, ``team``, ``roles``,
    ``limits``, ``depth`` (until another is chosen), ``depths`` (empty where every depth asks the same), ``prompts``.
    """
    return {
        "key": storage_key(context, exercise.id),
        "exercise": exercise.id,
        "session": context.session,
        "segment": exercise.segment.value,
        "when": exercise.when.value,
        "title": exercise.title,
        "intent": exercise.intent,
        "steps": list(exercise.steps),
        "keeps": exercise.keeps,
        "minutes": exercise.minutes,
        "talk_minutes": exercise.talk_minutes,
        "about_minutes": exercise.about_minutes,
        "me": {"id": context.person.id, "name": context.person.name, "role": context.person.role},
        "team": context.content.get_jurisdiction(context.jurisdiction).name,
        "roles": [role.title for role in context.content.roles],
        "limits": {"text": LONGEST_TEXT, "name": LONGEST_NAME},
        "depth": context.depth.value,
        "depths": _depths(context, exercise),
        "prompts": [_prompt(context, prompt, prompt.scope or exercise.scope) for prompt in exercise.prompts],
    }


def storage_key(context: FormContext, exercise_id: str) -> str:
    """Where the browser keeps what this person typed into this exercise until it is acknowledged."""
    parts = (context.series, context.session, context.jurisdiction, context.person.id, exercise_id)
    return ":".join(["cluster-kit", *map(str, parts)])


def live_sources(context: FormContext, exercise: Exercise) -> dict[str, Json]:
    """By prompt address, the rows or options that come from other answers, as they are now."""
    live: dict[str, Json] = {}
    for address, prompt, _ in _with_sources(exercise):
        key = "options" if isinstance(prompt, ChoicePrompt) else "rows"
        live[address] = {key: _choices(find_choices(context, prompt) or ())}
    return live


def source_exercises(exercise: Exercise) -> set[str]:
    """The ids of the exercises whose answers are rows or options here."""
    return {source.exercise for _, _, source in _with_sources(exercise)}


def _with_sources(exercise: Exercise) -> Iterable[tuple[str, ChoicePrompt | TablePrompt, AnswerSource]]:
    for prompt in exercise.prompts:
        columns = prompt.columns if isinstance(prompt, TablePrompt) else ()
        named = [(prompt.id, prompt), *((f"{prompt.id}.{column.id}", column) for column in columns)]
        for address, one in named:
            if isinstance(one, ChoicePrompt | TablePrompt) and isinstance(source := get_source(one), AnswerSource):
                yield address, one, source


def _choices(choices: Iterable[Choice]) -> list[Json]:
    return [{"id": c.id, "label": c.label, "help": c.help, "gone": c.gone} for c in choices]


def _prompt(context: FormContext, prompt: Prompt, scope: Scope) -> Json:
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
            return common | _items(context, prompt, scope)
        case QuestionsPrompt():
            return common | {"questions": _questions(context, prompt)}
        case TablePrompt():
            return common | _table(context, prompt, scope)
        case ProgramsPrompt():
            return common | _programs(context, prompt, scope)
        case _:
            return common | _cell(context, prompt)


def _cell(context: FormContext, prompt: CellPrompt) -> Json:
    match prompt:
        case TextPrompt():
            return {"words": prompt.words, "check": prompt.check}
        case ChoicePrompt():
            options = _choices(find_choices(context, prompt) or ())
            live = isinstance(prompt.options_from, AnswerSource)
            return {"options": options, "live": live, "many": prompt.many, "other": prompt.other}
        case RatingPrompt():
            return {"scale": [anchor.model_dump() for anchor in prompt.scale]}
        case NumberPrompt():
            return {"whole": prompt.whole, "unit": prompt.unit}
        case FilePrompt():
            return {"accepts": list(prompt.accepts), "largest": prompt.largest_mb * 1_000_000}
        case _:
            return {}


def _table(context: FormContext, prompt: TablePrompt, scope: Scope) -> Json:
    rows = find_choices(context, prompt)
    return {
        "columns": [_prompt(context, column, column.scope or scope) for column in prompt.columns],
        "rows": None if rows is None else _choices(rows),
        "live": isinstance(prompt.rows_from, AnswerSource),
        "expected_rows": prompt.expected_rows,
        "max_rows": prompt.max_rows,
        "row_name": prompt.row_name,
    }


def _programs(context: FormContext, prompt: ProgramsPrompt, scope: Scope) -> Json:
    clusters = context.content.framework.clusters
    return {
        "columns": [_prompt(context, column, scope) for column in prompt.as_table().columns],
        "sub_clusters": {cluster.id: [sub.id for sub in cluster.sub_clusters] for cluster in clusters},
    }


def _items(context: FormContext, prompt: ItemsPrompt, scope: Scope) -> Json:
    """``together`` are the columns that the team answers in a live session, once it has seen how it rated."""
    columns = prompt.as_columns(context.content.instrument.scale, scope)
    together = [_prompt(context, column, Scope.TEAM) for column in columns if column.scope is not scope]
    return {
        "note_words": NOTE_WORDS,
        "areas": _areas(context, prompt),
        "together": together if context.meeting else [],
    }


def _areas(context: FormContext, prompt: ItemsPrompt) -> list[Json]:
    return [
        {
            "id": area.id,
            "title": area.title,
            "intro": area.intro,
            "items": [_item(context, item) for item in area.items],
        }
        for area in select_areas(context.content, prompt)
    ]


def _item(context: FormContext, item: Item) -> Json:
    scale = context.content.instrument.scale
    roles = {role.id: role.title for role in context.content.roles}
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
        "yours": context.person.role in item.roles,
    }


def _questions(context: FormContext, prompt: QuestionsPrompt) -> list[Json]:
    return [
        {"id": q.id, "label": q.text, "help": q.help, "words": q.words, "depth": q.depth.value}
        for q in select_questions(context.content, prompt)
    ]


def _depths(context: FormContext, exercise: Exercise) -> list[Json]:
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
            return [_cost(column) * rows for column in prompt.columns if depth.includes(column.depth)]
        case _:
            return [_cost(prompt)]


def _cost(prompt: CellPrompt | ProgramsPrompt) -> float:
    if isinstance(prompt, TextPrompt):
        return prompt.words / WORDS_A_MINUTE
    return MINUTES_A_RATING if isinstance(prompt, RatingPrompt) else MINUTES_A_CHOICE
