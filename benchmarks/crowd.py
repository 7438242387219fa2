"""All visitors of a run, in a process of their own, so that measuring the server does not delay them."""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection

from benchmarks.visitors import Plan, Visit, Visitor

SEED = 20260217
LEAD_S = 1.0


@dataclass(frozen=True)
class Party:
    """Who arrives: one visitor of ``kind`` for each key, at random moments within ``within_s``."""

    kind: type[Visitor]
    address: str
    keys: Sequence[str]
    plan: Plan
    within_s: float


@dataclass(frozen=True)
class Report:
    """What the visitors saw, and the processor seconds that simulating them took."""

    visits: list[Visit]
    cpu_s: float


class Crowd:
    """The visitors' process, as the benchmark sees it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def wait_for(self, what: str) -> None:
        """Wait until everyone is ``"formed"`` (has a form, or failed) or ``"done"`` (has saved all answers)."""
        heard = self._connection.recv()
        if heard != what:
            raise RuntimeError(f"the visitors' process reported {heard!r} instead of {what!r}")

    def dismiss(self) -> Report:
        """Let everyone leave; their report."""
        self._connection.send("leave")
        report = self._connection.recv()
        assert isinstance(report, Report)
        return report


@contextmanager
def gather(party: Party) -> Iterator[Crowd]:
    """The visitors, about to arrive. They are connected until dismissed."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_attend_all, args=(party, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        yield Crowd(ours)
    finally:
        ours.close()
        process.join(timeout=10)
        process.kill()


def _attend_all(party: Party, connection: Connection) -> None:
    connection.send(asyncio.run(_attend(party, connection)))


async def _attend(party: Party, connection: Connection) -> Report:
    cpu, order, begins = time.process_time(), random.Random(SEED), time.monotonic() + LEAD_S
    moments = sorted(begins + order.uniform(0, party.within_s) for _ in party.keys)
    visitors = [
        party.kind(party.address, key, party.plan, moment) for key, moment in zip(party.keys, moments, strict=True)
    ]
    leave, left = asyncio.Event(), {"formed": len(visitors), "done": len(visitors)}

    def report(what: str) -> None:
        left[what] -= 1
        if not left[what]:
            connection.send(what)

    visits = [asyncio.create_task(visitor.attend(leave, report)) for visitor in visitors]
    await asyncio.to_thread(connection.recv)
    leave.set()
    return Report(list(await asyncio.gather(*visits)), time.process_time() - cpu)
