"""The values of a rating: a point of the scale, or one of the choices off the scale.

This module alone defines the choices off the scale, how ratings combine into a team's value, and what a mean is. Pages
get the choices with the form's schema.

**One definition of a mean**, for pages, the console, breakout groups, packets, the national report, and exports:

- *What is averaged.* One value per statement, the team's (``find_team_value``): its consensus, otherwise its people's
  ratings combined (``combine_ratings``). A statement that four people rated counts once, like one that one person
  rated. If several sessions ask for a statement, the latest one that has an answer counts.
- *What is left out.* Statements without an answer, and those whose value is "not sure yet" or "does not apply here".
- *How many are needed.* One statement with a point. Without any, the mean is a choice off the scale: "does not apply
  here" if that is every value, otherwise "not sure yet" (``average_ratings``). A single rating of a statement counts.
- *Several states or areas.* The mean of their means, each of the same weight (``average_means``).
- *Rounding.* Figures are computed without rounding and shown with one decimal, halves up (``format_mean``), as the
  console's page does. Where states are counted by area, the ``nearest_point`` applies.

Where people are compared rather than averaged (ranges, "far apart", the dots of a revealed exercise), individual
ratings are counted, never averaged.
"""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Literal


class OffScale(StrEnum):
    """A choice beside the points of a scale. It is never a number, so it enters no mean, range, need, or strength."""

    NOT_SURE = "not_sure"
    DOES_NOT_APPLY = "does_not_apply"

    @property
    def label(self) -> str:
        """For example ``Not sure yet``."""
        return {self.NOT_SURE: "Not sure yet", self.DOES_NOT_APPLY: "Does not apply here"}[self]

    @property
    def needs_reason(self) -> bool:
        """Whether the form asks for a reason. The answer is valid without one."""
        return self is OffScale.DOES_NOT_APPLY


RatingValue = int | OffScale
Mean = float | OffScale
Stance = Literal["agree", "differ"]
"""A person agrees with the consensus that a teammate proposes, or keeps a different view."""


@dataclass(frozen=True)
class RatingCounts:
    """The number of ratings at each point of the scale, and of each choice off the scale. Every one is a key."""

    points: dict[int, int]
    off_scale: dict[OffScale, int]


def read_rating(value: object, scale: Collection[int]) -> RatingValue:
    """A stored rating, which is not empty. A point that the scale no longer has counts as not sure."""
    if isinstance(value, int) and not isinstance(value, bool) and value in scale:
        return value
    return OffScale.DOES_NOT_APPLY if value == OffScale.DOES_NOT_APPLY else OffScale.NOT_SURE


def count_ratings(ratings: Iterable[RatingValue], scale: Iterable[int]) -> RatingCounts:
    """The number of ratings of each kind."""
    counted = Counter(ratings)
    return RatingCounts({point: counted[point] for point in scale}, {choice: counted[choice] for choice in OffScale})


def points_of(ratings: Iterable[RatingValue]) -> list[int]:
    """The points among ratings, in ascending order."""
    return sorted(rating for rating in ratings if not isinstance(rating, OffScale))


def combine_ratings(ratings: Sequence[RatingValue]) -> RatingValue | None:
    """A team's value on an item on which it has no consensus; None without ratings.

    Those who are not sure do not count. "Does not apply" is the value if more than half of the others chose it.
    Otherwise the value is the lower median of the points. The scale is ordinal, so the middle is a rating that someone
    gave, not a mean. Of two middle ratings the lower one counts: "in place" is true of a state only if more than half
    of its people say so.
    """
    points, not_applying = points_of(ratings), sum(rating is OffScale.DOES_NOT_APPLY for rating in ratings)
    if not_applying > len(points):
        return OffScale.DOES_NOT_APPLY
    if points:
        return points[(len(points) - 1) // 2]
    return OffScale.NOT_SURE if ratings else None


def find_team_value(agreed: RatingValue | None, ratings: Sequence[RatingValue]) -> RatingValue | None:
    """A team's value on an item: its consensus, otherwise its people's ratings combined. None without any."""
    return combine_ratings(ratings) if agreed is None else agreed


def average_ratings(ratings: Sequence[RatingValue]) -> Mean | None:
    """The mean of the points. Without points: does not apply if that is every rating, else not sure; None if empty."""
    if points := points_of(ratings):
        return statistics.fmean(points)
    if not ratings:
        return None
    only = all(rating is OffScale.DOES_NOT_APPLY for rating in ratings)
    return OffScale.DOES_NOT_APPLY if only else OffScale.NOT_SURE


def average_means(means: Sequence[Mean]) -> Mean | None:
    """The mean of means. Without numbers: does not apply if that is every one, else not sure; None if empty."""
    numbers = [mean for mean in means if not isinstance(mean, OffScale)]
    if numbers:
        return statistics.fmean(numbers)
    return average_ratings([mean for mean in means if isinstance(mean, OffScale)])


def format_mean(mean: float) -> str:
    """The mean with one decimal, halves up: ``2.25`` is ``2.3``, as in the console's page."""
    return str(Decimal(mean).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP))


def nearest_point(mean: float) -> int:
    """The point of the scale nearest to a mean; the lower one at the midpoint."""
    return math.ceil(mean - 0.5)


def write_stance(stance: Stance, value: RatingValue | str) -> str:
    """A stance on a proposed consensus as a stored value, for example ``agree_2`` or ``differ_not_sure``."""
    return f"{stance}_{value}"


def read_stance(stance_value: object, proposed: object) -> Stance | None:
    """A stored stance on a proposed consensus; None if it is about another value."""
    stances: tuple[Stance, ...] = ("agree", "differ")
    return next((stance for stance in stances if stance_value == f"{stance}_{proposed}"), None)
