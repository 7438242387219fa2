"""Models of the shared screen panel's view."""

from __future__ import annotations

from cluster_kit.console.views.base import PanelView
from cluster_kit.models import Outgoing


class SceneChoiceView(Outgoing):
    """A scene of the shared screen. ``reason``: why it is off, because it would show nothing; empty if it is on."""

    id: str
    title: str
    reason: str


class ExerciseChoiceView(Outgoing):
    """An exercise that the shared screen can show."""

    id: str
    title: str


class ResultChoiceView(Outgoing):
    """A chart that participants see. ``reason``: why the shared screen does not offer it; empty if it does."""

    id: str
    title: str
    reason: str


class BoardWordView(Outgoing):
    """A word on the current board, the number of states that used it, and whether the shared screen may show it."""

    word: str
    states: int
    approved: bool


class SharedScreenView(PanelView):
    """The scene of the shared screen, the ``driver`` who chose it, and the choices.

    ``scene`` is ``follow`` if it follows the run of show; ``showing`` is the title of what it shows now. ``board`` is
    the current segment, whose words are listed.
    """

    scene: str
    item: str
    page: int
    driver: str | None
    at: str | None
    showing: str
    scenes: list[SceneChoiceView]
    exercises: list[ExerciseChoiceView]
    results: list[ResultChoiceView]
    board: str
    board_title: str
    words: list[BoardWordView]
