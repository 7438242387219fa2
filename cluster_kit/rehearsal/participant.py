"""One fictional participant: arrives, follows the session, fills out forms, finds consensus, posts, and leaves."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import replace
from typing import Any

import httpx

from cluster_kit.content.models import Exercise, SegmentKind, When
from cluster_kit.demo.sample_evaluations import make_up_evaluation
from cluster_kit.rehearsal.answering import ScriptedAnswer, answers_to
from cluster_kit.rehearsal.cast import Actor
from cluster_kit.rehearsal.client import Client
from cluster_kit.rehearsal.consensus import make_consensus_answers
from cluster_kit.rehearsal.page import ParticipantPage
from cluster_kit.rehearsal.page_connection import CONNECTION_ERRORS
from cluster_kit.rehearsal.plan import LOBBY_MINUTES, Clock, seeded_random
from cluster_kit.rehearsal.script import Script
from cluster_kit.rehearsal.session_view import SessionView
from cluster_kit.rehearsal.talk import answer_polls, join_discussion
from cluster_kit.rehearsal.tally import Tally

# Real-time pause after typing before a page saves, regardless of the session's speed.
PAUSE_S = 0.5
JOIN_RETRY_S = 1.0
PARTING_S = 60.0  # twice the page's longest pause before it resends
PACE_MARGIN = 0.8
MINUTES_TO_TALK = 1.5
LINGER_MINUTES = 0.5
UNDO_END_MINUTES = 3.0
EVALUATION_RATE = 0.7


class RehearsalParticipant:
    """A member of the cast. ``token`` is from the person's link."""

    def __init__(self, script: Script, actor: Actor, clock: Clock, tally: Tally, *, address: str, token: str) -> None:
        self._script, self._actor, self._clock, self._tally = script, actor, clock, tally
        self._address, self._token = address, token
        self._given: set[tuple[str, str]] = set()
        self._finished: set[str] = set()
        self._settled: set[str] = set()
        self._polls: set[str] = set()
        self._chance = seeded_random(script.plan.seed, "behaves", actor.id)

    async def take_part(self) -> None:
        """Take part from arrival to the end of the session. Server and network failures are counted, and retried."""
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
        """Take part until a minute, or to the end. True if the session is over. Raises ``SignedOutError``."""
        async with Client(self._address) as client:
            await self._join(client)
            page = ParticipantPage(client, self._script.plan.session, self._tally)
            self._tally.came.add(self._actor.id)
            connection = asyncio.ensure_future(page.keep_open())
            coming = asyncio.ensure_future(self._come_in(page))
            try:
                await self._be_there(page, connection, until)
                await page.sending.end(PARTING_S)
                if page.view.ended:
                    await _send_evaluation(self._script, self._actor, client, self._tally)
            finally:
                self._tally.here.discard(self._actor.id)
                await _call_off([connection, coming])
            return page.view.ended

    async def _come_in(self, page: ParticipantPage) -> None:
        """Measure the time until the first form is open."""
        came = time.monotonic()
        await page.opened()
        self._tally.open_s.append(time.monotonic() - came)
        self._tally.got_in.add(self._actor.id)
        self._tally.here.add(self._actor.id)

    async def _join(self, client: Client) -> None:
        while True:
            try:
                return await client.join(self._token)
            except CONNECTION_ERRORS as error:
                self._tally.note_error("The door did not open", error)
                await asyncio.sleep(JOIN_RETRY_S)

    async def _be_there(self, page: ParticipantPage, connection: asyncio.Future[None], until: float | None) -> None:
        """Take part until it is time to leave, or the page cannot be kept open."""
        tasks = [asyncio.ensure_future(one(page)) for one in (self._work, self._settle, self._talk, self._vote)]
        leaving = asyncio.ensure_future(self._leave(page, until))
        try:
            done, _ = await asyncio.wait([leaving, connection, *tasks], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            await _call_off([leaving, *tasks])

    async def _leave(self, page: ParticipantPage, until: float | None) -> None:
        """Wait for the time to leave, or the end. A facilitator may undo the end."""
        while True:
            timeout_s = None if until is None else self._clock.seconds(until - self._clock.minute)
            if not await _within(timeout_s, page.view.until(lambda: page.view.ended)):
                return
            going_on = page.view.until(lambda: not page.view.ended)
            undo_s = self._clock.seconds(UNDO_END_MINUTES if self._script.plan.hands_on else 0)
            if not await _within(undo_s, going_on):
                break
        await self._clock.pause(self._chance.random() * LINGER_MINUTES)

    # --- exercises ------------------------------------------------------------------------------------------

    async def _work(self, page: ParticipantPage) -> None:
        """Do prework while the doors open, then the exercises of the current segment."""
        await page.opened()
        while True:
            await page.view.until(lambda: self._next(page.view))
            exercise = self._next(page.view)
            if exercise:
                await self._fill(page, exercise)
                self._finished.add(exercise.id)

    def _next(self, view: SessionView) -> Exercise | None:
        """The next exercise to work on, or None."""
        lobby = not view.segment and not view.ended
        early = lobby and self._clock.minute < LOBBY_MINUTES
        for exercise in self._script.session.exercises:
            open_now = exercise.id not in self._finished and exercise.id not in view.locked
            asked = exercise.when is When.SESSION and exercise.segment.value == view.segment
            if open_now and (asked or (early and exercise.when is When.PREWORK)):
                return exercise
        return None

    async def _fill(self, page: ParticipantPage, exercise: Exercise) -> None:
        if exercise.id not in page.exercises:
            return  # the page shows the reason
        page.report_presence(exercise.id, active=False)
        if self._actor.silent and exercise.when is When.SESSION:
            segment = exercise.segment.value
            await page.view.until(lambda: page.view.addressed or page.view.segment != segment)
            if page.view.segment != segment:
                return
        await self._clock.pause((exercise.reading_minutes + exercise.talk_minutes) * self._chance.uniform(0.5, 1.0))
        await page.until(lambda: exercise.id in page.forms)
        answers = answers_to(self._script, self._actor, page.forms[exercise.id].schema)
        new = [answer for answer in answers if (exercise.id, answer.key) not in self._given]
        for together in self._bursts(_in_time(new, exercise)):
            await self._clock.pause(sum(answer.minutes for answer in together))
            page.report_presence(exercise.id, active=True)
            await self._give(page, exercise.id, together)
        if self._actor.stuck:
            await page.view.until(lambda: page.view.segment != exercise.segment.value)

    def _bursts(self, answers: Sequence[ScriptedAnswer]) -> Iterator[list[ScriptedAnswer]]:
        """Answers in the batches that a page would send: entries without a pause between them go together."""
        burst: list[ScriptedAnswer] = []
        for answer in self._typed(answers):
            burst.append(answer)
            if self._clock.seconds(sum(one.minutes for one in burst)) > PAUSE_S:
                yield burst
                burst = []
        if burst:
            yield burst

    def _typed(self, answers: Sequence[ScriptedAnswer]) -> Iterator[ScriptedAnswer]:
        """Answers with intermediate saves for slow typists."""
        for answer in answers:
            words = answer.value.split() if isinstance(answer.value, str) else []
            if self._actor.slow and len(words) > 5:
                first = " ".join(words[: len(words) // 2])
                yield replace(answer, value=first, minutes=answer.minutes)
            yield answer

    async def _give(self, page: ParticipantPage, exercise: str, answers: Sequence[ScriptedAnswer]) -> None:
        """Save one answer per field at a time, like a page: later ones wait for the acknowledgment."""
        while answers:
            first = {(answer.prompt, answer.row): answer for answer in reversed(answers)}
            now = [answer for answer in answers if first[answer.prompt, answer.row] is answer]
            await page.save(exercise, now)
            self._given.update((exercise, answer.key) for answer in now)
            answers = [answer for answer in answers if answer not in now]

    # --- teamwork and boards ----------------------------------------------------------------------------------

    async def _settle(self, page: ParticipantPage) -> None:
        """Each time the team's ratings are revealed: discuss, then enter the consensus."""
        await page.opened()
        while True:
            await page.view.until(lambda: page.view.revealed - self._settled)
            exercise = min(page.view.revealed - self._settled)
            self._settled.add(exercise)
            if exercise in page.exercises:
                await self._settle_ratings(page, exercise)

    async def _settle_ratings(self, page: ParticipantPage, exercise: str) -> None:
        await page.until(lambda: exercise in page.forms and page.forms[exercise].live.get("revealed"))
        await self._clock.pause(MINUTES_TO_TALK * self._chance.uniform(0.5, 1.0))
        await page.until(lambda: exercise in page.forms)
        form = page.forms[exercise]
        settled = make_consensus_answers(self._script, self._actor, form.schema, form.live.get("spread", {}))
        for together in self._bursts(settled):
            await self._clock.pause(sum(answer.minutes for answer in together))
            await self._give(page, exercise, together)

    async def _talk(self, page: ParticipantPage) -> None:
        """Post occasionally in segments with discussion; some people more often than others."""
        while True:
            await self._clock.pause(self._chance.uniform(2, 7) / (0.4 + self._actor.talks))
            if page.view.segment in set(SegmentKind):
                await join_discussion(self._script, self._actor, page, self._chance)

    async def _vote(self, page: ParticipantPage) -> None:
        await answer_polls(page, self._clock, self._chance, self._polls)


def _in_time(answers: Sequence[ScriptedAnswer], exercise: Exercise) -> list[ScriptedAnswer]:
    """The answers at a pace that fits the exercise's time."""
    writing = (exercise.minutes or exercise.about_minutes) - exercise.reading_minutes - exercise.talk_minutes
    needed = sum(answer.minutes for answer in answers)
    pace = min(1.0, max(1, writing) * PACE_MARGIN / needed) if needed else 1.0
    return [replace(answer, minutes=answer.minutes * pace) for answer in answers]


async def _within(timeout_s: float | None, what: Coroutine[Any, Any, None]) -> bool:
    """Whether it was done in time."""
    try:
        await asyncio.wait_for(what, timeout_s)
    except TimeoutError:
        return False
    return True


async def _call_off(tasks: Sequence[asyncio.Future[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _send_evaluation(script: Script, actor: Actor, client: Client, tally: Tally) -> None:
    """Send an evaluation, as most people do. The answers have nothing to do with the person, as in a real session."""
    chance = seeded_random(script.plan.seed, "evaluates", actor.id)
    if chance.random() > EVALUATION_RATE:
        return
    answers = make_up_evaluation(script.evaluation, script.session, chance)
    try:
        if await client.evaluate(script.plan.session, answers):
            tally.evaluations += 1
    except httpx.HTTPError as error:
        tally.note_error("An evaluation was not sent", error)
