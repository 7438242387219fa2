"""The run of show of a running session: planned time, time taken, and projected overrun."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from cluster_kit.content.models import Session
from cluster_kit.sessions.state import SessionState

NONE = dt.timedelta()
SAME_OCCASION = dt.timedelta(hours=2)
"""A session that began farther from its scheduled start was held on another occasion, such as a rehearsal."""


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

    ``behind`` is the projected end minus the planned end; negative means ahead. The plan starts at the scheduled
    start, or when the session began if that was on another occasion or runs at another speed (``is_scheduled`` False).
    A segment is over when another one has begun after it in the run of show. ``spare`` is the part of ``left`` that no
    exercise of the segment needs.
    """

    parts: tuple[RunningSegment, ...]
    left: dt.timedelta | None
    behind: dt.timedelta
    is_scheduled: bool = False
    spare: dt.timedelta = NONE

    @classmethod
    def of(
        cls,
        session: Session,
        session_state: SessionState,
        now: dt.datetime,
        scheduled: dt.datetime | None = None,
        needed: dt.timedelta | None = None,
    ) -> RunOfShow:
        """The run of show in this state at ``now``; ``scheduled`` is the session's planned start (timezone-aware).

        ``needed``: the time that the exercises of the current segment still need, which it takes at least; None: what
        is left of it.
        """
        order = [segment.kind.value for segment in session.segments]
        present = order.index(session_state.segment) if session_state.segment in order else -1
        parts = []
        for index, segment in enumerate(session.segments):
            kind = segment.kind.value
            taken = session_state.spent.get(kind, NONE)
            if index == present and session_state.since:
                taken += session_state.elapsed(session_state.since, now)
            changed = session_state.changed_minutes.get(kind, 0)
            state = _state(index, present, session_state)
            parts.append(RunningSegment(kind, segment.title, segment.minutes + changed, changed, taken, state))
        now_at = next((part for part in parts if part.state == "now"), None)
        left = now_at.planned - now_at.taken if now_at else None
        needed = max(left or NONE, NONE) if needed is None else needed
        spare = max(left - needed, NONE) if left is not None else NONE
        began = session_state.began_at
        is_real_time = session_state.speed == 1
        if is_real_time and began and scheduled and abs(began - scheduled) <= SAME_OCCASION:
            end = session_state.ended_at or now + _ahead(parts, needed)
            return cls(tuple(parts), left, end - scheduled - dt.timedelta(minutes=session.minutes), True, spare)
        return cls(tuple(parts), left, _behind(session, parts, needed), spare=spare)

    @property
    def now(self) -> RunningSegment | None:
        """The current segment, or None."""
        return next((part for part in self.parts if part.state == "now"), None)

    @property
    def next(self) -> RunningSegment | None:
        """The next segment, or None."""
        ahead = [part for part in self.parts if part.state == "ahead"]
        return ahead[0] if ahead else None


def _state(index: int, present: int, session_state: SessionState) -> Literal["over", "now", "ahead"]:
    if session_state.ended_at:
        return "over"
    if index == present:
        return "now"
    return "over" if index < present else "ahead"


def _behind(session: Session, parts: list[RunningSegment], needed: dt.timedelta) -> dt.timedelta:
    """Projected overrun, assuming that the remaining segments take their current plan."""
    if not any(part.taken for part in parts):
        return NONE
    taken = sum((part.taken for part in parts), NONE)
    return taken + _ahead(parts, needed) - dt.timedelta(minutes=session.minutes)


def _ahead(parts: list[RunningSegment], needed: dt.timedelta) -> dt.timedelta:
    """The time still planned: what is left of the current segment or its exercises need, and the segments after it."""
    ahead = sum((part.planned for part in parts if part.state == "ahead"), NONE)
    return ahead + sum((max(part.planned - part.taken, needed) for part in parts if part.state == "now"), NONE)
