"""The current exercise in the console: clock, cues, prepared messages, attention, and what the record says."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest
from playwright.sync_api import BrowserContext, expect

from cluster_kit.console import Console
from cluster_kit.console.attention import attention_view
from cluster_kit.console.cues import cues_view
from cluster_kit.console.prepared import prepared_view
from cluster_kit.console.record import record_view
from cluster_kit.console.run_of_show import run_of_show_view
from cluster_kit.content.facilitation import IF_HEARD, plan_show
from cluster_kit.content.script import plan_script
from cluster_kit.server.stream.event_views import status_view
from cluster_kit.sessions.board import Moderate, WritePost
from cluster_kit.sessions.exercise_commands import BeginExercise
from cluster_kit.sessions.facilitation import (
    BeginSegment,
    ChangeMinutes,
    FeatureExample,
    FormGroups,
    GroupOf,
    Park,
    Undo,
)
from tests.browser import find_violations, wait_for_words
from tests.console.conftest import CONTENT, FACILITATION, LiveSession
from tests.console.harness import Screen
from tests.console.seeding import come, offer

IN_FRAMING = BeginExercise(segment="framing")
FIRST = "organizing_structure"


@pytest.fixture
def at_first_exercise(live_session: LiveSession) -> LiveSession:
    live_session.session_log.do(live_session.fay, BeginSegment(), subject="framing")
    live_session.session_log.do(live_session.fay, IN_FRAMING, subject=FIRST)
    return live_session


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_the_script_has_every_line_of_the_run_sheet_and_every_message_once(number: int) -> None:
    script = plan_script(CONTENT, FACILITATION, number)
    session = CONTENT.get_session(number)
    assert sum(part.minutes + part.buffer for part in script) == session.minutes
    own = [line for line in plan_show(CONTENT, FACILITATION, number) if line.title != "Buffer"]
    assert [line for part in script for line in part.lines] == own
    ids = [message.id for part in script for message in part.messages]
    assert len(ids) == len(set(ids)) == sum(len(line.cues.messages) for line in own) > 8
    for part in script:
        minutes = [message.minute for message in part.messages]
        assert minutes == sorted(minutes)
        assert all(minute < part.minutes for minute in minutes)
        if part.exercise:
            assert part.messages[0].minute == 0, part.title
            assert part.cues, part.title


def test_the_console_shows_the_exercise_and_its_cues(at_first_exercise: LiveSession) -> None:
    snapshot = at_first_exercise.look()
    view, cues = run_of_show_view(snapshot), cues_view(snapshot)
    assert view.place
    assert (view.place.title, view.place.number, view.place.count) == ("Career Clusters in your systems today", 1, 2)
    assert (view.place.minutes, view.place.planned_end) == (7, "2026-02-17T13:17:00-05:00")
    assert (view.onward and view.onward.exercise, view.backward and view.backward.exercise) == ("transition_points", "")
    assert view.skipped == ["Where learners move between systems"]
    assert view.entry["policy_tool"] == "rate_systems"
    assert cues.title == view.place.title
    assert cues.lines[0].say.startswith(f"{IF_HEARD}: Talk for 3 minutes:")
    hosting = CONTENT.find_cues(1, FIRST)
    assert hosting
    assert (cues.stuck, [one.signal for one in cues.listen]) == (hosting.stuck, [one.signal for one in hosting.listen])
    log = at_first_exercise.session_log
    log.do(at_first_exercise.fay, BeginSegment(exercise="rate_systems"), subject="policy_tool")
    before = run_of_show_view(at_first_exercise.look()).backward
    assert (before and before.segment, before and before.exercise) == ("framing", "transition_points")


def test_minutes_given_to_an_exercise_move_its_end(at_first_exercise: LiveSession) -> None:
    change = ChangeMinutes(minutes=5, exercise=FIRST)
    at_first_exercise.session_log.do(at_first_exercise.fay, change, subject="framing")
    view = run_of_show_view(at_first_exercise.look())
    assert view.place
    assert (view.place.minutes, view.place.changed, view.place.left_s) == (12, 5, 12 * 60)
    assert view.parts[0].minutes == CONTENT.get_session(1).segments[0].minutes + 5


def test_the_console_knows_what_participants_clocks_show(at_first_exercise: LiveSession) -> None:
    log, fay = at_first_exercise.session_log, at_first_exercise.fay
    _, *later = [part for part in plan_script(CONTENT, FACILITATION, 1) if part.exercise]
    longer = []
    for part in later:
        if part.segment != log.state().segment:
            log.do(fay, BeginSegment(), subject=part.segment)
        log.do(fay, BeginExercise(segment=part.segment), subject=part.exercise)
        snapshot = at_first_exercise.look()
        place = run_of_show_view(snapshot).place
        segment = status_view(snapshot.session, snapshot.session_state, snapshot.at).segment
        assert place
        assert segment
        assert segment.exercise
        since, until = (
            dt.datetime.fromisoformat(at or "") for at in (segment.exercise.since, segment.exercise.ends_at)
        )
        assert place.exercise_left_s == (until - since).total_seconds()
        longer += [part.exercise] if place.left_s > place.exercise_left_s else []
    assert "next_steps" in longer  # and then the facilitator closes


def test_prepared_messages_come_at_their_minutes_and_are_told_apart(at_first_exercise: LiveSession) -> None:
    view = prepared_view(at_first_exercise.look())
    (cues,) = (one.cues for one in plan_show(CONTENT, FACILITATION, 1) if one.exercise and one.exercise.id == FIRST)
    assert [(one.due_s, one.status) for one in view.messages] == [(60 * one.minute, "open") for one in cues.messages]
    assert view.messages[0].text.startswith("Career Clusters in your systems today. Talk for 3 minutes")
    groups = FormGroups(title="Peers", groups=(GroupOf(number=1, states=("AL", "AK")),))
    at_first_exercise.session_log.do(at_first_exercise.fay, groups)
    audiences = prepared_view(at_first_exercise.look()).audiences
    assert [(one.label, one.states) for one in audiences[:4]] == [
        ("Everyone", []), ("Facilitators", []), ("Group 1", ["AL", "AK"]), ("Alabama", ["AL"])
    ]  # fmt: skip


def test_what_needs_attention_further_down_is_marked(at_first_exercise: LiveSession) -> None:
    log, fay, people = at_first_exercise.session_log, at_first_exercise.fay, at_first_exercise.people
    assert attention_view(at_first_exercise.look()).marks == []
    come(at_first_exercise.store, "2026", 1, people[:4])
    log.do(fay, FormGroups(title="Peers", groups=(GroupOf(number=1, states=("AK",)),)))
    log.do(people[0], Park(text="Who pays?"))
    marks = attention_view(at_first_exercise.look()).marks
    assert [(mark.panel, mark.text) for mark in marks] == [
        ("breakouts", "In no group yet: Alabama"),
        ("announcements", "1 thought in the parking lot"),
    ]


def test_the_last_action_is_the_newest_of_a_facilitator_or_its_undo(at_first_exercise: LiveSession) -> None:
    last = attention_view(at_first_exercise.look()).last
    assert last
    assert (last.what, last.who, last.mine) == ("Began “Career Clusters in your systems today”", "Fay Sample", True)
    at_first_exercise.session_log.do(at_first_exercise.fay, Undo(), subject=last.id)
    undone = attention_view(at_first_exercise.look()).last
    assert undone
    assert (undone.what, undone.id) == ("Undid: Began “Career Clusters in your systems today”", "")


def test_the_record_names_what_was_done_to_what_and_groups_repeated_steps(at_first_exercise: LiveSession) -> None:
    log, fay, people = at_first_exercise.session_log, at_first_exercise.fay, at_first_exercise.people
    post = log.do(people[0], WritePost(text="Which partner was the hardest to bring along?"), subject="framing")
    log.do(fay, Moderate(hidden=True), subject=post.id)
    offer(at_first_exercise.store, CONTENT, people[0], "A joint form for approval", "anonymous")
    key = next(
        f"{one.jurisdiction}/{one.exercise}/{one.row}"
        for one in at_first_exercise.store.current("2026", people[0].jurisdiction)
        if one.exercise == "examples"
    )
    log.do(fay, FeatureExample(), subject=key)
    for _ in range(20):
        log.do(fay, ChangeMinutes(minutes=-1, exercise="goals"), subject="policy_tool", event_id="")
        if log.state().changed_minutes["policy_tool"] <= -5:
            break
    lines = record_view(at_first_exercise.look()).done
    assert [line.what for line in lines][:3] == [
        "Took 5 minutes from “Our statewide goals”, in 5 steps",
        "Put “A joint form for approval” (Another state, without its name) on every page",
        "Hid a post: “Which partner was the hardest to bring along?” (Alabama)",
    ]
    assert len(lines[0].steps) == 5
    assert "Alabama" not in lines[1].what


@pytest.fixture
def screen(at_first_exercise: LiveSession, context: BrowserContext) -> Iterator[Screen]:
    with ExitStack() as stack:
        console = Console(CONTENT, 1, at_first_exercise.store, at_first_exercise.fay, FACILITATION)
        yield Screen(context.new_page(), stack.enter_context(closing(console))).open()


@pytest.mark.browser
def test_a_prepared_message_is_sent_edited_or_skipped(at_first_exercise: LiveSession, screen: Screen) -> None:
    page = screen.page
    panel = page.get_by_role("region", name="Prepared messages")
    wait_for_words(page, "A message is due")
    wait_for_words(page, "Career Clusters in your systems today.")
    (cues,) = (one.cues for one in plan_show(CONTENT, FACILITATION, 1) if one.exercise and one.exercise.id == FIRST)
    expect(panel.get_by_role("listitem").nth(1)).to_contain_text(re.compile(f"In {cues.messages[1].minute - 1}:"))
    panel.get_by_role("button", name="Send Career Clusters").click()
    page.wait_for_function("() => !document.querySelector('[aria-disabled]')")
    screen.look()
    expect(panel.get_by_role("listitem").first).to_contain_text("Sent")
    second = panel.get_by_role("listitem").nth(1)
    second.locator("summary").click()
    second.get_by_label("Message").fill("Ohio: write now.")
    second.get_by_label("For").select_option("Ohio")
    second.get_by_role("button", name="Send").click()
    panel.get_by_role("listitem").nth(2).get_by_role("button", name="Skip").click()
    page.wait_for_function("() => !document.querySelector('[aria-disabled]')")
    screen.look()
    expect(panel.get_by_role("listitem").nth(2)).to_contain_text("Skipped")
    assert find_violations(page) == []
    first, ohio = at_first_exercise.session_log.state().messages
    assert (first.states, first.ends) == ((), True)
    assert (ohio.text, ohio.states, ohio.ends) == ("Ohio: write now.", ("OH",), True)
    later = BeginExercise(segment="framing")
    at_first_exercise.session_log.do(at_first_exercise.fay, later, subject="transition_points")
    assert at_first_exercise.session_log.state().messages == []


@pytest.mark.browser
def test_what_matters_now_is_on_the_first_screen_of_a_small_laptop(
    at_first_exercise: LiveSession, screen: Screen
) -> None:
    page = screen.page
    page.set_viewport_size({"width": 1366, "height": 768})
    for text in ("Say", "When stuck"):
        box = page.locator(".ck-cues dt", has_text=text).first.bounding_box()
        assert box
        assert box["y"] + box["height"] < 768, text
    for name in ("Next: Where learners", "+1", "Send Career Clusters", "Lock Career Clusters"):
        box = page.get_by_role("button", name=name).first.bounding_box()
        assert box
        assert box["y"] + box["height"] < 768, name
    assert at_first_exercise.session_log.state().is_on


def test_a_session_before_its_begin_shows_the_first_cues(live_session: LiveSession) -> None:
    snapshot = live_session.look()
    assert cues_view(snapshot).title == "Why Clusters, and why across systems"
    view = run_of_show_view(snapshot)
    assert (view.place, view.since, view.scheduled) == (None, None, "2026-02-17T13:00:00-05:00")
    assert prepared_view(snapshot).messages == []
    assert dt.datetime.fromisoformat(view.scheduled).utcoffset() == dt.timedelta(hours=-5)
