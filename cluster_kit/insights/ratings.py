"""Ratings of the instrument's items, wherever a session asks for them."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cluster_kit.content.models import Content, ItemsPrompt, Scope
from cluster_kit.insights.answers import Answers
from cluster_kit.insights.prompts import prompts_of

if TYPE_CHECKING:
    from cluster_kit.content.models import PolicyArea


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


def read_ratings(
    content: Content, answers: Answers, sessions: Sequence[int] | None = None, exercise_id: str | None = None
) -> list[Rating]:
    """Every current rating or note, in the order of sessions, areas and items.

    ``sessions`` and ``exercise_id`` narrow it down; None means all of them.
    """
    found: list[Rating] = []
    for number, exercise, prompt in prompts_of(content, ItemsPrompt, sessions):
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
