"""Small session notebooks, written for a test."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat import NotebookNode

PARAMETERS = """\
series: str = ""
session: int = 0
jurisdiction: str = ""
person: str = ""
depth: str = "essential"
mode: str = "worksheet"
"""
OPEN = """\
from cluster_kit.workshop import Workshop
workshop = Workshop.open(
    series=series, session=session, jurisdiction=jurisdiction, person=person, depth=depth, mode=mode
)
"""
# A page that was rendered once is the same for everybody who gets it.
RENDERED = """\
import uuid
print("rendered", uuid.uuid4().hex)
"""


def write_notebook(folder: Path, session: int, *sources: str) -> Path:
    """A session's notebook of these code cells, after its title and parameters; where it is."""
    path = folder / f"session_{session}_test.ipynb"
    nbformat.write(make_notebook(*sources), path)
    return path


def make_notebook(*sources: str) -> NotebookNode:
    """A notebook of these code cells, after its title and parameters."""
    cells = [nbformat.v4.new_markdown_cell("# A test"), _code(PARAMETERS, "parameters"), *map(_code, sources)]
    return nbformat.v4.new_notebook(cells=cells)


def _code(source: str, *tags: str) -> NotebookNode:
    return nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)})
