"""What of a notebook's outputs people see, and what only the log does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from papermill.parameterize import parameterize_notebook
from playwright.sync_api import BrowserContext, expect

from cluster_kit.live.rendering import copy_notebook, read_notebook
from cluster_kit.notebooks_path import find_notebook
from tests.browser import find_violations
from tests.serving import AVERY, Server, run_server

PARAMETERS = 'series: str = ""\nsession: int = 0\njurisdiction: str = ""\nperson: str = ""\nmode: str = "worksheet"'
CELLS = [
    "print(series, session, jurisdiction, person, mode)",
    'from IPython.display import HTML\nHTML(\'<p id="shown">Shown<script>document.title = "taken"</script></p>\')',
    "import warnings\nwarnings.warn('for the log only')",
    "print('<b>as typed</b>')",
    "1 / 0",
    "from cluster_kit.content.errors import UnknownExerciseError\nraise UnknownExerciseError('nope', ['goals'])",
    "'after the trouble'",
]


def code(source: str, *tags: str) -> NotebookNode:
    return nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)})


@pytest.fixture(scope="module")
def odd_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose first session is a notebook of odd outputs; its second one's kernel dies."""
    folder = tmp_path_factory.mktemp("notebooks")
    cells = [nbformat.v4.new_markdown_cell("# Odd"), code(PARAMETERS, "parameters"), *map(code, CELLS)]
    write(folder / "session_1_odd.ipynb", cells)
    dying = [nbformat.v4.new_markdown_cell("# Dying"), code("import os\nos._exit(1)"), code("'never'")]
    write(folder / "session_2_dying.ipynb", dying)
    (folder / "session_3_broken.ipynb").write_text("{not json")
    with run_server(tmp_path_factory.mktemp("home"), "--notebooks", str(folder)) as server:
        yield server


def write(path: Path, cells: list[NotebookNode]) -> None:
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)


def test_the_notebook_knows_who_is_looking_and_stays_as_it_is_on_disk(odd_server: Server) -> None:
    with odd_server.client(AVERY) as client:
        page = client.get("/session/1?person=tasi&jurisdiction=GU").text
    assert "demo 1 OH avery live" in page


def test_whoever_comes_next_finds_the_notebook_as_it_was_read() -> None:
    read = read_notebook(find_notebook(1))
    before = nbformat.writes(read)
    own = parameterize_notebook(copy_notebook(read), {"person": "avery"})
    for cell in own.cells:
        cell.metadata["execution"] = {}
        cell.source += " and more"
    assert "avery" in nbformat.writes(own)
    assert nbformat.writes(read) == before


def test_errors_are_sentences_and_the_rest_of_the_page_follows(odd_server: Server) -> None:
    with odd_server.client(AVERY) as client:
        page = client.get("/session/1").text
    assert "This part could not be shown." in page
    assert "There is no exercise &#39;nope&#39; in this session." in page
    assert "after the trouble" in page
    for secret in ("ZeroDivisionError", "Traceback", "for the log only", "1 / 0", "import os"):
        assert secret not in page
    code = page.partition("mention the code ")[2][:8]
    assert f"Page {code}" in odd_server.log
    assert "ZeroDivisionError" in odd_server.log
    assert "for the log only" in odd_server.log


def test_plain_text_is_text_and_scripts_in_outputs_do_not_run(odd_server: Server, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(odd_server.link(AVERY))
    page.wait_for_url("**/session/1")
    page.wait_for_load_state()
    expect(page.locator("#shown")).to_be_visible()
    expect(page.get_by_text("<b>as typed</b>")).to_be_visible()
    expect(page).to_have_title("Session 1: Context Setting & Systems Alignment · Ohio")
    assert find_violations(page) == []


def test_a_kernel_that_dies_while_the_page_is_made_leaves_a_whole_page_with_a_sentence(odd_server: Server) -> None:
    with odd_server.client(AVERY) as client:
        page = client.get("/session/2").text
    assert "<h1>Dying</h1>" in page
    assert "This part could not be shown." in page
    assert page.rstrip().endswith("</html>")


def test_a_broken_notebook_is_a_sentence(odd_server: Server) -> None:
    with odd_server.client(AVERY) as client:
        page = client.get("/session/3")
    assert page.status_code == 500
    assert "Something went wrong on our side." in page.text
    assert "Traceback" not in page.text


def test_a_session_without_a_notebook_is_a_sentence(odd_server: Server) -> None:
    with odd_server.client(AVERY) as client:
        page = client.get("/session/4")
    assert page.status_code == 404
    assert "There is no notebook for session 4" in page.text


def test_header_and_outline_arrive_before_the_kernel_is_ready(server: Server) -> None:
    with server.client(AVERY) as client, client.stream("GET", "/session/1") as answer:
        first, *rest = answer.iter_text()
    assert "Outline" in first
    assert "ck-widget" not in first
    assert "ck-widget" in "".join(rest)
