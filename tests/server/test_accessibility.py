"""Accessibility of every session's page, filled and empty: screen readers, keyboard, and enlarged text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from cluster_kit.content import load_content
from cluster_kit.store import Person, Store
from tests.browser import PATIENCE_MS, find_tree_faults, find_violations, read_tree
from tests.server.browsing import walk
from tests.server.filling import fill
from tests.serving import Server

pytestmark = pytest.mark.browser
Join = Callable[..., Page]
FULL, EMPTY = "full-team", "empty-team"
CONTROLS = {"textbox", "combobox", "radio", "checkbox", "spinbutton", "button", "Date", "DisclosureTriangle", "link"}
NAMED_ANCESTORS = {"group", "region", "row", "navigation", "listitem", "radiogroup"}

# The focused element: whether it is visible, and whether it has a visible focus indicator.
FOCUSED = """() => {
  const el = document.activeElement;
  const shows = (node) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(node);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  };
  const { top, bottom, width } = el.getBoundingClientRect();
  el.dataset.visits = Number(el.dataset.visits ?? 0) + 1;
  return {
    which: el.name || el.id || el.textContent,
    html: el.outerHTML.slice(0, 120),
    visits: Number(el.dataset.visits),
    marked: shows(el) || shows(el.closest("label") ?? el),
    seen: width > 0 && bottom > 0 && top < innerHeight,
  };
}"""

# Focusable elements that Tab did not reach. One radio button represents its group.
MISSED = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
  .filter((el) => el.checkVisibility({ visibilityProperty: true }) && !el.disabled && !el.dataset.visits)
  .filter((el) => el.type !== "radio" || !document.querySelector(`[name="${el.name}"][data-visits]`))
  .map((el) => el.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def answered(server: Server) -> Server:
    """One team with answers to everything, and one without any."""
    content = load_content("demo", overlay=server.settings.content)
    with Store.open(server.settings.db_url) as store:
        for person, state in ((FULL, "WY"), (EMPTY, "MT")):
            store.add_person(Person(id=person, series="demo", jurisdiction=state, name="Kim Sample", depth="essential"))
        kim = store.find_person(FULL)
        assert kim is not None
        assert fill(store, content, kim) > 800
    return server


def open_all(page: Page) -> Page:
    """Open everything that is collapsed."""
    expect(page.locator(".ck-opening, .ck-starting:visible")).to_have_count(0, timeout=PATIENCE_MS)
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    return page


def controls(tree: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each control in the accessibility tree: its role, name, description, address, and the names of its containers."""
    nodes = {node["nodeId"]: node for node in tree}

    def named(node: dict[str, Any] | None) -> Iterator[str]:
        while node:
            if node["role"]["value"] in NAMED_ANCESTORS and node.get("name", {}).get("value"):
                yield node["name"]["value"]
            node = nodes.get(node.get("parentId"))

    for node in tree:
        if not node["ignored"] and node["role"]["value"] in CONTROLS:
            yield {
                "role": node["role"]["value"],
                "name": node.get("name", {}).get("value", "").strip(),
                "description": node.get("description", {}).get("value", ""),
                "within": tuple(named(nodes.get(node.get("parentId")))),
                "url": next((one["value"]["value"] for one in node.get("properties", []) if one["name"] == "url"), ""),
            }


@pytest.mark.parametrize(("person", "width"), [(FULL, 1280), (EMPTY, 320)])
@pytest.mark.parametrize("session", [1, 2, 3, 4])
def test_a_page_breaks_no_rule_names_every_control_apart_and_fits(
    answered: Server, context: BrowserContext, join: Join, session: int, person: str, width: int
) -> None:
    page = open_all(join(answered, context, person, session))
    page.set_viewport_size({"width": width, "height": 640})
    assert find_violations(page) == []
    tree = read_tree(page)
    assert find_tree_faults(page, tree) == []
    found = list(controls(tree))
    assert [one for one in found if not one["name"]] == []
    # Links with one name may lead to one place, such as a source that several statements cite.
    apart = {(one["role"], one["name"], one["within"], one["url"] or number) for number, one in enumerate(found)}
    alike = Counter(which[:3] for which in apart)
    assert [which for which, count in alike.items() if count > 1] == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    for wide in (640, 1280):
        page.set_viewport_size({"width": wide, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") == wide


def test_the_keyboard_comes_to_everything_once_is_seen_everywhere_and_gets_out(
    answered: Server, context: BrowserContext, join: Join
) -> None:
    page = open_all(join(answered, context, EMPTY, 1))
    stops = walk(page, "Tab", FOCUSED)
    assert len(stops) > 100
    # A date input has three stops, plus its calendar's.
    assert [stop["html"] for stop in stops if stop["visits"] > (4 if 'type="date"' in stop["html"] else 1)] == []
    assert [stop["html"] for stop in stops if not (stop["marked"] and stop["seen"])] == []
    assert page.evaluate(MISSED) == []
    back = [stop["which"] for stop in walk(page, "Shift+Tab", FOCUSED)]
    assert back == [stop["which"] for stop in reversed(stops)]


def test_what_guides_an_answer_is_said_with_its_field(answered: Server, context: BrowserContext, join: Join) -> None:
    page = join(answered, context, EMPTY, 1)
    page.get_by_text("Depth: Essential").first.click()
    page.get_by_label("Depth: how much you would like to answer").first.select_option("standard")
    page.locator(".ck-matrix textarea").first.wait_for()
    hints = {one["name"]: one["description"] for one in controls(read_tree(page)) if one["role"] == "textbox"}
    assert hints["Why should a system that has its own categories use Clusters too?"].endswith("About 25 words")
    guided = {name for name, about in hints.items() if about.startswith("For example: the program catalog")}
    assert any("K-12 CTE programs" in name and "What Clusters could organize here" in name for name in guided), hints
