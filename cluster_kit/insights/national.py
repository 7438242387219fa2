"""Where the states stand: every state's ratings of the instrument, item by item and area by area.

Read a state anew when it has said something (``read_state``), keep the others as they are, and put all of them
together (``survey``). Both are cheap enough for once a second.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cluster_kit.content.models import Content, ItemsPrompt, Scope
from cluster_kit.exercises.answers import is_empty
from cluster_kit.exercises.prompts import prompts_of

if TYPE_CHECKING:
    from cluster_kit.content.models import PolicyArea
    from cluster_kit.store import Response

RATING, CONSENSUS = "rating", "consensus"


@dataclass(frozen=True)
class TeamView:
    """What one state's team says about one item.

    ``points`` are the people's ratings from the lowest to the highest, ``unsure`` how many are not sure yet.
    ``settled``: the team has agreed, on ``consensus`` or, where that is None, on not being sure yet.
    """

    points: tuple[int, ...] = ()
    unsure: int = 0
    settled: bool = False
    consensus: int | None = None

    @property
    def value(self) -> int | None:
        """Where the state stands; None where it is not sure.

        What the team has settled on, else the lower median of its people's ratings. The points are an order, not a
        distance, so the middle is a person's word and not a mean; and between two middles the lower one counts, since
        "in place" is true of a state only where more than half of its people would say so.
        """
        if self.settled:
            return self.consensus
        return self.points[(len(self.points) - 1) // 2] if self.points else None

    @property
    def people(self) -> int:
        """How many have rated it, those who are not sure included."""
        return len(self.points) + self.unsure

    @property
    def apart(self) -> int:
        """How many points lie between the lowest and the highest rating."""
        return self.points[-1] - self.points[0] if self.points else 0

    @property
    def differs(self) -> bool:
        """True where at least two have rated it, and not all alike."""
        return self.apart > 0 or bool(self.points and self.unsure)


StateViews = Mapping[str, TeamView]
"""By item: what a state's team says. Items that nobody in the state has rated are not there."""


@dataclass(frozen=True)
class Counts:
    """How many states stand at each point of the scale (every point is there), and how many are not sure."""

    points: Mapping[int, int]
    unsure: int

    @property
    def states(self) -> int:
        """How many states have answered."""
        return sum(self.points.values()) + self.unsure


@dataclass(frozen=True)
class National:
    """All states together. For facilitators and staff; what participants may see of it is in ``suppression``.

    ``states``: the codes of those that have rated anything, in the order of the jurisdictions. ``items`` and ``areas``
    hold every item and area of the instrument. ``means``: by area, the mean of each state's values of the area's items;
    None where the state is not sure of any, absent where it has rated none.
    """

    states: tuple[str, ...]
    items: Mapping[str, Counts]
    areas: Mapping[str, Counts]
    means: Mapping[str, Mapping[str, float | None]]


def read_national_states(content: Content, responses: Iterable[Response]) -> dict[str, StateViews]:
    """Every state's views, by postal code, from the current responses of all states."""
    of_state: defaultdict[str, list[Response]] = defaultdict(list)
    for response in responses:
        of_state[response.jurisdiction].append(response)
    return {code: views for code, theirs in of_state.items() if (views := read_state(content, theirs))}


def read_state(content: Content, responses: Iterable[Response]) -> dict[str, TeamView]:
    """One state's views from its current responses.

    Where a later session asks for an item again, what was said there takes the place of what was said before. A team
    that stands in a conflict over its consensus has not settled.
    """
    asked = _places(content)
    ratings: defaultdict[tuple[str, int], dict[str, int | None]] = defaultdict(dict)
    agreed: defaultdict[tuple[str, int], list[object]] = defaultdict(list)
    scale = {anchor.value for anchor in content.instrument.scale}
    for said in sorted(responses, key=lambda response: response.seq):
        column = asked.get((said.session, said.exercise, said.prompt), {}).get(said.row)
        if column is None or is_empty(said.value):
            continue
        point = said.value if isinstance(said.value, int) and said.value in scale else None
        if column == CONSENSUS:
            agreed[said.row, said.session].append(point)
        else:
            ratings[said.row, said.session][said.author if said.scope is Scope.PERSON else ""] = point
    newest = {item: (item, session) for item, session in sorted({*ratings, *agreed}, key=lambda place: place[1])}
    return {item: _view(ratings.get(place, {}), agreed.get(place, [])) for item, place in newest.items()}


def survey(content: Content, states: Mapping[str, StateViews]) -> National:
    """All states put together."""
    order = [jurisdiction.code for jurisdiction in content.jurisdictions if jurisdiction.code in states]
    values = {code: {item: view.value for item, view in states[code].items()} for code in order}
    scale = [anchor.value for anchor in content.instrument.scale]
    items, areas, means = {}, {}, {}
    for area in content.instrument.areas:
        for item in area.items:
            items[item.id] = _count(scale, [of[item.id] for of in values.values() if item.id in of])
        means[area.id] = _means(area, values)
        areas[area.id] = _count(scale, [None if mean is None else nearest(mean) for mean in means[area.id].values()])
    return National(tuple(order), items, areas, means)


def nearest(mean: float) -> int:
    """The point of the scale that a mean lies nearest to; half way between two, the lower one."""
    return math.ceil(mean - 0.5)


def _places(content: Content) -> dict[tuple[int, str, str], dict[str, str]]:
    """By session, exercise and prompt: the items that can be answered there, and which column it is."""
    places = {}
    for session, exercise, prompt in prompts_of(content, ItemsPrompt, None):
        items = [item.id for area in content.instrument.areas if area.id in prompt.areas for item in area.items]
        for column in (RATING, CONSENSUS):
            places[session, exercise.id, f"{prompt.id}.{column}"] = dict.fromkeys(items, column)
    return places


def _view(ratings: Mapping[str, int | None], agreed: list[object]) -> TeamView:
    points = sorted(point for point in ratings.values() if point is not None)
    settled = len(agreed) == 1
    consensus = agreed[0] if settled and isinstance(agreed[0], int) else None
    return TeamView(tuple(points), len(ratings) - len(points), settled, consensus)


def _means(area: PolicyArea, values: Mapping[str, Mapping[str, int | None]]) -> dict[str, float | None]:
    means: dict[str, float | None] = {}
    for code, of in values.items():
        given = [of[item.id] for item in area.items if item.id in of]
        points = [point for point in given if point is not None]
        if given:
            means[code] = statistics.fmean(points) if points else None
    return means


def _count(scale: list[int], values: list[int | None]) -> Counts:
    return Counts({point: values.count(point) for point in scale}, values.count(None))
