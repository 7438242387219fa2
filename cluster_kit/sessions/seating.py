"""The rooms of people that participants see: home rooms with tables, and trios."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class RoomUse(StrEnum):
    """What rooms of people are for: a home for each team, or trios that practice a conversation."""

    HOME = "home"
    TRIOS = "trios"


@dataclass(frozen=True)
class ShownRoom:
    """A room as participants see it, with the ids of its people."""

    number: int
    name: str
    people: tuple[str, ...]


@dataclass(frozen=True)
class ShownRooms:
    """The rooms for one use. ``id`` is their event's; ``segment`` is the one in which they were shown first."""

    id: str
    use: RoomUse
    rooms: tuple[ShownRoom, ...]
    at: dt.datetime
    segment: str = ""

    def find_room(self, person: str) -> ShownRoom | None:
        """The person's room, or None."""
        return next((room for room in self.rooms if person in room.people), None)

    def with_aliases(self, aliases: Mapping[str, str]) -> ShownRooms:
        """These rooms after people were merged: by merged id, the id of the person who was kept.

        Someone who then has two seats keeps the first.
        """
        if not aliases:
            return self
        seated: set[str] = set()
        rooms = []
        for room in self.rooms:
            people = tuple(dict.fromkeys(aliases.get(person, person) for person in room.people))
            rooms.append(replace(room, people=tuple(person for person in people if person not in seated)))
            seated.update(people)
        return replace(self, rooms=tuple(rooms))
