"""Presence, progress by state, and states that may need help."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from cluster_kit.content.models import Content, Exercise, When
from cluster_kit.exercises.answers import Answers, is_empty
from cluster_kit.exercises.applicability import asks_anything
from cluster_kit.exercises.completeness import measure_exercise
from cluster_kit.text import inflect

if TYPE_CHECKING:
    from cluster_kit.sessions import SessionState
    from cluster_kit.store import Response
    from cluster_kit.store.models import Presence

ACTIVE_FOR = dt.timedelta(minutes=2)
SHORTEST_ACTIVE = dt.timedelta(seconds=6)
"""Servers write presence every three seconds, so no one is idle sooner, however fast a rehearsal is."""
AWAY_AFTER = dt.timedelta(seconds=15)
STUCK_AFTER = dt.timedelta(minutes=3)
ENOUGH_OTHERS = 0.5
MINUTE = dt.timedelta(minutes=1)


class PresenceStatus(StrEnum):
    """Presence status, most active first; a state takes the status of its most active member.

    Active: acted within ``ACTIVE_FOR`` of session time. Joined: present, has not acted yet. Idle: present, last acted
    longer ago. Away: was present, not seen for ``AWAY_AFTER`` of real time, because that is a matter of the connection.
    """

    ACTIVE = "active"
    JOINED = "joined"
    IDLE = "idle"
    AWAY = "away"


@dataclass(frozen=True)
class StatePresence:
    """A state's team in a session.

    ``here`` of ``people`` are present now; ``exercises`` are those that they have open; ``since`` is when the first of
    those present joined, None if no one is present.
    """

    status: PresenceStatus
    people: int
    here: int
    exercises: frozenset[str]
    since: dt.datetime | None


@dataclass(frozen=True)
class Steps:
    """The exercises of a session that a state has begun, and those with all essential prompts answered.

    ``spared`` are exercises without prompts for this state: they are about earlier answers, and it has none.
    """

    begun: frozenset[str] = frozenset()
    done: frozenset[str] = frozenset()
    spared: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Stuck:
    """A state that may need help with an exercise, and the reason in a sentence."""

    jurisdiction: str
    exercise: str
    minutes: int
    sentence: str


def find_presence_status(presence: Presence, now: dt.datetime, speed: float = 1.0) -> PresenceStatus:
    """One person's presence status at ``now`` (aware). ``speed``: session minutes per minute, as in a rehearsal."""
    if now - presence.seen_at > AWAY_AFTER:
        return PresenceStatus.AWAY
    if presence.active_at <= presence.joined_at:
        return PresenceStatus.JOINED
    active_for = max(ACTIVE_FOR / speed, SHORTEST_ACTIVE)
    return PresenceStatus.ACTIVE if now - presence.active_at <= active_for else PresenceStatus.IDLE


def who_is_here(presence: Iterable[Presence], now: dt.datetime, speed: float = 1.0) -> dict[str, StatePresence]:
    """By postal code, each state's team at ``now``. States that never joined are missing."""
    of_state: defaultdict[str, list[tuple[PresenceStatus, Presence]]] = defaultdict(list)
    for one in presence:
        if one.jurisdiction:
            of_state[one.jurisdiction].append((find_presence_status(one, now, speed), one))
    return {code: _state_presence(people) for code, people in sorted(of_state.items())}


def read_steps(content: Content, session: int, responses: Iterable[Response]) -> Steps:
    """One state's progress in a session, from its current responses.

    An exercise is begun once it has any answer, and done when all that it asks at essential depth is answered
    (``exercises.completeness``). Prompts about earlier answers are not required if there are none.
    """
    listed = list(responses)
    answers, filled = Answers(listed), _filled(session, listed)
    begun, done, spared = set(), set(), set()
    for exercise in content.get_session(session).exercises:
        known = {prompt.id for prompt in exercise.prompts}
        found = {place for place in filled.get(exercise.id, ()) if place[0] in known}
        if found:
            begun.add(exercise.id)
            if measure_exercise(content, session, exercise, answers).is_complete:
                done.add(exercise.id)
        elif not asks_anything(content, session, exercise, answers):
            spared.add(exercise.id)
    return Steps(frozenset(begun), frozenset(done), frozenset(spared))


def read_all_steps(content: Content, session: int, responses: Iterable[Response]) -> dict[str, Steps]:
    """By postal code, the progress in a session of each state with ``responses``, which are current ones."""
    of_state: defaultdict[str, list[Response]] = defaultdict(list)
    for response in responses:
        of_state[response.jurisdiction].append(response)
    return {code: read_steps(content, session, given) for code, given in of_state.items()}


def find_stuck(
    content: Content,
    session: int,
    session_state: SessionState,
    here: Mapping[str, StatePresence],
    steps: Mapping[str, Steps],
    now: dt.datetime,
) -> list[Stuck]:
    """The states that may need help with an exercise of the current segment, longest waiting first.

    Such a state has the exercise open, has had ``STUCK_AFTER`` beyond its discussion minutes, and has no answer in it,
    while half of the other present states have begun it.
    """
    present = {code: state for code, state in here.items() if state.here}
    found = []
    for exercise in _in_segment(content, session, session_state.segment):
        begun = {code for code in present if exercise.id in steps.get(code, Steps()).begun}
        asked = {code: state for code, state in present.items() if exercise.id not in steps.get(code, Steps()).spared}
        for code, state in asked.items():
            others = len(asked) - 1
            if code in begun or exercise.id not in state.exercises or len(begun) < max(1, ENOUGH_OTHERS * others):
                continue
            waited = session_state.elapsed(max(filter(None, (session_state.since, state.since))), now)
            if waited > STUCK_AFTER + (exercise.reading_minutes + exercise.talk_minutes) * MINUTE:
                found.append(_stuck(content, exercise, code, waited, (len(begun), others)))
    return sorted(found, key=lambda one: (-one.minutes, one.jurisdiction))


def _state_presence(people: list[tuple[PresenceStatus, Presence]]) -> StatePresence:
    here = [one for status, one in people if status is not PresenceStatus.AWAY]
    order = list(PresenceStatus)
    return StatePresence(
        status=min((status for status, _ in people), key=order.index),
        people=len(people),
        here=len(here),
        exercises=frozenset(one.exercise for one in here if one.exercise),
        since=min((one.joined_at for one in here), default=None),
    )


def _filled(session: int, responses: Iterable[Response]) -> dict[str, set[tuple[str, str]]]:
    """By exercise, the answered prompts, each with its row; deleted rows are left out."""
    filled: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    removed: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for response in responses:
        if response.session != session:
            continue
        prompt, _, column = response.prompt.partition(".")
        if not column and response.row:
            if response.value is False:
                removed[response.exercise].add((prompt, response.row))
        elif not is_empty(response.value):
            filled[response.exercise].add((prompt, response.row))
    return {exercise: places - removed[exercise] for exercise, places in filled.items()}


def _in_segment(content: Content, session: int, segment: str) -> Iterator[Exercise]:
    for exercise in content.get_session(session).exercises:
        if exercise.when is When.SESSION and exercise.segment.value == segment:
            yield exercise


def _stuck(content: Content, exercise: Exercise, code: str, waited: dt.timedelta, others: tuple[int, int]) -> Stuck:
    minutes = int(waited / MINUTE)
    name = next((j.name for j in content.jurisdictions if j.code == code), code)
    sentence = (
        f"{name} has had {minutes} minutes for “{exercise.title}” and has not written anything; {_have_begun(*others)}."
    )
    return Stuck(code, exercise.id, minutes, sentence)


def _have_begun(begun: int, others: int) -> str:
    """For example "2 of the 4 other states here have begun"."""
    if others == 1:
        return "the other state here has begun"
    whole = "both" if others == 2 else f"all {others}"
    which = whole if begun == others else f"{begun} of the {others}"
    return f"{which} other states here {inflect(begun, 'has', 'have')} begun"
