"""Conversations and next steps as iCalendar data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from icalendar import Event

from cluster_kit.content.models import Content, DatePrompt, PersonPrompt, TablePrompt, TextPrompt
from cluster_kit.documents.typed_text import visible_text
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.prompts import prompts_of
from cluster_kit.exercises.rows import TableRow, read_answer_table
from cluster_kit.insights.calendar_events import (
    add_reminder,
    make_uid,
    new_event,
    sequence_at,
    stamp_event,
    write_events,
)
from cluster_kit.insights.plans import is_action_table, read_actions

CONVERSATIONS = "conversations"
CHECK_INS = (30, 60, 90)
_REMIND_DAYS = 7


@dataclass(frozen=True)
class Date:
    """One date in a state's calendar.

    ``id`` is stable when the text or the date changes, and ``changed`` is the time of the last change, so calendars
    update the event.
    """

    id: str
    day: dt.date
    title: str
    about: str
    changed: dt.datetime


def read_dates(content: Content, jurisdiction: str, answers: Answers) -> list[Date]:
    """A state's dates, in order: open next steps, conversations, and check-ins.

    Check-ins are 30, 60, and 90 days after each session in which the state has answers.
    """
    place = f"{content.series.id}-{jurisdiction}"
    dates = [*_steps(content, place, answers), *_conversations(content, place, answers)]
    dates += _check_ins(content, place, answers)
    return sorted(dates, key=lambda date: (date.day, date.title))


def write_calendar(content: Content, jurisdiction: str, dates: list[Date]) -> bytes:
    """The dates as an iCalendar file. Equal dates give equal files: no history of the events is kept or read."""
    events = [make_event(date) for date in dates]
    for date, event in zip(dates, events, strict=True):
        stamp_event(event, sequence_at(date.changed), date.changed)
    return write_events(content, calendar_title(content, jurisdiction), events, "PUBLISH")


def calendar_title(content: Content, jurisdiction: str) -> str:
    """The title of a state's calendar."""
    return f"{content.get_jurisdiction(jurisdiction).name}: next steps and conversations"


def make_event(date: Date) -> Event:
    """An all-day event with a reminder a week before, without its version."""
    event = new_event(make_uid(date.id), date.day, date.day + dt.timedelta(days=1), date.title, date.about)
    add_reminder(event, dt.timedelta(days=_REMIND_DAYS))
    return event


def _steps(content: Content, place: str, answers: Answers) -> Iterator[Date]:
    for action in read_actions(content, answers):
        if action.is_open and (day := _day(action.due)):
            lead = f"Who leads: {action.lead}\n" if action.lead else ""
            about = f"{lead}A next step that your team set itself in session {action.session}."
            title = f"Due: {_line(action.action) or 'a next step'}"
            yield Date(f"{place}-step-{action.row.id}", day, title, about, _changed(action.row))


def _conversations(content: Content, place: str, answers: Answers) -> Iterator[Date]:
    """Dated rows of tables named ``conversations``, recognized by their shape."""
    for session, exercise, prompt in prompts_of(content, TablePrompt, None):
        kinds = {type(column): column.id for column in reversed(prompt.columns)}
        if prompt.id != CONVERSATIONS or is_action_table(prompt) or not {TextPrompt, DatePrompt} <= set(kinds):
            continue
        for row in read_answer_table(content, session, exercise, prompt, answers):
            if day := _day(str(row.value(kinds[DatePrompt]) or "")):
                partner = _line(row.text(kinds[TextPrompt])) or "a partner"
                about = _about(prompt, row, kinds)
                yield Date(f"{place}-talk-{row.id}", day, f"Conversation with {partner}", about, _changed(row))


def _about(prompt: TablePrompt, row: TableRow, kinds: dict[type, str]) -> str:
    """The row's other answers, one per line."""
    shown = [column for column in prompt.columns if column.id not in (kinds[TextPrompt], kinds[DatePrompt])]
    people = [column for column in shown if isinstance(column, PersonPrompt)]
    others = [column for column in shown if column not in people]
    return "\n".join(f"{column.label}: {row.text(column.id)}" for column in [*people, *others] if row.texts[column.id])


def _check_ins(content: Content, place: str, answers: Answers) -> Iterator[Date]:
    for session in content.sessions:
        if answers.has(session.number):
            for days in CHECK_INS:
                met = content.get_meeting(session.number).date
                title = f"Check-in, {days} days after session {session.number}"
                about = (
                    f"Ten minutes on your team's page: what has moved since “{session.title}”, and what is in the way."
                )
                changed = dt.datetime.combine(met, dt.time(), dt.UTC)
                yield Date(
                    f"{place}-check-in-{session.number}-{days}", met + dt.timedelta(days=days), title, about, changed
                )


def _changed(row: TableRow) -> dt.datetime:
    """Time of the row's latest answer."""
    return max(response.at for responses in row.responses.values() for response in responses)


def _line(text: str) -> str:
    return " ".join(visible_text(text).split())


def _day(value: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        return None
