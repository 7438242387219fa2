"""Models of the record panel's view."""

from __future__ import annotations

from cluster_kit.console.views.base import PanelView
from cluster_kit.models import Outgoing


class RecordLineView(Outgoing):
    """A command: what was done, and who did it.

    ``steps``: the ids of the commands in the line, the newest first: more than one for repeated steps. ``undone``: how
    it was undone, such as "undone" or "reopened"; empty if it was not. ``undo``: the label of the button to undo it.
    """

    id: str
    steps: list[str]
    what: str
    who: str
    at: str
    undone: str
    undo: str


class RecordView(PanelView):
    """Every command of the session, newest first."""

    done: list[RecordLineView]
