"""Rooms of people: home rooms per state with tables for people who come alone, and trios across states."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cluster_kit.breakouts.rooms import LONGEST_ROOM_NAME, MOST_ROOMS, Rooms, fill_rooms, write_room_list
from cluster_kit.content.models import Content
from cluster_kit.errors import UsageError
from cluster_kit.sessions.facilitation import SeatedRoom, SeatPeople
from cluster_kit.sessions.seating import RoomUse
from cluster_kit.text import count_of

if TYPE_CHECKING:
    from cluster_kit.store import Person

TABLE = 3
"""The people at a table for those who come alone; a few more join a table rather than sit in twos."""
TRIO = 3
ROOMS_IN_TEAMS = 50
"""Rooms of a Microsoft Teams meeting (facilitation facts, section 1; checked in July 2024)."""


@dataclass(frozen=True)
class PeopleRoom:
    """A room with its number, its name on pages and in the video call, and the people in it."""

    number: int
    name: str
    people: tuple[Person, ...]


@dataclass(frozen=True)
class Seating:
    """The rooms for one use. ``sentence`` tells a facilitator how many there are."""

    use: RoomUse
    rooms: tuple[PeopleRoom, ...]
    sentence: str

    def as_command(self) -> SeatPeople:
        """The command that shows these rooms to participants."""
        rooms = (SeatedRoom(number=r.number, name=r.name, people=tuple(p.id for p in r.people)) for r in self.rooms)
        return SeatPeople(use=self.use, rooms=tuple(rooms))


def form_home_rooms(content: Content, people: Mapping[str, Sequence[Person]]) -> Seating:
    """A home room for each state with two or more people, and tables for people who come alone.

    People at a table are from different states and in similar roles where possible. ``people`` is by postal
    code; the same people give the same rooms, in any order. Raises ``UsageError`` for more than 100 rooms.
    """
    names = content.jurisdiction_names
    teams = sorted((names.get(code, code), _in_order(some)) for code, some in people.items() if len(some) > 1)
    alone = [some[0] for some in people.values() if len(some) == 1]
    rooms = [(name, team) for name, team in teams]
    tables = _tables(content, alone)
    rooms += [(f"Table {number}", table) for number, table in enumerate(tables, start=1)]
    sentence = f"{count_of(len(teams), 'home room')} for states"
    if tables:
        sentence += f", and {count_of(len(tables), 'table')} for people who come alone"
    return _seating(RoomUse.HOME, rooms, f"{sentence}.")


def form_trios(people: Mapping[str, Sequence[Person]]) -> Seating:
    """Trios of people from different states. If the number does not divide by three, one room has two or four people.

    People of one state are together only if there are more of them than rooms. Raises ``UsageError`` for more than
    100 rooms.
    """
    by_state = sorted(people.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    ordered = [person for _, some in by_state for person in _in_order(some)]
    count = max(1, len(ordered) // TRIO + (len(ordered) % TRIO == TRIO - 1)) if ordered else 0
    rooms = [(f"Trio {number + 1}", ordered[number::count]) for number in range(count)]
    return _seating(RoomUse.TRIOS, rooms, f"{count_of(count, 'trio')} of people from different states.")


def place_late(seating: Seating, late: Sequence[Person]) -> Seating:
    """The same rooms with late people: in their state's home room, else at the smallest table or in the smallest trio.

    Room numbers do not change. A person without any room gets a new one.
    """
    rooms = {room.number: list(room.people) for room in seating.rooms}
    named = {room.number: room.name for room in seating.rooms}
    for person in late:
        own = [n for n, some in rooms.items() if _is_home(some) and some[0].jurisdiction == person.jurisdiction]
        shared = [number for number, some in rooms.items() if seating.use is RoomUse.TRIOS or not _is_home(some)]
        choices = (own if seating.use is RoomUse.HOME else []) or shared
        number = min(choices, key=lambda n: (len(rooms[n]), n)) if choices else max(rooms, default=0) + 1
        named.setdefault(number, f"Table {number}")
        rooms.setdefault(number, []).append(person)
    placed = tuple(PeopleRoom(number, named[number], tuple(some)) for number, some in sorted(rooms.items()))
    return Seating(seating.use, placed, f"{count_of(len(late), 'late person', 'late people')} placed.")


def fill_people_rooms(content: Content, seating: Seating) -> Rooms:
    """The video call's file for these rooms, and the people to admit by hand."""
    return fill_rooms(content, [(name_people_room(room), room.people) for room in seating.rooms])


def list_rooms(content: Content, seating: Seating) -> str:
    """The rooms as text, as ``write_room_list`` has it."""
    return write_room_list(content, [(name_people_room(room), room.people) for room in seating.rooms])


def name_people_room(room: PeopleRoom) -> str:
    """The room's name in the video call, with two digits in front so that rooms sort by number."""
    return f"{room.number:02} {room.name}"[:LONGEST_ROOM_NAME].rstrip()


def _seating(use: RoomUse, rooms: Sequence[tuple[str, Sequence[Person]]], sentence: str) -> Seating:
    if len(rooms) > MOST_ROOMS:
        raise UsageError(f"The meeting platform takes {MOST_ROOMS} rooms at most, and these are {len(rooms)}.")
    if len(rooms) > ROOMS_IN_TEAMS:
        sentence += (
            f" Microsoft Teams has {ROOMS_IN_TEAMS} rooms at most, and so have some Zoom accounts: let two small teams"
            " share a room, or use another meeting platform."
        )
    numbered = (PeopleRoom(number, name, tuple(some)) for number, (name, some) in enumerate(rooms, start=1))
    return Seating(use, tuple(numbered), sentence)


def _tables(content: Content, alone: Sequence[Person]) -> list[list[Person]]:
    """Tables of three or four, made of people in similar roles. Two people share one, and five sit together."""
    if not alone:
        return []
    roles = {role.title.casefold(): number for number, role in enumerate(content.roles)}
    last = len(roles)
    ordered = sorted(alone, key=lambda p: (roles.get(p.role.casefold(), last), p.role.casefold(), p.jurisdiction))
    count = max(1, len(ordered) // TABLE)
    sizes = [math.ceil((len(ordered) - n) / count) for n in range(count)]
    starts = [sum(sizes[:n]) for n in range(count)]
    return [ordered[start : start + size] for start, size in zip(starts, sizes, strict=True)]


def _in_order(people: Sequence[Person]) -> list[Person]:
    return sorted(people, key=lambda person: (person.name, person.id))


def _is_home(people: Sequence[Person]) -> bool:
    """Whether the room is one state's."""
    return len(people) > 1 and len({person.jurisdiction for person in people}) == 1
