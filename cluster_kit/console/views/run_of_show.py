"""Models of the run-of-show panel's view."""

from __future__ import annotations

from typing import Literal

from cluster_kit.console.views.base import PanelView
from cluster_kit.models import Outgoing


class SessionTitleView(Outgoing):
    """The session, and its planned minutes."""

    number: int
    title: str
    minutes: int


class SegmentTitleView(Outgoing):
    """A segment."""

    kind: str
    title: str


class SegmentProgressView(SegmentTitleView):
    """A segment with its planned minutes, the minutes that were added or taken, and the time taken so far."""

    minutes: int
    changed: int
    taken_s: float
    state: Literal["over", "now", "ahead"]


class PlaceView(Outgoing):
    """A place to go to: an exercise of a ``segment``, or the segment's opening (``exercise`` empty)."""

    segment: str
    exercise: str
    title: str


class CurrentPlaceView(PlaceView):
    """The current exercise or opening, with its clock: ``left_s`` and ``taken_s`` are as of the view's ``since``.

    ``number`` of ``count``: its place among the segment's exercises, 0 for an opening. ``planned_end`` is its end
    according to the schedule. ``exercise_left_s`` is what participants' clocks show, which leave out the facilitator's
    steps after the exercise; None in an opening.
    """

    number: int
    count: int
    minutes: int
    changed: int
    taken_s: float
    left_s: float
    exercise_left_s: float | None
    planned_end: str


class RunOfShowView(PanelView):
    """The segments, and the data for a clock that runs in the page: the view changes only after a command.

    ``left_s`` and ``behind_s`` are as of ``since``; the page computes the current values from there, with ``speed``
    session minutes per minute. ``spare_s``: time of the current segment that its exercises do not need, so that an
    exercise may run over by as much without delaying the session. ``back`` and
    ``next`` are the segments to go to. ``place`` is the current exercise or opening, ``onward`` and ``backward`` are
    those to go to. ``skipped``: the exercises that ``next`` leaves out. ``entry``: the exercise with which each segment
    begins, or empty, by kind. ``end_event``: the id of the command that ended the session, or empty.
    ``scheduled``: the planned start; ``is_scheduled``: ``behind_s`` counts from it.
    """

    session: SessionTitleView
    parts: list[SegmentProgressView]
    began: str | None
    ended: str | None
    end_event: str
    since: str | None
    speed: float
    left_s: float | None
    behind_s: float
    spare_s: float
    back: SegmentTitleView | None
    next: SegmentTitleView | None
    place: CurrentPlaceView | None
    onward: PlaceView | None
    backward: PlaceView | None
    skipped: list[str]
    entry: dict[str, str]
    scheduled: str
    is_scheduled: bool
