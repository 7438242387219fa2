"""What to discuss next: items in the order in which talking about them helps most teams, each with the reason.

Every team counts with the points of ``WEIGHTS``. Counts, not shares, so that an item that few have rated does not come
before one that is open in many states; ``docs/explanation/national.md`` explains the score.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cluster_kit.content.models import Content
from cluster_kit.insights.national import StateViews, TeamView
from cluster_kit.insights.suppression import FEWEST, middle_of

if TYPE_CHECKING:
    from cluster_kit.content.models import Item

FAR_APART = 2  # points between the lowest and the highest rating of a team
Reason = Literal["apart", "unsettled", "need"]
WEIGHTS: Mapping[Reason, int] = {"apart": 3, "unsettled": 2, "need": 1}


@dataclass(frozen=True)
class Topic:
    """An item to talk about.

    ``teams``: states with two or more ratings, of which ``apart`` lie two points or more apart, and ``unsettled``
    differ and have not settled. ``states``: those that have rated it, of which ``need`` stand in the lower half of the
    scale. ``reason`` is for facilitators; ``aloud`` can be said to everybody: it has no numbers, and says nothing of
    fewer than five.
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
        """The points of all teams together."""
        return sum(weight * self.count(reason) for reason, weight in WEIGHTS.items())

    def count(self, reason: Reason) -> int:
        """How many teams or states count for a reason."""
        return {"apart": self.apart, "unsettled": self.unsettled, "need": self.need}[reason]


def rank_topics(
    content: Content, states: Mapping[str, StateViews], items: Iterable[str] | None = None, by: Reason | None = None
) -> list[Topic]:
    """The items that there is something to talk about, the most pressing first.

    ``items`` narrows them down, for example to those that a session asks for. ``by`` puts those first that count most
    for one reason; None: for all of them. Items that are level stand in the instrument's order.
    """
    wanted = None if items is None else set(items)
    topics = [
        _topic(content, area.id, item, [views[item.id] for views in states.values() if item.id in views])
        for area in content.instrument.areas
        for item in area.items
        if wanted is None or item.id in wanted
    ]
    return sorted(
        (topic for topic in topics if (topic.count(by) if by else topic.score)),
        key=lambda topic: (-topic.count(by) if by else 0, -topic.score),
    )


def _topic(content: Content, area: str, item: Item, views: list[TeamView]) -> Topic:
    teams = [view for view in views if view.people > 1]
    values = [view.value for view in views]
    scale = [anchor.value for anchor in content.instrument.scale]
    upper = scale[middle_of(len(scale) + 1) - 1]
    apart = sum(view.apart >= FAR_APART for view in teams)
    unsettled = sum(view.differs and not view.settled for view in teams)
    need = sum(value is not None and value < upper for value in values)
    counts = (len(teams), apart, unsettled, len(views), need)
    return Topic(item.id, area, item.text, *counts, reason=_reason(*counts), aloud=_aloud(*counts))


def _reason(teams: int, apart: int, unsettled: int, states: int, need: int) -> str:
    """For example "9 of 12 teams disagree among themselves by 2 points or more; 7 have not settled."."""
    team = "team" if teams == 1 else "teams"
    disagree = "disagrees with itself" if teams == 1 else "disagree among themselves"
    if apart and unsettled:
        open_ones = f"; {_have(unsettled)} not settled." if teams > 1 else "."
        first = f"{apart} of {teams} {team} {disagree} by {FAR_APART} points or more{open_ones}"
    elif apart:
        first = f"{apart} of {teams} {team} {disagree} by {FAR_APART} points or more; all have settled."
    elif unsettled:
        rated = "has rated it differently and" if unsettled == 1 else "have rated it differently and"
        first = f"{unsettled} of {teams} {team} {rated} not settled."
    else:
        first = ""
    lower = "is" if states == 1 else "are"
    second = f"{need} of {states} {'state' if states == 1 else 'states'} {lower} not there yet." if need else ""
    return " ".join(filter(None, (first, second)))


def _have(count: int) -> str:
    return f"{count} has" if count == 1 else f"{count} have"


def _aloud(teams: int, apart: int, unsettled: int, states: int, need: int) -> str:
    sentences = []
    if say := _how_many(apart, teams, "teams"):
        sentences.append(f"{say} see it very differently among themselves.")
    elif say := _how_many(unsettled, teams, "teams"):
        sentences.append(f"{say} see it differently among themselves.")
    if say := _how_many(need, states, "states"):
        sentences.append(f"{say} are not there yet.")
    return " ".join(sentences) or "This is worth a look together."


def _how_many(count: int, total: int, noun: str) -> str:
    """In words, so that no number can be set beside a picture; empty for fewer than five."""
    if count < FEWEST:
        return ""
    words = ("Some {}", "About half of the {}", "Most {}", "Nearly all {}")
    return words[sum(count / total >= share for share in (0.4, 0.6, 0.85))].format(noun)
