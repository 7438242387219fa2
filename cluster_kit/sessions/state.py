"""How things stand in a live session: what all events so far add up to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from pydantic import JsonValue

from cluster_kit.store import Event


@dataclass(frozen=True)
class Notice:
    """A message or a link to everybody, from a facilitator. ``id`` is its event's; undoing that takes it down."""

    id: str
    text: str
    at: dt.datetime
    url: str = ""


@dataclass
class Parked:
    """Something to come back to, which somebody put in the parking lot."""

    id: str
    text: str
    jurisdiction: str
    author: str
    at: dt.datetime
    done: bool = False


@dataclass
class Post:
    """A post of a state on a segment's board, or a reply to one (``parent``).

    ``signed``: the author chose to show their name beside the state's. ``reactions``: by kind, who reacted (ids).
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
    reactions: dict[str, set[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """A breakout group: the states in it, what it talks about (a policy area's id, or empty), and why these states."""

    number: int
    states: tuple[str, ...]
    area: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Round:
    """One round of breakout groups. ``id`` is its event's. Later ones take the place of earlier ones on pages."""

    id: str
    title: str
    groups: tuple[Group, ...]
    at: dt.datetime

    def find_group(self, jurisdiction: str) -> Group | None:
        """The state's group, or None."""
        return next((group for group in self.groups if jurisdiction in group.states), None)


@dataclass
class SessionState:
    """The state of a session after the event ``seq``. It is made by folding events; readers must not change it.

    ``segment`` is the current one (a SegmentKind's value), empty before the session and after its end; ``since`` is
    when it began; ``spent`` is how long each segment took before. ``changed_minutes``: minutes added to or taken from
    the plan. ``locked``: exercises. ``revealed``: exercises and to whom they are revealed, a state or "" for all.
    ``shown``: national charts that participants may see; ``pictures``: what they see of each. ``features``: examples
    on every page, the newest last.
    ``erased``: states of which something was erased, with the last event that said so.
    ``record``: actions that affect everyone, undone or not; ``undone``: the ids of events that were undone.
    """

    seq: int = 0
    began_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    segment: str = ""
    since: dt.datetime | None = None
    spent: dict[str, dt.timedelta] = field(default_factory=dict)
    changed_minutes: dict[str, int] = field(default_factory=dict)
    locked: set[str] = field(default_factory=set)
    revealed: set[tuple[str, str]] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)
    pictures: dict[str, JsonValue] = field(default_factory=dict)
    messages: list[Notice] = field(default_factory=list)
    links: list[Notice] = field(default_factory=list)
    parked: dict[str, Parked] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    features: list[str] = field(default_factory=list)
    rounds: list[Round] = field(default_factory=list)
    erased: dict[str, int] = field(default_factory=dict)
    record: list[Event] = field(default_factory=list)
    undone: set[str] = field(default_factory=set)

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

    def leave_segment(self, at: dt.datetime) -> None:
        """Add the time of the current segment to the time spent."""
        if self.segment and self.since:
            before = self.spent.get(self.segment, dt.timedelta())
            self.spent[self.segment] = before + max(at - self.since, dt.timedelta())
        self.segment, self.since = "", None
