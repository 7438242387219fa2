"""Read a staff list of people row by row: valid rows, and problems with their line and correction."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from cluster_kit.content.models import Content
from cluster_kit.filetypes import (
    ColumnMapping,
    ColumnMemory,
    SheetCells,
    TableError,
    TableFile,
    TableLimits,
    find_named_columns,
    list_choices,
    read_table_file,
)
from cluster_kit.filetypes.headers import cell_text, find_header_row, plain_header
from cluster_kit.roster.lists.blocks import NAMES
from cluster_kit.roster.lists.columns import (
    COLUMN_ALIASES,
    COLUMNS,
    CellCheck,
    is_address,
    is_job_title,
    is_screen_name,
    match_columns,
    squeeze_header,
)
from cluster_kit.roster.lists.form_headers import is_answer_kind_row
from cluster_kit.roster.lists.list_tables import KIND, ListTable, find_list_tables, match_list_columns
from cluster_kit.roster.lists.person_cells import (
    STATE_MISSING,
    WRITE_STATE,
    BadRowError,
    PersonCellReader,
    RosterRow,
    find_listed_roles,
    is_list_of_sessions,
)
from cluster_kit.roster.lists.report import RosterNote, RosterNotes, UnreadableRosterError
from cluster_kit.roster.names.spellings import find_role_of_title, spelling_key
from cluster_kit.roster.names.states import StateNames
from cluster_kit.roster.people import clean_name
from cluster_kit.store.models import email_key

MOST_BYTES = 5_000_000
MOST_PEOPLE = 50_000
WANTED = "a “CSV UTF-8” file"
_LIMITS = TableLimits(MOST_BYTES, ": no list of people is.", max_unpacked=100_000_000, max_rows=MOST_PEOPLE + 1)
_TOTAL = re.compile(r"(grand |sub-? ?)?totals?\b|count\b", re.IGNORECASE)
_REMARK = re.compile(r"[*†‡]|(notes?|source|updated|page|as of)\b", re.IGNORECASE)
_NEEDS = re.compile(
    r"\b(accommodations?|accessibility|interpret\w*|captions?|captioning|special needs"
    r"|(do|will|would|might|may) you need|you (may |might )?need to (take part|participate|attend))\b"
)
_NO_NEED = frozenset({"", "no", "none", "n/a", "na", "-", "--", "nothing", "not applicable", "false"})
_LONGEST_LONE_NAME = 6  # words
# Other columns of lists that the kit wrote, which have the ids of people. They are not imported.
_KIT_COLUMNS = re.compile(r"state|firstname|link|teamcode|joinpage|registered|withdrawlink|(?:session|time)\d+")


@dataclass(frozen=True)
class RosterProblem:
    """A row that was skipped: its line in the file, from 1, and a sentence with the problem and its correction.

    ``stateless`` is the name of a person whose row says no state that is known; else it is empty.
    """

    line: int
    sentence: str
    stateless: str = ""


@dataclass(frozen=True)
class Roster:
    """The valid rows and the problems of the others, both by line.

    ``mapping`` has the columns, also those that are not read. ``notes`` say how rows were interpreted, such as which
    were merged.
    """

    rows: tuple[RosterRow, ...]
    problems: tuple[RosterProblem, ...]
    mapping: ColumnMapping = field(default_factory=lambda: ColumnMapping({}))
    notes: tuple[RosterNote, ...] = ()


def read_roster(
    content: Content,
    path: Path,
    *,
    columns: Mapping[str, str] | None = None,
    sheet: str = "",
    memory: ColumnMemory | None = None,
    jurisdiction: str = "",
) -> Roster:
    """The roster in a workbook or a delimited text file, as people write it or as a meeting program exports it.

    ``columns`` has the header or letter of a role's column, if it is not recognized, or an empty text if none is to be
    read; ``memory`` keeps them. ``jurisdiction`` is the state of people without one in the list.
    Raises ``UnreadableRosterError`` if the file cannot be read or has no columns of a roster.
    """
    raw = read_list_bytes(path)
    return read_roster_from(
        content, str(path), raw, columns=columns, sheet=sheet, memory=memory, jurisdiction=jurisdiction
    )


def read_list_bytes(path: Path) -> bytes:
    """The file, or as much of it as tells that it is too large. Raises ``UnreadableRosterError``."""
    try:
        with path.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise UnreadableRosterError(f"{path} cannot be read: {error.strerror}.") from error


def read_roster_from(  # noqa: PLR0913  (how to read the file)
    content: Content,
    name: str,
    raw: bytes,
    *,
    columns: Mapping[str, str] | None,
    sheet: str,
    memory: ColumnMemory | None,
    jurisdiction: str,
) -> Roster:
    """Like ``read_roster``, for a file in memory, such as an upload. ``name`` is for messages.

    Raises ``UnreadableRosterError``, as ``read_roster`` does.
    """
    file = read_list_file(name, raw)
    try:
        return _read_sheet(content, name, file, columns or {}, sheet, memory or ColumnMemory(), jurisdiction)
    except UnreadableRosterError as error:
        error.sheet, error.sheets = sheet, list_choices(file.sheets)
        raise


def _read_sheet(  # noqa: PLR0913, PLR0917  (how to read the file)
    content: Content,
    name: str,
    file: TableFile,
    wanted: Mapping[str, str],
    sheet: str,
    memory: ColumnMemory,
    jurisdiction: str,
) -> Roster:
    states = StateNames(content.jurisdictions)
    if unknown := [role for role in wanted if role not in COLUMN_ALIASES]:
        raise UnreadableRosterError(
            f"{unknown[0]!r} is not a column that is read. These are: {', '.join(COLUMN_ALIASES)}."
        )
    if jurisdiction and not states.find(jurisdiction):
        raise UnreadableRosterError(f"There is no state {jurisdiction!r}. {WRITE_STATE}.")
    chosen, tables = find_people_tables(content, name, file, wanted, sheet, memory)
    first = tables[0]
    reader = _RosterReader(content, states, jurisdiction)
    reader.note_titles(file.line_of(first.begin - 1), first.titles)
    if len(first.people) > 1:
        reader.notes.add("several_people", file.line_of(first.begin - 1), f"up to {len(first.people)} in each")
    for table in tables:
        reader.read(file, table)
        reader.note_needs(file, table)
    if "jurisdiction" not in first.places and not any(row.jurisdiction for row in reader.rows):
        raise _missing(name, file.line_of(first.begin - 1), first.names, ["jurisdiction"])
    memory.remember(KIND, first.names, {role: one and first.names[first.places[role]] for role, one in wanted.items()})
    mapping = replace(_describe(first, wanted, memory), sheet=chosen.name, sheets=list_choices(file.sheets))
    return Roster(tuple(reader.rows), tuple(reader.problems), mapping, reader.notes.collect())


# --- the file and its tables -----------------------------------------------------------------------------------


def find_people_tables(  # noqa: PLR0913  (how to read the file)
    content: Content,
    name: str,
    file: TableFile,
    wanted: Mapping[str, str],
    sheet: str,
    memory: ColumnMemory,
    *,
    with_earlier: bool = False,
) -> tuple[SheetCells, list[ListTable]]:
    """The chosen sheet and its tables of people, at least one. ``name`` is the file's, for messages.

    ``with_earlier``: as for ``find_list_tables``. Raises ``UnreadableRosterError`` if there are none.
    """
    checks = _checks_of(content, StateNames(content.jurisdictions))
    chosen = _choose_sheet(name, file, sheet, lambda names: match_list_columns(names, wanted, memory, checks))
    rows = [[*map(cell_text, row)] for row in chosen.rows]
    tables = find_list_tables(name, chosen, rows, wanted, memory, checks, with_earlier=with_earlier)
    if not tables:
        raise _nothing_found(name, file, rows, wanted)
    return chosen, tables


def read_list_file(name: str, raw: bytes) -> TableFile:
    """The sheets of a file in memory. Raises ``UnreadableRosterError`` if it is too large, or has no tables."""
    try:
        file = read_table_file(raw, WANTED, _LIMITS)
    except TableError as error:
        raise UnreadableRosterError(f"{name} {error}") from error
    if max((len(sheet.rows) for sheet in file.sheets), default=0) > MOST_PEOPLE + 1:
        raise UnreadableRosterError(f"{name} has more than {MOST_PEOPLE:,} rows: no list of people is that long.")
    return file


def _choose_sheet(
    name: str, file: TableFile, sheet: str, match: Callable[[Sequence[str]], dict[str, int]]
) -> SheetCells:
    """The named sheet; else the one with the most columns that match, or else that are known.

    A hidden sheet is chosen only if no visible one has names.
    """
    if sheet:
        found = next((one for one in file.sheets if one.name.strip().casefold() == sheet.strip().casefold()), None)
        if found is None:
            names = ", ".join(sheet.name for sheet in file.sheets if sheet.name) or "none, for it is a text file"
            raise UnreadableRosterError(f"{name} has no sheet '{sheet}'. Its sheets are: {names}.")
        return found

    def rank(sheet: SheetCells) -> tuple[bool, int, int]:
        headers = (find_header_row(sheet.rows, of) for of in (match, match_columns))
        matching, known = (header.roles if header else {} for header in headers)
        return bool(matching.keys() & NAMES) and not sheet.is_hidden, len(matching), len(known)

    return max(file.sheets, key=rank, default=SheetCells("", []))


def _checks_of(content: Content, states: StateNames) -> dict[str, CellCheck]:
    """Which cells can be values of the columns that are recognized by them."""
    return {
        "email": is_address,
        "jurisdiction": lambda text: bool(states.find(text)),
        "role": lambda text: bool(find_listed_roles(content, text)),
        "sessions": lambda text: is_list_of_sessions(content, text),
    }


def _nothing_found(
    name: str, file: TableFile, rows: Sequence[Sequence[str]], wanted: Mapping[str, str]
) -> UnreadableRosterError:
    if not any(map(any, rows)):
        return UnreadableRosterError(f"{name} is empty. Save it again, and bring that copy.")
    header = find_header_row(rows, match_columns)
    at = header.row if header else next(at for at, row in enumerate(rows) if any(row))
    names = rows[at]
    if missing := [one for role, one in wanted.items() if one and role not in find_named_columns(names, wanted)]:
        called = ", ".join(map(repr, missing))
        return UnreadableRosterError(f"{name} has no column called {called}. It has {_list(names)}.", headers=names)
    places = header.roles if header else {}
    return _missing(
        name,
        file.line_of(at),
        names,
        [one for one in ("jurisdiction", "name") if one not in places or wanted.get(one) == ""],
    )


def _missing(name: str, line: int, names: Sequence[str], missing: Sequence[str]) -> UnreadableRosterError:
    one_state = " If everyone is of one state, add --jurisdiction OH." if missing == ["jurisdiction"] else ""
    return UnreadableRosterError(
        f"{name}, line {line}: there is no column {' and no column '.join(missing)}. "
        f"The first row names the columns: {', '.join(COLUMNS)}. It has {_list(names)}.",
        f"If one of these is meant, name it: --column {missing[0]}=HEADER.{one_state}",
        names,
    )


def _list(names: Sequence[str]) -> str:
    return (", ".join(name for name in names if name) or "nothing")[:200]


def _describe(table: ListTable, wanted: Mapping[str, str], memory: ColumnMemory) -> ColumnMapping:
    read = {role: table.names[place] for role, place in table.places.items()}
    taken = {place for places in table.people for place in places.values()}
    free = [clean_name(name) for place, name in enumerate(table.names) if place not in taken]
    is_ours = "person" in table.places
    unread = [name for name in free if name and not (is_ours and _KIT_COLUMNS.fullmatch(squeeze_header(name)))]
    remembered = [role for role in memory.find(KIND, table.names) if role not in wanted]
    return ColumnMapping(read, tuple(unread), tuple(remembered))


# --- its rows --------------------------------------------------------------------------------------------------


class _RosterReader:
    """Reads tables in sequence, and collects their rows and problems."""

    def __init__(self, content: Content, states: StateNames, jurisdiction: str) -> None:
        self.rows: list[RosterRow] = []
        self.problems: list[RosterProblem] = []
        self.notes = RosterNotes()
        self._content = content
        self._cells = PersonCellReader(content, states, self.notes, jurisdiction)
        self._last_state, self._has_few_states = "", False
        self._by_email: dict[str, int] = {}
        self._by_name: dict[tuple[str, tuple[str, ...]], int] = {}

    def read(self, file: TableFile, table: ListTable) -> None:
        """Read the people of each row of the table, except remarks."""
        names = table.places.get("name")
        is_screen = names is not None and is_screen_name(table.names[names])
        role = table.places.get("role")
        has_job_titles = role is not None and is_job_title(table.names[role])
        self._has_few_states = _has_few_states(table)
        for at, row in enumerate(table.rows):
            line = file.line_of(table.begin + at)
            if not any(row) or (at == 0 and is_answer_kind_row(row)):
                continue
            if is_remark_row(row):
                self.notes.add("remark", line, next(filter(None, row)))
                continue
            if at in table.repeated:
                self.notes.add("merged_cells", line, ", ".join(table.repeated[at]))
            people = self._people_of(row, table)
            if not people:
                self.notes.add("no_person", line, next(filter(None, row)))
            for cells in people:
                self._read_person(line, cells, is_screen=is_screen, has_job_titles=has_job_titles)

    def note_needs(self, file: TableFile, table: ListTable) -> None:
        """Record answers about what people need to take part, which are not for a roster."""
        taken = {place for places in table.people for place in places.values()}
        asked = [at for at, name in enumerate(table.names) if at not in taken and _NEEDS.search(plain_header(name))]
        for at, row in enumerate(table.rows):
            if (place := next((one for one in asked if _names_need(row[one : one + 1])), None)) is not None:
                self.notes.add("needs", file.line_of(table.begin + at), table.names[place])

    def note_titles(self, line: int, titles: Sequence[str]) -> None:
        """Record which roles the titles in the headers are, and which are none."""
        roles = {title: find_role_of_title(self._content, title) for title in titles}
        if known := [f"{title}: {role}" for title, role in roles.items() if role]:
            self.notes.add("role_from_header", line, ", ".join(known))
        if unknown := [title for title, role in roles.items() if not role]:
            self.notes.add("title_without_role", line, ", ".join(unknown))

    def _people_of(self, row: Sequence[str], table: ListTable) -> list[dict[str, str]]:
        """The cells of each person of a row, by column. Of several, those without a name and an address are none."""
        people = [name_cells(row, places) for places in table.people]
        for title, cells in zip(table.titles, people, strict=False):
            cells["role"] = find_role_of_title(self._content, title) or ""
        if len(people) == 1 and not table.titles:
            return people
        return [cells for cells in people if any(cells.get(column) for column in ("name", "first", "last", "email"))]

    def _read_person(self, line: int, cells: Mapping[str, str], *, is_screen: bool, has_job_titles: bool) -> None:
        try:
            if row := self._cells.read(line, cells, is_screen=is_screen, has_job_titles=has_job_titles):
                self._add(row)
            self._last_state = cells.get("jurisdiction", "") or self._last_state
        except BadRowError as error:
            is_state = self._has_few_states and self._last_state and str(error).startswith(STATE_MISSING)
            above = f" If it is {self._last_state}, as above, write that in each row." if is_state else ""
            self.problems.append(RosterProblem(line, f"{error}{above}", error.name))

    def _add(self, row: RosterRow) -> None:
        """Keep the row, or merge it with an earlier one of the same person. Raises ``BadRowError`` if unclear."""
        email, key = email_key(row.email), (row.jurisdiction, spelling_key(row.name))
        by_email, by_name = self._by_email.get(email) if email else None, self._by_name.get(key)
        for at in (by_email, by_name):
            if at is None:
                continue
            other = self.rows[at]
            if email == email_key(other.email) and key == (other.jurisdiction, spelling_key(other.name)):
                self.rows[at] = _merge(other, row)
                self.notes.add("merged", row.line, f"{row.name}, as in line {other.line}")
                return
            if at == by_email:
                raise BadRowError(f"Line {other.line} has the email address {row.email} already. Keep one of the two.")
            raise BadRowError(
                f"Line {other.line} has a {row.name} in the same team already. Keep one of the two; if they are two "
                "people, add an initial to one of the names, so that teammates can tell them apart."
            )
        if email:
            self._by_email[email] = len(self.rows)
        self._by_name[key] = len(self.rows)
        self.rows.append(row)


def _names_need(cell: Sequence[str]) -> bool:
    """Whether a cell answers the question of what someone needs with a need."""
    return bool(cell) and cell[0].strip().rstrip(".!").casefold() not in _NO_NEED


def is_remark_row(row: Sequence[str]) -> bool:
    """True for a row with a total, or with a remark in one cell, such as notes below a table have."""
    first, *others = filter(None, row)
    if _TOTAL.match(first):
        return not any(map(str.isalpha, others))
    return not others and bool(_REMARK.match(first) or len(first.split()) > _LONGEST_LONE_NAME)


def _merge(kept: RosterRow, row: RosterRow) -> RosterRow:
    """The earlier row with what only the later one has, and with the sessions of both."""
    sessions = kept.sessions
    if sessions and row.sessions is not None:
        sessions = tuple(sorted({*sessions, *row.sessions})) if row.sessions else ()
    is_capitals = kept.name.isupper() and not row.name.isupper() and kept.name.casefold() == row.name.casefold()
    name = row.name if is_capitals else kept.name
    return replace(kept, name=name, person=kept.person or row.person, role=kept.role or row.role, sessions=sessions)


def _has_few_states(table: ListTable) -> bool:
    """Whether a column of states is empty in half of the rows or more, as if each were written once for several."""
    place = table.places.get("jurisdiction")
    filled = [row for row in table.rows if any(row)]
    return place is not None and 2 * sum(bool(row[place : place + 1] and row[place]) for row in filled) <= len(filled)


def name_cells(texts: Sequence[str], places: Mapping[str, int]) -> dict[str, str]:
    """The cells by column. Columns that the list does not have are omitted."""
    return {column: clean_name(texts[place]) if place < len(texts) else "" for column, place in places.items()}
