"""Find the sheet with the list of programs, and the role of each of its columns."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from cluster_kit.crosswalk.codes import read_cip
from cluster_kit.crosswalk.errors import NoTableError
from cluster_kit.crosswalk.findings import FindingCollector
from cluster_kit.crosswalk.grids import Cell, Grid
from cluster_kit.crosswalk.levels import read_level
from cluster_kit.crosswalk.lists_beside import choose_list
from cluster_kit.crosswalk.other_tables import explain_other_table
from cluster_kit.crosswalk.split_cells import HALF, SAMPLE_ROWS, find_code_column, find_split_column, split_cell
from cluster_kit.filetypes import ColumnMapping, ColumnMemory, find_named_columns
from cluster_kit.filetypes.headers import (
    FIRST_ROWS,
    Header,
    cell_text,
    find_header_row,
    match_roles,
    plain_header,
)
from cluster_kit.filetypes.sheets import is_filled

_FEWEST_ROLES, _LONGEST_NAME = 2, 60
COUNTS = frozenset({"enrollment", "concentrators"})
KIND = "programs"
"""The kind of table under which chosen columns are remembered."""

# Patterns of normalized column names for each role, best first. A column has one role only.
ROLES: dict[str, tuple[str, ...]] = {
    "cip": (
        r"^cip( code)?( 2020)?$",
        r"^(2020 )?cip( code| number| #)?( 2020| 6)?$",
        r"\bcip\b.*\b2020\b(?!.*(title|name|desc))|\b2020\b.*\bcip\b(?!.*(title|name|desc))",
        r"\bcip\b.*\b2010\b(?!.*(title|name|desc))|\b2010\b.*\bcip\b(?!.*(title|name|desc))",
        r"\bcip\b.*\b2000\b(?!.*(title|name|desc))|\b2000\b.*\bcip\b(?!.*(title|name|desc))",
        r"\bcip\b(?!.*(title|name|desc))",
    ),
    "soc": (r"^soc( code)?", r"\bsoc code\b"),
    "naics": (r"^(20\d\d )?naics( code| number)?( 20\d\d)?$", r"\bnaics\b(?!.*(title|name|desc))", r"^industry code$"),
    "sced": (r"^sced( course)?( code| id| number)?$", r"\bsced\b(?!.*(title|name|desc))"),
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
        r"^((local|state|district|college|approved|cte) )?(program|course)( of study)?$",
        r"^title$",
        r"^(titulo|nombre)( del programa)?$",
        r"^(program|course).*(title|name|description)",
        r"^cip (title|name|desc)",
        r"\btitle\b",
        r"^name$",
        r"^(career )?pathway( name)?$",
    ),
    "year": (r"^(school|academic|fiscal|program|reporting|report|award)? ?year$", r"^(sy|ay|fy|acad yr|year code)$"),
    "location": (
        r"^(location|site|campus)( name)?$",
        r"^(school|college|institution)( name)?$",
        r"^(district|lea|region|county|provider|recipient)( name)?$",
        r"(school|college|institution|district|campus) name",
    ),
}


@dataclass(frozen=True)
class ProgramTable:
    """A list of programs: its sheet, its column names, the column of each role, and the rows below the header."""

    sheet: str
    header_row: int
    names: tuple[str, ...]
    roles: Mapping[str, int]
    rows: Sequence[Sequence[Cell]]
    split: int | None = None  # the column whose cells hold a code and a title
    mapping: ColumnMapping = field(default_factory=lambda: ColumnMapping({}))
    skipped: frozenset[str] = frozenset()  # roles for which no column is read

    def cell(self, row: Sequence[Cell], role: str) -> Cell:
        """The value in the role's column; None if there is no such column."""
        place = self.roles.get(role)
        if place is None:
            return None
        value = row[place] if place < len(row) else None
        if place != self.split:
            return value
        parts = split_cell(cell_text(value))
        if role == "title":
            return parts.title if parts else None if read_cip(value).code else value
        return parts.code if parts else value if role == "cip" else None

    def text(self, texts: Sequence[str], role: str) -> str:
        """The text in the role's column, of a row whose cells are text (``cell_text``)."""
        place = self.roles.get(role)
        if place is None or place >= len(texts):
            return ""
        return cell_text(self.cell(texts, role)) if place == self.split else texts[place]


def find_table(
    file: str,
    grids: Sequence[Grid],
    sheet: str,
    wanted: Mapping[str, str],
    notes: FindingCollector,
    memory: ColumnMemory | None,
) -> ProgramTable:
    """The list of programs among the sheets. ``wanted`` names the columns of some roles, and ``memory`` keeps them.

    A hidden sheet is read only if no visible one has programs, or if it is named.

    Raises ``NoTableError`` if no sheet has a column of CIP codes or of titles, or if a requested sheet or column does
    not exist.
    """
    if unknown := [role for role in wanted if role not in ROLES]:
        raise NoTableError(f"{unknown[0]!r} is not a column that is read. These are: {', '.join(ROLES)}.")
    memory = memory or ColumnMemory()
    candidates = _named_sheets(file, grids, sheet)
    found = [(grid, header) for grid in candidates if (header := _header(grid, wanted, memory)) is not None]
    found = [(grid, header) for grid, header in found if {"cip", "title"} & header.roles.keys()]
    if not found:
        raise _nothing_found(file, candidates, wanted)
    others = {
        grid.name: refusal
        for grid, header in found
        if not (wanted or memory.find(KIND, _trimmed(header.names))) and (refusal := explain_other_table(grid, header))
    }
    if len(others) == len(found):
        grid, header = found[0]
        where = f"{file}, sheet '{grid.name}'," if grid.name else file
        raise NoTableError(
            f"{where} is {others[grid.name]}.", "If it is one, name its column: --column title=NAME.", header.names
        )
    found = [(grid, header) for grid, header in found if grid.name not in others]
    grid, header = max(found, key=lambda pair: _rank_sheet(*pair))
    if passed_over := [other.name for other in grids if other is not grid]:
        notes.add("sheets_passed_over", example=", ".join(passed_over))
    named = find_named_columns(header.names, wanted)
    grid, header = choose_list(file, grid, header, named, lambda names: match_roles(names, ROLES))
    return _describe_table(grid, header, wanted, notes, memory)


def _rank_sheet(grid: Grid, header: Header) -> tuple[bool, int, bool, int]:
    return not grid.is_hidden, len(header.roles), "cip" in header.roles, len(grid.rows)


def _describe_table(
    grid: Grid, header: Header, wanted: Mapping[str, str], notes: FindingCollector, memory: ColumnMemory
) -> ProgramTable:
    """The table below a header, with the findings about its columns."""
    names, rows = _trimmed(header.names), _repeat_merged(grid, header, notes)
    if header.is_double:
        notes.add("header_rows", example=f"{header.row} and {header.row + 1}")
    remembered = () if not memory.path else tuple(role for role in memory.find(KIND, names) if role not in wanted)
    skipped = memory.find_skipped(KIND, names, wanted)
    roles = _check_roles(names, dict(header.roles), rows, {*wanted, *remembered}, notes)
    split = None if {"cip", "title"} & skipped else find_split_column(names, roles, rows, [*wanted, *remembered])
    if split:
        roles.setdefault("title", split.place)
        roles |= {"cip": split.place} if split.is_cip else {}
        if not split.is_cip and "program_id" not in skipped:
            roles.setdefault("program_id", split.place)
        notes.add("code_and_title" if split.is_cip else "own_code_and_title", example=split.example)
    for role in ("cip", "title"):
        if role not in roles and not (role == "cip" and "sced" in roles):
            notes.add(f"no_{role}_column", example=_list_names(names))
    if "cip" in roles and (edition := re.search(r"\b(1985|1990|2000|2010)\b", plain_header(names[roles["cip"]]))):
        notes.add("cip_edition", example=edition[1])
    memory.remember(KIND, names, {role: one and names[roles[role]] for role, one in wanted.items()})
    read = {role: names[place] for role, place in roles.items()}
    unread = tuple(name for at, name in enumerate(names) if name and at not in roles.values())
    mapping = ColumnMapping(read, unread, remembered)
    place = split.place if split else None
    return ProgramTable(grid.name, header.row + 1, names, roles, rows, place, mapping, skipped)


def _repeat_merged(grid: Grid, header: Header, notes: FindingCollector) -> list[list[Cell]]:
    """The rows below the header, with the value of a merged cell in each of its rows, except counts of learners."""
    counts = {place for role, place in header.roles.items() if role in COUNTS}
    columns = {at for at, name in enumerate(header.names) if name and at not in counts}
    rows = grid.rows[header.row + 1 :]
    for row, values in grid.find_repeated(header.row + 1, columns).items():
        at = row - header.row - 1
        rows[at] = [values.get(place, cell) for place, cell in enumerate(rows[at])]
        notes.add("merged_cells", row + 1, cell_text(next(iter(values.values()))))
    return rows


def _check_roles(
    names: Sequence[str],
    roles: dict[str, int],
    rows: Sequence[Sequence[Cell]],
    chosen: Collection[str],
    notes: FindingCollector,
) -> dict[str, int]:
    """The roles, with a column of codes found by its content, and without a level whose cells are no levels."""
    if not {"cip"} & {*roles, *chosen} and (place := find_code_column(names, list(roles.values()), rows)) is not None:
        roles["cip"] = place
        notes.add("column_by_content", example=names[place])
    own = roles.get("program_id")
    taken = [place for role, place in roles.items() if role != "program_id"]
    is_free = "cip" not in roles and own is not None and "program_id" not in chosen
    if own is not None and is_free and find_code_column(names, taken, rows) == own:
        roles["cip"] = roles.pop("program_id")
        notes.add("column_by_content", example=names[own])
    for role in COUNTS & roles.keys() - {*chosen}:
        roles[role] = _find_newest(names, roles[role], [*roles.values()])
    level = roles.get("level")
    if level is not None and "level" not in chosen:
        values = [text for row in rows[:SAMPLE_ROWS] if level < len(row) and (text := cell_text(row[level]))]
        others = [value for value in values if read_level(value) == "other"]
        is_vague = not re.fullmatch(r".*\blevel", plain_header(names[level]))
        if is_vague and len(others) > len(values) * HALF:
            notes.add("no_level", example=f"{names[level]} (such as {others[0]})")
            del roles["level"]
    return roles


def _find_newest(names: Sequence[str], place: int, taken: Collection[int]) -> int:
    """The column of the latest year among those with the same name but for the year."""

    def split(name: str) -> tuple[str, list[str]]:
        return re.sub(r"\d+", "#", plain_header(name)), re.findall(r"\d+", name)

    same, _ = split(names[place])
    free = [at for at, name in enumerate(names) if at == place or (at not in taken and split(name)[0] == same)]
    return max(free, key=lambda at: split(names[at])[1])


def list_tables(table: ProgramTable) -> list[ProgramTable]:
    """The table, and others below it in the same sheet: each begins with column names of its own after a gap.

    A table without the columns of codes or titles that the first one has is not among them, but ends the one above.
    """
    starts = [0, *_find_starts(table), len(table.rows)]
    found = []
    for begin, end in pairwise(starts):
        if begin == 0:
            found.append(replace(table, rows=table.rows[:end]))
            continue
        names = _trimmed([cell_text(cell) for cell in table.rows[begin]])
        roles = {role: at for role, at in match_roles(names, ROLES).items() if role not in table.skipped}
        if {"cip", "title"} & table.roles.keys() <= roles.keys():
            row, rows = table.header_row + begin + 1, table.rows[begin + 1 : end]
            split = find_split_column(names, roles, rows, ())
            place = split.place if split else None
            found.append(replace(table, header_row=row, names=names, roles=roles, rows=rows, split=place))
    return found


def _find_starts(table: ProgramTable) -> list[int]:
    """The rows that name columns other than the table's, after an empty row or a heading."""
    starts, may_start = [], False
    header = [name.casefold() for name in table.names]
    for at, row in enumerate(table.rows):
        follows_gap, may_start = may_start, sum(map(is_filled, row)) < 2
        if may_start or not follows_gap:
            continue
        texts = [text for cell in row if (text := cell_text(cell))]
        if not any(text[:1].isdigit() or len(text) > _LONGEST_NAME for text in texts):
            names = _trimmed([cell_text(cell) for cell in row])
            is_repeated = [name.casefold() for name in names] == header
            if not is_repeated and len(match_roles(names, ROLES)) >= _FEWEST_ROLES:
                starts.append(at)
    return starts


def _header(grid: Grid, wanted: Mapping[str, str], memory: ColumnMemory) -> Header | None:
    """The header of a sheet, with the columns that the user named now or for an earlier file."""

    def match(names: Sequence[str]) -> dict[str, int]:
        trimmed = _trimmed(names)
        named = find_named_columns(trimmed, {**memory.find(KIND, trimmed), **wanted})
        if not {role for role, name in wanted.items() if name} <= named.keys():
            return {}
        free = ["" if place in named.values() else name for place, name in enumerate(names)]
        return named | {role: at for role, at in match_roles(free, ROLES).items() if role not in named}

    header = find_header_row(grid.rows, match)
    if header is None:
        return None
    skipped = memory.find_skipped(KIND, _trimmed(header.names), wanted)
    return replace(header, roles={role: at for role, at in header.roles.items() if role not in skipped})


def _named_sheets(file: str, grids: Sequence[Grid], sheet: str) -> list[Grid]:
    if not sheet:
        return list(grids)
    chosen = [grid for grid in grids if grid.name.strip().casefold() == sheet.strip().casefold()]
    if not chosen:
        names = ", ".join(grid.name for grid in grids if grid.name) or "none, for it is a text file"
        raise NoTableError(f"{file} has no sheet '{sheet}'. Its sheets are: {names}.")
    return chosen


def _nothing_found(file: str, grids: Sequence[Grid], wanted: Mapping[str, str]) -> NoTableError:
    grid = max(grids, key=lambda grid: len(grid.rows))
    row = max(grid.rows[:FIRST_ROWS], key=lambda row: sum(bool(cell_text(cell)) for cell in row), default=[])
    headers = [cell_text(cell) for cell in row]
    names = _list_names(headers)
    where = f"{file}, sheet '{grid.name}'" if grid.name else file
    if wanted := {role: name for role, name in wanted.items() if name}:
        present = {
            name for row in grid.rows[:FIRST_ROWS] for name in find_named_columns([*map(cell_text, row)], wanted)
        }
        missing = ", ".join(repr(name) for role, name in wanted.items() if role not in present)
        if not missing:
            named = ", ".join(map(repr, wanted.values()))
            return NoTableError(f"{where} has the columns {named} in different rows. Name columns of one row.")
        return NoTableError(
            f"{where} has no column called {missing} among the first {FIRST_ROWS} rows. Its columns are: {names}.",
            headers=headers,
        )
    return NoTableError(
        f"{where} has no column of CIP codes and none of program titles among its first {FIRST_ROWS} rows, so it is "
        f"not a list of programs. Its columns are: {names}.",
        "If one of these is meant, name it: --column cip=NAME.",
        headers,
    )


def _trimmed(names: Sequence[str]) -> tuple[str, ...]:
    """The names without trailing empty ones."""
    last = max((place for place, name in enumerate(names) if name), default=-1)
    return tuple(names[: last + 1])


def _list_names(names: Sequence[str]) -> str:
    shown = [name[:40] for name in names if name]
    more = f" and {len(shown) - 12} more" if len(shown) > 12 else ""
    return ", ".join(shown[:12]) + more if shown else "none"
