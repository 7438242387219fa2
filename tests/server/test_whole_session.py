"""A whole session with two states and a facilitator, each in their own browser, from login to the end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from cluster_kit.content import load_content
from cluster_kit.roster.codes import list_codes
from cluster_kit.store import Store
from docs.live_session import begin_session, end_session, find_form, go_on, reveal
from tests.browser import PATIENCE_MS, find_violations
from tests.serving import AVERY, FAY, TASI, Server, run_server

pytestmark = pytest.mark.browser
CONTENT = load_content("2026")
SESSION = CONTENT.get_session(1)
RATINGS = "Where we stand on systems alignment"
ITEM = CONTENT.instrument.areas[0].items[0].text
Open = Callable[[str], Page]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with run_server(tmp_path / "home", "--grace", "2") as server:
        yield server


@pytest.fixture
def visit(browser: Browser) -> Iterator[Open]:
    """Open an address in a new browser context. Any script error fails the test."""
    with ExitStack() as stack:
        errors: list[str] = []

        def visit(address: str) -> Page:
            context = stack.enter_context(browser.new_context(viewport={"width": 1280, "height": 900}))
            context.set_default_timeout(PATIENCE_MS)
            page = context.new_page()
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.goto(address)
            return page

        yield visit
        assert errors == []


def item(page: Page) -> Locator:
    """One person's part of the first statement of the Policy Tool."""
    return find_form(page, RATINGS).get_by_role("group", name=ITEM, exact=True)


def team(page: Page) -> Locator:
    """The team's part of the statement."""
    return find_form(page, RATINGS).get_by_role("group", name=f"Your team: {ITEM}", exact=True)


def board(page: Page) -> Locator:
    return page.locator(".ck-board[data-segment=peer_discussion]")


def walk_in(page: Page, server: Server, name: str) -> None:
    """Join Ohio's team by its code, without an invitation."""
    with Store.open(server.settings.db_url) as store:
        code = list_codes(store, "demo", ["OH"])["OH"]
    page.get_by_label("Team code").fill(code.replace("-", " ").lower())
    page.keyboard.press("Enter")
    page.get_by_label("Your name").fill(name)
    page.get_by_role("button", name="Join Ohio's team").click()


def test_a_whole_session(server: Server, visit: Open) -> None:
    console = visit(server.link(FAY))
    begin_session(console, SESSION.segments[0].title)
    avery, tasi = visit(server.link(AVERY)), visit(server.link(TASI))
    ana = visit(f"{server.address}/join")
    assert find_violations(ana) == []
    walk_in(ana, server, "Ana Walk-in")
    for page in (avery, ana, tasi):
        page.wait_for_url("**/session/1")
        expect(page.locator(".ck-live")).to_contain_text(SESSION.segments[0].title)
    expect(console.get_by_role("button", name=re.compile(r"^Ohio: .*, \d of \d here"))).to_be_visible()

    rate_reveal_and_settle(console, avery, ana)
    talk(console, avery, tasi)
    share_an_example(console, tasi, avery)
    form_groups(console, avery)
    finish(console, (avery, ana, tasi))
    tasi.goto(server.address)  # the session ended before its date, and so the second one is next
    expect(tasi.locator(".ck-session-over")).to_contain_text("This session has ended")
    expect(tasi.locator(".ck-session-next")).to_contain_text("Session 2:")
    for page in (console, avery):
        page.evaluate("() => scrollTo(0, 0)")  # elsewhere, what stays at the top covers parts of buttons
        assert find_violations(page) == []


def rate_reveal_and_settle(console: Page, avery: Page, ana: Page) -> None:
    """Individual ratings; then the distribution; then the team's rating with the reason and the dissenting view."""
    go_on(console, SESSION.segments[1].title)
    item(avery).get_by_role("radio", name=re.compile("^1 ")).check()
    item(ana).get_by_role("radio", name=re.compile("^4 ")).check()
    expect(team(avery)).to_have_count(0)
    reveal(console)
    expect(team(avery)).to_contain_text("Talk about this")
    expect(team(ana)).to_contain_text("Talk about this")
    team(avery).get_by_role("radio", name=re.compile("^2 ")).check()
    team(avery).get_by_role("textbox", name=re.compile("^Why your team")).fill(
        "The statement is drafted, and signed by nobody."
    )
    expect(team(ana).get_by_role("radio", name=re.compile("^2 "))).to_be_checked()
    team(ana).get_by_role("textbox", name=re.compile("^A different view")).fill(
        "The colleges quote it in their plans already."
    )
    expect(team(avery).get_by_role("textbox", name=re.compile("^A different view"))).to_have_value(
        re.compile("colleges")
    )


def talk(console: Page, avery: Page, tasi: Page) -> None:
    """Ohio posts, Guam reads and reacts; Ohio parks a question, which reaches the facilitator."""
    go_on(console, SESSION.segments[2].title)
    board(avery).get_by_label("Write to the other states").fill("Which partner was the hardest to bring along?")
    board(avery).get_by_role("button", name="Post", exact=True).click()
    post = board(tasi).get_by_text("Which partner was the hardest to bring along?")
    expect(post).to_be_visible()
    board(tasi).get_by_role("button", name=re.compile("^Same here")).first.click()
    expect(board(avery).get_by_role("button", name=re.compile("^Same here.*1"))).to_be_visible()
    expect(console.get_by_role("region", name="Boards")).to_contain_text("Which partner was the hardest")
    avery.locator(".ck-park > summary").click()
    avery.get_by_label("A thought to come back to").fill("Who pays for the new codes?")
    avery.get_by_role("button", name="Park it").click()
    expect(avery.locator(".ck-park-status")).to_have_text("Parked.")
    expect(console.get_by_role("region", name="Messages to everyone")).to_contain_text("Who pays for the new codes?")


def share_an_example(console: Page, tasi: Page, avery: Page) -> None:
    """Guam shares an example with its name; it appears on every page once featured."""
    go_on(console, SESSION.segments[3].title)
    offered = find_form(tasi, "An example from our state")
    offered.locator("summary").first.click()  # it is outside the session's time, and so collapsed
    offered.get_by_role("textbox").first.fill("One approval form for two systems")
    offered.get_by_role("radio", name=re.compile("^Other states, with our name")).check()
    shared = console.get_by_role("region", name="Examples that states share")
    shared.get_by_role("button", name=re.compile("^Feature")).click()
    expect(avery.locator(".ck-live").get_by_text("One approval form for two systems")).to_be_visible()


def form_groups(console: Page, avery: Page) -> None:
    """Two states form one group; its people see who is in it."""
    groups = console.get_by_role("region", name="Breakout groups")
    groups.get_by_label("What the groups are for").fill("Before the rooms close")
    groups.get_by_role("button", name="Form groups").click()
    groups.get_by_role("button", name=re.compile("^Show")).click()
    expect(avery.locator(".ck-live-rooms")).to_contain_text("Guam, Ohio")


def finish(console: Page, pages: tuple[Page, ...]) -> None:
    """The last segment, a next step, and the end."""
    go_on(console, SESSION.segments[4].title)
    steps = find_form(pages[0], "Our next steps")
    steps.get_by_role("textbox").first.fill("Put the statement on the agenda of the May board meeting")
    seen = find_form(pages[1], "Our next steps").get_by_role("textbox").first
    expect(seen).to_have_value(re.compile("May board meeting"))
    end_session(console)
    for page in pages:
        expect(page.locator(".ck-live-over")).to_have_text(re.compile("^The session has ended"))
