"""A fictional team's answers to session 1, for demonstrations: something to look back on, and to make a packet of."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from cluster_kit.content.models import Content, Scope
from cluster_kit.responses import NewResponse, Person, Store

_FILE = Path(__file__).with_name("sample_answers.yaml")
_DAYS = re.compile(r"\+(\d+)d")


def add_sample_answers(store: Store, content: Content, person: Person) -> int:
    """Give the fictional answers to this person's team; how many were new.

    Every answer has a fixed id for the jurisdiction, so that a second call changes nothing.
    """
    document = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    fields = list(_fields(document["answers"]))
    number = document["session"]
    session = content.get_session(number)
    scopes = {exercise.id: exercise.scope for exercise in session.exercises}
    day = content.get_meeting(number).date
    receipts = store.append(
        [
            NewResponse(
                id=f"sample-{person.jurisdiction.lower()}-{place:03}",
                series=content.series.id,
                session=number,
                exercise=exercise,
                prompt=prompt,
                row=row,
                jurisdiction=person.jurisdiction,
                scope=scopes.get(exercise, Scope.TEAM),
                author=person.id,
                value=_dated(value, day),
                content_version=content.version,
            )
            for place, (exercise, prompt, row, value) in enumerate(fields)
        ]
    )
    return sum(receipt.status == "saved" for receipt in receipts)


def _fields(answers: dict[str, Any]) -> Iterator[tuple[str, str, str, Any]]:
    """Exercise, prompt, row and value of each answer."""
    for exercise, prompts in answers.items():
        for prompt, said in prompts.items():
            if not _is_table(said):
                yield exercise, prompt, "", said
                continue
            for place, cells in enumerate(said, start=1):
                row = cells.get("row", f"sample-{place}")
                for column, value in cells.items():
                    if column != "row":
                        yield exercise, f"{prompt}.{column}", row, value


def _is_table(said: object) -> bool:
    return isinstance(said, list) and all(isinstance(cells, dict) for cells in said)


def _dated(value: Any, day: dt.date) -> Any:
    """The value; "+14d" becomes the day two weeks after ``day``."""
    days = _DAYS.fullmatch(value) if isinstance(value, str) else None
    return (day + dt.timedelta(days=int(days[1]))).isoformat() if days else value
