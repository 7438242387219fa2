"""Answers to the sessions before the rehearsed one, which builds on them."""

from __future__ import annotations

from dataclasses import replace

from cluster_kit.content.models import When
from cluster_kit.exercises.context import FormContext
from cluster_kit.forms.definitions import Definitions, ExerciseDefinition
from cluster_kit.insights.peers import example_exercises
from cluster_kit.rehearsal.answering import ScriptedAnswer, answers_to
from cluster_kit.rehearsal.cast import Actor
from cluster_kit.rehearsal.form_state import merge_opening
from cluster_kit.rehearsal.script import Script
from cluster_kit.store import NewResponse, Person, Store


def add_earlier_answers(store: Store, script: Script) -> int:
    """Add answers of each state's first person to the earlier sessions; returns the number of answers."""
    definitions = Definitions(script.content, live=True)
    return sum(_answer_for(store, script, definitions, state) for state in script.teams)


def _answer_for(store: Store, script: Script, definitions: Definitions, state: str) -> int:
    first = next(actor for actor in script.cast if actor.jurisdiction == state)
    alone = replace(first, place=0, team=1, stuck=False, diligence=1.0)
    person = store.find_person(first.id)
    if person is None:
        return 0
    given, offered = 0, example_exercises(script.content)
    for session in script.content.sessions[: script.plan.session - 1]:
        for exercise in session.exercises:
            if exercise.when is not When.FOLLOW_UP or exercise.id in offered:
                given += _answer(store, script, alone, person, definitions.get(session.number, exercise.id))
    return given


def _answer(store: Store, script: Script, actor: Actor, person: Person, definition: ExerciseDefinition) -> int:
    context = FormContext(script.content, store, definition.session, actor.jurisdiction, person)
    opening = definition.open(context)
    answers = answers_to(script, actor, merge_opening(definition.schema, opening))
    responses = [_to_response(script, person, definition, number, answer) for number, answer in enumerate(answers)]
    return len(store.append(responses)) if responses else 0


def _to_response(
    script: Script, person: Person, definition: ExerciseDefinition, number: int, answer: ScriptedAnswer
) -> NewResponse:
    session, exercise = definition.session, definition.exercise.id
    return NewResponse.model_validate(
        {
            "id": f"earlier-{person.jurisdiction.lower()}-{session}-{exercise}-{number}"[:64],
            "series": script.content.series.id,
            "session": session,
            "exercise": exercise,
            "prompt": answer.prompt,
            "row": answer.row,
            "jurisdiction": person.jurisdiction,
            "scope": answer.scope,
            "author": person.id,
            "value": answer.value,
            "content_version": script.content.version,
        }
    )
