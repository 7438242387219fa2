"""Models of the results panel's view."""

from __future__ import annotations

from cluster_kit.console.views.base import PanelView
from cluster_kit.models import Outgoing


class RatedItemView(Outgoing):
    """An item with the number of states at each point of the scale, then of each choice off the scale."""

    id: str
    text: str
    counts: list[int]


class RatedAreaView(Outgoing):
    """A policy area with its counts, as of an item."""

    id: str
    title: str
    counts: list[int]
    items: list[RatedItemView]


class RatedStateView(Outgoing):
    """A state's mean by area: a number, or the id of a choice off the scale; missing if it has not rated the area."""

    code: str
    name: str
    means: dict[str, float | str]


class ResultsView(PanelView):
    """The distribution of ratings by area and item, and the means of each state that has rated.

    ``scale`` has the labels of the counts, whose last ``beside`` entries are the choices off the scale; ``off_scale``
    has their labels by id. ``top`` is the highest point, ``order`` the areas' ids in the instrument's order, and
    ``shown`` the subjects of the charts that participants see. ``withheld``: by subject, why a chart is not offered.
    """

    scale: list[str]
    beside: int
    off_scale: dict[str, str]
    top: int
    order: list[str]
    shown: list[str]
    withheld: dict[str, str]
    areas: dict[str, RatedAreaView]
    states: dict[str, RatedStateView]
