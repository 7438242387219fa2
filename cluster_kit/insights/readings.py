"""Answers that the whole kit understands: ratings of items, actions, goals and transition points.

Each is found by the shape of its prompt, not by the name of its exercise, so that a new exercise needs no program.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from cluster_kit.content.models import (
    AnswerSource,
    Content,
    DatePrompt,
    Exercise,
    ItemsPrompt,
    PersonPrompt,
    Scope,
    TablePrompt,
    TextPrompt,
)
from cluster_kit.insights.answers import Answers
from cluster_kit.insights.rows import TableRow, read_table

if TYPE_CHECKING:
    from cluster_kit.content.models import PolicyArea

P = TypeVar("P")

CLOSED = ("done", "dropped")
STATUS_COLUMN = "status"


@dataclass(frozen=True)
class Rating:
    """What one person (or the team, when ``person`` is empty) said about one item. ``rating`` None: not sure yet."""

    session: int
    area: str
    item: str
    person: str
    rating: int | None
    note: str
    answered: bool


@dataclass(frozen=True)
class AreaSummary:
    """The ratings of one policy area. ``mean``, ``lowest`` and ``highest`` are None when nobody gave a point."""

    area: PolicyArea
    counts: dict[int, int]
    not_sure: int
    people: int
    items: int

    @property
    def n(self) -> int:
        """How many points were given, over all items and people."""
        return sum(self.counts.values())

    @property
    def mean(self) -> float | None:
        """The mean of the points given."""
        return statistics.fmean(self._points) if self.n else None

    @property
    def lowest(self) -> int | None:
        """The lowest point given."""
        return min(self._points, default=None)

    @property
    def highest(self) -> int | None:
        """The highest point given."""
        return max(self._points, default=None)

    @property
    def _points(self) -> list[int]:
        return [point for point, count in self.counts.items() for _ in range(count)]


@dataclass(frozen=True)
class Action:
    """A next step of the team, with what was last said about it. ``due`` is ``YYYY-MM-DD`` or empty."""

    session: int
    row: TableRow
    action: str
    lead: str
    due: str
    status: str
    status_label: str

    @property
    def is_open(self) -> bool:
        """True unless the team has marked it done or dropped."""
        return self.status not in CLOSED


def read_ratings(
    content: Content, answers: Answers, sessions: Sequence[int] | None = None, exercise_id: str | None = None
) -> list[Rating]:
    """Every current rating or note, in the order of sessions, areas and items.

    ``sessions`` and ``exercise_id`` narrow it down; None means all of them.
    """
    found: list[Rating] = []
    for number, exercise, prompt in _prompts_of(content, ItemsPrompt, sessions):
        if exercise_id not in (None, exercise.id):
            continue
        for area in content.instrument.areas:
            for item in area.items if area.id in prompt.areas else ():
                found.extend(_ratings_of_item(answers, (number, exercise.id, prompt.id), area.id, item.id))
    return found


def latest_ratings(ratings: Sequence[Rating]) -> list[Rating]:
    """For each person and item the rating of the latest session in which it was given."""
    latest = {(r.person, r.item): r for r in sorted(ratings, key=lambda r: r.session) if r.answered}
    return list(latest.values())


def summarize_ratings(content: Content, ratings: Sequence[Rating]) -> list[AreaSummary]:
    """One summary per policy area that was rated, in the instrument's order."""
    summaries = []
    for area in content.instrument.areas:
        given = [r for r in ratings if r.area == area.id and r.answered]
        if not given:
            continue
        points = [r.rating for r in given if r.rating is not None]
        counts = {anchor.value: points.count(anchor.value) for anchor in content.instrument.scale}
        people, items = {r.person for r in given}, {r.item for r in given}
        summaries.append(AreaSummary(area, counts, len(given) - len(points), len(people), len(items)))
    return summaries


def read_actions(content: Content, answers: Answers, sessions: Sequence[int] | None = None) -> list[Action]:
    """Every next step, in the order of sessions and rows, with its latest status.

    The status is the one last given in a table that draws its rows from the next steps and has a ``status`` column.
    """
    statuses = _statuses(content, answers)
    actions = []
    for number, exercise, prompt in _prompts_of(content, TablePrompt, sessions):
        if not is_action_table(prompt):
            continue
        for row in read_table(content, number, exercise, prompt, answers):
            name, lead, due = (_first(prompt, kind) for kind in (TextPrompt, PersonPrompt, DatePrompt))
            status, label = statuses.get(row.id, ("", ""))
            text, leader = _joined(row, name), _joined(row, lead)
            actions.append(Action(number, row, text, leader, str(row.value(due) or ""), status, label))
    return actions


def is_action_table(prompt: TablePrompt) -> bool:
    """True for a table of next steps: its id is ``actions``, and it has words, a lead and a date."""
    kinds = {type(column) for column in prompt.columns}
    return prompt.id == "actions" and {TextPrompt, PersonPrompt, DatePrompt} <= kinds


def _statuses(content: Content, answers: Answers) -> dict[str, tuple[str, str]]:
    """By the id of an action's row: the status last given to it, as an id and in words."""
    statuses: dict[str, tuple[int, str, str]] = {}
    for number, exercise, prompt in _prompts_of(content, TablePrompt, None):
        source = prompt.rows_from
        if not isinstance(source, AnswerSource) or source.prompt != "actions":
            continue
        if STATUS_COLUMN not in {column.id for column in prompt.columns}:
            continue
        for row in read_table(content, number, exercise, prompt, answers):
            said = row.responses[STATUS_COLUMN]
            if said and said[-1].seq > statuses.get(row.id, (0, "", ""))[0]:
                statuses[row.id] = (said[-1].seq, str(said[-1].value), row.words[STATUS_COLUMN][-1].text)
    return {row: (status, label) for row, (_, status, label) in statuses.items()}


def _prompts_of(content: Content, kind: type[P], sessions: Sequence[int] | None) -> Iterator[tuple[int, Exercise, P]]:
    for session in content.sessions:
        if sessions is None or session.number in sessions:
            for exercise in session.exercises:
                for prompt in exercise.prompts:
                    if isinstance(prompt, kind):
                        yield session.number, exercise, prompt


def _ratings_of_item(answers: Answers, place: tuple[int, str, str], area: str, item: str) -> Iterator[Rating]:
    session, exercise, prompt = place
    points, notes = (
        {
            response.author if response.scope == Scope.PERSON else "": response.value
            for response in answers.at(session, exercise, f"{prompt}.{column}", item)
        }
        for column in ("rating", "note")
    )
    for person in dict.fromkeys([*points, *notes]):
        point = points.get(person)
        yield Rating(
            session=session,
            area=area,
            item=item,
            person=person,
            rating=point if isinstance(point, int) else None,
            note=str(notes.get(person) or ""),
            answered=person in points,
        )


def _first(prompt: TablePrompt, kind: type[object]) -> str:
    return next((column.id for column in prompt.columns if isinstance(column, kind)), "")


def _joined(row: TableRow, column: str) -> str:
    return " / ".join(voice.text for voice in row.words.get(column, ()))
