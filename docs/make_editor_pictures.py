"""Take the pictures of the editor in docs/how-to/content.md: ``python -m docs.make_editor_pictures``."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from cluster_kit.documents.browser import BROWSER_ARGUMENTS, find_browser

PATIENCE_MS = 120_000
PICTURES = Path(__file__).parent / "how-to" / "content"


def main() -> None:
    """Edit session 1 of the shipped series in a temporary home folder, and write the pictures."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-m", "cluster_kit", "content", "edit", "--series", "2026", "--home", home]
        with subprocess.Popen([*command, "--no-browser", "--port", "0"], stdout=subprocess.PIPE, text=True) as editor:
            assert editor.stdout is not None
            address = editor.stdout.readline().strip()
            try:
                _take(address)
            finally:
                editor.terminate()


def _take(address: str) -> None:
    with sync_playwright() as playwright:
        program = find_browser(playwright.chromium.executable_path)
        with playwright.chromium.launch(executable_path=program, args=BROWSER_ARGUMENTS) as browser:
            expect.set_options(timeout=PATIENCE_MS)
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            page.goto(f"{address}session_1#use_the_tool")
            expect(page.locator(".ck-edit-form .ck-form")).to_be_visible()
            page.get_by_label("Minutes in the room").fill("4")
            page.get_by_label("Title of the exercise").fill("How we will use the Policy Tool")
            expect(page.locator(".ck-edit-state")).to_contain_text("problem")
            expect(page.locator(".ck-edit-form h3")).to_have_text("How we will use the Policy Tool")
            page.evaluate("document.activeElement.blur()")
            page.screenshot(path=PICTURES / "editor.png")


if __name__ == "__main__":
    main()
