"""Ratings of the instrument's items, wherever a session asks for them."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cluster_kit.content.models import Content, ItemsPrompt, Scope
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.prompts import prompts_of

if TYPE_CHECKING:
    from cluster_kit.content.models import PolicyArea


@dataclass(frozen=True)
class Rating:
    """What one person (or the team, when ``person`` is empty) said about one item. ``rating`` None: not sure yet.

    ``settled``: the team has agreed on the item: on ``consensus`` or, where that is None, on not being sure yet.
    """

    session: int
    area: str
    item: str
    person: str
    rating: int | None
    note: str
    answered: bool
    settled: bool = False
    consensus: int | None = None

    @property
    def value(self) -> int | None:
        """What counts for the state: what the team has settled on, else the rating."""
        return self.consensus if self.settled else self.rating


@dataclass(frozen=True)
class AreaSummary:
    """The ratings of one policy area. ``mean``, ``lowest`` and ``highest`` are None when nobody gave a point.

    ``counts`` and ``not_sure`` are people's ratings; ``values`` what counts in their place, where the team has settled.
    ``settled`` counts items by the point that the team has settled on (None: not sure yet); ``unsettled`` those that
    two or more people rated and the team has not settled.
    """

    area: PolicyArea
    counts: dict[int, int]
    not_sure: int
    people: int
    items: int
    values: tuple[int, ...]
    settled: dict[int | None, int]
    unsettled: int

    @property
    def n(self) -> int:
        """How many points were given, over all items and people."""
        return sum(self.counts.values())

    @property
    def mean(self) -> float | None:
        """The mean of the points given; where the team has settled, its point counts in place of each of them."""
        return statistics.fmean(self.values) if self.values else None

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

    An item on which the team has settled without anybody's rating is there once, for the team, as not ``answered``.
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
    latest = {(r.person, r.item): r for r in sorted(ratings, key=lambda r: r.session) if r.answered or r.settled}
    return list(latest.values())


def summarize_ratings(content: Content, ratings: Sequence[Rating]) -> list[AreaSummary]:
    """One summary per policy area that was rated, in the instrument's order."""
    given = [r for r in ratings if r.answered or r.settled]
    rated = [(area, [r for r in given if r.area == area.id]) for area in content.instrument.areas]
    return [_summarize(content, area, of_area) for area, of_area in rated if of_area]


def _summarize(content: Content, area: PolicyArea, ratings: Sequence[Rating]) -> AreaSummary:
    points = [r.rating for r in ratings if r.rating is not None]
    agreed = {r.item: r.consensus for r in ratings if r.settled}
    raters = Counter(r.item for r in ratings if r.answered and not r.settled)
    return AreaSummary(
        area=area,
        counts={anchor.value: points.count(anchor.value) for anchor in content.instrument.scale},
        not_sure=sum(r.answered and r.rating is None for r in ratings),
        people=len({r.person for r in ratings if r.answered}),
        items=len({r.item for r in ratings}),
        values=tuple(r.value for r in ratings if r.value is not None),
        settled=dict(Counter(agreed.values())),
        unsettled=sum(people > 1 for people in raters.values()),
    )


def _ratings_of_item(answers: Answers, place: tuple[int, str, str], area: str, item: str) -> Iterator[Rating]:
    session, exercise, prompt = place
    points, notes = (
        {
            response.author if response.scope == Scope.PERSON else "": response.value
            for response in answers.at(session, exercise, f"{prompt}.{column}", item)
        }
        for column in ("rating", "note")
    )
    agreed = {response.value for response in answers.at(session, exercise, f"{prompt}.consensus", item)}
    settled, point_agreed = len(agreed) == 1, next(iter(agreed), None)
    for person in dict.fromkeys([*points, *notes]) or ([""] if settled else []):
        point = points.get(person)
        yield Rating(
            session=session,
            area=area,
            item=item,
            person=person,
            rating=point if isinstance(point, int) else None,
            note=str(notes.get(person) or ""),
            answered=person in points,
            settled=settled,
            consensus=point_agreed if settled and isinstance(point_agreed, int) else None,
        )
