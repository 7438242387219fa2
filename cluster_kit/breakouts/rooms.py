"""Breakout rooms of the video call: the file that assigns people to them in advance."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cluster_kit.breakouts.models import ExistingGroup
from cluster_kit.content.models import Content
from cluster_kit.errors import UsageError
from cluster_kit.exercises.labels import vocabulary_labels
from cluster_kit.insights.session_states import is_invited
from cluster_kit.text import csv_text

if TYPE_CHECKING:
    from cluster_kit.store import Person, Presence

COLUMNS = ("Pre-assign Room Name", "Email Address")
MOST_ROOMS = 100
LONGEST_ROOM_NAME = 32
# A person who loses the connection stays in the group for this long.
PRESENT_FOR = dt.timedelta(minutes=2)
_ADDRESS = re.compile(r"[A-Za-z0-9_][^\s@,;\"'<>|]*@[^\s@,;\"'<>|]+\.[A-Za-z]{2,}")

People = Mapping[str, Sequence["Person"]]
"""By postal code."""


@dataclass(frozen=True)
class LeftOut:
    """A person whom the file cannot assign, and why."""

    state: str
    name: str
    room: str
    why: str


@dataclass(frozen=True)
class Rooms:
    """``rows`` are room name and email address; ``left_out`` must be admitted by hand."""

    rows: tuple[tuple[str, str], ...]
    left_out: tuple[LeftOut, ...]

    def as_csv(self) -> str:
        """The file for the video call, in its two-column format. No cell starts a formula."""
        return csv_text([COLUMNS, *self.rows])


def find_present(people: Iterable[Person], presence: Iterable[Presence], now: dt.datetime) -> dict[str, list[Person]]:
    """People of each state in the session: seen within ``PRESENT_FOR``. Excludes facilitators."""
    seen = {one.person for one in presence if one.seen_at > now - PRESENT_FOR}
    return _by_state(person for person in people if person.id in seen)


def find_invited(people: Iterable[Person], session: int) -> dict[str, list[Person]]:
    """People of each state invited to a session. Excludes facilitators, and people removed from the roster."""
    return _by_state(person for person in people if is_invited(person, session))


def assign_rooms(content: Content, groups: Sequence[ExistingGroup], people: People) -> Rooms:
    """A room for each group with the people of its states. Each address is listed once.

    Raises ``UsageError`` for more groups than the video call has rooms.
    """
    if len(groups) > MOST_ROOMS:
        raise UsageError(f"The video call takes {MOST_ROOMS} rooms at most, and these are {len(groups)} groups.")
    return fill_rooms(content, _seat(content, groups, people))


def fill_rooms(content: Content, rooms: Iterable[tuple[str, Sequence[Person]]]) -> Rooms:
    """The video call's file for rooms of people, by the room's name. Each address is listed once."""
    names = content.jurisdiction_names
    rows: dict[str, tuple[str, str]] = {}
    left_out = []
    for room, seated in rooms:
        for person in seated:
            address = person.email.strip()
            why = _what_is_wrong(address, room, rows)
            if why:
                left_out.append(LeftOut(names.get(person.jurisdiction, person.jurisdiction), person.name, room, why))
            else:
                rows[address.lower()] = (room, address)
    return Rooms(tuple(rows.values()), tuple(left_out))


def list_groups(content: Content, groups: Iterable[ExistingGroup], people: People) -> str:
    """The rooms of groups as text, as ``write_room_list`` has it. Their names are those of the file."""
    return write_room_list(content, _seat(content, groups, people))


def write_room_list(content: Content, rooms: Iterable[tuple[str, Sequence[Person]]]) -> str:
    """Rooms as text to read out or paste, one line each, for calls without a file of rooms."""
    names = content.jurisdiction_names
    lines = []
    for room, seated in rooms:
        people = "; ".join(f"{one.name} ({names.get(one.jurisdiction, one.jurisdiction)})" for one in seated)
        lines.append(f"{room}: {' '.join(people.split())}".rstrip())
    return "\n".join([*lines, ""])


def name_room(content: Content, group: ExistingGroup) -> str:
    """A room name: the group's number, and as much of its area as fits."""
    title = vocabulary_labels(content, "areas").get(group.area, "")
    name = f"Group {group.number}: {title}" if title else f"Group {group.number}"
    if len(name) > LONGEST_ROOM_NAME:
        name = name[: LONGEST_ROOM_NAME + 1].rpartition(" ")[0]
    return name.rstrip(" :,&-")


def _seat(content: Content, groups: Iterable[ExistingGroup], people: People) -> list[tuple[str, list[Person]]]:
    """The name of each group's room, and the people of its states."""
    return [
        (name_room(content, group), [person for code in group.states for person in people.get(code, ())])
        for group in groups
    ]


def _what_is_wrong(address: str, room: str, rows: Mapping[str, tuple[str, str]]) -> str:
    if not address:
        return "No email address is known."
    if not _ADDRESS.fullmatch(address):
        return "The email address is not one that the video call takes."
    if address.lower() in rows:
        there = rows[address.lower()][0]
        where = "this room" if there == room else there
        return f"Another person in {where} has the same email address."
    return ""


def _by_state(people: Iterable[Person]) -> dict[str, list[Person]]:
    found: defaultdict[str, list[Person]] = defaultdict(list)
    for person in people:
        if not person.is_facilitator:
            found[person.jurisdiction].append(person)
    return dict(sorted(found.items()))
