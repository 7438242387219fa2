"""Own links, confirming a device, replacing a session, and signing out in a browser, by keyboard, with axe-core."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from cluster_kit.roster.codes import list_codes
from cluster_kit.store import Person, Store
from tests.browser import DESK, PHONE, check_at_both_widths, press
from tests.serving import AVERY, FAY, TASI, Server

pytestmark = pytest.mark.browser
# The page receives its next reply only when ``release`` is called.
HOLD_REPLIES = """() => {
  const { fetch } = window;
  window.fetch = async (...request) => {
    const reply = await fetch(...request);
    await new Promise((release) => { window.release = release; });
    window.fetch = fetch;
    return reply;
  };
}"""


@pytest.fixture
def store(server: Server) -> Iterator[Store]:
    with Store.open(server.settings.db_url) as store:
        yield store


def test_a_teammate_confirms_a_new_device_with_the_keyboard_and_keeps_typing(
    server: Server, store: Store, browser: Browser, context: BrowserContext, join: Callable[..., Page]
) -> None:
    for person, name in {"ada-b": "Ada Hope", "ben-b": "Ben Hill"}.items():
        store.add_person(Person(id=person, series="demo", jurisdiction="IA", name=name, depth="essential"))
    code = list_codes(store, "demo", ["IA"])["IA"]
    mate = join(server, context, "ben-b")
    mate.set_viewport_size(DESK)
    expect(mate.locator("#ck-requests")).to_be_hidden()
    field = mate.locator(".ck-form textarea:visible").first
    field.focus()
    mate.keyboard.type("One ")
    with browser.new_context(viewport=PHONE) as other:
        phone = other.new_page()
        phone.goto(f"{server.address}/join#code={code}")
        expect(phone.get_by_label("Team code")).to_have_value(code)
        expect(phone.get_by_role("button", name="Continue")).to_be_focused()
        assert code not in phone.url
        phone.keyboard.press("Enter")
        expect(phone.get_by_label("Your name")).to_be_focused()
        phone.keyboard.type("ada hope")
        phone.keyboard.press("Enter")
        expect(phone.get_by_role("heading", name="Are you ada hope?")).to_be_visible()
        check_at_both_widths(phone)
        press(phone, "Yes, I am ada hope")
        phone.get_by_role("heading", name="Ask your team to confirm").wait_for()
        check_at_both_widths(phone)
        number = phone.locator(".ck-join-number strong").inner_text()
        notice = mate.locator("#ck-requests")
        expect(notice).to_be_visible()
        expect(notice).to_contain_text("Ada Hope asks to come in from another device.")
        expect(notice).to_contain_text(number)
        expect(notice.get_by_role("status")).to_contain_text("Ada Hope asks")
        expect(field).to_be_focused()
        mate.keyboard.type("two")
        expect(field).to_have_value("One two")
        check_at_both_widths(mate)
        mate.evaluate(HOLD_REPLIES)
        press(mate, "Yes, sign it in as Ada Hope")
        phone.wait_for_url("**/session/1")
        mate.wait_for_function("() => window.release")
        mate.evaluate("() => release()")
        expect(notice.get_by_text("Thank you. The other device opens the workshop")).to_be_focused()
        press(mate, "Close")
        expect(notice).to_be_hidden()
        expect(phone.locator(".ck-page-person")).to_have_text("Ada Hope")


def test_a_person_copies_their_own_link_and_opens_it_on_another_device(
    server: Server, browser: Browser, store: Store
) -> None:
    store.add_person(Person(id="own-b", series="demo", jurisdiction="ID", name="Ola Own", depth="essential"))
    with browser.new_context(permissions=["clipboard-read", "clipboard-write"]) as context:
        page = context.new_page()
        page.goto(server.link("own-b", session=None))
        page.wait_for_url("**/session/**")
        page.goto(server.address)
        press(page, "Get your own link for other devices", role="link")
        page.get_by_role("heading", name="Your own link for other devices").wait_for()
        expect(page.get_by_role("img", name="QR code of Ola Own's own link")).to_be_visible()
        check_at_both_widths(page)
        press(page, "Copy the link")
        expect(page.locator("#ck-copied")).to_have_text("The link is copied.")
        link = page.evaluate("navigator.clipboard.readText()")
        box = page.locator("svg.ck-qr").bounding_box()
        assert box
        assert box["width"] >= 200
    with browser.new_context(viewport=PHONE) as other:
        phone = other.new_page()
        phone.goto(link)
        phone.wait_for_url("**/session/**")
        expect(phone.locator(".ck-page-person")).to_have_text("Ola Own")


def test_a_link_of_somebody_else_asks_first(server: Server, context: BrowserContext, join: Callable[..., Page]) -> None:
    page = join(server, context, AVERY)
    page.goto(server.link(TASI))
    page.get_by_role("heading", name="Sign in as Tasi Sample?").wait_for()
    expect(page.get_by_role("link", name="Stay signed in as Avery Sample")).to_be_focused()
    assert "#" not in page.url
    check_at_both_widths(page)
    page.keyboard.press("Enter")
    expect(page.locator(".ck-page-person")).to_have_text("Avery Sample")
    page.goto(server.link(TASI))
    press(page, "Sign in as Tasi Sample")
    page.wait_for_url("**/session/1")
    expect(page.locator(".ck-page-person")).to_have_text("Tasi Sample")


def test_signing_out_says_what_is_kept_and_how_to_come_back(
    server: Server, context: BrowserContext, join: Callable[..., Page]
) -> None:
    page = join(server, context, AVERY)
    press(page, "Sign out")
    page.get_by_role("heading", name="You are signed out").wait_for()
    expect(page.get_by_role("main")).to_contain_text("Everything that you wrote is kept.")
    check_at_both_widths(page)
    press(page, "Join with a team code", role="link")
    expect(page.get_by_label("Team code")).to_be_focused()
    for name, value in {"autocomplete": "one-time-code", "inputmode": "text", "autocapitalize": "characters"}.items():
        assert page.get_by_label("Team code").get_attribute(name) == value
    page.get_by_text("Open this page on your phone").click()
    check_at_both_widths(page)


def test_a_facilitator_shows_a_code_answers_requests_and_merges(
    server: Server, store: Store, browser: Browser, context: BrowserContext
) -> None:
    for person, name in {"kay-1": "Kay Long", "kay-2": "Kaye Long"}.items():
        store.add_person(Person(id=person, series="demo", jurisdiction="UT", name=name, depth="essential"))
    code = list_codes(store, "demo", ["UT"])["UT"]
    page = context.new_page()
    page.goto(server.link(FAY, session=None))
    page.get_by_role("heading", name="Your sessions").wait_for()
    press(page, "Same person? Kay Long and Kaye Long", role="link")
    page.get_by_role("heading", name="Are Kay Long and Kaye Long the same person?").wait_for()
    check_at_both_widths(page)
    press(page, "Yes, merge them as Kay Long")
    page.get_by_role("heading", name="Merged").wait_for()
    assert [one.id for one in store.people("demo", "UT")] == ["kay-1"]
    page.goto(f"{server.address}/codes/UT")
    expect(page.get_by_text(code, exact=True)).to_be_visible()
    check_at_both_widths(page)
    with browser.new_context() as other:
        asking = other.new_page()
        asking.goto(f"{server.address}/join#code={code}")
        asking.keyboard.press("Enter")
        asking.get_by_label("Your name").fill("Kay Long")
        asking.keyboard.press("Enter")
        press(asking, "Yes, I am Kay Long")
        expect(page.locator("#ck-requests")).to_contain_text("Kay Long of Utah asks to come in")
        check_at_both_widths(page)
        press(page, "No (not Kay Long)")
        expect(asking.locator("#ck-asked-status")).to_contain_text("did not confirm")
