"""The rehearsal: a server, its participants, and a report at the end."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cluster_kit.rehearsal.cast import Actor
from cluster_kit.rehearsal.earlier import add_earlier_answers
from cluster_kit.rehearsal.facilitator import Facilitator
from cluster_kit.rehearsal.participant import RehearsalParticipant
from cluster_kit.rehearsal.plan import LOBBY_MINUTES, Clock, RehearsalPlan
from cluster_kit.rehearsal.script import Script
from cluster_kit.rehearsal.stage import (
    CO_FACILITATOR,
    FACILITATOR,
    GUESTS,
    Stage,
    add_actors,
    prepare_rehearsal_series,
    set_clock_speed,
)
from cluster_kit.rehearsal.tally import Report, Tally, report_on
from cluster_kit.sessions import SessionLog
from cluster_kit.settings import Settings
from cluster_kit.store import Person, Store, StoreError
from cluster_kit.store.deployment import open_deployment_store

MOMENT_S = 1.0
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class RehearsalOpening:
    """The rehearsal has opened: links to the console for two facilitators, and to join as a participant."""

    session: str
    address: str
    console: str
    co_facilitator: str
    guests: tuple[str, ...]
    people: int
    states: int
    minutes: float


@dataclass(frozen=True)
class Moment:
    """The state of the rehearsal at a minute after it opened.

    ``here`` is the number of people with an open page. ``answers`` and ``actions`` are those that the server has
    acknowledged; ``waiting`` answers are sent and neither saved nor refused. ``killed``: the server was just killed.
    """

    minute: float
    segment: str
    here: int
    answers: int
    actions: int
    waiting: int
    killed: bool = False


OnEvent = Callable[[RehearsalOpening | Moment | Report], None]


def rehearse(plan: RehearsalPlan, home: Path, on_event: OnEvent) -> Report:
    """Run a rehearsal in ``home``, which must be new or empty, and report the fate of every answer.

    ``on_event`` is called when the rehearsal opens, every second with its state, and with the report. Ctrl+C ends it
    early and cleanly.

    Raises
    ------
    UsageError
        If ``home`` is not empty.
    UnknownSessionError
        If the series has no session of the plan's number.
    """
    settings = Settings(home)
    script = Script.write(plan, prepare_rehearsal_series(settings, plan.session))
    with open_deployment_store(settings) as store:
        person = add_actors(store, script)
        set_clock_speed(store, script)
        add_earlier_answers(store, script)
        report = asyncio.run(_Rehearsal(script, settings, store, person, on_event).run())
    on_event(report)
    return report


class _Rehearsal:
    def __init__(self, script: Script, settings: Settings, store: Store, person: Person, on_event: OnEvent) -> None:
        self._script, self._store, self._person, self._on_event = script, store, person, on_event
        self._tally = Tally()
        self._stage = Stage(settings, script.plan.port, script.plan.session, self._tally)
        self._session_log = SessionLog(store, script.content.series.id, script.session)

    async def run(self) -> Report:
        finished = False
        with _stop_asked() as stop:
            try:
                await _unless(stop, self._open_doors())
                finished = not stop.is_set() and await self._play(stop)
            finally:
                await self._stage.stop()
        evaluations = len(self._store.evaluations(self._script.content.series.id, self._script.plan.session))
        cast = len(self._script.cast)
        return report_on(self._tally, cast, *self._kept(), finished=finished, evaluations=evaluations)

    async def _open_doors(self) -> None:
        await self._stage.start()
        await self._stage.ready()

    async def _play(self, stop: asyncio.Event) -> bool:
        """Run all participants; False if the user stopped the rehearsal before the end."""
        clock = Clock(self._script.plan.speed)
        self._on_event(self._opening())
        around = [self._stage.keep_up(), self._report_moments(clock), self._run_session(clock), self._kill(clock)]
        tasks = [asyncio.ensure_future(one) for one in around]
        show = asyncio.ensure_future(self._everybody(clock))
        stopping = asyncio.ensure_future(stop.wait())
        try:
            while not (show.done() or stopping.done()):
                running = [task for task in tasks if not task.done()]
                done, _ = await asyncio.wait([show, stopping, *running], return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
            return not stopping.done()
        finally:
            for task in (show, stopping, *tasks):
                task.cancel()
            await asyncio.gather(show, stopping, *tasks, return_exceptions=True)

    async def _everybody(self, clock: Clock) -> None:
        parts = [self._participant(clock, actor) for actor in self._script.company]
        played = await asyncio.gather(*parts, return_exceptions=True)
        for error in played:
            if isinstance(error, Exception):
                self._tally.note_error("A participant stopped playing", error)

    async def _participant(self, clock: Clock, actor: Actor) -> None:
        token = self._stage.link(actor.id, self._script.plan.session).partition("#")[2]
        where = {"address": self._stage.address, "token": token}
        await RehearsalParticipant(self._script, actor, clock, self._tally, **where).take_part()

    async def _run_session(self, clock: Clock) -> None:
        if not self._script.plan.hands_on:
            await Facilitator(self._script, self._store, self._person, clock, self._tally).run()

    async def _kill(self, clock: Clock) -> None:
        if self._script.plan.kill_at is not None:
            await clock.until(self._script.plan.kill_at)
            self._stage.kill()
            with suppress(StoreError):  # the next moment notes it
                self._on_event(await self._moment(clock, killed=True))

    async def _report_moments(self, clock: Clock) -> None:
        while True:
            try:
                self._on_event(await self._moment(clock))
            except StoreError as error:
                self._tally.note_error("The store did not answer", error)
            await asyncio.sleep(MOMENT_S)

    async def _moment(self, clock: Clock, *, killed: bool = False) -> Moment:
        tally, session_state = self._tally, await asyncio.to_thread(self._session_log.state)
        counted = (len(tally.here), len(tally.acknowledged), len(tally.done), tally.waiting)
        return Moment(clock.minute, session_state.segment, *counted, killed)

    def _opening(self) -> RehearsalOpening:
        session, plan = self._script.session, self._script.plan
        return RehearsalOpening(
            session=f"Session {session.number}: {session.title}",
            address=self._stage.address,
            console=self._stage.link(FACILITATOR, plan.session),
            co_facilitator=self._stage.link(CO_FACILITATOR, plan.session),
            guests=tuple(self._stage.link(guest, plan.session) for guest in GUESTS),
            people=len(self._script.company),
            states=len(self._script.teams),
            minutes=(LOBBY_MINUTES + session.minutes) / plan.speed,
        )

    def _kept(self) -> tuple[set[str], set[str]]:
        """The ids of all answers and events that the store holds."""
        series = self._script.content.series.id
        answers = {one.id for state in self._script.teams for one in self._store.history(series, state)}
        return answers, {one.id for one in self._store.events(series, self._script.plan.session)}


async def _unless(stop: asyncio.Event, what: Coroutine[Any, Any, None]) -> None:
    """Run the coroutine unless the user stops meanwhile. Raises its errors."""
    running, stopping = asyncio.ensure_future(what), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait([running, stopping], return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
    finally:
        for task in (running, stopping):
            task.cancel()
        await asyncio.gather(running, stopping, return_exceptions=True)


@contextmanager
def _stop_asked() -> Iterator[asyncio.Event]:
    """An event that the first Ctrl+C sets; the second interrupts immediately."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def ask() -> None:
        stop.set()
        release()

    def release() -> None:
        for number in STOPS:
            loop.remove_signal_handler(number)

    for number in STOPS:
        loop.add_signal_handler(number, ask)
    try:
        yield stop
    finally:
        release()
