"""Models of the questions panel's view."""

from __future__ import annotations

from cluster_kit.console.views.base import PanelView
from cluster_kit.models import Outgoing
from cluster_kit.sessions.scenes import QuestionStatus


class WaitingQuestionView(Outgoing):
    """A question, or a reply to one, that participants see once a facilitator posts it."""

    id: str
    text: str
    state: str
    at: str
    is_reply: bool


class RemovedQuestionView(Outgoing):
    """A question, or a reply to one, that a facilitator removed."""

    id: str
    text: str
    state: str


class RoomQuestionView(Outgoing):
    """A question on the boards, the number of people with the same question, and what became of it."""

    id: str
    text: str
    state: str
    support: int
    status: QuestionStatus


class QuestionsView(PanelView):
    """Questions from the room. ``is_held``: new ones wait until a facilitator posts them."""

    is_held: bool
    waiting: list[WaitingQuestionView]
    questions: list[RoomQuestionView]
    removed: list[RemovedQuestionView]
