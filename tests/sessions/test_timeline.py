"""Which session is over, on, or next: by what facilitators did, otherwise by the schedule."""

from __future__ import annotations

import datetime as dt

from cluster_kit.content.models import Meeting, Series
from cluster_kit.sessions import SessionPhase, SessionState
from cluster_kit.sessions.timeline import SeriesTimeline, build_timeline
from tests.samples import small_content

DATES = {2: dt.date(2027, 5, 11), 1: dt.date(2027, 2, 16)}
SCHEDULE = tuple(Meeting(session=one, date=date, start=dt.time(13), end=dt.time(14)) for one, date in DATES.items())
SERIES = Series(schema_version=1, id="s", title="S", time_zone="America/New_York", schedule=SCHEDULE)
CONTENT = small_content().model_copy(update={"series": SERIES})
AHEAD, NOW, OVER = SessionPhase
UTC_START, UTC_END = "2027-02-16T18:00:00+00:00", "2027-02-16T19:00:00+00:00"


def time(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def timeline(now: str, **states: SessionState) -> SeriesTimeline:
    """By number, such as ``s1``; sessions that are not named have not begun."""
    return build_timeline(CONTENT, lambda one: states.get(f"s{one}", SessionState()), time(now))


def test_without_events_the_schedule_decides() -> None:
    for now, phases, upcoming in (
        ("2026-01-01T00:00:00+00:00", (AHEAD, AHEAD), 1),
        (UTC_START, (NOW, AHEAD), 1),
        (UTC_END, (OVER, AHEAD), 2),
        ("2030-01-01T00:00:00+00:00", (OVER, OVER), 2),
    ):
        found = timeline(now)
        assert ((found.phases[1], found.phases[2]), found.upcoming) == (phases, upcoming)


def test_a_session_that_ends_before_its_time_is_over_and_the_one_after_it_is_next() -> None:
    ended = SessionState(began_at=time("2027-02-16T17:00:00+00:00"), ended_at=time("2027-02-16T18:10:00+00:00"))
    assert timeline("2027-02-16T18:10:00+00:00", s1=ended) == SeriesTimeline({1: OVER, 2: AHEAD}, upcoming=2, to_open=1)
    assert timeline("2027-02-16T20:10:00+00:00", s1=ended) == SeriesTimeline({1: OVER, 2: AHEAD}, upcoming=2, to_open=2)
    assert timeline("2027-04-16T18:10:00+00:00", s1=ended).phases[1] is OVER


def test_a_session_that_was_tried_on_an_earlier_day_and_ended_is_ahead_again_half_a_day_later() -> None:
    tried = SessionState(began_at=time("2027-01-05T18:00:00+00:00"), ended_at=time("2027-01-05T19:00:00+00:00"))
    assert timeline("2027-01-06T06:59:00+00:00", s1=tried).phases[1] is OVER
    assert timeline("2027-01-06T07:00:00+00:00", s1=tried) == SeriesTimeline(
        {1: AHEAD, 2: AHEAD}, upcoming=1, to_open=1
    )
    assert timeline(UTC_START, s1=tried).phases[1] is NOW
    assert timeline(UTC_END, s1=tried).phases[1] is OVER


def test_a_session_that_runs_late_or_out_of_order_is_the_one_to_open() -> None:
    assert timeline("2027-02-16T19:20:00+00:00", s1=SessionState(began_at=time(UTC_START))).phases[1] is NOW
    early = SessionState(began_at=time("2027-01-05T18:00:00+00:00"))
    assert timeline("2027-01-05T18:10:00+00:00", s2=early) == SeriesTimeline({1: AHEAD, 2: NOW}, upcoming=2, to_open=2)


def test_a_session_that_no_one_ended_is_over_half_a_day_later() -> None:
    forgotten = SessionState(began_at=time(UTC_START))
    assert timeline("2027-02-17T06:59:00+00:00", s1=forgotten).phases[1] is NOW
    assert timeline("2027-02-17T07:00:00+00:00", s1=forgotten).phases[1] is OVER


def test_a_session_that_was_begun_long_before_its_date_and_not_ended_is_ahead_again_half_a_day_later() -> None:
    tried = SessionState(began_at=time("2027-01-05T18:00:00+00:00"), since=time("2027-01-05T18:30:00+00:00"))
    assert timeline("2027-01-06T06:29:00+00:00", s2=tried) == SeriesTimeline({1: AHEAD, 2: NOW}, upcoming=2, to_open=2)
    assert timeline("2027-01-06T06:30:00+00:00", s2=tried) == SeriesTimeline(
        {1: AHEAD, 2: AHEAD}, upcoming=1, to_open=1
    )
    assert timeline("2027-05-11T17:00:00+00:00", s2=tried).phases[2] is NOW
