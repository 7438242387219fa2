"""A state's list of programs, read row by row whatever shape it comes in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from cluster_kit.crosswalk.codes import read_cip, read_soc
from cluster_kit.crosswalk.columns import ProgramTable, find_table
from cluster_kit.crosswalk.errors import NoTableError, UnreadableListError
from cluster_kit.crosswalk.findings import CrosswalkFinding, Notes
from cluster_kit.crosswalk.grids import Cell, read_grids
from cluster_kit.crosswalk.headers import spell_cell
from cluster_kit.crosswalk.privacy import refuse_student_data

Level = Literal["secondary", "postsecondary", "adult", "both", "other", ""]
LEVELS: dict[Level, str] = {
    "secondary": "Secondary",
    "postsecondary": "Postsecondary",
    "adult": "Adult",
    "both": "Secondary and postsecondary",
    "other": "Other",
    "": "Level not given",
}
MOST_PROGRAMS = 300_000
_TOTAL = re.compile(r"\b(sub ?|grand |state ?wide |state )?totals?\b\s*:?", re.IGNORECASE)
_WITHHELD = re.compile(r"^[<≤]\s*=?\s*\d+$|^\*+$|^(s|ds|suppressed|withheld|n<\d+|fewer than \d+)$", re.IGNORECASE)
_NUMBER = re.compile(r"[-(]?\d[\d,]*(\.\d+)?\)?")
_UNKNOWN = {"", "-", "–", "—", "n/a", "na", "none", "null", "tbd", "."}
_LONG_NOTE = 40
_AFTER_SCHOOL = re.compile(r"post ?sec|college|cc\b|^ps\b|associate|certificate|13 ?1[46]|^p$")
_IN_SCHOOL = re.compile(r"(?<!post)(?<!post )secondary|high school|^hs\b|^sec\b|9 ?12|grades?|middle|^s$")


@dataclass(frozen=True, slots=True)
class Program:
    """One row of the list. ``row`` is the sheet's own number, ``code`` a CIP code or a group of codes, or empty.

    ``former`` is the former Cluster as written. None for ``enrollment`` and ``concentrators``: not known.
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


@dataclass(frozen=True)
class Inventory:
    """The programs of a list, the column that each role was read from, and the findings."""

    source: str
    sheet: str
    columns: Mapping[str, str]
    programs: tuple[Program, ...]
    findings: tuple[CrosswalkFinding, ...]


def read_inventory(path: Path, *, sheet: str = "", columns: Mapping[str, str] | None = None) -> Inventory:
    """Read a list of programs from a file: a workbook, or delimited text.

    Parameters
    ----------
    sheet
        The sheet to read. Empty: the one whose columns match best.
    columns
        For a role (``cip``, ``title``, ``former``, ``level``, ``enrollment``, ``concentrators``, ``location``,
        ``program_id``, ``soc``) the name or letter of its column, if it is not recognized.

    Raises
    ------
    UnreadableListError, NoTableError, StudentDataError
        Each with one plain sentence.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UnreadableListError(str(path), f"cannot be read: {error.strerror}.") from error
    return read_inventory_from(path.name, raw, sheet=sheet, columns=columns)


def read_inventory_from(
    name: str, raw: bytes, *, sheet: str = "", columns: Mapping[str, str] | None = None
) -> Inventory:
    """Like ``read_inventory``, for a file in memory, such as an upload."""
    notes = Notes()
    grids = read_grids(name, raw, notes)
    refuse_student_data(name, grids)
    table = find_table(name, grids, sheet, columns or {}, notes)
    programs = _without_repeats(tuple(_read_rows(table, notes)), set(table.roles), notes)
    if len(programs) > MOST_PROGRAMS:
        raise UnreadableListError(
            name, f"has {len(programs):,} rows, more than any list of programs. Bring a row for each program."
        )
    if not programs:
        where = f", sheet {table.sheet!r}," if table.sheet else ""
        raise NoTableError(f"{name}{where} has column names in row {table.header_row} and no program below them.")
    named = {role: table.names[place] for role, place in table.roles.items()}
    return Inventory(name, table.sheet, named, programs, notes.findings())


def _read_rows(table: ProgramTable, notes: Notes) -> Iterator[Program]:
    width = len(table.names)
    header = [name.casefold() for name in table.names]
    for number, row in enumerate(table.rows, start=table.header_row + 1):
        spelled = [spell_cell(cell) for cell in row]
        filled = [text for text in spelled if text]
        if not filled:
            continue
        if any(spelled[width:]):
            notes.add("too_many_cells", number, filled[0])
        elif (
            spelled[0].casefold() in header
            and len(filled) > 1
            and [text.casefold() for text in spelled[:width]] == header
        ):
            notes.add("repeated_header", number)
        elif kind := _is_no_program(table, row, filled):
            notes.add(kind, number, filled[0])
        else:
            yield _read_program(table, number, row, notes)


def _is_no_program(table: ProgramTable, row: Sequence[Cell], filled: Sequence[str]) -> str:
    """``totals`` or ``notes`` where a row is that; empty where it is a program."""
    if read_cip(table.cell(row, "cip")).code:
        return ""
    texts = [text for text in filled if not _NUMBER.fullmatch(text)]
    if not texts or any(_TOTAL.match(text) or text.casefold().endswith(" total") for text in texts):
        return "totals"
    if len(filled) > 1 or len(table.names) == 1:
        return ""
    return "notes" if not spell_cell(table.cell(row, "title")) or len(filled[0]) > _LONG_NOTE else ""


def _read_program(table: ProgramTable, number: int, row: Sequence[Cell], notes: Notes) -> Program:
    code = read_cip(table.cell(row, "cip")) if "cip" in table.roles else None
    written = spell_cell(table.cell(row, "cip"))
    for kind in code.kinds if code else ():
        notes.add(kind, number, written)
    title = spell_cell(table.cell(row, "title"))
    if not title and "title" in table.roles:
        notes.add("title_missing", number)
    program = Program(
        row=number,
        code=code.code if code else "",
        code_as_written=written,
        title=title[:300],
        former=spell_cell(table.cell(row, "former"))[:120],
        level=read_level(spell_cell(table.cell(row, "level"))),
        enrollment=_count(table.cell(row, "enrollment"), number, notes),
        concentrators=_count(table.cell(row, "concentrators"), number, notes),
        location=spell_cell(table.cell(row, "location"))[:200],
        program_id=spell_cell(table.cell(row, "program_id"))[:80],
        soc=read_soc(table.cell(row, "soc")),
    )
    if (program.concentrators or 0) > (program.enrollment if program.enrollment is not None else 10**9):
        notes.add("more_concentrators", number, f"{program.concentrators} of {program.enrollment}")
    return program


def read_level(words: str) -> Level:
    """The level that a state's word for it means: ``HS``, ``Postsecondary``, ``9-12``, ``CC`` and so on."""
    plain = re.sub(r"[^a-z0-9]+", " ", words.casefold()).strip()
    if not plain:
        return ""
    after = bool(
        re.search(r"post ?sec|college|cc\b|^ps\b|associate|certificate|tech(nical)? (center|college)|13", plain)
    )
    before = bool(re.search(r"(?<!post)(?<!post )secondary|high school|^hs\b|^sec\b|9 ?12|grades?|middle|^s$", plain))
    if after and before:
        return "both"
    if after or before:
        return "postsecondary" if after else "secondary"
    return "adult" if "adult" in plain else "other"


def _count(cell: Cell, row: int, notes: Notes) -> int | None:
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        number = float(cell)
    else:
        text = spell_cell(cell)
        if text.casefold() in _UNKNOWN:
            return None
        if _WITHHELD.fullmatch(text) or not _NUMBER.fullmatch(text):
            notes.add("count_suppressed" if _WITHHELD.fullmatch(text) else "count_unreadable", row, text)
            return None
        number = float(text.strip("()").replace(",", "")) * (-1 if text.startswith("(") else 1)
    if number < 0 or number != round(number):
        notes.add("count_negative" if number < 0 else "count_unreadable", row, spell_cell(cell))
        return None
    return int(number)


def _without_repeats(programs: tuple[Program, ...], roles: set[str], notes: Notes) -> tuple[Program, ...]:
    """The programs, those that repeat another row in full left out. Without a place or an id no row is a repeat."""
    if not roles & {"location", "program_id"}:
        return programs
    seen: set[Program] = set()
    places: set[tuple[str, ...]] = set()
    kept = []
    for program in programs:
        bare = replace(program, row=0)
        place = (program.code, program.title.casefold(), program.level, program.location, program.program_id)
        if bare in seen:
            notes.add("duplicate", program.row, program.title or program.code)
            continue
        if place in places and program.title:
            notes.add("same_program", program.row, program.title)
        seen.add(bare)
        places.add(place)
        kept.append(program)
    return tuple(kept)
