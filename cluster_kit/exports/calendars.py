"""Conversations and next steps as calendar files, so that dates stand where people look: in their calendars."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from icalendar import Alarm, Calendar, Event

from cluster_kit.content import load_content
from cluster_kit.content.models import Content, DatePrompt, PersonPrompt, TablePrompt, TextPrompt
from cluster_kit.documents.typed_text import clean
from cluster_kit.errors import UsageError
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.prompts import prompts_of
from cluster_kit.exercises.rows import TableRow, read_answer_table
from cluster_kit.insights.plans import is_action_table, read_actions
from cluster_kit.settings import Settings
from cluster_kit.store import Store

CONVERSATIONS = "conversations"
CHECK_INS = (30, 60, 90)
_REMIND_DAYS = 7


@dataclass(frozen=True)
class Date:
    """One day in a state's calendar.

    ``id`` stays the same when words or day change, and ``changed`` says when they last did: so calendars update it.
    """

    id: str
    day: dt.date
    title: str
    about: str
    changed: dt.datetime


def read_dates(content: Content, jurisdiction: str, answers: Answers) -> list[Date]:
    """What a state has set itself a day for, in order: open next steps, conversations, and check-ins.

    A check-in stands 30, 60 and 90 days after each session in which the state answered something.
    """
    place = f"{content.series.id}-{jurisdiction}"
    dates = [*_steps(content, place, answers), *_conversations(content, place, answers)]
    dates += _check_ins(content, place, answers)
    return sorted(dates, key=lambda date: (date.day, date.title))


def write_calendar(content: Content, jurisdiction: str, dates: list[Date]) -> bytes:
    """The dates as an iCalendar file. The same dates give the same file."""
    state = content.get_jurisdiction(jurisdiction)
    calendar = new_calendar(content, f"{state.name}: next steps and conversations")
    for date in dates:
        calendar.add_component(_event(date))
    written: bytes = calendar.to_ical()
    return written


def write_calendars(settings: Settings, series: str, out: Path, jurisdictions: list[str] | None = None) -> list[Path]:
    """A calendar file for each state that has dates, in the folder ``out``; the paths.

    ``jurisdictions`` None: all that have answered. Raises ``UsageError``, and what the content and the store raise.
    """
    content = load_content(series, overlay=settings.content)
    codes = [content.get_jurisdiction(code).code for code in jurisdictions] if jurisdictions is not None else None
    written = []
    with Store.open(settings.db_url) as store:
        for code in codes if codes is not None else sorted({r.jurisdiction for r in store.current(series)}):
            answers = Answers(store.current(series, code), store.people(series, code), store.history(series, code))
            if dates := read_dates(content, code, answers):
                path = out / f"{series}-{code}.ics"
                try:
                    out.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(write_calendar(content, code, dates))
                except OSError as error:
                    raise UsageError(f"{path} cannot be written: {error.strerror}.") from error
                written.append(path)
    return written


def new_calendar(content: Content, title: str) -> Calendar:
    """An empty calendar, whose title says when the series is fictional."""
    calendar = Calendar()
    calendar.add("prodid", "-//cluster-kit//calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{title} (made up)" if content.series.fictional else title)
    return calendar


def make_uid(what: str) -> str:
    """An event's id: the same for the same thing, so that calendars update it."""
    return f"{hashlib.sha256(what.encode()).hexdigest()[:32]}@cluster-kit"


def _event(date: Date) -> Event:
    """A whole day, with a reminder a week before."""
    event, alarm = Event(), Alarm()
    event.add("uid", make_uid(date.id))
    event.add("dtstamp", date.changed.replace(microsecond=0))
    event.add("dtstart", date.day)
    event.add("dtend", date.day + dt.timedelta(days=1))
    event.add("summary", date.title)
    event.add("description", date.about)
    event.add("transp", "TRANSPARENT")
    alarm.add("action", "DISPLAY")
    alarm.add("description", date.title)
    alarm.add("trigger", dt.timedelta(days=-_REMIND_DAYS))
    event.add_component(alarm)
    return event


def _steps(content: Content, place: str, answers: Answers) -> Iterator[Date]:
    for action in read_actions(content, answers):
        if action.is_open and (day := _day(action.due)):
            lead = f"Who leads: {action.lead}\n" if action.lead else ""
            about = f"{lead}A next step that your team set itself in session {action.session}."
            title = f"Due: {_line(action.action) or 'a next step'}"
            yield Date(f"{place}-step-{action.row.id}", day, title, about, _changed(action.row))


def _conversations(content: Content, place: str, answers: Answers) -> Iterator[Date]:
    """Rows of tables called ``conversations`` that have a day, known like next steps by their shape."""
    for session, exercise, prompt in prompts_of(content, TablePrompt, None):
        kinds = {type(column): column.id for column in reversed(prompt.columns)}
        if prompt.id != CONVERSATIONS or is_action_table(prompt) or not {TextPrompt, DatePrompt} <= set(kinds):
            continue
        for row in read_answer_table(content, session, exercise, prompt, answers):
            if day := _day(str(row.value(kinds[DatePrompt]) or "")):
                who = _line(_said(row, kinds[TextPrompt])) or "a partner"
                about = _about(prompt, row, kinds)
                yield Date(f"{place}-talk-{row.id}", day, f"Conversation with {who}", about, _changed(row))


def _about(prompt: TablePrompt, row: TableRow, kinds: dict[type, str]) -> str:
    """Everything else that the row says, a line for each answer."""
    shown = [column for column in prompt.columns if column.id not in (kinds[TextPrompt], kinds[DatePrompt])]
    people = [column for column in shown if isinstance(column, PersonPrompt)]
    others = [column for column in shown if column not in people]
    return "\n".join(
        f"{column.label}: {_said(row, column.id)}" for column in [*people, *others] if row.words[column.id]
    )


def _check_ins(content: Content, place: str, answers: Answers) -> Iterator[Date]:
    for session in content.sessions:
        if answers.has(session.number):
            for days in CHECK_INS:
                met = content.get_meeting(session.number).date
                title = f"Check-in, {days} days after session {session.number}"
                about = (
                    f"Ten minutes on your team's page: what moved since “{session.title}”, and what stands in the way."
                )
                changed = dt.datetime.combine(met, dt.time(), dt.UTC)
                yield Date(
                    f"{place}-check-in-{session.number}-{days}", met + dt.timedelta(days=days), title, about, changed
                )


def _changed(row: TableRow) -> dt.datetime:
    """When something in the row was last answered."""
    return max(response.at for said in row.responses.values() for response in said)


def _said(row: TableRow, column: str) -> str:
    return " / ".join(voice.text for voice in row.words[column])


def _line(words: str) -> str:
    return " ".join(clean(words).split())


def _day(value: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        return None
