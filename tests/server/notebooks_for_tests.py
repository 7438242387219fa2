"""Small session notebooks, written for a test."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

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
# A page that was rendered once is the same for everyone who gets it.
RENDERED = """\
import uuid
print("rendered", uuid.uuid4().hex)
"""


def write_notebook(folder: Path, session: int, *sources: str) -> Path:
    """Write a session notebook with these code cells after its title and parameters; returns its path."""
    path = folder / f"session_{session}_test.ipynb"
    path.write_text(make_notebook(*sources), encoding="utf-8")
    return path


def make_notebook(*sources: str) -> str:
    """A notebook as text, with these code cells after its title and parameters."""
    cells = [_cell("markdown", "# A test"), _code(PARAMETERS, "parameters"), *map(_code, sources)]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def _code(source: str, *tags: str) -> dict[str, Any]:
    return {**_cell("code", source, *tags), "outputs": [], "execution_count": None}


def _cell(kind: str, source: str, *tags: str) -> dict[str, Any]:
    return {"cell_type": kind, "id": uuid.uuid4().hex[:8], "metadata": {"tags": list(tags)}, "source": source}
