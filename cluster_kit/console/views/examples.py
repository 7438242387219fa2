"""Models of the examples panel's view."""

from __future__ import annotations

from cluster_kit.console.views.base import PanelView
from cluster_kit.models import Outgoing


class SharedExampleView(Outgoing):
    """An example of a state, as every state may see it. ``facts`` are pairs of label and text."""

    title: str
    state: str
    area: str
    facts: list[tuple[str, str]]
    featured: bool


class ExamplesView(PanelView):
    """The shared examples by id; ``order`` has the ids, newest first."""

    order: list[str]
    examples: dict[str, SharedExampleView]
