"""One definition of each count of states: console, shared screen, brief, attendance, follow-up, and polls agree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from cluster_kit.console.exercises import exercises_view
from cluster_kit.console.people import people_view
from cluster_kit.console.polls import polls_view
from cluster_kit.console.snapshot import SnapshotReader
from cluster_kit.console.views.exercises import ExerciseProgressView
from cluster_kit.content import load_content
from cluster_kit.documents.markdown import to_markdown
from cluster_kit.documents.model import Section
from cluster_kit.exports.attendance import list_facts, read_session_attendance, states_frame
from cluster_kit.exports.evaluation import read_summaries
from cluster_kit.exports.follow_up import follow_up
from cluster_kit.exports.room_record import read_room_record
from cluster_kit.exports.session_records import read_session_record
from cluster_kit.insights.brief import COMPLETE, NOTHING_TO_REVIEW, STARTED, SessionBrief, read_brief
from cluster_kit.insights.brief_internal import internal_sections
from cluster_kit.server.present.screen_hub import ScreenHub
from cluster_kit.server.present.screen_models import ScreenEvent
from cluster_kit.server.stream.event_hub import EventHub
from cluster_kit.sessions import SessionLog
from cluster_kit.sessions.facilitation import BeginSegment, EndSession
from cluster_kit.sessions.polls import StartPoll, VoteInPoll
from cluster_kit.settings import Settings
from cluster_kit.store import NewResponse, Person, Presence, Store
from cluster_kit.store.models import REMOVED_SINCE, utc_now
from tests.console.seeding import add_facilitator

CONTENT = load_content("2026")
SESSION = CONTENT.get_session(1)
HERE, LEFT, BY_PAPER, PREPARED, AWAITED = ("AL", "AK", "AZ"), "AR", "CA", "CO", ("CT", "DE")
UNINVITED, REMOVED = "FL", "GA"
IN_ROOM = "next_steps"
CAME = "5 people came, from 5 of 9 expected states; 1 state answered without coming"
MINUTE = dt.timedelta(minutes=1)


@dataclass
class Room:
    """A session in which states came, left, stayed away, or answered without coming."""

    settings: Settings
    store: Store
    fay: Person
    log: SessionLog
    at: dt.datetime

    def add(self, code: str, **more: object) -> Person:
        who = {"id": code.lower(), "jurisdiction": code, "name": f"Kim {code}"}
        return self.store.add_person(Person.model_validate({**who, "series": "2026", **more}))

    def answer(self, code: str, exercise: str, prompt: str) -> None:
        self.store.append(
            [
                NewResponse(
                    id=f"{code}-{exercise}",
                    series="2026",
                    session=1,
                    exercise=exercise,
                    prompt=prompt,
                    row="r" if "." in prompt else "",
                    jurisdiction=code,
                    scope="team",
                    author=code.lower(),
                    value="Words",
                )
            ]
        )

    def console(self) -> SnapshotReader:
        return SnapshotReader(CONTENT, SESSION, self.store, lambda: self.at, viewer=self.fay.id)

    def screen(self) -> ScreenEvent:
        with closing(EventHub(CONTENT, self.store)) as events:
            return ScreenHub(CONTENT, self.store, events, lambda: self.at).session(1).read()

    def brief(self) -> SessionBrief:
        return read_brief(read_session_record(CONTENT, self.store, 1))


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    settings = Settings(tmp_path / "home")
    with Store.open(settings.db_url) as store:
        fay = add_facilitator(store, "2026")
        log = SessionLog(store, "2026", SESSION)
        room = Room(settings, store, fay, log, utc_now())
        people = {code: room.add(code) for code in (*HERE, LEFT, BY_PAPER, PREPARED, *AWAITED)}
        people[UNINVITED] = room.add(UNINVITED, sessions=(2,))
        room.add(REMOVED, links_since=REMOVED_SINCE)
        log.do(fay, BeginSegment(), subject="framing")
        began = log.state().began_at
        assert began
        room.at = began + 5 * MINUTE
        for code in (*HERE, LEFT, UNINVITED):
            seen = room.at if code in HERE else began + dt.timedelta(seconds=1)
            at = {"joined_at": began - MINUTE, "active_at": seen, "seen_at": seen}
            store.note_presence([Presence(series="2026", session=1, person=code.lower(), jurisdiction=code, **at)])
        yield room


def test_everyone_counts_the_same_states(room: Room) -> None:
    """Here: AL, AK, AZ. Came: these, one that left, one that was not invited. Took part: also one by worksheet."""
    for code in (HERE[0], HERE[1], LEFT, BY_PAPER):
        room.answer(code, IN_ROOM, "actions.action")
    room.answer(PREPARED, "goals_and_needs", "needs")
    console = room.console()
    snapshot = console.read()
    people, brief = people_view(snapshot), room.brief()
    attendance = read_session_attendance(CONTENT, room.store, 1)
    screen = room.screen()

    assert (people.states, people.expected_states) == (screen.here.states, len(attendance.counted.expected)) == (3, 9)
    assert people.people == screen.here.people == 3
    assert people.came == list_facts(attendance, None)["Attendance"] == CAME
    opening, sections = internal_sections(brief)
    assert CAME in to_markdown(Section("All", (*opening, *sections)), level=1)
    assert snapshot.states == brief.attendance.counted == attendance.counted
    assert set(states_frame([attendance]).query("came > 0").jurisdiction) == snapshot.states.came
    [summary] = read_summaries(room.settings, CONTENT, room.store, 1)
    assert summary.present == brief.attendance.people == attendance.came == 5
    took_part = {one.jurisdiction for one in follow_up(room.settings, "2026", 1).without if one.came}
    assert took_part == snapshot.states.took_part - {HERE[0], HERE[1], LEFT, BY_PAPER}

    shown = next(one for one in exercises_view(snapshot).exercises if one.id == IN_ROOM)
    assert shown.progress.startswith("4 of 6 states that took part have started")
    assert shown.waiting == ["Arizona"], "here, and not started"
    assert_as_in_brief(shown, brief)
    room.log.do(room.fay, EndSession())
    after = next(one for one in exercises_view(console.read()).exercises if one.id == IN_ROOM)
    assert_as_in_brief(after, room.brief())
    assert after.progress == shown.progress, "the count stays when people close their pages"


def assert_as_in_brief(shown: ExerciseProgressView, brief: SessionBrief) -> None:
    tally = next(one for one in brief.participation if one.id == f"exercise.{shown.id}")
    assert shown.asked == tally.total - tally.counts[NOTHING_TO_REVIEW]
    assert shown.begun == tally.counts[STARTED] + tally.counts[COMPLETE]
    assert shown.complete == tally.counts[COMPLETE]


def test_a_poll_counts_the_same_people_and_states_everywhere(room: Room) -> None:
    poll = room.log.do(room.fay, StartPoll(text="Ready?", options=("Yes", "No")))
    for code in HERE:
        person = room.store.find_person(code.lower())
        assert person
        room.log.do(person, VoteInPoll(choice=0), subject=poll.id)
    [asked] = polls_view(room.console().read()).polls
    screen = room.screen()
    assert screen.poll
    assert asked.answered == "3 people from 3 states have answered"
    assert screen.poll.answered == "Fewer than 10 people have answered", "what is left out cannot be derived"
    rows = read_room_record(CONTENT, room.store).query("kind == 'poll'")
    assert rows.people.sum() == sum(option.people for option in asked.options) == 3
