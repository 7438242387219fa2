"""axe-core over a packet's page, in a real Chromium."""

from __future__ import annotations

import re
import shutil
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from cluster_kit.packets.jobs import Format
from cluster_kit.packets.manifest import Check

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MOST_SHOWN = 120
ASK = (Path(__file__).parent / "find_violations.js").read_text("utf-8")
# The strokes of a drawing that is named as an image mean nothing to screen readers, and cost half of the time.
DRAWING = re.compile(r'(<svg role="img" [^>]*>).*?</svg>', re.DOTALL)
NOT_INSTALLED = "Pages were not checked: install cluster-kit[accessibility] for it."
NO_BROWSER = "Pages were not checked: no Chromium was found. On Debian: apt-get install chromium."


class PageChecker:
    """One browser for many pages. Without one, or without the packages for it, every check says why it was skipped."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._why_not = ""
        browser = next(filter(None, map(shutil.which, BROWSERS)), None)
        if find_spec("playwright") is None or find_spec("axe_playwright_python") is None:
            self._why_not = NOT_INSTALLED
        elif browser is None:
            self._why_not = NO_BROWSER
        else:
            self._start(browser)

    def _start(self, browser: str) -> None:
        import axe_playwright_python
        from playwright.sync_api import sync_playwright

        playwright = self._stack.enter_context(sync_playwright())
        chromium = playwright.chromium.launch(executable_path=browser, args=ARGUMENTS)
        self._stack.callback(chromium.close)
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        self._page = context.new_page()
        self._axe = (Path(str(axe_playwright_python.__file__)).parent / "axe.min.js").read_text("utf-8")

    def check(self, html: str) -> Check:
        """What axe-core finds wrong with the page, one line for each rule and place."""
        if self._why_not:
            return Check(format=Format.HTML, skipped=self._why_not)
        self._page.set_content(DRAWING.sub(r"\1</svg>", html))
        if not self._page.evaluate("typeof axe === 'object'"):
            self._page.evaluate(self._axe)
        found: list[dict[str, Any]] = self._page.evaluate(ASK, RULES)
        places = [(rule, node["html"][:MOST_SHOWN]) for rule in found for node in rule["nodes"]]
        problems = [f"{rule['help']} ({rule['id']}): {html}" for rule, html in places]
        return Check(format=Format.HTML, problems=tuple(problems))

    def close(self) -> None:
        """Stop the browser."""
        self._stack.close()
