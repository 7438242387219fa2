"""Who is here, how far each state is, and who may need help."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from cluster_kit.content.models import Content, Depth, Exercise, ItemsPrompt, QuestionsPrompt, When
from cluster_kit.exercises.answers import Answers, is_empty
from cluster_kit.exercises.applicability import is_asked

if TYPE_CHECKING:
    from cluster_kit.content.models import Prompt
    from cluster_kit.sessions import SessionState
    from cluster_kit.store import Response
    from cluster_kit.store.models import Presence

ACTIVE_FOR = dt.timedelta(minutes=2)
AWAY_AFTER = dt.timedelta(seconds=15)
STUCK_AFTER = dt.timedelta(minutes=3)
ENOUGH_OTHERS = 0.5
MINUTE = dt.timedelta(minutes=1)
ANY = "*"  # a place in which anything may stand; no row is called that


class PresenceStatus(StrEnum):
    """How somebody is here. Of several people in a state the first of these counts.

    Active: did something within ``ACTIVE_FOR``. Joined: is here, and has not done anything yet. Idle: is here, and did
    something a while ago. Away: was here, and has not been seen for ``AWAY_AFTER``.
    """

    ACTIVE = "active"
    JOINED = "joined"
    IDLE = "idle"
    AWAY = "away"


@dataclass(frozen=True)
class StatePresence:
    """A state's team in a session.

    ``here`` of ``people`` are here now; ``exercises`` are those that they are at; ``since`` is when the first of those
    who are here came, None where nobody is.
    """

    being: PresenceStatus
    people: int
    here: int
    exercises: frozenset[str]
    since: dt.datetime | None


@dataclass(frozen=True)
class Steps:
    """The exercises of a session that a state has begun, and those in which it has answered everything essential.

    ``spared`` are those that ask nothing of it, since they are about earlier answers and it has given none.
    """

    begun: frozenset[str] = frozenset()
    done: frozenset[str] = frozenset()
    spared: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ExerciseProgress:
    """Which states have begun an exercise, have answered everything essential in it, or are asked nothing by it.

    Codes, in order.
    """

    begun: tuple[str, ...]
    done: tuple[str, ...]
    spared: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stuck:
    """A state that may need help with an exercise, and why, in a sentence."""

    jurisdiction: str
    exercise: str
    minutes: int
    sentence: str


def find_being(one: Presence, now: dt.datetime) -> PresenceStatus:
    """How one person is here at ``now`` (aware)."""
    if now - one.seen_at > AWAY_AFTER:
        return PresenceStatus.AWAY
    if one.active_at <= one.joined_at:
        return PresenceStatus.JOINED
    return PresenceStatus.ACTIVE if now - one.active_at <= ACTIVE_FOR else PresenceStatus.IDLE


def who_is_here(presence: Iterable[Presence], now: dt.datetime) -> dict[str, StatePresence]:
    """By postal code, how each state's team is here at ``now``. States that have never come are not there."""
    of_state: defaultdict[str, list[tuple[PresenceStatus, Presence]]] = defaultdict(list)
    for one in presence:
        if one.jurisdiction:
            of_state[one.jurisdiction].append((find_being(one, now), one))
    return {code: _state_presence(people) for code, people in sorted(of_state.items())}


def read_steps(content: Content, session: int, responses: Iterable[Response]) -> Steps:
    """How far one state is in a session, from its current responses.

    An exercise is begun once anything stands in it, by anybody. Everything essential is answered once something stands
    in each of its essential prompts, and in each essential statement or question of the instrument that it asks. A
    prompt about earlier answers is not waited for where there are none.
    """
    said = list(responses)
    answers, filled = Answers(said), _filled(session, said)
    begun, done, spared = set(), set(), set()
    for exercise in content.get_session(session).exercises:
        known = {prompt.id for prompt in exercise.prompts}
        found = {place for place in filled.get(exercise.id, ()) if place[0] in known}
        prompts = [prompt for prompt in exercise.prompts if is_asked(content, session, prompt, answers)]
        asked = {place for prompt in prompts for place in _asked(content, prompt)}
        if found:
            begun.add(exercise.id)
            if asked <= found | {(prompt, ANY) for prompt, _ in found}:
                done.add(exercise.id)
        elif not prompts:
            spared.add(exercise.id)
    return Steps(frozenset(begun), frozenset(done), frozenset(spared))


def read_progress(content: Content, session: int, steps: Mapping[str, Steps]) -> dict[str, ExerciseProgress]:
    """By exercise of the session, in its order: how the states with ``steps`` stand in it."""
    order = [jurisdiction.code for jurisdiction in content.jurisdictions if jurisdiction.code in steps]
    return {
        exercise.id: ExerciseProgress(
            tuple(code for code in order if exercise.id in steps[code].begun),
            tuple(code for code in order if exercise.id in steps[code].done),
            tuple(code for code in order if exercise.id in steps[code].spared),
        )
        for exercise in content.get_session(session).exercises
    }


def find_stuck(
    content: Content,
    session: int,
    standing: SessionState,
    here: Mapping[str, StatePresence],
    steps: Mapping[str, Steps],
    now: dt.datetime,
) -> list[Stuck]:
    """The states that may need help with an exercise of the present segment, those that have waited longest first.

    Such a state is here and at the exercise, has had ``STUCK_AFTER`` for it beyond its minutes for talking, and nobody
    in it has answered anything there, while half of the other states that are here have begun it.
    """
    present = {code: state for code, state in here.items() if state.here}
    found = []
    for exercise in _in_segment(content, session, standing.segment):
        begun = {code for code in present if exercise.id in steps.get(code, Steps()).begun}
        asked = {code: state for code, state in present.items() if exercise.id not in steps.get(code, Steps()).spared}
        for code, state in asked.items():
            others = len(asked) - 1
            if code in begun or exercise.id not in state.exercises or len(begun) < max(1, ENOUGH_OTHERS * others):
                continue
            waited = now - max(filter(None, (standing.since, state.since)))
            if waited > STUCK_AFTER + exercise.talk_minutes * MINUTE:
                found.append(_stuck(content, exercise, code, waited, (len(begun), others)))
    return sorted(found, key=lambda one: (-one.minutes, one.jurisdiction))


def _state_presence(people: list[tuple[PresenceStatus, Presence]]) -> StatePresence:
    here = [one for being, one in people if being is not PresenceStatus.AWAY]
    order = list(PresenceStatus)
    return StatePresence(
        being=min((being for being, _ in people), key=order.index),
        people=len(people),
        here=len(here),
        exercises=frozenset(one.exercise for one in here if one.exercise),
        since=min((one.joined_at for one in here), default=None),
    )


def _filled(session: int, responses: Iterable[Response]) -> dict[str, set[tuple[str, str]]]:
    """By exercise, the prompts in which something stands, each with its row; removed rows are left out."""
    filled: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    removed: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for said in responses:
        if said.session != session:
            continue
        prompt, _, column = said.prompt.partition(".")
        if not column and said.row:
            if said.value is False:
                removed[said.exercise].add((prompt, said.row))
        elif not is_empty(said.value):
            filled[said.exercise].add((prompt, said.row))
    return {exercise: places - removed[exercise] for exercise, places in filled.items()}


def _asked(content: Content, prompt: Prompt) -> set[tuple[str, str]]:
    """The places of a prompt in which something must stand; none for what goes deeper than the essential."""
    if prompt.depth is not Depth.ESSENTIAL:
        return set()
    return {(prompt.id, row) for row in {*_essential_rows(content, prompt)} or {ANY}}


def _essential_rows(content: Content, prompt: Prompt) -> Iterator[str]:
    if isinstance(prompt, ItemsPrompt):
        items = (item for area in content.instrument.areas if area.id in prompt.areas for item in area.items)
        yield from (item.id for item in items if item.depth is Depth.ESSENTIAL)
    elif isinstance(prompt, QuestionsPrompt):
        asked = (*content.instrument.goals, *content.instrument.plan)
        yield from (q.id for q in asked if q.id in prompt.questions and q.depth is Depth.ESSENTIAL)


def _in_segment(content: Content, session: int, segment: str) -> Iterator[Exercise]:
    for exercise in content.get_session(session).exercises:
        if exercise.when is When.SESSION and exercise.segment.value == segment:
            yield exercise


def _stuck(content: Content, exercise: Exercise, code: str, waited: dt.timedelta, others: tuple[int, int]) -> Stuck:
    minutes = int(waited / MINUTE)
    begun, of_others = others
    name = next((j.name for j in content.jurisdictions if j.code == code), code)
    sentence = (
        f"{name} has had {minutes} minutes for “{exercise.title}” and has not written anything; "
        f"{begun} of {of_others} other {'states have' if of_others != 1 else 'state has'} begun."
    )
    return Stuck(code, exercise.id, minutes, sentence)
