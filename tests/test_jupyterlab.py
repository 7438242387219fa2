"""A session notebook opened in JupyterLab to fill out a worksheet."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import nbformat
import psutil
from playwright.sync_api import BrowserContext, Page, expect

from benchmarks.servers import free_port
from cluster_kit.content.notebooks import find_notebook
from cluster_kit.settings import sqlite_url
from cluster_kit.store import Store
from cluster_kit.workshop import WORKSHEET_ANSWERS
from tests.commands import UNTIL_PARENT_ENDS
from tests.serving import wait_until

PATIENCE_MS = 120_000
LABEL = "Why should a system that has its own categories use Clusters too?"


@contextmanager
def jupyterlab(folder: Path) -> Iterator[str]:
    """JupyterLab in a folder; yields its address. It does not ask Node.js whether it should be built again."""
    page_config = folder / "config" / "labconfig" / "page_config.json"
    page_config.parent.mkdir(parents=True)
    page_config.write_text(json.dumps({"buildAvailable": False, "buildCheck": False}), encoding="utf-8")
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
    command = [
        *UNTIL_PARENT_ENDS,
        sys.executable,
        "-m",
        "jupyterlab",
        "--allow-root",
        *(f"--{k}={v}" for k, v in options.items()),
    ]
    environment = {**os.environ, "JUPYTER_CONFIG_DIR": str(folder / "config"), "CLUSTER_KIT_HOME": str(folder / "home")}
    with (folder / "lab.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=folder)
    try:
        wait_until(lambda: is_up(address), "JupyterLab answers", patience_s=180)
        yield address
    finally:
        for each in [*psutil.Process(process.pid).children(recursive=True), process]:
            each.kill()  # how JupyterLab ends is not what is tested
        process.wait()


def run_notebook(context: BrowserContext, address: str, name: str) -> Page:
    """Open a notebook in JupyterLab, and run all its cells."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{address}/lab/tree/{name}")
    page.get_by_text("| Idle").wait_for()
    page.locator(".lm-MenuBar-itemLabel", has_text="Run").click()
    page.get_by_text("Run All Cells", exact=True).click()
    return page


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
        page = run_notebook(context, address, "session_1.ipynb")
        form = page.locator(".ck-form", has=page.get_by_role("heading", name="Career Clusters in your systems today"))
        form.get_by_label(LABEL).fill("One map for every learner.")
        expect(form.get_by_text("Saved at")).to_be_visible(timeout=PATIENCE_MS)
        page.keyboard.press("Control+s")
        expect(page.locator(".jp-mod-dirty")).to_have_count(0, timeout=PATIENCE_MS)
        page.reload()  # the kernel keeps running, and so does its form
        expect(form.get_by_label(LABEL)).to_have_value("One map for every learner.", timeout=PATIENCE_MS)
    with Store.open(sqlite_url(tmp_path / WORKSHEET_ANSWERS)) as store:
        assert [r.value for r in store.current("2026", "OH") if r.prompt == "reason"] == ["One map for every learner."]


def open_saved(context: BrowserContext, address: str) -> Page:
    """Open the saved notebook without running it."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{address}/lab/tree/session_1.ipynb?reset")
    page.locator(".jp-Notebook").wait_for()
    return page


def end_kernels(context: BrowserContext, address: str) -> None:
    token = next(cookie["value"] for cookie in context.cookies() if cookie["name"] == "_xsrf")
    for session in context.request.get(f"{address}/api/sessions").json():
        ended = context.request.delete(f"{address}/api/sessions/{session['id']}", headers={"X-XSRFToken": token})
        assert ended.ok, ended.text()


def test_a_notebook_opened_again_without_its_kernel_shows_the_answers(tmp_path: Path, context: BrowserContext) -> None:
    notebook = nbformat.read(find_notebook(1), as_version=4)  # type: ignore[no-untyped-call]
    for cell in notebook.cells:
        cell.source = cell.source.replace('jurisdiction: str = ""', 'jurisdiction: str = "OH"')
    # Only what this test looks at: JupyterLab builds the outputs of cells that are in view.
    kept = [c for c in notebook.cells if c.cell_type == "code" and "exercise(" not in c.source]
    kept += [c for c in notebook.cells if 'exercise("organizing_structure")' in c.source]
    notebook.cells = [c for c in kept if "look_back" not in c.source and "welcome" not in c.source]
    path = tmp_path / "session_1.ipynb"
    nbformat.write(notebook, path)  # type: ignore[no-untyped-call]
    with jupyterlab(tmp_path) as address:
        page = run_notebook(context, address, "session_1.ipynb")
        page.get_by_label(LABEL).fill("One map for every learner.")
        expect(page.get_by_text("Saved at")).to_be_visible(timeout=PATIENCE_MS)
        copy = page.locator(".ck-saved", has_text="One map for every learner.")
        copy.wait_for(state="attached")
        expect(copy).to_be_hidden()  # while the form works
        expect(page.get_by_label(LABEL)).to_be_focused()  # and updating it has not interrupted the typing
        page.keyboard.press("Control+s")
        expect(page.locator(".jp-mod-dirty")).to_have_count(0, timeout=PATIENCE_MS)
        page.close()
        end_kernels(context, address)  # another day
        page = open_saved(context, address)
        expect(page.get_by_text("One map for every learner.")).to_be_visible(timeout=PATIENCE_MS)
        expect(page.get_by_text("Run all cells to continue")).to_be_visible()
        page.get_by_text("model not found").first.wait_for(state="attached")  # a trusted notebook prefers its widgets
        expect(page.get_by_text("model not found")).to_be_hidden()
        page.close()
        untrusted = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
        untrusted.cells[0].source += "\n# as a colleague sent it"
        nbformat.write(untrusted, path)  # type: ignore[no-untyped-call]
        page = open_saved(context, address)
        expect(page.get_by_text("One map for every learner.")).to_be_visible(timeout=PATIENCE_MS)
        expect(page.get_by_text("model not found")).to_have_count(0)
