"""Session commands in a real store, reduced to the session's state."""

from __future__ import annotations

import copy
import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from cluster_kit.content import load_content
from cluster_kit.sessions import (
    InvalidCommandError,
    NotAllowedError,
    RunOfShow,
    SessionCommand,
    SessionLog,
    SessionState,
)
from cluster_kit.sessions.board import Moderate, React, Reaction, WritePost
from cluster_kit.sessions.commands import command_kinds
from cluster_kit.sessions.facilitation import (
    BeginSegment,
    Broadcast,
    ChangeMinutes,
    EndSession,
    FeatureExample,
    FinishParked,
    FormGroups,
    Lock,
    Park,
    Reveal,
    SeatedRoom,
    SeatPeople,
    ShareLink,
    Undo,
)
from cluster_kit.sessions.polls import StartPoll, VoteInPoll
from cluster_kit.sessions.seating import RoomUse
from cluster_kit.settings import sqlite_url
from cluster_kit.store import Event, NewErasure, NewEvent, Person, Store
from cluster_kit.store.models import ERASURE, SAME_PERSON, SPEED

SESSION = load_content("2026").get_session(1)
FAY = Person(id="fay", series="2026", jurisdiction="", name="Fay")
ANA = Person(id="ana", series="2026", jurisdiction="OH", name="Ana")
BEN = Person(id="ben", series="2026", jurisdiction="GU", name="Ben")
MINUTE = dt.timedelta(minutes=1)
RATED, UNRATED = "rate_systems", "goals"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(sqlite_url(tmp_path / "kept.sqlite3")) as store:
        yield store


@pytest.fixture
def session_log(store: Store) -> Iterator[SessionLog]:
    """A log that reads event after event. In the end, its state is that of a log that reads all of them at once."""
    session_log = SessionLog(store, "2026", SESSION)
    yield session_log
    assert session_log.state() == SessionLog(store, "2026", SESSION).state()


def test_two_facilitators_see_the_same_and_so_does_a_server_started_again(
    store: Store, session_log: SessionLog
) -> None:
    other = SessionLog(store, "2026", SESSION)
    session_log.do(FAY, BeginSegment(), subject="framing")
    assert other.state().segment == "framing"
    other.do(FAY, BeginSegment(), subject="policy_tool")
    assert session_log.state().segment == "policy_tool"
    assert SessionLog(store, "2026", SESSION).state() == session_log.state()


def test_a_state_that_was_read_stays_as_it_was(session_log: SessionLog) -> None:
    post = session_log.do(ANA, WritePost(text="One thing"), subject="framing")
    poll = session_log.do(FAY, StartPoll(text="Shall we go on?", options=("Yes", "No")))
    before = session_log.state()
    copied = copy.deepcopy(before)
    session_log.do(BEN, React(reaction=Reaction.HELPFUL), subject=post.id)
    session_log.do(BEN, VoteInPoll(choice=1), subject=poll.id)
    session_log.do(FAY, Moderate(hidden=True), subject=post.id)
    session_log.do(FAY, Lock(locked=True), subject=RATED)
    after = session_log.state()
    assert before == copied
    assert (after.posts[post.id].hidden, after.posts[post.id].reactions) == (True, {"helpful": {"ben"}})
    assert after.polls[poll.id].votes["ben"].choice == 1
    assert after.locked == {RATED}


def test_events_are_applied_to_the_state_once_and_an_undo_makes_it_again(
    session_log: SessionLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied: list[str] = []
    apply = WritePost.apply

    def note(self: WritePost, event: Event, state: SessionState) -> None:
        applied.append(self.text)
        apply(self, event, state)

    monkeypatch.setattr(WritePost, "apply", note)
    for text in ("one", "two", "three"):
        latest = session_log.do(ANA, WritePost(text=text), subject="framing")
        session_log.state()
    assert applied == ["one", "two", "three"]
    session_log.do(ANA, Undo(), subject=latest.id)
    assert [post.text for post in session_log.state().posts.values()] == ["one", "two"]


def test_undoing_takes_back_and_stays_on_record(session_log: SessionLog) -> None:
    session_log.do(FAY, BeginSegment(), subject="framing")
    mistake = session_log.do(FAY, BeginSegment(), subject="next_steps")
    session_log.do(FAY, Undo(), subject=mistake.id)
    session_state = session_log.state()
    assert session_state.segment == "framing"
    assert [event.subject for event in session_state.record] == ["framing", "next_steps"]
    assert session_state.undone == {mistake.id}
    with pytest.raises(InvalidCommandError):
        session_log.do(FAY, Undo(), subject="never-happened")


def test_the_same_thing_sent_twice_is_done_once(session_log: SessionLog) -> None:
    first = session_log.do(FAY, ChangeMinutes(minutes=5), subject="framing", event_id="once")
    assert session_log.do(FAY, ChangeMinutes(minutes=5), subject="framing", event_id="once") == first
    assert session_log.state().changed_minutes == {"framing": 5}


@pytest.mark.parametrize(
    ("who", "command", "where"),
    [
        (BEN, WritePost(text="Hello"), {"subject": "framing"}),
        (ANA, WritePost(text="Something else"), {"subject": "framing"}),
        (ANA, WritePost(text="Hello"), {"subject": "policy_tool"}),
        (ANA, Park(text="Hello"), {"subject": "framing"}),
        (FAY, WritePost(text="Hello"), {"subject": "framing", "jurisdiction": "OH"}),
    ],
    ids=["another person", "other words", "another place", "another kind", "a facilitator for the state"],
)
@pytest.mark.parametrize("reader", ["the same", "one of few kinds", "of another session"])
def test_an_id_of_something_else_is_refused(
    store: Store, session_log: SessionLog, who: Person, command: SessionCommand, where: dict[str, str], reader: str
) -> None:
    first = session_log.do(ANA, WritePost(text="Hello"), subject="framing", event_id="once")
    second = {
        "the same": session_log,
        "one of few kinds": SessionLog(store, "2026", SESSION, only=["lock"]),
        "of another session": SessionLog(store, "2026", load_content("2026").get_session(2)),
    }[reader]
    with pytest.raises(InvalidCommandError, match="same id"):
        second.do(who, command, event_id="once", **where)
    assert [event.id for event in store.events("2026", 1)] == [first.id]
    assert store.events("2026", 2) == []


def test_participants_do_only_what_is_theirs(session_log: SessionLog) -> None:
    post = session_log.do(ANA, WritePost(text="Hello"), subject="peer_discussion")
    for command, subject in (
        (BeginSegment(), "framing"),
        (Broadcast(text="x"), ""),
        (Lock(locked=True), "goals"),
        (Moderate(hidden=True), post.id),
        (FormGroups(title="x", groups=()), ""),
        (SeatPeople(use=RoomUse.HOME, rooms=()), ""),
        (FeatureExample(), "OH/x/y"),
    ):
        with pytest.raises(NotAllowedError):
            session_log.do(ANA, command, subject=subject)
    with pytest.raises(NotAllowedError):
        session_log.do(BEN, Undo(), subject=post.id)
    with pytest.raises(NotAllowedError):
        session_log.do(BEN, WritePost(text="x"), subject="framing", jurisdiction="OH")
    with pytest.raises(NotAllowedError):
        session_log.do(BEN, Reveal(), subject="policy_ratings", jurisdiction="")
    session_log.do(ANA, Undo(), subject=post.id)
    assert session_log.state().posts == {}


def test_home_rooms_and_trios_stay_side_by_side_and_a_newer_seating_replaces_its_own(session_log: SessionLog) -> None:
    def seat(use: RoomUse, name: str, *people: str) -> str:
        rooms = (SeatedRoom(number=1, name=name, people=people),)
        return session_log.do(FAY, SeatPeople(use=use, rooms=rooms)).id

    seat(RoomUse.HOME, "Table 1", "ana", "ben")
    seat(RoomUse.TRIOS, "Trio 1", "ana")
    newest = seat(RoomUse.HOME, "Ohio", "ana")
    seatings = session_log.state().seatings
    assert {use: shown.rooms[0].name for use, shown in seatings.items()} == {
        RoomUse.HOME: "Ohio",
        RoomUse.TRIOS: "Trio 1",
    }
    assert seatings[RoomUse.HOME].find_room("ben") is None
    session_log.do(FAY, Undo(), subject=newest)
    shown = session_log.state().seatings[RoomUse.HOME].find_room("ben")
    assert shown is not None
    assert shown.name == "Table 1"


def test_a_person_is_in_one_room_only(session_log: SessionLog) -> None:
    rooms = tuple(SeatedRoom(number=number, name="Room", people=("ana",)) for number in (1, 2))
    with pytest.raises(InvalidCommandError, match="A person cannot be in two rooms"):
        session_log.do(FAY, SeatPeople(use=RoomUse.TRIOS, rooms=rooms))


def test_a_board_has_posts_replies_reactions_and_moderation(session_log: SessionLog) -> None:
    post = session_log.do(ANA, WritePost(text="  One thing  ", signed=True), subject="framing")
    reply = session_log.do(BEN, WritePost(text="Same", parent=post.id), subject="framing")
    for _ in range(2):
        session_log.do(BEN, React(reaction=Reaction.HELPFUL), subject=post.id)
    session_log.do(FAY, Moderate(featured=True), subject=post.id)
    session_state = session_log.state()
    assert (session_state.posts[post.id].text, session_state.posts[post.id].signed) == ("One thing", True)
    assert session_state.posts[post.id].reactions == {"helpful": {"ben"}}
    assert session_state.posts[post.id].featured
    assert session_state.posts[reply.id].parent == post.id
    with pytest.raises(InvalidCommandError):
        session_log.do(ANA, WritePost(text="deeper", parent=reply.id), subject="framing")
    session_log.do(FAY, Moderate(hidden=True), subject=post.id)
    with pytest.raises(InvalidCommandError):
        session_log.do(ANA, React(reaction=Reaction.HELPFUL), subject=post.id)
    with pytest.raises(ValidationError):
        WritePost(text="   ")


def test_locks_reveals_links_and_the_parking_lot(session_log: SessionLog) -> None:
    session_log.do(FAY, Lock(locked=True), subject=(exercise := RATED))
    session_log.do(ANA, Reveal(), subject=exercise)
    parked = session_log.do(BEN, Park(text="Later"))
    session_log.do(FAY, FinishParked(), subject=parked.id)
    link = session_log.do(FAY, ShareLink.model_validate({"text": "The slides", "url": "https://example.org/a"}))
    session_state = session_log.state()
    assert session_state.is_locked(exercise)
    assert (session_state.is_revealed(exercise, "OH"), session_state.is_revealed(exercise, "GU")) == (True, False)
    assert session_state.parked[parked.id].done
    assert [one.id for one in session_state.links] == [link.id]
    session_log.do(FAY, Reveal(), subject=exercise)
    assert session_log.state().is_revealed(exercise, "GU")
    session_log.do(FAY, Reveal(revealed=False), subject=exercise)
    assert not session_log.state().is_revealed(exercise, "OH")
    with pytest.raises(ValidationError):
        ShareLink.model_validate({"text": "x", "url": "javascript:alert(1)"})
    with pytest.raises(InvalidCommandError):
        session_log.do(FAY, Lock(locked=True), subject="no_such")
    for subject in ("no_such", UNRATED):
        with pytest.raises(InvalidCommandError):
            session_log.do(FAY, Reveal(), subject=subject)


def test_a_session_log_of_some_kinds_reads_no_others(store: Store, session_log: SessionLog) -> None:
    some = SessionLog(store, "2026", SESSION, only=["lock"])
    session_log.do(ANA, WritePost(text="x"), subject="framing")
    locked = session_log.do(FAY, Lock(locked=True), subject=SESSION.exercises[0].id)
    assert some.state().posts == {}
    assert some.state().locked
    session_log.do(FAY, Undo(), subject=locked.id)
    assert not some.state().locked


def test_an_erased_post_is_gone_from_open_session_logs(store: Store, session_log: SessionLog) -> None:
    session_log.do(ANA, WritePost(text="x"), subject="framing")
    assert session_log.state().posts
    store.erase(NewErasure(series="2026", jurisdiction="OH", person="ana", asked_by="Ana", why="asked"))
    assert session_log.state().posts == {}


def test_a_post_erased_from_among_others_is_gone_whatever_happened_since(store: Store, session_log: SessionLog) -> None:
    some = SessionLog(store, "2026", SESSION, only=["lock"])
    session_log.do(ANA, WritePost(text="x"), subject="framing")
    kept = session_log.do(BEN, WritePost(text="y"), subject="framing")
    assert len(session_log.state().posts) == 2
    assert some.state().erased == {}
    store.erase(NewErasure(series="2026", jurisdiction="OH", person="ana", asked_by="Ana", why="asked"))
    SessionLog(store, "2026", SESSION).do(FAY, BeginSegment(), subject="framing")
    assert list(session_log.state().posts) == [kept.id]
    assert list(some.state().erased) == ["OH"]


def test_what_a_newer_version_wrote_is_passed_over(store: Store, session_log: SessionLog) -> None:
    store.add_events([NewEvent(id="n", series="2026", session=1, kind="hologram", author="fay", value={"a": 1})])
    store.add_events([NewEvent(id="m", series="2026", session=1, kind="lock", subject="goals", author="fay", value={})])
    assert session_log.state().seq == store.latest_event("2026", 1)
    assert not session_log.state().locked


def test_every_kind_of_event_is_in_the_reference() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "events.md").read_text("utf-8")
    tables = [part for part in page.split("\n\n") if part.startswith("| kind |")]
    named = {kind for table in tables for kind in re.findall(r"^\| `([a-z_]+)`", table, re.MULTILINE)}
    assert named == {*command_kinds(), ERASURE, SAME_PERSON, SPEED}


def test_the_run_of_show_counts_planned_taken_and_left(store: Store, session_log: SessionLog) -> None:
    session_log.do(FAY, BeginSegment(), subject="framing")
    began = session_log.state().began_at
    assert began is not None
    late = SESSION.segments[0].minutes * MINUTE + 2 * MINUTE
    show = RunOfShow.of(SESSION, session_log.state(), began + late)
    assert show.now is not None
    assert (show.now.kind, show.now.taken, show.left, show.behind) == ("framing", late, -2 * MINUTE, 2 * MINUTE)
    assert show.next is not None
    assert show.next.kind == "policy_tool"
    session_log.do(FAY, ChangeMinutes(minutes=5), subject="framing")
    show = RunOfShow.of(SESSION, session_log.state(), began + late)
    assert (show.left, show.behind) == (3 * MINUTE, 5 * MINUTE)
    with pytest.raises(InvalidCommandError):
        session_log.do(FAY, ChangeMinutes(minutes=-60), subject="framing")
    session_log.do(FAY, EndSession())
    show = RunOfShow.of(SESSION, session_log.state(), began + late)
    assert (show.now, show.left) == (None, None)
    assert {part.state for part in show.parts} == {"over"}


def test_every_kind_says_what_was_done() -> None:
    for kind in command_kinds().values():
        assert issubclass(kind, SessionCommand)
        assert kind.__doc__
        assert kind.describe is not SessionCommand.describe
