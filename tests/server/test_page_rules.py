"""Accessibility of the main pages in their main states: text spacing, 400 % zoom, forced colors, focus, targets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from cluster_kit.sessions.facilitation import Broadcast
from cluster_kit.store import Person, Store
from tests.browser import PATIENCE_MS, PHONE, find_tree_faults, find_violations
from tests.server.browsing import SEEN, reconnect_now, sign_in, walk
from tests.server.facilitator import Facilitator
from tests.serving import FAY, Server

pytestmark = pytest.mark.browser
RULED, STATE = "ruled", "VT"  # the team of this module
MESSAGE = "We go on at a quarter past. Until then, read the statements again and note what you would like to ask."
PAGES = {
    "join": "/join",
    "team": "/",
    "session": "/session/1",
    "step": "/session/1",
    "you": "/you",
    "summary": "/session/1/summary",
    "examples": "/examples",
    "evaluation": "/session/1/evaluation",
    "console": "/console/1",
}
Show = Callable[[str], Page]

# The spacing of WCAG 1.4.12.
SPACING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; }
    * { word-spacing: .16em !important; }
    p { margin-bottom: 2em !important; }`);
  document.adoptedStyleSheets = [sheet];
}"""
PLAIN = "() => { document.adoptedStyleSheets = []; }"

# Elements with text that is cut off. Text for screen readers alone is meant to be.
CUT = """() => [...document.querySelectorAll("body *")].filter((el) => {
  const { overflowX, overflowY, clipPath, position } = getComputedStyle(el);
  const hides = (overflow) => overflow === "hidden" || overflow === "clip";
  const isWider = () => hides(overflowX) && el.scrollWidth > el.clientWidth + 1;
  const isHigher = () => hides(overflowY) && el.scrollHeight > el.clientHeight + 1;
  if (!isWider() && !isHigher()) return false;
  if (!el.checkVisibility({ visibilityProperty: true }) || !el.innerText?.trim()) return false;
  if (el.closest(".ck-hidden, svg, [inert]")) return false;
  return clipPath === "none" || position !== "absolute";
}).map((el) => el.outerHTML.slice(0, 160))"""

# What tells a chosen, pressed, or present element from others once forced colors have taken the colors of the page.
MARKS = """(el) => {
  const own = getComputedStyle(el);
  const kept = own.forcedColorAdjust === "none" ? own.backgroundColor : "";
  const before = getComputedStyle(el, "::before").content;
  return [kept, own.borderWidth, own.outlineStyle, own.outlineWidth, before].join(" | ");
}"""


@pytest.fixture(scope="module")
def show(server: Server, browser: Browser) -> Iterator[Show]:
    """Shows the page of this name, opened once. A message of the facilitator is on the team's pages."""
    with Store.open(server.settings.db_url) as store:
        store.add_person(Person(id=RULED, series="demo", jurisdiction=STATE, name="R" * 36, depth="essential"))
    facilitator = Facilitator(server.settings)
    facilitator.do(Broadcast(text=MESSAGE, states=(STATE,), to="Vermont"))
    facilitator.store.close()
    pages: dict[str, Page] = {}
    with ExitStack() as stack:

        def open_page(name: str) -> Page:
            make: Any = browser.new_focus_context if name == "step" else browser.new_context  # type: ignore[attr-defined]
            context: BrowserContext = stack.enter_context(make())
            context.set_default_timeout(PATIENCE_MS)
            page = context.new_page()
            if name != "join":
                sign_in(server, context, FAY if name == "console" else RULED)
            page.goto(server.address + PAGES[name])
            if name in ("session", "step"):
                expect(page.locator(".ck-live-message")).to_contain_text(MESSAGE)
            if name == "console":
                page.locator(".ck-show-part").first.wait_for()
            expect(page.locator(".ck-opening, .ck-starting:visible")).to_have_count(0)
            page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
            return page

        def show(name: str) -> Page:
            pages[name] = pages.get(name) or open_page(name)
            page = pages[name]
            page.emulate_media(forced_colors="none")
            page.evaluate(PLAIN)
            page.set_viewport_size({"width": 1280, "height": 900})
            return page

        yield show


@pytest.mark.parametrize("name", PAGES)
def test_no_text_is_lost_with_wider_spacing(show: Show, name: str) -> None:
    page = show(name)
    page.evaluate(SPACING)
    for width in (1280, 960, 320):
        page.set_viewport_size({"width": width, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate(CUT) == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_at_400_percent_scrolls_in_one_direction(show: Show, name: str) -> None:
    page = show(name)
    page.set_viewport_size({"width": 320, "height": 256})  # 1280 by 1024 at 400 %
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert page.evaluate(CUT) == []


@pytest.mark.parametrize("name", PAGES)
def test_forced_colors_on_a_phone_break_no_rule_and_targets_are_large_enough(show: Show, name: str) -> None:
    page = show(name)
    page.set_viewport_size(PHONE)
    page.emulate_media(forced_colors="active")
    assert find_violations(page) == []
    assert find_tree_faults(page) == []


@pytest.mark.parametrize("size", [(320, 640), (960, 540)], ids=["phone", "laptop at 200 %"])
@pytest.mark.parametrize("name", ["session", "step"])
def test_nothing_that_has_the_focus_is_covered_by_a_message_or_by_a_lost_connection(
    show: Show, name: str, size: tuple[int, int]
) -> None:
    page = show(name)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    assert find_covered(page, "Tab") == []
    page.context.set_offline(True)
    expect(page.locator("#ck-connection")).to_contain_text("Connection lost")
    assert find_covered(page, "Shift+Tab") == []
    page.context.set_offline(False)
    reconnect_now(page)
    expect(page.locator("#ck-connection")).to_be_empty()


def find_covered(page: Page, key: str) -> list[str]:
    """The stops of the keyboard, in one direction, of which nothing can be seen."""
    stops = walk(page, key, SEEN)
    assert len(stops) > 15
    return [stop["html"] for stop in stops if not stop["seen"]]


def test_chosen_and_present_parts_differ_in_forced_colors(show: Show) -> None:
    page = show("session")
    page.emulate_media(forced_colors="active")
    point, other = page.locator(".ck-segment-option").nth(0), page.locator(".ck-segment-option").nth(1)
    point.click()
    assert point.evaluate(MARKS) != other.evaluate(MARKS)


def test_each_segment_is_a_region_and_exercises_and_statements_are_headings(show: Show) -> None:
    page = show("session")
    regions = page.get_by_role("main").get_by_role("region")
    segments = page.locator(".ck-segment")
    assert regions.count() <= segments.count() + 4
    item = page.locator(".ck-item").first
    expect(item.get_by_role("heading", level=5)).to_be_visible()
