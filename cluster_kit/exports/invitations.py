"""Calendar invitations: one file for each state and session, and for each person if an organizer is named.

They contain neither personal links nor team codes, because calendars are often shared with a whole office.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from icalendar import Event, vCalAddress, vText

from cluster_kit.content.models import Content, Jurisdiction, Session
from cluster_kit.content.times import local_times, meeting_span
from cluster_kit.insights.calendar_events import (
    CalendarHistory,
    Method,
    add_reminder,
    make_attendee,
    make_uid,
    new_event,
    parse_organizer,
    write_calendar_file,
    write_events,
)
from cluster_kit.store import Person

REMIND_MINUTES = 15


@dataclass(frozen=True)
class InvitationOptions:
    """What invitations say: the page to join on, the organizer's name and address, and the canceled sessions.

    Without an ``organizer``, no meeting requests are written. ``call_link``: the address of the video call, or an empty
    string.
    """

    join_page: str
    organizer: str = ""
    canceled: tuple[int, ...] = ()
    call_link: str = ""


def write_invitations(
    content: Content,
    people: Iterable[Person],
    jurisdictions: Iterable[str],
    options: InvitationOptions,
    out: Path,
    *,
    home: Path,
) -> list[Path]:
    """Write a file for each state and each session to which someone in it is invited; returns the paths, by name.

    A state without people is invited to every session. With an organizer, a request is also written for each person
    with an e-mail address. For canceled sessions, the files cancel the event. ``home`` keeps the events' numbers.

    Raises ``UsageError`` if the folder is not writable or the organizer is no address, and ``UnknownSessionError``.
    """
    sender = parse_organizer(options.organizer)
    gone = {content.get_session(number).number for number in options.canceled}
    everything = {session.number for session in content.sessions}
    teams: dict[str, list[Person]] = {code: [] for code in jurisdictions}
    for person in people:
        if person.jurisdiction in teams:
            teams[person.jurisdiction].append(person)
    history = CalendarHistory.load(home)
    written = []
    for code, team in sorted(teams.items()):
        invited = set().union(*(person.sessions or everything for person in team)) if team else everything
        for session in content.sessions:
            if session.number in invited:
                invitation = _Invitation(content, session, content.get_jurisdiction(code), options, sender)
                written += invitation.write(out, history, team, is_canceled=session.number in gone)
    history.save()
    return written


def make_state_invitation(
    content: Content, session: Session, state: Jurisdiction, options: InvitationOptions, history: CalendarHistory
) -> tuple[str, bytes]:
    """The name and content of the state's file for the session, as ``write_invitations`` writes it."""
    return _Invitation(content, session, state, options, None).state_file(history)


class _Invitation:
    """The invitation of one state to one session."""

    def __init__(
        self,
        content: Content,
        session: Session,
        state: Jurisdiction,
        options: InvitationOptions,
        sender: vCalAddress | None,
    ) -> None:
        self._content, self._session, self._state, self._sender = content, session, state, sender
        self._join_page, self._call_link = options.join_page, options.call_link
        self._group = f"{content.series.id}-session-{session.number}-{state.code}"

    def write(self, out: Path, history: CalendarHistory, team: Sequence[Person], *, is_canceled: bool) -> list[Path]:
        """Write the state's file, and those of its people if there is an organizer."""
        name, data = self.state_file(history, is_canceled=is_canceled)
        write_calendar_file(out / name, data)
        written = [out / name]
        for person in team if self._sender is not None else ():
            if person.email and self._session.number in (person.sessions or {self._session.number}):
                event = self._numbered(history, is_canceled)
                event.add("attendee", make_attendee(person.name, person.email))
                path = out / f"{self._group}-{name_slug(person.name)}-{person.id[-4:]}.ics"
                method: Method = "CANCEL" if is_canceled else "REQUEST"
                write_calendar_file(path, write_events(self._content, self._title, [event], method, self._sender))
                written.append(path)
        return written

    def state_file(self, history: CalendarHistory, *, is_canceled: bool = False) -> tuple[str, bytes]:
        """The name and content of the state's file."""
        method: Method = "CANCEL" if is_canceled else "PUBLISH"
        events = [self._numbered(history, is_canceled)]
        return f"{self._group}.ics", write_events(self._content, self._title, events, method, self._sender)

    @property
    def _title(self) -> str:
        return f"{self._content.series.title}: session {self._session.number}, {self._state.name}"

    def _numbered(self, history: CalendarHistory, is_canceled: bool) -> Event:
        """The event with its number; everyone in the state has the same one. A cancellation names the session, too."""
        event = self._event()
        if not is_canceled:
            history.number(event, self._group)
            return event
        gone = history.cancel(self._group, (), dt.date.min)
        if not gone:
            history.number(event, self._group)
            gone = history.cancel(self._group, (), dt.date.min)
        gone[0]["SUMMARY"] = vText(f"Canceled: {event['SUMMARY']}")
        return gone[0]

    def _event(self) -> Event:
        content, session, state = self._content, self._session, self._state
        start, end = meeting_span(content, session.number)
        times = "\n".join(map(str, local_times(content, session.number, state)))
        call = f"Video call: {self._call_link}\n\n" if self._call_link else ""
        about = (
            f"{content.series.title}\n{session.question}\n\n{times}\n\n{call}"
            f"Open the personal link from your invitation. Without one, open {self._join_page} and enter your team's"
            " code."
            f"\n\n{content.series.demonstration_notice}"
        ).rstrip()
        event = new_event(make_uid(self._group), start, end, f"Session {session.number}: {session.title}", about)
        event.add("location", self._call_link or self._join_page)
        event.add("status", "CONFIRMED")
        add_reminder(event, dt.timedelta(minutes=REMIND_MINUTES))
        return event


def name_slug(name: str) -> str:
    """A person's name as a part of a file's name."""
    return re.sub(r"[^\w]+", "-", name.casefold()).strip("-")[:40] or "person"
