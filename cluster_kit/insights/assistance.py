"""Requests for technical assistance, and interest in early adoption, as states enter them on their page.

Tables are recognized by their shape, as in ``plans``: requests are the table ``requests``, with text, a choice
``kind``, a date, and a contact; interest is a choice ``early_adoption``; readiness is the table ``readiness`` with a
choice ``status``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cluster_kit.content.models import ChoicePrompt, Content, DatePrompt, PersonPrompt, TablePrompt, TextPrompt
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.labels import AnswerFormatter
from cluster_kit.exercises.prompts import prompts_of
from cluster_kit.exercises.rows import read_answer_table

REQUESTS, KIND, AREA = "requests", "kind", "area"
EARLY_ADOPTION, READINESS, STATUS = "early_adoption", "readiness", "status"
NO_INTEREST = "no"
READY = "ready"


@dataclass(frozen=True)
class AssistanceRequest:
    """A state's request. ``area`` is a policy area's id, ``by`` is ``YYYY-MM-DD``; both may be empty."""

    session: int
    row: str
    need: str
    kind: str
    area: str
    area_title: str
    by: str
    contact: str


@dataclass(frozen=True)
class EarlyAdoption:
    """A state's interest in early adoption, in words; ``is_interested`` unless it declined.

    ``criteria`` are the readiness criteria with the state's answers; ``ready`` of them are met.
    """

    session: int
    interest: str
    is_interested: bool
    criteria: tuple[tuple[str, str], ...]
    ready: int


def is_requests_table(prompt: TablePrompt) -> bool:
    """True for a table of assistance requests: its id is ``requests``, with text, a kind, a date, and a contact."""
    kinds = {type(column) for column in prompt.columns}
    return (
        prompt.id == REQUESTS
        and KIND in {column.id for column in prompt.columns}
        and {TextPrompt, ChoicePrompt, DatePrompt, PersonPrompt} <= kinds
    )


def read_requests(content: Content, answers: Answers, sessions: Sequence[int] | None = None) -> list[AssistanceRequest]:
    """A state's requests, in the order of sessions and rows. ``sessions`` None: all. Rows without words or a kind are
    left out."""
    found = []
    for session, exercise, prompt in prompts_of(content, TablePrompt, sessions):
        if not is_requests_table(prompt):
            continue
        first = {kind: _first(prompt, kind) for kind in (TextPrompt, DatePrompt, PersonPrompt)}
        for row in read_answer_table(content, session, exercise, prompt, answers):
            request = AssistanceRequest(
                session=session,
                row=row.id,
                need=row.text(first[TextPrompt]),
                kind=row.text(KIND),
                area=str(row.value(AREA) or ""),
                area_title=row.text(AREA),
                by=str(row.value(first[DatePrompt]) or ""),
                contact=row.text(first[PersonPrompt]),
            )
            found += [request] if request.need or request.kind else []
    return found


def read_early_adoption(content: Content, answers: Answers) -> EarlyAdoption | None:
    """A state's interest in early adoption, from the latest session in which it answered; None if it has not."""
    latest = None
    for session, exercise, prompt in prompts_of(content, ChoicePrompt, None):
        responses = answers.at(session, exercise.id, prompt.id) if prompt.id == EARLY_ADOPTION else ()
        if responses:
            interest = AnswerFormatter(content, answers, session).format(prompt, responses[-1].value)
            tables = [p for p in exercise.prompts if isinstance(p, TablePrompt) and p.id == READINESS]
            rows = [row for table in tables for row in read_answer_table(content, session, exercise, table, answers)]
            criteria = tuple((row.label, row.text(STATUS)) for row in rows if row.text(STATUS))
            ready = sum(row.value(STATUS) == READY for row in rows)
            latest = EarlyAdoption(session, interest, responses[-1].value != NO_INTEREST, criteria, ready)
    return latest


def _first(prompt: TablePrompt, kind: type[object]) -> str:
    return next(column.id for column in prompt.columns if isinstance(column, kind))
