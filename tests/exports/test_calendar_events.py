"""Calendar files: times, versions, cancellations, and requests, read by an independent parser of RFC 5545."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest

from cluster_kit.content import Content, load_content
from cluster_kit.content.messages import find_call_link
from cluster_kit.errors import UsageError
from cluster_kit.exercises.answers import Answers
from cluster_kit.exports.calendars import write_calendars
from cluster_kit.exports.invitations import InvitationOptions, write_invitations
from cluster_kit.insights.calendar_dates import read_dates, write_calendar
from cluster_kit.insights.calendar_events import HISTORY_FILE, parse_organizer
from cluster_kit.settings import Settings
from cluster_kit.store import Person, Store
from tests.exports.conftest import Say

PAGE = "https://workshop.example.org/join"
ROBIN = "Robin Hall <robin@example.org>"
ANA = Person(id="ana-0001", series="2026", jurisdiction="OH", name="Ana “A” Reyes", email="ana@ohio.gov")
BO = Person(id="bo-0002", series="2026", jurisdiction="OH", name="Bo Lind", sessions=(1,))


@pytest.fixture(scope="module")
def content() -> Content:
    return load_content("2026")


def read(path: Path) -> tuple[icalendar.Calendar, icalendar.Event]:
    """A file's calendar, and its only event."""
    calendar = icalendar.Calendar.from_ical(path.read_bytes())
    assert isinstance(calendar, icalendar.Calendar)
    assert calendar.errors == []
    (event,) = calendar.walk("VEVENT")
    assert isinstance(event, icalendar.Event)
    assert event.errors == []
    return calendar, event


def invite(
    content: Content, folder: Path, *, code: str = "OH", organizer: str = "", cancel: tuple[int, ...] = ()
) -> list[Path]:
    people = [ANA, BO]
    options = InvitationOptions(PAGE, organizer, cancel)
    return write_invitations(content, people, [code], options, folder / "out", home=folder)


def moved(content: Content, days: int) -> Content:
    """The series with its first session on another day."""
    first, *rest = content.series.schedule
    later = first.model_copy(update={"date": first.date + dt.timedelta(days=days)})
    series = content.series.model_copy(update={"schedule": (later, *rest)})
    return content.model_copy(update={"series": series})


@pytest.mark.parametrize("code", ["IL", "IN", "AZ", "PR", "GU", "AS"])
def test_a_session_is_at_the_same_instant_in_every_state(content: Content, tmp_path: Path, code: str) -> None:
    summer = moved(content, 200)
    path = invite(summer, tmp_path, code=code)[0]
    calendar, event = read(path)
    meeting = summer.get_meeting(1)
    zone = ZoneInfo(summer.series.time_zone)
    assert event["DTSTART"].dt == dt.datetime.combine(meeting.date, meeting.start, zone)
    assert re.search(rb"\r\nDTSTART:\d{8}T\d{6}Z\r\n", path.read_bytes())
    assert calendar.walk("VTIMEZONE") == []
    assert calendar["METHOD"] == "PUBLISH"
    assert "X-WR-CALNAME" not in calendar


def test_a_session_is_where_its_video_call_is_and_still_names_the_page(content: Content, tmp_path: Path) -> None:
    values = tmp_path / "content" / "message_values.yaml"
    values.parent.mkdir()
    values.write_text("schema_version: 1\nvalues:\n  call_link: https://call.example.org/1\n", "utf-8")
    options = InvitationOptions(PAGE, call_link=find_call_link("2026", values.parent))
    path = write_invitations(content, [ANA], ["OH"], options, tmp_path / "out", home=tmp_path)[0]
    _, event = read(path)
    assert event["LOCATION"] == "https://call.example.org/1"
    assert "Video call: https://call.example.org/1" in event["DESCRIPTION"]
    assert f"open {PAGE} and enter" in event["DESCRIPTION"]


def test_every_line_is_short_and_ends_as_the_standard_asks(content: Content, tmp_path: Path) -> None:
    for path in invite(content, tmp_path, organizer=ROBIN):
        raw = path.read_bytes()
        assert raw.endswith(b"END:VCALENDAR\r\n")
        assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
        assert b"\n" not in raw.replace(b"\r\n", b"")


def test_files_made_again_are_the_same_and_a_moved_session_has_the_next_number(
    content: Content, tmp_path: Path
) -> None:
    first = invite(content, tmp_path)
    before = {path.name: path.read_bytes() for path in first}
    assert {path.name: path.read_bytes() for path in invite(content, tmp_path)} == before
    _, event = read(first[0])
    assert event["SEQUENCE"] == 0
    [path, *others] = invite(moved(content, 7), tmp_path)
    _, later = read(path)
    assert (later["UID"], later["SEQUENCE"]) == (event["UID"], 1)
    assert later["DTSTART"].dt - event["DTSTART"].dt == dt.timedelta(days=7)
    assert later["DTSTAMP"].dt >= event["DTSTAMP"].dt
    assert all(other.read_bytes() == before[other.name] for other in others)
    _, back = read(invite(content, tmp_path)[0])
    assert back["SEQUENCE"] == 2


def test_an_organizer_sends_each_person_a_request_with_nobody_else_in_it(content: Content, tmp_path: Path) -> None:
    paths = invite(content, tmp_path, organizer=ROBIN)
    requests = [path for path in paths if "ana" in path.name]
    assert len(requests) == len(content.sessions)
    assert not any("bo-lind" in path.name for path in paths), "there is no address"
    calendar, event = read(requests[0])
    assert calendar["METHOD"] == "REQUEST"
    assert event["ORGANIZER"] == "mailto:robin@example.org"
    assert event["ORGANIZER"].params["CN"] == "Robin Hall"
    assert event["ATTENDEE"] == "mailto:ana@ohio.gov"
    assert "Bo Lind" not in requests[0].read_text("utf-8")
    _, shared = read(paths[0])
    assert (shared["UID"], shared["SEQUENCE"]) == (event["UID"], event["SEQUENCE"])
    assert "ATTENDEE" not in shared


def test_a_canceled_session_cancels_the_event_and_can_come_back(content: Content, tmp_path: Path) -> None:
    _, event = read(invite(content, tmp_path)[0])
    path = invite(content, tmp_path, organizer=ROBIN, cancel=(1,))[0]
    calendar, gone = read(path)
    assert (calendar["METHOD"], gone["STATUS"]) == ("CANCEL", "CANCELLED")
    assert (gone["UID"], gone["SEQUENCE"], gone["DTSTART"].dt) == (event["UID"], 1, event["DTSTART"].dt)
    assert gone["SUMMARY"] == f"Canceled: {event['SUMMARY']}"
    again = invite(content, tmp_path, organizer=ROBIN, cancel=(1,))[0]
    assert read(again)[1]["SEQUENCE"] == 1
    calendar, back = read(invite(content, tmp_path)[0])
    assert (calendar["METHOD"], back["SEQUENCE"], back["STATUS"]) == ("PUBLISH", 2, "CONFIRMED")


@pytest.mark.parametrize("given", ["Robin Hall", "robin@", "a@b.org\r\nATTENDEE:x@y.org", "a b@c.org"])
def test_an_organizer_without_an_address_is_refused(given: str) -> None:
    with pytest.raises(UsageError, match="is not an email address"):
        parse_organizer(given)


def test_a_damaged_history_is_one_sentence_with_the_way_out(content: Content, tmp_path: Path) -> None:
    (tmp_path / HISTORY_FILE).write_text("{")
    with pytest.raises(UsageError, match="restore it from a backup"):
        invite(content, tmp_path)


def test_the_history_holds_no_words(content: Content, tmp_path: Path) -> None:
    invite(content, tmp_path, organizer=ROBIN)
    kept = (tmp_path / HISTORY_FILE).read_text("utf-8")
    assert not any(word in kept for word in ("Reyes", "ohio.gov", "robin", "Session", "workshop.example"))


def test_dates_are_a_file_each_for_outlook_and_one_that_is_gone_is_canceled(
    say: Say, settings: Settings, tmp_path: Path
) -> None:
    day = (dt.datetime.now(dt.UTC) + dt.timedelta(days=90)).date()
    say("next_steps", "actions.action", "Call the board", "s")
    say("next_steps", "actions.due", day.isoformat(), "s")
    paths = write_calendars(settings, "2026", tmp_path, ["OH"], separate=True)
    assert f"2026-OH/{day}-" in str(paths[-1])
    step = next(event for _, event in map(read, paths) if event["SUMMARY"] == "Due: Call the board")
    later = day + dt.timedelta(days=1)
    say("next_steps", "actions.due", later.isoformat(), "s")
    paths = write_calendars(settings, "2026", tmp_path, ["OH"], separate=True)
    changed = next(event for _, event in map(read, paths) if event["UID"] == step["UID"])
    assert changed["SEQUENCE"] > step["SEQUENCE"]
    assert changed["DTSTART"].dt == later
    say("next_steps", "actions.due", None, "s")
    paths = write_calendars(settings, "2026", tmp_path, ["OH"], separate=True)
    [canceled] = [path for path in paths if "canceled" in path.name]
    calendar, gone = read(canceled)
    assert (calendar["METHOD"], gone["UID"], gone["DTSTART"].dt) == ("CANCEL", step["UID"], later)
    assert gone["SEQUENCE"] == changed["SEQUENCE"] + 1


def test_the_pages_file_and_later_files_replace_each_other(say: Say, settings: Settings, tmp_path: Path) -> None:
    """The summary page keeps no history. Its event is the same one, and a later file has a higher number."""

    def from_page() -> icalendar.Event:
        with Store.open(settings.db_url) as store:
            answers = Answers(store.current("2026", "OH"), store.people("2026", "OH"), store.history("2026", "OH"))
        raw = write_calendar(content, "OH", read_dates(content, "OH", answers))
        assert raw == write_calendar(content, "OH", read_dates(content, "OH", answers))
        return find(raw)

    def find(raw: bytes) -> icalendar.Event:
        events = icalendar.Calendar.from_ical(raw).walk("VEVENT")
        (step,) = [event for event in events if event["SUMMARY"] == "Due: Call the board"]
        assert isinstance(step, icalendar.Event)
        return step

    content, shared = load_content("2026"), ("UID", "SUMMARY", "DTSTART", "DTEND", "DESCRIPTION", "SEQUENCE")
    say("next_steps", "actions.action", "Call the board", "s")
    say("next_steps", "actions.due", "2027-03-05", "s")
    page, [path] = from_page(), write_calendars(settings, "2026", tmp_path, ["OH"])
    written = find(path.read_bytes())
    assert [page[key] for key in shared] == [written[key] for key in shared]
    assert 0 < page["SEQUENCE"] < 2**31
    say("next_steps", "actions.due", "2027-03-06", "s")
    [path] = write_calendars(settings, "2026", tmp_path, ["OH"])
    assert find(path.read_bytes())["SEQUENCE"] > page["SEQUENCE"]
    assert from_page()["SEQUENCE"] >= page["SEQUENCE"]
