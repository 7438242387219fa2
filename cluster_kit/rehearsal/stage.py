"""Environment of a rehearsal: a home with a fictional series and its people, and a real server."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass, field, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx

from cluster_kit.content import Content, find_newest_series, load_content
from cluster_kit.content.new_series import copy_as_fictional, create_series
from cluster_kit.errors import ClusterKitError, UsageError
from cluster_kit.rehearsal.plan import LOBBY_MINUTES
from cluster_kit.rehearsal.script import Script
from cluster_kit.rehearsal.tally import Tally
from cluster_kit.roster.codes import list_codes
from cluster_kit.server import make_link
from cluster_kit.settings import DB_VARIABLE, Settings
from cluster_kit.store import Person, Store
from cluster_kit.store.models import SPEED, NewEvent

SERIES = "rehearsal"
FACILITATOR, CO_FACILITATOR, SCRIPTED = "rehearsal-facilitator", "rehearsal-co-facilitator", "rehearsal-script"
GUESTS = ("rehearsal-guest-1", "rehearsal-guest-2")
READY_S = 300.0
ENDS_S = 30.0


class ServerEndedError(ClusterKitError):
    """The rehearsal's server is not running, and cannot be restarted."""


def prepare_rehearsal_series(settings: Settings, session: int) -> Content:
    """Create the fictional series in an empty home: the shipped sessions, with the rehearsed one about to begin.

    Shortly before midnight, the sessions keep the times of the source.

    Raises ``UsageError`` if the home is not empty, so that no other deployment is affected.
    """
    if settings.home.exists() and any(settings.home.iterdir()):
        raise UsageError(
            f"{settings.home} is not empty. A rehearsal needs a new folder: give --keep one that does not exist."
        )
    source = load_content(find_newest_series())
    length = dt.timedelta(minutes=source.get_session(session).minutes)
    start = dt.datetime.now(ZoneInfo(source.series.time_zone)) + dt.timedelta(minutes=LOBBY_MINUTES)
    new = copy_as_fictional(source.series, SERIES, "rehearsal", session, start.date())
    if (end := start + length).date() == start.date():
        times = {one.session: (one.start, one.end) for one in source.series.schedule}
        times[session] = (start.time().replace(second=0, microsecond=0), end.time().replace(second=0, microsecond=0))
        new = replace(new, times=tuple(times.values()))
    settings.content.mkdir(parents=True)
    create_series(new, settings.content)
    return load_content(SERIES, overlay=settings.content)


def add_actors(store: Store, script: Script) -> Person:
    """Add everyone on the roster, with guests, facilitators, and team codes; returns the scripted facilitator."""
    series = script.content.series.id
    for actor in script.cast:
        email = f"{actor.id}@example.org"
        where = {"series": series, "jurisdiction": actor.jurisdiction}
        store.add_person(Person(id=actor.id, name=actor.name, role=actor.role, email=email, **where))
    states = list(script.teams)
    for number, guest in enumerate(GUESTS):
        state = states[number % len(states)]
        store.add_person(Person(id=guest, series=series, jurisdiction=state, name=f"Guest {number + 1}"))
    for number, facilitator in enumerate((FACILITATOR, CO_FACILITATOR), start=1):
        store.add_person(Person(id=facilitator, series=series, jurisdiction="", name=f"Facilitator {number}"))
    list_codes(store, series, script.teams)  # makes them
    return store.add_person(Person(id=SCRIPTED, series=series, jurisdiction="", name="Facilitator (script)"))


def set_clock_speed(store: Store, script: Script) -> None:
    """Make the clocks of all pages run at the speed of the rehearsal."""
    where = {"series": script.content.series.id, "session": script.plan.session}
    store.add_events([NewEvent(id="rehearsal-speed", kind=SPEED, author=SCRIPTED, value=script.plan.speed, **where)])


def _environment() -> dict[str, str]:
    """The server's environment, restricted to its home's store so that fictional answers never reach a real one."""
    return {name: value for name, value in os.environ.items() if name != DB_VARIABLE}


@dataclass
class Stage:
    """The server process. ``port`` 0 means any, None the default; after the first start it stays the same.

    The pages of ``session`` are rendered for all invited states before people arrive.
    """

    settings: Settings
    port: int | None
    session: int
    tally: Tally
    address: str = ""
    process: Process | None = None
    _ends: bool = field(default=False)

    async def start(self) -> None:
        """Start the server and wait until it is ready. Raises ``ServerEndedError`` if it ends instead."""
        home = self.settings.home
        serve = ["serve", "--series", SERIES, "--home", str(home)]
        serve += [] if self.port is None else ["--port", str(self.port)]
        serve += ["--prepare", str(self.session)]
        with self.log.open("ab") as log:
            # In a process group of its own, because Ctrl+C is for the rehearsal, whose pages must send their last
            # requests first. Bound to the rehearsal, so that it ends if the rehearsal is killed.
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "cluster_kit.server.run_with_parent",
                *serve,
                stdin=PIPE,
                stdout=PIPE,
                stderr=log,
                env=_environment(),
                process_group=0,
            )
        assert self.process.stdout is not None  # noqa: S101 - it was asked for
        self.address = (await self.process.stdout.readline()).decode().strip()
        if not self.address:
            tail = self.log.read_text(encoding="utf-8")[-1000:]
            raise ServerEndedError(f"The server did not start. Its log ends with:\n{tail}")
        self.port = int(self.address.rpartition(":")[2])
        self.tally.server_starts += 1

    async def ready(self) -> None:
        """Wait until pages are prepared and the server is ready. Raises ``ServerEndedError`` at the timeout."""
        async with asyncio.timeout(READY_S), httpx.AsyncClient(base_url=self.address, trust_env=False) as client:
            while True:
                try:
                    if (await client.get("/ready")).json()["status"] == "ready":
                        return
                except (httpx.HTTPError, json.JSONDecodeError, KeyError):
                    if self.process is None or self.process.returncode is not None:
                        raise ServerEndedError(f"The server ended while it prepared pages. See {self.log}.") from None
                await asyncio.sleep(0.3)

    async def keep_up(self) -> None:
        """Restart the server whenever it ends by itself, until ``stop``."""
        while self.process:
            await self.process.wait()
            if self._ends:
                return
            await self.start()

    def kill(self) -> None:
        """Kill the server to simulate a crash."""
        if self.process and self.process.returncode is None:
            self.process.kill()

    async def stop(self) -> None:
        """Stop the server and all its kernels."""
        self._ends = True
        if self.process is None or self.process.returncode is not None:
            return
        self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), ENDS_S)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()

    @property
    def log(self) -> Path:
        """The server's log file."""
        return self.settings.home / "server.log"

    def link(self, person: str, session: int) -> str:
        """A person's join link."""
        return make_link(self.settings, person, address=self.address, session=session)
