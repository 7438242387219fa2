"""Names to suggest where a form asks for a person: the state's own people, and names that its team has typed."""

from __future__ import annotations

from collections.abc import Iterator

from cluster_kit.content.models import CellPrompt, Exercise, PersonPrompt, TablePrompt, TextPrompt
from cluster_kit.content.prompt_kinds import LONGEST_NAME
from cluster_kit.exercises.context import FormContext
from cluster_kit.models import Json

MOST = 200


def asks_for_people(exercise: Exercise) -> bool:
    """Whether a prompt of the exercise asks for a person."""
    return any(_find_columns(exercise))


def suggest_people(context: FormContext) -> list[Json]:
    """Names with a role, or an empty one: teammates first, then names in this person's and the team's answers.

    Reads the answers of this session and earlier ones, of this jurisdiction only, that the person may see.
    """
    titles = context.content.role_titles
    found: dict[str, Json] = {}
    people = context.store.people(context.series, context.jurisdiction)
    known = [(person.name, titles.get(person.role, person.role)) for person in people]
    for name, role in [*known, *_typed(context)]:
        key = " ".join(name.split())
        if key and len(key) <= LONGEST_NAME and len(found) < MOST:
            earlier = found.setdefault(key.casefold(), {"name": key, "role": role.strip()})
            earlier["role"] = earlier["role"] or role.strip()
    return list(found.values())


def _typed(context: FormContext) -> Iterator[tuple[str, str]]:
    for session in context.content.sessions:
        if session.number > context.session:
            return
        for exercise in session.exercises:
            columns = dict(_find_columns(exercise))
            for response in context.current(session.number, exercise.id) if columns else ():
                asks, value = columns.get(response.prompt), response.value
                if isinstance(asks, PersonPrompt) and isinstance(value, dict):
                    yield str(value.get("name") or ""), str(value.get("role") or "")
                elif isinstance(asks, TextPrompt) and isinstance(value, str):
                    yield value, ""


def _find_columns(exercise: Exercise) -> Iterator[tuple[str, CellPrompt]]:
    """The prompts that ask for a person, by address."""
    for prompt in exercise.prompts:
        if isinstance(prompt, TablePrompt):
            yield from ((f"{prompt.id}.{c.id}", c) for c in prompt.columns if _asks_for_person(c))
        elif isinstance(prompt, CellPrompt) and _asks_for_person(prompt):
            yield prompt.id, prompt


def _asks_for_person(asks: CellPrompt) -> bool:
    return isinstance(asks, PersonPrompt) or (isinstance(asks, TextPrompt) and asks.suggest == "people")
