"""iCalendar files (RFC 5545, RFC 5546) that Outlook, Google Calendar, and Apple Calendar import and replace alike.

Times are in UTC: every program shows them in its user's own zone, and none has to understand a zone's rules. An event's
UID never changes. Its SEQUENCE rises with each change, which is what makes a calendar replace the event. The numbers
are kept in the home folder, without any titles or names. An event made from an answer has at least the number of
``sequence_at``, which needs no history: so a file that a page made without one never outranks a later file.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator, Sequence
from email.utils import parseaddr
from pathlib import Path
from typing import Literal, Self

from icalendar import Alarm, Calendar, Event, vCalAddress, vText
from pydantic import Field, ValidationError

from cluster_kit.content.models import Content
from cluster_kit.documents.typed_text import visible_text
from cluster_kit.errors import UsageError
from cluster_kit.files import report_write_errors, write_atomically
from cluster_kit.models import FrozenModel

HISTORY_FILE = "calendar-events.json"
Method = Literal["PUBLISH", "REQUEST", "CANCEL"]
_EMAIL = re.compile(r"[^@\s,;:<>\"]+@[^@\s,;:<>\"]+\.[^@\s,;:<>\"]+")
_COUNTED_FROM = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
_COMPARED = ("DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "LOCATION")


class WrittenEvent(FrozenModel):
    """An event as last written. ``group`` is the calendar it belongs to; ``start`` is a day or a time in UTC."""

    group: str
    digest: str
    sequence: int = 0
    changed: dt.datetime
    start: dt.datetime | dt.date
    is_canceled: bool = False


class WrittenEvents(FrozenModel):
    """All events, by UID."""

    schema_version: Literal[1] = 1
    events: dict[str, WrittenEvent] = Field(default_factory=dict)


class CalendarHistory:
    """Numbers the versions of events. Call ``save`` when the files are written."""

    def __init__(self, path: Path, events: dict[str, WrittenEvent]) -> None:
        self._path, self._events = path, events

    @classmethod
    def load(cls, home: Path) -> Self:
        """The history in the home folder; empty if there is none. Raises ``UsageError`` if it cannot be read."""
        path = home / HISTORY_FILE
        try:
            found = WrittenEvents.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return cls(path, {})
        except (OSError, ValidationError) as error:
            raise UsageError(
                f"{path} cannot be read. It numbers the versions of calendar events: restore it from a backup, or"
                " delete it and ask people to delete the events that they imported."
            ) from error
        return cls(path, dict(found.events))

    def number(self, event: Event, group: str, least: int = 0) -> None:
        """Set the event's SEQUENCE and time of change: those of its last version, or new ones if it differs.

        A new SEQUENCE is at least ``least``.
        """
        uid = str(event["UID"])
        shown = "\0".join(str(event[key].to_ical()) for key in _COMPARED if key in event)
        digest = hashlib.sha256(shown.encode()).hexdigest()[:16]
        last = self._events.get(uid)
        if last is None or last.digest != digest or last.is_canceled:
            sequence = max(last.sequence + 1 if last else 0, least)
            start = event.start
            last = WrittenEvent(group=group, digest=digest, sequence=sequence, changed=_now(), start=start)
            self._events[uid] = last
        stamp_event(event, last.sequence, last.changed)

    def cancel(self, group: str, kept: Sequence[str], today: dt.date) -> list[Event]:
        """Cancellations of the group's events that are not among the UIDs ``kept`` and not in the past."""
        gone = []
        for uid, last in list(self._events.items()):
            if last.group != group or uid in kept or _day(last.start) < today:
                continue
            if not last.is_canceled:
                canceled = {"is_canceled": True, "sequence": last.sequence + 1, "changed": _now()}
                last = self._events[uid] = last.model_copy(update=canceled)  # noqa: PLW2901
            gone.append(_cancellation(uid, last))
        return sorted(gone, key=lambda event: str(event["UID"]))

    def save(self) -> None:
        """Write the history. Raises ``UsageError``."""
        data = WrittenEvents(events=dict(sorted(self._events.items()))).model_dump_json(indent=1)
        write_calendar_file(self._path, data.encode())


def new_event(uid: str, start: dt.date, end: dt.date, title: str, about: str) -> Event:
    """An event. Times are converted to UTC; days make an all-day event that does not block time."""
    event = Event()
    event.add("uid", uid)
    event.add("dtstart", _in_utc(start))
    event.add("dtend", _in_utc(end))
    event.add("summary", title)
    event.add("description", about)
    event.add("transp", "OPAQUE" if isinstance(start, dt.datetime) else "TRANSPARENT")
    return event


def add_reminder(event: Event, before: dt.timedelta) -> None:
    """Add a reminder to the event."""
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", str(event["SUMMARY"]))
    alarm.add("trigger", -before)
    event.add_component(alarm)


def sequence_at(changed: dt.datetime) -> int:
    """The SEQUENCE of an event made from an answer that was last changed then: whole seconds since the year 2020."""
    return max(0, int((changed - _COUNTED_FROM).total_seconds()))


def stamp_event(event: Event, sequence: int, changed: dt.datetime) -> None:
    """Set the event's version: its SEQUENCE, and the time of its last change."""
    for key in ("SEQUENCE", "DTSTAMP", "LAST-MODIFIED"):
        if key in event:
            del event[key]
    event.add("sequence", sequence)
    event.add("dtstamp", changed.replace(microsecond=0))
    event.add("last-modified", changed.replace(microsecond=0))


def parse_organizer(given: str) -> vCalAddress | None:
    """The organizer from ``Robin Hall <robin@example.org>`` or an address; None if empty. Raises ``UsageError``."""
    return _address(*parseaddr(given), given) if given.strip() else None


def make_attendee(name: str, email: str) -> vCalAddress:
    """A person who is invited. Raises ``UsageError`` if the address is none."""
    attendee = _address(name, email, email)
    for key, value in (("ROLE", "REQ-PARTICIPANT"), ("PARTSTAT", "NEEDS-ACTION"), ("RSVP", "FALSE")):
        attendee.params[key] = vText(value)
    return attendee


def _address(name: str, email: str, given: str) -> vCalAddress:
    if not _EMAIL.fullmatch(email) or not given.isprintable():
        raise UsageError(
            f"“{visible_text(given)}” is not an email address. Write it as robin@example.org or "
            "Robin Hall <robin@example.org>."
        )
    address = vCalAddress(f"mailto:{email}")
    if name:
        address.params["CN"] = vText(" ".join(visible_text(name).replace('"', "'").split()))
    return address


def write_events(
    content: Content, title: str, events: Sequence[Event], method: Method, organizer: vCalAddress | None = None
) -> bytes:
    """The events as an iCalendar file. Its title says if the series is fictional."""
    calendar = Calendar()
    calendar.add("prodid", "-//cluster-kit//calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if len(events) != 1:  # a calendar's name makes Outlook open one event as a calendar of its own
        calendar.add("x-wr-calname", f"{title} (made up)" if content.series.fictional else title)
    for event in events:
        if organizer is not None and "ORGANIZER" not in event:
            event.add("organizer", organizer)
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def make_uid(what: str) -> str:
    """A stable event id, so that calendars update the event."""
    return f"{hashlib.sha256(what.encode()).hexdigest()[:32]}@cluster-kit"


def write_calendar_file(path: Path, content: bytes) -> None:
    """Write the file and its folder. Raises ``UsageError``."""
    with report_write_errors(path):
        write_atomically(path, content)


def uids_of(events: Sequence[Event]) -> Iterator[str]:
    """The events' UIDs."""
    return (str(event["UID"]) for event in events)


def _cancellation(uid: str, last: WrittenEvent) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstart", last.start)
    event.add("summary", "Canceled")
    event.add("status", "CANCELLED")
    stamp_event(event, last.sequence, last.changed)
    return event


def _in_utc(when: dt.date) -> dt.date:
    return when.astimezone(dt.UTC) if isinstance(when, dt.datetime) else when


def _day(start: dt.date) -> dt.date:
    return start.date() if isinstance(start, dt.datetime) else start


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0)
