"""Who may come in now, and who waits: first come, first served, few at a time, as many as memory has room for.

A page costs a moment of the processors while it is made, and memory as long as it is open. Made side by side, all
pages are ready when the last one is; made one after the other, most are ready long before. Whoever has to wait keeps
a place in line by asking for it now and then; nothing else is needed, a kernel least of all.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

# A place is kept for somebody who has stopped asking, but not held free: the next in line goes first.
KEPT_S = 300.0
PRESENT_S = 5.0
# How often the first in line look again by themselves: memory becomes free without a word.
LOOK_S = 1.0


@dataclass(frozen=True)
class QueuePlace:
    """A place in line: 0 is to come in now. ``full`` is when it takes somebody to leave, not just a moment."""

    number: int
    full: bool = False


@dataclass
class _Ticket:
    """Somebody in line: when they came and last asked, and how many of their requests wait just now."""

    number: int
    came: float
    heard: float
    asking: int = 0
    called: asyncio.Event = field(default_factory=asyncio.Event)


class AdmissionQueue:
    """The line in front of the session pages. One place for each person, however many pages they open.

    Parameters
    ----------
    room
        How many more kernels there is memory for, for this person (by id).
    at_once
        How many pages may be in the making at a time.
    clock
        Seconds that only go forward.
    """

    def __init__(self, room: Callable[[str], int], at_once: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._room, self._at_once, self._clock = room, at_once, clock
        self._line: dict[str, _Ticket] = {}
        self._inside: set[str] = set()
        self._entering = 0
        self._numbers = count()

    @property
    def waiting(self) -> int:
        """How many people are in line and still there."""
        return sum(self._is_present(ticket) for ticket in self._line.values())

    @property
    def is_calm(self) -> bool:
        """Whether nobody waits and no page is in the making."""
        return not self._entering and not self.waiting

    def place(self, person: str) -> QueuePlace:
        """The person's place in line just now; whoever has none yet goes to the end."""
        self._forget_the_gone()
        now = self._clock()
        ticket = self._line.setdefault(person, _Ticket(next(self._numbers), came=now, heard=now))
        ticket.heard = now
        room = self._room(person)
        ahead = self._ahead_of(person)
        if ahead < min(self._at_once, room) - self._entering:
            return QueuePlace(0)
        return QueuePlace(ahead + 1, full=room <= 0)

    async def turn(self, person: str, patience_s: float) -> QueuePlace:
        """The person's place once it is their turn, or after ``patience_s`` whatever it is then."""
        ends = self._clock() + patience_s
        place = self.place(person)
        ticket = self._line[person]
        ticket.asking += 1
        try:
            while place.number and (left := ends - self._clock()) > 0:
                await _wait_for(ticket.called, min(left, LOOK_S))
                place = self.place(person)
        finally:
            ticket.asking -= 1
        return place

    @contextmanager
    def enter(self, person: str) -> Iterator[float]:
        """Hold one of the places where pages are made; yields the seconds that the person has waited for it."""
        ticket = self._line.pop(person, None)
        self._entering += 1
        self._inside.add(person)
        try:
            yield self._clock() - ticket.came if ticket else 0.0
        finally:
            self._entering -= 1
            self.call_next()

    def close(self) -> None:
        """Let nobody in any more: the server is ending, and whoever waits is better off on the waiting page."""
        self._at_once = 0

    def call_next(self) -> None:
        """There may be room: a page is made, or a kernel has ended. Those whose turn it could be look again."""
        present = [person for person, ticket in self._line.items() if self._is_present(ticket)]
        for person in sorted(present, key=self._rank)[: self._at_once]:
            self._line[person].called.set()

    def _ahead_of(self, person: str) -> int:
        """How many are served before this person."""
        mine = self._rank(person)
        return sum(self._rank(other) < mine and self._is_present(ticket) for other, ticket in self._line.items())

    def _rank(self, person: str) -> tuple[bool, int]:
        """Who was inside already goes first: they had their turn, and only come back. Then who came first."""
        return (person not in self._inside, self._line[person].number)

    def _is_present(self, ticket: _Ticket) -> bool:
        return ticket.asking > 0 or self._clock() - ticket.heard <= PRESENT_S

    def _forget_the_gone(self) -> None:
        oldest = self._clock() - KEPT_S
        for person in [p for p, t in self._line.items() if t.heard < oldest and not t.asking]:
            del self._line[person]


async def _wait_for(event: asyncio.Event, most_s: float) -> None:
    """Return when the event is set, and clear it, or after ``most_s``."""
    try:
        await asyncio.wait_for(event.wait(), most_s)
    except TimeoutError:
        return
    event.clear()
