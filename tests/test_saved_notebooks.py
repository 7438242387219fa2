"""A session notebook that was filled out and saved: what it shows without a kernel, and in exports."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter, MarkdownExporter
from nbformat import NotebookNode
from playwright.sync_api import BrowserContext, expect

from cluster_kit.content import load_content
from cluster_kit.content.models import Scope
from cluster_kit.content.notebooks import find_notebook
from cluster_kit.exercises.context import FormContext
from cluster_kit.exercises.typed_answers import TYPED_MIME
from cluster_kit.forms.widget import ExerciseForm
from cluster_kit.insights.saved_form import GO_ON, saved_form
from cluster_kit.settings import Settings, sqlite_url
from cluster_kit.store import NewResponse, Person, Store
from cluster_kit.web.bundle import bundle_css
from cluster_kit.worksheets import Sender, collect
from cluster_kit.workshop import WORKSHEET_ANSWERS
from tests.answers import new_answer

CONTENT = load_content("2026")
VIEW = "application/vnd.jupyter.widget-view+json"
GOAL = "No learner repeats a course by 2029"
HOSTILE = "<script>alert(1)</script> <img src=x onerror=alert(2)> costs $5 and $6 | **bold** [a](javascript:b)"
TYPE = f"""
import asyncio
form = _
saved = [
    {{"id": "one", "prompt": "goals.statement", "row": "a", "value": {GOAL!r}, "base": []}},
    {{"id": "two", "prompt": "left_out", "row": "", "value": {HOSTILE!r}, "base": []}},
]
form._on_message(None, {{"type": "save", "message": "m", "responses": saved}}, [])
updated = []
update = form._copies[0].update
form._copies[0].update = lambda *given, **how: (update(*given, **how), updated.append(given[0]))
while not updated or "alert(2)" not in updated[-1]["text/html"]:
    await asyncio.sleep(0.05)
"""


class Tags(HTMLParser):
    """The tags of a piece of HTML, and its attributes' names."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.names.update(name for name, _ in attrs)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[NotebookNode, Path]:
    """Session 1 executed in a real kernel, with two answers typed into the form of its goals, and its folder."""
    folder = tmp_path_factory.mktemp("own")
    notebook = nbformat.read(find_notebook(1), as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace('jurisdiction: str = ""', 'jurisdiction: str = "OH"')
        cell.source = cell.source.replace('person: str = ""', 'person: str = "Ana Ruiz"')
    goals = next(n for n, cell in enumerate(notebook.cells) if 'exercise("goals")' in cell.source)
    notebook.cells.insert(goals + 1, nbformat.v4.new_code_cell(TYPE))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLUSTER_KIT_HOME", str(folder / "home"))
        patch.delenv("CLUSTER_KIT_DB", raising=False)
        client = NotebookClient(
            notebook,
            kernel_name="python3",
            store_widget_state=False,
            timeout=90,
            resources={"metadata": {"path": str(folder)}},
        )
        client.execute()
    del notebook.cells[goals + 1]
    nbformat.write(notebook, folder / "session_1.ipynb")
    return notebook, folder


def outputs_of(notebook: NotebookNode, exercise: str) -> list[Any]:
    cell = next(c for c in notebook.cells if c.cell_type == "code" and f'exercise("{exercise}")' in c.source)
    return [output.data for output in cell.outputs]


def test_a_cell_shows_its_form_and_keeps_a_copy_of_the_answers(filled: tuple[NotebookNode, Path]) -> None:
    form, copy = outputs_of(filled[0], "goals")
    assert set(form) == {VIEW, "text/plain"}
    assert form["text/plain"] == "Our statewide goals"
    assert VIEW not in copy
    for kind in ("text/html", "text/markdown", "text/plain"):
        assert GOAL in copy[kind]
        assert GO_ON in copy[kind]
    assert "object at 0x" not in str(filled[0])


def test_an_exercise_without_answers_keeps_what_it_asks(filled: tuple[NotebookNode, Path]) -> None:
    _, copy = outputs_of(filled[0], "organizing_structure")
    exercise = CONTENT.get_session(1).find_exercise("organizing_structure")
    assert exercise
    assert exercise.intent.split(".")[0] in copy["text/markdown"]
    assert "Not answered yet." in copy["text/html"]


def test_exports_show_the_answers_without_a_kernel_or_a_script_of_the_form(filled: tuple[NotebookNode, Path]) -> None:
    html = HTMLExporter().from_notebook_node(filled[0])[0]
    markdown = MarkdownExporter().from_notebook_node(filled[0])[0]
    assert GOAL in html
    assert GOAL in markdown
    assert "ExerciseForm object" not in html + markdown
    assert "<script>alert(1)" not in html


def test_typed_text_is_never_markup_in_the_copy(filled: tuple[NotebookNode, Path]) -> None:
    _, copy = outputs_of(filled[0], "goals")
    found = Tags(copy["text/html"])
    assert not found.tags & {"script", "img", "iframe", "object", "a"}
    assert not {name for name in found.names if name.startswith("on")}
    assert "alert(1)" in copy["text/html"].replace("<wbr>", "")
    assert "mathjax_ignore" in copy["text/html"]  # dollars are not formulas
    assert copy["text/markdown"].count("<script>") == copy["text/markdown"].count("\\<script>") == 1
    assert "\\*\\*bold\\*\\*" in copy["text/markdown"]


def test_tables_of_the_copy_have_a_caption_and_scoped_headers(tmp_path: Path) -> None:
    exercise = CONTENT.get_session(1).find_exercise("rate_systems")
    assert exercise
    with Store.open(sqlite_url(tmp_path / "a.sqlite3")) as store:
        store.append([rating(2)])
        html = saved_form(context_of(store, "ana"), exercise)["text/html"]
    for part in ("<table", "<caption>", 'scope="col"', 'scope="row"'):
        assert part in html


def rating(value: int, who: str = "ana", part: str = "rating") -> NewResponse:
    where = {"row": "sa_shared_vision", "scope": Scope.PERSON, "author": who}
    return new_answer(f"rate_systems.ratings.{part}", value, id=f"{who}-{part}", **where)


def context_of(store: Store, person: str) -> FormContext:
    who = store.find_or_add_person(
        Person(id=person, series="2026", jurisdiction="OH", name=person.title()), lambda _: None
    )
    return FormContext(CONTENT, store, 1, "OH", who)


def test_a_copy_has_no_individual_answers_of_teammates(tmp_path: Path) -> None:
    exercise = CONTENT.get_session(1).find_exercise("rate_systems")
    assert exercise
    with Store.open(sqlite_url(tmp_path / "a.sqlite3")) as store:
        mine, theirs = context_of(store, "ana"), context_of(store, "bo")
        for who, note in (("ana", "Mine alone"), ("bo", "Theirs alone")):
            store.append([rating(3, who), rating(3, who, "note").model_copy(update={"value": note})])
        copies = {who: str(saved_form(context, exercise)) for who, context in (("ana", mine), ("bo", theirs))}
    assert "Mine alone" in copies["ana"]
    assert "Theirs alone" not in copies["ana"]
    assert "Mine alone" not in copies["bo"]
    assert "Theirs alone" in copies["bo"]


def test_the_widget_is_part_of_one_bundle_for_programs_that_show_one(tmp_path: Path) -> None:
    exercise = CONTENT.get_session(1).find_exercise("goals")
    assert exercise
    with Store.open(sqlite_url(tmp_path / "a.sqlite3")) as store:
        context = context_of(store, "ana")
        form = ExerciseForm(context, "goals", lambda: saved_form(context, exercise))
        data, _ = form._repr_mimebundle_()
        form.close()
    assert {VIEW, "text/html", "text/markdown", "text/plain", TYPED_MIME} <= set(data)
    assert re.search(r"Our statewide goals", data["text/plain"])


def test_a_session_notebook_that_was_filled_out_can_be_sent_back(
    filled: tuple[NotebookNode, Path], tmp_path: Path
) -> None:
    settings = Settings(tmp_path / "home")
    path = filled[1] / "session_1.ipynb"
    [unsigned] = collect(settings, [path])
    assert "has no signature, so anyone could have made it" in unsigned.reason
    [receipt] = collect(settings, [path], sender=Sender("OH"))
    assert receipt.status == "read", str(receipt)
    assert receipt.person == "Ana Ruiz"
    with Store.open(settings.db_url) as store:
        assert GOAL in [r.value for r in store.current("2026", "OH", exercise="goals")]
        before = len(store.history("2026", "OH"))
        list(collect(settings, [path], sender=Sender("OH")))
        assert len(store.history("2026", "OH")) == before


def test_a_session_notebook_without_answers_says_what_to_send(tmp_path: Path) -> None:
    [receipt] = collect(Settings(tmp_path / "home"), [find_notebook(1)])
    assert receipt.status == "unreadable"
    assert "run all cells" in str(receipt)
    assert WORKSHEET_ANSWERS not in str(receipt)


def test_the_copy_is_hidden_while_its_form_works_and_replaces_the_error_of_one_that_is_gone(
    tmp_path: Path, context: BrowserContext
) -> None:
    exercise = CONTENT.get_session(1).find_exercise("goals")
    assert exercise
    with Store.open(sqlite_url(tmp_path / "a.sqlite3")) as store:
        copy = saved_form(context_of(store, "ana"), exercise)["text/html"]
    page = context.new_page()

    def show(form: str) -> None:  # the elements of JupyterLab's output area
        output = '<div class="jp-OutputArea-child"><div class="jp-OutputArea-output {}">{}</div></div>'
        outputs = output.format(*form.split("|")) + output.format("jp-RenderedHTML", copy)
        page.set_content(f'<style>{bundle_css()}</style><div class="jp-OutputArea">{outputs}</div>')

    show("jupyter-widgets|Error displaying widget: model not found")
    expect(page.get_by_text(GO_ON)).to_be_visible()
    expect(page.get_by_text("model not found")).to_be_hidden()
    show('|<div class="jupyter-widgets"><section class="ck-form" data-live>The form</section></div>')
    expect(page.get_by_text("The form")).to_be_visible()
    expect(page.get_by_text(GO_ON)).to_be_hidden()
    show('|<div class="jupyter-widgets"><section class="ck-form">A form without a kernel</section></div>')
    expect(page.get_by_text(GO_ON)).to_be_visible()
