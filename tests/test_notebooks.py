"""Session notebooks stay thin: prose, one parameters cell, one import cell, and a call for each exercise."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat
import pytest

from cluster_kit.content import load_content
from cluster_kit.content.notebooks import CONSOLE, find_notebook

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
SESSIONS = [1, 2, 3, 4]
PARAMETERS = ["series", "session", "jurisdiction", "person", "depth", "mode"]
OF_CONSOLE = ["series", "session", "person", "mode"]
FORBIDDEN = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.For,
    ast.While,
    ast.If,
    ast.Try,
    ast.With,
    ast.Lambda,
    ast.ListComp,
)


def _code(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_valid_stripped_and_thin(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert notebook.cells[0].cell_type == "markdown", "it opens with prose"
    for cell in _code(notebook):
        assert cell.outputs == []
        assert cell.execution_count is None
        assert not [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, FORBIDDEN)], cell.source
        assert "%" not in cell.source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_parameters_are_typed_literals_each_with_a_comment(path: Path) -> None:
    tagged = [c for c in nbformat.read(path, as_version=4).cells if "parameters" in c.metadata.get("tags", [])]
    assert len(tagged) == 1
    lines = tagged[0].source.splitlines()
    wanted = OF_CONSOLE if path.name == CONSOLE else PARAMETERS
    assert [line.split(" ")[0].rstrip(":") for line in lines] == wanted
    for line in lines:
        assert re.fullmatch(r"\w+: (str|int) = (\"[^\"]*\"|\d+)  # .+", line), line


@pytest.mark.parametrize("number", SESSIONS)
def test_every_exercise_of_the_session_is_called_once_in_its_segment_after_a_paragraph(number: int) -> None:
    session = load_content("2026").get_session(number)
    notebook = nbformat.read(find_notebook(number), as_version=4)
    called: list[tuple[str, str]] = []
    segment, before = "", ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            segment = cell.metadata.get("cluster_kit", {}).get("segment", segment)
        for exercise in re.findall(r"workshop\.exercise\(\"(\w+)\"\)", cell.source if cell.cell_type == "code" else ""):
            called.append((segment, exercise))
            assert before == "markdown", f"{exercise}: a paragraph comes before its call"
        before = cell.cell_type
    assert sorted(called) == sorted((e.segment.value, e.id) for e in session.exercises)


@pytest.mark.parametrize("number", SESSIONS)
def test_the_five_segments_open_in_order_with_the_titles_of_the_content(number: int) -> None:
    session = load_content("2026").get_session(number)
    notebook = nbformat.read(find_notebook(number), as_version=4)
    opened = [
        (cell.metadata.cluster_kit.segment, cell.source.splitlines()[0])
        for cell in notebook.cells
        if "segment" in cell.metadata.get("cluster_kit", {})
    ]
    assert opened == [(segment.kind.value, f"## {segment.title}") for segment in session.segments]
