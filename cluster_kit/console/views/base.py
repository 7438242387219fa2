"""Base class of the panels' views."""

from __future__ import annotations

from cluster_kit.models import Outgoing


class PanelView(Outgoing):
    """What one panel shows."""
