"""The state of a live session: the result of folding its events."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Literal

from pydantic import JsonValue

from cluster_kit.sessions.exercise_clock import place_key
from cluster_kit.sessions.scenes import ChosenScene, QuestionStatus
from cluster_kit.sessions.seating import RoomUse, ShownRooms
from cluster_kit.store import Event


@dataclass(frozen=True)
class Notice:
    """A message or link from a facilitator. Undoing the event ``id`` removes it.

    It is for everyone, for the people of ``states``, or for people without a state (``hosts``). ``to`` names a narrower
    audience for facilitators, such as a group. ``ends``: it is removed when its exercise is over.
    """

    id: str
    text: str
    at: dt.datetime
    url: str = ""
    states: tuple[str, ...] = ()
    hosts: bool = False
    to: str = ""
    ends: bool = False

    @property
    def is_for_all(self) -> bool:
        """Whether everyone receives it."""
        return not self.states and not self.hosts

    def is_for(self, jurisdiction: str) -> bool:
        """Whether people of this state (empty: without a state) receive it. Facilitators receive every message."""
        return self.is_for_all or not jurisdiction or jurisdiction in self.states


@dataclass
class Parked:
    """An item in the parking lot."""

    id: str
    text: str
    jurisdiction: str
    author: str
    at: dt.datetime
    done: bool = False


@dataclass(frozen=True)
class StatedNeed:
    """What a person needs to take part; an empty ``text`` if they withdrew it. For facilitators only."""

    text: str
    jurisdiction: str
    author: str
    at: dt.datetime


@dataclass(frozen=True)
class TimeRequest:
    """A person's request for more time in the current segment. For facilitators only."""

    jurisdiction: str
    author: str
    at: dt.datetime


@dataclass(frozen=True)
class Post:
    """A post of a state on a segment's board, or a reply to one (``parent``).

    ``signed``: the author chose to show their name beside the state's. ``waiting``: only facilitators and the author
    see it until a facilitator posts it. ``reactions``: by kind, who reacted (ids).
    """

    id: str
    segment: str
    text: str
    jurisdiction: str
    author: str
    at: dt.datetime
    parent: str = ""
    signed: bool = False
    hidden: bool = False
    featured: bool = False
    waiting: bool = False
    status: QuestionStatus = QuestionStatus.OPEN
    reactions: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def is_posted(self) -> bool:
        """Whether participants see it, unless it replies to a post that they do not see."""
        return not self.hidden and not self.waiting


@dataclass(frozen=True)
class Vote:
    """A person's choice in a poll (an index), and their state."""

    choice: int
    jurisdiction: str


@dataclass(frozen=True)
class Poll:
    """A question with options that a facilitator asked everyone. ``votes``: by person, the latest choice.

    ``is_rating``: the options are the points of a rating. ``closed_at`` is None while people can answer.
    """

    id: str
    text: str
    options: tuple[str, ...]
    is_rating: bool
    at: dt.datetime
    closed_at: dt.datetime | None = None
    votes: Mapping[str, Vote] = field(default_factory=dict)

    def closed(self, at: dt.datetime) -> Poll:
        """The poll, closed at this time unless it was closed before."""
        return self if self.closed_at else replace(self, closed_at=at)


@dataclass(frozen=True)
class Group:
    """A breakout group: its states, its topic (a policy area's id, or empty), and the reason for this grouping."""

    number: int
    states: tuple[str, ...]
    area: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Round:
    """A round of breakout groups. ``id`` is its event's; ``segment`` is the one in which it was shown.

    Pages show the newest round.
    """

    id: str
    title: str
    groups: tuple[Group, ...]
    at: dt.datetime
    segment: str = ""

    def find_group(self, jurisdiction: str) -> Group | None:
        """The state's group, or None."""
        return next((group for group in self.groups if jurisdiction in group.states), None)


@dataclass
class SessionState:
    """The state of a session after the event ``seq``. It is made by folding events; readers must not change it.

    ``segment`` is the current one (a SegmentKind's value), empty before the session and after its end; ``since`` is
    when it began; ``spent`` is how long each segment took before. ``exercise`` is the current one within it, empty
    for the segment's opening; ``exercise_since`` is when that began, and ``exercise_spent`` and
    ``exercise_minutes`` are the time that each took before, and the minutes added to its plan, by ``place_key``.
    ``changed_minutes``: minutes added to or taken from the plan. ``locked``: exercises. ``revealed``: pairs of
    exercise and audience: a state, or "" for all. ``shown``: national charts that participants may see;
    ``pictures``: what they see of each. ``features``: examples on every page, the newest last. ``seatings``: the
    newest home rooms and the newest trios. ``scene``: the chosen scene of the shared screen, None if none was chosen;
    ``words``: the words approved for it, by segment; ``questions``: what became of questions, by their posts' ids.
    ``holds_questions``: new questions wait until a facilitator posts them. ``polls``: by id, the newest last.
    ``erased``: states with erased data, and the ``seq`` of the newest erasure event. ``prepared``: prepared messages
    that were sent or skipped, by id. ``undos``: facilitators' undo events. ``record``: actions that affect everyone,
    undone or not; ``undone``: the ids of events that were undone. ``aliases``: by merged id, the id of the
    person who was kept. ``needs`` and ``time_requests``: by author, for facilitators only. ``speed``: session minutes
    per minute, other than 1 only in a rehearsal; every time spent or left is session time.
    """

    seq: int = 0
    speed: float = 1.0
    began_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    segment: str = ""
    since: dt.datetime | None = None
    spent: dict[str, dt.timedelta] = field(default_factory=dict)
    changed_minutes: dict[str, int] = field(default_factory=dict)
    exercise: str = ""
    exercise_since: dt.datetime | None = None
    exercise_spent: dict[str, dt.timedelta] = field(default_factory=dict)
    exercise_minutes: dict[str, int] = field(default_factory=dict)
    locked: set[str] = field(default_factory=set)
    revealed: set[tuple[str, str]] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)
    pictures: dict[str, JsonValue] = field(default_factory=dict)
    messages: list[Notice] = field(default_factory=list)
    prepared: dict[str, Literal["sent", "skipped"]] = field(default_factory=dict)
    links: list[Notice] = field(default_factory=list)
    parked: dict[str, Parked] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    features: list[str] = field(default_factory=list)
    rounds: list[Round] = field(default_factory=list)
    seatings: dict[RoomUse, ShownRooms] = field(default_factory=dict)
    scene: ChosenScene | None = None
    words: dict[str, frozenset[str]] = field(default_factory=dict)
    questions: dict[str, QuestionStatus] = field(default_factory=dict)
    holds_questions: bool = False
    polls: dict[str, Poll] = field(default_factory=dict)
    erased: dict[str, int] = field(default_factory=dict)
    record: list[Event] = field(default_factory=list)
    undos: list[Event] = field(default_factory=list)
    undone: set[str] = field(default_factory=set)
    aliases: dict[str, str] = field(default_factory=dict)
    needs: dict[str, StatedNeed] = field(default_factory=dict)
    time_requests: dict[str, TimeRequest] = field(default_factory=dict)

    def copy(self) -> SessionState:
        """A state that commands can be applied to without changing this one. Both share the parts, which are frozen."""
        return replace(self, **{part.name: copy.copy(getattr(self, part.name)) for part in fields(self)})

    @property
    def is_on(self) -> bool:
        """Whether the session has begun and not ended."""
        return self.began_at is not None and self.ended_at is None

    def is_locked(self, exercise: str) -> bool:
        """Whether an exercise currently accepts no answers."""
        return exercise in self.locked

    def is_revealed(self, exercise: str, jurisdiction: str) -> bool:
        """Whether a state's team may see its rating distribution in an exercise."""
        return not self.revealed.isdisjoint({(exercise, ""), (exercise, jurisdiction)})

    def elapsed(self, since: dt.datetime, at: dt.datetime) -> dt.timedelta:
        """The session time between two moments; none if ``at`` is the earlier one."""
        return max(at - since, dt.timedelta()) * self.speed

    def leave_segment(self, at: dt.datetime) -> None:
        """Add the time of the current segment and exercise to the time spent."""
        self.leave_exercise(at)
        if self.segment and self.since:
            before = self.spent.get(self.segment, dt.timedelta())
            self.spent[self.segment] = before + self.elapsed(self.since, at)
        self.segment, self.since = "", None

    def enter_exercise(self, exercise: str, at: dt.datetime) -> None:
        """Make an exercise of the current segment (empty: its opening) the current one, and start its clock."""
        self.leave_exercise(at)
        self.exercise, self.exercise_since = exercise, at

    def leave_exercise(self, at: dt.datetime) -> None:
        """Add the time of the current exercise to the time spent, and end its messages and requests for time."""
        if self.segment and self.exercise_since:
            key = place_key(self.segment, self.exercise)
            before = self.exercise_spent.get(key, dt.timedelta())
            self.exercise_spent[key] = before + self.elapsed(self.exercise_since, at)
        self.exercise, self.exercise_since = "", None
        self.messages = [notice for notice in self.messages if not notice.ends]
        self.time_requests.clear()
