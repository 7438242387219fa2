"""The session page in a real browser: forms, unsaved input after failures, and teammates' answers."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import psutil
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, WebSocketRoute, expect

from cluster_kit.server.stream.connections import MAX_PAGES
from cluster_kit.store import Person, Store
from tests.browser import PATIENCE_MS, check_fit, find_violations
from tests.server.browsing import reconnect_now, sign_in, stay
from tests.serving import AVERY, JORDAN, TASI, Server, wait_until

pytestmark = pytest.mark.browser
Join = Callable[..., Page]
LONG_PAUSE = "01:00"


@pytest.fixture
def browser_without_scripts(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(java_script_enabled=False) as context:
        yield context


@pytest.fixture
def browser_contexts(browser: Browser) -> Iterator[list[BrowserContext]]:
    """Three people's browsers."""
    contexts = [browser.new_context() for _ in range(3)]
    for context in contexts:
        context.set_default_timeout(PATIENCE_MS)
    yield contexts
    for context in contexts:
        context.close()


def first_text(page: Page) -> Locator:
    """The first text field of the team on the page."""
    return page.locator(".ck-widget .ck-form textarea:visible").first


def expect_saved(page: Page) -> None:
    expect(page.locator("#ck-saved")).to_contain_text("All saved at")


def test_joining_by_link_leads_to_a_form_and_leaves_no_token_in_the_address_or_history(
    server: Server, context: BrowserContext, join: Join
) -> None:
    page = join(server, context, AVERY)
    assert page.url == f"{server.address}/session/1"
    expect(page).to_have_title("Session 1: Context Setting & Systems Alignment · Ohio")
    expect(page.get_by_role("banner")).to_contain_text("Fictional demonstration series")
    expect(page.get_by_role("banner")).to_contain_text("Avery Sample")
    expect(page.locator(".ck-side")).to_contain_text("Eastern")
    expect(page.locator(".ck-outline > ol > li")).to_have_count(5)
    page.go_back()
    assert "#" not in page.url
    assert "eyJ" not in page.url


def test_a_whole_link_opens_in_the_tab_where_a_broken_one_did_not(server: Server, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{server.address}/join#broken")
    expect(page.get_by_role("status")).to_contain_text("not complete")
    page.goto(server.link(AVERY))
    page.wait_for_url("**/session/1")


def test_words_are_saved_without_a_kernel_and_there_after_a_reload(
    server: Server, context: BrowserContext, join: Join
) -> None:
    page = join(server, context, AVERY)
    first_text(page).fill("Course catalogs first <b>& foremost</b>")
    expect_saved(page)
    wait_until(lambda: not server.kernels(), "no kernel runs")
    page.reload()
    expect(first_text(page)).to_have_value("Course catalogs first <b>& foremost</b>")
    expect(page.locator(".ck-outline > ol > li").first.locator(".ck-progress")).to_contain_text("1 of")


def test_teammates_see_each_other_and_other_states_do_not(
    server: Server, browser_contexts: list[BrowserContext], join: Join
) -> None:
    avery, jordan, tasi = (
        join(server, context, person) for context, person in zip(browser_contexts, (AVERY, JORDAN, TASI), strict=True)
    )
    first_text(avery).fill("Seen by the team")
    expect(first_text(jordan)).to_have_value("Seen by the team")
    expect(first_text(tasi)).to_have_value("")


def test_words_typed_while_the_server_is_away_are_saved_when_it_is_back_without_a_reload(
    mortal_server: Server, context: BrowserContext, join: Join
) -> None:
    page = join(mortal_server, context, AVERY)
    first_text(page).fill("before")
    expect_saved(page)
    stays = stay(page)
    mortal_server.end(signal.SIGKILL)
    expect(page.locator("#ck-connection")).to_contain_text("Connection lost. What you type is kept on this device.")
    first_text(page).press_sequentially(" and while it was away")
    mortal_server.start()
    expect(page.locator("#ck-connection")).to_be_empty()
    expect_saved(page)
    expect(first_text(page)).to_have_value("before and while it was away")
    assert stays(), "the page was not loaded again"
    page.reload()
    expect(first_text(page)).to_have_value("before and while it was away")


def test_words_typed_in_a_tunnel_are_saved_afterwards_and_a_reload_in_between_loses_none(
    server: Server, context: BrowserContext, join: Join
) -> None:
    page = join(server, context, AVERY)
    stays = stay(page)
    context.set_offline(True)
    expect(page.locator("#ck-connection")).to_contain_text("Connection lost")
    first_text(page).fill("typed in a tunnel")
    context.set_offline(False)
    expect(page.locator("#ck-connection")).to_be_empty()
    expect_saved(page)
    assert stays()
    context.set_offline(True)
    first_text(page).fill("typed in the next tunnel")
    first_text(page).blur()
    page.close()
    context.set_offline(False)
    again = join(server, context, AVERY)
    expect(first_text(again)).to_have_value("typed in the next tunnel")
    expect_saved(again)


def test_words_typed_while_the_disk_is_full_are_saved_when_there_is_room_again(
    mortal_server: Server, context: BrowserContext, join: Join
) -> None:
    page = join(mortal_server, context, AVERY)
    assert mortal_server.process
    process = psutil.Process(mortal_server.process.pid)
    usual = process.rlimit(psutil.RLIMIT_FSIZE)
    process.rlimit(psutil.RLIMIT_FSIZE, (0, usual[1]))  # no file can grow
    try:
        first_text(page).fill("Typed when the disk was full")
        expect(page.get_by_text("could not be saved just now").first).to_be_visible()
        expect(page.locator("#ck-saved")).to_contain_text("Not everything is saved yet")
        expect(first_text(page)).to_have_value("Typed when the disk was full")
    finally:
        process.rlimit(psutil.RLIMIT_FSIZE, usual)
    expect_saved(page)
    page.reload()
    expect(first_text(page)).to_have_value("Typed when the disk was full")


def test_a_page_of_an_older_version_is_loaded_again_when_its_person_wants_and_loses_no_word(
    server: Server, context: BrowserContext, join: Join
) -> None:
    page = join(server, context, AVERY)
    stays, is_old = stay(page), [True]

    def carry(line: WebSocketRoute) -> None:
        if is_old[0]:
            line.on_message(lambda _hello: line.send(json.dumps({"type": "reload"})))
        else:
            line.connect_to_server()

    page.route_web_socket("**/connection", carry)
    context.set_offline(True)
    first_text(page).fill("Typed on the old page: ")
    context.set_offline(False)
    button = page.get_by_role("button", name="Reconnect")

    def type_on() -> bool:
        first_text(page).press_sequentially("x")
        return button.is_visible()

    wait_until(type_on, "the page asks whether to reconnect, because somebody is typing")
    expect(page.locator("#ck-connection")).to_contain_text("This page has changed on the server.")
    words = first_text(page).input_value()
    assert stays()
    is_old[0] = False
    with page.expect_navigation():
        button.click()
    expect(first_text(page)).to_have_value(words)
    expect_saved(page)


def test_a_page_does_not_reload_under_people_who_read_or_pause_in_it(
    server: Server, context: BrowserContext, join: Join
) -> None:
    context.clock.install()
    page = join(server, context, AVERY)
    stays, is_old = stay(page), [True]

    def carry(line: WebSocketRoute) -> None:
        if is_old[0]:
            line.on_message(lambda _hello: line.send(json.dumps({"type": "reload"})))
        else:
            line.connect_to_server()

    page.route_web_socket("**/connection", carry)
    first_text(page).focus()
    context.set_offline(True)
    expect(page.locator("#ck-connection")).not_to_be_empty()  # lost, or already connected again and changed
    context.set_offline(False)
    reconnect_now(page)
    button = page.get_by_role("button", name="Reconnect")
    expect(button).to_be_visible()
    page.clock.fast_forward(LONG_PAUSE)
    expect(first_text(page)).to_be_focused()
    link = page.get_by_role("link").first
    page.keyboard.press("Tab")
    link.focus()
    page.clock.fast_forward(LONG_PAUSE)
    expect(link).to_be_focused()
    assert stays()
    is_old[0] = False
    with page.expect_navigation():
        link.blur()
        page.clock.fast_forward(LONG_PAUSE)
    expect(first_text(page)).to_be_visible()


def test_a_person_with_too_many_pages_is_told_and_can_come_back_when_one_is_closed(
    server: Server, context: BrowserContext, join: Join
) -> None:
    with server.client(JORDAN) as client, ExitStack() as stack:
        others = [stack.enter_context(server.connect(client)) for _ in range(MAX_PAGES)]
        page = context.new_page()
        page.goto(server.link(JORDAN))
        status, button = page.locator("#ck-connection"), page.get_by_role("button", name="Reconnect")
        expect(status).to_contain_text("You have this session open in too many windows.")
        others[0].close()
        wait_until(lambda: client.get("/health").json()["pages"] < MAX_PAGES, "the page is counted out")
        button.click()
        page.locator(".ck-widget .ck-form").first.wait_for()
        expect(status).to_be_empty()
        expect(button).to_be_hidden()


def test_a_person_who_is_moved_to_another_state_sees_that_states_page_and_leaves_no_word_there(
    server: Server, context: BrowserContext, join: Join
) -> None:
    with Store.open(server.settings.db_url) as store:
        person = store.add_person(
            Person(id="moved-b", series="demo", jurisdiction="OH", name="Max Sample", depth="essential")
        )
        page = join(server, context, "moved-b")
        first_text(page).fill("Known to Ohio alone")
        expect_saved(page)
        page.reload()  # nothing is being typed, so the page does not wait
        expect(first_text(page)).to_have_value("Known to Ohio alone")
        store.change_person(person.model_copy(update={"jurisdiction": "IA"}), only={"jurisdiction"})
        expect(page.locator(".ck-page-who")).to_contain_text("Iowa")
        expect(first_text(page)).not_to_have_value("Known to Ohio alone")  # but Iowa's, if a test has saved one
        assert "Known to Ohio alone" not in [response.value for response in store.history("demo", "IA")]


def test_a_page_asks_nobody_else_for_anything_and_breaks_none_of_its_rules(
    server: Server, context: BrowserContext, join: Join
) -> None:
    asked: list[str] = []
    messages: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    context.on("console", lambda message: messages.append(message.text))
    context.on("weberror", lambda error: messages.append(str(error.error)))
    for session in (1, 2, 3, 4):
        page = join(server, context, AVERY, session)
        page.wait_for_load_state("networkidle")
        page.close()
    hosts = {urlsplit(url).netloc for url in asked if not url.startswith("data:")}
    assert hosts == {urlsplit(server.address).netloc}
    assert messages == []


def test_an_address_cannot_choose_the_template_or_the_theme(server: Server, context: BrowserContext) -> None:
    sign_in(server, context, AVERY)
    page = context.new_page()
    page.goto(f"{server.address}/session/1?template=lab&theme=dark")
    expect(page.locator(".ck-side")).to_be_visible()
    page.locator(".ck-widget .ck-form").first.wait_for()


def test_the_other_pages_have_no_accessibility_violations_and_fit(server: Server, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{server.address}/")
    assert find_violations(page) == []
    page.goto(f"{server.address}/join#broken")
    expect(page.get_by_role("status")).to_contain_text("not complete")
    assert find_violations(page) == []
    sign_in(server, context, AVERY)
    for path in ("/", "/join", "/session/9"):
        page.goto(f"{server.address}{path}")
        assert find_violations(page) == []
        check_fit(page)
        page.set_viewport_size({"width": 1280, "height": 900})


def test_the_keyboard_skips_to_the_session_and_follows_the_outline(
    server: Server, context: BrowserContext, join: Join
) -> None:
    page = join(server, context, AVERY)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    page.keyboard.press("Enter")
    page.wait_for_url("**/session/1#main")
    link = page.locator(".ck-outline a").nth(2)
    link.focus()
    page.keyboard.press("Enter")
    expect(link).to_have_attribute("aria-current", "location")


def test_without_scripts_the_door_says_what_is_needed(server: Server, browser_without_scripts: BrowserContext) -> None:
    page = browser_without_scripts.new_page()
    page.goto(server.link(AVERY))
    expect(page.get_by_text("A link of your own needs JavaScript.")).to_be_visible()
