"""A command whose basis someone else has changed is refused in one sentence, and leaves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cluster_kit.content import load_content
from cluster_kit.sessions import InvalidCommandError, SessionCommand, SessionLog
from cluster_kit.sessions.conflicts import Basis, StaleCommandError
from cluster_kit.sessions.exercise_commands import BeginExercise, SkipMessage
from cluster_kit.sessions.facilitation import BeginSegment, Broadcast, ChangeMinutes, EndSession, Lock, Reveal, Undo
from cluster_kit.settings import sqlite_url
from cluster_kit.store import Person, Store

SESSION = load_content("2026").get_session(1)
FAY = Person(id="fay", series="2026", jurisdiction="", name="Fay Sample")
SAM = Person(id="sam", series="2026", jurisdiction="", name="Sam Sample")
FIRST = BeginExercise(segment="framing")
TRANSITIONS = "transition_points"
OTHER = "Nothing was done, because Sam Sample acted first: "


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(sqlite_url(tmp_path / "kept.sqlite3")) as store:
        store.add_person(FAY)
        store.add_person(SAM)
        yield store


@pytest.fixture
def session_log(store: Store) -> SessionLog:
    """The session, in its first segment."""
    session_log = SessionLog(store, "2026", SESSION)
    session_log.do(FAY, BeginSegment(), subject="framing")
    return session_log


def basis(session_log: SessionLog) -> Basis:
    return Basis(seq=session_log.state().seq)


@pytest.mark.parametrize(
    ("theirs", "their_subject", "mine", "my_subject", "sentence"),
    [
        (
            BeginSegment(),
            "policy_tool",
            BeginSegment(),
            "peer_discussion",
            OTHER + "Began “Ratings and statewide goals”",
        ),
        (
            FIRST,
            "organizing_structure",
            BeginSegment(),
            "policy_tool",
            OTHER + "Began “Career Clusters in your systems today”",
        ),
        (FIRST, "organizing_structure", FIRST, TRANSITIONS, OTHER + "Began “Career Clusters in your systems today”"),
        (EndSession(), "", BeginSegment(), "policy_tool", OTHER + "Ended the session"),
        (BeginSegment(), "policy_tool", EndSession(), "", OTHER + "Began “Ratings and statewide goals”"),
        (
            BeginSegment(),
            "policy_tool",
            ChangeMinutes(minutes=1),
            "framing",
            OTHER + "Began “Ratings and statewide goals”",
        ),
        (ChangeMinutes(minutes=1), "framing", ChangeMinutes(minutes=1), "framing", OTHER + "Gave 1 minute"),
        (Lock(locked=True), "goals", Lock(locked=True), "goals", OTHER + "Locked “Our statewide goals”"),
        (
            Broadcast(text="Hi", prepared="framing//0"),
            "",
            Broadcast(text="Hi", prepared="framing//0"),
            "",
            "That message was sent already.",
        ),
        (
            SkipMessage(prepared="framing//0", text="Hi"),
            "",
            Broadcast(text="Hi", prepared="framing//0"),
            "",
            "That message was skipped already.",
        ),
    ],
)
def test_a_command_on_what_another_has_changed_is_refused(
    session_log: SessionLog,
    theirs: SessionCommand,
    their_subject: str,
    mine: SessionCommand,
    my_subject: str,
    sentence: str,
) -> None:
    seen = basis(session_log)
    session_log.do(SAM, theirs, subject=their_subject)
    before = session_log.state()
    with pytest.raises(InvalidCommandError) as told:
        session_log.do(FAY, mine, subject=my_subject, basis=seen)
    assert str(told.value).startswith(sentence)
    assert session_log.state().seq == before.seq


@pytest.mark.parametrize(
    ("theirs", "their_subject", "mine", "my_subject"),
    [
        (Broadcast(text="Hello"), "", BeginSegment(), "policy_tool"),
        (Lock(locked=True), "goals", Lock(locked=True), TRANSITIONS),
        (Reveal(), "rate_systems", Lock(locked=True), "rate_systems"),
        (BeginSegment(), "policy_tool", Broadcast(text="Hello"), ""),
        (Broadcast(text="A", prepared="framing//0"), "", Broadcast(text="B", prepared="framing//1"), ""),
    ],
)
def test_a_command_on_something_else_is_done(
    session_log: SessionLog, theirs: SessionCommand, their_subject: str, mine: SessionCommand, my_subject: str
) -> None:
    seen = basis(session_log)
    session_log.do(SAM, theirs, subject=their_subject)
    session_log.do(FAY, mine, subject=my_subject, basis=seen)


def test_a_page_does_not_conflict_with_itself(session_log: SessionLog) -> None:
    seen = basis(session_log)
    own = session_log.do(FAY, ChangeMinutes(minutes=1), subject="framing", event_id="own", basis=seen)
    known = Basis(seq=seen.seq, known=(own.id,))
    session_log.do(FAY, ChangeMinutes(minutes=1), subject="framing", basis=known)
    assert session_log.state().changed_minutes == {"framing": 2}


def test_the_same_command_sent_twice_is_done_once_whatever_came_between(session_log: SessionLog) -> None:
    seen = basis(session_log)
    first = session_log.do(FAY, FIRST, subject="organizing_structure", event_id="once", basis=seen)
    session_log.do(SAM, FIRST, subject=TRANSITIONS)
    assert session_log.do(FAY, FIRST, subject="organizing_structure", event_id="once", basis=seen) == first
    assert session_log.state().exercise == TRANSITIONS


def test_an_undo_is_refused_when_another_has_undone_it(session_log: SessionLog) -> None:
    event = session_log.do(FAY, FIRST, subject="organizing_structure")
    seen = basis(session_log)
    session_log.do(SAM, Undo(), subject=event.id)
    sentence = "Nothing was done, because Sam Sample undid “Began “Career Clusters in your systems today””."
    with pytest.raises(StaleCommandError, match=sentence):
        session_log.do(FAY, Undo(), subject=event.id, basis=seen)
    with pytest.raises(StaleCommandError, match="Sam Sample undid"):
        session_log.do(FAY, FIRST, subject=TRANSITIONS, basis=seen)


def test_of_two_commands_in_the_same_moment_the_later_one_is_withdrawn(
    store: Store, session_log: SessionLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another server commits between the check and the commit."""
    other = SessionLog(store, "2026", SESSION)
    seen = basis(session_log)
    commit = store.add_events

    def overtake(events: Any) -> Any:
        monkeypatch.setattr(store, "add_events", commit)
        other.do(SAM, FIRST, subject="organizing_structure", basis=seen)
        return commit(events)

    monkeypatch.setattr(store, "add_events", overtake)
    with pytest.raises(StaleCommandError, match="Sam Sample acted first"):
        session_log.do(FAY, BeginSegment(), subject="policy_tool", basis=seen)
    state = session_log.state()
    assert (state.segment, state.exercise) == ("framing", "organizing_structure")
    assert other.state().segment == "framing"
