"""Discussion priorities: items ranked by the number of teams that gain from discussing them, each with the reason.

``WEIGHTS`` has the points that each team contributes. Scores use counts, not shares: an item that few states have rated
does not precede one that is open in many. ``docs/explanation/national.md`` explains the score.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cluster_kit.content.models import Content
from cluster_kit.content.rating_values import points_of
from cluster_kit.insights.national import StateViews, TeamView
from cluster_kit.insights.suppression import FEWEST, middle_of
from cluster_kit.text import inflect, join_words

if TYPE_CHECKING:
    from cluster_kit.content.models import Item

FAR_APART = 2  # points between a team's lowest and highest rating
Reason = Literal["apart", "unsettled", "need"]
WEIGHTS: Mapping[Reason, int] = {"apart": 3, "unsettled": 2, "need": 1}


@dataclass(frozen=True)
class Topic:
    """An item to discuss.

    ``teams``: states with two or more ratings; in ``apart`` of them ratings differ by two points or more, and
    ``unsettled`` of them have seen that they differ and have no consensus. ``states``: states that have rated the item
    and to which it applies; ``need`` of them are in the lower half of the scale. ``reason`` is for facilitators;
    ``aloud`` is safe to read to participants: it has no numbers, and mentions no group of fewer than five.
    """

    item: str
    area: str
    text: str
    teams: int
    apart: int
    unsettled: int
    states: int
    need: int
    reason: str
    aloud: str

    @property
    def score(self) -> int:
        """Total points of all teams."""
        return sum(weight * self.count(reason) for reason, weight in WEIGHTS.items())

    def count(self, reason: Reason) -> int:
        """Number of teams or states to which a reason applies."""
        return {"apart": self.apart, "unsettled": self.unsettled, "need": self.need}[reason]


def rank_topics(
    content: Content,
    states: Mapping[str, StateViews],
    items: Iterable[str] | None = None,
    by: Reason | None = None,
    is_revealed: Callable[[str, str], bool] = lambda _item, _code: True,
) -> list[Topic]:
    """The items worth discussing, highest priority first.

    ``items`` restricts the result, for example to those that a session asks for. ``by`` sorts by one reason first; None
    sorts by all. ``is_revealed`` tells whether a team has seen its ratings of an item: before, it had nothing to
    settle. Ties keep the instrument's order.
    """
    wanted = None if items is None else set(items)
    topics = [
        _topic(content, area.id, item, {code: of[item.id] for code, of in states.items() if item.id in of}, is_revealed)
        for area in content.instrument.areas
        for item in area.items
        if wanted is None or item.id in wanted
    ]
    return sorted(
        (topic for topic in topics if (topic.count(by) if by else topic.score)),
        key=lambda topic: (-topic.count(by) if by else 0, -topic.score),
    )


def _topic(
    content: Content,
    area: str,
    item: Item,
    views: Mapping[str, TeamView],
    is_revealed: Callable[[str, str], bool],
) -> Topic:
    teams = {code: view for code, view in views.items() if view.people > 1}
    applying = [view for view in views.values() if view.applies]
    points = points_of(view.value for view in applying if view.value is not None)
    scale = content.instrument.points
    upper = scale[middle_of(len(scale) + 1) - 1] if scale else 0
    far = [view for view in teams.values() if view.apart >= FAR_APART]
    open_ones = [code for code, view in teams.items() if view.differs and not view.settled]
    unsettled = sum(is_revealed(item.id, code) for code in open_ones)
    need = sum(point < upper for point in points)
    counts = (len(teams), len(far), unsettled, len(applying), need)
    reason = _reason(len(views), len(far), unsettled, need, all_settled=all(view.settled for view in far))
    return Topic(item.id, area, item.text, *counts, reason=reason, aloud=_aloud(*counts))


def _reason(rated: int, apart: int, unsettled: int, need: int, *, all_settled: bool) -> str:
    """For example "Of the 12 states that rated this, 9 have ratings 2 or more points apart."."""
    settled = " (all have a team rating)" if apart and all_settled else ""
    parts = [
        _part(rated, apart, "has", "have", f"ratings {FAR_APART} or more points apart{settled}"),
        _part(rated, unsettled, "has", "have", "not agreed on a team rating"),
        _part(rated, need, "is", "are", "not there yet"),
    ]
    subject = "The one state that rated this" if rated == 1 else f"Of the {rated} states that rated this,"
    return f"{subject} {join_words(filter(None, parts))}."


def _part(rated: int, count: int, one: str, many: str, rest: str) -> str:
    """What is so in some of the states; empty for none, and without the count if only one state has rated."""
    if not count:
        return ""
    number = "" if rated == 1 else f"{count} "
    return f"{number}{inflect(count, one, many)} {rest}"


def _aloud(teams: int, apart: int, unsettled: int, states: int, need: int) -> str:
    sentences = []
    if say := _how_many(apart, teams, "teams"):
        sentences.append(f"{say} see it very differently among themselves.")
    elif say := _how_many(unsettled, teams, "teams"):
        sentences.append(f"{say} see it differently among themselves.")
    if say := _how_many(need, states, "states"):
        sentences.append(f"{say} are not there yet.")
    return " ".join(sentences) or "This is worth discussing together."


def _how_many(count: int, total: int, noun: str) -> str:
    """The count in words, so that it cannot be compared with a chart; empty for fewer than five."""
    if count < FEWEST:
        return ""
    words = ("Some {}", "About half of the {}", "Most {}", "Nearly all {}")
    return words[sum(count / total >= share for share in (0.4, 0.6, 0.85))].format(noun)
