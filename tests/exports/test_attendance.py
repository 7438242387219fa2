"""Attendance and completion of a session: times, no-shows, people who joined by code, merged people, two sessions."""

from __future__ import annotations

import csv
import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from cluster_kit.cli.app import app
from cluster_kit.cli.commands import register
from cluster_kit.content import Content, load_content
from cluster_kit.content.models import ItemsPrompt, Scope
from cluster_kit.documents.markdown import to_markdown
from cluster_kit.documents.model import Section
from cluster_kit.errors import UsageError
from cluster_kit.exports import export_answers
from cluster_kit.exports.attendance import (
    ATTENDANCE_PEOPLE,
    ATTENDANCE_STATES,
    list_facts,
    people_frame,
    read_session_attendance,
    read_with_evaluations,
    states_frame,
    write_attendance,
)
from cluster_kit.exports.session_records import read_session_record
from cluster_kit.insights.attendance import AttendanceStatus, Listing, PersonAttendance, SessionAttendance
from cluster_kit.insights.brief import HERE, read_brief
from cluster_kit.insights.brief_internal import internal_sections
from cluster_kit.insights.brief_publishable import publishable_sections
from cluster_kit.insights.progress import read_steps
from cluster_kit.insights.tallies import ReleasedCounts
from cluster_kit.insights.tally_readers import ReleasedReader
from cluster_kit.sessions import SessionLog
from cluster_kit.sessions.board import WritePost
from cluster_kit.sessions.facilitation import BeginSegment, EndSession
from cluster_kit.settings import Settings
from cluster_kit.store import NewErasure, Person, Presence, SessionEvaluation, Store
from tests.answers import new_answer

CONTENT = load_content("2026")
BEGAN = dt.datetime(2026, 2, 17, 18, tzinfo=dt.UTC)
LASTED, WEEK, MINUTE = dt.timedelta(minutes=75), dt.timedelta(days=7), dt.timedelta(minutes=1)
FAY = Person(id="fay", series="2026", jurisdiction="", name="Fay Staff", email="fay@example.org")


class Room:
    """A store with a roster, in which a test says what happened when, in minutes from the beginning of session 1."""

    def __init__(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        self.settings, self._now = settings, BEGAN
        monkeypatch.setattr("cluster_kit.store.writes.utc_now", lambda: self._now)
        with Store.open(settings.db_url) as store:
            store.add_person(FAY)
        for person, code, name, sessions in (
            ("ana", "OH", "Ana Ruiz", ()),
            ("bo", "OH", "=Bo Lind", ()),
            ("cy", "GU", "Cy Mora", ()),
            ("di", "GU", "Di Neal", (2,)),
            ("ed", "PR", "Ed Soto", ()),
        ):
            self.add(person, code, name, email=f"{person}@{code.lower()}.example", sessions=sessions)

    def add(self, person: str, code: str, name: str, *, at: float = -30_000, **about: object) -> None:
        known = {"role": "secondary", "at": BEGAN + at * MINUTE, **about}
        with Store.open(self.settings.db_url) as store:
            store.add_person(Person(id=person, series="2026", jurisdiction=code, name=name, **known))  # type: ignore[arg-type]

    def run(self, session: int = 1) -> None:
        """Begin the session at minute 0, and end it at minute 75."""
        with Store.open(self.settings.db_url) as store:
            log = SessionLog(store, "2026", CONTENT.get_session(session))
            log.do(FAY, BeginSegment(), subject=CONTENT.get_session(session).segments[0].kind.value)
            self._now = BEGAN + LASTED
            log.do(FAY, EndSession())
        self._now = BEGAN + 30 * MINUTE

    def see(self, person: str, code: str, first: float, last: float, *, active: float | None = None) -> None:
        joined, left = BEGAN + first * MINUTE, BEGAN + last * MINUTE
        acted = joined if active is None else BEGAN + active * MINUTE
        times = {"joined_at": joined, "active_at": acted, "seen_at": left}
        seen = Presence(series="2026", session=1, person=person, jurisdiction=code, **times)  # type: ignore[arg-type]
        with Store.open(self.settings.db_url) as store:
            store.note_presence([seen])

    def answer(self, place: str, value: object, row: str = "", *, at: float = 30, **parts: object) -> None:
        self._now = BEGAN + at * MINUTE
        with Store.open(self.settings.db_url) as store:
            store.append([new_answer(place, value, row=row, id=f"{place}-{row}-{at}", **parts)])  # type: ignore[arg-type]

    def read(self, session: int = 1) -> SessionAttendance:
        with Store.open(self.settings.db_url) as store:
            return read_session_attendance(CONTENT, store, session)


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    return Room(Settings(tmp_path / "home"), monkeypatch)


def _people(found: SessionAttendance) -> dict[str, PersonAttendance]:
    return {one.person: one for one in found.people}


# --- who came ---------------------------------------------------------------------------------------------------------


def test_who_came_is_listed_beside_who_did_not_and_facilitators_apart(room: Room) -> None:
    room.run()
    room.see("ana", "OH", -10, 60)
    room.see("bo", "OH", -9_000, -60)  # prework only
    room.see("ed", "PR", 90, 9_000)  # afterward only
    room.add("gil", "", "Gil Staff")
    found = room.read()
    # Facilitators have no presence: Fay began the session, and of Gil nothing is stored.
    assert [(one.person, one.attended) for one in found.facilitators] == [
        ("fay", AttendanceStatus.YES),
        ("gil", AttendanceStatus.POSSIBLY),
    ]
    frame = people_frame(found, found.people)
    assert list(zip(frame.person, frame.attended, frame.invited, strict=True)) == [
        ("cy", "no", "yes"),
        ("di", "no", "no"),
        ("bo", "no", "yes"),
        ("ana", "yes", "yes"),
        ("ed", "no", "yes"),
    ]
    ana, cy = (frame[frame.person == one].iloc[0] for one in ("ana", "cy"))
    assert (ana.first_seen, ana.last_seen, ana.minutes) == ("2026-02-17 12:50", "2026-02-17 14:00", 60)
    assert (ana.state, ana.role, ana.email) == ("Ohio", "Secondary CTE", "ana@oh.example")
    assert (cy.first_seen, cy.last_seen, cy.email) == ("", "", "cy@gu.example")
    assert pd.isna(cy.minutes)
    states = states_frame([found]).set_index("jurisdiction")
    assert states.loc["GU", ["on_roster", "invited", "came", "did_not_come"]].tolist() == [2, 1, 0, 1]
    assert states.loc["OH", ["on_roster", "invited", "came", "did_not_come"]].tolist() == [2, 2, 1, 1]


@pytest.mark.parametrize(
    ("first", "last", "minutes"), [(-30, 75, 75), (10, 70, 60), (-30, 20, 20), (60, 600, 15), (-9_000, 20, 20)]
)
def test_minutes_are_those_of_the_session_between_first_and_last_seen(
    room: Room, first: int, last: int, minutes: int
) -> None:
    room.run()
    room.see("ana", "OH", first, last)
    assert _people(room.read())["ana"].minutes == minutes


def test_who_was_seen_only_before_and_after_is_uncertain_unless_something_is_stored_in_between(room: Room) -> None:
    room.run()
    for person, code in (("ana", "OH"), ("bo", "OH"), ("cy", "GU"), ("ed", "PR")):
        room.see(person, code, -9_000, 9_000, active=20 if person == "ed" else 8_000)
    room.answer("goals.goals.statement", "A goal", "a", author="bo")
    with Store.open(room.settings.db_url) as store:
        cy = store.find_person("cy")
        assert cy
        SessionLog(store, "2026", CONTENT.get_session(1)).do(
            cy, WritePost(text="Here"), subject=CONTENT.get_session(1).segments[0].kind.value
        )
    found = room.read()
    attended = {person: one.attended for person, one in _people(found).items()}
    assert attended["ana"] is AttendanceStatus.POSSIBLY
    assert {attended[one] for one in ("bo", "cy", "ed")} == {AttendanceStatus.YES}
    assert _people(found)["ana"].minutes is None
    ohio = next(one for one in found.states if one.jurisdiction == "OH")
    assert (ohio.came, ohio.uncertain, ohio.absent) == (2, 1, 0)
    assert "Possibly" in list_facts(found, None)["Note"]


def test_an_answer_from_before_the_session_says_nothing_about_attendance(room: Room) -> None:
    room.run()
    room.see("ana", "OH", -9_000, 9_000, active=8_000)
    room.answer("goals.goals.statement", "Prework", "a", at=-100, author="ana")
    assert _people(room.read())["ana"].attended is AttendanceStatus.POSSIBLY


def test_the_count_is_that_of_the_brief(room: Room) -> None:
    room.run()
    room.see("ana", "OH", -9_000, 9_000)
    room.see("bo", "OH", -9_000, -60)
    room.see("cy", "GU", 5, 50)
    with Store.open(room.settings.db_url) as store:
        brief = read_brief(read_session_record(CONTENT, store, 1))
    came = [one for one in room.read().people if one.attended is not AttendanceStatus.NO]
    assert brief.attendance.people == len(came) == 2
    assert brief.attendance.when.counts[HERE] == len({one.jurisdiction for one in came})
    assert brief.attendance.teams == (("Guam", 1, 2), ("Ohio", 1, 2), ("Puerto Rico", 0, 1))
    opening, sections = internal_sections(brief)
    staff = to_markdown(Section("All", (*opening, *sections)), level=1)
    assert "Who came, by state" in staff
    opening, sections = publishable_sections(brief, ReleasedReader(ReleasedCounts()))
    public = to_markdown(Section("All", (*opening, *sections)), level=1)
    assert "Who came" not in public
    assert not any(word in staff + public for word in ("Ana Ruiz", "ana@oh.example"))
    assert "Puerto Rico" not in public


def test_a_session_without_begin_or_end_says_what_is_missing(room: Room) -> None:
    room.see("ana", "OH", -10, 60)
    found = room.read()
    assert (_people(found)["ana"].attended, _people(found)["ana"].minutes) == (AttendanceStatus.YES, None)
    assert "No one pressed Begin" in list_facts(found, None)["Note"]
    with Store.open(room.settings.db_url) as store:
        SessionLog(store, "2026", CONTENT.get_session(1)).do(FAY, BeginSegment(), subject="framing")
    found = room.read()
    assert (_people(found)["ana"].attended, _people(found)["ana"].minutes) == (AttendanceStatus.YES, None)
    assert "No one has pressed End session" in list_facts(found, None)["Note"]
    later = replace(found, began_at=None, content=_in_the_future())
    assert list_facts(later, None)["Note"].startswith("The session is scheduled for February 19, 2126 at 13:00 and")


def _in_the_future() -> Content:
    schedule = tuple(one.model_copy(update={"date": dt.date(2126, 2, 19)}) for one in CONTENT.series.schedule)
    return CONTENT.model_copy(update={"series": CONTENT.series.model_copy(update={"schedule": schedule})})


# --- one person is one person -----------------------------------------------------------------------------------------


def test_who_joined_by_code_is_marked_and_not_counted_on_the_roster(room: Room) -> None:
    room.run()
    room.add("walk", "OH", "Wes Walkin", at=2)
    room.see("walk", "OH", 3, 70)
    room.add("paper", "OH", "Pat Paper")  # from a worksheet
    found = room.read()
    listings = {person: one.listing for person, one in _people(found).items()}
    assert listings["walk"] is Listing.TEAM_CODE
    assert listings["paper"] is Listing.NO_ADDRESS
    assert listings["ana"] is Listing.ROSTER
    ohio = next(one for one in found.states if one.jurisdiction == "OH")
    assert (ohio.on_roster, ohio.came, ohio.unlisted, ohio.absent) == (3, 1, 1, 3)


def test_merged_people_count_once_with_all_their_time(room: Room) -> None:
    room.run()
    room.add("walk", "OH", "Ana R.", at=2)
    room.see("ana", "OH", -5, 20)
    room.see("walk", "OH", 21, 70)
    assert sum(one.attended is AttendanceStatus.YES for one in room.read().people) == 2
    with Store.open(room.settings.db_url) as store:
        store.merge_people("ana", "walk", "staff")
    found = room.read()
    assert [one.person for one in found.people if one.attended is AttendanceStatus.YES] == ["ana"]
    ana = _people(found)["ana"]
    assert (ana.listing, ana.minutes) == (Listing.ROSTER, 70)
    assert "walk" not in _people(found)


def test_sessions_are_apart(room: Room) -> None:
    room.run()
    room.see("ana", "OH", 0, 75)
    second = _people(room.read(2))
    assert {one.attended for one in second.values()} == {AttendanceStatus.NO}
    assert second["di"].invited
    assert second["ana"].first_seen is None


def test_an_erased_team_is_in_no_table(room: Room) -> None:
    room.run()
    room.see("ana", "OH", 0, 75)
    with Store.open(room.settings.db_url) as store:
        store.erase(NewErasure(series="2026", jurisdiction="OH", asked_by="Ana", why="A test"))
    found = room.read()
    assert "OH" not in {one.jurisdiction for one in (*found.people, *found.states)}


# --- exercises --------------------------------------------------------------------------------------------------------


def test_exercises_are_complete_by_the_rule_of_the_console(room: Room) -> None:
    """Ana rates all that the exercise asks, Bo one statement; each has their own count, and the team has one."""
    room.run()
    rated = CONTENT.get_session(1).find_exercise("rate_systems")
    assert rated
    areas = {area for prompt in rated.prompts if isinstance(prompt, ItemsPrompt) for area in prompt.areas}
    items = [item for area in CONTENT.instrument.areas if area.id in areas for item in area.items]
    for item in items:
        room.answer("rate_systems.ratings.rating", 2, item.id, author="ana", scope=Scope.PERSON)
    room.answer("rate_systems.ratings.rating", 3, items[0].id, author="bo", scope=Scope.PERSON, at=31)
    people = _people(room.read())
    assert [people[one].own_complete for one in ("ana", "bo", "cy")] == [1, 0, 0]
    assert {one.own_asked for one in people.values()} == {2}, "rate_systems, and the conversation in trios"
    with Store.open(room.settings.db_url) as store:
        steps = read_steps(CONTENT, 1, store.current("2026", "OH"))
    ohio = next(one for one in room.read().states if one.jurisdiction == "OH")
    assert ohio.complete == len(steps.done) == 1
    assert ohio.asked == len(CONTENT.get_session(1).exercises) - len(steps.spared)


# --- files and the command --------------------------------------------------------------------------------------------


def test_a_workbook_has_a_sheet_each_with_filters_and_no_formula(room: Room, tmp_path: Path) -> None:
    room.run()
    room.see("bo", "OH", 0, 75)
    [path] = write_attendance(room.read(), None, tmp_path / "attendance.xlsx")
    assert path.stat().st_mode & 0o077 == 0
    book = load_workbook(path)
    assert book.sheetnames == ["People", "By state", "Facilitators", "Session"]
    people = book["People"]
    assert (people.freeze_panes, people.auto_filter.ref) == ("A2", "A1:T6")
    rows = list(people.iter_rows(values_only=True))
    assert rows[0] == tuple(ATTENDANCE_PEOPLE)
    name = next(cell for row in people.iter_rows() for cell in row if cell.value == "=Bo Lind")
    assert name.data_type == "s"
    assert [cell.value for cell in book["By state"][1]] == list(ATTENDANCE_STATES)
    assert book["Facilitators"]["D2"].value == "Fay Staff"


def test_csv_files_can_be_joined_by_id_and_address_and_have_no_formula(room: Room, tmp_path: Path) -> None:
    room.run()
    room.see("bo", "OH", 0, 75)
    paths = write_attendance(room.read(), None, tmp_path / "attendance.csv")
    names = ["attendance.csv", "attendance-by-state.csv", "attendance-facilitators.csv", "attendance-session.csv"]
    assert [path.name for path in paths] == names
    assert all(path.stat().st_mode & 0o077 == 0 for path in paths)
    rows = {row["person"]: row for row in csv.DictReader(paths[0].read_text("utf-8-sig").splitlines())}
    assert (rows["bo"]["name"], rows["bo"]["email"], rows["bo"]["minutes"]) == ("'=Bo Lind", "bo@oh.example", "75")
    assert (rows["cy"]["attended"], rows["cy"]["minutes"], rows["cy"]["first_seen"]) == ("no", "", "")
    with pytest.raises(UsageError, match=r"must end in .csv or .xlsx"):
        write_attendance(room.read(), None, tmp_path / "attendance.pdf")


def test_evaluations_are_counted_for_five_or_more_and_never_by_state(room: Room) -> None:
    room.run()
    for number in range(5):
        found, evaluations, _ = read_with_evaluations(room.settings, "2026", 1)
        assert evaluations is None
        assert list_facts(found, evaluations)["Evaluations"].startswith("Fewer than five")
        with Store.open(room.settings.db_url) as store:
            store.add_evaluation(SessionEvaluation(id=f"v{number}", series="2026", session=1, answers={}))
    found, evaluations, _ = read_with_evaluations(room.settings, "2026", 1)
    assert list_facts(found, evaluations)["Evaluations"] == "5"
    assert not any("evaluation" in column for column in (*ATTENDANCE_PEOPLE, *ATTENDANCE_STATES))


def test_the_export_has_attendance_by_state_without_names(room: Room, tmp_path: Path) -> None:
    room.run()
    export_answers(room.settings, "2026", tmp_path / "none.csv")
    assert not (tmp_path / "none-attendance.csv").exists()
    room.see("ana", "OH", 0, 75)
    room.see("cy", "GU", 0, 75)
    done = export_answers(room.settings, "2026", tmp_path / "all.xlsx")
    sheet = load_workbook(done.files[0])["Attendance by state"]
    assert [cell.value for cell in sheet["C"]] == ["jurisdiction", "GU", "OH", "PR"]
    export_answers(room.settings, "2026", tmp_path / "one.csv", ["OH"])
    written = (tmp_path / "one-attendance.csv").read_text("utf-8-sig")
    assert [row["jurisdiction"] for row in csv.DictReader(written.splitlines())] == ["OH"]
    assert "ana" not in written.lower()


def test_the_command_prints_writes_and_returns_json(room: Room, tmp_path: Path) -> None:
    register(["attendance"])
    room.run()
    room.see("ana", "OH", 0, 75)
    line = ["attendance", "--session", "1", "--home", str(room.settings.home), "--series", "2026"]
    printed = CliRunner().invoke(app, line, catch_exceptions=False).stdout
    assert "1 person came, from 1 of " in printed
    assert "| Ana Ruiz | Ohio |" in printed
    done = CliRunner().invoke(app, [*line, "--out", str(tmp_path / "a.xlsx")], catch_exceptions=False)
    assert done.stdout.strip().endswith("a.xlsx")
    assert "1 person of 1 state came to session 1.\n" in done.stderr
    listed = json.loads(CliRunner().invoke(app, [*line, "--json"], catch_exceptions=False).stdout)
    ana = next(one for one in listed["people"] if one["person"] == "ana")
    assert (ana["attended"], ana["first_seen"], ana["minutes"]) == ("yes", "2026-02-17T18:00:00+00:00", 75)
    assert listed["evaluations"] is None
