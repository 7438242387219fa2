"""A list of people as staff keep it, read row by row: what is good, and what is wrong where and how to mend it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from cluster_kit.content.models import Content
from cluster_kit.errors import ClusterKitError
from cluster_kit.filetypes import DELIMITED, explain_kind, inspect_file, read_separated
from cluster_kit.roster.people import FACILITATOR, LONGEST_NAME, clean_name, find_role, fold_name

LONGEST_EMAIL = 200
MOST_BYTES = 5_000_000
WANTED = "a “CSV UTF-8” file"
COLUMNS = ("jurisdiction", "name", "email", "role", "sessions")
# How lists spell their headers, without spaces, hyphens and case. `person` is the id in a list that we wrote ourselves.
SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "person": ("person", "personid", "id"),
    "jurisdiction": ("jurisdiction", "state", "statecode", "postalcode", "stateorterritory", "st", "stateterritory"),
    "name": ("name", "fullname", "participant", "participantname", "displayname"),
    "first": ("firstname", "first", "givenname"),
    "last": ("lastname", "last", "surname", "familyname"),
    "email": ("email", "emailaddress", "mail", "workemail"),
    "role": ("role", "roleid"),
    "sessions": ("sessions", "session", "attends", "attending", "invitedto"),
}
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_GUARD = re.compile(r"'(?=[=+\-@])")  # the apostrophe before what a spreadsheet would run


class UnreadableRosterError(ClusterKitError, ValueError):
    """A file that is no list of people."""


class _BadRowError(Exception):
    """What is wrong with a row, in a sentence."""


@dataclass(frozen=True)
class RosterRow:
    """Somebody as the list has them. ``jurisdiction`` is empty for facilitators; ``sessions`` None: no such column."""

    line: int
    person: str
    jurisdiction: str
    name: str
    email: str
    role: str
    sessions: tuple[int, ...] | None


@dataclass(frozen=True)
class RosterProblem:
    """A row that was not taken: its line in the file, from 1, and what is wrong and how to mend it."""

    line: int
    sentence: str


@dataclass(frozen=True)
class Roster:
    """The rows that can be taken, and what is wrong with the others, both by line."""

    rows: tuple[RosterRow, ...]
    problems: tuple[RosterProblem, ...]


def read_roster(content: Content, path: Path) -> Roster:
    """The list in a text file with separated columns, in whatever encoding and with whatever separator it was saved.

    Raises ``UnreadableRosterError`` where the file cannot be read or has no columns of a list.
    """
    lines = _read_lines(path)
    at, header = next(((line, cells) for line, cells in lines if any(cell.strip() for cell in cells)), (1, []))
    places = _find_columns(path, at, header)
    rows: list[RosterRow] = []
    problems: list[RosterProblem] = []
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        try:
            row = _read_row(content, line, _named(cells, places))
            _check_twice(row, rows)
        except _BadRowError as error:
            problems.append(RosterProblem(line, str(error)))
        else:
            rows.append(row)
    return Roster(tuple(rows), tuple(problems))


def _read_lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line that it begins on."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UnreadableRosterError(f"{path} cannot be read: {error.strerror}.") from error
    if len(raw) > MOST_BYTES:
        raise UnreadableRosterError(f"{path} is larger than {MOST_BYTES // 1_000_000} MB: no list of people is.")
    file = inspect_file(raw)
    if file.text is None or file.kind not in DELIMITED:
        raise UnreadableRosterError(f"{path} {explain_kind(file.kind, WANTED)}")
    line = 1
    try:
        for line, cells in read_separated(file.text.text):
            yield line, cells
    except csv.Error as error:
        raise UnreadableRosterError(f"{path}, line {line}: {error}. Save the list as {WANTED} once more.") from error


def _find_columns(path: Path, line: int, header: list[str]) -> dict[str, int]:
    names = [re.sub(r"[\W_]+", "", cell.casefold()) for cell in header]
    places = {
        column: place
        for column, spellings in SPELLINGS.items()
        if (place := next((names.index(one) for one in spellings if one in names), None)) is not None
    }
    missing = [column for column in ("jurisdiction", "name") if column not in places]
    if "first" in places or "last" in places:
        missing = [column for column in missing if column != "name"]
    if missing:
        found = ", ".join(cell.strip() for cell in header if cell.strip()) or "nothing"
        raise UnreadableRosterError(
            f"{path}, line {line}: there is no column {' and no column '.join(missing)}. "
            f"The first row names the columns: {', '.join(COLUMNS)}. It has {found[:200]}."
        )
    return places


def _named(cells: list[str], places: dict[str, int]) -> dict[str, str]:
    """The cells by column; columns that the list does not have are missing."""
    return {
        column: _GUARD.sub("", clean_name(cells[place]), count=1) if place < len(cells) else ""
        for column, place in places.items()
    }


def _read_row(content: Content, line: int, cells: Mapping[str, str]) -> RosterRow:
    name = cells.get("name") or " ".join(part for part in (cells.get("first"), cells.get("last")) if part)
    if not name:
        raise _BadRowError("The name is missing. Write the name that teammates know the person by.")
    if len(name) > LONGEST_NAME:
        raise _BadRowError(f"The name has {len(name)} characters, and {LONGEST_NAME} is the most. Shorten it.")
    is_facilitator = fold_name(cells.get("role", "")) == FACILITATOR
    return RosterRow(
        line=line,
        person=cells.get("person", ""),
        jurisdiction=_jurisdiction(content, cells["jurisdiction"], is_facilitator=is_facilitator),
        name=name,
        email=_email(cells.get("email", "")),
        role="" if is_facilitator else _role(content, cells.get("role", "")),
        sessions=_sessions(content, cells["sessions"]) if "sessions" in cells else None,
    )


def _jurisdiction(content: Content, said: str, *, is_facilitator: bool) -> str:
    if is_facilitator:
        if said:
            raise _BadRowError(
                f"A facilitator belongs to no state: leave the state ({said}) empty, or give the person's role in it."
            )
        return ""
    if not said:
        raise _BadRowError(f"The state is missing. Write a postal code such as OH; for staff, the role {FACILITATOR}.")
    known = {fold_name(named): one.code for one in content.jurisdictions for named in (one.code, one.name)}
    code = known.get(fold_name(said))
    if code is None:
        raise _BadRowError(f"There is no state {said!r}.{_meant(said, known)} Write a postal code such as OH.")
    return code


def _email(said: str) -> str:
    address = said.removeprefix("mailto:")
    if address and (not _EMAIL.fullmatch(address) or len(address) > LONGEST_EMAIL):
        raise _BadRowError(f"{address[:60]!r} is no email address. Write one such as ana.reyes@state.gov, or none.")
    return address


def _role(content: Content, said: str) -> str:
    if not said:
        return ""
    role = find_role(content, said)
    if role is None:
        known = {fold_name(named): one.id for one in content.roles for named in (one.id, one.title)}
        roles = ", ".join([*(one.id for one in content.roles), FACILITATOR])
        raise _BadRowError(f"There is no role {said!r}.{_meant(said, known)} Roles are {roles}; or leave it empty.")
    return role


def _meant(said: str, known: Mapping[str, str]) -> str:
    """A guess at what was meant, as a question to add to a sentence; empty where nothing is near."""
    near = get_close_matches(fold_name(said), known, n=1)
    return f" Did you mean {known[near[0]]}?" if near else ""


def _sessions(content: Content, said: str) -> tuple[int, ...]:
    """``1, 3``, ``1-3``, ``2 and 4``; ``all`` or nothing: all of them, which is kept as none named."""
    known = {session.number for session in content.sessions}
    if fold_name(said) in ("", "all"):
        return ()
    named: set[int] = set()
    words = re.sub(r"\bsessions?\b|\band\b|[,;/&]", " ", said.casefold())
    for part in re.sub(r"\s*[-–]\s*", "-", words).split():
        span = re.fullmatch(r"(\d{1,3})(?:-(\d{1,3}))?", part)
        if not span:
            raise _BadRowError(f"{said!r} names no sessions. Write their numbers, such as 1, 3, or all.")
        named |= set(range(int(span[1]), int(span[2] or span[1]) + 1))
    unknown = sorted(named - known)
    if unknown or not named:
        there = ", ".join(map(str, sorted(known)))
        raise _BadRowError(f"There is no session {unknown[0] if unknown else said!r}. Sessions are {there}, or all.")
    return () if named == known else tuple(sorted(named))


def _check_twice(row: RosterRow, before: list[RosterRow]) -> None:
    """The same person once more, by email, or by state and name."""
    for other in before:
        if row.email and row.email.casefold() == other.email.casefold():
            raise _BadRowError(f"Line {other.line} has the email address {row.email} already. Keep one of the two.")
        if (row.jurisdiction, fold_name(row.name)) == (other.jurisdiction, fold_name(other.name)):
            raise _BadRowError(
                f"Line {other.line} has a {row.name} in the same team already. Keep one of the two; if they are two "
                "people, add an initial to one of the names, so that teammates can tell them apart."
            )
