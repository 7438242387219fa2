"""The console's notebook opened by hand, where the kit's home is."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import BrowserContext, expect

from cluster_kit.content import load_content
from cluster_kit.content.notebooks import find_console
from cluster_kit.sessions import SessionLog
from cluster_kit.settings import Settings
from cluster_kit.store import Store
from tests.test_jupyterlab import PATIENCE_MS, jupyterlab


@pytest.mark.browser
def test_staff_run_a_session_from_jupyterlab_under_their_name(tmp_path: Path, context: BrowserContext) -> None:
    notebook = nbformat.read(find_console(), as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace('person: str = ""', 'person: str = "Robin Sample"')
    nbformat.write(notebook, tmp_path / "console.ipynb")
    with jupyterlab(tmp_path) as address:
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{address}/lab/tree/console.ipynb")
        page.get_by_text("| Idle").wait_for()
        page.locator(".lm-MenuBar-itemLabel", has_text="Run").click()
        page.get_by_text("Run All Cells", exact=True).click()
        page.get_by_role("button", name="Begin: ").click()
        expect(page.get_by_role("timer")).to_contain_text("left", timeout=PATIENCE_MS)
        expect(page.locator(".ck-record-lines").first).to_contain_text("Robin Sample", timeout=PATIENCE_MS)
    with Store.open(Settings(tmp_path / "home").db_url) as store:
        standing = SessionLog(store, "2026", load_content("2026").get_session(1)).standing()
    assert standing.segment == "framing"
