"""Which sessions of a series are over, which is on, and which comes next: one definition for pages and commands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from cluster_kit.content.models import Content
from cluster_kit.content.times import meeting_span
from cluster_kit.sessions.log import SessionLog
from cluster_kit.sessions.state import SessionState
from cluster_kit.store import Store

FORGOTTEN_AFTER = dt.timedelta(hours=12)
"""A session that began and that no one ended counts as over this long after its planned end, or after it began.

Before its planned start, it counts as ahead again this long after its present segment began, or after it was ended:
someone tried its console.
"""
JUST_ENDED = dt.timedelta(hours=2)
"""Signing in still opens a session this long after its end: people return for the evaluation and the summary."""


class SessionPhase(StrEnum):
    """Where a session is in time: ``now`` from its planned start, or from when a facilitator begins it earlier."""

    AHEAD = "ahead"
    NOW = "now"
    OVER = "over"


@dataclass(frozen=True)
class SeriesTimeline:
    """The phase of each session by its number, and which comes next and which to open.

    ``upcoming``: the session that is on, otherwise the next one, otherwise the last. ``to_open``: the same, except that
    a session that has just ended comes before the next one.
    """

    phases: Mapping[int, SessionPhase]
    upcoming: int
    to_open: int


def find_end(content: Content, session: int, state: SessionState, now: dt.datetime) -> dt.datetime | None:
    """When a session ended: as a facilitator ended it, else as the schedule says. None if it is not over."""
    start, end = meeting_span(content, session)
    if state.ended_at is not None:
        was_tried = state.ended_at < start - FORGOTTEN_AFTER and state.ended_at + FORGOTTEN_AFTER <= now
        if not was_tried:
            return state.ended_at
    elif state.began_at is not None:
        end = max(end, state.began_at) + FORGOTTEN_AFTER
    return end if end <= now else None


def find_session_phase(content: Content, session: int, state: SessionState, now: dt.datetime) -> SessionPhase:
    """Where a session is in time."""
    if find_end(content, session, state, now) is not None:
        return SessionPhase.OVER
    is_now = _is_running(state, now) or meeting_span(content, session)[0] <= now
    return SessionPhase.NOW if is_now else SessionPhase.AHEAD


def _is_running(state: SessionState, now: dt.datetime) -> bool:
    """Whether the session is on, and not merely forgotten since someone tried its console."""
    begun = state.since or state.began_at
    return state.is_on and begun is not None and now < begun + FORGOTTEN_AFTER


def build_timeline(content: Content, state: Callable[[int], SessionState], now: dt.datetime) -> SeriesTimeline:
    """The timeline of a series, from the state of each of its sessions."""
    by_date = [one.session for one in sorted(content.series.schedule, key=lambda one: (one.date, one.start))]
    states = {number: state(number) for number in by_date}
    phases = {number: find_session_phase(content, number, states[number], now) for number in by_date}
    running = [number for number in by_date if phases[number] is SessionPhase.NOW]
    ahead = [number for number in by_date if phases[number] is SessionPhase.AHEAD]
    ends = {number: find_end(content, number, states[number], now) for number in by_date}
    ended = [number for number, end in ends.items() if end is not None and now - end < JUST_ENDED]
    last = by_date[-1]
    return SeriesTimeline(
        phases, upcoming=[*running, *ahead, last][0], to_open=[*running, *ended[-1:], *ahead, last][0]
    )


def read_timeline(content: Content, store: Store | None, now: dt.datetime) -> SeriesTimeline:
    """The timeline, with what facilitators have begun and ended; without a store, as the schedule says.

    ``now`` is timezone-aware.

    Raises
    ------
    StoreError
        If the store cannot be read.
    """

    def state(number: int) -> SessionState:
        if store is None:
            return SessionState()
        return SessionLog(store, content.series.id, content.get_session(number)).state()

    return build_timeline(content, state, now)
