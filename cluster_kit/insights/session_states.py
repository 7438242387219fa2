"""The states of a session, counted by one definition on the console, on the shared screen, and in every document.

Each count of states is the size of one of the sets of ``SessionStates``. ``docs/explanation/national.md`` defines them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from cluster_kit.content.models import Content, When
from cluster_kit.insights.progress import PresenceStatus, Steps, find_presence_status
from cluster_kit.sessions import SessionState
from cluster_kit.store import Person, Presence
from cluster_kit.text import count_of, inflect


@dataclass(frozen=True)
class SessionStates:
    """The states of a session, by postal code.

    ``came``: their people had the session's page open while it ran. ``took_part``: came, or answered an exercise other
    than the preparation. ``expected``: have people who are invited to the session, or took part.
    """

    came: frozenset[str]
    took_part: frozenset[str]
    expected: frozenset[str]


@dataclass(frozen=True)
class ExerciseStates:
    """Of the states that took part, those with questions in an exercise (``asked``), by how far they are.

    ``begun`` includes ``complete``. States without questions in it are in none of the sets.
    """

    asked: frozenset[str]
    begun: frozenset[str]
    complete: frozenset[str]


def find_session_states(  # noqa: PLR0913  (what the states are read from)
    content: Content,
    session: int,
    session_state: SessionState,
    *,
    people: Iterable[Person],
    presence: Sequence[Presence],
    steps: Mapping[str, Steps],
    in_call: Collection[str] = (),
) -> SessionStates:
    """The states of a session. ``steps`` has each state's progress in it; states without answers may be missing.

    ``in_call``: states whose people were in the video call.
    """
    own = {exercise.id for exercise in content.get_session(session).exercises if exercise.when is not When.PREWORK}
    answered = {code for code, found in steps.items() if found.begun & own}
    came = frozenset(person.jurisdiction for person in find_attending(session_state, presence)) | {*in_call}
    invited = {person.jurisdiction for person in people if person.jurisdiction and is_invited(person, session)}
    took_part = came | answered
    return SessionStates(came, took_part, took_part | invited)


def count_exercise(exercise: str, steps: Mapping[str, Steps], took_part: Collection[str]) -> ExerciseStates:
    """How far the states that took part are in an exercise."""
    found = {code: steps.get(code, Steps()) for code in took_part}
    return ExerciseStates(
        asked=frozenset(code for code, one in found.items() if exercise not in one.spared),
        begun=frozenset(code for code, one in found.items() if exercise in one.begun),
        complete=frozenset(code for code, one in found.items() if exercise in one.done),
    )


def describe_came(states: SessionStates, people: int) -> str:
    """For example ``90 people came, from 36 of 57 expected states; 2 states answered without coming``."""
    came, expected = len(states.came), count_of(len(states.expected), "expected state")
    sentence = f"{count_of(people, 'person', 'people')} came, from {came} of {expected}" if came else "No one came"
    if not came and states.expected:
        sentence = f"No one from {expected} came"
    more = len(states.took_part - states.came)
    return f"{sentence}; {count_of(more, 'state')} answered without coming" if more else sentence


def describe_exercise(states: ExerciseStates) -> str:
    """For example ``38 of 41 states that took part have started, and 30 have completed it``."""
    asked, begun, complete = len(states.asked), len(states.begun), len(states.complete)
    if not asked:
        return "No state that took part has questions in it"
    if asked == 1:
        done = (
            "has completed it" if complete else "has started, and has not completed it" if begun else "has not started"
        )
        return f"The one state that took part {done}"
    if not begun:
        return f"None of the {asked} states that took part has started"
    started = f"{begun} of {asked} states that took part {inflect(begun, 'has', 'have')} started"
    completed = f"{complete} {inflect(complete, 'has', 'have')}" if complete else "none has"
    return f"{started}, and {completed} completed it"


def is_invited(person: Person, session: int) -> bool:
    """Whether someone on the roster is invited to a session."""
    return not person.is_removed and (not person.sessions or session in person.sessions)


def list_here(presence: Iterable[Presence], now: dt.datetime) -> list[Presence]:
    """The people of states who are here at ``now``. Facilitators are not counted."""
    return [one for one in presence if one.jurisdiction and find_presence_status(one, now) is not PresenceStatus.AWAY]


def find_attending(session_state: SessionState, presence: Sequence[Presence]) -> list[Presence]:
    """The people of states who had the page open while the session ran; if it was never begun, at any time."""
    span = session_span(session_state, presence)
    return [one for one in presence if one.jurisdiction and (span is None or overlaps(one, span))]


def find_came(
    session_state: SessionState, presence: Sequence[Presence], people: Iterable[Person], in_call: Collection[str]
) -> dict[str, str]:
    """The state of each person who came, by id. ``in_call``: the people in the video call, who came, too."""
    seen = {one.person: one.jurisdiction for one in presence}
    came = {one.person: one.jurisdiction for one in find_attending(session_state, presence)}
    called = {one.id: seen.get(one.id, one.jurisdiction) for one in people if one.id in in_call}
    return came | {person: code for person, code in called.items() if code}


def session_span(session_state: SessionState, presence: Sequence[Presence]) -> tuple[dt.datetime, dt.datetime] | None:
    """When the session began and ended; without an end, when anyone was last seen. None if it was never begun."""
    began = session_state.began_at
    ended = session_state.ended_at or max((one.seen_at for one in presence), default=began)
    return None if began is None or ended is None else (began, ended)


def overlaps(presence: Presence, span: tuple[dt.datetime, dt.datetime]) -> bool:
    """Whether a person had the page open in a span of time."""
    began, ended = span
    return presence.joined_at <= ended and presence.seen_at >= began
