"""The clock of the current exercise: planned minutes, time taken, and when it ends."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cluster_kit.content.models import Session

if TYPE_CHECKING:
    from cluster_kit.sessions.state import SessionState


@dataclass(frozen=True)
class ExerciseClock:
    """Planned minutes with those added during the session (``changed``), and the session time taken until ``at``."""

    minutes: int
    changed: int
    taken: dt.timedelta
    at: dt.datetime
    speed: float = 1.0

    @property
    def left(self) -> dt.timedelta:
        """The time left, negative if it is over time."""
        return dt.timedelta(minutes=self.minutes) - self.taken

    @property
    def ends_at(self) -> dt.datetime:
        """When its time is over."""
        return self.at + self.left / self.speed


def place_key(segment: str, exercise: str) -> str:
    """The key of an exercise within a segment, or of the segment's opening (``exercise`` empty)."""
    return f"{segment}/{exercise}"


def read_exercise_clock(
    session_state: SessionState, segment: str, exercise: str, planned: int, now: dt.datetime
) -> ExerciseClock:
    """The clock of an exercise, or of a segment's opening (``exercise`` empty), of ``planned`` minutes, at ``now``."""
    key = place_key(segment, exercise)
    taken = session_state.exercise_spent.get(key, dt.timedelta())
    is_on = (segment, exercise) == (session_state.segment, session_state.exercise)
    if is_on and session_state.exercise_since:
        taken += session_state.elapsed(session_state.exercise_since, now)
    changed = session_state.exercise_minutes.get(key, 0)
    return ExerciseClock(planned + changed, changed, taken, now, session_state.speed)


def find_current_clock(session: Session, session_state: SessionState, now: dt.datetime) -> ExerciseClock | None:
    """The clock of the current exercise; None between exercises, and for an exercise unknown to the session."""
    exercise = session.find_exercise(session_state.exercise) if session_state.exercise else None
    if exercise is None:
        return None
    return read_exercise_clock(session_state, session_state.segment, exercise.id, exercise.minutes, now)
