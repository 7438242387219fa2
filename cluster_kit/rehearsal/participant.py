"""One fictional participant: comes, follows the session, fills forms, settles with the team, talks, leaves."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cluster_kit.content.models import Exercise, SegmentKind, When
from cluster_kit.rehearsal.answering import Answer, answers_to
from cluster_kit.rehearsal.cast import Actor
from cluster_kit.rehearsal.client import Client
from cluster_kit.rehearsal.consensus import agree
from cluster_kit.rehearsal.desk import LINE_TROUBLE, Desk
from cluster_kit.rehearsal.floor import Floor
from cluster_kit.rehearsal.plan import LOBBY_MINUTES, Clock, dice
from cluster_kit.rehearsal.script import Script
from cluster_kit.rehearsal.talk import say_something
from cluster_kit.rehearsal.tally import Tally

# How long a page waits for more to be typed before it sends: its own time, whatever the session's speed.
PAUSE_S = 0.5
KNOCK_AGAIN_S = 1.0
PARTING_S = 30.0
ROOM_TO_BREATHE = 0.8
MINUTES_TO_TALK = 1.5
LINGER_MINUTES = 0.5


@dataclass
class Stay:
    """One stay of a participant: their page, and what they hear and do in the room."""

    desk: Desk
    floor: Floor


class Participant:
    """Somebody of the cast. ``token`` is what their personal link holds."""

    def __init__(self, script: Script, actor: Actor, clock: Clock, tally: Tally, *, address: str, token: str) -> None:
        self._script, self._actor, self._clock, self._tally = script, actor, clock, tally
        self._address, self._token = address, token
        self._given: set[tuple[str, str]] = set()
        self._finished: set[str] = set()
        self._settled: set[str] = set()
        self._chance = dice(script.plan.seed, "behaves", actor.id)

    async def take_part(self) -> None:
        """From arrival to the end of the session. Trouble of the server or the network is waited out, and counted."""
        if self._actor.arrives is None:
            return
        await self._clock.until(self._actor.arrives)
        if self._actor.away:
            leaves, returns = self._actor.away
            if await self._stay(until=leaves):
                return
            await self._clock.until(returns)
        await self._stay()

    async def _stay(self, until: float | None = None) -> bool:
        """Be there until a minute, or to the end. Whether the session is over."""
        session = self._script.plan.session
        async with Client(self._address) as client:
            await self._knock(client)
            stay = Stay(Desk(client, session, self._tally), Floor(client, session, self._tally))
            self._tally.came.add(self._actor.id)
            parts = (stay.desk.keep_open(), stay.floor.follow(), self._come_in(stay.desk))
            around = [asyncio.ensure_future(one) for one in parts]
            try:
                await self._be_there(stay, until)
                await stay.desk.under_way.end(PARTING_S)
                await stay.floor.under_way.end(PARTING_S)
            finally:
                self._tally.here.discard(self._actor.id)
                await _call_off(around)
            return stay.floor.ended

    async def _come_in(self, desk: Desk) -> None:
        """Count how long the page took, the wait in line included."""
        came = time.monotonic()
        await desk.opened()
        self._tally.open_s.append(time.monotonic() - came)
        self._tally.got_in.add(self._actor.id)
        self._tally.here.add(self._actor.id)

    async def _knock(self, client: Client) -> None:
        while True:
            try:
                return await client.join(self._token)
            except LINE_TROUBLE as error:
                self._tally.note_error("The door did not open", error)
                await asyncio.sleep(KNOCK_AGAIN_S)

    async def _be_there(self, stay: Stay, until: float | None) -> None:
        doing = [asyncio.ensure_future(one(stay)) for one in (self._work, self._settle, self._talk)]
        leaving = asyncio.ensure_future(self._leave(stay.floor, until))
        try:
            done, _ = await asyncio.wait([leaving, *doing], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            await _call_off([leaving, *doing])

    async def _leave(self, floor: Floor, until: float | None) -> None:
        ending = asyncio.ensure_future(floor.until(lambda: floor.ended))
        try:
            await asyncio.wait(
                [ending], timeout=None if until is None else self._clock.seconds(until - self._clock.minute)
            )
        finally:
            ending.cancel()
        if floor.ended:
            await self._clock.pause(self._chance.random() * LINGER_MINUTES)

    # --- exercises ------------------------------------------------------------------------------------------

    async def _work(self, stay: Stay) -> None:
        """Prework while the doors open, then always the exercises of the present segment."""
        await stay.desk.opened()
        while True:
            await stay.floor.until(lambda: self._next(stay.floor))
            exercise = self._next(stay.floor)
            if exercise:
                await self._fill(stay, exercise)
                self._finished.add(exercise.id)

    def _next(self, floor: Floor) -> Exercise | None:
        """What to turn to now; None where there is nothing to do."""
        lobby = not floor.segment and not floor.ended
        early = lobby and self._clock.minute < LOBBY_MINUTES
        for exercise in self._script.session.exercises:
            open_now = exercise.id not in self._finished and exercise.id not in floor.locked
            asked = exercise.when is When.SESSION and exercise.segment.value == floor.segment
            if open_now and (asked or (early and exercise.when is When.PREWORK)):
                return exercise
        return None

    async def _fill(self, stay: Stay, exercise: Exercise) -> None:
        if exercise.id not in stay.desk.sheets:
            return  # the page says why
        await stay.floor.here(exercise.id, active=False)
        await self._clock.pause(exercise.talk_minutes * self._chance.uniform(0.5, 1.0))
        answers = answers_to(self._script, self._actor, stay.desk.sheets[exercise.id].schema)
        new = [answer for answer in answers if (exercise.id, answer.key) not in self._given]
        for together in self._bursts(_in_time(new, exercise)):
            await self._clock.pause(sum(answer.minutes for answer in together))
            await stay.floor.here(exercise.id, active=True)
            await self._give(stay, exercise.id, together)
        if self._actor.stuck:
            await stay.floor.until(lambda: stay.floor.segment != exercise.segment.value)

    def _bursts(self, answers: Sequence[Answer]) -> Iterator[list[Answer]]:
        """Answers as a page would send them: what is typed without a pause goes together."""
        burst: list[Answer] = []
        for answer in self._typed(answers):
            burst.append(answer)
            if self._clock.seconds(sum(one.minutes for one in burst)) > PAUSE_S:
                yield burst
                burst = []
        if burst:
            yield burst

    def _typed(self, answers: Sequence[Answer]) -> Iterator[Answer]:
        """Who types slowly is saved in mid-sentence, too."""
        for answer in answers:
            words = answer.value.split() if isinstance(answer.value, str) else []
            if self._actor.slow and len(words) > 5:
                first = " ".join(words[: len(words) // 2])
                yield replace(answer, value=first, minutes=answer.minutes)
            yield answer

    async def _give(self, stay: Stay, exercise: str, answers: Sequence[Answer]) -> None:
        """One answer to a field at a time, as a page has it: what follows waits for the first to be kept."""
        while answers:
            first = {(answer.prompt, answer.row): answer for answer in reversed(answers)}
            now = [answer for answer in answers if first[answer.prompt, answer.row] is answer]
            await stay.desk.give(exercise, now)
            self._given.update((exercise, answer.key) for answer in now)
            answers = [answer for answer in answers if answer not in now]

    # --- with others ----------------------------------------------------------------------------------------

    async def _settle(self, stay: Stay) -> None:
        """Whenever the team's own ratings are shown: talk, then write down what the team settles on."""
        await stay.desk.opened()
        while True:
            await stay.floor.until(lambda: stay.floor.revealed - self._settled)
            exercise = min(stay.floor.revealed - self._settled)
            self._settled.add(exercise)
            if exercise not in stay.desk.sheets:
                continue
            await stay.desk.until(lambda: stay.desk.sheets[exercise].room.get("revealed"))  # noqa: B023
            await self._clock.pause(MINUTES_TO_TALK * self._chance.uniform(0.5, 1.0))
            sheet = stay.desk.sheets[exercise]
            settled = agree(self._script, self._actor, sheet.schema, sheet.room.get("spread", {}))
            for together in self._bursts(settled):
                await self._clock.pause(sum(answer.minutes for answer in together))
                await self._give(stay, exercise, together)

    async def _talk(self, stay: Stay) -> None:
        """Now and then say something where the present segment is talked about; some do so more than others."""
        while True:
            await self._clock.pause(self._chance.uniform(2, 7) / (0.4 + self._actor.talks))
            if stay.floor.segment in set(SegmentKind):
                await say_something(self._script, self._actor, stay.floor, self._chance)


def _in_time(answers: Sequence[Answer], exercise: Exercise) -> list[Answer]:
    """The answers at a pace that leaves them done within the exercise's time."""
    writing = (exercise.minutes or exercise.about_minutes) - exercise.talk_minutes
    needed = sum(answer.minutes for answer in answers)
    pace = min(1.0, max(1, writing) * ROOM_TO_BREATHE / needed) if needed else 1.0
    return [replace(answer, minutes=answer.minutes * pace) for answer in answers]


async def _call_off(tasks: Sequence[asyncio.Future[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
