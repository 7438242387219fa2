"""Accessibility in states of pages that come and go: a session at its fullest, on both sides, and refusals."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from cluster_kit.server.auth.cookies import XSRF
from cluster_kit.server.auth.rate_limits import CODES_OF_A_BROWSER, PAGES_OF_A_PERSON
from cluster_kit.server.handlers import GlossaryHandler
from cluster_kit.server.roster.registration_handlers import LARGEST_FORM
from cluster_kit.sessions.facilitation import BeginSegment, Broadcast, FormGroups, GroupOf, Reveal, ShareLink
from cluster_kit.sessions.support import StateNeed
from cluster_kit.store import Store
from tests.browser import PATIENCE_MS, check_at_both_widths, check_fit, check_page, find_violations
from tests.console.seeding import add_teams, come, rate
from tests.server.browsing import sign_in
from tests.server.facilitator import Facilitator
from tests.serving import AVERY, FAY, JORDAN, Server, run_server

pytestmark = pytest.mark.browser
Join = Callable[..., Page]
SESSION = 1


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with twelve states that have rated, eight of which have come."""
    with run_server(tmp_path_factory.mktemp("states") / "home") as server:
        with Store.open(server.settings.db_url) as store:
            people = add_teams(store, server.content, 12)
            rate(store, server.content, SESSION, people)
            come(store, "demo", SESSION, people[:16])
        yield server


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with open registration, and a fault in the handler of a page."""
    home = tmp_path_factory.mktemp("troubled") / "home"
    home.mkdir()
    (home / "settings.toml").write_text("[registration]\nopen = true\n", encoding="utf-8")
    with run_server(home, prepare=break_glossary) as server:
        yield server


def break_glossary() -> None:
    """The glossary fails from now on, in this process."""

    def fail(_: GlossaryHandler) -> None:
        raise RuntimeError("as no one had expected")

    GlossaryHandler.get = fail  # type: ignore[assignment, method-assign]


@pytest.fixture
def people(browser: Browser) -> Iterator[BrowserContext]:
    """A participant's browser."""
    with browser.new_context() as context:
        context.set_default_timeout(PATIENCE_MS)
        yield context


def test_a_session_at_its_fullest_breaks_no_rule_on_the_console_and_for_participants(
    room: Server, context: BrowserContext, people: BrowserContext, join: Join
) -> None:
    facilitator = Facilitator(room.settings, SESSION)
    console = context.new_page()
    console.goto(room.link(FAY, SESSION))
    expect(console.locator(".ck-people-away").first).to_be_visible()
    expect(console.locator(".ck-people-invited").first).to_be_visible()
    check_at_both_widths(console)
    facilitator.do(BeginSegment(), subject=facilitator.session.segments[0].kind.value)
    expect(console.locator(".ck-people-expected").first).to_be_visible()
    page = join(room, people, AVERY, SESSION)
    facilitator.do(Broadcast(text="Read the statements again, and note what you would like to ask."))
    facilitator.do(ShareLink(text="Slides", url="https://example.org/slides"))
    rated = next(one for one in facilitator.session.exercises if one.id.startswith("rate_"))
    facilitator.do(Reveal(), subject=rated.id)
    person = facilitator.store.find_person(JORDAN)
    assert person
    facilitator.session_log.do(person, StateNeed(text="Live captions"))
    page.get_by_role("button", name="We need more time").click()
    expect(page.get_by_text("The facilitators see that your team needs more time")).to_be_visible()
    expect(console.get_by_text("Ohio needs more time, says 1 person.")).to_be_visible()
    check_at_both_widths(console)

    panel = console.get_by_role("region", name="Breakout groups")
    panel.get_by_role("button", name="Form groups").click()
    expect(panel.get_by_role("heading", name="Proposed")).to_be_visible()
    check_at_both_widths(console)
    facilitator.do(FormGroups(title="Discussion", groups=(GroupOf(number=1, states=("OH", "GU")),)))
    expect(page.locator("#ck-live")).to_contain_text("Your breakout group")
    expect(page.locator("#ck-live")).to_contain_text("Slides")
    check_at_both_widths(page)
    facilitator.store.close()


def test_each_page_of_a_refusal_breaks_no_rule_and_fits(room: Server, context: BrowserContext) -> None:
    page = context.new_page()
    for address in ("/nowhere", "/session/1", "/console/1", "/register", "/requests", "/same-person"):
        page.goto(room.address + address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        check_page(page)
    page.goto(f"{room.address}/join")
    context.clear_cookies(name=XSRF)
    page.get_by_label("Team code").fill("DDD-2222")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("This form could not be sent")).to_be_visible()
    check_page(page)
    page.goto(f"{room.address}/join")
    for number in range(CODES_OF_A_BROWSER.most + 1):
        page.get_by_label("Team code").fill(f"DDD-222{number % 8 + 2}")
        page.get_by_role("button", name="Continue").click()
        page.wait_for_load_state()
    expect(page.get_by_text("Too many wrong codes were entered in this browser.")).to_be_visible()
    check_page(page)
    sign_in(room, context, AVERY)
    for address in ("/nowhere", "/console/1", "/roster", "/session/99", "/session/1/summary/GU.pdf"):
        page.goto(room.address + address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        check_page(page)


def check_message(page: Page, status: int, opened: Response | None, sentence: str) -> None:
    """The page says what is wrong, breaks no rule, and fits, also in forced colors."""
    assert opened
    assert opened.status == status
    expect(page.get_by_role("main")).to_contain_text(sentence)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.title()
    check_at_both_widths(page)
    check_fit(page)
    page.emulate_media(forced_colors="active")
    assert find_violations(page) == []
    page.emulate_media(forced_colors="none")


def test_pages_of_trouble_break_no_rule_and_fit(troubled: Server, context: BrowserContext) -> None:
    """A fault, a store that is away, too many pages, and a form that is too large."""
    page = context.new_page()
    sign_in(troubled, context, FAY)
    check_message(page, 500, page.goto(f"{troubled.address}/glossary"), "Something went wrong on our side.")
    with closing(sqlite3.connect(troubled.home / "responses.sqlite3")) as database:
        database.execute("ALTER TABLE team_codes RENAME TO hidden")
        opened = page.goto(troubled.address)
        database.execute("ALTER TABLE hidden RENAME TO team_codes")
    check_message(page, 503, opened, "We cannot reach our records at the moment.")
    with troubled.client(FAY) as client:
        loaded = [client.get("/you").status_code for _ in range(PAGES_OF_A_PERSON.most)]
    assert loaded[-1] == 429
    check_message(page, 429, page.goto(f"{troubled.address}/roster"), "You have loaded a lot of pages within a minute.")
    context.clear_cookies()
    page.goto(f"{troubled.address}/register")
    needs = page.locator("[name=needs]")
    needs.evaluate("(el, length) => { el.removeAttribute('maxlength'); el.value = 'x'.repeat(length); }", LARGEST_FORM)
    with page.expect_navigation() as sent:
        page.locator("form", has=needs).evaluate("(form) => form.submit()")
    check_message(page, 413, sent.value, "The form is too large.")
