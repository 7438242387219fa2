"""What teams said in the sessions before the one that is rehearsed, so that it has something to build on."""

from __future__ import annotations

from dataclasses import replace

from cluster_kit.content.models import When
from cluster_kit.forms.context import FormContext
from cluster_kit.forms.schema import build_schema
from cluster_kit.rehearsal.answering import answers_to
from cluster_kit.rehearsal.cast import Actor
from cluster_kit.rehearsal.script import Script
from cluster_kit.responses import NewResponse, Person, Store


def add_earlier_answers(store: Store, script: Script, state: str) -> int:
    """Let a state's first person answer the earlier sessions alone; how many answers that gave."""
    first = next(actor for actor in script.cast if actor.jurisdiction == state)
    alone = replace(first, place=0, team=1, stuck=False, diligence=1.0)
    person = store.find_person(first.id)
    if person is None:
        return 0
    given = 0
    for session in script.content.sessions[: script.plan.session - 1]:
        given += sum(
            _answer(store, script, alone, person, session.number, exercise.id)
            for exercise in session.exercises
            if exercise.when is not When.FOLLOW_UP
        )
    return given


def _answer(store: Store, script: Script, actor: Actor, person: Person, session: int, exercise: str) -> int:
    context = FormContext(script.content, store, session, actor.jurisdiction, person)
    asked = script.content.get_session(session).find_exercise(exercise)
    if asked is None:
        return 0
    answers = answers_to(script, actor, build_schema(context, asked))
    responses = [
        NewResponse.model_validate(
            {
                "id": f"earlier-{actor.jurisdiction.lower()}-{session}-{exercise}-{number}"[:64],
                "series": script.content.series.id,
                "session": session,
                "exercise": exercise,
                "prompt": answer.prompt,
                "row": answer.row,
                "jurisdiction": actor.jurisdiction,
                "scope": answer.scope,
                "author": person.id,
                "value": answer.value,
                "content_version": script.content.version,
            }
        )
        for number, answer in enumerate(answers)
    ]
    return len(store.append(responses)) if responses else 0
