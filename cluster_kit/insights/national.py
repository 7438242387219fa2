"""National view: every state's ratings of the instrument, by item and by area.

``read_state`` reads one state again after it changes; ``survey_states`` combines all states. Both are fast enough to
run once a second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cluster_kit.content.models import Content, ItemsPrompt, Scope
from cluster_kit.content.rating_values import (
    Mean,
    OffScale,
    RatingValue,
    average_ratings,
    count_ratings,
    find_team_value,
    nearest_point,
    points_of,
    read_rating,
)
from cluster_kit.exercises.agreement import count_stances
from cluster_kit.exercises.answers import is_empty
from cluster_kit.exercises.prompts import prompts_of

if TYPE_CHECKING:
    from cluster_kit.content.models import PolicyArea
    from cluster_kit.store import Response

RATING, CONSENSUS, AGREEMENT, RATIONALE = COLUMNS = ("rating", "consensus", "agreement", "rationale")


@dataclass(frozen=True)
class TeamView:
    """One state's team on one item.

    ``ratings`` are those of its people: points in ascending order, then choices off the scale. ``agreed`` is the
    consensus on which the team has settled, None if it has not.
    """

    ratings: tuple[RatingValue, ...] = ()
    agreed: RatingValue | None = None

    @property
    def value(self) -> RatingValue | None:
        """The state's value: the team's consensus, otherwise its people's ratings combined. None without any."""
        return find_team_value(self.agreed, self.ratings)

    @property
    def applies(self) -> bool:
        """False if the item does not apply to the state. It then has neither need nor strength in it."""
        return self.value is not OffScale.DOES_NOT_APPLY

    @property
    def settled(self) -> bool:
        """True if the team has settled on a consensus."""
        return self.agreed is not None

    @property
    def points(self) -> tuple[int, ...]:
        """The points that people chose, in ascending order."""
        return tuple(points_of(self.ratings))

    @property
    def people(self) -> int:
        """Number of people who answered, including choices off the scale."""
        return len(self.ratings)

    @property
    def apart(self) -> int:
        """Difference between the highest and the lowest point."""
        return self.points[-1] - self.points[0] if self.points else 0

    @property
    def differs(self) -> bool:
        """True if at least two people rated the item and their answers differ."""
        return len(set(self.ratings)) > 1


StateViews = Mapping[str, TeamView]
"""Team views by item id. Items without any rating are missing."""


@dataclass(frozen=True)
class Counts:
    """Number of states at each point of the scale, and with each choice off the scale. Every one is a key."""

    points: Mapping[int, int]
    off_scale: Mapping[OffScale, int]

    @property
    def unsure(self) -> int:
        """Number of states that are not sure."""
        return self.off_scale[OffScale.NOT_SURE]

    @property
    def states(self) -> int:
        """Number of states that answered."""
        return sum(self.points.values()) + sum(self.off_scale.values())


@dataclass(frozen=True)
class National:
    """All states combined. For facilitators and staff; ``suppression`` decides what participants may see.

    ``states``: codes of the states with a rating, in the order of the jurisdictions. ``items`` and ``areas`` cover the
    whole instrument. ``means``: by area, the mean of each state's values; without points, a choice off the scale
    (``average_ratings``); missing if it has rated none.
    """

    states: tuple[str, ...]
    items: Mapping[str, Counts]
    areas: Mapping[str, Counts]
    means: Mapping[str, Mapping[str, Mean]]


def read_national_states(content: Content, responses: Iterable[Response]) -> dict[str, StateViews]:
    """Every state's team views by postal code, from the current responses of all states."""
    of_state: defaultdict[str, list[Response]] = defaultdict(list)
    for response in responses:
        of_state[response.jurisdiction].append(response)
    return {code: views for code, theirs in of_state.items() if (views := read_state(content, theirs))}


def read_state(content: Content, responses: Iterable[Response]) -> dict[str, TeamView]:
    """One state's team views from its current responses.

    If a later session asks for an item again, its response replaces the earlier one. A team with conflicting consensus
    responses, or with a proposal that no teammate has answered, has not settled.
    """
    asked = _rating_fields(content)
    ratings: defaultdict[tuple[str, int], dict[str, RatingValue]] = defaultdict(dict)
    proposals: defaultdict[tuple[str, int], list[Response]] = defaultdict(list)
    explained: set[tuple[str, int]] = set()
    stances: defaultdict[tuple[str, int], dict[str, object]] = defaultdict(dict)
    scale = frozenset(content.instrument.points)
    for response in sorted(responses, key=lambda response: response.seq):
        column = asked.get((response.session, response.exercise, response.prompt), {}).get(response.row)
        if column is None or is_empty(response.value):
            continue
        place = (response.row, response.session)
        if column == AGREEMENT:
            stances[place][response.author] = response.value
        elif column == RATIONALE:
            explained.add(place)
        elif column == CONSENSUS:
            proposals[place].append(response)
        else:
            author = response.author if response.scope is Scope.PERSON else ""
            ratings[place][author] = read_rating(response.value, scale)
    newest = {item: (item, session) for item, session in sorted({*ratings, *proposals}, key=lambda place: place[1])}
    views = {}
    for item, place in newest.items():
        found = count_stances(proposals[place], stances[place], ratings[place], has_reason=place in explained)
        is_proposal = found is not None and found.is_proposal
        views[item] = _view(ratings[place], None if is_proposal else _find_consensus(proposals[place], scale))
    return views


def _find_consensus(proposals: Sequence[Response], scale: Collection[int]) -> RatingValue | None:
    """The one value that a team's answers name, or None."""
    values = {response.value for response in proposals}
    return read_rating(values.pop(), scale) if len(values) == 1 else None


def survey_states(content: Content, states: Mapping[str, StateViews]) -> National:
    """Combine all states."""
    order = [jurisdiction.code for jurisdiction in content.jurisdictions if jurisdiction.code in states]
    values = {
        code: {item: value for item, view in states[code].items() if (value := view.value) is not None}
        for code in order
    }
    scale = content.instrument.points
    items, areas, means = {}, {}, {}
    for area in content.instrument.areas:
        for item in area.items:
            items[item.id] = _count(scale, [ratings[item.id] for ratings in values.values() if item.id in ratings])
        means[area.id] = _means(area, values)
        areas[area.id] = _count(
            scale, [m if isinstance(m, OffScale) else nearest_point(m) for m in means[area.id].values()]
        )
    return National(tuple(order), items, areas, means)


def _rating_fields(content: Content) -> dict[tuple[int, str, str], dict[str, str]]:
    """By session, exercise, and prompt: the items that can be answered there, each with its column."""
    places = {}
    for session, exercise, prompt in prompts_of(content, ItemsPrompt, None) if content.instrument.scale else ():
        items = [item.id for area in content.instrument.areas if area.id in prompt.areas for item in area.items]
        for column in COLUMNS:
            places[session, exercise.id, f"{prompt.id}.{column}"] = dict.fromkeys(items, column)
    return places


def _view(ratings: Mapping[str, RatingValue], agreed: RatingValue | None) -> TeamView:
    off_scale = [choice for choice in OffScale for rating in ratings.values() if rating is choice]
    return TeamView((*points_of(ratings.values()), *off_scale), agreed)


def _means(area: PolicyArea, values: Mapping[str, Mapping[str, RatingValue]]) -> dict[str, Mean]:
    means = {
        code: average_ratings([ratings[item.id] for item in area.items if item.id in ratings])
        for code, ratings in values.items()
    }
    return {code: mean for code, mean in means.items() if mean is not None}


def _count(scale: Sequence[int], values: Iterable[RatingValue]) -> Counts:
    counted = count_ratings(values, scale)
    return Counts(counted.points, counted.off_scale)
