"""Conversations and next steps as iCalendar files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from icalendar import vCalAddress

from cluster_kit.content import load_content
from cluster_kit.content.models import Content
from cluster_kit.exercises.answers import Answers
from cluster_kit.insights.calendar_dates import Date, calendar_title, make_event, read_dates
from cluster_kit.insights.calendar_events import (
    CalendarHistory,
    parse_organizer,
    sequence_at,
    uids_of,
    write_calendar_file,
    write_events,
)
from cluster_kit.settings import Settings
from cluster_kit.store.deployment import open_deployment_store


def write_calendars(
    settings: Settings,
    series: str,
    out: Path,
    jurisdictions: list[str] | None = None,
    *,
    organizer: str = "",
    separate: bool = False,
) -> list[Path]:
    """Write a calendar file for each state with dates to the folder ``out``, and return the paths.

    ``jurisdictions`` None: all states with answers. ``separate``: a file for each date, in a folder for each state.
    Dates that an earlier file had and that are gone get files that cancel them. Raises ``UsageError``, and the errors
    of content and store.
    """
    content = load_content(series, overlay=settings.content)
    codes = [content.get_jurisdiction(code).code for code in jurisdictions] if jurisdictions is not None else None
    sender, history = parse_organizer(organizer), CalendarHistory.load(settings.home)
    written = []
    with open_deployment_store(settings) as store:
        for code in codes if codes is not None else sorted({r.jurisdiction for r in store.current(series)}):
            answers = Answers(store.current(series, code), store.people(series, code), store.history(series, code))
            for name, data in _write_files(
                content, code, read_dates(content, code, answers), history, sender, separate
            ):
                write_calendar_file(out / name, data)
                written.append(out / name)
    if written:
        history.save()
    return written


def _write_files(
    content: Content,
    jurisdiction: str,
    dates: list[Date],
    history: CalendarHistory,
    organizer: vCalAddress | None,
    separate: bool,
) -> Iterator[tuple[str, bytes]]:
    """Name and content of each of a state's files."""
    group = f"{content.series.id}-{jurisdiction}"
    title = calendar_title(content, jurisdiction)
    events = [make_event(date) for date in dates]
    for date, event in zip(dates, events, strict=True):
        history.number(event, f"{group}-dates", sequence_at(date.changed))
    if separate:
        for number, (date, event) in enumerate(zip(dates, events, strict=True), start=1):
            data = write_events(content, title, [event], "PUBLISH", organizer)
            yield f"{group}/{date.day.isoformat()}-{number:02}.ics", data
    elif events:
        yield f"{group}.ics", write_events(content, title, events, "PUBLISH", organizer)
    gone = history.cancel(f"{group}-dates", list(uids_of(events)), dt.datetime.now(dt.UTC).date())
    for number, event in enumerate(gone, start=1):
        yield f"{group}-canceled-{number:02}.ics", write_events(content, title, [event], "CANCEL", organizer)
