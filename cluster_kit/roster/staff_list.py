"""Read a staff list of people row by row: valid rows, and problems with their line and correction."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path

from cluster_kit.content.models import Content
from cluster_kit.errors import UsageError
from cluster_kit.filetypes import (
    ColumnMapping,
    ColumnMemory,
    SheetCells,
    TableError,
    TableFile,
    TableLimits,
    UnclearColumnsError,
    find_named_columns,
    read_table_file,
)
from cluster_kit.filetypes.headers import cell_text, find_header_row
from cluster_kit.roster.columns import (
    COLUMN_ALIASES,
    COLUMNS,
    find_by_content,
    is_header_row,
    is_screen_name,
    match_columns,
    squeeze_header,
)
from cluster_kit.roster.people import FACILITATOR, LONGEST_NAME, clean_name, find_role, fold_name
from cluster_kit.roster.report import RosterNote, RosterNotes
from cluster_kit.roster.spellings import spelling_key, suggest_role
from cluster_kit.roster.states import StateNames
from cluster_kit.roster.written_names import WrittenName, read_written_name
from cluster_kit.store.models import email_key

LONGEST_EMAIL = 200
MOST_BYTES = 5_000_000
MOST_PEOPLE = 50_000
WANTED = "a “CSV UTF-8” file"
KIND = "roster"
WRITE_STATE = "Write a two-letter abbreviation such as OH"
"""The kind of table under which chosen columns are remembered."""

_LIMITS = TableLimits(MOST_BYTES, ": no list of people is.", max_unpacked=100_000_000, max_rows=MOST_PEOPLE + 1)
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_PERSON_ID = re.compile(r"[0-9a-f]{16}")
# Other columns of lists that the kit wrote, which have the ids of people. They are not imported.
_KIT_COLUMNS = re.compile(r"state|firstname|link|teamcode|joinpage|registered|withdrawlink|(?:session|time)\d+")
# What people are in a meeting or an order, not in their state.
_MEETING_ROLES = frozenset(
    {
        "attendee",
        "organizer",
        "co-organizer",
        "presenter",
        "host",
        "co-host",
        "panelist",
        "guest",
        "participant",
        "member",
    }
)
_YES, _NO = frozenset({"all", "y", "yes", "x", "true"}), frozenset({"n", "no", "false"})
_TOTAL = re.compile(r"(grand |sub-? ?)?totals?\b|count\b", re.IGNORECASE)
_REMARK = re.compile(r"[*†‡]|(notes?|source|updated|page|as of)\b", re.IGNORECASE)
_LONGEST_LONE_NAME = 6  # words
_NOT_COMING = frozenset(
    {
        "cancelled",
        "canceled",
        "denied",
        "declined",
        "refunded",
        "not attending",
        "deleted",
        "transferred",
        "void",
        "voided",
    }
)


class UnreadableRosterError(UnclearColumnsError, ValueError):
    """A file that is not a list of people."""


class _BadRowError(Exception):
    """A problem of a row. The message is a sentence."""


@dataclass(frozen=True)
class RosterRow:
    """A person as listed. ``jurisdiction`` is empty for facilitators. ``sessions`` None: the column is missing.

    ``written`` is the name as the list has it, where that is ``Reyes, Ana``, and ``name`` is ``Ana Reyes``.
    """

    line: int
    person: str
    jurisdiction: str
    name: str
    email: str
    role: str
    sessions: tuple[int, ...] | None
    written: str = ""


@dataclass(frozen=True)
class RosterProblem:
    """A row that was skipped: its line in the file, from 1, and a sentence with the problem and its correction."""

    line: int
    sentence: str


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


@dataclass(frozen=True)
class _Table:
    """The rows of one table of a file, from ``begin`` to ``end``, and the column of each role."""

    names: Sequence[str]
    places: Mapping[str, int]
    begin: int
    end: int


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

    ``columns`` has the header or letter of a role's column, if it is not recognized, and ``memory`` keeps them.
    ``jurisdiction`` is the state of people without one in the list.
    Raises ``UnreadableRosterError`` if the file cannot be read or has no columns of a roster.
    """
    try:
        with path.open("rb") as opened:
            raw = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise UnreadableRosterError(f"{path} cannot be read: {error.strerror}.") from error
    return read_roster_from(
        content, str(path), raw, columns=columns, sheet=sheet, memory=memory, jurisdiction=jurisdiction
    )


def read_roster_from(  # noqa: PLR0913  (how to read the file)
    content: Content,
    name: str,
    raw: bytes,
    *,
    columns: Mapping[str, str] | None = None,
    sheet: str = "",
    memory: ColumnMemory | None = None,
    jurisdiction: str = "",
) -> Roster:
    """Like ``read_roster``, for a file in memory, such as an upload. ``name`` is for messages."""
    file = _read_file(name, raw)
    states, wanted, memory = StateNames(content.jurisdictions), columns or {}, memory or ColumnMemory()
    if unknown := [role for role in wanted if role not in COLUMN_ALIASES]:
        raise UnreadableRosterError(
            f"{unknown[0]!r} is not a column that is read. These are: {', '.join(COLUMN_ALIASES)}."
        )
    if jurisdiction and not states.find(jurisdiction):
        raise UnreadableRosterError(f"There is no state {jurisdiction!r}. {WRITE_STATE}.")
    rows = [[*map(cell_text, row)] for row in _choose_sheet(name, file, sheet).rows]
    tables = _find_tables(rows, wanted, memory, states)
    if not tables:
        raise _nothing_found(name, file, rows, wanted)
    first = tables[0]
    reader = _RosterReader(content, states, jurisdiction)
    for table in tables:
        reader.read(file, rows, table)
    if "jurisdiction" not in first.places and not any(row.jurisdiction for row in reader.rows):
        raise _missing(name, file.line_of(first.begin - 1), first.names, ["jurisdiction"])
    memory.remember(KIND, first.names, {role: first.names[first.places[role]] for role in wanted})
    return Roster(tuple(reader.rows), tuple(reader.problems), _describe(first, wanted, memory), reader.notes.collect())


# --- the file and its tables -----------------------------------------------------------------------------------


def _read_file(name: str, raw: bytes) -> TableFile:
    try:
        file = read_table_file(raw, WANTED, _LIMITS)
    except TableError as error:
        raise UnreadableRosterError(f"{name} {error}") from error
    if max((len(sheet.rows) for sheet in file.sheets), default=0) > MOST_PEOPLE + 1:
        raise UnreadableRosterError(f"{name} has more than {MOST_PEOPLE:,} rows: no list of people is that long.")
    return file


def _choose_sheet(name: str, file: TableFile, sheet: str) -> SheetCells:
    """The named sheet; else the visible one with the most known columns."""
    if sheet:
        found = next((one for one in file.sheets if one.name.strip().casefold() == sheet.strip().casefold()), None)
        if found is None:
            names = ", ".join(one.name for one in file.sheets if one.name) or "none, for it is a text file"
            raise UnreadableRosterError(f"{name} has no sheet {sheet!r}. Its sheets are: {names}.")
        return found

    def rank(one: SheetCells) -> tuple[int, bool]:
        header = find_header_row(one.rows, match_columns)
        return len(header.roles) if header else 0, not one.is_hidden

    return max(file.sheets, key=rank, default=SheetCells("", []))


def _find_tables(
    rows: Sequence[Sequence[str]], wanted: Mapping[str, str], memory: ColumnMemory, states: StateNames
) -> list[_Table]:
    """The table below the first header, and others below headers of their own; only those with names."""
    header = find_header_row(rows, lambda names: _match(names, wanted, memory))
    if header is None:
        return []
    later = [at for at in range(header.row + 1, len(rows)) if is_header_row(rows[at])]
    starts = [header.row, *later]
    tables = []
    for at, end in zip(starts, [*later, len(rows)], strict=True):
        names = header.names if at == header.row else rows[at]
        places = _match(names, wanted, memory)
        places |= find_by_content(names, places, rows[at + 1 : end], states)
        if places.keys() & {"name", "first", "last"}:
            tables.append(_Table(names, places, at + 1, end))
    return tables


def _match(names: Sequence[str], wanted: Mapping[str, str], memory: ColumnMemory) -> dict[str, int]:
    """The columns by their headers, or as named now or for an earlier file. Empty if a named one is missing."""
    names = [" ".join(name.split()) for name in names]
    named = find_named_columns(names, {**memory.find(KIND, names), **wanted})
    if not wanted.keys() <= named.keys():
        return {}
    free = ["" if place in named.values() else name for place, name in enumerate(names)]
    return match_columns(free) | named


def _nothing_found(
    name: str, file: TableFile, rows: Sequence[Sequence[str]], wanted: Mapping[str, str]
) -> UnreadableRosterError:
    if not any(map(any, rows)):
        return UnreadableRosterError(f"{name} is empty. Save it again, and bring that copy.")
    header = find_header_row(rows, match_columns)
    at = header.row if header else next(at for at, row in enumerate(rows) if any(row))
    names = rows[at]
    if missing := [one for role, one in wanted.items() if role not in find_named_columns(names, wanted)]:
        called = ", ".join(map(repr, missing))
        return UnreadableRosterError(f"{name} has no column called {called}. It has {_list(names)}.", headers=names)
    places = header.roles if header else {}
    return _missing(name, file.line_of(at), names, [one for one in ("jurisdiction", "name") if one not in places])


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


def _describe(table: _Table, wanted: Mapping[str, str], memory: ColumnMemory) -> ColumnMapping:
    read = {role: table.names[place] for role, place in table.places.items()}
    free = [clean_name(name) for place, name in enumerate(table.names) if place not in table.places.values()]
    is_ours = "person" in table.places
    unread = [name for name in free if name and not (is_ours and _KIT_COLUMNS.fullmatch(squeeze_header(name)))]
    remembered = [role for role in memory.find(KIND, table.names) if role not in wanted]
    return ColumnMapping(read, tuple(unread), tuple(remembered))


# --- its rows --------------------------------------------------------------------------------------------------


class _RosterReader:
    """Reads tables in sequence, and collects their rows and problems."""

    def __init__(self, content: Content, states: StateNames, jurisdiction: str = "") -> None:
        self.rows: list[RosterRow] = []
        self.problems: list[RosterProblem] = []
        self.notes = RosterNotes()
        self._content, self._states, self._jurisdiction = content, states, jurisdiction
        self._by_email: dict[str, int] = {}
        self._by_name: dict[tuple[str, tuple[str, ...]], int] = {}

    def read(self, file: TableFile, rows: Sequence[Sequence[str]], table: _Table) -> None:
        places = self._without_foreign_ids(rows[table.begin : table.end], table)
        for at in range(table.begin, _end_of(rows, table)):
            if not any(rows[at]):
                continue
            line = file.line_of(at)
            if _is_remark(rows[at]):
                self.notes.add("remark", line, next(filter(None, rows[at])))
                continue
            try:
                row = self.read_cells(line, _named(rows[at], places), table)
                if row:
                    self._add(row)
            except _BadRowError as error:
                self.problems.append(RosterProblem(line, str(error)))

    @staticmethod
    def _without_foreign_ids(rows: Sequence[Sequence[str]], table: _Table) -> dict[str, int]:
        """The columns without one called ID that has another system's ids."""
        places = dict(table.places)
        place = places.get("person")
        if place is not None and table.names[place].strip().casefold() == "id":
            values = [row[place] for row in rows if place < len(row) and row[place]]
            if not any(map(_PERSON_ID.fullmatch, values)):
                del places["person"]
        return places

    def read_cells(self, line: int, cells: Mapping[str, str], table: _Table) -> RosterRow | None:
        """The person of a row; None for a registration that was cancelled."""
        for status, no in ((cells.get("status", ""), _NOT_COMING), (cells.get("sessions", ""), _NO)):
            if status.casefold() in no:
                self.notes.add("not_coming", line, status)
                return None
        listed, written = self._read_name(cells, table)
        if len(written.name) > LONGEST_NAME:
            raise _BadRowError(
                f"The name has {len(written.name)} characters, and {LONGEST_NAME} is the most. Shorten it."
            )
        role = cells.get("role", "")
        folded = fold_name(role)
        is_facilitator = folded == FACILITATOR
        if folded in _MEETING_ROLES and find_role(self._content, role) is None:
            self.notes.add("meeting_role", line, role)
            role = ""
        state = cells.get("jurisdiction", "")
        if not state and written.state and not is_facilitator:
            self.notes.add("state_from_name", line, f"{written.name}: {written.state}")
            state = written.state
        if not state and not is_facilitator:
            state = self._jurisdiction
        return RosterRow(
            line=line,
            person=cells.get("person", ""),
            jurisdiction=_jurisdiction(self._states, state, is_facilitator=is_facilitator),
            name=written.name,
            email=_email(cells.get("email", ""), written.email),
            role="" if is_facilitator else _role(self._content, role),
            sessions=_sessions(self._content, cells["sessions"]) if "sessions" in cells else None,
            written=listed if listed != written.name else "",
        )

    def _read_name(self, cells: Mapping[str, str], table: _Table) -> tuple[str, WrittenName]:
        """The name as listed, in one column or in two, and what it says."""
        both = " ".join(part for part in (cells.get("first"), cells.get("last")) if part)
        place = table.places.get("name")
        is_screen = place is not None and is_screen_name(table.names[place])
        whole = cells.get("name", "")
        if not whole and not both:
            raise _BadRowError("The name is missing. Write the name that teammates know the person by.")
        reads_states = not cells.get("jurisdiction") and not self._jurisdiction
        written = read_written_name(whole or both, self._states, is_screen_name=is_screen or reads_states)
        is_split = bool(cells.get("first") and cells.get("last"))  # one field of two may have the whole name
        if both and (is_screen or not whole) and (is_split or is_screen):
            return both, replace(written, name=both)
        return whole or both, written

    def _add(self, row: RosterRow) -> None:
        """Keep the row, or merge it with an earlier one of the same person. Raises ``_BadRowError`` if unclear."""
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
                raise _BadRowError(f"Line {other.line} has the email address {row.email} already. Keep one of the two.")
            raise _BadRowError(
                f"Line {other.line} has a {row.name} in the same team already. Keep one of the two; if they are two "
                "people, add an initial to one of the names, so that teammates can tell them apart."
            )
        if email:
            self._by_email[email] = len(self.rows)
        self._by_name[key] = len(self.rows)
        self.rows.append(row)


def _is_remark(row: Sequence[str]) -> bool:
    """True for a row with a total, or with a remark in one cell, such as notes below a table have."""
    first, *others = filter(None, row)
    if _TOTAL.match(first):
        return not any(map(str.isalpha, others))
    return not others and bool(_REMARK.match(first) or len(first.split()) > _LONGEST_LONE_NAME)


def _end_of(rows: Sequence[Sequence[str]], table: _Table) -> int:
    """The table's end, without the heading of the next one."""
    end = table.end
    while end < len(rows) and end > table.begin and sum(map(bool, rows[end - 1])) < 2:
        end -= 1
    return end


def _merge(kept: RosterRow, row: RosterRow) -> RosterRow:
    """The earlier row with what only the later one has, and with the sessions of both."""
    sessions = kept.sessions
    if sessions and row.sessions is not None:
        sessions = tuple(sorted({*sessions, *row.sessions})) if row.sessions else ()
    return replace(kept, person=kept.person or row.person, role=kept.role or row.role, sessions=sessions)


def read_person_fields(content: Content, fields: Mapping[str, str]) -> RosterRow:
    """One person as entered in a form, checked as a row of a list is. ``fields`` are those of ``COLUMNS``.

    Raises ``UsageError`` with what to correct.
    """
    reader = _RosterReader(content, StateNames(content.jurisdictions))
    cells = {column: clean_name(fields.get(column, "")) for column in COLUMNS}
    try:
        row = reader.read_cells(1, cells, _Table((), {}, 0, 0))
    except _BadRowError as error:
        raise UsageError(str(error)) from error
    if row is None:
        raise UsageError("The name is missing. Write the name that teammates know the person by.")
    return row


def _named(texts: Sequence[str], places: Mapping[str, int]) -> dict[str, str]:
    """The cells by column. Columns that the list does not have are omitted."""
    return {column: clean_name(texts[place]) if place < len(texts) else "" for column, place in places.items()}


def _jurisdiction(states: StateNames, text: str, *, is_facilitator: bool) -> str:
    if is_facilitator:
        if text:
            raise _BadRowError(
                f"A facilitator belongs to no state: leave the state ({text}) empty, or give the person's role in it."
            )
        return ""
    if not text:
        raise _BadRowError(f"The state is missing. {WRITE_STATE}; for staff, the role {FACILITATOR}.")
    code = states.find(text)
    if code is None:
        raise _BadRowError(f"There is no state {text!r}.{_suggest(text, states.known)} {WRITE_STATE}.")
    return code


def is_email(text: str) -> bool:
    """Whether this can be an email address."""
    return bool(_EMAIL.fullmatch(text)) and len(text) <= LONGEST_EMAIL


def _email(text: str, beside_name: str) -> str:
    """The address in the cell, also as ``Ana Reyes <ana@state.gov>``; else the one beside the name."""
    bracketed = re.fullmatch(r"[^<>]*<\s*([^<>\s]+)\s*>", text) if "<" in text else None
    address = (bracketed[1] if bracketed else text).removeprefix("mailto:") or beside_name
    if address and not is_email(address):
        raise _BadRowError(f"{address[:60]!r} is no email address. Write one such as ana.reyes@state.gov, or none.")
    return address


def _role(content: Content, text: str) -> str:
    if not text:
        return ""
    role = find_role(content, text)
    if role is None:
        near = suggest_role(content, text)
        suggestion = f" Did you mean {near}?" if near else ""
        roles = ", ".join([*(one.id for one in content.roles), FACILITATOR])
        raise _BadRowError(f"There is no role {text!r}.{suggestion} Roles are {roles}; or leave it empty.")
    return role


def _suggest(text: str, known: Mapping[str, str]) -> str:
    """A suggestion to append to a sentence, or an empty string if nothing is similar."""
    near = get_close_matches(fold_name(text), known, n=1)
    return f" Did you mean {known[near[0]]}?" if near else ""


def _sessions(content: Content, text: str) -> tuple[int, ...]:
    """The sessions in text such as ``1, 3``, ``1-3``, or ``2 and 4``. ``all`` or no text gives an empty tuple."""
    known = {session.number for session in content.sessions}
    if not text or fold_name(text) in _YES:
        return ()
    named: set[int] = set()
    words = re.sub(r"\bsessions?\b|\band\b|[,;/&]", " ", text.casefold())
    for part in re.sub(r"\s*[-–]\s*", "-", words).split():
        span = re.fullmatch(r"(\d{1,3})(?:-(\d{1,3}))?", part)
        if not span:
            raise _BadRowError(f"{text!r} names no sessions. Write their numbers, such as 1, 3, or all.")
        named |= set(range(int(span[1]), int(span[2] or span[1]) + 1))
    unknown = sorted(named - known)
    if unknown or not named:
        there = ", ".join(map(str, sorted(known)))
        raise _BadRowError(f"There is no session {unknown[0] if unknown else text!r}. Sessions are {there}, or all.")
    return () if named == known else tuple(sorted(named))
