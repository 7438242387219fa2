"""The session's page in a real browser: forms appear, words are kept whatever happens, teammates see each other."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser import PATIENCE_MS, find_violations
from tests.serving import AVERY, JORDAN, TASI, Server, run_server, wait_until

pytestmark = pytest.mark.browser
Join = Callable[..., Page]


@pytest.fixture
def browser_without_scripts(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(java_script_enabled=False) as context:
        yield context


@pytest.fixture
def browser_contexts(browser: Browser) -> Iterator[list[BrowserContext]]:
    """Three people's browsers."""
    contexts = [browser.new_context() for _ in range(3)]
    yield contexts
    for context in contexts:
        context.close()


@pytest.fixture
def avery(server: Server, context: BrowserContext, join: Join) -> tuple[Page, psutil.Process]:
    """Avery's page, and the process of its kernel."""
    before = server.kernels()
    page = join(server, context, AVERY)
    (kernel,) = set(server.kernels()).difference(before)
    return page, kernel


def first_text(page: Page) -> Locator:
    """The first field on the page that takes words and belongs to the team."""
    return page.locator(".ck-widget .ck-form textarea:visible").first


def expect_saved(page: Page) -> None:
    expect(page.locator("#ck-saved")).to_contain_text("All saved at", timeout=PATIENCE_MS)


def test_joining_by_link_leads_to_a_form_and_leaves_no_token_in_the_address_or_history(
    server: Server, context: BrowserContext, join: Join
) -> None:
    page = join(server, context, AVERY)
    assert page.url == f"{server.address}/session/1"
    expect(page).to_have_title("Session 1: Context Setting & Systems Alignment · Ohio")
    expect(page.get_by_role("banner")).to_contain_text("Fictional demonstration series")
    expect(page.get_by_role("banner")).to_contain_text("Avery Sample")
    expect(page.locator(".ck-side")).to_contain_text("Eastern")
    expect(page.locator(".ck-side li")).to_have_count(5)
    page.go_back()
    assert "#" not in page.url
    assert "eyJ" not in page.url


def test_a_whole_link_opens_in_the_tab_where_a_broken_one_did_not(server: Server, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{server.address}/join#broken")
    expect(page.get_by_role("status")).to_contain_text("not complete")
    page.goto(server.link(AVERY))
    page.wait_for_url("**/session/1")


def test_words_are_saved_and_there_after_a_reload(server: Server, context: BrowserContext, join: Join) -> None:
    page = join(server, context, AVERY)
    first_text(page).fill("Course catalogs first <b>& foremost</b>")
    expect_saved(page)
    page.reload()
    expect(first_text(page)).to_have_value("Course catalogs first <b>& foremost</b>")
    expect(page.locator(".ck-side li").first.locator(".ck-progress")).to_contain_text("1 of")


def test_teammates_see_each_other_and_other_states_do_not(
    server: Server, browser_contexts: list[BrowserContext], join: Join
) -> None:
    avery, jordan, tasi = (
        join(server, context, person) for context, person in zip(browser_contexts, (AVERY, JORDAN, TASI), strict=True)
    )
    first_text(avery).fill("Seen by the team")
    expect(first_text(jordan)).to_have_value("Seen by the team", timeout=PATIENCE_MS)
    expect(first_text(tasi)).to_have_value("")


def test_words_typed_while_the_kernel_is_killed_are_there_afterwards(avery: tuple[Page, psutil.Process]) -> None:
    page, kernel = avery
    field, reconnect = first_text(page), page.locator("#ck-reconnect")
    field.fill("before")
    expect_saved(page)
    kernel.kill()

    def type_on() -> bool:
        field.press_sequentially("x")
        return reconnect.is_visible()

    wait_until(type_on, "the page asks whether to reconnect, because somebody is typing")
    field.press_sequentially(" and after")
    words = field.input_value()
    assert words.endswith("x and after")
    reconnect.click()
    expect(reconnect).to_be_hidden()
    expect(first_text(page)).to_have_value(words)
    expect_saved(page)
    page.reload()
    expect(first_text(page)).to_have_value(words)


def test_words_typed_while_the_server_is_away_are_there_afterwards(
    own_server: Server, context: BrowserContext, join: Join
) -> None:
    page = join(own_server, context, AVERY)
    first_text(page).fill("before")
    expect_saved(page)
    own_server.end(signal.SIGKILL)
    expect(page.locator("#ck-connection")).to_contain_text("Connection lost. What you type is kept on this computer.")
    first_text(page).press_sequentially(" and while it was away")
    own_server.start()
    page.wait_for_event("load", timeout=60_000)
    expect(first_text(page)).to_have_value("before and while it was away")
    expect_saved(page)
    page.reload()
    expect(first_text(page)).to_have_value("before and while it was away")


def test_words_typed_while_the_disk_is_full_are_saved_when_there_is_room_again(
    avery: tuple[Page, psutil.Process],
) -> None:
    page, kernel = avery
    usual = kernel.rlimit(psutil.RLIMIT_FSIZE)
    kernel.rlimit(psutil.RLIMIT_FSIZE, (0, usual[1]))  # no file grows any more
    first_text(page).fill("Typed when the disk was full")
    expect(page.get_by_text("could not be saved just now").first).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("#ck-saved")).to_contain_text("Not everything is saved yet")
    expect(first_text(page)).to_have_value("Typed when the disk was full")
    kernel.rlimit(psutil.RLIMIT_FSIZE, usual)
    expect_saved(page)
    page.reload()
    expect(first_text(page)).to_have_value("Typed when the disk was full", timeout=PATIENCE_MS)


def test_a_page_comes_back_by_itself_when_its_kernel_is_gone_and_nobody_types(
    avery: tuple[Page, psutil.Process],
) -> None:
    page, kernel = avery
    with page.expect_event("load", timeout=60_000):
        kernel.kill()
    page.locator(".ck-widget .ck-form").first.wait_for()


def test_closing_the_tab_frees_the_kernel(avery: tuple[Page, psutil.Process]) -> None:
    page, kernel = avery
    page.close()
    wait_until(lambda: not kernel.is_running(), "the kernel has ended")


def test_a_dropped_connection_comes_back_to_the_same_kernel(
    tmp_path: Path, context: BrowserContext, join: Join
) -> None:
    with run_server(tmp_path / "home", "--grace", "120") as patient:
        page = join(patient, context, AVERY)
        kernel = page.locator("html").get_attribute("data-kernel")
        context.set_offline(True)
        expect(page.locator("#ck-connection")).to_contain_text("Connection lost")
        first_text(page).fill("typed in a tunnel")
        context.set_offline(False)
        expect(page.locator("#ck-connection")).to_be_empty(timeout=PATIENCE_MS)
        expect_saved(page)
        assert page.locator("html").get_attribute("data-kernel") == kernel


def test_a_page_asks_nobody_else_for_anything_and_breaks_none_of_its_rules(
    server: Server, context: BrowserContext, join: Join
) -> None:
    asked: list[str] = []
    said: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    context.on("console", lambda message: said.append(message.text))
    context.on("weberror", lambda error: said.append(str(error.error)))
    for session in (1, 2, 3, 4):
        page = join(server, context, AVERY, session)
        page.wait_for_load_state("networkidle")
        page.close()
    hosts = {urlsplit(url).netloc for url in asked if not url.startswith("data:")}
    assert hosts == {urlsplit(server.address).netloc}
    assert said == []


def test_an_address_cannot_choose_the_template_or_the_theme(
    server: Server, context: BrowserContext, join: Join
) -> None:
    page = join(server, context, AVERY)
    page.goto(f"{server.address}/session/1?template=lab&theme=dark")
    expect(page.locator(".ck-side")).to_be_visible()
    page.locator(".ck-widget .ck-form").first.wait_for()


def test_the_other_pages_have_no_accessibility_violations(server: Server, context: BrowserContext, join: Join) -> None:
    page = context.new_page()
    page.goto(f"{server.address}/")
    assert find_violations(page) == []
    page.goto(f"{server.address}/join#broken")
    expect(page.get_by_role("status")).to_contain_text("not complete")
    assert find_violations(page) == []
    page = join(server, context, AVERY)
    for path in ("/", "/session/9"):
        page.goto(f"{server.address}{path}")
        assert find_violations(page) == []


@pytest.mark.parametrize("path", ["/", "/join", "/session/9"])
def test_the_other_pages_fit_a_width_of_320_pixels_and_twice_the_text(
    server: Server, context: BrowserContext, join: Join, path: str
) -> None:
    page = join(server, context, AVERY)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{server.address}{path}")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.set_viewport_size({"width": 640, "height": 640})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") == 640


def test_the_keyboard_skips_to_the_session_and_follows_the_outline(
    server: Server, context: BrowserContext, join: Join
) -> None:
    page = join(server, context, AVERY)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    link = page.locator(".ck-outline a").nth(2)
    link.focus()
    page.keyboard.press("Enter")
    expect(link).to_have_attribute("aria-current", "location")


def test_without_scripts_the_door_says_what_is_needed(server: Server, browser_without_scripts: BrowserContext) -> None:
    page = browser_without_scripts.new_page()
    page.goto(server.link(AVERY))
    expect(page.get_by_text("A link of your own needs JavaScript.")).to_be_visible()
