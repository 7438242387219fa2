"""Which of a notebook's outputs participants see, and which are only logged."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyter_client.channels import HBChannel
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import DeadKernelError
from nbformat.v4 import new_notebook
from papermill.parameterize import parameterize_notebook
from playwright.sync_api import BrowserContext, expect

from cluster_kit.content.notebooks import find_notebook
from cluster_kit.server.pages.executor import PageExecutor
from cluster_kit.server.pages.rendering import copy_notebook, load_page_notebook
from cluster_kit.server.unavailable import PAGE_PART_UNAVAILABLE
from tests.asyncs import run
from tests.browser import find_violations
from tests.server.notebooks_for_tests import OPEN, write_notebook
from tests.serving import AVERY, FAY, Server, run_server

CELLS = [
    "print(series, session, jurisdiction, repr(person), mode)",
    'from IPython.display import HTML\nHTML(\'<p id="shown">Shown<script>document.title = "taken"</script></p>\')',
    "import warnings\nwarnings.warn('for the log only')",
    "print('<b>as typed</b>')",
    "1 / 0",
    "from cluster_kit.content.errors import UnknownExerciseError\nraise UnknownExerciseError('nope', ['goals'])",
    "from cluster_kit.store.errors import LostStoreError\nraise LostStoreError('/srv/place/of.sqlite3', 'x')",
    "'after the trouble'",
    'from IPython.display import Markdown\nMarkdown("## A heading\\n\\nWords with **weight** <script>1</script>")',
    OPEN,
    'workshop.exercise("goals")',
    "from IPython.display import Math\nMath(r'\\frac{a}{b}')",
    "import pandas\npandas.DataFrame({'State': ['Ohio'], 'Programs': [12]})",
    "from IPython.display import IFrame\nIFrame('https://www.youtube.com/embed/abc', 400, 300)",
    "display({'application/vnd.plotly.v1+json': {}, 'text/plain': 'Figure()'}, raw=True)",
]


@pytest.fixture(scope="module")
def odd_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose first session is a notebook with unusual outputs; the kernel of its second one dies."""
    folder = tmp_path_factory.mktemp("notebooks")
    write_notebook(folder, 1, *CELLS)
    write_notebook(folder, 2, "import os\nos._exit(1)", "'never'")
    (folder / "session_3_broken.ipynb").write_text("{not json")
    with run_server(tmp_path_factory.mktemp("home"), "--notebooks", str(folder)) as server:
        yield server


def test_the_notebook_knows_the_state_and_not_who_is_looking(odd_server: Server) -> None:
    with odd_server.client(AVERY) as client, odd_server.client(FAY) as facilitator:
        page = client.get("/session/1?person=tasi&jurisdiction=GU").text
        preview = facilitator.get("/session/1?jurisdiction=OH").text
    assert "demo 1 OH &#39;&#39; live" in page
    assert "demo 1  &#39;&#39; live" in preview


def test_whoever_comes_next_finds_the_notebook_as_it_was_read() -> None:
    read = load_page_notebook(find_notebook(1))
    before = json.dumps(read)
    own = parameterize_notebook(copy_notebook(read), {"jurisdiction": "Elsewhere"})
    for cell in own.cells:
        cell.metadata["execution"] = {}
        cell.source += " and more"
    assert "Elsewhere" in json.dumps(own)
    assert json.dumps(read) == before


def test_errors_are_sentences_and_the_rest_of_the_page_follows(odd_server: Server) -> None:
    with odd_server.client(AVERY) as client:
        page = client.get("/session/1").text
    assert "This part could not be shown." in page
    assert "There is no exercise &#39;nope&#39; in this session." in page
    assert PAGE_PART_UNAVAILABLE.partition(",")[0] in page.replace("&#39;", "'")
    assert "after the trouble" in page
    for secret in ("ZeroDivisionError", "Traceback", "for the log only", "1 / 0", "import os", "/srv/place"):
        assert secret not in page
    code = page.partition("mention the code ")[2][:8]
    assert f"Page {code}" in odd_server.log
    assert "ZeroDivisionError" in odd_server.log
    assert "for the log only" in odd_server.log


def test_formulas_tables_and_videos_are_shown_and_what_cannot_be_says_so(odd_server: Server) -> None:
    with odd_server.client(AVERY) as client:
        page = client.get("/session/1").text
    assert "<mfrac>" in page
    assert 'role="region" tabindex="0" aria-label="Table: State, Programs"' in page
    assert 'href="https://www.youtube.com/watch?v=abc"' in page
    assert "<iframe" not in page
    assert "This cell shows an interactive chart that this page cannot run." in page
    assert "cell 4: a script does not run on the page" in odd_server.log


def test_a_traceback_is_for_facilitators_only(odd_server: Server) -> None:
    with odd_server.client(AVERY) as client, odd_server.client(FAY) as facilitator:
        page, preview = client.get("/session/1").text, facilitator.get("/session/1").text
    assert "ZeroDivisionError" in preview
    assert "\x1b[" not in preview
    assert "ZeroDivisionError" not in page


def test_plain_text_is_text_and_scripts_in_outputs_do_not_run(odd_server: Server, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(odd_server.link(AVERY))
    page.wait_for_url("**/session/1")
    page.wait_for_load_state()
    expect(page.locator("#shown")).to_be_visible()
    expect(page.get_by_text("<b>as typed</b>")).to_be_visible()
    expect(page).to_have_title("Session 1: Context Setting & Systems Alignment · Ohio")
    assert find_violations(page) == []


def test_a_server_that_starts_lists_the_cells_that_its_pages_cannot_show(odd_server: Server) -> None:
    lines = [line for line in odd_server.log.splitlines() if "a script does not run" in line]
    assert lines
    assert [line for line in lines if not re.search(r"session_1\S*\.ipynb, cell \d+: .*\.$", line)] == []


def test_an_exercise_that_the_notebook_leaves_out_comes_at_the_end_of_its_segment(odd_server: Server) -> None:
    session = odd_server.content.get_session(1)
    with odd_server.client(AVERY) as client:
        page = client.get("/session/1").text
    assert "Words with <strong>weight</strong>" in page
    shown = re.findall(r'data-exercise="(\w+)"', page)
    assert shown == ["goals", *(exercise.id for exercise in session.exercises if exercise.id != "goals")]
    for segment in session.segments:
        section = page.partition(f'id="segment-{segment.kind}"')[2].partition("</section>")[0]
        expected = [e.id for e in session.exercises if e.segment is segment.kind and e.id != "goals"]
        assert re.findall(r'data-exercise="(\w+)"', section) == expected


def test_a_kernel_that_dies_while_the_page_is_made_leaves_a_whole_page_with_a_sentence(odd_server: Server) -> None:
    with odd_server.client(AVERY) as client:
        page = client.get("/session/2").text
    assert "<h2>A test</h2>" in page
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


def test_a_rendering_needs_no_heartbeat_and_a_kernel_that_never_answers_is_dead(tmp_path: Path) -> None:
    """A heartbeat that is stopped while it starts opens sockets until the process has no more descriptors."""
    kernel = AsyncKernelManager(transport="ipc", ip=str(tmp_path / "k"), connection_file=str(tmp_path / "k.json"))
    kernel.write_connection_file()
    executor = PageExecutor(new_notebook(), km=kernel)
    with pytest.raises(DeadKernelError):
        run(executor.async_start_new_kernel_client())
    assert not [thread for thread in threading.enumerate() if isinstance(thread, HBChannel)]
    executor.kc.stop_channels()
