"""Event data for session pages, as frozen models. Times are ISO 8601 with their zone."""

from __future__ import annotations

from typing import Literal

from cluster_kit.insights.suppression import BarRow
from cluster_kit.models import Outgoing
from cluster_kit.sessions.scenes import QuestionStatus


class CurrentExerciseView(Outgoing):
    """The exercise that the facilitator has begun, with its time."""

    id: str
    title: str
    minutes: int
    since: str
    ends_at: str


class SegmentView(Outgoing):
    """The current segment. ``since`` and ``ends_at`` are None before the session begins.

    ``exercise`` is None until the facilitator begins one: pages then follow the planned minutes.
    """

    kind: str
    title: str
    minutes: int
    since: str | None
    ends_at: str | None
    exercise: CurrentExerciseView | None = None


class NextSegmentView(Outgoing):
    """The segment after the current one."""

    kind: str
    title: str


class NoticeView(Outgoing):
    """A facilitator's message."""

    id: str
    text: str
    at: str


class LinkView(Outgoing):
    """A link that a facilitator shared."""

    id: str
    text: str
    url: str


class PollView(Outgoing):
    """The poll that was asked last. ``is_rating``: its options are the points from 1 to 5."""

    id: str
    text: str
    options: list[str]
    is_rating: bool
    is_open: bool


class SessionStatusView(Outgoing):
    """The run of show, the facilitators' messages, and their poll. ``message`` is the latest of ``messages``.

    ``holds_questions``: new questions wait until a facilitator posts them. ``speed``: session minutes per minute, other
    than 1 only in a rehearsal; ends are moments of the real time.
    """

    segment: SegmentView | None
    next: NextSegmentView | None
    began: str | None
    ended: str | None
    message: NoticeView | None
    messages: list[NoticeView]
    links: list[LinkView]
    locked: list[str]
    poll: PollView | None
    holds_questions: bool
    speed: float


class SessionStatusEvent(SessionStatusView):
    """The run of show with the server's time in ``now``, by which pages set their clocks."""

    type: Literal["session_status"]
    now: str


class StateName(Outgoing):
    """A jurisdiction's postal code and name."""

    code: str
    name: str


class GroupView(Outgoing):
    """A state's breakout group in a round, without the group's policy area: the exercise says what people do."""

    round: int
    number: int
    title: str
    states: list[StateName]


class RoomOfPersonView(Outgoing):
    """The room of the reader: a home room or table (``home``), or a trio (``trios``), with the names of its states."""

    use: Literal["home", "trios"]
    number: int
    name: str
    states: list[str]


class WaitingPostView(Outgoing):
    """A post of the reader that waits for a facilitator."""

    id: str
    text: str
    at: str


class TeamSessionView(Outgoing):
    """The exercises whose ratings are revealed to a team, the team's breakout group, and what is the reader's own.

    That is: rooms, posts that wait for a facilitator, and the choice in the newest poll; None without an answer.
    ``messages``: the facilitators' messages to this team only. ``asked_time``: the reader, and only the reader, asked
    for more time.
    """

    revealed: list[str]
    group: GroupView | None
    rooms: list[RoomOfPersonView]
    messages: list[NoticeView]
    waiting: list[WaitingPostView]
    choice: int | None
    asked_time: bool


class TeamEvent(TeamSessionView):
    """One state's view of the session."""

    type: Literal["team"]


class ReactionView(Outgoing):
    """Number of people who reacted, and whether the reader is one of them."""

    count: int
    mine: bool


class PostView(Outgoing):
    """A board post as one person sees it. ``who`` is its author's name, if the post is signed.

    ``status`` is what became of a question.
    """

    id: str
    segment: str
    text: str
    state: str
    who: str | None
    at: str
    parent: str | None
    mine: bool
    featured: bool
    status: QuestionStatus
    reactions: dict[str, ReactionView]


class BoardEvent(Outgoing):
    """New and changed posts, and the ids of those that are ``gone``. ``whole``: these are all posts."""

    type: Literal["board"]
    whole: bool
    posts: list[PostView]
    gone: list[str]


class ExampleView(Outgoing):
    """A featured example; ``state`` is None if it is anonymous. ``facts`` are pairs of label and text."""

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
    """A published national chart. ``alt`` is its text alternative."""

    subject: str
    title: str
    counts: Literal["states", "ratings", "people"]
    rows: tuple[BarRow, ...]
    alt: str


class ShownPicture(Outgoing):
    """A national chart by its subject."""

    id: str
    picture: PictureView


class PicturesEvent(Outgoing):
    """All national charts that participants see."""

    type: Literal["pictures"]
    items: list[ShownPicture]


class TeammatesEvent(Outgoing):
    """The names of the teammates who are in the session now, without the page's own person."""

    type: Literal["teammates"]
    names: list[str]


class WritingEvent(Outgoing):
    """A teammate is writing in a field. It counts for a few seconds."""

    type: Literal["writing"]
    who: str
    exercise: str
    prompt: str
    row: str


class RequestView(Outgoing):
    """Someone with the team's code asks to be signed in as ``name``. ``number`` is on their screen, to compare.

    ``may_answer``: the reader may say yes or no. ``own``: it asks to be the reader.
    """

    id: str
    name: str
    state: str
    number: int
    may_answer: bool
    own: bool


class RequestsEvent(Outgoing):
    """All open requests that concern the reader."""

    type: Literal["requests"]
    items: list[RequestView]
