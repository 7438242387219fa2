"""axe-core checks of a packet's page in Chromium."""

from __future__ import annotations

import re
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from cluster_kit.documents.browser import BROWSER_ARGUMENTS, NoBrowserError, find_browser
from cluster_kit.packets.formats import HTML
from cluster_kit.packets.manifest import Check
from cluster_kit.web import WEB

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MOST_SHOWN = 120
ASK = (WEB / "packets" / "find_violations.js").read_text("utf-8")
# Paths inside an SVG with an image role are hidden from screen readers, and take half of the checking time.
DRAWING = re.compile(r'(<svg role="img" [^>]*>).*?</svg>', re.DOTALL)
NOT_INSTALLED = "Pages were not checked: install cluster-kit[accessibility] for it."


class PageChecker:
    """One browser for many pages. If the browser or its packages are missing, every check says why it was skipped."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._why_not = ""
        if find_spec("playwright") is None or find_spec("axe_playwright_python") is None:
            self._why_not = NOT_INSTALLED
            return
        try:
            self._start()
        except NoBrowserError as error:
            self._stack.close()
            self._why_not = f"Pages were not checked. {error}"

    def _start(self) -> None:
        import axe_playwright_python
        from playwright.sync_api import sync_playwright

        playwright = self._stack.enter_context(sync_playwright())
        browser = find_browser(playwright.chromium.executable_path)
        chromium = playwright.chromium.launch(executable_path=browser, args=BROWSER_ARGUMENTS)
        self._stack.callback(chromium.close)
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        self._page = context.new_page()
        self._axe = (Path(str(axe_playwright_python.__file__)).parent / "axe.min.js").read_text("utf-8")

    def check(self, html: str) -> Check:
        """The problems that axe-core finds, one line per rule and element."""
        if self._why_not:
            return Check(format=HTML, skipped=self._why_not)
        self._page.set_content(DRAWING.sub(r"\1</svg>", html))
        if not self._page.evaluate("typeof axe === 'object'"):
            self._page.evaluate(self._axe)
        found: list[dict[str, Any]] = self._page.evaluate(ASK, RULES)
        places = [(rule, node["html"][:MOST_SHOWN]) for rule in found for node in rule["nodes"]]
        problems = [f"{rule['help']} ({rule['id']}): {html}" for rule, html in places]
        return Check(format=HTML, problems=tuple(problems))

    def close(self) -> None:
        """Stop the browser."""
        self._stack.close()
