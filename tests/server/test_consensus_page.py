"""Two people of one state rate, reveal, and reach consensus on two computers; the server is killed in between."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from cluster_kit.content import load_content
from cluster_kit.sessions import SessionLog
from cluster_kit.sessions.facilitation import Lock
from cluster_kit.store import Person, Store
from docs.live_session import rate
from tests.browser import PATIENCE_MS
from tests.server.browsing import find_violations_in, reconnect_now, stay
from tests.serving import AVERY, JORDAN, Server

Join = Callable[..., Page]
EXERCISE = "rate_systems"
FACILITATOR = Person(id="fay", series="demo", jurisdiction="", name="Fay Facilitator")


@pytest.fixture
def narrow(browser: Browser) -> Iterator[BrowserContext]:
    """A colleague's browser with a small screen."""
    with browser.new_context(viewport={"width": 320, "height": 700}) as context:
        context.set_default_timeout(PATIENCE_MS)
        yield context


def form(page: Page) -> Locator:
    return page.locator(".ck-form:has(.ck-items)")


def saved(page: Page) -> None:
    expect(form(page).locator(".ck-status")).to_contain_text("Saved at")


def together(page: Page, at: int = 0) -> Locator:
    return form(page).locator(".ck-consensus").nth(at)


def test_a_team_settles_what_it_rated_whatever_happens_to_the_server(
    mortal_server: Server, context: BrowserContext, narrow: BrowserContext, join: Join
) -> None:
    one, other = join(mortal_server, context, AVERY), join(mortal_server, narrow, JORDAN)
    rate(form(one), 1, 2)
    rate(form(other), 3, 2)
    form(one).get_by_role("button", name="Show our ratings").click()
    form(one).get_by_role("button", name="Yes, show it to our team").click()
    expect(form(other).locator(".ck-overview")).to_contain_text("1 to talk about, 1 on which you agree")
    for page in (one, other):
        expect(form(page).locator(".ck-first-step")).to_be_visible()
        expect(form(page).locator(".ck-first-step")).to_contain_text("compare how your team rated")
    for page in (one, other):
        page.evaluate("scrollTo(0, 0)")  # where the bar that stays in view covers half of no target
        assert find_violations_in(form(page)) == []
    assert other.evaluate("document.documentElement.scrollWidth") == 320
    expect(other.locator(".ck-live-reveal")).to_have_count(1)
    together(other).get_by_label("2 ·").check()
    expect(other.locator(".ck-live-reveal")).to_have_count(0)
    expect(together(one).get_by_label("2 ·")).to_be_checked()
    together(other).get_by_label("Why your team chose this rating").fill("A draft is out.")
    together(other).get_by_label("Why your team chose this rating").blur()
    together(one).get_by_role("button", name="I agree").click()
    saved(one)
    stays = [stay(page) for page in (one, other)]
    mortal_server.end(signal.SIGKILL)
    together(other).get_by_label("A different view").fill("One of us would say 3.")
    together(other).get_by_label("A different view").blur()
    mortal_server.start()
    reconnect_now(one, other)
    saved(other)
    for page in (one, other):
        expect(form(page).locator(".ck-overview")).to_contain_text("1 with a team rating")
    expect(together(one).get_by_label("A different view")).to_have_value("One of us would say 3.")
    assert all(was_not_loaded_again() for was_not_loaded_again in stays)


def test_a_facilitator_closes_an_exercise_and_opens_it_again_under_a_writing_hand(
    server: Server, context: BrowserContext, join: Join
) -> None:
    page = join(server, context, AVERY)
    store = Store.open(server.settings.db_url)
    session = load_content("demo", overlay=server.settings.content).get_session(1)
    session_log = SessionLog(store, "demo", session)
    note = form(page).get_by_label("Your evidence, in a few words").first
    note.press_sequentially("A draft")
    session_log.do(FACILITATOR, Lock(locked=True), subject=EXERCISE)
    expect(form(page).locator(".ck-closed")).to_be_focused()
    expect(note).not_to_be_editable()
    assert find_violations_in(form(page)) == []
    session_log.do(FACILITATOR, Lock(locked=False), subject=EXERCISE)
    expect(note).to_be_focused()
    note.press_sequentially(" is signed")
    note.blur()
    saved(page)
    expect(note).to_have_value("A draft is signed")
    store.close()
