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
# Keeps everything that live regions say, in order, also what is replaced a moment later.
LISTEN = """() => {
  window.said = [];
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      const el = target.nodeType === 1 ? target : target.parentElement;
      const region = el?.closest("[role=status], [role=alert], [aria-live]:not([aria-live=off])");
      const words = region?.checkVisibility() ? region.textContent.trim() : "";
      if (words && window.said.at(-1) !== words) window.said.push(words);
    }
  }).observe(document, { childList: true, subtree: true, characterData: true });
}"""
# axe-core makes hundreds of thousands of colors on a long page. Keeping their fields in WeakMaps and parsing their
# texts takes more than half of its time. Here a field is a property of its color, and each text is parsed once.
# It also searches the arguments of remembered calls one by one. Here they are keys of maps. And it asks whether an
# element is hidden before it asks its parent, for which the browser computes styles and layout of parts that are not
# shown, such as closed details. Here an element in a hidden one is hidden, and no styles are computed for it. Of the
# many elements that get the same colors, as the cells of a table do, the first one is enough. It searches the page for
# the label of each field, several times. Here all labels are found once. It writes the source of each element that a
# rule looks at, and counts classes and attributes for selectors. Here it gives the elements that it finds.
LOAD_AXE = """(() => {
  const memoize = (compute) => {
    let known = new Map();
    const last = Math.max(compute.length - 1, 0);
    const remember = function (...given) {
      let results = known;
      for (let place = 0; place < last; place += 1) {
        let next = results.get(given[place]);
        if (!next) results.set(given[place], (next = new Map()));
        results = next;
      }
      const key = given[last];
      let result = results.get(key);
      if (result === undefined && !results.has(key)) results.set(key, (result = compute.apply(this, given)));
      return result;
    };
    remember.clear = () => { known = new Map(); };
    return remember;
  };
  const makeSelectorsWhenAsked = (make) => {
    const keep = (value) => Object.defineProperty(axe, "_selectorData", { value, writable: true, configurable: true });
    const get = () => keep(make())._selectorData;
    Object.defineProperty(axe, "_selectorData", { get, set: keep, configurable: true });
  };
  let labels;
  const findLabels = (root, id) => {
    const isPage = root === document || root === document.documentElement;
    if (!isPage) return [...root.querySelectorAll(`label[for="${id}"]`)];
    labels ??= Map.groupBy(document.querySelectorAll("label[for]"), (label) => CSS.escape(label.htmlFor));
    return labels.get(id) ?? [];
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
  // Colors depend on elements, their classes, and their attributes, other than texts, references, and data that no
  // style sheet names. The words of a cloud have colors by their place.
  const TEXTS = /^(id|for|name|href|value|title|alt|aria-(label|labelledby|describedby|controls))$/;
  const known = new Set();
  const isKept = memoize((name) => !TEXTS.test(name) && (!name.startsWith("data-") || known.has(name)));
  const readSheets = () => {
    for (const { cssRules } of [...document.styleSheets, ...document.adoptedStyleSheets]) {
      for (const { cssText } of cssRules) {
        for (const [, name] of cssText.matchAll(/\\[(data-[\\w-]+)/g)) known.add(name);
      }
    }
  };
  const describe = (el) => {
    let text = el.tagName;
    for (const { name, value } of el.attributes) if (isKept(name)) text += ` ${name}=${value}`;
    const parent = el.parentElement;
    return parent.matches(".ck-scene-cloud, .ck-scene-cloud *") ? text + [...parent.children].indexOf(el) : text;
  };
  const kinds = new Map();
  const kindOf = memoize((el) => {
    if (!el.parentElement) return 0;
    const path = `${kindOf(el.parentElement)}>${describe(el)}`;
    if (!kinds.has(path)) kinds.set(path, kinds.size + 1);
    return kinds.get(path);
  });
  const contrast = axe._audit.rules.find(({ id }) => id === "color-contrast");
  const { matches } = contrast;
  const seen = new Set();
  const { run } = axe;
  axe.run = (...given) => {
    for (const one of [seen, kinds, kindOf, isKept, known]) one.clear();
    labels = undefined;
    readSheets();
    return run(...given);
  };
  contrast.matches = function (node, ...rest) {
    const kind = kindOf(node);
    if (seen.has(kind) || !matches.call(this, node, ...rest)) return false;
    seen.add(kind);
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
    r"(axe\._tree=n\.flatTree,)axe\._selectorData=(\w+\(n\.flatTree\))": r"\1makeSelectorsWhenAsked(()=>\2)",
    r'var t="computedStyle_"\+e;return this\._cache\..{,200}getPropertyValue\(e\)\),this\._cache\[t\]': (
        r'const c=this._cache;return c["computedStyle_"+e]??='
        r"(c.computedStyle??=window.getComputedStyle(this.actualNode)).getPropertyValue(e)"
    ),
    # The grid of what overlaps what has no hidden elements.
    r"(i=n\?o\.nextNode\(\):o\.currentNode;i;\)\{)(?=var l=(\w+)\(i\),)": (
        r"\1if(\2(i)&&IS_HIDDEN(\2(i),!0)){\2(i)._stackingOrder=[];i=o.nextNode();continue}"
    ),
}
LABELS = {
    r"""(F\(e\.actualNode\)|\ba)\.querySelector\('label\[for="'(?:\+|\.concat\()(\w)(?:\+'"\]'|,'"\]'\))\)""": (
        r"findLabels(\1,\2)[0]"
    ),
    r"""\b(\w)\.querySelectorAll\('label\[for="'\.concat\((\w),'"\]'\)\)""": r"findLabels(\1,\2)",
}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EXPERIMENTAL_RULES = ["label-content-name-mismatch"]
# What axe-core finds, one line each. A target that a header or panel covers in part, as the page happens to be
# scrolled, is judged once more in the middle of the window.
JUDGE = """async (options) => {
  const isLargeInView = async (el) => {
    const place = [scrollX, scrollY];
    el.scrollIntoView({ block: "center", behavior: "instant" });
    const { violations } = await axe.run(el, { runOnly: ["target-size"], selectors: false, preload: false });
    scrollTo({ left: place[0], top: place[1], behavior: "instant" });
    return violations.length === 0;
  };
  axe.configure({ noHtml: true });
  const lines = [];
  for (const { id, nodes } of (await axe.run(document, { ...options, elementRef: true })).violations) {
    for (const { element } of nodes) {
      const isFound = id !== "target-size" || !(await isLargeInView(element));
      if (isFound) lines.push(`${id}: ${element.outerHTML.slice(0, 300)}`);
    }
  }
  return lines;
}"""
TEXTS = {"paragraph", "strong"}  # with the focus, they are read by what they contain
NAMED = {"group", "region", "heading", "button", "link", "radiogroup"}
BEGINS_WITH_A_SIGN = re.compile(r"\s*[.,:;·▸▾]")
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
    for part, faster in LABELS.items():
        script, replaced = re.subn(part, faster, script)
        assert replaced == 2, f"axe-core has another form than before: {part}"
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
        "selectors": False,
        "preload": False,
    }
    return list(page.evaluate(JUDGE, options))


def read_tree(page: Page) -> list[dict[str, Any]]:
    """The nodes of the browser's accessibility tree, level by level. Seconds on a long page: read it once."""
    session = page.context.new_cdp_session(page)
    nodes: list[dict[str, Any]] = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()  # otherwise the browser goes on to keep the tree up to date, which is slow
    return nodes


def find_tree_faults(page: Page, nodes: list[dict[str, Any]] | None = None) -> list[str]:
    """Faults in the browser's accessibility tree, which ``nodes`` are if it has been read.

    Focusable elements without a name, names that begin with a sign, left-out levels of headings, and headings in a
    disclosure button, where some screen readers do not find them. The tree is listed level by level, so headings are
    followed through their parents.
    """
    nodes = nodes or read_tree(page)
    by_id = {node["nodeId"]: node for node in nodes}
    faults, level, ahead = [], 1, [(nodes[0], False)]
    while ahead:
        node, is_inside = ahead.pop()
        role, name = node.get("role", {}).get("value", ""), node.get("name", {}).get("value", "")
        is_inside = is_inside or role == "DisclosureTriangle"
        ahead += [(by_id[one], is_inside) for one in reversed(node.get("childIds", [])) if one in by_id]
        if node["ignored"]:
            continue
        properties = {one["name"]: one["value"].get("value") for one in node.get("properties", [])}
        if properties.get("focusable") and not name and role not in TEXTS:
            faults.append(f"no name: {role}")
        if role in NAMED and BEGINS_WITH_A_SIGN.match(name):
            faults.append(f"begins with a sign: {role} {name}")
        if role == "heading":
            if properties["level"] > level + 1:
                faults.append(f"level {properties['level']} after {level}: {name}")
            if is_inside:
                faults.append(f"in a disclosure button: {name}")
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
        faults = find_violations(page) + find_tree_faults(page)
        assert not faults, faults
        assert page.evaluate("document.documentElement.scrollWidth") == size["width"]


def check_page(page: Page) -> None:
    """The page has no violations and fits."""
    faults = find_violations(page)
    assert not faults, faults
    check_fit(page)


def listen(page: Page) -> None:
    """Run ``LISTEN`` in each document that the page opens from now on, from its beginning."""
    page.add_init_script(f"({LISTEN})()")


def wait_for_words(page: Page, words: str) -> None:
    """Return once a live region has said these words since the page ran ``LISTEN``."""
    page.wait_for_function("words => window.said.some((one) => one.includes(words))", arg=words)
