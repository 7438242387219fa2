"""What fictional people think of their state's policies, and what their team settles on. Made up, and always the same.

A state has a level in each policy area; its people see each item from where they sit. In some items a team is
far apart, which is what a console should find.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from cluster_kit.rehearsal.cast import Actor
from cluster_kit.rehearsal.plan import dice

NOT_SURE = "not_sure"
FAR_APART = 0.22


def rate(seed: int, actor: Actor, area: str, item: str, points: Sequence[int]) -> int | str:
    """The person's rating of an item: a point of the scale, or ``not_sure``."""
    chance = dice(seed, "rating", actor.id, item)
    if chance.random() < 0.05:
        return NOT_SURE
    middle = statistics.mean(points)
    level = (
        middle + dice(seed, "level", actor.jurisdiction, area).gauss(0, 0.7) + dice(seed, "item", item).gauss(0, 0.5)
    )
    seen = chance.gauss(level, 0.4)
    if dice(seed, "apart", actor.jurisdiction, item).random() < FAR_APART:
        seen += -1.3 if actor.place % 2 else 1.3
    return min(points, key=lambda point: abs(point - seen))


def settle_opinion(ratings: Sequence[int | str], points: Sequence[int]) -> int | None:
    """What a team with these ratings settles on: the point nearest to the middle; None where nobody is sure."""
    sure = [rating for rating in ratings if isinstance(rating, int)]
    if not sure:
        return None
    middle = statistics.median(sure)
    return min(points, key=lambda point: (abs(point - middle), point))


def spread_opinions(ratings: Sequence[int | str]) -> int:
    """How many points apart a team's ratings are."""
    sure = [rating for rating in ratings if isinstance(rating, int)]
    return max(sure) - min(sure) if sure else 0
