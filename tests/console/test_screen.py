"""The console in use: clock, keyboard, reconnection, and unsent text."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import pytest
from playwright.sync_api import BrowserContext, expect

from cluster_kit.console import Console
from cluster_kit.content.rating_values import OffScale
from cluster_kit.sessions.board import WritePost
from cluster_kit.sessions.facilitation import BeginSegment, Broadcast
from tests.browser import find_violations
from tests.console.conftest import FACILITATION, LiveSession
from tests.console.harness import Screen
from tests.console.seeding import come, offer, rate
from tests.server.browsing import walk
from tests.server.test_accessibility import FOCUSED, MISSED

pytestmark = pytest.mark.browser
HOSTILE = "<img src=x onerror=\"document.title='taken'\"> =1+1 \u202e \u0000"
Open = Callable[[], Screen]
LATE_MS = 5000  # by then the page says that there is no reply yet


@pytest.fixture
def open_screen(live_session: LiveSession, context: BrowserContext) -> Iterator[Open]:
    with ExitStack() as stack:

        def open_screen() -> Screen:
            console = Console(
                live_session.content, live_session.number, live_session.store, live_session.fay, FACILITATION
            )
            return Screen(context.new_page(), stack.enter_context(closing(console))).open()

        yield open_screen


def test_the_clock_says_what_is_left_what_is_over_and_how_far_behind(
    live_session: LiveSession, context: BrowserContext, open_screen: Open
) -> None:
    live_session.session_log.do(live_session.fay, BeginSegment(), subject="framing")
    context.clock.install()
    page = open_screen().page
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"[89]:\d\d left"))
    page.set_viewport_size({"width": 1366, "height": 768})
    top = page.locator(".ck-console-top").bounding_box()
    assert top
    assert top["height"] <= 160, "the panels need the screen"
    expect(
        page.get_by_text(re.compile(r"^10 min planned, [01]:\d\d taken · Ends \d+:\d\d [ap]\.m\. \S+ · part ends"))
    ).to_be_visible()
    expect(
        page.get_by_text("Session on time, counted from your start")
    ).to_be_visible()  # the session is on another day
    context.clock.fast_forward(dt.timedelta(minutes=10).seconds * 1000)
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"0:\d\d over"))
    expect(page.get_by_text(re.compile(r"Session on time, with 1:\d\d to spare in this part"))).to_be_visible()
    context.clock.fast_forward(dt.timedelta(minutes=16).seconds * 1000)
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"1[67]:\d\d over"))
    expect(page.get_by_text("Session 14 minutes behind, counted from your start")).to_be_visible()


def test_a_part_that_was_never_held_has_taken_no_time(live_session: LiveSession, open_screen: Open) -> None:
    live_session.session_log.do(live_session.fay, BeginSegment(), subject="policy_tool")
    parts = open_screen().page.get_by_role("list", name="Segments").get_by_role("listitem")
    expect(parts.first).to_contain_text("not held")
    expect(parts.first).not_to_contain_text("took")
    expect(parts.nth(1)).to_contain_text("min")


def test_a_session_is_run_by_keyboard_alone(live_session: LiveSession, open_screen: Open) -> None:
    screen = open_screen()
    page = screen.page
    expect(page.get_by_text("Planned start: Tuesday, February 17, ")).to_be_visible()  # it is another day
    page.get_by_role("button", name="Begin: ").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Begin now").press("Enter")
    page.wait_for_function("() => !document.querySelector('[aria-disabled]')")
    screen.look()
    expect(page.get_by_role("heading", name="Why Clusters, and why across systems")).to_be_visible()
    expect(page.get_by_role("button", name="Next: ")).to_be_focused()
    for minutes in ("\u22121 min", "+1 min", "+5 min"):
        expect(page.get_by_role("button", name=minutes, exact=True)).to_be_visible()
    page.get_by_role("button", name="End session").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="End the session?")
    expect(dialog).to_be_visible()
    expect(dialog).to_have_accessible_description(re.compile(r"\w+ \w+"))
    assert find_violations(page) == []
    page.keyboard.press("Escape")
    page.wait_for_function("() => !document.querySelector('dialog, [aria-disabled]')")
    assert live_session.session_log.state().is_on
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="End session").press("Enter")
    expect(dialog).to_have_count(0)
    page.wait_for_function("() => !document.querySelector('[aria-disabled]')")
    assert not live_session.session_log.state().is_on
    screen.look()
    expect(page.get_by_role("button", name="Reopen the session")).to_have_count(3)  # run of show, last action, log
    page.get_by_role("group", name="Run the session").get_by_role("button", name="Reopen the session").press("Enter")
    page.wait_for_function("() => !document.querySelector('[aria-disabled]')")
    assert live_session.session_log.state().is_on


def test_what_was_asked_while_the_line_was_cut_is_done_once_when_it_is_back(
    live_session: LiveSession, context: BrowserContext, open_screen: Open
) -> None:
    context.clock.install()
    screen = open_screen()
    for line in ("cut", "deaf"):
        screen.line = line
        text = f"Sent on a {line} line."
        screen.page.get_by_label("Message on every page").fill(text)
        screen.page.get_by_role("button", name="Show on every page").click()
        context.clock.fast_forward(LATE_MS)
        expect(screen.page.get_by_text("No answer yet.")).to_be_visible()
        expect(screen.page.get_by_label("Message on every page")).to_have_value(text)
        screen.line = "up"
        screen.page.evaluate("window.fire('ck:connected')")
        expect(screen.page.get_by_label("Message on every page")).to_have_value("")
        expect(screen.page.get_by_text("No answer yet.")).to_have_count(0)
    messages = [one.text for one in live_session.session_log.state().messages]
    assert messages == ["Sent on a cut line.", "Sent on a deaf line."]


def test_words_outlive_a_page_that_loads_again_and_are_sent_once(
    live_session: LiveSession, context: BrowserContext, open_screen: Open
) -> None:
    context.clock.install()
    screen = open_screen()
    screen.line = "deaf"
    box = screen.page.get_by_label("Message on every page")
    box.fill("Welcome back.")
    screen.page.get_by_role("button", name="Show on every page").click()
    context.clock.fast_forward(LATE_MS)
    expect(screen.page.get_by_text("No answer yet.")).to_be_visible()
    screen.line = "up"
    screen.page.reload()
    screen.page.wait_for_function("() => window.ready === true")
    expect(box).to_have_value("Welcome back.")
    screen.page.get_by_role("button", name="Show on every page").click()
    expect(box).to_have_value("")
    assert [one.text for one in live_session.session_log.state().messages] == ["Welcome back."]


def test_what_is_wrong_is_said_beside_it_and_what_was_typed_stays(open_screen: Open) -> None:
    page = open_screen().page
    page.get_by_text("Share a link").click()
    page.get_by_label("What it is").fill("The Framework")
    page.get_by_label("Address").fill("clusters")
    page.get_by_role("button", name="Share link").click()
    expect(page.get_by_role("status").filter(has_text="That is not a web address.")).to_be_visible()
    address = page.get_by_label("Address")
    expect(address).to_have_value("clusters")
    expect(address).to_be_focused()
    expect(address).to_have_attribute("aria-invalid", "true")
    expect(address).to_have_accessible_description(re.compile("That is not a web address"))


def test_hostile_words_are_shown_as_words(live_session: LiveSession, open_screen: Open) -> None:
    live_session.session_log.do(live_session.fay, BeginSegment(), subject="framing")
    live_session.session_log.do(live_session.people[0], WritePost(text=HOSTILE), subject="framing")
    live_session.session_log.do(live_session.fay, Broadcast(text=HOSTILE))
    offer(live_session.store, live_session.content, live_session.people[2], HOSTILE, "named")
    page = open_screen().page
    expect(page.locator(".ck-boards-text")).to_contain_text("<img src=x")
    expect(page.locator(".ck-announcement-message")).to_contain_text("<img src=x")
    expect(page.locator(".ck-examples-list")).to_contain_text("<img src=x")
    expect(page).to_have_title("The console")
    assert page.locator("img").count() == 0


def test_news_take_neither_the_keyboard_nor_what_is_open_nor_what_is_typed(
    live_session: LiveSession, open_screen: Open
) -> None:
    rate(live_session.store, live_session.content, 1, live_session.people[:6])
    live_session.session_log.do(live_session.fay, Broadcast(text="Hello."))
    screen = open_screen()
    page = screen.page
    area = page.locator("details.ck-results-fold").first
    area.locator("summary").click()
    page.get_by_label("Message on every page").fill("Half a sent")
    page.get_by_role("button", name="Undo Sent to everyone: Hello.").focus()
    rate(live_session.store, live_session.content, 1, live_session.people[6:])
    come(live_session.store, "2026", 1, live_session.people)
    live_session.session_log.do(live_session.fay, BeginSegment(), subject="framing")
    screen.look()
    expect(page.get_by_role("heading", name="Why Clusters, and why across systems")).to_be_visible()
    expect(page.get_by_role("button", name="Undo Sent to everyone: Hello.")).to_be_focused()
    assert area.evaluate("fold => fold.open")
    expect(page.get_by_label("Message on every page")).to_have_value("Half a sent")


def test_a_store_that_is_away_is_said_on_top(open_screen: Open) -> None:
    screen = open_screen()
    screen.page.evaluate("window.fromKernel('run_of_show', { type: 'seen', seen: false })")
    expect(screen.page.get_by_text("what you see here may be old")).to_be_visible()
    screen.page.evaluate("window.fromKernel('run_of_show', { type: 'seen', seen: true })")
    expect(screen.page.get_by_text("what you see here may be old")).to_have_count(0)


def test_groups_are_proposed_shown_and_their_file_is_taken_away(live_session: LiveSession, open_screen: Open) -> None:
    come(live_session.store, "2026", 1, live_session.people)
    screen = open_screen()
    page = screen.page
    page.get_by_label("What the groups are for").fill("Who helps whom")
    page.get_by_role("button", name="Form groups").click()
    expect(page.get_by_role("heading", name="Proposed: 2 groups")).to_be_focused()
    assert live_session.session_log.state().rounds == []
    page.get_by_role("button", name="Show these groups to participants").click()
    expect(page.get_by_role("heading", name="Proposed")).to_have_count(0)
    screen.look()
    expect(page.get_by_role("heading", name="Who helps whom")).to_be_visible()
    with page.expect_download() as loading:
        page.get_by_role("button", name="Download for Zoom", exact=True).click()
    assert loading.value.suggested_filename == "session-1-breakout-rooms-1.csv"
    page.get_by_role("button", name="Take down these groups").click()
    page.wait_for_function("() => !document.querySelector('[aria-disabled]')")
    assert live_session.session_log.state().rounds == []


@pytest.mark.parametrize("width", [320, 1280])
def test_an_empty_console_says_what_will_stand_where_and_breaks_no_rule(
    open_screen: Open, context: BrowserContext, width: int
) -> None:
    page = open_screen().page
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    assert find_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    for words in ("No message is on the pages now.", "Nothing yet.", "No state has shared an example so far."):
        expect(page.get_by_text(words)).to_be_visible()


def test_an_earlier_message_that_would_come_back_is_said_and_all_are_taken_down(
    live_session: LiveSession, open_screen: Open
) -> None:
    for text in ("First.", "Second."):
        live_session.session_log.do(live_session.fay, Broadcast(text=text))
    page = open_screen().page
    expect(page.locator(".ck-announcement-message")).to_contain_text("back when it is taken down: First.")
    page.get_by_role("button", name="Take all down").click()
    page.wait_for_function("() => !document.querySelector('[aria-disabled]')")
    assert live_session.session_log.state().messages == []


def test_a_facilitator_posts_on_the_present_board_as_soon_as_there_is_one(
    live_session: LiveSession, open_screen: Open
) -> None:
    screen = open_screen()
    page = screen.page
    expect(page.get_by_text("Write a post")).to_be_hidden()
    live_session.session_log.do(live_session.fay, BeginSegment(), subject="framing")
    screen.look()
    page.get_by_text("Write a post").click()
    box = page.get_by_label("On the present part's board")
    box.fill("Begin with one example.")
    page.get_by_role("button", name="Post as facilitator").click()
    expect(box).to_have_value("")
    assert [post.jurisdiction for post in live_session.session_log.state().posts.values()] == [""]


def test_news_do_not_move_the_page(live_session: LiveSession, open_screen: Open) -> None:
    rate(live_session.store, live_session.content, 1, live_session.people)
    live_session.session_log.do(live_session.fay, Broadcast(text="Hello."))
    screen = open_screen()
    page = screen.page
    page.set_viewport_size({"width": 800, "height": 600})
    page.get_by_role("button", name="Undo Sent to everyone: Hello.").click()
    page.wait_for_function("() => !document.querySelector('[aria-disabled]')")
    page.evaluate("scrollTo(0, 0)")
    screen.look()
    expect(page.locator(".ck-record-undone")).to_have_count(1)
    assert page.evaluate("scrollY") == 0


def test_the_keyboard_comes_to_everything_once_and_is_seen_everywhere(
    live_session: LiveSession, open_screen: Open
) -> None:
    rate(live_session.store, live_session.content, 1, live_session.people)
    live_session.session_log.do(live_session.fay, BeginSegment(), subject="framing")
    live_session.session_log.do(live_session.people[0], WritePost(text="First."), subject="framing")
    offer(live_session.store, live_session.content, live_session.people[2], "One catalog", "named")
    page = open_screen().page
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    stops = walk(page, "Tab", FOCUSED)
    assert len(stops) > 40
    assert [stop["html"] for stop in stops if stop["visits"] > 1 or not (stop["marked"] and stop["seen"])] == []
    assert page.evaluate(MISSED) == []


def test_a_choice_off_the_scale_is_read_as_its_words(live_session: LiveSession, open_screen: Open) -> None:
    store, content, number = live_session.store, live_session.content, live_session.number
    unsure, sure = live_session.people[0], live_session.people[2]
    rate(store, content, number, [unsure], choices=[OffScale.NOT_SURE])
    rate(store, content, number, [sure], choices=[3])
    table = open_screen().page.get_by_role("region", name="States and areas").get_by_role("table")
    expect(table.get_by_role("row", name="Alabama").get_by_role("cell").first).to_have_accessible_name("Not sure yet")
    expect(table.get_by_role("row", name="Alaska").get_by_role("cell").first).to_have_accessible_name("3.0")
