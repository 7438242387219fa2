"""The login pages in a real browser: on a phone, by keyboard, without scripts, and with axe-core."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from cluster_kit.roster.codes import list_codes
from cluster_kit.roster.people import revoke_links
from cluster_kit.server.auth.tokens import Invitation, make_token
from cluster_kit.store import Person, Store
from cluster_kit.store.models import utc_now
from tests.browser import PATIENCE_MS, PHONE, check_page
from tests.serving import AVERY, Server

pytestmark = pytest.mark.browser


@pytest.fixture
def code(store: Store) -> str:
    return list_codes(store, "demo", ["NE"])["NE"]


@pytest.fixture
def phone(context: BrowserContext) -> Page:
    page = context.new_page()
    page.set_viewport_size(PHONE)
    return page


def test_a_walk_in_joins_on_a_phone_with_the_keyboard_alone(server: Server, phone: Page, code: str) -> None:
    phone.goto(server.address)
    check_page(phone)
    phone.get_by_role("link", name="Join with a team code").focus()
    phone.keyboard.press("Enter")
    field = phone.get_by_role("textbox", name="Team code")
    field.wait_for()
    check_page(phone)
    field.focus()
    phone.keyboard.type("jjj 2222")
    phone.keyboard.press("Enter")
    expect(phone.locator(".ck-join-error")).to_contain_text("opens no team here")
    expect(field).to_be_focused()
    assert field.get_attribute("aria-invalid") == "true"
    assert phone.title().startswith("Not yet: ")
    check_page(phone)
    phone.keyboard.press("ControlOrMeta+a")
    phone.keyboard.type(code.lower().replace("-", " "))
    phone.keyboard.press("Enter")
    phone.get_by_role("heading", name="Join Nebraska's team").wait_for()
    expect(phone.get_by_label("Your name")).to_be_focused()
    check_page(phone)
    phone.keyboard.type("Wren Sample")
    phone.keyboard.press("Tab")
    phone.keyboard.type("Data")
    button = phone.get_by_role("button", name="Join Nebraska's team")
    expect(button).to_be_in_viewport(ratio=1)  # the depth is folded
    phone.keyboard.press("Tab")
    phone.keyboard.press("Enter")
    phone.keyboard.press("Tab")
    phone.keyboard.press("ArrowDown")
    phone.keyboard.press("Tab")
    expect(button).to_be_focused()
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/session/1")
    phone.locator(".ck-widget .ck-form").first.wait_for()
    assert code not in phone.evaluate("location.href + document.referrer")
    expect(phone.locator(".ck-page-who")).to_contain_text("Wren Sample")
    expect(phone.locator("input[value=standard]:checked").first).to_be_attached(timeout=PATIENCE_MS)


def test_a_code_needs_no_script(server: Server, browser: Browser, code: str) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{server.address}/join")
        page.get_by_label("Team code").fill(code)
        page.get_by_role("button", name="Continue").click()
        page.get_by_label("Your name").fill("Plain Sample")
        page.get_by_role("button", name="Join Nebraska's team").click()
        page.wait_for_url("**/session/1")


def test_a_name_that_is_taken_says_so_where_it_was_typed(server: Server, store: Store, phone: Page, code: str) -> None:
    store.add_person(Person(id="lee", series="demo", jurisdiction="NE", name="Lee Sample"))
    phone.goto(f"{server.address}/join")
    phone.get_by_label("Team code").fill(code)
    phone.keyboard.press("Enter")
    phone.get_by_label("Your name").fill("lee sample")
    phone.get_by_label("Your role in your state").select_option("advising")
    phone.get_by_text("Depth: how much you would like to answer").first.click()
    phone.get_by_role("radio", name="Full").check()
    phone.keyboard.press("Enter")
    expect(phone.locator("#name-error")).to_contain_text("add an initial")
    assert "name-error" in str(phone.get_by_label("Your name").get_attribute("aria-describedby"))
    expect(phone.get_by_label("Your role in your state")).to_have_value("advising")
    expect(phone.get_by_role("radio", name="Full")).to_be_checked()
    check_page(phone)


def test_a_link_leaves_no_token_in_the_address_and_asks_what_is_not_known(
    server: Server, store: Store, phone: Page
) -> None:
    store.add_person(Person(id="asked", series="demo", jurisdiction="OH", name="Ash Sample"))
    link = server.link("asked")
    phone.goto(link)
    phone.get_by_role("heading", name="Welcome, Ash Sample").wait_for()
    check_page(phone)
    assert "#" not in phone.url
    phone.go_back()  # to the page before: the page with the token is not in the history
    assert link.partition("#")[2] not in phone.url
    phone.goto(f"{server.address}/you?session=1")
    phone.get_by_role("button", name="Skip").click()
    phone.wait_for_url("**/session/1")
    phone.goto(link)
    phone.wait_for_url("**/session/1")
    phone.goto(server.address)
    check_page(phone)
    expect(phone.get_by_text("exercises open at the “Essential” depth")).to_be_visible()
    phone.get_by_role("link", name="Change your role or depth").click()
    expect(phone.get_by_role("group", name="Depth: how much you would like to answer")).to_be_visible()
    phone.get_by_label("Your role in your state").select_option("data")
    phone.get_by_role("button", name="Open session 1").click()
    phone.wait_for_url("**/session/1")
    person = store.find_person("asked")
    assert person is not None
    assert (person.role, person.depth) == ("data", "essential")


def test_a_link_that_does_not_open_leaves_the_code_as_a_way_in(server: Server, phone: Page) -> None:
    phone.goto(server.link(AVERY)[:-4])
    phone.get_by_role("heading", name="This link does not open").wait_for()
    expect(phone.get_by_role("status")).to_contain_text("not complete")
    expect(phone.get_by_role("status")).to_be_in_viewport(ratio=1)
    expect(phone.get_by_role("heading", level=1)).to_be_focused()
    expect(phone.get_by_label("Team code")).to_be_visible()
    expect(phone.get_by_role("heading", name="Do you have your own link?")).to_be_hidden()
    assert phone.title().startswith("Not yet: ")
    assert phone.url == f"{server.address}/join"
    check_page(phone)


def test_a_link_that_has_ended_says_once_that_answers_are_kept(server: Server, store: Store, phone: Page) -> None:
    person = Person(id="ended-b", series="demo", jurisdiction="OH", name="Cam Sample", depth="essential")
    store.add_person(person)
    secret = server.settings.secret()
    expired = make_token(secret, Invitation("ended-b", dt.datetime(2026, 1, 31, tzinfo=dt.UTC)))
    revoked = server.link("ended-b")
    revoke_links(store, [person], utc_now() + dt.timedelta(seconds=1))  # later than the link, whatever the rounding
    for link, reason in ((f"{server.address}/join#{expired}", "ended on January 31"), (revoked, "has been replaced")):
        phone.goto("about:blank")
        phone.goto(link)
        phone.get_by_role("heading", name="This link does not open").wait_for()
        expect(phone.get_by_role("status")).to_contain_text(reason)
        shown = phone.locator("main").inner_text()
        assert shown.count("answers") == shown.count("Your earlier answers are kept.") == 1
        expect(phone.get_by_text("You can also join with your team's code:")).to_be_visible()


def test_a_page_that_is_open_when_its_link_is_taken_back_says_so(server: Server, store: Store, phone: Page) -> None:
    person = Person(id="back-b", series="demo", jurisdiction="OH", name="Bay Sample", depth="essential")
    store.add_person(person)
    phone.goto(server.link("back-b"))
    phone.locator(".ck-widget .ck-form").first.wait_for()
    revoke_links(store, [person], utc_now())
    expect(phone.locator("#ck-connection")).to_contain_text("Your link has ended. What you type is kept")
    phone.goto(server.link("back-b"))
    phone.locator(".ck-widget .ck-form").first.wait_for()


def test_a_facilitator_goes_from_the_start_page_to_a_preview(server: Server, store: Store, phone: Page) -> None:
    store.add_person(Person(id="robin-b", series="demo", jurisdiction="", name="Robin Sample"))
    list_codes(store, "demo", ["OH"])
    phone.goto(server.link("robin-b", session=None))
    phone.get_by_role("heading", name="Your sessions").wait_for()
    phone.get_by_text("Show the codes of").click()
    expect(phone.get_by_role("row", name="Ohio")).to_be_visible()
    check_page(phone)
    phone.get_by_role("link", name="See what participants see in session 1").click()
    phone.wait_for_url("**/session/1")
    expect(phone.get_by_text("Every answer is saved as you type")).to_be_attached(timeout=PATIENCE_MS)
    expect(phone.locator(".ck-starting:visible")).to_have_count(0)
    expect(phone.locator("html.ck-disconnected")).to_have_count(0)
    check_page(phone)
