"""Import of a state's list of programs, row by row, in any layout."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from pathlib import Path

from cluster_kit.crosswalk.codes import read_cip, read_naics, read_sced, read_soc
from cluster_kit.crosswalk.columns import ProgramTable, find_table, list_tables
from cluster_kit.crosswalk.errors import NoTableError, UnreadableListError
from cluster_kit.crosswalk.findings import CrosswalkFinding, FindingCollector
from cluster_kit.crosswalk.grids import Cell, Grid, read_grids
from cluster_kit.crosswalk.levels import Level, read_level
from cluster_kit.crosswalk.privacy import refuse_student_data
from cluster_kit.filetypes import ColumnMapping, ColumnMemory, list_choices
from cluster_kit.filetypes.headers import cell_text

MOST_PROGRAMS = 300_000
SHEETS = "program-sheets"
"""The kind of table under which the chosen sheet of a workbook is remembered, by the names of its sheets."""
_TOTAL = re.compile(r"\b(sub ?|grand |state ?wide |state )?totals?\b\s*:?", re.IGNORECASE)
_WITHHELD = re.compile(r"^[<≤]\s*=?\s*\d+$|^\*+$|^(s|ds|suppressed|withheld|n<\d+|fewer than \d+)$", re.IGNORECASE)
_NUMBER = re.compile(r"[-(]?\d[\d,]*(\.\d+)?\)?")
_UNKNOWN = {"", "-", "–", "—", "n/a", "na", "none", "null", "tbd", "."}
_LONG_NOTE = 40


@dataclass(frozen=True, slots=True)
class Program:
    """One row of the list. ``row`` is the sheet's row number, ``code`` a CIP code or a group of codes, or empty.

    ``former`` is the former Cluster as written. ``enrollment`` and ``concentrators`` are None if unknown.
    """

    row: int
    code: str
    code_as_written: str
    title: str
    former: str = ""
    level: Level = ""
    enrollment: int | None = None
    concentrators: int | None = None
    location: str = ""
    program_id: str = ""
    soc: str = ""
    year: str = ""
    sced: str = ""
    naics: str = ""


_all_but_row = attrgetter(*(one.name for one in fields(Program) if one.name != "row"))


@dataclass(frozen=True)
class Inventory:
    """The programs of a list, the column of each role, and the findings. ``mapping`` also names what was not read."""

    source: str
    sheet: str
    columns: Mapping[str, str]
    programs: tuple[Program, ...]
    findings: tuple[CrosswalkFinding, ...]
    mapping: ColumnMapping = field(default_factory=lambda: ColumnMapping({}))


def read_inventory(
    path: Path, *, sheet: str = "", columns: Mapping[str, str] | None = None, memory: ColumnMemory | None = None
) -> Inventory:
    """Read a list of programs from a file: a workbook, or delimited text.

    Parameters
    ----------
    sheet
        The sheet to read. Empty: the one that was chosen for an earlier workbook with the same sheets, or else the one
        whose columns match best.
    columns
        For a role (``cip``, ``title``, ``former``, ``level``, ``enrollment``, ``concentrators``, ``location``,
        ``program_id``, ``soc``, ``sced``, ``year``) the name or letter of its column, if it is not recognized. One
        column may have two roles, if its cells hold a code and a title. An empty name: no column is read for the role.
    memory
        Where columns chosen for earlier files are found, and these ones are kept.

    Raises
    ------
    UnreadableListError, NoTableError, StudentDataError
        Each with one plain sentence.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UnreadableListError(str(path), f"cannot be read: {error.strerror}.") from error
    return read_inventory_from(path.name, raw, sheet=sheet, columns=columns, memory=memory)


def read_inventory_from(
    name: str,
    raw: bytes,
    *,
    sheet: str = "",
    columns: Mapping[str, str] | None = None,
    memory: ColumnMemory | None = None,
) -> Inventory:
    """Like ``read_inventory``, for a file in memory, such as an upload; raises the same errors."""
    notes = FindingCollector()
    grids = read_grids(name, raw, notes)
    refuse_student_data(name, grids)
    sheets = list_choices(grids)
    names = [sheet.name for sheet in sheets]
    remembered = memory.find(SHEETS, names).get("sheet", "") if memory and names else ""
    try:
        inventory = _read_grids(name, grids, sheet or remembered, columns or {}, notes, memory)
    except NoTableError as error:
        error.sheet, error.sheets = sheet or remembered, sheets
        raise
    if memory and sheet and names:
        memory.remember(SHEETS, names, {"sheet": inventory.sheet})
    return replace(inventory, mapping=replace(inventory.mapping, sheet=inventory.sheet, sheets=sheets))


def _read_grids(
    name: str,
    grids: Sequence[Grid],
    sheet: str,
    columns: Mapping[str, str],
    notes: FindingCollector,
    memory: ColumnMemory | None,
) -> Inventory:
    table = find_table(name, grids, sheet, columns, notes, memory)
    tables = list_tables(table)
    if len(tables) > 1:
        notes.add("several_tables", example=", ".join(str(table.header_row) for table in tables))
    programs = tuple(program for table in tables for program in _read_rows(table, notes))
    programs = _newest_years(_without_headings(programs, notes), notes)
    programs = _without_repeats(programs, set(table.roles), notes)
    if len(programs) > MOST_PROGRAMS:
        raise UnreadableListError(
            name, f"has {len(programs):,} rows, more than any list of programs. Bring a row for each program."
        )
    if not programs:
        where = f", sheet '{table.sheet}'," if table.sheet else ""
        raise NoTableError(f"{name}{where} has column names in row {table.header_row} and no program below them.")
    named = {role: table.names[place] for role, place in table.roles.items()}
    return Inventory(name, table.sheet, named, programs, notes.findings(), table.mapping)


def _read_rows(table: ProgramTable, notes: FindingCollector) -> Iterator[Program]:
    width = len(table.names)
    header = [name.casefold() for name in table.names]
    for number, row in enumerate(table.rows, start=table.header_row + 1):
        texts = [cell_text(cell) for cell in row]
        filled = [text for text in texts if text]
        if not filled:
            continue
        if len(texts) > width and any(texts[width:]):
            notes.add("too_many_cells", number, filled[0])
        elif (
            texts[0].casefold() in header and len(filled) > 1 and [text.casefold() for text in texts[:width]] == header
        ):
            notes.add("repeated_header", number)
        elif kind := _is_no_program(table, row, texts):
            notes.add(kind, number, filled[0])
        else:
            yield _read_program(table, number, row, texts, notes)


def _is_no_program(table: ProgramTable, row: Sequence[Cell], texts: Sequence[str]) -> str:
    """``totals`` or ``notes`` if the row is one of these; empty if it is a program."""
    if read_cip(table.cell(row, "cip")).code:
        return ""
    filled = [text for text in texts if text]
    words = [text for text in filled if not _NUMBER.fullmatch(text)]
    if not words or any(_TOTAL.match(text) or text.casefold().endswith(" total") for text in words):
        return "totals"
    if len(filled) > 1 or len(table.names) == 1:
        return ""
    return "notes" if not table.text(texts, "title") or len(filled[0]) > _LONG_NOTE else ""


def _read_program(
    table: ProgramTable, number: int, row: Sequence[Cell], texts: Sequence[str], notes: FindingCollector
) -> Program:
    code = read_cip(table.cell(row, "cip")) if "cip" in table.roles else None
    written = table.text(texts, "cip")
    for kind in code.kinds if code else ():
        notes.add(kind, number, written)
    title = table.text(texts, "title") or (code.title if code else "")
    if not title and "title" in table.roles:
        notes.add("title_missing", number)
    program = Program(
        row=number,
        code=code.code if code else "",
        code_as_written=written,
        title=title[:300],
        former=table.text(texts, "former")[:120],
        level=read_level(table.text(texts, "level")),
        enrollment=_count(table.cell(row, "enrollment"), number, notes),
        concentrators=_count(table.cell(row, "concentrators"), number, notes),
        location=table.text(texts, "location")[:200],
        program_id=table.text(texts, "program_id")[:80],
        soc=read_soc(table.cell(row, "soc")),
        naics=read_naics(table.cell(row, "naics")),
        sced=read_sced(table.cell(row, "sced")),
        year=table.text(texts, "year")[:20],
    )
    if (program.concentrators or 0) > (program.enrollment if program.enrollment is not None else 10**9):
        notes.add("more_concentrators", number, f"{program.concentrators} of {program.enrollment}")
    return program


def _count(cell: Cell, row: int, notes: FindingCollector) -> int | None:
    if cell is None:
        return None
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        number = float(cell)
    else:
        text = cell_text(cell)
        if text.casefold() in _UNKNOWN:
            return None
        if _WITHHELD.fullmatch(text) or not _NUMBER.fullmatch(text):
            notes.add("count_suppressed" if _WITHHELD.fullmatch(text) else "count_unreadable", row, text)
            return None
        number = float(text.strip("()").replace(",", "")) * (-1 if text.startswith("(") else 1)
    if number < 0 or number != round(number):
        notes.add("count_negative" if number < 0 else "count_unreadable", row, cell_text(cell))
        return None
    return int(number)


def _without_headings(programs: tuple[Program, ...], notes: FindingCollector) -> tuple[Program, ...]:
    """The programs without rows of two- and four-digit codes that head the rows of longer codes below them."""
    coded = [program for program in programs if program.code]
    headings = {
        one.row
        for one, below in pairwise(coded)
        if len(below.code) > len(one.code)
        and below.code.startswith(one.code)
        and not (one.location or one.program_id)
        and not one.level
    }
    for program in programs:
        if program.row in headings:
            notes.add("heading", program.row, f"{program.code} {program.title}")
    return tuple(program for program in programs if program.row not in headings)


def _newest_years(programs: tuple[Program, ...], notes: FindingCollector) -> tuple[Program, ...]:
    """Each program in its newest year only, if the list has a row for each year."""
    years = {program.row: _read_year(program.year) for program in programs}
    if len(set(years.values()) - {0}) < 2:
        return programs
    newest: dict[tuple[str, ...], int] = {}
    for program in programs:
        key = _identity(program)
        newest[key] = max(newest.get(key, 0), years[program.row])
    last = max(years.values())
    kept = []
    for program in programs:
        year = years[program.row]
        if year < newest[_identity(program)]:
            notes.add("earlier_year", program.row, f"{program.title or program.code}, {program.year}")
            continue
        if year < last:
            notes.add("ended_year", program.row, f"{program.title or program.code}, {program.year}")
        kept.append(program)
    return tuple(kept)


@lru_cache(maxsize=2_000)
def _read_year(written: str) -> int:
    """The first year in text such as ``2023-24``, ``SY 2023``, or ``23-24``; 0 if there is none."""
    if found := re.search(r"(?:19|20)\d\d", written):
        return int(found[0])
    short = re.search(r"\b(\d\d)\s*[-/–]\s*(\d\d)\b", written)
    return 2000 + int(short[1]) if short else 0


def _identity(program: Program) -> tuple[str, ...]:
    return program.code, program.title.casefold(), program.level, program.location, program.program_id


def _without_repeats(programs: tuple[Program, ...], roles: set[str], notes: FindingCollector) -> tuple[Program, ...]:
    """The programs without exact duplicates. Without a location or an id, no row counts as a duplicate."""
    if not roles & {"location", "program_id"}:
        return programs
    seen: set[tuple[object, ...]] = set()
    places: set[tuple[str, ...]] = set()
    kept = []
    for program in programs:
        bare = _all_but_row(program)
        place = _identity(program)
        if bare in seen:
            notes.add("duplicate", program.row, program.title or program.code)
            continue
        if place in places and program.title:
            notes.add("same_program", program.row, program.title)
        seen.add(bare)
        places.add(place)
        kept.append(program)
    return tuple(kept)
