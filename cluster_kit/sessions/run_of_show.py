"""The run of show while it runs: what was planned, what it took, and how far ahead or behind that is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from cluster_kit.content.models import Session
from cluster_kit.sessions.state import SessionState

NONE = dt.timedelta()


@dataclass(frozen=True)
class RunningSegment:
    """A segment with its planned minutes, adjusted during the session, the time taken so far, and its status."""

    kind: str
    title: str
    minutes: int
    changed: int
    taken: dt.timedelta
    state: Literal["over", "now", "ahead"]

    @property
    def planned(self) -> dt.timedelta:
        """The planned time."""
        return dt.timedelta(minutes=self.minutes)


@dataclass(frozen=True)
class RunOfShow:
    """All segments at a point in time. ``left`` is the current segment's remaining time, negative if it is over time.

    ``behind`` compares with the minutes in the content: the time taken and still planned, minus the session's length;
    negative means ahead. A segment is over when another one has begun after it in the run of show.
    """

    parts: tuple[RunningSegment, ...]
    left: dt.timedelta | None
    behind: dt.timedelta

    @classmethod
    def of(cls, session: Session, standing: SessionState, now: dt.datetime) -> RunOfShow:
        """The run of show in this state at ``now`` (timezone-aware)."""
        order = [segment.kind.value for segment in session.segments]
        present = order.index(standing.segment) if standing.segment in order else -1
        parts = []
        for index, segment in enumerate(session.segments):
            kind = segment.kind.value
            taken = standing.spent.get(kind, NONE)
            if index == present and standing.since:
                taken += max(now - standing.since, NONE)
            changed = standing.changed_minutes.get(kind, 0)
            state = _state(index, present, standing)
            parts.append(RunningSegment(kind, segment.title, segment.minutes + changed, changed, taken, state))
        now_at = next((part for part in parts if part.state == "now"), None)
        return cls(tuple(parts), now_at.planned - now_at.taken if now_at else None, _behind(session, parts))

    @property
    def now(self) -> RunningSegment | None:
        """The current segment, or None."""
        return next((part for part in self.parts if part.state == "now"), None)

    @property
    def next(self) -> RunningSegment | None:
        """The next segment, or None."""
        ahead = [part for part in self.parts if part.state == "ahead"]
        return ahead[0] if ahead else None


def _state(index: int, present: int, standing: SessionState) -> Literal["over", "now", "ahead"]:
    if standing.ended_at:
        return "over"
    if index == present:
        return "now"
    return "over" if index < present else "ahead"


def _behind(session: Session, parts: list[RunningSegment]) -> dt.timedelta:
    """How much longer the session takes than planned, if what is ahead takes what is planned for it by now."""
    if not any(part.taken for part in parts):
        return NONE
    taken = sum((part.taken for part in parts), NONE)
    ahead = sum((part.planned for part in parts if part.state == "ahead"), NONE)
    left = sum((max(part.planned - part.taken, NONE) for part in parts if part.state == "now"), NONE)
    return taken + left + ahead - dt.timedelta(minutes=session.minutes)
