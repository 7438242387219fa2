"""What is done in a session, kept in a real store and folded into how things stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from cluster_kit.content import load_content
from cluster_kit.sessions import InvalidCommandError, NotAllowedError, RunOfShow, SessionCommand, SessionLog
from cluster_kit.sessions.board import Moderate, React, Reaction, WritePost
from cluster_kit.sessions.commands import kinds
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
    ShareLink,
    Undo,
)
from cluster_kit.settings import sqlite_url
from cluster_kit.store import NewErasure, NewEvent, Person, Store

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
def journal(store: Store) -> SessionLog:
    return SessionLog(store, "2026", SESSION)


def test_two_facilitators_see_the_same_and_so_does_a_server_started_again(store: Store, journal: SessionLog) -> None:
    other = SessionLog(store, "2026", SESSION)
    journal.do(FAY, BeginSegment(), subject="framing")
    assert other.standing().segment == "framing"
    other.do(FAY, BeginSegment(), subject="policy_tool")
    assert journal.standing().segment == "policy_tool"
    assert SessionLog(store, "2026", SESSION).standing() == journal.standing()


def test_undoing_takes_back_and_stays_on_record(journal: SessionLog) -> None:
    journal.do(FAY, BeginSegment(), subject="framing")
    mistake = journal.do(FAY, BeginSegment(), subject="next_steps")
    journal.do(FAY, Undo(), subject=mistake.id)
    standing = journal.standing()
    assert standing.segment == "framing"
    assert [event.subject for event in standing.record] == ["framing", "next_steps"]
    assert standing.undone == {mistake.id}
    with pytest.raises(InvalidCommandError):
        journal.do(FAY, Undo(), subject="never-happened")


def test_the_same_thing_sent_twice_is_done_once(journal: SessionLog) -> None:
    first = journal.do(FAY, ChangeMinutes(minutes=5), subject="framing", event_id="once")
    assert journal.do(FAY, ChangeMinutes(minutes=5), subject="framing", event_id="once") == first
    assert journal.standing().changed_minutes == {"framing": 5}


@pytest.mark.parametrize(
    ("who", "doing", "where"),
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
    store: Store, journal: SessionLog, who: Person, doing: SessionCommand, where: dict[str, str], reader: str
) -> None:
    first = journal.do(ANA, WritePost(text="Hello"), subject="framing", event_id="once")
    second = {
        "the same": journal,
        "one of few kinds": SessionLog(store, "2026", SESSION, only=["lock"]),
        "of another session": SessionLog(store, "2026", load_content("2026").get_session(2)),
    }[reader]
    with pytest.raises(InvalidCommandError, match="same id"):
        second.do(who, doing, event_id="once", **where)
    assert [event.id for event in store.events("2026", 1)] == [first.id]
    assert store.events("2026", 2) == []


def test_participants_do_only_what_is_theirs(journal: SessionLog) -> None:
    post = journal.do(ANA, WritePost(text="Hello"), subject="peer_discussion")
    for doing, subject in (
        (BeginSegment(), "framing"),
        (Broadcast(text="x"), ""),
        (Lock(locked=True), "goals"),
        (Moderate(hidden=True), post.id),
        (FormGroups(title="x", groups=()), ""),
        (FeatureExample(), "OH/x/y"),
    ):
        with pytest.raises(NotAllowedError):
            journal.do(ANA, doing, subject=subject)
    with pytest.raises(NotAllowedError):
        journal.do(BEN, Undo(), subject=post.id)
    with pytest.raises(NotAllowedError):
        journal.do(BEN, WritePost(text="x"), subject="framing", jurisdiction="OH")
    with pytest.raises(NotAllowedError):
        journal.do(BEN, Reveal(), subject="policy_ratings", jurisdiction="")
    journal.do(ANA, Undo(), subject=post.id)
    assert journal.standing().posts == {}


def test_a_board_has_posts_replies_reactions_and_moderation(journal: SessionLog) -> None:
    post = journal.do(ANA, WritePost(text="  One thing  ", signed=True), subject="framing")
    reply = journal.do(BEN, WritePost(text="Same", parent=post.id), subject="framing")
    for _ in range(2):
        journal.do(BEN, React(reaction=Reaction.HELPFUL), subject=post.id)
    journal.do(FAY, Moderate(featured=True), subject=post.id)
    standing = journal.standing()
    assert (standing.posts[post.id].text, standing.posts[post.id].signed) == ("One thing", True)
    assert standing.posts[post.id].reactions == {"helpful": {"ben"}}
    assert standing.posts[post.id].featured
    assert standing.posts[reply.id].parent == post.id
    with pytest.raises(InvalidCommandError):
        journal.do(ANA, WritePost(text="deeper", parent=reply.id), subject="framing")
    journal.do(FAY, Moderate(hidden=True), subject=post.id)
    with pytest.raises(InvalidCommandError):
        journal.do(ANA, React(reaction=Reaction.HELPFUL), subject=post.id)
    with pytest.raises(ValidationError):
        WritePost(text="   ")


def test_locks_reveals_links_and_the_parking_lot(journal: SessionLog) -> None:
    journal.do(FAY, Lock(locked=True), subject=(exercise := RATED))
    journal.do(ANA, Reveal(), subject=exercise)
    parked = journal.do(BEN, Park(text="Later"))
    journal.do(FAY, FinishParked(), subject=parked.id)
    link = journal.do(FAY, ShareLink.model_validate({"text": "The slides", "url": "https://example.org/a"}))
    standing = journal.standing()
    assert standing.is_locked(exercise)
    assert (standing.is_revealed(exercise, "OH"), standing.is_revealed(exercise, "GU")) == (True, False)
    assert standing.parked[parked.id].done
    assert [one.id for one in standing.links] == [link.id]
    journal.do(FAY, Reveal(), subject=exercise)
    assert journal.standing().is_revealed(exercise, "GU")
    journal.do(FAY, Reveal(revealed=False), subject=exercise)
    assert not journal.standing().is_revealed(exercise, "OH")
    with pytest.raises(ValidationError):
        ShareLink.model_validate({"text": "x", "url": "javascript:alert(1)"})
    with pytest.raises(InvalidCommandError):
        journal.do(FAY, Lock(locked=True), subject="no_such")
    for subject in ("no_such", UNRATED):
        with pytest.raises(InvalidCommandError):
            journal.do(FAY, Reveal(), subject=subject)


def test_a_journal_of_some_kinds_reads_no_others(store: Store, journal: SessionLog) -> None:
    some = SessionLog(store, "2026", SESSION, only=["lock"])
    journal.do(ANA, WritePost(text="x"), subject="framing")
    locked = journal.do(FAY, Lock(locked=True), subject=SESSION.exercises[0].id)
    assert some.standing().posts == {}
    assert some.standing().locked
    journal.do(FAY, Undo(), subject=locked.id)
    assert not some.standing().locked


def test_an_erased_post_is_gone_from_open_journals(store: Store, journal: SessionLog) -> None:
    journal.do(ANA, WritePost(text="x"), subject="framing")
    assert journal.standing().posts
    store.erase(NewErasure(series="2026", jurisdiction="OH", person="ana", asked_by="Ana", why="asked"))
    assert journal.standing().posts == {}


def test_a_post_erased_from_among_others_is_gone_whatever_happened_since(store: Store, journal: SessionLog) -> None:
    some = SessionLog(store, "2026", SESSION, only=["lock"])
    journal.do(ANA, WritePost(text="x"), subject="framing")
    kept = journal.do(BEN, WritePost(text="y"), subject="framing")
    assert len(journal.standing().posts) == 2
    assert some.standing().erased == {}
    store.erase(NewErasure(series="2026", jurisdiction="OH", person="ana", asked_by="Ana", why="asked"))
    SessionLog(store, "2026", SESSION).do(FAY, BeginSegment(), subject="framing")
    assert list(journal.standing().posts) == [kept.id]
    assert list(some.standing().erased) == ["OH"]


def test_what_a_newer_version_wrote_is_passed_over(store: Store, journal: SessionLog) -> None:
    store.add_events([NewEvent(id="n", series="2026", session=1, kind="hologram", author="fay", value={"a": 1})])
    store.add_events([NewEvent(id="m", series="2026", session=1, kind="lock", subject="goals", author="fay", value={})])
    assert journal.standing().seq == store.latest_event("2026", 1)
    assert not journal.standing().locked


def test_the_run_of_show_counts_planned_taken_and_left(store: Store, journal: SessionLog) -> None:
    journal.do(FAY, BeginSegment(), subject="framing")
    began = journal.standing().began_at
    assert began is not None
    show = RunOfShow.of(SESSION, journal.standing(), began + 25 * MINUTE)
    assert show.now is not None
    assert (show.now.kind, show.now.taken, show.left, show.behind) == ("framing", 25 * MINUTE, -3 * MINUTE, 3 * MINUTE)
    assert show.next is not None
    assert show.next.kind == "policy_tool"
    journal.do(FAY, ChangeMinutes(minutes=5), subject="framing")
    show = RunOfShow.of(SESSION, journal.standing(), began + 25 * MINUTE)
    assert (show.left, show.behind) == (2 * MINUTE, 5 * MINUTE)
    with pytest.raises(InvalidCommandError):
        journal.do(FAY, ChangeMinutes(minutes=-60), subject="framing")
    journal.do(FAY, EndSession())
    show = RunOfShow.of(SESSION, journal.standing(), began + 25 * MINUTE)
    assert (show.now, show.left) == (None, None)
    assert {part.state for part in show.parts} == {"over"}


def test_every_kind_says_what_was_done() -> None:
    for kind in kinds().values():
        assert issubclass(kind, SessionCommand)
        assert kind.__doc__
        assert kind.describe is not SessionCommand.describe
