"""Sample data for console tests: ratings, presence, examples, posts."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

from pydantic import JsonValue

from cluster_kit.content.models import Content, ItemsPrompt, TablePrompt
from cluster_kit.exercises.prompts import prompts_of
from cluster_kit.insights.peers import is_examples_table
from cluster_kit.store import NewResponse, Person, Presence, Store

FAY = "fay"


def add_facilitator(store: Store, series: str, person: str = FAY, name: str = "Fay Sample") -> Person:
    return store.add_person(Person(id=person, series=series, jurisdiction="", name=name))


def add_teams(store: Store, content: Content, states: int = 24) -> list[Person]:
    """Two people for each of this many states."""
    codes = [state.code for state in content.jurisdictions][:states]
    names = {state.code: state.name for state in content.jurisdictions}
    people = [
        Person(
            id=f"{code.lower()}-{place}",
            series=content.series.id,
            jurisdiction=code,
            name=f"{['Kim', 'Lee'][place]} {names[code]}",
            role=("director", "data")[place],
            email=f"{code.lower()}{place}@example.org",
            depth="essential",
        )
        for code in codes
        for place in range(2)
    ]
    return [store.add_person(person) for person in people]


RATINGS = (1, 1, 2, 2, 3, 4, None)


def rate(
    store: Store,
    content: Content,
    session: int,
    people: list[Person],
    share: float = 1.0,
    choices: Sequence[JsonValue] = RATINGS,
) -> int:
    """Deterministic ratings of each person; returns their number."""
    dice = random.Random(7)
    places = [
        (exercise.id, prompt.id, item.id)
        for _, exercise, prompt in prompts_of(content, ItemsPrompt, [session])
        for area in content.instrument.areas
        if area.id in prompt.areas
        for item in area.items
    ]
    given = [
        NewResponse(
            id=f"rate-{person.id}-{exercise}-{item}",
            series=content.series.id,
            session=session,
            exercise=exercise,
            prompt=f"{prompt}.rating",
            row=item,
            jurisdiction=person.jurisdiction,
            scope="person",
            author=person.id,
            value=dice.choice(choices),
        )
        for person in people
        for exercise, prompt, item in places
        if dice.random() < share
    ]
    store.append(given)
    return len(given)


def offer(store: Store, content: Content, author: Person, title: str, rung: str) -> None:
    """An example of a state on a rung of the sharing ladder."""
    session, exercise, prompt = next(
        found for found in prompts_of(content, TablePrompt, None) if is_examples_table(found[2])
    )
    words = {prompt.columns[0].id: title, "may_share": rung}
    store.append(
        [
            NewResponse(
                id=f"example-{author.id}-{column}-{rung}",
                series=content.series.id,
                session=session,
                exercise=exercise.id,
                prompt=f"{prompt.id}.{column}",
                row="r1",
                jurisdiction=author.jurisdiction,
                scope="team",
                author=author.id,
                value=value,
            )
            for column, value in words.items()
        ]
    )


def come(store: Store, series: str, session: int, people: list[Person], exercise: str = "", ago_s: float = 0) -> None:
    """Presence of these people, with their last action this many seconds ago."""
    now = dt.datetime.now(dt.UTC)
    store.note_presence(
        [
            Presence(
                series=series,
                session=session,
                person=person.id,
                jurisdiction=person.jurisdiction,
                exercise=exercise,
                joined_at=now - dt.timedelta(seconds=ago_s + 60),
                active_at=now - dt.timedelta(seconds=ago_s),
                seen_at=now,
            )
            for person in people
        ]
    )
