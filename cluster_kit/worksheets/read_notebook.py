"""Reads a returned notebook as data. Its code is never executed."""

from __future__ import annotations

from collections.abc import Iterator

from cluster_kit.exercises.typed_answers import WorksheetId
from cluster_kit.models import Json
from cluster_kit.store.models import clean_text
from cluster_kit.worksheets.errors import UnreadableWorksheetError
from cluster_kit.worksheets.marks import FieldToken, normalize_text
from cluster_kit.worksheets.notebook import KEY, unescape_markdown
from cluster_kit.worksheets.returned import FilledField, Submission
from cluster_kit.worksheets.typed import find_typed_head, load_json, read_typed

_SHOWN = 60
MOST_VALUES = 1_000_000
_SESSION_NOTEBOOK = "cluster_kit.workshop"


def read_worksheet_notebook(name: str, raw: bytes) -> Submission:
    """The answers in the notebook. Raises ``UnreadableWorksheetError`` if it is damaged or not a worksheet."""
    notebook = _parse(name, raw)
    cells = [cell for cell in notebook["cells"] if isinstance(cell, dict)]
    filled = tuple(one for cell in cells for one in _read_cell(cell))
    head = _find_head(notebook, cells) or find_typed_head(cells)
    if head is None:
        raise UnreadableWorksheetError(name, _missing(cells, is_filled=bool(filled)))
    return Submission(head, filled, read_typed(cells, head), tuple(_added(cells)))


def _missing(cells: list[Json], *, is_filled: bool) -> str:
    """The reason why a notebook without a head cannot be read."""
    if is_filled:
        return "no longer says which state and session it belongs to"
    if any(cell.get("cell_type") == "code" and _SESSION_NOTEBOOK in _source(cell) for cell in cells):
        return (
            "is a session's notebook without answers in it: open it where it was filled out, run all cells, save it,"
            " and send it again"
        )
    return "is a notebook, but no worksheet of this kit"


def _parse(name: str, raw: bytes) -> Json:
    if raw.count(b"{") + raw.count(b"[") > MOST_VALUES:
        raise UnreadableWorksheetError(name, "is far more complicated than any worksheet")
    try:
        notebook = load_json(raw)
    except (ValueError, RecursionError) as error:
        raise UnreadableWorksheetError(name, "is damaged: it is not a whole notebook file") from error
    if isinstance(notebook, dict) and isinstance(notebook.get("worksheets"), list):
        notebook = _upgrade(notebook)
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise UnreadableWorksheetError(
            name, "is no notebook of the present format: save it again with a current program"
        )
    return notebook


def _upgrade(notebook: Json) -> Json:
    """A notebook of format 3, or older, with its cells where the present format has them."""
    sheets = [sheet for sheet in notebook["worksheets"] if isinstance(sheet, dict)]
    cells = [cell for sheet in sheets for cell in sheet.get("cells") or [] if isinstance(cell, dict)]
    return {**notebook, "cells": [{**cell, "source": cell.get("source", cell.get("input", ""))} for cell in cells]}


def _source(cell: Json) -> str:
    source = cell.get("source", "")
    lines = source if isinstance(source, list) else [source]
    return clean_text("".join(line for line in lines if isinstance(line, str)).replace("\r\n", "\n"))


def _ours(cell: Json) -> Json | None:
    metadata = cell.get("metadata")
    ours = metadata.get(KEY) if isinstance(metadata, dict) else None
    return ours if isinstance(ours, dict) else None


def _read_cell(cell: Json) -> Iterator[FilledField]:
    """The answer of each mark: the lines up to the next mark."""
    lines = _source(cell).split("\n")
    marked = [(place, mark) for place, line in enumerate(lines) if (mark := FieldToken.find(line))]
    ends = [place for place, _ in marked[1:]] + [len(lines)]
    for (place, mark), end in zip(marked, ends, strict=False):
        beside = lines[place].partition("-->")[2]
        yield FilledField(mark, unescape_markdown("\n".join([beside, *lines[place + 1 : end]])))
    if not marked:
        yield from _without_its_line(cell, lines)


def _without_its_line(cell: Json, lines: list[str]) -> Iterator[FilledField]:
    """The answer of a cell whose mark was deleted, identified by the cell's metadata."""
    marks = (_ours(cell) or {}).get("marks")
    mark = (
        FieldToken.find(marks[0]) if isinstance(marks, list) and len(marks) == 1 and isinstance(marks[0], str) else None
    )
    if mark:
        own = [line for line in lines if not line.startswith(("#", "**"))]
        yield FilledField(mark, unescape_markdown("\n".join(own)))


def _find_head(notebook: Json, cells: list[Json]) -> WorksheetId | None:
    """The head from the notebook's metadata, or from the text of its first cell."""
    metadata = notebook.get("metadata")
    ours = metadata.get(KEY) if isinstance(metadata, dict) else None
    marks = [ours.get("worksheet")] if isinstance(ours, dict) else []
    lines = [line for cell in cells for line in _source(cell).split("\n") if "keep this line" in line]
    return next(filter(None, (WorksheetId.find(text) for text in [*marks, *lines] if isinstance(text, str))), None)


def _added(cells: list[Json]) -> Iterator[str]:
    """The first words of cells that people added outside of any question. Empty if they cannot be identified."""
    if not any(_ours(cell) is not None for cell in cells):
        return
    for cell in cells:
        text = " ".join(normalize_text(_source(cell)).split())
        if text and _ours(cell) is None and not FieldToken.find(text):
            yield text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
