"""Models of the exercises panel's view."""

from __future__ import annotations

from cluster_kit.console.views.base import PanelView
from cluster_kit.models import Outgoing


class ExerciseProgressView(Outgoing):
    """How many states have ``begun`` and ``finished`` an exercise.

    ``asked``: states present that have prompts in it. ``revealed``: to all teams. ``revealed_to``: number of teams that
    revealed their own ratings.
    """

    id: str
    title: str
    segment: str
    asked: int
    begun: int
    finished: int
    locked: bool
    rated: bool
    revealed: bool
    revealed_to: int


class ExercisesView(PanelView):
    """The session's exercises, in order. ``here``: number of states that are present."""

    present: str
    here: int
    exercises: list[ExerciseProgressView]
