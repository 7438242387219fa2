"""Attendance with the video call's report: Zoom, Zoom webinar, Teams, and Webex, by address, state, and name."""

from __future__ import annotations

import codecs
import csv
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from cluster_kit.cli.app import app
from cluster_kit.cli.commands import register
from cluster_kit.content import load_content
from cluster_kit.errors import UsageError
from cluster_kit.exports.attendance import read_with_evaluations
from cluster_kit.exports.session_records import read_session_record
from cluster_kit.insights.attendance import AttendanceStatus
from cluster_kit.insights.brief import read_brief
from cluster_kit.roster.call_attendance import CallAttendance, read_call_attendance
from cluster_kit.roster.lists.report import UnreadableRosterError
from cluster_kit.sessions import SessionLog
from cluster_kit.sessions.facilitation import BeginSegment, EndSession
from cluster_kit.settings import Settings
from cluster_kit.store import Person, Presence, Store
from cluster_kit.store.models import utc_now

register()
CONTENT = load_content("2026")
PEOPLE = [
    Person(id=id_, series="2026", jurisdiction=code, name=name, email=email)
    for id_, code, name, email in (
        ("ana", "OH", "Ana Reyes", "ana@ohio.example"),
        ("sam", "OH", "Sam O'Neil", ""),
        ("tasi", "GU", "Tasi Cruz", "tasi@guam.example"),
        ("lee", "AZ", "Lee Poe", "lee@az.example"),
        ("lee2", "TX", "Lee Poe", "lee@tx.example"),
        ("fay", "", "Fay Staff", "fay@example.org"),
    )
]
ZOOM = """\
Topic,ID,Host name,Host email,Start time,End time,Participants,Duration (minutes)
Session 1,912 3456 7890,Fay Staff,fay@example.org,02/17/2026 01:00:00 PM,02/17/2026 02:30:00 PM,7,90

Name (original name),Email,Join time,Leave time,Duration (minutes),Guest,In waiting room
Fay Staff,fay@example.org,01:00:00 PM,02:30:00 PM,90,No,No
Other Name,ANA@ohio.example,12:55:00 PM,01:00:00 PM,5,Yes,Yes
Other Name,ANA@ohio.example,01:00:00 PM,01:40:00 PM,40,Yes,No
Ana Reyes (OH),,01:41:00 PM,02:30:00 PM,49,Yes,No
"O’Neil, Sam (Ohio)",,01:00:00 PM,02:30:00 PM,90,Yes,No
tasi cruz,,01:00:00 PM,02:30:00 PM,88,Yes,No
Lee Poe,,01:00:00 PM,02:30:00 PM,90,Yes,No
Lee Poe,,02:31:00 PM,02:32:00 PM,1,Yes,No
Kim Late (AZ),kim@azed.example,01:00:00 PM,02:30:00 PM,90,Yes,No
"""
WEBINAR = """\
Attendee Report
Topic,Webinar ID,Actual Start Time,Actual Duration (minutes)
Session 1,912 3456 7890,02/17/2026 01:00:00 PM,90
Host Details,
Attended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes),Is Guest,Country/Region Name
Yes,Fay Staff,fay@example.org,02/17/2026 01:00:00 PM,02/17/2026 02:30:00 PM,90,No,United States
Attendee Details,
Attended,User Name (Original Name),First Name,Last Name,Email,Registration Time,Approval Status,Join Time,Leave Time,\
Time in Session (minutes),Is Guest
Yes,Ana,Ana,Reyes,ana@ohio.example,01/27/2026 10:02:11 AM,approved,02/17/2026 01:00:00 PM,02/17/2026 02:29:00 PM,89,Yes
No,--,Tasi,Cruz,tasi@guam.example,01/28/2026 05:45:02 AM,approved,--,--,--,--
"""
TEAMS = """\
1. Summary
Meeting title\tSession 1
Attended participants\t2

2. Participants
Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole
Reyes, Ana (OH)\t2/17/26, 1:00 PM\t2/17/26, 2:30 PM\t1h 29m 10s\tana@ohio.example\tana@ohio.example\tPresenter
Tasi Cruz (Guam)\t2/17/26, 1:00 PM\t2/17/26, 1:00 PM\t40s\t\t\tAttendee

3. In-Meeting Activities
Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole
Reyes, Ana (OH)\t2/17/26, 1:00 PM\t2/17/26, 1:40 PM\t40m\tana@ohio.example\tPresenter
Reyes, Ana (OH)\t2/17/26, 1:41 PM\t2/17/26, 2:30 PM\t49m 10s\tana@ohio.example\tPresenter
Tasi Cruz (Guam)\t2/17/26, 1:00 PM\t2/17/26, 1:00 PM\t40s\t\tAttendee
"""
WEBEX = """\
"Meeting Name"\t"Display Name"\t"Role"\t"Attendee Email"\t"Join Time"\t"Leave Time"\t"Attendance Duration"
"Session 1"\t"Ana R."\t"Attendee"\t"ana@ohio.example"\t"=""2026-02-17 13:00""\"\t"=""14:29""\"\t"89 mins"
"Session 1"\t"GU - Tasi Cruz"\t"Attendee"\t""\t"=""2026-02-17 13:00""\"\t"=""14:30""\"\t"1:30:00"
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(tmp_path / "home")
    with Store.open(settings.db_url) as store:
        for person in PEOPLE:
            store.add_person(person)
    return settings


def _read(tmp_path: Path, raw: bytes) -> CallAttendance:
    report = tmp_path / "report.csv"
    report.write_bytes(raw)
    return read_call_attendance(CONTENT, PEOPLE, report)


def test_joins_are_added_up_and_people_are_found_by_address_then_state_and_name_then_name_alone(tmp_path: Path) -> None:
    found = _read(tmp_path, ZOOM.replace("\n", "\r\n").encode("utf-8-sig"))
    assert found.minutes == {"fay": 90, "ana": 89, "sam": 90, "tasi": 88}, "without the five minutes of waiting"
    assert found.by_name == ("Tasi Cruz",)
    guests = [(one.line, one.name, one.jurisdiction, one.minutes) for one in found.guests]
    assert guests == [(11, "Lee Poe", "", 91), (13, "Kim Late", "AZ", 90)], "two people are called Lee Poe"


@pytest.mark.parametrize(
    ("raw", "minutes"),
    [
        (WEBINAR.encode("utf-8-sig"), {"fay": 90, "ana": 89}),
        (codecs.BOM_UTF16_LE + TEAMS.encode("utf-16-le"), {"ana": 89, "tasi": 1}),
        (WEBEX.encode("utf-16"), {"ana": 89, "tasi": 90}),
        (b"Name,State\nAna Reyes,Ohio\n", {"ana": None}),
    ],
    ids=["webinar", "teams", "webex", "own list"],
)
def test_reports_of_other_programs_are_read(tmp_path: Path, raw: bytes, minutes: dict[str, int | None]) -> None:
    found = _read(tmp_path, raw)
    assert found.minutes == minutes
    assert not found.guests


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "is empty"),
        (b"Question,Votes\nWhich one?,3\n", "no column of names. Use the report of participants"),
        (b"%PDF-1.7\n", "CSV UTF-8"),
    ],
)
def test_another_file_is_refused_in_a_sentence(tmp_path: Path, raw: bytes, says: str) -> None:
    with pytest.raises(UnreadableRosterError, match=says) as caught:
        _read(tmp_path, raw)
    assert "--column" not in str(caught.value), "the command has no such option"


def _hold(settings: Settings) -> None:
    """Ana has the page open in the session, and Tasi had it open before."""
    with Store.open(settings.db_url) as store:
        log = SessionLog(store, "2026", CONTENT.get_session(1))
        log.do(PEOPLE[-1], BeginSegment(), subject=CONTENT.get_session(1).segments[0].kind.value)
        began = utc_now()
        times = {"joined_at": began, "active_at": began, "seen_at": began}
        store.note_presence([Presence(series="2026", session=1, person="ana", jurisdiction="OH", **times)])
        log.do(PEOPLE[-1], EndSession())


def test_people_who_were_only_in_the_call_attended_and_their_states_came(settings: Settings, tmp_path: Path) -> None:
    _hold(settings)
    report = tmp_path / "report.csv"
    report.write_text(ZOOM, "utf-8")
    before, _, none = read_with_evaluations(settings, "2026", 1)
    assert none is None
    assert (before.came, *before.counted.came) == (1, "OH")
    assert {one.in_call for one in before.people} == {None}
    found, _, call = read_with_evaluations(settings, "2026", 1, report)
    assert call
    people = {one.person: one for one in found.people}
    assert found.came == 3
    assert found.counted.came == found.counted.took_part == {"OH", "GU"}
    assert people["tasi"].attended is AttendanceStatus.YES
    assert (people["tasi"].only_in_call, people["tasi"].minutes, people["tasi"].call_minutes) == (True, None, 88)
    assert (people["ana"].only_in_call, people["lee"].in_call, people["lee"].attended.value) == (False, False, "no")
    [fay] = found.facilitators
    assert (fay.attended.value, fay.call_minutes) == ("yes", 90)
    states = {one.jurisdiction: one for one in found.states}
    assert [states[code].only_in_call for code in ("OH", "GU", "AZ")] == [1, 1, 0]
    assert (states["GU"].came, states["GU"].absent, states["AZ"].absent) == (1, 0, 1)
    with Store.open(settings.db_url) as store:
        by_page, with_call = (
            read_brief(read_session_record(CONTENT, store, 1, given)).attendance for given in (None, report)
        )
    assert (by_page.people, by_page.counted, by_page.only_in_call) == (before.came, before.counted, 0)
    assert (with_call.people, with_call.counted, with_call.only_in_call) == (found.came, found.counted, 2)
    assert [here for _, here, _ in with_call.teams] == [one.came for one in found.states]
    _, said = _run(
        settings, "brief", "--session", "1", "--call", str(report), "--out", str(tmp_path), "--formats", "html"
    )
    assert "2 states took part" in said
    internal = (tmp_path / "session-1-brief-internal.html").read_text("utf-8")
    assert "3 people came, from 2 of 4 expected states. 2 people came to the video call only" in internal


def _run(settings: Settings, *words: str) -> tuple[str, str]:
    result = CliRunner().invoke(app, [*words, "--home", str(settings.home)])
    if result.exception:
        raise result.exception
    return result.stdout, result.stderr


def test_the_command_joins_the_call_in_table_workbook_and_json_and_stores_nothing(
    settings: Settings, tmp_path: Path
) -> None:
    _hold(settings)
    report, out = tmp_path / "report.csv", tmp_path / "attendance.xlsx"
    report.write_text(ZOOM, "utf-8")
    command = ("attendance", "--session", "1", "--call", str(report))
    shown, _ = _run(settings, *command)
    assert "4 people of the series were in it, 2 of them without the page; 2 others are not on the roster" in shown
    assert "Found by name alone, because the report names no state: Tasi Cruz." in shown
    assert f"cluster-kit roster import {report}" in shown.replace("\\", "")
    assert "| 13 | Kim Late | Arizona | kim@azed.example | 90 |" in shown
    _, said = _run(settings, *command, "--out", str(out))
    assert "3 people of 2 states came to session 1. Of the video call, 4 people" in said
    book = load_workbook(out)
    assert book.sheetnames == ["People", "By state", "Facilitators", "Not on the roster", "Session"]
    header, *rows = book["People"].iter_rows(values_only=True)
    named = {row[header.index("person")]: dict(zip(header, row, strict=True)) for row in rows}
    assert (named["sam"]["in_call"], named["sam"]["call_minutes"], named["lee"]["in_call"]) == ("yes", 90, "no")
    assert book["By state"][1][-1].value == "only_in_call"
    assert [row[2] for row in book["Not on the roster"].iter_rows(min_row=2, values_only=True)] == [
        "Lee Poe",
        "Kim Late",
    ]
    data = json.loads(_run(settings, *command, "--json")[0])
    assert {one["person"]: one["in_call"] for one in data["people"]}["tasi"] is True
    assert [one["name"] for one in data["call"]["guests"]] == ["Lee Poe", "Kim Late"]
    kept = [path.read_bytes() for path in settings.home.rglob("*") if path.is_file()]
    assert kept
    assert not any(b"kim@azed" in raw for raw in kept)
    assert json.loads(_run(settings, "attendance", "--session", "1", "--json")[0])["call"] is None


def test_the_thank_you_also_goes_to_people_who_were_only_in_the_call(settings: Settings, tmp_path: Path) -> None:
    _hold(settings)
    report, out = tmp_path / "report.csv", tmp_path / "messages"
    report.write_text(ZOOM, "utf-8")
    fields = [f"{name}=x@example.org" for name in ("organization", "sender_name", "contact_email", "access_contact")]
    options = [word for field in fields for word in ("--field", field)]
    command = ("messages", "write", "thank_you", "--session", "1", "--out", str(out), *options)
    for extra, names in (((), ["Ana Reyes"]), (("--call", str(report)), ["Tasi Cruz", "Ana Reyes"])):
        _, said = _run(settings, *command, *extra)
        with (out / "session-1-thank_you.csv").open(encoding="utf-8-sig") as file:
            assert [row["name"] for row in csv.DictReader(file)] == names
    assert "no email address: Sam O'Neil (OH)" in said
    with pytest.raises(UsageError, match="--call is for messages to everyone who attended"):
        _run(settings, "messages", "write", "check_in", "--session", "1", "--out", str(out), "--call", str(report))
