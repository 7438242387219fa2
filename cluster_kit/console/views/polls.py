"""Models of the polls panel's view."""

from __future__ import annotations

from cluster_kit.console.views.base import PanelView
from cluster_kit.models import Outgoing


class OptionCountView(Outgoing):
    """An option of a poll, with the number of people who chose it, and of their states."""

    label: str
    people: int
    states: int


class AskedPollView(Outgoing):
    """A poll with its counts; ``answered`` is the total in words.

    ``reason``: why participants cannot see its results now; empty if they can or do.
    """

    id: str
    text: str
    at: str
    is_open: bool
    is_rating: bool
    options: list[OptionCountView]
    people: int
    answered: str
    is_shown: bool
    reason: str


class PollsView(PanelView):
    """The polls of the session, newest first, and the limits of a new one."""

    longest_question: int
    longest_option: int
    most_options: int
    polls: list[AskedPollView]
