"""Attendance and completion of a session, as tables for staff: people, states, facilitators, and the session itself.

The table of people has ids and email addresses that a CRM can join on. It has no answers.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd

from cluster_kit.content import load_content
from cluster_kit.content.models import Content
from cluster_kit.content.times import meeting_span
from cluster_kit.documents.model import Block, Fact, Facts, Paragraph, Section, Table, Texts, one_text
from cluster_kit.exercises.labels import format_date
from cluster_kit.exports.evaluation import TOO_FEW_EVALUATIONS, read_summaries
from cluster_kit.exports.staff_tables import write_staff_tables
from cluster_kit.insights.attendance import (
    AttendanceRecord,
    AttendanceStatus,
    PersonAttendance,
    SessionAttendance,
    StateAttendance,
    read_attendance,
)
from cluster_kit.insights.session_states import describe_came, session_span
from cluster_kit.roster.call_attendance import CallAttendance, read_call_attendance
from cluster_kit.sessions import SessionLog
from cluster_kit.settings import Settings
from cluster_kit.store import Presence, Store
from cluster_kit.store.deployment import open_deployment_store
from cluster_kit.text import count_of, inflect

ATTENDANCE_PEOPLE = {
    "series": "str",
    "session": "int64",
    "person": "str",
    "name": "str",
    "email": "str",
    "jurisdiction": "str",
    "state": "str",
    "role": "str",
    "listed": "str",
    "invited": "str",
    "attended": "str",
    "first_seen": "str",
    "last_seen": "str",
    "minutes": "Int64",
    "in_call": "str",
    "call_minutes": "Int64",
    "own_exercises_complete": "Int64",
    "own_exercises_asked": "Int64",
    "team_exercises_complete": "Int64",
    "team_exercises_asked": "Int64",
}
ATTENDANCE_STATES = {
    "series": "str",
    "session": "int64",
    "jurisdiction": "str",
    "state": "str",
    "on_roster": "int64",
    "invited": "int64",
    "came": "int64",
    "possibly_came": "int64",
    "not_on_roster": "int64",
    "did_not_come": "int64",
    "minutes": "int64",
    "exercises_complete": "int64",
    "exercises_asked": "int64",
}
SESSION_FACTS = {"fact": "str", "detail": "str"}
CALL_GUESTS = {
    "series": "str",
    "session": "int64",
    "name": "str",
    "email": "str",
    "jurisdiction": "str",
    "call_minutes": "Int64",
    "line": "int64",
}
NOT_HELD = "The session is scheduled for {when} and has not begun."
NOT_BEGUN = "No one pressed Begin on the console: everyone who opened the page is counted, and minutes are missing."
NOT_ENDED = "No one has pressed End session on the console, so minutes are missing."
BY_NAME = "Found by name alone, because the report names no state: {names}."
ADD_GUESTS = (
    "To count people who were in the call and are not on the roster: cluster-kit roster import {file}, and then this "
    "command again. Where a state is missing, or a name is not as on the roster, first correct it in the file."
)
POSSIBLE = "“Possibly” is someone who had the page open before the session and after it, and did nothing in between."


def read_session_attendance(
    content: Content, store: Store, session: int, call: Mapping[str, int | None] | None = None
) -> SessionAttendance:
    """Who took part in a session. ``call``: the minutes of the people who were in the video call, if that is known.

    Raises ``UnknownSessionError``, and ``StoreError``.
    """
    series = content.series.id
    presence, state = store.presence(series, session), SessionLog(store, series, content.get_session(session)).state()
    span = session_span(state, presence)
    first_seen: dict[str, dt.datetime] = {}
    for seen in (seen for other in content.sessions for seen in store.presence(series, other.number)):
        first_seen[seen.person] = min(first_seen.get(seen.person, seen.joined_at), seen.joined_at)
    return read_attendance(
        AttendanceRecord(
            content=content,
            session=session,
            people=store.people(series),
            presence=presence,
            responses=store.current(series),
            state=state,
            acted=_find_active(store, series, session, presence, span) if span else set(),
            first_seen=first_seen,
            call=call,
        )
    )


def _find_active(
    store: Store, series: str, session: int, presence: Sequence[Presence], span: tuple[dt.datetime, dt.datetime]
) -> set[str]:
    """The people with an answer to this session's exercises, or an action in it, that was stored within the span."""
    began, ended = span
    acted = {event.author for event in store.events(series, session) if began <= event.at <= ended}
    for code in sorted({seen.jurisdiction for seen in presence} - {""}):
        given = store.history(series, code, session=session)
        acted |= {response.author for response in given if began <= response.at <= ended}
    return acted


def people_frame(found: SessionAttendance, people: Sequence[PersonAttendance]) -> pd.DataFrame:
    """One row per person (``ATTENDANCE_PEOPLE``). Times are ``YYYY-MM-DD HH:MM`` in the series' time zone."""
    zone = ZoneInfo(found.content.series.time_zone)
    teams = {state.jurisdiction: state for state in found.states}
    rows = [_person_row(found, person, teams.get(person.jurisdiction), zone) for person in people]
    return pd.DataFrame(rows, columns=list(ATTENDANCE_PEOPLE)).astype(ATTENDANCE_PEOPLE)


def _person_row(
    found: SessionAttendance, person: PersonAttendance, team: StateAttendance | None, zone: ZoneInfo
) -> dict[str, object]:
    return {
        "series": found.content.series.id,
        "session": found.session,
        "person": person.person,
        "name": person.name,
        "email": person.email,
        "jurisdiction": person.jurisdiction,
        "state": person.state,
        "role": person.role if person.jurisdiction else "facilitator",
        "listed": person.listing.value,
        "invited": "yes" if person.invited else "no",
        "attended": person.attended.value,
        "first_seen": _local(person.first_seen, zone),
        "last_seen": _local(person.last_seen, zone),
        "minutes": person.minutes,
        "in_call": "" if person.in_call is None else "yes" if person.in_call else "no",
        "call_minutes": person.call_minutes,
        "own_exercises_complete": person.own_complete if team else None,
        "own_exercises_asked": person.own_asked if team else None,
        "team_exercises_complete": team.complete if team else None,
        "team_exercises_asked": team.asked if team else None,
    }


def states_frame(attendances: Iterable[SessionAttendance]) -> pd.DataFrame:
    """One row per session and state (``ATTENDANCE_STATES``), without names of people."""
    rows = [
        {
            "series": found.content.series.id,
            "session": found.session,
            "jurisdiction": state.jurisdiction,
            "state": state.state,
            "on_roster": state.on_roster,
            "invited": state.invited,
            "came": state.came,
            "possibly_came": state.uncertain,
            "not_on_roster": state.unlisted,
            "did_not_come": state.absent,
            "minutes": state.minutes,
            "exercises_complete": state.complete,
            "exercises_asked": state.asked,
        }
        for found in attendances
        for state in found.states
    ]
    return pd.DataFrame(rows, columns=list(ATTENDANCE_STATES)).astype(ATTENDANCE_STATES)


def read_held_attendance(content: Content, store: Store, jurisdictions: Collection[str] | None) -> pd.DataFrame:
    """``states_frame`` of every session whose page someone has opened. ``jurisdictions`` None: all states."""
    opened = [session.number for session in content.sessions if store.presence(content.series.id, session.number)]
    frame = states_frame(read_session_attendance(content, store, number) for number in opened)
    if jurisdictions is None:
        return frame
    codes = {content.get_jurisdiction(code).code for code in jurisdictions}
    return frame[frame.jurisdiction.isin(codes)].reset_index(drop=True)


def guests_frame(found: SessionAttendance, call: CallAttendance) -> pd.DataFrame:
    """One row per person in the video call who is not in the series (``CALL_GUESTS``). ``line`` is of the report."""
    rows = [
        {
            "series": found.content.series.id,
            "session": found.session,
            "name": guest.name,
            "email": guest.email,
            "jurisdiction": guest.jurisdiction,
            "call_minutes": guest.minutes,
            "line": guest.line,
        }
        for guest in call.guests
    ]
    return pd.DataFrame(rows, columns=list(CALL_GUESTS)).astype(CALL_GUESTS)


def list_facts(found: SessionAttendance, evaluations: int | None, call: CallAttendance | None = None) -> dict[str, str]:
    """The session's totals, and how to read the tables. ``evaluations`` None: fewer than five, so no number."""
    zone, session = found.content.series.time_zone, found.content.get_session(found.session)
    absent, invited = (sum(getattr(state, name) for state in found.states) for name in ("absent", "invited"))
    facts = {
        "Session": f"{found.session}: {session.title}",
        "Began": _local(found.began_at, ZoneInfo(zone)) or "not begun",
        "Ended": _local(found.ended_at, ZoneInfo(zone)) or "not ended",
        "Times": f"in the time zone {zone}",
        "Attendance": describe_came(found.counted, found.came),
        "Did not come": f"{absent:,} of {count_of(invited, 'person', 'people')} invited",
        "Evaluations": TOO_FEW_EVALUATIONS if evaluations is None else str(evaluations),
    }
    if call:
        facts["Video call"] = describe_call(found, call)
    start = meeting_span(found.content, found.session)[0].astimezone(ZoneInfo(zone))
    if found.began_at is None and dt.datetime.now(dt.UTC) < start:
        notes = [NOT_HELD.format(when=f"{format_date(f'{start:%Y-%m-%d}')} at {start:%H:%M}")]
    else:
        notes = [NOT_BEGUN] if found.began_at is None else [NOT_ENDED] if found.ended_at is None else []
    notes += [BY_NAME.format(names=", ".join(call.by_name))] if call and call.by_name else []
    notes += [POSSIBLE] if any(person.attended is AttendanceStatus.POSSIBLY for person in found.people) else []
    return facts | ({"Note": " ".join(notes)} if notes else {})


def describe_call(found: SessionAttendance, call: CallAttendance) -> str:
    """For example ``5 people of the series were in it, 2 of them without the page; 1 other is not on the roster``."""
    known = [one for one in (*found.people, *found.facilitators) if one.in_call]
    only, others = sum(one.only_in_call for one in known), len(call.guests)
    were = f"{count_of(len(known), 'person', 'people')} of the series {inflect(len(known), 'was', 'were')} in it"
    page = f", {only:,} of them without the page" if only else ""
    more = f"; {count_of(others, 'other')} {inflect(others, 'is', 'are')} not on the roster" if others else ""
    return were + page + more


def write_attendance(
    found: SessionAttendance, evaluations: int | None, out: Path, call: CallAttendance | None = None
) -> tuple[Path, ...]:
    """Write the tables to a workbook or CSV files that only their owner can read, and return the files.

    Raises ``UsageError`` for another extension, or if a file cannot be written.
    """
    facts = pd.DataFrame(list_facts(found, evaluations, call).items(), columns=list(SESSION_FACTS)).astype(
        SESSION_FACTS
    )
    states = states_frame([found])
    frames = {
        "People": people_frame(found, found.people),
        "By state": states.assign(only_in_call=[state.only_in_call for state in found.states]) if call else states,
        "Facilitators": people_frame(found, found.facilitators),
        **({"Not on the roster": guests_frame(found, call)} if call else {}),
        "Session": facts,
    }
    return write_staff_tables(frames, f"{found.content.series.title}: attendance of session {found.session}", out)


def read_with_evaluations(
    settings: Settings, series: str, session: int, report: Path | None = None
) -> tuple[SessionAttendance, int | None, CallAttendance | None]:
    """Attendance, the number of evaluations (None for fewer than five), and who was in the video call.

    ``report`` is the one of the video call's participants; nothing of it is stored. Raises the errors of content and
    store, and ``UnreadableRosterError``.
    """
    content = load_content(series, overlay=settings.content)
    with open_deployment_store(settings) as store:
        call = read_call_attendance(content, store.people(series), report) if report else None
        found = read_session_attendance(content, store, session, call.minutes if call else None)
        [summary] = read_summaries(settings, content, store, session)
    return found, summary.received, call


def attendance_json(found: SessionAttendance, evaluations: int | None, call: CallAttendance | None = None) -> str:
    """The same as JSON: times in UTC; ``evaluations`` is null for fewer than five, ``call`` without a report."""
    shown = {
        "series": found.content.series.id,
        "session": found.session,
        "began_at": found.began_at,
        "ended_at": found.ended_at,
        "evaluations": evaluations,
        "states": [asdict(state) for state in found.states],
        "people": [asdict(person) for person in found.people],
        "facilitators": [asdict(facilitator) for facilitator in found.facilitators],
        "call": {"by_name": call.by_name, "guests": [asdict(guest) for guest in call.guests]} if call else None,
    }
    return json.dumps(shown, indent=2, ensure_ascii=False, default=dt.datetime.isoformat)


def show_attendance(found: SessionAttendance, evaluations: int | None, call: CallAttendance | None = None) -> Section:
    """The tables as a document, with the columns that people read."""
    facts = tuple(Fact(fact, one_text(detail)) for fact, detail in list_facts(found, evaluations, call).items())
    states = tuple(
        _cells(
            *(state.state, state.invited, state.came),
            *((state.only_in_call,) if call else ()),
            *(state.unlisted, state.absent, f"{state.complete} of {state.asked}"),
        )
        for state in found.states
    )
    blocks: list[Block] = [Facts(facts)]
    if states:
        only = ("Only in the call",) if call else ()
        columns = ("State", "Invited", "Came", *only, "Not on the roster", "Did not come", "Exercises complete")
        blocks.append(Table("By state", columns, states))
    for title, people in (("People", found.people), ("Facilitators", found.facilitators)):
        if people:
            blocks.append(_people_table(found, title, people, with_call=call is not None))
    if call and call.guests:
        blocks += [Paragraph(ADD_GUESTS.format(file=call.file)), _guests_table(found, call)]
    if not states:
        blocks.append(Paragraph("No one is on the roster, and no one has opened the session's page."))
    return Section(f"Attendance of session {found.session}: {found.content.series.title}", tuple(blocks))


def _people_table(
    found: SessionAttendance, title: str, people: Sequence[PersonAttendance], *, with_call: bool
) -> Table:
    zone = ZoneInfo(found.content.series.time_zone)
    rows = tuple(
        _cells(
            person.name or person.person,
            person.state or "Facilitator",
            person.role,
            person.listing.value,
            person.attended.value,
            _local(person.first_seen, zone),
            _local(person.last_seen, zone),
            _number(person.minutes),
            *((_describe_in_call(person),) if with_call else ()),
            f"{person.own_complete} of {person.own_asked}" if person.jurisdiction else "",
        )
        for person in people
    )
    call = ("In the call",) if with_call else ()
    seen = ("First seen", "Last seen", "Minutes")
    columns = ("Name", "State", "Role", "Listed", "Attended", *seen, *call, "Own exercises")
    return Table(title, columns, rows)


def _guests_table(found: SessionAttendance, call: CallAttendance) -> Table:
    names = found.content.jurisdiction_names
    rows = tuple(
        _cells(guest.line, guest.name, names.get(guest.jurisdiction, ""), guest.email, _number(guest.minutes))
        for guest in call.guests
    )
    return Table("In the call, and not found on the roster", ("Line", "Name", "State", "Email", "Minutes"), rows)


def _describe_in_call(person: PersonAttendance) -> str:
    if not person.in_call:
        return "no"
    return "yes" if person.call_minutes is None else f"{person.call_minutes} min"


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _cells(*values: object) -> tuple[Texts, ...]:
    return tuple(one_text(text) if (text := str(value)) else () for value in values)


def _local(time: dt.datetime | None, zone: ZoneInfo) -> str:
    return "" if time is None else f"{time.astimezone(zone):%Y-%m-%d %H:%M}"
