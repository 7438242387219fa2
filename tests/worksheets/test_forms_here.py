"""Forms in a worksheet's notebook: typed answers return with the notebook."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbclient import NotebookClient

from cluster_kit.exercises.typed_answers import TYPED_MIME, TypedAnswers
from cluster_kit.worksheets.notebook import PERSON_CELL
from tests.worksheets.conftest import GOAL, Office

TYPE = """
from cluster_kit.worksheets.forms_here import WorksheetForm
import ipywidgets
forms = {form.schema["exercise"]: form for form in _.children[1:]}
def type_in(exercise, **answer):
    message = {"type": "save", "message": "m", "responses": [{"row": "", "base": [], **answer}]}
    forms[exercise]._on_message(None, message, [])
type_in("goals", id="typed-1", prompt="goals.statement", row="a", value="A draft", base=["online-1"])
type_in("goals", id="typed-2", prompt="goals.statement", row="a", value="Typed in a form", base=["typed-1"])
type_in("goals", id="typed-3", prompt="goals.statement", row="new-row", value="A goal to remove")
type_in("goals", id="typed-4", prompt="goals", row="new-row", value=False)
type_in("rate_systems", id="typed-5", prompt="ratings.rating", row="sa_shared_vision", value=4)
import asyncio
while "(4 so far)" not in _.children[0].value:  # saves are acknowledged by a thread, and kept by the kernel's loop
    await asyncio.sleep(0.01)
"""


def _run(path: Path) -> nbformat.NotebookNode:
    """Fill out the forms as Ana in a real kernel, and save the notebook as a notebook program would."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.source == PERSON_CELL.format(name='""'):
            cell.source = 'person = "Ana Ruiz"'
    place = next(n for n, cell in enumerate(notebook.cells) if "show_forms" in cell.source)
    notebook.cells.insert(place + 1, nbformat.v4.new_code_cell(TYPE))
    NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}).execute()
    del notebook.cells[place + 1]
    return notebook


def test_answers_typed_into_forms_are_in_the_saved_notebook_and_merge_by_what_they_replaced(office: Office) -> None:
    path = office.make(person="Ana Ruiz")
    assert 'person: str = "Ana Ruiz"' in path.read_text("utf-8").replace('\\"', '"')
    nbformat.write(_run(path), path)
    [receipt] = office.collect(path)
    assert "refused" not in receipt.counts, str(receipt)
    assert "conflict" not in receipt.counts, str(receipt)
    assert office.values("goals.statement", "a") == ["Typed in a form"]
    assert office.values("goals", "new-row") == [False]
    assert [(r.author, r.value) for r in office.responses("ratings.rating")] == [("ana", 4)]
    assert "saved" not in office.collect(path)[0].counts


def test_forms_show_what_the_state_said_before(office: Office) -> None:
    path = office.make()
    notebook = _run(path)
    shown = next(cell for cell in notebook.cells if "show_forms" in cell.source)
    assert "4 answers typed into the forms" in str(shown.outputs)
    assert (path.parent / "worksheet-answers.sqlite3").exists()
    assert GOAL not in str(shown.outputs)


def test_a_worksheet_runs_from_top_to_bottom_with_its_defaults(office: Office) -> None:
    path = office.make()
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}).execute()
    nbformat.write(notebook, path)
    assert set(office.collect(path)[0].counts) == {"unchanged"}


def test_answers_downloaded_from_a_page_of_forms_are_taken_like_the_notebook(office: Office) -> None:
    path = office.make()
    notebook = _run(path)
    shown = next(cell for cell in notebook.cells if "show_forms" in cell.source)
    [data] = [o.data[TYPED_MIME] for o in shown.outputs if TYPED_MIME in o.get("data", {})]
    answers = path.with_name("2026-session-1-OH-answers.json")
    answers.write_text(TypedAnswers.model_validate(data).model_dump_json(), "utf-8")
    [receipt] = office.collect(answers)
    assert receipt.person == "Ana Ruiz"
    assert office.values("goals.statement", "a") == ["Typed in a form"]
    answers.write_text('{"head":"nothing"', "utf-8")
    assert "is damaged" in str(office.collect(answers)[0])
