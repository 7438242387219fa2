"""The panels of questions from the room and of polls, and the archive of both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import BrowserContext, expect

from cluster_kit.console import Console
from cluster_kit.console.polls import WithheldPollError, polls_view, put_poll_picture
from cluster_kit.console.questions import questions_view
from cluster_kit.console.record import record_view
from cluster_kit.exports import export_answers
from cluster_kit.insights.poll_results import ONE_OPTION, STILL_OPEN, TOO_FEW
from cluster_kit.insights.suppression import find_published
from cluster_kit.sessions import InvalidCommandError
from cluster_kit.sessions.board import QUESTIONS, HoldQuestions, Moderate, React, ReleasePost, WritePost
from cluster_kit.sessions.facilitation import BeginSegment, Park, ShowPicture, Undo
from cluster_kit.sessions.polls import POINTS, ClosePoll, StartPoll, VoteInPoll
from cluster_kit.sessions.requests import CommandRequest
from cluster_kit.settings import Settings, sqlite_url
from tests.browser import find_violations
from tests.console.conftest import LiveSession
from tests.console.harness import Screen


def ask(live_session: LiveSession, text: str, place: int = 0) -> str:
    return live_session.session_log.do(live_session.people[place], WritePost(text=text), subject=QUESTIONS).id


def start_poll(live_session: LiveSession, *options: str) -> str:
    poll = StartPoll(text="Which comes first?", options=options)
    return live_session.session_log.do(live_session.fay, poll).id


def vote(live_session: LiveSession, poll: str, choices: list[int]) -> None:
    """One vote by one person of each state."""
    for person, choice in zip(live_session.people[::2], choices, strict=False):
        live_session.session_log.do(person, VoteInPoll(choice=choice), subject=poll)


def show(live_session: LiveSession, poll: str) -> ShowPicture:
    """Show the results as the panel does; the command that was stored."""
    request = CommandRequest(id=f"show-{poll}", kind="show", subject=f"poll-{poll}", value={"shown": True})
    command = ShowPicture.model_validate(put_poll_picture(live_session.look(), request).value)
    live_session.session_log.do(live_session.fay, command, subject=f"poll-{poll}")
    return command


def test_questions_come_by_support_and_what_waits_or_was_removed_is_apart(live_session: LiveSession) -> None:
    log, fay = live_session.session_log, live_session.fay
    few, many = ask(live_session, "A"), ask(live_session, "B", 2)
    for person in live_session.people[4:7]:
        log.do(person, React(reaction="same_here"), subject=many)
    log.do(fay, HoldQuestions(held=True))
    waiting, removed = ask(live_session, "C"), ask(live_session, "D")
    log.do(fay, Moderate(hidden=True), subject=removed)
    view = questions_view(live_session.look())
    assert [(one.id, one.support) for one in view.questions] == [(many, 3), (few, 0)]
    assert (view.is_held, [one.id for one in view.waiting], [one.id for one in view.removed]) == (
        True,
        [waiting],
        [removed],
    )
    log.do(fay, ReleasePost(), subject=waiting)
    with pytest.raises(InvalidCommandError, match="posted already"):  # the other facilitator was faster
        log.do(fay, ReleasePost(), subject=waiting)
    assert waiting in {one.id for one in questions_view(live_session.look()).questions}


def test_turning_moderation_on_takes_down_nothing(live_session: LiveSession) -> None:
    question = ask(live_session, "A")
    live_session.session_log.do(live_session.fay, HoldQuestions(held=True))
    assert [one.id for one in questions_view(live_session.look()).questions] == [question]


def test_a_question_that_was_put_back_still_waits(live_session: LiveSession) -> None:
    log, fay = live_session.session_log, live_session.fay
    log.do(fay, HoldQuestions(held=True))
    question = ask(live_session, "A")
    log.do(fay, Moderate(hidden=True), subject=question)
    log.do(fay, Moderate(hidden=False), subject=question)
    view = questions_view(live_session.look())
    assert ([one.id for one in view.waiting], view.questions) == ([question], [])


def test_a_poll_has_two_to_six_different_options_or_is_a_rating(live_session: LiveSession) -> None:
    with pytest.raises(InvalidCommandError, match="at least two"):
        start_poll(live_session, "Only one")
    with pytest.raises(InvalidCommandError, match="the same"):
        start_poll(live_session, "Data", "data")
    rating = start_poll(live_session)
    assert live_session.session_log.state().polls[rating].options == POINTS


def test_a_new_poll_closes_the_one_before_and_undo_opens_it_again(live_session: LiveSession) -> None:
    first = start_poll(live_session, "A", "B")
    second = start_poll(live_session, "C", "D")
    assert [one.is_open for one in polls_view(live_session.look()).polls] == [True, False]
    live_session.session_log.do(live_session.fay, Undo(), subject=second)
    assert [(one.id, one.is_open) for one in polls_view(live_session.look()).polls] == [(first, True)]


@pytest.mark.parametrize(
    ("choices", "is_closed", "reason"),
    [
        ([0] * 8, False, STILL_OPEN),
        ([0, 0, 0, 1], True, TOO_FEW),
        ([0, 0, 0, 0, 1, 1, 1, 1], True, ONE_OPTION),
        ([0, 0, 0, 0, 0, 0, 1, 1], True, ONE_OPTION),
    ],
)
def test_results_that_would_disclose_are_not_offered_and_the_true_reason_is_given(
    live_session: LiveSession, choices: list[int], is_closed: bool, reason: str
) -> None:
    poll = start_poll(live_session, "Data", "Advising")
    vote(live_session, poll, choices)
    if is_closed:
        live_session.session_log.do(live_session.fay, ClosePoll(), subject=poll)
    assert polls_view(live_session.look()).polls[0].reason == reason
    with pytest.raises(WithheldPollError, match="^" + reason.split(".", maxsplit=1)[0]):
        show(live_session, poll)


def test_participants_see_the_first_release_even_after_the_poll_was_reopened(live_session: LiveSession) -> None:
    log, fay = live_session.session_log, live_session.fay
    poll = start_poll(live_session, "Data", "Advising", "Neither")
    for person in live_session.people:  # of each state, one person each way
        log.do(person, VoteInPoll(choice=live_session.people.index(person) % 2), subject=poll)
    log.do(live_session.people[0], VoteInPoll(choice=2), subject=poll)
    closed = log.do(fay, ClosePoll(), subject=poll)
    first = find_published(show(live_session, poll).picture)
    assert first
    assert [(part.label, part.count) for part in first.rows[0].parts] == [("Data", 7), ("Advising", 8)]
    assert polls_view(live_session.look()).polls[0].is_shown
    log.do(fay, Undo(), subject=closed.id)
    log.do(live_session.people[0], VoteInPoll(choice=0), subject=poll)
    log.do(fay, ClosePoll(), subject=poll)
    assert find_published(show(live_session, poll).picture) == first
    assert "results of a poll: Which comes first?" in record_view(live_session.look()).done[0].what


def test_boards_questions_parking_lot_and_polls_are_exported_without_names(
    live_session: LiveSession, tmp_path: Path
) -> None:
    log, fay, kim = live_session.session_log, live_session.fay, live_session.people[0]
    log.do(fay, BeginSegment(), subject="framing")
    board = log.do(kim, WritePost(text="=1+1", signed=True), subject="framing").id
    log.do(live_session.people[2], WritePost(text="A reply", parent=board), subject="framing")
    question = ask(live_session, "Why?")
    log.do(live_session.people[2], React(reaction="same_here"), subject=question)
    log.do(fay, HoldQuestions(held=True))
    ask(live_session, "Not seen")
    log.do(kim, Park(text="Later"))
    vote(live_session, start_poll(live_session, "Data", "Advising"), [0, 0, 1])
    settings = Settings(tmp_path, sqlite_url(tmp_path / "kept.sqlite3"))
    export_answers(settings, "2026", tmp_path / "all.parquet")
    room = pd.read_parquet(tmp_path / "all-room.parquet")
    said = {(row.kind, row.words, row.status) for row in room.itertuples()}
    assert said == {
        ("post", "=1+1", "open"),
        ("reply", "A reply", "open"),
        ("question", "Why?", "open"),
        ("question", "Not seen", "not posted"),
        ("parked", "Later", "open"),
        ("poll", "Which comes first?", "open"),
    }
    assert room[room.id == question].same_here.tolist() == [1]
    assert room[room.kind == "poll"].people.tolist() == [2, 1]
    assert kim.name not in room.to_csv()
    export_answers(settings, "2026", tmp_path / "one.csv", ["AL"])
    text = (tmp_path / "one-room.csv").read_text(encoding="utf-8-sig")
    assert "'=1+1" in text  # text, not a formula
    assert "A reply" not in text
    assert "Which comes first" not in text


@pytest.fixture
def screen(live_session: LiveSession, context: BrowserContext) -> Iterator[Screen]:
    live_session.session_log.do(live_session.fay, BeginSegment(), subject="framing")
    ask(live_session, "<b>When</b> is it due?")
    live_session.session_log.do(live_session.fay, HoldQuestions(held=True))
    ask(live_session, "May we share this?", 2)
    console = Console(live_session.content, live_session.number, live_session.store, live_session.fay)
    with closing(console):
        page = context.new_page()
        page.set_viewport_size({"width": 1366, "height": 768})
        yield Screen(page, console).open()


@pytest.mark.browser
def test_a_facilitator_posts_answers_and_asks_by_keyboard(live_session: LiveSession, screen: Screen) -> None:
    page, log = screen.page, live_session.session_log
    questions = page.get_by_role("region", name="Questions from the room")
    expect(questions).to_contain_text("<b>When</b> is it due?")
    questions.get_by_role("button", name="Post May we share this?").press("Enter")
    page.wait_for_function("() => !document.querySelector('[aria-disabled]')")
    screen.look()
    expect(questions.get_by_text("Waiting to be posted", exact=True)).to_be_hidden()
    questions.get_by_role("button", name="Park <b>When</b> is it due?").press("Enter")
    page.wait_for_function("() => !document.querySelector('[aria-disabled]')")
    questions.get_by_label("New questions wait").press("Space")
    page.wait_for_function("() => !document.querySelector('[aria-disabled]')")
    screen.look()
    assert not log.state().holds_questions
    expect(questions).to_contain_text("Parked")
    polls = page.get_by_role("region", name="Poll", exact=True)
    polls.get_by_text("Ask everyone a question").press("Enter")
    polls.get_by_label("Question", exact=True).fill("Which comes first?")
    polls.get_by_role("button", name="Ask everyone").press("Enter")
    expect(polls.get_by_text("Write at least two options.")).to_be_visible()
    long = polls.get_by_label("Option 1")
    long.fill("D" * 70)
    expect(long).to_have_accessible_description("10 characters left")
    long.fill("D" * 81)  # nothing is cut
    polls.get_by_label("Option 2").fill("Advising")
    polls.get_by_role("button", name="Ask everyone").press("Enter")
    reason = "“Option 1” has room for 80 characters, and this has 81. Shorten it; it is kept meanwhile."
    expect(long).to_have_accessible_description(f"1 character too many {reason}")
    expect(long).to_be_focused()
    assert (log.state().polls, len(long.input_value())) == ({}, 81)
    long.fill("Data")
    polls.get_by_label("Option 2").press("Enter")
    page.wait_for_function("() => !document.querySelector('[aria-disabled]')")
    (poll,) = log.state().polls.values()
    assert poll.options == ("Data", "Advising")
    vote(live_session, poll.id, [0, 0, 1])
    screen.look()
    expect(polls.get_by_role("row", name="Data")).to_contain_text("2")
    results = polls.get_by_role("button", name="Show the results")
    expect(results).to_be_disabled()
    expect(results).to_have_accessible_description(STILL_OPEN)
    assert find_violations(page) == []
    polls.get_by_role("button", name="Close the poll").press("Enter")
    page.wait_for_function("() => !document.querySelector('[aria-disabled]')")
    screen.look()
    expect(results).to_have_accessible_description(TOO_FEW)
