"""Read a video call's report of participants: Zoom (meeting and webinar), Teams, and Webex. Nothing of it is stored."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cluster_kit.content.models import Content
from cluster_kit.filetypes import ColumnMemory, TableFile
from cluster_kit.roster.lists.columns import is_screen_name, squeeze_header
from cluster_kit.roster.lists.list_tables import ListTable
from cluster_kit.roster.lists.person_cells import is_email
from cluster_kit.roster.lists.report import UnreadableRosterError
from cluster_kit.roster.lists.staff_list import (
    find_people_tables,
    is_remark_row,
    name_cells,
    read_list_bytes,
    read_list_file,
)
from cluster_kit.roster.names.states import StateNames
from cluster_kit.roster.names.written_names import read_written_name

_MINUTES = re.compile(r"(total)?(inmeeting|attendance|attend)?duration(min(ute)?s)?|timeinsession(min(ute)?s)?|minutes")
_CLOCK = re.compile(r"(\d+):(\d{2})(?::(\d{2}))?")
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([hms])", re.IGNORECASE)
_IN_MINUTES = {"h": 60.0, "m": 1.0, "s": 1 / 60}
_NOT_THERE = {"attended": "no", "inwaitingroom": "yes"}
"""Columns of Zoom, and what they have in a row of someone who was not in the call."""


@dataclass(frozen=True)
class CallRow:
    """One row of a report: a join, or everything of a person. ``table``: the number of its table in the file.

    ``jurisdiction`` is empty if the row names no state. ``minutes`` None: the report does not say.
    """

    line: int
    table: int
    name: str
    email: str
    jurisdiction: str
    minutes: float | None


def read_call_report(content: Content, path: Path) -> list[CallRow]:
    """The rows of everyone who was in the call, in their order.

    Raises ``UnreadableRosterError`` if the file cannot be read or has no column of names.
    """
    states = StateNames(content.jurisdictions)
    file = read_list_file(str(path), read_list_bytes(path))
    try:
        _, tables = find_people_tables(content, str(path), file, {}, "", ColumnMemory(), with_earlier=True)
    except UnreadableRosterError as error:
        if not error.headers:
            raise
        raise UnreadableRosterError(
            f"{path} has no column of names. Use the report of participants of Zoom, Teams, or Webex, or name the "
            "columns Name, Email, State, and Minutes."
        ) from error
    return [row for number, table in enumerate(tables) for row in _read_table(file, number, table, states)]


def _read_table(file: TableFile, number: int, table: ListTable, states: StateNames) -> Iterator[CallRow]:
    squeezed = [squeeze_header(name) for name in table.names]
    minutes = next((at for at, name in enumerate(squeezed) if _MINUTES.fullmatch(name)), None)
    absent = {squeezed.index(name): value for name, value in _NOT_THERE.items() if name in squeezed}
    for at, row in enumerate(table.rows):
        if (
            not any(row)
            or is_remark_row(row)
            or any(_cell(row, place).casefold() == no for place, no in absent.items())
        ):
            continue
        for places in table.people:
            found = _read_person(name_cells(row, places), _is_screen(table, places), states)
            if found:
                name, email, code = found
                lasted = None if minutes is None else _read_minutes(_cell(row, minutes))
                yield CallRow(file.line_of(table.begin + at), number, name, email, code, lasted)


def _cell(row: Sequence[str], place: int) -> str:
    return row[place].strip() if place < len(row) else ""


def _is_screen(table: ListTable, places: Mapping[str, int]) -> bool:
    return "jurisdiction" not in places or ("name" in places and is_screen_name(table.names[places["name"]]))


def _read_person(cells: Mapping[str, str], is_screen: bool, states: StateNames) -> tuple[str, str, str] | None:
    """The name, the address, and the state of a person; None for a row without a name and an address."""
    both = " ".join(filter(None, (cells.get("first"), cells.get("last"))))
    written = read_written_name(cells.get("name") or both, states, is_screen_name=is_screen)
    address = cells.get("email", "").strip()
    email = address if is_email(address) else written.email
    code = states.find(cells.get("jurisdiction", "")) or written.state
    return (written.name, email, code) if written.name or email else None


def _read_minutes(text: str) -> float | None:
    """The minutes in ``89``, ``89 mins``, ``1h 29m 10s``, or ``1:29:10``; None for anything else."""
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    if clock := _CLOCK.fullmatch(text):
        return int(clock[1]) * 60 + int(clock[2]) + int(clock[3] or 0) / 60
    parts = _PART.findall(text)
    return sum(float(number) * _IN_MINUTES[unit.lower()] for number, unit in parts) if parts else None
