"""Chromium or Chrome for tests, with axe-core.

``tests/conftest.py`` provides ``browser`` and ``context`` to every test.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, expect, sync_playwright

from cluster_kit.documents.browser import BROWSER_ARGUMENTS, BROWSER_VARIABLE, find_browser

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
# axe-core makes hundreds of thousands of colors on a long page. Keeping their fields in WeakMaps and parsing their
# texts takes more than half of its time. Here a field is a property of its color, and each text is parsed once.
# It also searches the arguments of remembered calls one by one. Here they are keys of maps. And it asks whether an
# element is hidden before it asks its parent, for which the browser computes styles and layout of parts that are not
# shown, such as closed details. Here an element in a hidden one is hidden, and no styles are computed for it. Of the
# many elements that get the same colors, as the cells of a table do, the first one is enough.
LOAD_AXE = """(() => {
  const memoize = (compute) => {
    let known = new Map();
    const last = Math.max(compute.length - 1, 0);
    const remember = function (...given) {
      let results = known;
      for (const argument of given.slice(0, last)) {
        if (!results.has(argument)) results.set(argument, new Map());
        results = results.get(argument);
      }
      if (!results.has(given[last])) results.set(given[last], compute.apply(this, given));
      return results.get(given[last]);
    };
    remember.clear = () => { known = new Map(); };
    return remember;
  };
  class Fields {
    name = Symbol();
    has(color) { return Object.hasOwn(color, this.name); }
    get(color) { return color[this.name]; }
    set(color, value) { color[this.name] = value; }
    add(color) { color[this.name] = true; }
  }
  ((WeakMap, WeakSet) => { AXE })(Fields, Fields);
  const { prototype } = axe.commons.color.Color;
  const { parseString } = prototype;
  const parsed = new Map();
  prototype.parseString = function (text) {
    if (!parsed.has(text)) {
      const { r, g, b, alpha } = parseString.call(this, text);
      parsed.set(text, { r, g, b, alpha });
    }
    return Object.assign(this, parsed.get(text));
  };
  // Colors depend on elements, their classes, and their attributes, other than texts and references. The words of a
  // cloud have colors by their place.
  const TEXTS = /^(id|for|name|href|value|title|alt|aria-(label|labelledby|describedby|controls))$/;
  const describe = (el) => {
    const kept = [...el.attributes].filter(({ name }) => !TEXTS.test(name));
    const place = el.parentElement.closest(".ck-scene-cloud") ? [...el.parentElement.children].indexOf(el) : "";
    return el.tagName + place + kept.map(({ name, value }) => ` ${name}=${value}`).join("");
  };
  const contrast = axe._audit.rules.find(({ id }) => id === "color-contrast");
  const { matches } = contrast;
  const seen = new Set();
  const { run } = axe;
  axe.run = (...given) => (seen.clear(), run(...given));
  contrast.matches = function (node, ...rest) {
    let path = "";
    for (let el = node; el.parentElement; el = el.parentElement) path += `${describe(el)}>`;
    if (seen.has(path) || !matches.call(this, node, ...rest)) return false;
    seen.add(path);
    return true;
  };
})()"""
IS_HIDDEN = re.compile(r"\.isConnected\)\}\),(\w+)=")
FASTER = {
    r"(axe\._memoizedFns=\[\],function\((\w)\)\{return \2)=\(0,\w+\.default\)\(\2\)": r"\1=memoize(\2)",
    # Of the ways to be hidden, closed details come first, because they need no styles.
    r"=\[(\w+,\w+,\w+),(\w+)\](?=;function \w+\(e\)\{var t=[^;]*,n=t\.skipAncestors)": r"=[\2,\1]",
    # isHiddenForEveryone, isVisibleToScreenReaders, isVisibleOnScreen
    rf"({IS_HIDDEN.pattern}.{{,25}}return)(!!\w+\(e,t\))\|\|(!!e\.parent&&\2\(e\.parent,!0\))": r"\1 \4||\3",
    r"return(!\w+\(e\)&&!\w+\(e,\{skipAncestors:!0,isAncestor:t\}\)&&\(e\.actualNode&&"
    r'"area"===e\.props\.nodeName\?!\w+\(e,(\w+)\))': (
        r'return("area"===e.props.nodeName||!e.parent||\2(e.parent,!0))&&\1'
    ),
    r'(return t\.actualNode&&"area"===t\.props\.nodeName\?!\w+\(t,(\w+)\):)': r"\1(!t.parent||\2(t.parent,!0))&&",
    # The grid of what overlaps what has no hidden elements.
    r"(i=n\?o\.nextNode\(\):o\.currentNode;i;\)\{)(?=var l=(\w+)\(i\),)": (
        r"\1if(\2(i)&&IS_HIDDEN(\2(i),!0)){\2(i)._stackingOrder=[];i=o.nextNode();continue}"
    ),
}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EXPERIMENTAL_RULES = ["label-content-name-mismatch"]
PATIENCE_MS = 60_000
PHONE: ViewportSize = {"width": 320, "height": 640}
DESK: ViewportSize = {"width": 1280, "height": 800}
expect.set_options(timeout=PATIENCE_MS)


WHOLE_PAGE = "if (location.pathname.startsWith('/session/')) localStorage.setItem('cluster-kit:view', 'whole')"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for the whole run. Its contexts show whole session pages; ``focus_context`` shows one step."""
    with sync_playwright() as playwright:
        # Debian's Chromium without windows needs half as much processor time as the one with windows.
        shell = None if BROWSER_VARIABLE in os.environ else shutil.which("chromium-headless-shell")
        program = shell or find_browser(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(executable_path=program, args=BROWSER_ARGUMENTS)
        make_context = browser.new_context

        def new_context(**options: Any) -> BrowserContext:
            context = make_context(**options)
            context.on("console", _note_refusal)
            return context

        def new_whole_page_context(**options: Any) -> BrowserContext:
            context = new_context(**options)
            context.add_init_script(WHOLE_PAGE)
            return context

        browser.new_context = new_whole_page_context  # type: ignore[method-assign]
        browser.new_focus_context = new_context  # type: ignore[attr-defined]
        yield browser
        browser.close()


_refused: list[str] = []


def _note_refusal(message: ConsoleMessage) -> None:
    if "Content Security Policy" in message.text or "TrustedHTML" in message.text:
        _refused.append(message.text)


@pytest.fixture(autouse=True)
def policy_refusals() -> Iterator[list[str]]:
    """What content security policies refuse in any page of a test: there must be nothing at its end."""
    _refused.clear()
    yield _refused
    assert _refused == [], "\n".join(_refused)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A new browser context with its own cookies and storage."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        context.set_default_timeout(PATIENCE_MS)
        yield context


@cache
def fast_axe() -> str:
    """axe-core's script, with faster parts in place of its own."""
    script = AXE.read_text(encoding="utf-8")
    is_hidden = IS_HIDDEN.search(script)
    assert is_hidden, "axe-core finds hidden elements in another way than before"
    for part, faster in FASTER.items():
        script, replaced = re.subn(part, faster.replace("IS_HIDDEN", is_hidden[1]), script)
        assert replaced == 1, f"axe-core has another form than before: {part}"
    return LOAD_AXE.replace("AXE", script)


def press(page: Page, name: str, *, role: Literal["button", "link"] = "button") -> None:
    """Press a control with the keyboard, and wait for the page to which it leads, if it leads to one.

    ``page.keyboard.press`` waits for no page: what follows it may look at the page before or at none.
    """
    control = page.get_by_role(role, name=name, exact=True)
    control.press("Enter")
    page.wait_for_load_state()


def load_axe(page: Page) -> None:
    """Load axe-core in the page, whose content security policy stays in force."""
    page.wait_for_load_state()
    page.evaluate(fast_axe())


def find_violations(page: Page) -> list[str]:
    """axe-core violations, one line each with rule and element."""
    load_axe(page)
    enabled = {rule: {"enabled": True} for rule in EXPERIMENTAL_RULES}
    options = {
        "runOnly": {"type": "tag", "values": RULES},
        "rules": enabled,
        "resultTypes": ["violations"],
        "preload": False,
    }
    found: dict[str, Any] = page.evaluate("options => axe.run(document, options)", options)
    return [f"{one['id']}: {node['html']}" for one in found["violations"] for node in one["nodes"]]


def find_tree_faults(page: Page) -> list[str]:
    """Focusable elements without a name and left-out levels of headings, in the browser's accessibility tree.

    ``Accessibility.getFullAXTree`` lists nodes level by level, so headings are followed through their parents.
    """
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    by_id = {node["nodeId"]: node for node in nodes}
    faults, level, ahead = [], 1, [nodes[0]]
    while ahead:
        node = ahead.pop()
        ahead += [by_id[one] for one in reversed(node.get("childIds", [])) if one in by_id]
        if node["ignored"]:
            continue
        role, name = node["role"]["value"], node.get("name", {}).get("value", "")
        properties = {one["name"]: one["value"].get("value") for one in node.get("properties", [])}
        if properties.get("focusable") and not name:
            faults.append(f"no name: {role}")
        if role == "heading":
            if properties["level"] > level + 1:
                faults.append(f"level {properties['level']} after {level}: {name}")
            level = properties["level"]
    return faults


def check_fit(page: Page) -> None:
    """Nothing is cut off at 320 px, or at 640 px with text of twice the size. The page is 320 px wide afterwards."""
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.set_viewport_size({"width": 640, "height": 640})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") == 640
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size(PHONE)


def check_at_both_widths(page: Page) -> None:
    """No violations, and nothing cut off on a phone and on a desk, where the page is afterwards."""
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        assert find_violations(page) == []
        assert find_tree_faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == size["width"]


def check_page(page: Page) -> None:
    """The page has no violations and fits."""
    assert find_violations(page) == []
    check_fit(page)
