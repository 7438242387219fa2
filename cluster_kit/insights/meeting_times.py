"""When a session takes place, on the clocks of the series and of a state."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from cluster_kit.content.models import Content, Jurisdiction, Session
from cluster_kit.insights.labels import spell_date


def spell_when(content: Content, session: Session, jurisdiction: Jurisdiction) -> str:
    """The session's day and time, and the local ones where the jurisdiction's first clocks say otherwise."""
    start, end = meeting_span(content, session)
    when = f"{spell_date(start.date().isoformat())}, {_clock(start)} to {_clock(end)} {start:%Z}"
    local = start.astimezone(ZoneInfo(jurisdiction.time_zones[0]))
    if local.utcoffset() == start.utcoffset():
        return when
    that_day = "" if local.date() == start.date() else f"{spell_date(local.date().isoformat())}, "
    return f"{when} (in {jurisdiction.name}: {that_day}{_clock(local)})"


def spell_local_times(content: Content, session: Session, jurisdiction: Jurisdiction | None) -> list[str]:
    """The session's day, start and end in each of the jurisdiction's zones; zones whose clocks agree count once.

    Without a jurisdiction, in the series' zone.
    """
    start, end = meeting_span(content, session)
    zones = jurisdiction.time_zones if jurisdiction else (content.series.time_zone,)
    told: dict[object, str] = {}
    for name in zones:
        zone = ZoneInfo(name)
        here, until = start.astimezone(zone), end.astimezone(zone)
        city = "" if name == zones[0] else f", where clocks follow {name.split('/')[-1]}"
        city = city.replace("_", " ")
        words = (
            f"{here:%A}, {spell_date(here.date().isoformat())}, {_clock(here)} to {_clock(until)} {_zone(here)}{city}"
        )
        told.setdefault(here.utcoffset(), words)
    return list(told.values())


def meeting_span(content: Content, session: Session) -> tuple[dt.datetime, dt.datetime]:
    """Start and end, aware, in the series' time zone."""
    meeting = content.get_meeting(session.number)
    zone = ZoneInfo(content.series.time_zone)
    return dt.datetime.combine(meeting.date, meeting.start, zone), dt.datetime.combine(meeting.date, meeting.end, zone)


def _zone(time: dt.datetime) -> str:
    """The zone's abbreviation, or its distance from UTC where it has none of letters."""
    name, offset = f"{time:%Z}", f"{time:%z}"
    return name if name.isalpha() else f"(UTC{offset[:3]}:{offset[3:]})"


def _clock(time: dt.datetime) -> str:
    return f"{time.hour % 12 or 12}:{time.minute:02} {'a.m.' if time.hour < 12 else 'p.m.'}"
