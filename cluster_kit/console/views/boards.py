"""Models of the boards panel's view."""

from __future__ import annotations

from cluster_kit.console.views.base import PanelView
from cluster_kit.models import Outgoing


class BoardTitleView(Outgoing):
    """The board of a segment."""

    segment: str
    title: str


class BoardPostView(Outgoing):
    """A post, or a reply to the post ``parent``.

    ``place`` is its position among all posts of the session. ``who`` is the author's name if it is signed, otherwise
    empty. ``reactions`` has the number of people by kind of reaction.
    """

    id: str
    place: int
    segment: str
    parent: str
    text: str
    state: str
    who: str
    at: str
    hidden: bool
    featured: bool
    reactions: dict[str, int]


class BoardsView(PanelView):
    """The boards, the segment that is ``present``, and every post by id."""

    boards: list[BoardTitleView]
    present: str
    longest: int
    posts: dict[str, BoardPostView]
