"""Format a session's date and time in the reader's time zones, in the same way for every output."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_name

from cluster_kit.content.models import Content, Jurisdiction, Meeting, Series


@dataclass(frozen=True)
class LocalTime:
    """A session's time in one zone: ``day`` and ``hours`` as text, ``start`` with its offset."""

    start: dt.datetime
    day: str
    hours: str
    zone: str

    def __str__(self) -> str:
        return f"{self.day}, {self.hours} {self.zone}"


def meeting_span(content: Content, session: int) -> tuple[dt.datetime, dt.datetime]:
    """The start and end of a session, timezone-aware, in the series' time zone."""
    return _span(content.get_meeting(session), content.series)


def series_end(content: Content) -> dt.datetime:
    """When the last session of the series ends, in the latest of its meetings."""
    return max(meeting_span(content, session.number)[1] for session in content.sessions)


def local_times(content: Content, session: int, jurisdiction: Jurisdiction | None = None) -> tuple[LocalTime, ...]:
    """The session's time in the state's zones, the capital's first, without zones that show the same time that day.

    Without a state, in the series' zone.
    """
    start, end = meeting_span(content, session)
    zones = jurisdiction.time_zones if jurisdiction else (content.series.time_zone,)
    by_offset = {start.astimezone(ZoneInfo(name)).utcoffset(): name for name in reversed(zones)}
    wanted = [name for name in zones if name in by_offset.values()]
    return tuple(_in_zone(start, end, name) for name in wanted)


def format_session_time(content: Content, session: int, jurisdiction: Jurisdiction) -> str:
    """The session's date and time, and those of the state's first zone if they differ."""
    (series,), here = local_times(content, session), local_times(content, session, jurisdiction)[0]
    if here.start.utcoffset() == series.start.utcoffset():
        return str(series)
    local = f"{here.hours} {here.zone}" if here.day == series.day else str(here)
    return f"{series} (in {jurisdiction.name}: {local})"


def format_time(time: dt.datetime) -> str:
    """``1:07 p.m.``"""
    return f"{_clock(time)}{_half(time)}"


def _span(meeting: Meeting, series: Series) -> tuple[dt.datetime, dt.datetime]:
    zone = ZoneInfo(series.time_zone)
    return dt.datetime.combine(meeting.date, meeting.start, zone), dt.datetime.combine(meeting.date, meeting.end, zone)


@lru_cache(maxsize=4096)  # every page shows times, and the zone's name takes long to find
def _in_zone(start: dt.datetime, end: dt.datetime, name: str) -> LocalTime:
    zone = ZoneInfo(name)
    here, until = start.astimezone(zone), end.astimezone(zone)
    return LocalTime(
        start=here,
        day=f"{here:%A}, {here:%B} {here.day}, {here.year}",
        hours=_hours(here, until),
        zone=zone_name(here),
    )


def zone_name(time: dt.datetime) -> str:
    """The zone's full name; for zones without a name (Indiana's), that of the zone that they follow."""
    name = str(get_timezone_name(time, width="long", locale="en_US"))
    if not name.startswith("GMT"):
        return name
    mainland = (time.astimezone(ZoneInfo(f"America/{city}")) for city in ("New_York", "Chicago", "Denver"))
    same = (other for other in mainland if other.tzname() == time.tzname())
    return next((str(get_timezone_name(other, width="long", locale="en_US")) for other in same), name)


def _hours(start: dt.datetime, end: dt.datetime) -> str:
    same_half = (start.hour < 12) == (end.hour < 12)
    return f"{_clock(start)}{'' if same_half else _half(start)} to {format_time(end)}"


def _clock(time: dt.datetime) -> str:
    return f"{time.hour % 12 or 12}:{time:%M}"


def _half(time: dt.datetime) -> str:
    return " a.m." if time.hour < 12 else " p.m."
