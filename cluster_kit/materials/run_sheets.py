"""The run sheet of a session: two pages with the clock and the cues; and its prepared messages in full."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cluster_kit.content.facilitation import (
    BUFFER,
    IF_HEARD,
    Facilitation,
    PreparedMessage,
    ShowLine,
    find_items_to_read,
    plan_show,
)
from cluster_kit.content.models import Content, Item
from cluster_kit.content.times import format_time, meeting_span, zone_name
from cluster_kit.documents.document_file import DOCX, PDF, write_document_file
from cluster_kit.documents.model import Attributed, Bullets, Document, Paragraph, Section, Table, Texts, one_text
from cluster_kit.errors import UsageError

COLUMNS = ("Time", "Min", "Step", "Say", "Press and send", "Listen for", "If late")
_WIDTHS = (4.5, 3.5, 10, 25, 31, 14, 13)
_MOST_WORDS = 6
"""Words of a prepared message on the sheet, so that it stays on two pages. The console has the whole text."""
TO_CO_FACILITATOR = "(co-facilitator)"
PREPARED = (
    "A time under “Press and send” is that of a message, with its first words: the console offers all of it under "
    f"“Prepared messages.” Those marked {TO_CO_FACILITATOR} are reminders for your co-facilitator."
)
SHORT_IF_HEARD = "If you can broadcast"
"""The label of words to people in rooms, short enough for the sheet to stay on two pages."""
TO_ROOMS = f"“{SHORT_IF_HEARD}”: people in rooms hear you only if your platform can broadcast your voice."
CUTS_ADD_UP = (
    "Cuts add up: ten minutes late means the cuts for five and for ten. Press “−1 min” for each minute that you cut."
)


MESSAGE_COLUMNS = ("Time", "Step", "To", "Message")
_MESSAGE_WIDTHS = (7, 20, 13, 60)
IF_THE_CONSOLE_FAILS = (
    "If the console fails, send these with the meeting platform's message to all rooms. Without one, ask the people "
    "who visit rooms to read them aloud. Times are from the scheduled start: add the minutes that you are behind."
)


def write_run_sheet(sheet: Document, path: Path) -> None:
    """Write the run sheet to a PDF or DOCX file, by the ending of its name.

    Raises
    ------
    UsageError
        If the name has another ending.
    OutputError
        If the file cannot be written.
    """
    write_document_file(sheet, path, (PDF, DOCX))


def make_run_sheet(content: Content, facilitation: Facilitation, number: int, zone: str = "") -> Document:
    """The run sheet of a session, with clock times.

    Parameters
    ----------
    number
        The session's number, from 1.
    zone
        The facilitator's time zone, an IANA name. Empty means the series' zone.

    Raises
    ------
    UnknownSessionError
        If the series has no session of that number.
    UsageError
        If the zone is unknown.
    """
    session, clock = content.get_session(number), _read_zone(zone or content.series.time_zone)
    lines = plan_show(content, facilitation, number)
    tables = tuple(
        Table(
            f"{segment.title}: {segment.minutes} minutes",
            COLUMNS,
            tuple(_row(line, clock) for line in lines if line.segment is segment),
            _WIDTHS,
        )
        for segment in session.segments
    )
    return Document(
        title=f"Run sheet: session {number}, {session.title}",
        heading=f"Run sheet, session {number}",
        subtitle=session.title,
        series=content.series.title,
        when=f"{_when(content, number, clock)} {session.question}",
        notice=content.series.demonstration_notice,
        opening=(Paragraph(f"{PREPARED} {TO_ROOMS} {CUTS_ADD_UP}", "quiet"),),
        parts=(Section("Minute by minute", tables),),
        about=(),
        layout="landscape",
    )


def make_message_sheet(content: Content, facilitation: Facilitation, number: int, zone: str = "") -> Document:
    """Every prepared message of a session in full, with its clock time, and the statements that are read aloud.

    The parameters and exceptions are those of ``make_run_sheet``.
    """
    session, clock = content.get_session(number), _read_zone(zone or content.series.time_zone)
    lines = plan_show(content, facilitation, number)
    rows = tuple(_message_row(line, message, clock) for line in lines for message in line.cues.messages)
    read = [
        Section(f"Read aloud: {item.text}", (Bullets(tuple(map(Attributed, _points(item, content)))),))
        for item in find_items_to_read(content, facilitation, number)
    ]
    return Document(
        title=f"Prepared messages: session {number}, {session.title}",
        heading=f"Prepared messages, session {number}",
        subtitle=session.title,
        series=content.series.title,
        when=_when(content, number, clock),
        notice=content.series.demonstration_notice,
        opening=(Paragraph(IF_THE_CONSOLE_FAILS, "lead"),),
        parts=(
            *read,
            Section("Messages", (Table("In the order of the session", MESSAGE_COLUMNS, rows, _MESSAGE_WIDTHS),)),
        ),
        about=(),
        layout="compact",
    )


def _points(item: Item, content: Content) -> list[str]:
    """A statement's descriptions, by the points of the scale."""
    return [f"{one.value}: {one.text or one.label}" for one in item.describe_points(content.instrument.scale)]


def _when(content: Content, number: int, clock: ZoneInfo) -> str:
    start, end = (time.astimezone(clock) for time in meeting_span(content, number))
    day = f"{start:%A}, {start:%B} {start.day}, {start.year}"
    return f"{day}, {format_time(start)} to {format_time(end)} {zone_name(start)}."


def _message_row(line: ShowLine, message: PreparedMessage, clock: ZoneInfo) -> tuple[Texts, ...]:
    time = (line.start + dt.timedelta(minutes=message.minute)).astimezone(clock)
    to = "Facilitators" if message.to == "facilitators" else "Everyone"
    return tuple(map(one_text, (_clock_time(time), line.title, to, message.text)))


def _row(line: ShowLine, clock: ZoneInfo) -> tuple[Texts, ...]:
    cues = line.cues
    say = "Time to catch up." if line.title == BUFFER else line.say.replace(IF_HEARD, SHORT_IF_HEARD)
    cells = (
        _clock_time(line.start.astimezone(clock)),
        str(line.minutes),
        line.title,
        say,
        "\n".join(filter(None, (line.press, *(_message(line, one, clock) for one in cues.messages)))),
        cues.listen_for,
        cues.cut,
    )
    return tuple(map(one_text, cells))


def _message(line: ShowLine, message: PreparedMessage, clock: ZoneInfo) -> str:
    """When to send a prepared message, and its first words."""
    time = (line.start + dt.timedelta(minutes=message.minute)).astimezone(clock)
    words, is_reminder = message.text.split(), message.to == "facilitators"
    most = _MOST_WORDS - is_reminder  # the mark takes the room of a word
    short = " ".join(words[:most]) + (" …" if len(words) > most else "")
    reminder = f"{TO_CO_FACILITATOR} " if is_reminder else ""
    return f"{_clock_time(time)} {reminder}{short}"


def _clock_time(time: dt.datetime) -> str:
    """``1:07``. The sheet's first line says whether it is morning or afternoon."""
    return format_time(time).partition(" ")[0]


def _read_zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(f"{name!r} is not the name of a time zone, such as America/Chicago or Pacific/Guam.") from None
