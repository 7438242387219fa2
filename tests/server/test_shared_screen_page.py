"""The shared screen in a browser: legible at 1280 × 720, usable at 320 pixels and by keyboard, light and dark."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from cluster_kit.content import load_content
from cluster_kit.store import Store
from tests.browser import find_tree_faults, find_violations
from tests.console.seeding import come
from tests.server.screen_secrets import add_public, make_people
from tests.server.test_page_rules import CUT, PLAIN, SPACING
from tests.serving import FAY, GUS, Server, run_server

pytestmark = pytest.mark.browser
TITLES = {
    "1": "Join in",
    "2": "Where we are",
    "3": "Practice a conversation",
    "4": "Pairs",
    "5": "Message",
    "6": "An example from a state",
    "7": "What states said",
    "8": "In your words",
    "9": "Questions from the room",
}
SMALLEST_PX = 15
# Text that is smaller than this, or that reaches out of its window.
UNREADABLE = """([smallest]) => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const el = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || el.closest(".ck-hidden, .ck-screen-tools, dialog, noscript")) continue;
    if (!el.checkVisibility()) continue;
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const { left, right, top, bottom } = range.getBoundingClientRect();
    const size = parseFloat(getComputedStyle(el).fontSize);
    const isOut = left < -1 || right > innerWidth + 1 || top < -1 || bottom > innerHeight + 1;
    if (size < smallest || isOut) found.push(`${size} ${Math.round(bottom)} ${walker.currentNode.data.slice(0, 60)}`);
  }
  return found;
}"""

# The lines of the agenda's clock with this text; 0 if it reaches into the list of segments.
CLOCK_LINES = """(text) => {
  const clock = document.querySelector(".ck-scene-big");
  clock.textContent = text;
  const range = document.createRange();
  range.selectNodeContents(clock);
  const list = document.querySelector(".ck-scene-parts").getBoundingClientRect();
  const lines = new Set([...range.getClientRects()].map(({ top }) => top)).size;
  return range.getBoundingClientRect().right <= list.left ? lines : 0;
}"""


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of a session with something in each scene."""
    with run_server(tmp_path_factory.mktemp("home"), "--grace", "2") as server:
        content = load_content("demo", overlay=server.settings.content)
        people = make_people(content)
        with Store.open(server.settings.db_url) as store:
            add_public(store, content, people)
            come(store, "demo", 1, people[1:])
        yield server


def sign_in(server: Server, context: BrowserContext, person: str = FAY) -> None:
    page = context.new_page()
    page.goto(server.link(person, None))
    page.wait_for_url(f"{server.address}/")
    page.close()


def open_screen(server: Server, context: BrowserContext, person: str = FAY) -> Page:
    sign_in(server, context, person)
    page = context.new_page()
    page.goto(f"{server.address}/present/1")
    page.locator(".ck-screen-body").wait_for()
    return page


def press(page: Page, key: str) -> None:
    page.keyboard.press(key)
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES[key])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_scene_can_be_read_at_1280_by_720_and_breaks_no_rule(room: Server, browser: Browser, scheme: str) -> None:
    with browser.new_context(viewport={"width": 1280, "height": 720}, color_scheme=scheme) as context:
        page = open_screen(room, context)
        assert page.locator("html").get_attribute("data-screen") == scheme
        for key, title in TITLES.items():
            press(page, key)
            assert page.evaluate(UNREADABLE, [SMALLEST_PX]) == [], title
            assert key != "2" or page.evaluate(CLOCK_LINES, "88:88") == 1
            assert find_violations(page) == [], title
            assert find_tree_faults(page) == [], title


def test_no_scene_loses_text_with_wider_spacing(room: Server, context: BrowserContext) -> None:
    page = open_screen(room, context)
    for key in TITLES:
        page.evaluate(PLAIN)
        press(page, key)
        page.evaluate(SPACING)
        page.wait_for_function(f"() => ({CUT})().length === 0")


def test_every_scene_fits_a_phone(room: Server, context: BrowserContext) -> None:
    page = open_screen(room, context)
    page.set_viewport_size({"width": 320, "height": 640})
    for key, title in TITLES.items():
        press(page, key)
        assert page.evaluate("document.documentElement.scrollWidth") == 320, title
    assert find_violations(page) == []


def test_the_keyboard_drives_it_and_two_facilitators_see_the_same(
    room: Server, browser: Browser, context: BrowserContext
) -> None:
    fay = open_screen(room, context)
    with browser.new_context() as other:
        gus = open_screen(room, other, GUS)
        press(fay, "2")
        fay.keyboard.press("ArrowRight")
        for page in (fay, gus):
            expect(page.get_by_role("heading", level=1)).to_have_text(TITLES["3"])
        gus.keyboard.press("PageUp")
        for page in (fay, gus):
            expect(page.get_by_role("heading", level=1)).to_have_text(TITLES["2"])
        fay.keyboard.press("f")
        for page in (fay, gus):  # the groups are new, so the run of show suggests them; later, the exercise
            expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Pairs|Practice a conversation"))


def test_pages_of_a_scene_come_one_by_one_and_charts_are_described(room: Server, context: BrowserContext) -> None:
    page = open_screen(room, context)
    press(page, "7")
    pages = page.locator(".ck-screen-pages")
    total = int((pages.text_content() or "").rpartition(" ")[2])
    assert total > 1
    page.keyboard.press("ArrowRight")
    expect(pages).to_have_text(f"2 of {total}")
    figure = page.get_by_role("figure")
    expect(figure).to_contain_text("percent")
    shown = figure.locator(".ck-scene-numbers strong").all_text_contents()
    assert sum(int(one.rstrip("%")) for one in shown) == 100
    page.keyboard.press("ArrowLeft")
    expect(pages).to_have_text(f"1 of {total}")


def test_help_names_the_keys_and_controls_work_without_a_pointer(room: Server, context: BrowserContext) -> None:
    page = open_screen(room, context)
    press(page, "1")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys of the shared screen")
    expect(dialog).to_be_visible()
    assert find_violations(page) == []
    dialog.get_by_label("Second time zone").select_option("America/Denver")
    dialog.get_by_role("button", name="Close").press("Enter")
    expect(dialog).to_be_hidden()
    forward = page.get_by_role("button", name="Forward")
    forward.focus()
    assert page.evaluate("getComputedStyle(document.querySelector('.ck-screen-tools')).clipPath") == "none"
    forward.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES["2"])
    theme = page.locator("html").get_attribute("data-screen")
    page.keyboard.press("d")
    expect(page.locator("html")).not_to_have_attribute("data-screen", theme or "")


def test_keys_of_one_character_can_be_turned_off(room: Server, context: BrowserContext) -> None:
    page = open_screen(room, context)
    press(page, "1")
    theme = page.locator("html").get_attribute("data-screen")
    page.keyboard.press("?")
    page.get_by_label("Use letter and digit keys").uncheck()
    page.get_by_role("button", name="Close").press("Enter")
    for key in ("d", "?", "2"):
        page.keyboard.press(key)
    assert page.locator("html").get_attribute("data-screen") == theme
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES["2"])
    page.reload()
    expect(page.get_by_label("Use letter and digit keys")).not_to_be_checked()


def test_a_lost_line_leaves_the_scene_with_a_mark_and_comes_back(room: Server, context: BrowserContext) -> None:
    page = open_screen(room, context)
    press(page, "4")
    context.set_offline(True)
    mark = page.get_by_text("Connection lost. This is the last state.")
    expect(mark).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES["4"])
    context.set_offline(False)
    expect(mark).to_be_hidden()
    press(page, "2")
