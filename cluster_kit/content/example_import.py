"""Import published examples from a table: validate each row, and write a file to an organization's pack."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from cluster_kit.content import folders as at
from cluster_kit.content.documents import LocatedList, LocatedMapping, SourceLocation
from cluster_kit.content.errors import CellProblem, Problem, WorkbookError
from cluster_kit.content.examples import ExamplesFile, PublishedExample
from cluster_kit.content.facts_checks import list_levers
from cluster_kit.content.fields import SCHEMA_VERSION
from cluster_kit.content.folders import Folders
from cluster_kit.content.pack_reader import Reader, read_content_parts
from cluster_kit.content.parts import Parts
from cluster_kit.content.validation_errors import did_you_mean, validate
from cluster_kit.files import report_write_errors, write_atomically
from cluster_kit.filetypes import (
    CellValue,
    ColumnMapping,
    ColumnMemory,
    TableError,
    TableFile,
    TableLimits,
    find_named_columns,
    read_table_file,
)
from cluster_kit.filetypes.headers import Header, find_header_row

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("id",),
    "states": ("states", "state", "jurisdiction", "jurisdictions"),
    "title": ("title",),
    "did": ("did", "whattheydid", "whatwasdone", "what"),
    "when": ("when",),
    "link": ("link", "linktext", "source"),
    "address": ("address", "url", "webaddress"),
    "also": ("also", "moreaddresses"),
    "as_of": ("asof", "date"),
    "undated": ("undated", "nodate"),
    "transfers": ("transfers", "wouldtransfer", "practicethatwouldtransfer"),
    "borrow": ("borrow", "whattoborrow", "whatyoucouldborrow"),
    "areas": ("areas", "area", "policyarea", "policyareas"),
    "levers": ("levers", "lever"),
    "items": ("items", "item", "itemids"),
    "caution": ("caution", "checkfirst"),
}
"""The columns of a table by key, with the spellings of their headers, without spaces, punctuation, and case."""

NEEDED = ("states", "title", "did", "when", "link", "address", "as_of", "borrow", "areas")
LISTS = ("states", "also", "areas", "levers", "items")
WANTED = "a “CSV UTF-8” or .xlsx file"
MOST_BYTES = 5_000_000
MOST_UNPACKED_BYTES = 100_000_000
_LIMITS = TableLimits(MOST_BYTES, ": no list of examples is", MOST_UNPACKED_BYTES)
KIND = "examples"
"""The kind of table under which chosen columns are remembered."""

MOST_ROWS = 2_000
_MOST_READ_ROWS = 20_000  # with empty ones between
LONGEST_ID = 60
_HEADER = """\
# Imported with `cluster-kit examples import`. Words may be changed here too. Another import under the same name
# replaces this file.
"""


@dataclass(frozen=True)
class ExampleTable:
    """The valid examples of a table, in its order, and its columns."""

    examples: tuple[PublishedExample, ...]
    mapping: ColumnMapping = field(default_factory=lambda: ColumnMapping({}))


@dataclass(frozen=True)
class _Row:
    line: int
    cells: Mapping[str, str]


def read_example_table(
    path: Path,
    overlay: Path | None,
    name: str,
    *,
    columns: Mapping[str, str] | None = None,
    memory: ColumnMemory | None = None,
) -> ExampleTable:
    """The examples in a table, checked against the instrument, the sessions, the jurisdictions, and other examples.

    ``name`` is the file that the examples will be written to; its present examples are not counted as other ones.
    ``columns`` has the header or letter of a column, if it is not recognized, and ``memory`` keeps them.
    Raises ``WorkbookError``: with one sentence if the file is no such table, else with all problems.
    """
    chosen, memory = columns or {}, memory or ColumnMemory()
    file = _read_file(path)
    lines, header = _find_table(path, file, chosen, memory)
    rows = list(islice(_read_rows(file, lines, header), MOST_ROWS + 1))
    if len(rows) > MOST_ROWS:
        raise WorkbookError(
            path, f"has more than {MOST_ROWS:,} rows: import them in several tables, each with a --name"
        )
    if not rows:
        raise WorkbookError(path, "has no examples: write one in each row below the header")
    words = _Words.read(overlay, name)
    problems: list[CellProblem] = []
    examples = [example for row in rows if (example := _example(path, row, words, problems))]
    if problems:
        raise WorkbookError(path, problems=problems)
    memory.remember(KIND, header.names, {key: one and header.names[header.roles[key]] for key, one in chosen.items()})
    unread = (name for place, name in enumerate(header.names) if name and place not in header.roles.values())
    remembered = (key for key in memory.find(KIND, header.names) if key not in chosen)
    read = {key: header.names[place] for key, place in header.roles.items()}
    return ExampleTable(tuple(examples), ColumnMapping(read, tuple(unread), tuple(remembered)))


def save_examples(table: ExampleTable, overlay: Path, name: str) -> Path:
    """Write ``examples/<name>.yaml`` to the pack, replacing an existing one, and return its path.

    Raises ``UsageError`` if it cannot be written.
    """
    file = ExamplesFile(schema_version=SCHEMA_VERSION, examples=table.examples)
    data = file.model_dump(mode="json", exclude_defaults=True)
    written = yaml.safe_dump({"schema_version": SCHEMA_VERSION, **data}, allow_unicode=True, sort_keys=False, width=110)
    path = overlay / at.EXAMPLES_FOLDER / f"{name}.yaml"
    with report_write_errors(path):
        write_atomically(path, f"{_HEADER}{written}".encode())
    return path


# --- the table -------------------------------------------------------------------------------------------------


def _read_file(path: Path) -> TableFile:
    try:
        with path.open("rb") as opened:
            raw = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise WorkbookError(path, f"cannot be read: {error.strerror}") from error
    try:
        return read_table_file(raw, WANTED, _LIMITS)
    except TableError as error:
        raise WorkbookError(path, str(error).rstrip(".")) from error


def _find_table(
    path: Path, file: TableFile, chosen: Mapping[str, str], memory: ColumnMemory
) -> tuple[list[list[str]], Header]:
    """The rows of the sheet that has the most of the columns, as clean text, and its header."""
    if unknown := [key for key in chosen if key not in COLUMNS]:
        raise WorkbookError(path, f"has no use for a column {unknown[0]!r}. The columns are {', '.join(COLUMNS)}")

    def match(names: Sequence[str]) -> dict[str, int]:
        return _find_columns(names, find_named_columns(names, {**memory.find(KIND, names), **chosen}))

    best: tuple[list[list[str]], Header] | None = None
    for sheet in file.sheets:
        rows = [[_format_cell(cell) for cell in row] for row in sheet.repeat_merged()[: _MOST_READ_ROWS + 1]]
        header = find_header_row(rows, match)
        if header and (best is None or len(header.roles) > len(best[1].roles)):
            best = rows, header
    if best:
        skipped = memory.find_skipped(KIND, best[1].names, chosen)
        kept = {key: place for key, place in best[1].roles.items() if key not in skipped}
        best = best[0], replace(best[1], roles=kept)
    roles = best[1].roles if best else {}
    missing = [key for key in NEEDED if key not in roles]
    missing += [key for key, name in chosen.items() if name and key not in roles]
    if best is None or missing:
        row = file.line_of(best[1].row) if best else 1
        reason = f"has no column {', '.join(missing)} in row {row}. The columns are {', '.join(COLUMNS)}"
        raise WorkbookError(path, f"{reason}. To name one: --column {missing[0]}=HEADER")
    return best


def _read_rows(file: TableFile, rows: Sequence[Sequence[str]], header: Header) -> Iterator[_Row]:
    for row in range(header.row + 1, len(rows)):
        cells = rows[row]
        if any(cells):
            named = {key: cells[place] for key, place in header.roles.items() if place < len(cells)}
            yield _Row(file.line_of(row), named)


def _format_cell(cell: CellValue) -> str:
    """The cell as text: dates as 2026-06-15, whole numbers without a fraction."""
    if isinstance(cell, dt.datetime):
        cell = cell.date()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    printable = "".join(char if char.isprintable() else " " for char in str("" if cell is None else cell))
    return " ".join(printable.split())


def _find_columns(header: Sequence[str], named: Mapping[str, int]) -> dict[str, int]:
    names = [re.sub(r"[\W_]+", "", cell.casefold()) for cell in header]
    places = {
        key: names.index(found)
        for key, spellings in COLUMNS.items()
        if (found := next((spelling for spelling in spellings if spelling in names), None))
    }
    free = {key: place for key, place in places.items() if place not in named.values()}
    return {key: {**free, **named}[key] for key in COLUMNS if key in {**free, **named}}


# --- its rows --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Words:
    """What a row may refer to: ids by id and by name, in lower case."""

    known: Mapping[str, Mapping[str, str]]
    ids: set[str]

    @classmethod
    def read(cls, overlay: Path | None, name: str) -> _Words:
        reader = Reader(Folders.over_shipped(overlay))
        parts = [read_content_parts(reader, series) for series in reader.folders.series_to_check()]
        known: dict[str, dict[str, str]] = {key: {} for key in ("states", "areas", "levers", "items")}
        for part in parts:
            for key, entries in _named(part):
                known[key] |= {word.casefold(): id_ for id_, title in entries for word in (title, id_)}
        others = (file for part in parts for file in part.examples if Path(file.data.mark.file).stem != name)
        return cls(known, {example.id for file in others for example in file.model.examples})


def _named(part: Parts) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    if part.jurisdictions:
        yield "states", [(j.code, j.name) for j in part.jurisdictions.model.jurisdictions]
    yield "areas", [(area.model.id, area.model.title) for area in part.areas]
    yield "items", [(item.id, item.id) for area in part.areas for item in area.model.items]
    yield "levers", list_levers(part)


def _example(path: Path, row: _Row, words: _Words, problems: list[CellProblem]) -> PublishedExample | None:
    """The row's example, or None. Problems are added to the list."""
    data = LocatedMapping(SourceLocation(path.name, row.line))
    for key, cell in row.cells.items():
        value: Any = _listed(path, row, key, cell, words, problems) if key in LISTS else cell
        if value:
            data.put(key, value, data.mark)
    data.put("id", data.get("id") or _make_id(row), data.mark)
    example, found = validate(PublishedExample, data)
    named = {problem.column for problem in problems if problem.row == row.line}
    cells = (_at_cell(problem, path, row) for problem in found)
    problems += [cell for cell in cells if not cell.column or cell.column not in named]
    if data["id"] in words.ids:
        sentence = f"there is another example {data['id']!r}: write another id in the column id"
        problems.append(CellProblem(path.name, row.line, "id", sentence))
    words.ids.add(data["id"])
    return example


def _listed(path: Path, row: _Row, key: str, cell: str, words: _Words, problems: list[CellProblem]) -> LocatedList:
    """The entries of a cell, separated by semicolons, or in most columns by commas, as ids."""
    mark = SourceLocation(path.name, row.line)
    entries = LocatedList(mark)
    known = words.known.get(key)
    for word in _split(cell, known):
        found = word if known is None else known.get(word.casefold())
        if found is None:
            sentence = f"there is no {key.removesuffix('s')} {word!r}{did_you_mean(word, known or {})}"
            problems.append(CellProblem(path.name, row.line, key, sentence))
            found = word
        entries.append(found)
        entries.marks.append(mark)
    return entries


def _split(cell: str, known: Mapping[str, str] | None) -> list[str]:
    """The entries of a cell. A comma separates ids and names, unless it is part of a name or an address."""
    entries = [part.strip() for part in cell.split(";")]
    if known is not None:
        whole = (entry.casefold() in known for entry in entries)
        entries = [
            part.strip()
            for entry, is_name in zip(entries, whole, strict=True)
            for part in ([entry] if is_name else entry.split(","))
        ]
    return [entry for entry in entries if entry]


def _at_cell(problem: Problem, path: Path, row: _Row) -> CellProblem:
    column = next((key for key in reversed(problem.key.split(".")) if key in COLUMNS), "")
    return CellProblem(path.name, row.line, column, problem.sentence)


def _make_id(row: _Row) -> str:
    """An id from the states and the title."""
    made = re.sub(r"[^a-z0-9]+", "_", f"{row.cells.get('states', '')} {row.cells.get('title', '')}".casefold())
    return made.strip("_")[:LONGEST_ID].strip("_") if made[:1].isalpha() else f"example_{made.strip('_')}"[:LONGEST_ID]
