"""The end of a session in a browser: the way to the team's summary, its downloads, by keyboard, and at 320 px."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from cluster_kit.demo.sample_answers import add_sample_answers
from cluster_kit.sessions.facilitation import BeginSegment, Broadcast, EndSession, FormGroups, GroupOf
from cluster_kit.store import Store
from tests.browser import find_violations
from tests.server.browsing import sign_in
from tests.server.facilitator import Facilitator
from tests.serving import AVERY, JORDAN, TASI, Server, run_server

pytestmark = pytest.mark.browser
Join = Callable[..., Page]
PHONE = {"width": 320, "height": 640}
BACK = "We come together again at 1:35"
LATER = "Thank you all. The recording follows tomorrow."


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for this module only, since the session ends. Ohio's team has worked in it."""
    with run_server(tmp_path_factory.mktemp("home")) as server:
        with Store.open(server.settings.db_url) as store:
            avery = store.find_person(AVERY)
            assert avery
            add_sample_answers(store, server.content, avery)
        yield server


def tab_to(page: Page, words: str) -> None:
    """Press Tab until the element with this text has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText") == words:
            return
    raise AssertionError(f"Tab does not reach {words}")


def test_at_the_end_old_messages_leave_and_the_summary_is_offered(
    server: Server, context: BrowserContext, join: Join
) -> None:
    page = join(server, context, AVERY)
    fay = Facilitator(server.settings)
    fay.do(BeginSegment(), "framing")
    fay.do(Broadcast(text="Welcome"))
    fay.do(Broadcast(text=BACK))
    fay.do(FormGroups(title="First round", groups=(GroupOf(number=1, states=("OH", "GU"), reason="Both begin"),)))
    panel = page.locator("#ck-live")
    expect(panel).to_contain_text(BACK)
    expect(panel).to_contain_text("Your breakout group: group 1")
    expect(panel.locator(".ck-live-summary")).to_be_hidden()

    fay.do(EndSession())
    expect(panel.locator(".ck-live-over")).to_be_visible()
    shown = page.locator("#ck-live > :not(.ck-live-announced)")
    for old in (BACK, "Welcome", "Your breakout group"):
        expect(shown.filter(has_text=old)).to_have_count(0)
    fay.do(Broadcast(text=LATER))
    expect(panel).to_contain_text(LATER)  # a message after the end is news
    fay.store.close()

    way = panel.get_by_role("link", name="See what your team made")
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 700})
        box = way.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    way.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/session/1/summary")
    expect(page.get_by_role("heading", level=1)).to_contain_text("What your team made")
    expect(page.locator("main")).to_contain_text("Thank you, Avery Sample")


def test_at_the_end_the_panel_is_low_on_a_phone_and_covers_nothing_that_has_focus(
    server: Server, browser: Browser
) -> None:
    fay = Facilitator(server.settings)
    fay.do(BeginSegment(), "framing")
    fay.do(EndSession())
    fay.do(Broadcast(text=LATER))
    fay.store.close()
    with browser.new_focus_context(viewport=PHONE) as context:  # type: ignore[attr-defined]
        page = context.new_page()
        page.goto(server.link(JORDAN))
        page.locator("html.ck-focus-on").wait_for()
        panel = page.locator("#ck-live")
        expect(panel.get_by_role("link", name="See what your team made")).to_be_visible()
        expect(panel.get_by_role("link", name="Evaluate the session")).to_be_visible()
        panel.get_by_role("button", name="Got it").click()  # a message, which is not folded away
        expect(panel.locator(".ck-live-message")).to_be_empty()
        assert panel.evaluate("node => node.offsetHeight / innerHeight") <= 0.12
        page.locator(".ck-focus-next").click()
        for _ in range(8):
            page.keyboard.press("Tab")
            page.wait_for_function(
                """() => {
                  const focused = document.activeElement, panel = document.getElementById("ck-live");
                  const under = focused.getBoundingClientRect().bottom > panel.getBoundingClientRect().top;
                  return panel.contains(focused) || !under;
                }"""
            )
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_the_summary_is_read_downloaded_and_forwarded_with_the_keyboard(
    server: Server, context: BrowserContext
) -> None:
    sign_in(server, context, AVERY)
    page = context.new_page()
    page.goto(f"{server.address}/session/1/summary")
    assert find_violations(page) == []
    with page.expect_download() as download:
        tab_to(page, "Download as PDF")
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "Ohio session 1 summary.pdf"
    with page.expect_download() as download:
        tab_to(page, "Add steps to a calendar")
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "Ohio next steps.ics"

    tab_to(page, "Copy the short text")
    page.keyboard.press("Enter")
    expect(page.locator("#ck-summary-copied")).not_to_be_empty()
    assert find_violations(page) == []


def test_the_essentials_come_first_and_nothing_is_cut_off_on_a_phone(server: Server, context: BrowserContext) -> None:
    sign_in(server, context, AVERY)
    page = context.new_page()
    page.goto(f"{server.address}/session/1/summary")
    titles = page.locator("h2").all_inner_texts()
    assert titles[:4] == ["Our goals", "Where we stand", "Our team ratings", "Next steps"]
    screen = page.locator("#ck-summary-our-goals").bounding_box()
    assert screen
    assert screen["y"] < 900  # on the first screen
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    means = page.get_by_role("listitem").filter(has_text=re.compile(r": .*\d\.\d of 4, .* team ratings?"))
    expect(means.first).to_be_visible()
    sizes = "nodes => nodes.map(({ clientWidth, scrollWidth }) => scrollWidth - clientWidth)"
    assert set(means.evaluate_all(sizes)) == {0}  # every bar and number fits
    assert find_violations(page) == []
    page.set_viewport_size({"width": 640, "height": 640})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") == 640


def test_the_last_step_of_the_focus_view_leads_to_the_summary(server: Server, browser: Browser) -> None:
    with browser.new_focus_context(viewport={"width": 1280, "height": 900}) as context:  # type: ignore[attr-defined]
        page = context.new_page()
        page.goto(server.link(AVERY))
        page.locator("html.ck-focus-on").wait_for()
        last = page.locator(".ck-step").last
        expect(last).to_be_hidden()
        page.evaluate("location.hash = '#ck-summary'")
        expect(last).to_be_visible()
        expect(last.get_by_role("heading", name="What your team made today")).to_be_visible()
        last.get_by_role("link", name="See what your team made in session 1").click()
        page.wait_for_url("**/session/1/summary")


def test_a_person_of_another_state_is_refused(server: Server, context: BrowserContext) -> None:
    sign_in(server, context, TASI)
    page = context.new_page()
    answer = page.goto(f"{server.address}/session/1/summary/OH.pdf")
    assert answer
    assert answer.status == 403
    expect(page.locator("main")).to_contain_text("This document belongs to another state's team.")
    page.goto(f"{server.address}/session/1/summary")
    expect(page.locator("main")).to_contain_text("No one in Guam has written anything")
    expect(page.locator("main")).not_to_contain_text("By July 2029")
    assert find_violations(page) == []
