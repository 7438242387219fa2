"""Models of the cues panel's view."""

from __future__ import annotations

from cluster_kit.console.views.base import PanelView
from cluster_kit.forms.definition_models import ListenForView
from cluster_kit.models import Outgoing


class CueLineView(Outgoing):
    """A step of the facilitator: its title if it differs from the part's, and its cues; empty ones are left out."""

    title: str
    say: str
    press: str
    listen_for: str
    cut: str


class FacilitatorCuesView(PanelView):
    """What to say, what to listen for, and what helps a team that is stuck, in the part named in ``title``.

    Before the session, it is the first part; after it, ``title`` is empty.
    """

    title: str
    lines: list[CueLineView]
    listen: list[ListenForView]
    stuck: str
    quick: str
