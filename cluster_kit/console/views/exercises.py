"""Models of the exercises panel's view."""

from __future__ import annotations

from cluster_kit.console.views.base import PanelView
from cluster_kit.models import Outgoing


class ExerciseProgressView(Outgoing):
    """How far the states that took part are in an exercise, in words in ``progress``.

    ``asked``: those that have questions in it. ``begun`` includes ``complete``. ``waiting``: names of states that are
    here and have not begun. ``revealed``: to all teams. ``revealed_to``: number of teams that revealed their own
    ratings.
    """

    id: str
    title: str
    segment: str
    progress: str
    asked: int
    begun: int
    complete: int
    waiting: list[str]
    locked: bool
    rated: bool
    revealed: bool
    revealed_to: int


class ExercisesView(PanelView):
    """The session's exercises, in order, and the segment that is ``present``."""

    present: str
    exercises: list[ExerciseProgressView]
