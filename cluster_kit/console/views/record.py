"""Models of the record panel's view."""

from __future__ import annotations

from cluster_kit.console.views.base import PanelView
from cluster_kit.models import Outgoing


class RecordLineView(Outgoing):
    """A command: what was done, who did it, and whether it was undone.

    ``steps``: the ids of the commands in the line, the newest first: more than one for repeated steps.
    """

    id: str
    steps: list[str]
    what: str
    who: str
    at: str
    undone: bool


class RecordView(PanelView):
    """Every command of the session, newest first."""

    done: list[RecordLineView]
