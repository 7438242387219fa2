"""Models of the prepared messages panel's view."""

from __future__ import annotations

from typing import Literal

from cluster_kit.console.views.announcements import AudienceView
from cluster_kit.console.views.base import PanelView
from cluster_kit.models import Outgoing


class PreparedMessageView(Outgoing):
    """A prepared message. ``due_s``: session seconds from ``since`` until its minute, negative if that is past."""

    id: str
    text: str
    part: str
    hosts: bool
    due_s: float
    status: Literal["open", "sent", "skipped"]


class PreparedView(PanelView):
    """The messages of the current part, in the order of their minutes, and the audiences to choose from."""

    part: str
    since: str | None
    speed: float
    messages: list[PreparedMessageView]
    audiences: list[AudienceView]
    longest: int
