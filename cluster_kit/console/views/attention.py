"""Models of the attention panel's view."""

from __future__ import annotations

from cluster_kit.console.views.base import PanelView
from cluster_kit.models import Outgoing


class LastActionView(Outgoing):
    """What a facilitator did last: undone with ``id`` by the button ``undo``, unless that is empty.

    ``mine``: by this console's reader.
    """

    id: str
    undo: str
    event: str
    what: str
    who: str
    mine: bool
    at: str


class AttentionMarkView(Outgoing):
    """Something further down that needs attention, in a few words. ``panel``: the module of the panel with it."""

    panel: str
    text: str
    is_urgent: bool = False


class AttentionView(PanelView):
    """What was done last, and what needs attention in the other panels.

    ``here``: how many of the expected people and states are here, in words.
    """

    here: str
    last: LastActionView | None
    marks: list[AttentionMarkView]
