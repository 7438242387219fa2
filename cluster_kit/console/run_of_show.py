"""Run of show panel: the current segment and exercise, their clocks, and controls for the next ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from cluster_kit.console.panel import PanelKind
from cluster_kit.console.snapshot import EVENTS, Snapshot
from cluster_kit.console.views.run_of_show import (
    CurrentPlaceView,
    PlaceView,
    RunOfShowView,
    SegmentProgressView,
    SegmentTitleView,
    SessionTitleView,
)
from cluster_kit.content.script import ScriptPart
from cluster_kit.content.times import meeting_span
from cluster_kit.sessions import RunningSegment, RunOfShow, SessionState
from cluster_kit.sessions.exercise_clock import find_current_clock, place_key, read_exercise_clock
from cluster_kit.sessions.facilitation import EndSession


def run_of_show_view(snapshot: Snapshot) -> RunOfShowView:
    """The segments, the current exercise, and the clocks, as of the last command."""
    session_state, session = snapshot.session_state, snapshot.session
    since = session_state.exercise_since or session_state.since
    scheduled, _ = meeting_span(snapshot.content, session.number)
    at, script = snapshot.find_script_place(), snapshot.script
    moment = since or session_state.ended_at or snapshot.at
    show = RunOfShow.of(session, session_state, moment, scheduled, _find_needed(snapshot, at, moment))
    order = [part.kind for part in show.parts]
    here = order.index(session_state.segment) if session_state.segment in order else None
    return RunOfShowView(
        session=SessionTitleView(number=session.number, title=session.title, minutes=session.minutes),
        parts=[_part(part) for part in show.parts],
        began=session_state.began_at.isoformat() if session_state.began_at else None,
        ended=session_state.ended_at.isoformat() if session_state.ended_at else None,
        end_event=_end_event(session_state),
        since=since.isoformat() if since else None,
        speed=session_state.speed,
        left_s=show.left.total_seconds() if show.left is not None else None,
        behind_s=show.behind.total_seconds(),
        spare_s=show.spare.total_seconds(),
        back=_title(show.parts[here - 1]) if here else None,
        next=_title(show.next) if show.next and not session_state.ended_at else None,
        place=_current_place(snapshot, at, since) if at is not None and since else None,
        onward=_onward(snapshot, at),
        backward=_backward(snapshot, at),
        skipped=_skipped(snapshot, script),
        entry={kind: next((part.exercise for part in script if part.segment == kind), "") for kind in order},
        scheduled=scheduled.isoformat(),
        is_scheduled=show.is_scheduled,
    )


def _end_event(session_state: SessionState) -> str:
    """The id of the command that ended the session, to undo it; empty while it is on."""
    if session_state.ended_at is None:
        return ""
    ends = (event.id for event in reversed(session_state.record) if event.kind == EndSession.kind)
    return next((one for one in ends if one not in session_state.undone), "")


def _find_needed(snapshot: Snapshot, at: int | None, moment: dt.datetime) -> dt.timedelta | None:
    """The time that the current exercise and those after it in the segment still need; None outside of exercises."""
    if at is None or not snapshot.session_state.since:
        return None
    ahead = [part for part in snapshot.script[at:] if part.segment == snapshot.session_state.segment]
    clocks = [
        read_exercise_clock(snapshot.session_state, part.segment, part.exercise, part.minutes, moment) for part in ahead
    ]
    return sum((max(clock.left, dt.timedelta()) for clock in clocks), dt.timedelta())


def _current_place(snapshot: Snapshot, at: int, since: dt.datetime) -> CurrentPlaceView:
    part, session_state = snapshot.script[at], snapshot.session_state
    clock = read_exercise_clock(session_state, part.segment, part.exercise, part.minutes, since)
    exercises = [one.exercise for one in snapshot.script if one.segment == part.segment and one.exercise]
    of_exercise = find_current_clock(snapshot.session, session_state, since)
    return CurrentPlaceView(
        segment=part.segment,
        exercise=part.exercise,
        title=part.title,
        number=exercises.index(part.exercise) + 1 if part.exercise else 0,
        count=len(exercises),
        minutes=clock.minutes,
        changed=clock.changed,
        taken_s=clock.taken.total_seconds(),
        left_s=clock.left.total_seconds(),
        exercise_left_s=of_exercise.left.total_seconds() if of_exercise else None,
        planned_end=(part.start + dt.timedelta(minutes=part.minutes)).isoformat(),
    )


def _onward(snapshot: Snapshot, at: int | None) -> PlaceView | None:
    """The part after the current one; in a segment that is in none of its parts, the first."""
    if at is None:
        own = (part for part in snapshot.script if part.segment == snapshot.session_state.segment)
        return next((_place(part) for part in own), None)
    return _place(snapshot.script[at + 1]) if at + 1 < len(snapshot.script) else None


def _backward(snapshot: Snapshot, at: int | None) -> PlaceView | None:
    """The part before the current one, in this segment or the one before."""
    return _place(snapshot.script[at - 1]) if at else None


def _skipped(snapshot: Snapshot, script: Sequence[ScriptPart]) -> list[str]:
    """The exercises of the current segment that have not been begun."""
    session_state = snapshot.session_state
    begun = {*session_state.exercise_spent, place_key(session_state.segment, session_state.exercise)}
    own = [part for part in script if part.segment == session_state.segment and part.exercise]
    return [part.title for part in own if place_key(part.segment, part.exercise) not in begun]


def _place(part: ScriptPart) -> PlaceView:
    return PlaceView(segment=part.segment, exercise=part.exercise, title=part.title)


def _part(part: RunningSegment) -> SegmentProgressView:
    return SegmentProgressView(
        kind=part.kind,
        title=part.title,
        minutes=part.minutes,
        changed=part.changed,
        taken_s=part.taken.total_seconds(),
        state=part.state,
    )


def _title(part: RunningSegment) -> SegmentTitleView:
    return SegmentTitleView(kind=part.kind, title=part.title)


KIND = PanelKind("run_of_show", run_of_show_view, (EVENTS,), commands=("segment", "exercise", "minutes", "end", "undo"))
