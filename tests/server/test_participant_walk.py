"""One session from the team code to the thank-you: with the keyboard at a desk, and by touch on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from cluster_kit.roster.codes import list_codes
from cluster_kit.sessions.facilitation import BeginSegment, EndSession, Reveal
from cluster_kit.store import Store
from docs.live_session import ALL_FORMS_READY
from docs.make_tour import RATINGS, SYSTEMS, WHY_ADOPT
from tests.browser import DESK, PATIENCE_MS, PHONE, listen, wait_for_words
from tests.server.facilitator import SERIES, Facilitator
from tests.serving import Server, run_server

pytestmark = pytest.mark.browser
RATING = "#step-rate_systems"
MOST_TABS = 60  # from one stop of the way to the next
TOUCH = {"is_mobile": True, "has_touch": True, "device_scale_factor": 2}
FOCUSED = "document.activeElement.getAttribute('aria-label') || document.activeElement.innerText || ''"
UNCOVERED = """() => {
  const { left, right, top, bottom } = document.activeElement.getBoundingClientRect();
  const on = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  return on !== null && (document.activeElement.contains(on) || on.contains(document.activeElement));
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for this module only, since the session ends."""
    with run_server(tmp_path_factory.mktemp("walk") / "home") as server:
        yield server


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    with ExitStack() as stack:

        def new_page(**options: Any) -> Page:
            context: BrowserContext = browser.new_focus_context(**options)  # type: ignore[attr-defined]
            stack.callback(context.close)
            context.set_default_timeout(PATIENCE_MS)
            page = context.new_page()
            listen(page)
            return page

        yield new_page


def tab_to(page: Page, words: str, key: str = "Tab") -> None:
    """Press Tab until an element with these words has the focus, which is in view and under nothing."""
    for _ in range(MOST_TABS):
        page.keyboard.press(key)
        if words in page.evaluate(FOCUSED):
            page.wait_for_function(UNCOVERED)  # nothing that has the focus is under something
            return
    raise AssertionError(f"{key} does not reach “{words}”")


def tab_to_choice(page: Page) -> None:
    """Press Tab until a radio button has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type === 'radio'"):
            return
    raise AssertionError("Tab does not reach a choice")


def tap(page: Page, name: str, role: Any = "link") -> None:
    page.get_by_role(role, name=name).first.tap()


def join_by_keyboard(page: Page, server: Server, code: str) -> None:
    page.goto(f"{server.address}/join")
    expect(page.get_by_label("Team code")).to_be_focused()
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your name")).to_be_focused()
    page.keyboard.type("Kim Keys")
    page.keyboard.press("Enter")
    page.wait_for_url("**/session/1**")


def join_by_touch(page: Page, server: Server, code: str) -> None:
    page.goto(f"{server.address}/join")
    page.get_by_label("Team code").tap()
    page.keyboard.type(code)
    tap(page, "Continue", "button")
    page.get_by_label("Your name").tap()
    page.keyboard.type("Pat Phone")
    tap(page, "Join", "button")
    page.wait_for_url("**/session/1**")


def look_up_own_links(desk: Page, phone: Page) -> None:
    """The personal link and its QR code, and back."""
    tab_to(desk, "get your own link")
    desk.keyboard.press("Enter")
    tap(phone, "get your own link")
    for page in (desk, phone):
        expect(page.get_by_role("img", name=re.compile("^QR code of"))).to_be_visible()
        expect(page.get_by_text("You joined with a team code")).to_have_count(0)  # this is the page that it leads to
    tab_to(desk, "Go to your sessions")
    desk.keyboard.press("Enter")
    expect(desk.locator("#own-link")).to_have_count(0)
    tab_to(desk, "Session 1")
    desk.keyboard.press("Enter")
    tap(phone, "Go to your sessions")
    phone.get_by_role("link", name=re.compile("Session 1")).first.tap()
    for page in (desk, phone):
        page.wait_for_url("**/session/1")
        page.wait_for_function(ALL_FORMS_READY)


def answer_first_exercise(desk: Page, phone: Page) -> None:
    """Begin with the first exercise; both see what one writes."""
    tab_to(desk, f"Begin: {SYSTEMS}")
    desk.keyboard.press("Enter")
    first = desk.locator("#step-organizing_structure")
    expect(first).to_be_focused()
    tab_to_choice(desk)
    desk.keyboard.press("Space")
    phone.get_by_role("link", name=re.compile(f"(Begin|Go on): {SYSTEMS}")).tap()
    box = phone.locator("#step-organizing_structure").get_by_label(WHY_ADOPT)
    box.tap()
    phone.keyboard.type("One name for one field.")
    box.blur()
    expect(desk.locator("#step-organizing_structure").get_by_label(WHY_ADOPT)).to_have_value("One name for one field.")


def rate(desk: Page, phone: Page, fay: Facilitator) -> None:
    """Go along to the segment that the facilitator begins, and rate."""
    fay.do(BeginSegment(exercise="rate_systems"), "policy_tool")
    wait_for_words(desk, "The session has begun: Ratings and statewide goals")
    tab_to(desk, RATINGS, "Shift+Tab")  # the offer to go along, since this person has the focus in a field
    desk.keyboard.press("Enter")
    expect(desk.locator(RATING)).to_be_focused()
    tab_to_choice(desk)
    desk.keyboard.press("Space")
    expect(desk.locator(f"{RATING} .ck-status")).to_contain_text("Saved at")
    tap(phone, "Go there")
    expect(phone.locator(RATING)).to_be_visible()
    phone.locator(f"{RATING} .ck-item > .ck-rating").first.get_by_label("3 ·").tap()
    expect(phone.locator(f"{RATING} .ck-status")).to_contain_text("Saved at")


def notice_reveal(desk: Page, phone: Page, fay: Facilitator) -> None:
    """The reveal reaches both, who are elsewhere by now."""
    tab_to(desk, "Our statewide goals")
    desk.keyboard.press("Enter")
    tap(phone, "Next")
    expect(phone.locator("#step-goals")).to_be_visible()
    fay.do(Reveal(), "rate_systems")
    wait_for_words(desk, "Your team’s ratings are shown now")
    tab_to(desk, "See them", "Shift+Tab")
    desk.keyboard.press("Enter")
    expect(desk.locator(f"{RATING} .ck-overview-title")).to_be_focused()
    tap(phone, "See them")
    expect(phone.locator(f"{RATING} .ck-overview-title")).to_be_in_viewport(ratio=1)


def settle(desk: Page, phone: Page) -> None:
    """One proposes, with a reason; the other is asked, and agrees."""
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    settling = desk.locator(f"{RATING} .ck-consensus").first
    expect(settling).to_be_focused()
    tab_to_choice(desk)
    desk.keyboard.press("ArrowDown")
    expect(settling.get_by_label("2 ·")).to_be_checked()
    for _ in range(2):
        desk.keyboard.press("Tab")  # over "Clear this answer" to the reason
    desk.keyboard.type("Two agencies have signed.")
    desk.keyboard.press("Tab")
    tap(phone, "Answer")
    proposal = phone.locator(f"{RATING} .ck-consensus").first
    expect(proposal.locator(".ck-proposal")).to_contain_text("Kim Keys proposes 2")
    tap(phone, "I agree", "button")
    expect(proposal.locator(".ck-agreement-status")).to_be_focused()
    expect(settling).to_contain_text("both who were asked agreed")
    expect(desk.locator(".ck-live-reveal")).to_have_count(0)


def end_and_evaluate(desk: Page, phone: Page, fay: Facilitator) -> None:
    """The end, what the team made, the evaluation, and the thank-you."""
    fay.do(EndSession())
    wait_for_words(desk, "The session has ended")
    tab_to(desk, "See what your team made", "Shift+Tab")
    desk.keyboard.press("Enter")
    tap(phone, "See what your team made")
    for page in (desk, phone):
        expect(page.get_by_role("heading", name="What your team made today")).to_be_visible()
        expect(page.get_by_role("main")).to_contain_text("Two agencies have signed.")
    tab_to(desk, "Evaluate session 1")
    desk.keyboard.press("Enter")
    tap(phone, "Evaluate session 1")
    for page in (desk, phone):
        page.wait_for_url("**/evaluation")
        page.wait_for_function("() => Object.values(localStorage).some((kept) => kept.includes('ballot'))")
    tab_to_choice(desk)
    desk.keyboard.press("Space")
    tab_to(desk, "Send anonymously")
    desk.keyboard.press("Enter")
    phone.get_by_label("Very useful").tap()
    tap(phone, "Send anonymously", "button")
    for page in (desk, phone):
        expect(page.get_by_role("heading", name="Thank you")).to_be_focused()
    tab_to(desk, "See what your team made")


def test_a_team_goes_from_its_code_to_the_thank_you_by_keyboard_and_by_touch(
    server: Server, new_page: Callable[..., Page]
) -> None:
    desk, phone = new_page(viewport=DESK), new_page(viewport=PHONE, **TOUCH)
    with Store.open(server.settings.db_url) as store:
        code = list_codes(store, SERIES, ["OH"])["OH"]
    join_by_keyboard(desk, server, code)
    join_by_touch(phone, server, code)
    look_up_own_links(desk, phone)
    answer_first_exercise(desk, phone)
    fay = Facilitator(server.settings)
    with closing(fay.store):
        rate(desk, phone, fay)
        notice_reveal(desk, phone, fay)
        settle(desk, phone)
        end_and_evaluate(desk, phone, fay)
