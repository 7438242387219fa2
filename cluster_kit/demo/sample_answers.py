"""A fictional team's answers to session 1, for demonstrations, look-backs, and packets."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from cluster_kit.content.models import Content
from cluster_kit.exercises.fields import index_fields
from cluster_kit.store import NewResponse, Person, Store

_FILE = Path(__file__).with_name("sample_answers.yaml")
_DAYS = re.compile(r"\+(\d+)d")


def add_sample_answers(store: Store, content: Content, person: Person) -> int:
    """Add the fictional answers to this person's team, including a fictional colleague's; returns how many were new.

    Answer ids are deterministic for the jurisdiction, so a second call changes nothing.
    """
    document = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    colleague = _colleague(person, document["colleague"])
    store.add_person(colleague)
    authored = [(person, field) for field in _fields(document["answers"])]
    authored += [(colleague, field) for field in _fields(document["colleague"]["answers"])]
    authored += [(person, field) for field in _fields(document["together"])]
    authored += [(colleague, field) for field in _fields(document["agreed"])]
    session = content.get_session(document["session"])
    scopes = {e.id: {p: field.scope for p, field in index_fields(content, e).items()} for e in session.exercises}
    day = content.get_meeting(session.number).date
    receipts = store.append(
        [
            NewResponse(
                id=f"sample-{person.jurisdiction.lower()}-{place:03}",
                series=content.series.id,
                session=session.number,
                exercise=exercise,
                prompt=prompt,
                row=row,
                jurisdiction=person.jurisdiction,
                scope=scopes[exercise][prompt],
                author=author.id,
                value=_dated(value, day),
                content_version=content.version,
            )
            for place, (author, (exercise, prompt, row, value)) in enumerate(authored)
        ]
    )
    return sum(receipt.status == "saved" for receipt in receipts)


def _colleague(person: Person, described: dict[str, Any]) -> Person:
    """A second fictional person in the same team, with an email address if the first has one."""
    found = {"name": described["name"], "role": described["role"], "id": f"sample-colleague-of-{person.id}"}
    return person.model_copy(update={**found, "email": described["email"] if person.email else ""})


def _fields(answers: dict[str, Any]) -> Iterator[tuple[str, str, str, Any]]:
    """Exercise, prompt, row, and value of each answer."""
    for exercise, prompts in answers.items():
        for prompt, answer in prompts.items():
            if not _is_table(answer):
                yield exercise, prompt, "", answer
                continue
            for place, cells in enumerate(answer, start=1):
                row = cells.get("row", f"sample-{place}")
                for column, value in cells.items():
                    if column != "row":
                        yield exercise, f"{prompt}.{column}", row, value


def _is_table(answer: object) -> bool:
    return isinstance(answer, list) and all(isinstance(cells, dict) for cells in answer)


def _dated(value: Any, day: dt.date) -> Any:
    """The value, with "+14d" replaced by the date two weeks after ``day``."""
    days = _DAYS.fullmatch(value) if isinstance(value, str) else None
    return (day + dt.timedelta(days=int(days[1]))).isoformat() if days else value
