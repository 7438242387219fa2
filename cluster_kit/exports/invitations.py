"""Invitations for calendars: a file for each state and session, in the state's own time.

Neither a personal link nor a team's code is in them: calendars are shared with whole offices.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from zoneinfo import ZoneInfo

from icalendar import Alarm, Event

from cluster_kit.content.models import Content, Jurisdiction, Session
from cluster_kit.content.times import local_times, meeting_span
from cluster_kit.errors import UsageError
from cluster_kit.exports.calendars import make_uid, new_calendar
from cluster_kit.store import Person

REMIND_MINUTES = 15


def write_invitations(
    content: Content, people: Iterable[Person], jurisdictions: Iterable[str], join_page: str, out: Path
) -> list[Path]:
    """A file for each of the states and each session that somebody of it is invited to; the paths, by name.

    A state of which nobody is among the people is invited to every session. Raises ``UsageError`` where the folder
    cannot be written to.
    """
    team_sessions: dict[str, set[int]] = {}
    everything = {session.number for session in content.sessions}
    for person in people:
        team_sessions.setdefault(person.jurisdiction, set()).update(person.sessions or everything)
    written = []
    for code in sorted(set(jurisdictions)):
        for session in content.sessions:
            if session.number in team_sessions.get(code, everything):
                path = out / f"{content.series.id}-session-{session.number}-{code}.ics"
                _write(path, write_invitation(content, session, content.get_jurisdiction(code), join_page))
                written.append(path)
    return written


def write_invitation(content: Content, session: Session, state: Jurisdiction, join_page: str) -> bytes:
    """The session as an iCalendar file, on the clocks of the state's capital; the other zones' times stand in it.

    Sent again after the session has moved, it takes the place of the earlier one.
    """
    calendar = new_calendar(content, f"{content.series.title}: session {session.number}, {state.name}")
    calendar.add_component(_event(content, session, state, join_page))
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written


def _event(content: Content, session: Session, state: Jurisdiction, join_page: str) -> Event:
    start, end = meeting_span(content, session.number)
    zone = ZoneInfo(state.time_zones[0])
    title = f"Session {session.number}: {session.title}"
    times = "\n".join(map(str, local_times(content, session.number, state)))
    made_up = "\n\nThis series is a demonstration: everything in it is made up." if content.series.fictional else ""
    event, alarm = Event(), Alarm()
    event.add("uid", make_uid(f"{content.series.id}-session-{session.number}-{state.code}"))
    event.add("dtstamp", dt.datetime.now(dt.UTC).replace(microsecond=0))
    event.add("dtstart", start.astimezone(zone))
    event.add("dtend", end.astimezone(zone))
    event.add("summary", title)
    event.add("location", join_page)
    event.add(
        "description",
        f"{content.series.title}\n{session.question}\n\n{times}\n\nOpen the personal link from your invitation. "
        f"Without one, open {join_page} and enter your team's code.{made_up}",
    )
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", dt.timedelta(minutes=-REMIND_MINUTES))
    event.add_component(alarm)
    return event


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from error
