"""Fictional people's ratings of their state's policies, and their team's consensus. Deterministic.

A state has a level in each policy area, and its people deviate from it by item. On some items a team's ratings are far
apart, which the console should detect.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from cluster_kit.content.rating_values import OffScale, combine_ratings, points_of, read_rating
from cluster_kit.rehearsal.cast import Actor
from cluster_kit.rehearsal.plan import seeded_random

UNSURE, OUTSIDE = 0.05, 0.06
FAR_APART = 0.22


def choose_rating(seed: int, actor: Actor, area: str, item: str, points: Sequence[int]) -> int | str:
    """The person's rating of an item: a point of the scale, or a choice off the scale.

    An item that does not apply to a state does not apply to anyone in it, except to those who are not sure.
    """
    chance = seeded_random(seed, "rating", actor.id, item)
    if chance.random() < UNSURE:
        return OffScale.NOT_SURE.value
    if seeded_random(seed, "applies", actor.jurisdiction, item).random() < OUTSIDE:
        return OffScale.DOES_NOT_APPLY.value
    middle = statistics.mean(points)
    level = (
        middle
        + seeded_random(seed, "level", actor.jurisdiction, area).gauss(0, 0.7)
        + seeded_random(seed, "item", item).gauss(0, 0.5)
    )
    seen = chance.gauss(level, 0.4)
    if seeded_random(seed, "apart", actor.jurisdiction, item).random() < FAR_APART:
        seen += -1.3 if actor.place % 2 else 1.3
    return min(points, key=lambda point: abs(point - seen))


def settle_opinion(ratings: Sequence[int | str], points: Sequence[int]) -> int | str | None:
    """A team's consensus on these ratings: the point nearest to the middle, or that the item does not apply.

    None if everyone is unsure.
    """
    read = [read_rating(rating, points) for rating in ratings]
    if combine_ratings(read) is OffScale.DOES_NOT_APPLY:
        return OffScale.DOES_NOT_APPLY.value
    sure = points_of(read)
    if not sure:
        return None
    middle = statistics.median(sure)
    return min(points, key=lambda point: (abs(point - middle), point))


def spread_opinions(ratings: Sequence[int | str]) -> int:
    """Difference between a team's highest and lowest rating."""
    sure = [rating for rating in ratings if isinstance(rating, int)]
    return max(sure) - min(sure) if sure else 0
