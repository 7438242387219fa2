"""Ratings of the instrument's items, from every session that asks for them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cluster_kit.content.models import Content, ItemsPrompt, Scope
from cluster_kit.content.rating_values import (
    OffScale,
    RatingValue,
    average_ratings,
    count_ratings,
    find_team_value,
    points_of,
    read_rating,
)
from cluster_kit.exercises.agreement import AgreementCount, count_stances
from cluster_kit.exercises.answers import Answers, is_empty
from cluster_kit.exercises.distribution import FEWEST
from cluster_kit.exercises.prompts import prompts_of

if TYPE_CHECKING:
    from cluster_kit.content.models import PolicyArea


@dataclass(frozen=True)
class Rating:
    """One person's response to one item, or the team's if ``person`` is empty.

    ``chosen`` is None if there is only a note, ``agreed`` if the team has not settled. ``rating`` and ``consensus``
    are their points, None for a choice off the scale. ``proposed`` is what one person proposes, and no teammate has
    answered. ``stances`` counts who has answered the one or the other.
    """

    session: int
    area: str
    item: str
    person: str
    chosen: RatingValue | None
    note: str
    agreed: RatingValue | None = None
    proposed: RatingValue | None = None
    stances: AgreementCount | None = None

    @property
    def rating(self) -> int | None:
        """The point chosen."""
        return _point(self.chosen)

    @property
    def consensus(self) -> int | None:
        """The point of the team's consensus."""
        return _point(self.agreed)

    @property
    def answered(self) -> bool:
        """True if a point or a choice off the scale was chosen."""
        return self.chosen is not None

    @property
    def settled(self) -> bool:
        """True if the team has settled on a consensus."""
        return self.agreed is not None


@dataclass(frozen=True)
class AreaSummary:
    """The ratings of one policy area. ``mean``, ``lowest``, and ``highest`` are None without any points.

    ``counts`` and ``off_scale`` are individual ratings. ``values`` has the team's value of each item that is a point
    (``content.rating_values`` has the definition); ``not_applying`` counts the items that do not apply to the state.
    ``settled`` counts items by consensus, ``by_one`` those of them that one person recorded alone; ``unsettled`` counts
    items that two or more people rated without reaching consensus. ``is_alone`` means that the team is one person.
    """

    area: PolicyArea
    counts: dict[int, int]
    off_scale: dict[OffScale, int]
    people: int
    items: int
    not_applying: int
    values: tuple[int, ...]
    settled: dict[RatingValue, int]
    unsettled: int
    by_one: int = 0
    is_alone: bool = False

    @property
    def not_sure(self) -> int:
        """Number of answers "not sure yet"."""
        return self.off_scale[OffScale.NOT_SURE]

    @property
    def without_mean(self) -> OffScale:
        """What to show in place of a mean: whether no item applies, or the state is not sure."""
        return OffScale.DOES_NOT_APPLY if self.not_applying == self.items else OffScale.NOT_SURE

    @property
    def n(self) -> int:
        """Number of points given, over all items and people."""
        return sum(self.counts.values())

    @property
    def mean(self) -> float | None:
        """Mean of the team's values, one for each item, as ``content.rating_values`` defines it."""
        found = average_ratings(self.values)
        return None if isinstance(found, OffScale) else found

    @property
    def team_mean(self) -> float | None:
        """The mean to show to people. None if one person of a larger team gave all ratings, and none is settled.

        Summary pages, look-backs, and packets show this mean only. To them, one person's view is not the team's.
        """
        return self.mean if self.is_alone or self.people >= FEWEST or self.settled else None

    @property
    def lowest(self) -> int | None:
        """Lowest point given."""
        return min(self._points, default=None)

    @property
    def highest(self) -> int | None:
        """Highest point given."""
        return max(self._points, default=None)

    @property
    def _points(self) -> list[int]:
        return [point for point, count in self.counts.items() for _ in range(count)]


def read_ratings(
    content: Content, answers: Answers, sessions: Sequence[int] | None = None, exercise_id: str | None = None
) -> list[Rating]:
    """Every current rating or note, in the order of sessions, areas, and items; none if the instrument has no scale.

    An item with a consensus but no individual ratings has one entry for the team, not ``answered``. ``sessions`` and
    ``exercise_id`` restrict the result; None means all.
    """
    found: list[Rating] = []
    for number, exercise, prompt in prompts_of(content, ItemsPrompt, sessions) if content.instrument.scale else ():
        if exercise_id not in (None, exercise.id):
            continue
        for area in content.instrument.areas:
            for item in area.items if area.id in prompt.areas else ():
                place = (number, exercise.id, prompt.id)
                found.extend(_ratings_of_item(answers, content.instrument.points, place, area.id, item.id))
    return found


def latest_ratings(ratings: Sequence[Rating]) -> list[Rating]:
    """For each item, its ratings from the latest session that has any, one for each person."""
    given = sorted((r for r in ratings if r.answered or r.settled), key=lambda r: r.session)
    newest = {r.item: r.session for r in given}
    return list({(r.person, r.item): r for r in given if newest[r.item] == r.session}.values())


def summarize_ratings(content: Content, ratings: Sequence[Rating], *, is_alone: bool = False) -> list[AreaSummary]:
    """One summary per policy area with ratings, in the instrument's order. ``is_alone``: the team is one person."""
    given = [r for r in ratings if r.answered or r.settled]
    rated = [(area, [r for r in given if r.area == area.id]) for area in content.instrument.areas]
    return [_summarize(content, area, of_area, is_alone) for area, of_area in rated if of_area]


def _summarize(content: Content, area: PolicyArea, ratings: Sequence[Rating], is_alone: bool) -> AreaSummary:
    of_item: defaultdict[str, list[Rating]] = defaultdict(list)
    for rating in ratings:
        of_item[rating.item].append(rating)
    counted = count_ratings([r.chosen for r in ratings if r.chosen is not None], content.instrument.points)
    agreed = [found for of in of_item.values() if (found := _find_agreed(of)) is not None]
    raters = [sum(r.answered and not r.settled for r in of) for of in of_item.values()]
    values = [value for of in of_item.values() if (value := _team_value(of)) is not None]
    return AreaSummary(
        area=area,
        counts=counted.points,
        off_scale=counted.off_scale,
        people=len({r.person for r in ratings if r.answered}),
        items=len(of_item),
        not_applying=sum(value is OffScale.DOES_NOT_APPLY for value in values),
        values=tuple(points_of(values)),
        settled=dict(Counter(agreed)),
        unsettled=sum(people > 1 for people in raters),
        by_one=sum(_is_by_one(of) for of in of_item.values()),
        is_alone=is_alone,
    )


def _team_value(ratings: Sequence[Rating]) -> RatingValue | None:
    """The team's value on an item: its latest consensus, otherwise its people's ratings combined."""
    return find_team_value(_find_agreed(ratings), [r.chosen for r in ratings if r.chosen is not None])


def _find_agreed(ratings: Sequence[Rating]) -> RatingValue | None:
    """The team's latest consensus on an item, or None."""
    return next((r.agreed for r in reversed(ratings) if r.agreed is not None), None)


def _is_by_one(ratings: Sequence[Rating]) -> bool:
    return any(r.settled and r.stances is not None and r.stances.by_one for r in ratings)


def _point(value: RatingValue | None) -> int | None:
    return None if isinstance(value, OffScale) else value


def _ratings_of_item(
    answers: Answers, scale: Sequence[int], place: tuple[int, str, str], area: str, item: str
) -> Iterator[Rating]:
    session, exercise, prompt = place
    points, notes = (
        {
            response.author if response.scope == Scope.PERSON else "": response.value
            for response in answers.at(session, exercise, f"{prompt}.{column}", item)
        }
        for column in ("rating", "note")
    )
    proposals = answers.at(session, exercise, f"{prompt}.consensus", item)
    values = {response.value for response in proposals}
    agreed = read_rating(next(iter(values)), scale) if len(values) == 1 else None
    answered = answers.at(session, exercise, f"{prompt}.agreement", item)
    has_reason = any(not is_empty(r.value) for r in answers.at(session, exercise, f"{prompt}.rationale", item))
    stored = {r.author: r.value for r in answered}
    found = None if agreed is None else count_stances(proposals, stored, points, has_reason=has_reason)
    is_proposal = found is not None and found.is_proposal
    for person in dict.fromkeys([*points, *notes]) or ([""] if agreed is not None else []):
        yield Rating(
            session=session,
            area=area,
            item=item,
            person=person,
            chosen=read_rating(points[person], scale) if person in points else None,
            note=str(notes.get(person) or ""),
            agreed=None if is_proposal else agreed,
            proposed=agreed if is_proposal else None,
            stances=found,
        )
