"""The scenes of the shared screen: what a facilitator chose, or what the run of show suggests."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from cluster_kit.content.models import Exercise, Place, Segment, Session, When
from cluster_kit.sessions.exercise_clock import find_current_clock

if TYPE_CHECKING:
    from cluster_kit.sessions.state import SessionState

NEW_GROUPS_FOR = dt.timedelta(seconds=90)
"""How long new groups are on the screen when it follows the run of show."""


class Scene(StrEnum):
    """A scene of the shared screen, in the order of its keys. ``FOLLOW`` is the scene of the current moment."""

    FOLLOW = "follow"
    JOIN = "join"
    AGENDA = "agenda"
    EXERCISE = "exercise"
    GROUPS = "groups"
    MESSAGE = "message"
    EXAMPLE = "example"
    RESULTS = "results"
    WORDS = "words"
    QUESTIONS = "questions"
    POLL = "poll"


class QuestionStatus(StrEnum):
    """What became of a question from the room."""

    OPEN = "open"
    ANSWERED = "answered"
    PARKED = "parked"


@dataclass(frozen=True)
class ChosenScene:
    """The scene that a facilitator (``by``, an id) chose. ``item``: an exercise, or the id of a result; or empty."""

    scene: Scene
    item: str
    page: int
    by: str
    at: dt.datetime


@dataclass(frozen=True)
class ExerciseSlot:
    """An exercise of a segment with its share of the segment's time.

    ``is_begun``: the facilitator has begun it, so that its times are those of its own clock.
    """

    exercise: Exercise
    starts_at: dt.datetime
    ends_at: dt.datetime
    is_begun: bool = False


def find_segment(session: Session, kind: str) -> Segment | None:
    """The session's segment of this kind, or None."""
    return next((segment for segment in session.segments if segment.kind.value == kind), None)


def plan_exercises(session: Session, state: SessionState) -> tuple[ExerciseSlot, ...]:
    """The exercises of the current segment with their times; empty before the session, after it, and without any.

    After the facilitator's own minutes, the rest of the segment's time, as changed during the session, is divided in
    proportion to the minutes of its exercises. The last one therefore ends with the segment. An exercise that the
    facilitator has begun has the times of its own clock.
    """
    segment = find_segment(session, state.segment)
    if segment is None or state.since is None:
        return ()
    exercises = [
        exercise
        for exercise in session.exercises
        if exercise.segment is segment.kind and exercise.when is When.SESSION and exercise.minutes
    ]
    spent = state.spent.get(state.segment, dt.timedelta()) / state.speed
    whole = dt.timedelta(minutes=segment.minutes + state.changed_minutes.get(state.segment, 0)) / state.speed
    host = min(dt.timedelta(minutes=segment.host_minutes) / state.speed, whole)
    total = sum(exercise.minutes for exercise in exercises)
    slots, starts_at = [], state.since - spent + host
    for one in exercises:
        ends_at = starts_at + (whole - host) * one.minutes / total
        slots.append(ExerciseSlot(one, starts_at, ends_at))
        starts_at = ends_at
    begun = _begun_slot(session, state)
    return tuple(slots) if begun is None else (*(slot for slot in slots if slot.exercise is not begun.exercise), begun)


def _begun_slot(session: Session, state: SessionState) -> ExerciseSlot | None:
    exercise, since = session.find_exercise(state.exercise), state.exercise_since
    clock = find_current_clock(session, state, since) if since else None
    if exercise is None or since is None or clock is None:
        return None
    return ExerciseSlot(exercise, since, clock.ends_at, is_begun=True)


def find_slot(slots: tuple[ExerciseSlot, ...], now: dt.datetime) -> ExerciseSlot | None:
    """The exercise at ``now``: the one that the facilitator has begun, or the last that has started, or None."""
    if begun := next((slot for slot in slots if slot.is_begun), None):
        return begun
    return next((slot for slot in reversed(slots) if slot.starts_at <= now), None)


def suggest_scene(session: Session, state: SessionState, now: dt.datetime) -> Scene:
    """The scene of the current moment, for a screen that follows the run of show.

    Before the session: how to join. Then new groups for ``NEW_GROUPS_FOR``, and again at the start of an exercise in
    peer rooms; otherwise the current exercise. In segments without exercises: the featured example, if there is one.
    Otherwise, and after the session: the agenda.
    """
    if state.began_at is None:
        return Scene.JOIN
    if not state.is_on:
        return Scene.AGENDA
    slot = find_slot(plan_exercises(session, state), now)
    if has_new_groups(state, now) or (slot and is_move(slot, state, now)):
        return Scene.GROUPS
    if slot:
        return Scene.EXERCISE
    has_exercises = bool(plan_exercises(session, state))
    return Scene.EXAMPLE if state.features and not has_exercises else Scene.AGENDA


def has_new_groups(state: SessionState, now: dt.datetime) -> bool:
    """Whether groups or rooms were shown to participants within ``NEW_GROUPS_FOR``."""
    shown = [*(round_.at for round_ in state.rounds[-1:]), *(seating.at for seating in state.seatings.values())]
    return any(dt.timedelta() <= now - at < NEW_GROUPS_FOR for at in shown)


def is_move(slot: ExerciseSlot, state: SessionState, now: dt.datetime) -> bool:
    """Whether people are moving into peer rooms now: an exercise there has just started, and rooms exist."""
    has_rooms = bool(state.rounds or state.seatings)
    return has_rooms and slot.exercise.place is Place.PEERS and now - slot.starts_at < NEW_GROUPS_FOR
