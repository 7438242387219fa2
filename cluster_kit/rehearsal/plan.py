"""The options of a rehearsal, and its clock."""

from __future__ import annotations

import asyncio
import hashlib
import random
from dataclasses import dataclass

from cluster_kit.errors import UsageError

LOBBY_MINUTES = 3.0
FASTEST = 240.0


@dataclass(frozen=True)
class RehearsalPlan:
    """The options of a rehearsal.

    ``speed`` is minutes of the session per minute. ``states`` None means every jurisdiction. ``people`` is the number
    invited from each. The same ``seed`` gives the same people and answers. With ``hands_on``, the session is run by
    hand. ``kill_at`` is the minute at which the server is killed and started again; None means never. ``port`` 0: any;
    None: the default port, or the next free one.
    """

    session: int = 1
    speed: float = 20.0
    states: int | None = None
    people: int = 3
    seed: int = 2026
    hands_on: bool = False
    kill_at: float | None = None
    port: int | None = 0


def parse_speed(text: str) -> float:
    """The speed in ``20x`` or ``20``, in minutes of the session per minute.

    Raises
    ------
    UsageError
        If the text is not a speed, or is above the fastest.
    """
    try:
        speed = float(text.strip().lower().removesuffix("x"))
    except ValueError:
        speed = 0.0
    if not 0 < speed <= FASTEST:
        raise UsageError(f"{text!r} is no speed. Write 20x for twenty minutes in one; {FASTEST:g}x is the most.")
    return speed


def seeded_random(*what: object) -> random.Random:
    """A random generator that is deterministic for the arguments, in every process."""
    words = "/".join(map(str, what))
    return random.Random(int.from_bytes(hashlib.sha256(words.encode()).digest()[:8]))  # noqa: S311 - no secret


class Clock:
    """The session's clock, in minutes since the doors opened."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._opened = asyncio.get_running_loop().time()

    @property
    def minute(self) -> float:
        """The current minute."""
        return (asyncio.get_running_loop().time() - self._opened) * self._speed / 60

    def seconds(self, minutes: float) -> float:
        """Real seconds for minutes of the session."""
        return max(0.0, minutes) * 60 / self._speed

    async def until(self, minute: float) -> None:
        """Wait for a minute; returns at once if it has passed."""
        await asyncio.sleep(self.seconds(minute - self.minute))

    async def pause(self, minutes: float) -> None:
        """Wait for some minutes."""
        await asyncio.sleep(self.seconds(minutes))
