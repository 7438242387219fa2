"""What session pages are sent of a live session, as frozen models. Times are in ISO 8601, with their zone."""

from __future__ import annotations

from typing import Literal

from cluster_kit.insights.suppression import BarRow
from cluster_kit.models import Outgoing


class SegmentView(Outgoing):
    """The present segment. ``since`` and ``ends_at`` are None before the session begins."""

    kind: str
    title: str
    minutes: int
    since: str | None
    ends_at: str | None


class NextSegmentView(Outgoing):
    """The segment after the present one."""

    kind: str
    title: str


class NoticeView(Outgoing):
    """A facilitator's message to everybody."""

    id: str
    text: str
    at: str


class LinkView(Outgoing):
    """A link that a facilitator shared."""

    id: str
    text: str
    url: str


class RoomView(Outgoing):
    """The run of show, and what facilitators said to everybody. ``message`` is the newest of ``messages``."""

    segment: SegmentView | None
    next: NextSegmentView | None
    began: str | None
    ended: str | None
    message: NoticeView | None
    messages: list[NoticeView]
    links: list[LinkView]
    locked: list[str]


class RoomEvent(RoomView):
    """``now`` is the server's time, by which pages set their clocks."""

    type: Literal["room"]
    now: str


class StateName(Outgoing):
    """A jurisdiction, by its postal code and its name."""

    code: str
    name: str


class GroupView(Outgoing):
    """A state's breakout group in a round."""

    round: int
    number: int
    title: str
    area: str
    reason: str
    states: list[StateName]


class TeamSessionView(Outgoing):
    """The exercises whose ratings are revealed to a team, and its breakout group."""

    revealed: list[str]
    group: GroupView | None


class TeamEvent(TeamSessionView):
    """One state's view of the session."""

    type: Literal["team"]


class ReactionView(Outgoing):
    """How many people reacted, and whether the reader is one of them."""

    count: int
    mine: bool


class PostView(Outgoing):
    """A post of a board as one person sees it. ``who`` is its author's name, where it is signed."""

    id: str
    segment: str
    text: str
    state: str
    who: str | None
    at: str
    parent: str | None
    mine: bool
    featured: bool
    reactions: dict[str, ReactionView]


class BoardEvent(Outgoing):
    """New and changed posts, and the ids of those that are ``gone``. ``whole``: these are all posts there are."""

    type: Literal["board"]
    whole: bool
    posts: list[PostView]
    gone: list[str]


class ExampleView(Outgoing):
    """A featured example; ``state`` is None where its state stays unnamed. ``facts`` are pairs of label and words."""

    id: str
    state: str | None
    title: str
    area: str
    facts: list[tuple[str, str]]


class ExamplesEvent(Outgoing):
    """All featured examples."""

    type: Literal["examples"]
    items: list[ExampleView]


class PictureView(Outgoing):
    """A national picture, as it was released. ``alt`` is the picture in words."""

    subject: str
    title: str
    counts: Literal["states", "ratings"]
    rows: tuple[BarRow, ...]
    alt: str


class ShownPicture(Outgoing):
    """A national picture by its subject."""

    id: str
    picture: PictureView


class PicturesEvent(Outgoing):
    """All national pictures that participants see."""

    type: Literal["pictures"]
    items: list[ShownPicture]
