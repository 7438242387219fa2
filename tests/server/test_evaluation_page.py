"""The evaluation and the notice in a browser: offered at the end of a session, by keyboard, and at 320 px."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, Request, ViewportSize, expect

from cluster_kit.sessions.facilitation import BeginSegment, EndSession
from cluster_kit.store import Store
from tests.browser import PHONE, check_page
from tests.server.facilitator import SERIES, Facilitator
from tests.serving import AVERY, JORDAN, TASI, Server, run_server

pytestmark = pytest.mark.browser
Join = Callable[..., Page]
LAPTOP: ViewportSize = {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for this module only, since the session ends."""
    with run_server(tmp_path_factory.mktemp("home")) as server:
        yield server


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the element with this id, name, or text has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if name in page.evaluate(
            "[document.activeElement.id, document.activeElement.name, document.activeElement.innerText]"
        ):
            return
    raise AssertionError(f"Tab does not reach {name}")


def end_session(server: Server) -> None:
    """A facilitator begins and ends session 1."""
    fay = Facilitator(server.settings)
    fay.do(BeginSegment(), "framing")
    fay.do(EndSession())
    fay.store.close()


def fill_out(page: Page) -> dict[str, object]:
    """Answer some of the questions with the keyboard; returns the answers."""
    page.locator("#ck-evaluation-title").focus()
    tab_to(page, "useful")
    page.keyboard.press("ArrowDown")  # the second option
    tab_to(page, "confidence-statewide_goals-before")
    page.keyboard.press("Space")  # the first point
    tab_to(page, "confidence-statewide_goals-now")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    tab_to(page, "barrier")
    page.keyboard.press("Space")
    tab_to(page, "comment-barrier")
    page.keyboard.type("<b>time</b>")
    return {
        "useful": {"chosen": ["very"]},
        "confidence": {"before": {"statewide_goals": 1}, "now": {"statewide_goals": 3}},
        "barrier": {"chosen": ["staff_time"], "comment": "<b>time</b>"},
    }


def test_a_participant_evaluates_a_session_with_the_keyboard_on_a_phone(
    server: Server, context: BrowserContext, join: Join
) -> None:
    page = join(server, context, AVERY)
    page.set_viewport_size(PHONE)
    offer = page.locator(".ck-evaluation-offer")
    expect(offer).to_be_hidden()
    page.evaluate("document.body.tabIndex = -1; document.body.focus()")

    end_session(server)
    expect(offer).to_be_visible()
    expect(page.locator(".ck-live-announced", has_text="Please take three minutes")).to_have_count(1)
    assert page.evaluate("document.activeElement === document.body")  # the offer takes no focus
    check_page(page)

    offer.get_by_role("link", name="Evaluate the session").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/session/1/evaluation")
    page.wait_for_function("() => Object.values(localStorage).some((kept) => kept.includes('ballot'))")
    check_page(page)
    tab_to(page, "Send anonymously")
    page.keyboard.press("Enter")
    expect(page.locator("#ck-evaluation-problem")).to_be_focused()
    expect(page.locator("#ck-evaluation-problem")).to_contain_text("at least one question")
    check_page(page)

    expected = fill_out(page)
    comment = page.locator("#comment-barrier")
    comment.fill("x" * 601)  # nothing is cut
    expect(comment).to_have_accessible_description("1 character too many")
    page.get_by_role("button", name="Send anonymously").press("Enter")
    expect(page.locator("#ck-evaluation-problem")).to_contain_text("600 characters, and this has 601")
    expect(comment).to_be_focused()
    expect(comment).to_have_attribute("aria-invalid", "true")
    check_page(page)
    comment.fill("<b>time</b>")
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.url.endswith("/answers") else None)
    tab_to(page, "Send anonymously")
    page.keyboard.press("Enter")
    expect(page.locator("#ck-evaluation-title")).to_be_focused()
    expect(page.locator("#ck-evaluation-status")).to_contain_text("Your evaluation was sent, without your name")
    expect(page.locator("#ck-evaluation")).to_be_hidden()
    check_page(page)

    [request] = sent
    assert "cookie" not in request.all_headers()
    assert json.loads(request.post_data or "")["answers"] == expected
    with Store.open(server.settings.db_url) as store:
        assert [one.answers for one in store.evaluations(SERIES, 1)] == [expected]
    assert "ballot" not in page.evaluate("JSON.stringify(localStorage)")

    page.reload()
    expect(page.locator("#ck-evaluation-status")).to_contain_text("You have sent your evaluation")
    page.get_by_role("link", name="Go back to the session").click()
    page.locator(".ck-live-over").wait_for()
    expect(offer).to_be_hidden()


def test_every_answer_is_one_click_and_can_be_taken_back(server: Server, context: BrowserContext, join: Join) -> None:
    end_session(server)
    page = join(server, context, TASI)
    page.goto(f"{server.address}/session/1/evaluation")
    assert page.locator("#ck-evaluation select").count() == 0
    scale = page.get_by_role("radiogroup", name="Before this session").first
    clear = scale.get_by_role("button", name="Clear")
    for size in (PHONE, LAPTOP):
        page.set_viewport_size(size)
        boxes = [choice.bounding_box() for choice in scale.get_by_role("radio").all()]
        assert len({box and box["y"] for box in boxes}) == 1  # all four are in one row
        assert all(box and box["height"] >= 44 and box["width"] >= 44 for box in boxes)
        height = page.evaluate("document.documentElement.scrollHeight")
        expect(clear).to_be_hidden()
        scale.get_by_role("radio", name="3 Fairly well").click()
        expect(scale.get_by_role("radio", checked=True)).to_have_count(1)
        assert page.evaluate("document.documentElement.scrollHeight") == height  # nothing moves
        check_page(page)
        clear.click()
        expect(scale.get_by_role("radio", checked=True)).to_have_count(0)
        expect(scale.get_by_role("radio").first).to_be_focused()
        expect(clear).to_be_hidden()
    useful = page.locator("[data-question=useful]")
    useful.get_by_role("radio").first.click()
    useful.get_by_role("button", name="Clear").click()
    expect(useful.get_by_role("radio", checked=True)).to_have_count(0)


def test_a_second_browser_is_refused_and_the_offer_can_be_skipped(
    server: Server, context: BrowserContext, join: Join
) -> None:
    end_session(server)
    page = join(server, context, JORDAN)
    offer = page.locator(".ck-evaluation-offer")
    expect(offer).to_be_visible()
    # The end is not news.
    expect(page.locator(".ck-live-announced", has_text="Please take three minutes")).to_have_count(0)
    offer.get_by_role("button", name="Not now").press("Enter")
    expect(offer).to_be_hidden()
    expect(page.get_by_role("link", name="Evaluate session 1")).to_be_focused()
    page.reload()
    page.locator(".ck-live-over").wait_for()
    expect(offer).to_be_hidden()

    with Store.open(server.settings.db_url) as store:
        store.take_ballot(SERIES, 1, JORDAN, "OH")  # in another browser
    page.get_by_role("link", name="Evaluate session 1").click()
    expect(page.locator("#ck-evaluation-status")).to_contain_text("in another browser or on another device")
    expect(page.locator("#ck-evaluation")).to_be_hidden()


def test_the_notice_breaks_no_rule_and_fits_a_phone(server: Server, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{server.address}/join")
    page.get_by_role("link", name="Privacy and records").click()
    page.get_by_role("heading", name="Privacy, records, and accessibility", level=1).wait_for()
    check_page(page)
    page.get_by_role("navigation").get_by_role("link", name="Session evaluation").click()
    page.wait_for_url("**/notice#evaluation")
