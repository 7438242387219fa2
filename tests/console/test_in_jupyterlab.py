"""The console's notebook opened by hand on the machine with the kit's home."""

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
from tests.test_jupyterlab import PATIENCE_MS, jupyterlab, run_notebook


@pytest.mark.browser
def test_staff_run_a_session_from_jupyterlab_under_their_name(tmp_path: Path, context: BrowserContext) -> None:
    notebook = nbformat.read(find_console(), as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace('person: str = ""', 'person: str = "Robin Sample"')
    nbformat.write(notebook, tmp_path / "console.ipynb")
    with jupyterlab(tmp_path) as address:
        page = run_notebook(context, address, "console.ipynb")
        page.get_by_role("button", name="Begin: ").click()
        page.get_by_role("button", name="Begin now").click()
        expect(page.get_by_role("timer")).to_contain_text("left", timeout=PATIENCE_MS)
        expect(page.locator(".ck-record-lines").first).to_contain_text("Robin Sample", timeout=PATIENCE_MS)
    with Store.open(Settings(tmp_path / "home").db_url) as store:
        session_state = SessionLog(store, "2026", load_content("2026").get_session(1)).state()
    assert session_state.segment == "framing"
