"""Which sheet holds the list of programs, and which of its columns says what."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cluster_kit.crosswalk.errors import NoTableError
from cluster_kit.crosswalk.findings import Notes
from cluster_kit.crosswalk.grids import Cell, Grid
from cluster_kit.crosswalk.headers import FIRST_ROWS, Header, find_header, plain_header, spell_cell

# For each role the patterns of plain column names that it goes by, best first. A column has one role only.
ROLES: dict[str, tuple[str, ...]] = {
    "cip": (
        r"^cip( code)?( 2020)?$",
        r"^(2020 )?cip( code| number| #)?( 2020| 6)?$",
        r"\bcip\b(?!.*(title|name|desc))",
    ),
    "soc": (r"^soc( code)?", r"\bsoc code\b"),
    "former": (
        r"^(old|former|current|previous|2002) .*cluster",
        r"^career cluster$",
        r"^(career )?cluster( name| title| code)?$",
        r"^(?!.*(sub|new|modern|2024|grouping)).*cluster",
    ),
    "concentrators": (r"concentrators?$", r"concentrator"),
    "enrollment": (
        r"^(total )?enroll?ments?",
        r"enroll",
        r"\bparticipants?\b",
        r"^(number of )?students( served)?$",
        r"headcount",
    ),
    "level": (
        r"^(program |course |education(al)? |learner )?level$",
        r"secondary.*post ?secondary",
        r"^sector$",
        r"\blevel\b",
    ),
    "program_id": (
        r"^(state |local )?(program|course|pathway)( of study)? (id|code|number|no|#)$",
        r"^(record|local|state) (id|code)$",
    ),
    "title": (
        r"^(program|course)( of study)? (title|name)$",
        r"^(program|course|pathway)( of study)?$",
        r"^title$",
        r"^(program|course).*(title|name|description)",
        r"^cip (title|name|description)",
        r"\btitle\b",
        r"^name$",
    ),
    "location": (
        r"^(location|site|campus)( name)?$",
        r"^(school|college|institution)( name)?$",
        r"^(district|lea|region|county|provider|recipient)( name)?$",
        r"(school|college|institution|district|campus) name",
    ),
}


@dataclass(frozen=True)
class ProgramTable:
    """A list of programs: its sheet, its column names, the column of each role, and the rows below the names."""

    sheet: str
    header_row: int
    names: tuple[str, ...]
    roles: Mapping[str, int]
    rows: Sequence[Sequence[Cell]]

    def cell(self, row: Sequence[Cell], role: str) -> Cell:
        """What stands in the role's column; None where there is no such column."""
        place = self.roles.get(role)
        return row[place] if place is not None and place < len(row) else None


def find_table(file: str, grids: Sequence[Grid], sheet: str, wanted: Mapping[str, str], notes: Notes) -> ProgramTable:
    """The list of programs among the sheets. ``wanted`` names the columns of some roles.

    Raises ``NoTableError`` where no sheet has a column of CIP codes or of titles, or where what was asked for by name
    is not there.
    """
    if unknown := [role for role in wanted if role not in ROLES]:
        raise NoTableError(f"{unknown[0]!r} is not a column that is read. These are: {', '.join(ROLES)}.")
    candidates = _named_sheets(file, grids, sheet)
    found = [(grid, header) for grid in candidates if (header := _header(grid, wanted)) is not None]
    found = [(grid, header) for grid, header in found if {"cip", "title"} & header.roles.keys()]
    if not found:
        raise NoTableError(_nothing_found(file, candidates, wanted))
    grid, header = max(found, key=lambda pair: (len(pair[1].roles), "cip" in pair[1].roles, len(pair[0].rows)))
    others = [other.name for other in grids if other is not grid]
    if others:
        notes.add("sheets_passed_over", example=", ".join(others))
    if header.is_double:
        notes.add("header_rows", example=f"{header.row} and {header.row + 1}")
    names = _trimmed(header.names)
    for role in ("cip", "title"):
        if role not in header.roles:
            notes.add(f"no_{role}_column", example=_list_names(names))
    return ProgramTable(grid.name, header.row + 1, names, header.roles, grid.rows[header.row + 1 :])


def _header(grid: Grid, wanted: Mapping[str, str]) -> Header | None:
    patterns = dict(ROLES)
    for role, name in wanted.items():
        patterns[role] = (f"^{re.escape(plain_header(name))}$",)
    ordered = {role: patterns[role] for role in [*wanted, *(r for r in ROLES if r not in wanted)]}
    header = find_header(grid.rows, ordered)
    if header is None:
        return None
    roles = dict(header.roles)
    for role, name in wanted.items():
        if role not in roles and re.fullmatch(r"[A-Za-z]{1,2}", name.strip()):
            place = _place_of_letter(name.strip())
            roles = {other: at for other, at in roles.items() if at != place} | {role: place}
    return Header(header.row, header.names, roles, header.is_double) if wanted.keys() <= roles.keys() else None


def _place_of_letter(letters: str) -> int:
    place = 0
    for letter in letters.upper():
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def _named_sheets(file: str, grids: Sequence[Grid], sheet: str) -> list[Grid]:
    if not sheet:
        return list(grids)
    chosen = [grid for grid in grids if grid.name.strip().casefold() == sheet.strip().casefold()]
    if not chosen:
        names = ", ".join(grid.name for grid in grids if grid.name) or "none, for it is a text file"
        raise NoTableError(f"{file} has no sheet {sheet!r}. Its sheets are: {names}.")
    return chosen


def _nothing_found(file: str, grids: Sequence[Grid], wanted: Mapping[str, str]) -> str:
    grid = max(grids, key=lambda grid: len(grid.rows))
    row = max(grid.rows[:FIRST_ROWS], key=lambda row: sum(bool(spell_cell(cell)) for cell in row), default=[])
    names = _list_names([spell_cell(cell) for cell in row])
    where = f"{file}, sheet {grid.name!r}" if grid.name else file
    if wanted:
        missing = ", ".join(repr(name) for name in wanted.values())
        return f"{where} has no column called {missing} among the first {FIRST_ROWS} rows. Its columns are: {names}."
    return (
        f"{where} has no column of CIP codes and none of program titles among its first {FIRST_ROWS} rows, so it is "
        f"not a list of programs. Its columns are: {names}. If one of these is meant, name it: --column cip=NAME."
    )


def _trimmed(names: Sequence[str]) -> tuple[str, ...]:
    """The names up to the last that is not empty."""
    last = max((place for place, name in enumerate(names) if name), default=-1)
    return tuple(names[: last + 1])


def _list_names(names: Sequence[str]) -> str:
    shown = [name[:40] for name in names if name]
    more = f" and {len(shown) - 12} more" if len(shown) > 12 else ""
    return ", ".join(shown[:12]) + more if shown else "none"
