"""axe-core checks of a packet's page in Chromium."""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import ExitStack, suppress
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
STOPPED = (
    "Pages were not checked: the browser stopped, most often because the temporary folder {} is full or read-only."
)


class PageChecker:
    """One browser for many pages. If it is missing, or stops, every later check says why it was skipped."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._why_not = ""
        if find_spec("playwright") is None or find_spec("axe_playwright_python") is None:
            self._why_not = NOT_INSTALLED
            return
        from playwright.sync_api import Error

        self._error = Error
        try:
            self._start()
        except NoBrowserError as error:
            self._give_up(f"Pages were not checked. {error}")
        except Error:
            self._give_up(_describe_stop())

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
        if not self._why_not:
            try:
                return self._check(html)
            except self._error:
                self._give_up(_describe_stop())
        return Check(format=HTML, skipped=self._why_not)

    def close(self) -> None:
        """Stop the browser."""
        self._stack.close()

    def _give_up(self, why_not: str) -> None:
        """Check nothing from now on. A browser that has stopped cannot be closed in order."""
        self._why_not = why_not
        with suppress(self._error):
            self._stack.close()

    def _check(self, html: str) -> Check:
        self._page.set_content(DRAWING.sub(r"\1</svg>", html))
        if not self._page.evaluate("typeof axe === 'object'"):
            self._page.evaluate(self._axe)
        found: list[dict[str, Any]] = self._page.evaluate(ASK, RULES)
        places = [(rule, node["html"][:MOST_SHOWN]) for rule in found for node in rule["nodes"]]
        problems = [f"{rule['help']} ({rule['id']}): {html}" for rule, html in places]
        return Check(format=HTML, problems=tuple(problems))


def _describe_stop() -> str:
    return STOPPED.format(os.environ.get("TMPDIR") or tempfile.gettempdir())
