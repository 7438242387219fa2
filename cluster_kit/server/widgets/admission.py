"""Admission queue for pages with kernels: first come, first served, limited by processors and memory.

A page needs a processor while it is rendered, and memory while it is open. Rendered in parallel, all pages are ready
when the last one is; in sequence, most are ready long before. A waiting client keeps its place by polling; it needs no
kernel.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

# Idle tickets keep their number for this long, but are skipped.
KEPT_S = 300.0
PRESENT_S = 5.0
# Polling interval of the first in line: freed memory causes no event.
LOOK_S = 1.0


@dataclass(frozen=True)
class QueuePlace:
    """A place in line: 0 means admitted. ``full``: a place becomes free only when another user leaves."""

    number: int
    full: bool = False


@dataclass
class _Ticket:
    """A person in line: time of arrival and of the last request, and number of pending requests."""

    number: int
    came: float
    heard: float
    asking: int = 0
    called: asyncio.Event = field(default_factory=asyncio.Event)


class AdmissionQueue:
    """The queue for pages with kernels. A person has one place, regardless of the number of pages.

    Parameters
    ----------
    room
        Returns how many more kernels fit into memory, for this person (by id).
    at_once
        Maximum number of pages rendered concurrently.
    clock
        Monotonic seconds.
    """

    def __init__(self, room: Callable[[str], int], at_once: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._room, self._at_once, self._clock = room, at_once, clock
        self._line: dict[str, _Ticket] = {}
        self._inside: set[str] = set()
        self._entering = 0
        self._numbers = count()

    @property
    def waiting(self) -> int:
        """Number of people in line who are still polling."""
        return sum(self._is_present(ticket) for ticket in self._line.values())

    def place(self, person: str) -> QueuePlace:
        """The person's current place in line; a new person is added at the end."""
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
        """The person's place once it is their turn, or at the timeout ``patience_s``."""
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
        """Hold one of the rendering slots; yields the person's waiting time in seconds."""
        ticket = self._line.pop(person, None)
        self._entering += 1
        self._inside.add(person)
        try:
            yield self._clock() - ticket.came if ticket else 0.0
        finally:
            self._entering -= 1
            self.call_next()

    def close(self) -> None:
        """Admit no one at shutdown: clients stay on the waiting page."""
        self._at_once = 0

    def call_next(self) -> None:
        """Wake the next in line, because a page was rendered or a kernel has ended."""
        present = [person for person, ticket in self._line.items() if self._is_present(ticket)]
        for person in sorted(present, key=self._rank)[: self._at_once]:
            self._line[person].called.set()

    def _ahead_of(self, person: str) -> int:
        """Number of people served before this person."""
        mine = self._rank(person)
        return sum(self._rank(other) < mine and self._is_present(ticket) for other, ticket in self._line.items())

    def _rank(self, person: str) -> tuple[bool, int]:
        """Returning people first, then by arrival."""
        return (person not in self._inside, self._line[person].number)

    def _is_present(self, ticket: _Ticket) -> bool:
        return ticket.asking > 0 or self._clock() - ticket.heard <= PRESENT_S

    def _forget_the_gone(self) -> None:
        oldest = self._clock() - KEPT_S
        for person in [p for p, t in self._line.items() if t.heard < oldest and not t.asking]:
            del self._line[person]


async def _wait_for(event: asyncio.Event, most_s: float) -> None:
    """Wait until the event is set, and clear it, or until ``most_s`` have passed."""
    try:
        await asyncio.wait_for(event.wait(), most_s)
    except TimeoutError:
        return
    event.clear()
