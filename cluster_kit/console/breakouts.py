"""Breakout groups."""

from __future__ import annotations

from cluster_kit.console.doing import Json
from cluster_kit.console.panel import Kind
from cluster_kit.console.sight import ANSWERS, EVENTS, PEOPLE, Sight


def view(sight: Sight) -> Json:
    """Rounds."""
    return {"rounds": len(sight.standing.rounds)}


KIND = Kind("breakouts", view, (EVENTS, ANSWERS, PEOPLE))
