"""Build an exercise's definition for the page as JSON: a static part, and a part per person and team."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from cluster_kit.content import rates
from cluster_kit.content.budget import time_item, time_reading
from cluster_kit.content.handouts import Glossary, GlossaryTerm
from cluster_kit.content.models import (
    TRANSITION,
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
    PublishedExample,
    QuestionsPrompt,
    RatingPrompt,
    Scope,
    TablePrompt,
)
from cluster_kit.content.prompt_kinds import LONGEST_NAME, LONGEST_TEXT
from cluster_kit.content.prompts import ANSWER_WORDS, NOTE_WORDS
from cluster_kit.exercises.context import FormContext
from cluster_kit.exercises.fields import depth_prompt, select_areas, select_questions
from cluster_kit.exercises.published import (
    cite_claim,
    examples_of_item,
    examples_of_rows,
    format_page_date,
    format_states,
    more_examples_of_area,
)
from cluster_kit.exercises.sources import SourceChoice, find_choices, find_static_choices, get_source
from cluster_kit.exercises.suggestions import asks_for_people, suggest_people
from cluster_kit.forms.terms import find_terms
from cluster_kit.models import Json


class SourcedPrompt(NamedTuple):
    """A prompt by its address, and the answers that its rows or options come from."""

    address: str
    prompt: ChoicePrompt | TablePrompt
    source: AnswerSource


class SchemaContext(NamedTuple):
    """The input of a static definition: the content, the session, and whether the form is in a live session."""

    content: Content
    session: int
    live: bool


def exercise_schema(
    content: Content, session: int, exercise: Exercise, *, live: bool, glossary: Glossary | None = None
) -> Json:
    """The static definition of an exercise, which is the same on every state's page.

    Keys: ``exercise``, ``session``, ``segment``, ``when``, ``title``, ``intent``, ``steps``, ``keeps``, ``minutes``,
    ``talk_minutes``, ``about_minutes``, ``prework_minutes``, ``cues``, ``roles``, ``limits``, ``prompts``, ``terms``.
    Rows and options that come from answers are empty here; ``find_sources`` returns them. ``live``: in a session, in
    which a team agrees on ratings.
    """
    static = SchemaContext(content, session, live)
    schema: Json = {
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
        "prework_minutes": exercise.prework_minutes,
        "cues": _cues(content, session, exercise),
        "roles": [role.title for role in content.roles],
        "limits": {"text": LONGEST_TEXT, "name": LONGEST_NAME},
        "prompts": [_prompt(static, prompt, prompt.scope or exercise.scope) for prompt in exercise.prompts],
    }
    return schema | {"terms": [_term(term) for term in find_terms(glossary, schema)] if glossary else []}


def _term(term: GlossaryTerm) -> Json:
    return {
        "id": term.id,
        "term": term.term,
        "spellings": list(term.spellings),
        "definition": term.definition,
    }


def _cues(content: Content, session: int, exercise: Exercise) -> Json | None:
    """What helps a team in this exercise, or None."""
    cues = content.find_cues(session, exercise.id)
    return cues.model_dump(mode="json", include={"listen", "stuck", "quick"}) if cues else None


def build_opening(context: FormContext, exercise: Exercise, depths: list[Json], sources: dict[str, Json]) -> Json:
    """The part of a form that depends on person and team: a ``FormOpening`` without type and answers."""
    person = context.person
    return {
        "key": storage_key(context, exercise.id),
        "me": {"id": person.id, "name": person.name, "role": person.role},
        "team": context.content.get_jurisdiction(context.jurisdiction).name,
        "depth": context.depth.value,
        "depths": depths,
        "sources": sources,
        "people": suggest_people(context) if asks_for_people(exercise) else [],
    }


def storage_key(context: FormContext, exercise_id: str) -> str:
    """The browser storage key of this person's unacknowledged answers to the exercise."""
    parts = (context.series, context.session, context.jurisdiction, context.person.id, exercise_id)
    return ":".join(["cluster-kit", *map(str, parts)])


def find_sources(context: FormContext, sourced: Iterable[SourcedPrompt]) -> dict[str, Json]:
    """The current rows or options from other answers, by prompt address."""
    found: dict[str, Json] = {}
    for address, prompt, _ in sourced:
        key = "options" if isinstance(prompt, ChoicePrompt) else "rows"
        found[address] = {key: _choices(find_choices(context, prompt) or ())}
    return found


def find_sourced(exercise: Exercise) -> Iterable[SourcedPrompt]:
    """The prompts whose rows or options come from other answers."""
    for prompt in exercise.prompts:
        columns = prompt.columns if isinstance(prompt, TablePrompt) else ()
        named = [(prompt.id, prompt), *((f"{prompt.id}.{column.id}", column) for column in columns)]
        for address, one in named:
            if isinstance(one, ChoicePrompt | TablePrompt) and isinstance(source := get_source(one), AnswerSource):
                yield SourcedPrompt(address, one, source)


def _choices(choices: Iterable[SourceChoice]) -> list[Json]:
    return [{"id": c.id, "label": c.label, "help": c.help, "gone": c.gone} for c in choices]


def _prompt(static: SchemaContext, prompt: Prompt, scope: Scope) -> Json:
    common: Json = {
        "id": prompt.id,
        "kind": prompt.kind,
        "label": prompt.label,
        "help": prompt.help,
        "scope": scope.value,
        "depth": prompt.depth.value,
        "optional": prompt.optional,
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


def _cell(static: SchemaContext, prompt: CellPrompt) -> Json:
    if not isinstance(prompt, ChoicePrompt):
        return prompt.page_schema()
    options = _choices(find_static_choices(static.content, prompt) or ())
    live = isinstance(prompt.options_from, AnswerSource)
    earlier = {option.id: option.label for option in prompt.earlier_options}
    return {"options": options, "earlier": earlier, "live": live, "many": prompt.many, "other": prompt.other}


def _table(static: SchemaContext, prompt: TablePrompt, scope: Scope) -> Json:
    rows = find_static_choices(static.content, prompt)
    return {
        "columns": [_prompt(static, column, column.scope or scope) for column in prompt.columns],
        "rows": None if rows is None else _choices(rows),
        "live": isinstance(prompt.rows_from, AnswerSource),
        "before": prompt.before,
        "when_empty": _explain_empty(static, prompt),
        "expected_rows": prompt.expected_rows,
        "max_rows": prompt.max_rows,
        "row_name": prompt.row_name,
        "path": list(prompt.path) if prompt.path else None,
        "examples": [_example(static.content, one, row) for row, one in examples_of_rows(static.content, prompt)],
    }


def _explain_empty(static: SchemaContext, table: TablePrompt) -> str:
    """Where a team adds the rows that a table takes from its answers; empty for other tables."""
    source = table.rows_from
    if not isinstance(source, AnswerSource):
        return ""
    number = static.session if source.session == "this" else source.session
    sessions = [one for one in static.content.sessions if number in ("earlier", one.number)]
    title = next(found.title for one in sessions if (found := one.find_exercise(source.exercise)))
    where = {"this": "this session", "earlier": "an earlier session"}.get(str(source.session), f"session {number}")
    return (
        f"There is no {table.row_name} yet. Anyone on your team can add one under “{title}” in {where}. "
        "It then appears here."
    )


def _items(static: SchemaContext, prompt: ItemsPrompt, scope: Scope) -> Json:
    """``together``: the columns that the team answers in a live session after its ratings are revealed."""
    instrument = static.content.instrument
    columns = prompt.as_columns(instrument.scale, scope)
    together = [_prompt(static, column, Scope.TEAM) for column in columns if column.scope is not scope]
    rating = next((column for column in columns if isinstance(column, RatingPrompt)), None)
    return {
        "rule": instrument.rule,
        "rated": rating is not None,
        "off_scale": rating.page_schema()["off_scale"] if rating else [],
        "note_words": NOTE_WORDS,
        "answer_words": ANSWER_WORDS,
        "areas": _areas(static, prompt),
        "together": together if static.live else [],
    }


def _areas(static: SchemaContext, prompt: ItemsPrompt) -> list[Json]:
    return [
        {
            "id": area.id,
            "title": area.title,
            "intro": area.intro,
            "items": [_item(static, item) for item in area.items],
            "examples": [_example(static.content, one) for one in more_examples_of_area(static.content, area)],
        }
        for area in select_areas(static.content, prompt)
    ]


def _item(static: SchemaContext, item: Item) -> Json:
    scale = static.content.instrument.scale
    roles = static.content.role_titles
    return {
        "id": item.id,
        "text": item.text,
        "tag": TRANSITION.capitalize() if item.transition else "",
        "depth": item.depth.value,
        "scale": [point.model_dump() for point in item.describe_points(scale)],
        "guiding_questions": list(item.guiding_questions),
        "strategies": list(item.strategies),
        "evidence": list(item.evidence),
        "roles": [roles.get(role, role) for role in item.roles],
        "role_ids": list(item.roles),
        "sources": [
            {"text": cite_claim(one), "address": one.source.address} for one in static.content.facts.of_item(item.id)
        ],
        "examples": [_example(static.content, one) for one in examples_of_item(static.content, item.id)],
    }


def _example(content: Content, example: PublishedExample, about: str = "") -> Json:
    return {
        "states": format_states(content, example),
        "label": example.label,
        **example.model_dump(include={"title", "did", "when", "borrow", "caution"}),
        "sources": [{"text": one.name, "address": one.address} for one in example.sources],
        "as_of": format_page_date(example),
        "about": about,
    }


def _questions(static: SchemaContext, prompt: QuestionsPrompt) -> list[Json]:
    return [
        {"id": q.id, "label": q.text, "help": q.help, "words": q.words, "depth": q.depth.value}
        for q in select_questions(static.content, prompt)
    ]


def list_depths(context: FormContext, exercise: Exercise) -> list[Json]:
    """The depths that add prompts to the previous one: ``{id, label, count, unit, minutes}``; may be empty.

    ``count`` is the number of answers, such as one for each cell of a table. ``minutes`` include reading.
    """
    depths: list[Json] = []
    for option, depth in zip(depth_prompt().options, Depth, strict=True):
        read = time_reading(exercise, depth)
        costs = [cost for prompt in exercise.prompts for cost in _costs(context, prompt, depth)]
        depths.append(
            {"id": depth.value, "label": option.label, "count": len(costs), "minutes": _minutes(read + sum(costs))}
        )
    deeper = [one for before, one in pairwise(depths) if one["count"] > before["count"]]
    if not deeper:
        return []
    only_items = all(isinstance(prompt, ItemsPrompt) for prompt in exercise.prompts)
    return [depth | {"unit": "item" if only_items else "answer"} for depth in (depths[0], *deeper)]


def _minutes(minutes: float) -> int:
    return max(1, math.ceil(minutes))


def _costs(context: FormContext, prompt: Prompt, depth: Depth) -> list[float]:
    """The minutes of each answer of a prompt at a depth."""
    if not depth.includes(prompt.depth):
        return []
    match prompt:
        case ItemsPrompt():
            items = [item for area in select_areas(context.content, prompt) for item in area.items]
            return [time_item(item, context.content.instrument) for item in items if depth.includes(item.depth)]
        case QuestionsPrompt():
            questions = select_questions(context.content, prompt)
            return [q.words / rates.TYPING_WORDS_A_MINUTE for q in questions if depth.includes(q.depth)]
        case TablePrompt():
            rows = len(find_choices(context, prompt) or ()) or prompt.expected_rows
            return [one.minutes for one in prompt.columns if depth.includes(one.depth) for _ in range(rows)]
        case _:
            return [prompt.minutes]
