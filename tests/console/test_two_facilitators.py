"""Two facilitators at their consoles: each sees what the other does, and neither undoes it by accident."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from cluster_kit.console import Console
from cluster_kit.content.models import Content
from cluster_kit.sessions.facilitation import BeginSegment
from cluster_kit.store import Person
from tests.browser import find_violations, wait_for_words
from tests.console.conftest import FACILITATION, LiveSession
from tests.console.harness import Screen
from tests.console.seeding import add_facilitator

pytestmark = pytest.mark.browser
Open = Callable[..., Screen]
FIRST, SECOND = "Career Clusters in your systems today", "Where learners move between systems"


@pytest.fixture
def sam(live_session: LiveSession) -> Person:
    return add_facilitator(live_session.store, "2026", "sam", "Sam Sample")


@pytest.fixture
def open_screen(live_session: LiveSession, context: BrowserContext) -> Iterator[Open]:
    with ExitStack() as stack:

        def open_screen(person: Person, content: Content = live_session.content) -> Screen:
            console = Console(content, live_session.number, live_session.store, person, FACILITATION)
            return Screen(context.new_page(), stack.enter_context(closing(console))).open()

        yield open_screen


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()
    page.wait_for_function("() => !document.querySelector('[aria-disabled]')")


def stop_clock(page: Page, later_s: float = 0) -> None:
    """Stop the page's clock, ``later_s`` from now: the test decides whether a button has changed a moment ago."""
    page.clock.set_fixed_time(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=later_s))


def test_what_one_does_the_other_sees_and_can_undo(live_session: LiveSession, open_screen: Open, sam: Person) -> None:
    live_session.session_log.do(live_session.fay, BeginSegment(), subject="framing")
    one, other = open_screen(live_session.fay), open_screen(sam)
    press(other.page, f"Next: {FIRST}")
    one.look()
    last = one.page.locator(".ck-attention-last")
    expect(last).to_contain_text(re.compile(rf"Sam Sample: Began “{FIRST}” \d+ s ago"))
    wait_for_words(one.page, f"Sam Sample: Began “{FIRST}”")
    expect(one.page.get_by_role("heading", name=FIRST, exact=True)).to_be_visible()
    assert find_violations(one.page) == []
    last.get_by_role("button", name="Undo").click()
    one.page.wait_for_function("() => !document.querySelector('[aria-disabled]')")
    assert live_session.session_log.state().exercise == ""
    other.look()
    expect(other.page.locator(".ck-attention-last")).to_contain_text("Fay Sample: Undid: Began")


def test_a_click_on_a_button_that_has_just_changed_does_nothing(
    live_session: LiveSession, open_screen: Open, sam: Person
) -> None:
    live_session.session_log.do(live_session.fay, BeginSegment(), subject="framing")
    one, other = open_screen(live_session.fay), open_screen(sam)
    press(other.page, f"Next: {FIRST}")
    stop_clock(one.page)
    one.look()
    one.page.get_by_role("button", name=f"Next: {SECOND}").click()
    expect(one.page.get_by_text("This button changed a moment ago, so nothing was done.")).to_be_visible()
    assert live_session.session_log.state().exercise == "organizing_structure"
    stop_clock(one.page, later_s=600)
    press(one.page, f"Next: {SECOND}")
    assert live_session.session_log.state().exercise == "transition_points"


def test_a_command_based_on_an_old_state_is_refused_and_says_who_was_first(
    live_session: LiveSession, open_screen: Open, sam: Person
) -> None:
    live_session.session_log.do(live_session.fay, BeginSegment(), subject="framing")
    one, other = open_screen(live_session.fay), open_screen(sam)
    press(other.page, f"Next: {FIRST}")
    press(one.page, "+5")
    sentence = (
        f"Nothing was done, because Sam Sample acted first: Began “{FIRST}”. Check the console, then decide again."
    )
    expect(one.page.get_by_text(sentence)).to_be_visible()
    assert live_session.session_log.state().changed_minutes == {}
    one.look()
    stop_clock(one.page, later_s=600)
    press(one.page, "+5")
    assert live_session.session_log.state().changed_minutes == {"framing": 5}
    press(one.page, "+5")  # its own commands do not make a page old
    assert live_session.session_log.state().changed_minutes == {"framing": 10}


def test_a_next_that_skips_exercises_asks_first_and_its_answer_may_come_too_late(
    live_session: LiveSession, open_screen: Open, sam: Person
) -> None:
    live_session.session_log.do(live_session.fay, BeginSegment(), subject="framing")
    one, other = open_screen(live_session.fay), open_screen(sam)
    one.page.set_viewport_size({"width": 1280, "height": 720})
    buttons = one.page.get_by_role("group", name="Run the session").get_by_role("button").all()
    boxes = [box for button in buttons if (box := button.bounding_box())]
    assert (len(boxes), len({box["y"] for box in boxes})) == (6, 1)  # one row
    assert max(box["height"] for box in boxes) < 36, "each button is one line"
    one.page.evaluate("() => scrollTo(0, 400)")
    buttons[0].focus()
    assert one.page.evaluate("() => scrollY") == 400, "the focus at the top moves nothing below it"
    one.page.evaluate("() => scrollTo(0, 0)")
    part = f"Next part: {live_session.session.segments[1].title}"
    one.page.get_by_role("button", name=part).click()
    dialog = one.page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"These exercises have not begun: “{FIRST}”, “{SECOND}”.")
    one.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert live_session.session_log.state().segment == "framing"
    one.page.get_by_role("button", name=part).click()
    press(other.page, f"Next: {FIRST}")
    dialog.get_by_role("button", name="Skip and go on").click()
    expect(one.page.get_by_text("Nothing was done, because Sam Sample acted first")).to_be_visible()
    assert live_session.session_log.state().segment == "framing"
    one.look()
    one.page.get_by_role("button", name=part).click()
    expect(dialog).to_contain_text(f"This exercise has not begun: “{SECOND}”.")
    dialog.get_by_role("button", name="Skip and go on").click()
    one.page.wait_for_function("() => !document.querySelector('[aria-disabled]')")
    assert live_session.session_log.state().exercise == "rate_systems"


def test_begin_asks_far_from_the_sessions_time_and_not_near_it(live_session: LiveSession, open_screen: Open) -> None:
    far = open_screen(live_session.fay)
    far.page.get_by_role("button", name="Begin: ").click()
    dialog = far.page.get_by_role("dialog", name="Begin session 1 now?")
    expect(dialog).to_contain_text("It is planned for Tuesday, February 17, 2026")
    far.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert not live_session.session_log.state().is_on
    near = open_screen(live_session.fay, starting_now(live_session.content))
    press(near.page, "Begin: ")
    assert live_session.session_log.state().is_on


def starting_now(content: Content) -> Content:
    now = dt.datetime.now(ZoneInfo(content.series.time_zone))
    schedule = tuple(
        meeting.model_copy(update={"date": now.date(), "start": now.time().replace(second=0, microsecond=0)})
        for meeting in content.series.schedule
    )
    return content.model_copy(update={"series": content.series.model_copy(update={"schedule": schedule})})
