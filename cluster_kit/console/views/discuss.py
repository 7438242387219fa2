"""Models of the discussion panel's view."""

from __future__ import annotations

from cluster_kit.console.views.base import PanelView
from cluster_kit.models import Outgoing


class TopicView(Outgoing):
    """A rated item to discuss. ``aloud`` is safe to read to participants. ``shown``: they see its chart."""

    item: str
    text: str
    area: str
    reason: str
    aloud: str
    shown: bool


class DiscussView(PanelView):
    """The topics, highest priority first."""

    topics: list[TopicView]
