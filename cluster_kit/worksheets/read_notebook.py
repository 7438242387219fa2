"""A returned notebook as data. Its code is never run, and what it once put out is not looked at."""

from __future__ import annotations

from collections.abc import Iterator

from cluster_kit.models import Json
from cluster_kit.store.models import clean_text
from cluster_kit.worksheets.errors import UnreadableWorksheetError
from cluster_kit.worksheets.marks import FieldToken, WorksheetId, tidy
from cluster_kit.worksheets.notebook import KEY, unescape
from cluster_kit.worksheets.returned import FilledField, Submission
from cluster_kit.worksheets.typed import load_json, read_typed

_SHOWN = 60


def read_worksheet_notebook(name: str, raw: bytes) -> Submission:
    """What the notebook says. ``UnreadableWorksheetError`` where it is damaged or no worksheet of the kit."""
    notebook = _parse(name, raw)
    cells = [cell for cell in notebook["cells"] if isinstance(cell, dict)]
    filled = tuple(one for cell in cells for one in _read_cell(cell))
    head = _find_head(notebook, cells)
    if head is None:
        missing = (
            "does not say any more which state and session it belongs to"
            if filled
            else "is a notebook, but no worksheet of this kit"
        )
        raise UnreadableWorksheetError(name, missing)
    return Submission(head, filled, read_typed(cells, head), tuple(_added(cells)))


def _parse(name: str, raw: bytes) -> Json:
    try:
        notebook = load_json(raw)
    except (ValueError, RecursionError) as error:
        raise UnreadableWorksheetError(name, "is damaged: it is not a whole notebook file") from error
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise UnreadableWorksheetError(
            name, "is no notebook of the present format: save it again with a current program"
        )
    return notebook


def _source(cell: Json) -> str:
    source = cell.get("source", "")
    lines = source if isinstance(source, list) else [source]
    return clean_text("".join(line for line in lines if isinstance(line, str)).replace("\r\n", "\n"))


def _ours(cell: Json) -> Json | None:
    metadata = cell.get("metadata")
    ours = metadata.get(KEY) if isinstance(metadata, dict) else None
    return ours if isinstance(ours, dict) else None


def _read_cell(cell: Json) -> Iterator[FilledField]:
    """Each mark's answer: the lines after its own, up to the next mark's."""
    lines = _source(cell).split("\n")
    marked = [(place, mark) for place, line in enumerate(lines) if (mark := FieldToken.find(line))]
    ends = [place for place, _ in marked[1:]] + [len(lines)]
    for (place, mark), end in zip(marked, ends, strict=False):
        beside = lines[place].partition("-->")[2]
        yield FilledField(mark, unescape("\n".join([beside, *lines[place + 1 : end]])))
    if not marked:
        yield from _without_its_line(cell, lines)


def _without_its_line(cell: Json, lines: list[str]) -> Iterator[FilledField]:
    """The answer of a cell whose mark people deleted, where the cell's metadata still says which one it was."""
    marks = (_ours(cell) or {}).get("marks")
    mark = (
        FieldToken.find(marks[0]) if isinstance(marks, list) and len(marks) == 1 and isinstance(marks[0], str) else None
    )
    if mark:
        own = [line for line in lines if not line.startswith(("#", "**"))]
        yield FilledField(mark, unescape("\n".join(own)))


def _find_head(notebook: Json, cells: list[Json]) -> WorksheetId | None:
    """From the notebook's metadata, or from the line that its first cell carries."""
    metadata = notebook.get("metadata")
    ours = metadata.get(KEY) if isinstance(metadata, dict) else None
    said = [ours.get("worksheet")] if isinstance(ours, dict) else []
    lines = [line for cell in cells for line in _source(cell).split("\n") if "keep this line" in line]
    return next(filter(None, (WorksheetId.find(text) for text in [*said, *lines] if isinstance(text, str))), None)


def _added(cells: list[Json]) -> Iterator[str]:
    """The beginnings of cells that people added: they belong to no question. Only where the others can be told."""
    if not any(_ours(cell) is not None for cell in cells):
        return
    for cell in cells:
        words = " ".join(tidy(_source(cell)).split())
        if words and _ours(cell) is None and not FieldToken.find(words):
            yield words if len(words) <= _SHOWN else words[: _SHOWN - 1] + "…"
