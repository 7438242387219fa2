"""A session notebook opened in JupyterLab, as somebody who fills a worksheet opens it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import nbformat
from playwright.sync_api import BrowserContext, expect

from benchmarks.servers import free_port
from cluster_kit.content.notebooks import find_notebook
from cluster_kit.settings import sqlite_url
from cluster_kit.store import Store
from cluster_kit.workshop import WORKSHEET_ANSWERS
from tests.serving import wait_until

PATIENCE_MS = 120_000
LABEL = "Why should a system that has its own categories use Clusters too?"


@contextmanager
def jupyterlab(folder: Path) -> Iterator[str]:
    """JupyterLab over a folder; gives its address."""
    address = f"http://127.0.0.1:{free_port()}"
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": address.rpartition(":")[2],
        "ServerApp.root_dir": str(folder),
        "ServerApp.open_browser": "False",
        "IdentityProvider.token": "",
        "LabApp.news_url": "None",
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
    }
    command = [sys.executable, "-m", "jupyterlab", "--allow-root", *(f"--{k}={v}" for k, v in options.items())]
    environment = {**os.environ, "JUPYTER_CONFIG_DIR": str(folder / "config"), "CLUSTER_KIT_HOME": str(folder / "home")}
    with (folder / "lab.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=folder)
    try:
        wait_until(lambda: is_up(address), "JupyterLab answers", patience_s=180)
        yield address
    finally:
        process.terminate()
        process.wait(30)


def is_up(address: str) -> bool:
    try:
        return httpx.get(f"{address}/api", timeout=5).is_success
    except httpx.TransportError:
        return False


def test_a_session_notebook_works_in_jupyterlab_and_keeps_its_answers_beside_it(
    tmp_path: Path, context: BrowserContext
) -> None:
    notebook = nbformat.read(find_notebook(1), as_version=4)  # type: ignore[no-untyped-call]
    for cell in notebook.cells:
        cell.source = cell.source.replace('jurisdiction: str = ""', 'jurisdiction: str = "OH"')
    nbformat.write(notebook, tmp_path / "session_1.ipynb")  # type: ignore[no-untyped-call]
    with jupyterlab(tmp_path) as address:
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{address}/lab/tree/session_1.ipynb")
        page.get_by_text("| Idle").wait_for()
        page.locator(".lm-MenuBar-itemLabel", has_text="Run").click()
        page.get_by_text("Run All Cells", exact=True).click()
        form = page.locator(".ck-form", has=page.get_by_role("heading", name="Which systems speak in Clusters"))
        form.get_by_label(LABEL).fill("One map for every learner.")
        expect(form.get_by_text("Saved at")).to_be_visible(timeout=PATIENCE_MS)
        page.keyboard.press("Control+s")
        expect(page.locator(".jp-mod-dirty")).to_have_count(0, timeout=PATIENCE_MS)
        page.reload()  # the kernel goes on, and so does the form that it has opened before
        expect(form.get_by_label(LABEL)).to_have_value("One map for every learner.", timeout=PATIENCE_MS)
    with Store.open(sqlite_url(tmp_path / WORKSHEET_ANSWERS)) as store:
        assert [r.value for r in store.current("2026", "OH") if r.prompt == "reason"] == ["One map for every learner."]
