"""Check sessions: minutes add up, ids are unique, and references exist."""

from __future__ import annotations

import math

from cluster_kit.content import models as m
from cluster_kit.content.budget import SegmentTime, estimate_alone, sum_prework, time_exercise, time_session
from cluster_kit.content.documents import LocatedMapping
from cluster_kit.content.findings import Findings, Path
from cluster_kit.content.parts import Located, Parts, SessionParts
from cluster_kit.content.prompt_checks import check_prompts
from cluster_kit.content.rates import MINUTES_AN_OUTCOME, PREWORK_MINUTES
from cluster_kit.content.source_checks import check_look_back
from cluster_kit.text import count_of

ROUNDING = 1e-9


def check_sessions(parts: Parts, found: Findings) -> None:
    """Check each session, then uniqueness within the series."""
    outcomes: dict[str, int] = {}
    session_ids: set[str] = set()
    for part in parts.sessions:
        _check_exercises(parts, part, found)
        if part.session is None:
            continue
        _check_head(parts, part, part.session, found)
        _check_segments(parts, part, part.session, found)
        _check_outcomes(part, part.session, outcomes, found)
        if part.session.id in session_ids:
            found.add(part.data, ("id",), f"another session has the id {part.session.id!r}: each needs its own")
        session_ids.add(part.session.id)


def _check_head(parts: Parts, part: SessionParts, session: m.Session, found: Findings) -> None:
    if session.number != part.number:
        found.add(part.data, ("number",), f"the number must be that of the file's name, {part.number}")
    roles = {role.id for role in parts.roles.model.roles} if parts.roles else set()
    found.known(part.data, ("who",), session.who, roles, "role")
    for index, look_back in enumerate(session.opens_with):
        check_look_back(parts, part, index, look_back, found)


def _check_segments(parts: Parts, part: SessionParts, session: m.Session, found: Findings) -> None:
    if [segment.kind for segment in session.segments] != list(m.SegmentKind):
        found.add(part.data, ("segments",), f"a session has these segments, in this order: {', '.join(m.SegmentKind)}")
    schedule = parts.series.model.schedule if parts.series else ()
    for meeting in schedule:
        length = _minutes(meeting)
        if meeting.session == part.number and length > 0 and session.minutes != length:
            sentence = f"the segments add up to {session.minutes} minutes, and the schedule gives the session {length}"
            found.add(part.data, ("segments",), sentence)
    exercises = tuple(exercise.model for exercise in part.exercises)
    for index, time in enumerate(time_session(session.segments, exercises, parts.instrument)):
        if time.needed > time.segment.minutes + ROUNDING:
            found.add(part.data, ("segments", index, "minutes"), _overfull(time))


def _overfull(time: SegmentTime) -> str:
    parts = [
        (time.segment.host_minutes, "for the facilitator"),
        (time.moving, f"for {count_of(time.moves, 'move')} between rooms"),
        (time.given, "of exercises"),
        (time.buffer, "of buffer"),
    ]
    needed = ", ".join(f"{minutes:g} {use}" for minutes, use in parts if minutes)
    return f"the segment has {time.segment.minutes} minutes and needs {time.needed:g}: {needed}"


def _minutes(meeting: m.Meeting) -> int:
    start, end = meeting.start, meeting.end
    return (end.hour - start.hour) * 60 + end.minute - start.minute


def _check_outcomes(part: SessionParts, session: m.Session, seen: dict[str, int], found: Findings) -> None:
    """Unique over the series, and each answered by an exercise."""
    answered = {outcome for exercise in part.exercises for outcome in exercise.model.outcomes}
    if not session.outcomes:
        found.add(part.data, ("outcomes",), "a session needs at least one learning outcome")
    for index, outcome in enumerate(session.outcomes):
        path = ("outcomes", index)
        if outcome.id in seen:
            found.add(
                part.data, path, f"session {seen[outcome.id]} has an outcome {outcome.id!r} too: each needs its own"
            )
        seen[outcome.id] = part.number
        if part.complete and outcome.id not in answered:
            found.add(part.data, path, f"no exercise answers the outcome {outcome.id!r}")
        elif part.complete:
            _check_outcome_minutes(part, outcome, path, found)


def _check_outcome_minutes(part: SessionParts, outcome: m.Outcome, path: Path, found: Findings) -> None:
    """An outcome has time in the room, so that it does not rest on homework."""
    serving = [e.model for e in part.exercises if outcome.id in e.model.outcomes and e.model.when is m.When.SESSION]
    minutes = sum(exercise.minutes for exercise in serving)
    if minutes < MINUTES_AN_OUTCOME and all(exercise.minutes for exercise in serving):
        sentence = (
            f"the outcome {outcome.id!r} has {minutes} minutes of exercises in the room, and needs {MINUTES_AN_OUTCOME}"
        )
        found.add(part.data, path, sentence)


def note_long_prework(parts: Parts, found: Findings) -> None:
    """Add a notice for a session whose prework takes one person longer than planned."""
    for part in parts.sessions:
        minutes = sum_prework(exercise.model for exercise in part.exercises)
        if minutes > PREWORK_MINUTES:
            sentence = (
                f"the prework takes one person {minutes} minutes, more than {PREWORK_MINUTES}: ask less, give columns "
                "depth: standard, divide a table with rows_each, or make an exercise follow-up"
            )
            found.add(part.data, ("exercises",), sentence)


def _check_exercises(parts: Parts, part: SessionParts, found: Findings) -> None:
    ids: set[str] = set()
    outcomes = {outcome.id for outcome in part.session.outcomes} if part.session else set()
    for exercise in part.exercises:
        if exercise.model.id in ids:
            sentence = f"there is another exercise {exercise.model.id!r} in this session: each needs its own"
            found.add(exercise.data, (), sentence)
        ids.add(exercise.model.id)
        found.known(
            exercise.data, ("outcomes",), exercise.model.outcomes, outcomes, f"outcome in session {part.number}"
        )
        _check_time(parts, exercise, found)
        check_prompts(parts, part, exercise, found)


def _check_time(parts: Parts, located: Located[m.Exercise], found: Findings) -> None:
    exercise, data = located.model, located.data
    _check_prework(exercise, data, found)
    if exercise.has_prework or exercise.when is not m.When.SESSION:
        _check_time_alone(parts, exercise, data, found)
    if exercise.when is m.When.SESSION:
        _check_time_in_room(parts, exercise, data, found)
    elif exercise.minutes or exercise.talk_minutes:
        found.add(
            data, ("minutes",), f"a {exercise.when} exercise takes no time in the room: say about_minutes instead"
        )


def _check_prework(exercise: m.Exercise, data: LocatedMapping, found: Findings) -> None:
    """Prompts marked ``before`` go with ``prework_minutes``."""
    marked = any(p.before or any(c.before for c in getattr(p, "columns", ())) for p in exercise.prompts)
    if exercise.prework_minutes and exercise.when is not m.When.SESSION:
        found.add(data, ("prework_minutes",), f"is for exercises in the room: a {exercise.when} exercise has none")
    elif exercise.prework_minutes and not marked:
        found.add(data, ("prework_minutes",), "nothing is asked before the session: mark a prompt with before: true")
    elif marked and not exercise.prework_minutes:
        found.add(data, ("prework_minutes",), "a prompt is marked before: true: say how long it takes")


def _check_time_alone(parts: Parts, exercise: m.Exercise, data: LocatedMapping, found: Findings) -> None:
    in_room = exercise.when is m.When.SESSION
    key, given = ("prework_minutes" if in_room else "about_minutes"), exercise.prework_minutes or exercise.about_minutes
    if not given:
        found.add(data, (key,), f"a {exercise.when} exercise needs about_minutes: how long it takes")
        return
    needed = estimate_alone(exercise, parts.instrument)
    if needed > given + ROUNDING:
        rounded_up = math.ceil(10 * needed) / 10
        found.add(data, (key,), f"reading and answering take about {rounded_up:g} minutes, not {given}")


def _check_time_in_room(parts: Parts, exercise: m.Exercise, data: LocatedMapping, found: Findings) -> None:
    if not exercise.minutes:
        found.add(data, ("minutes",), "an exercise in the room needs minutes, or when: prework or follow_up")
        return
    if exercise.about_minutes:
        found.add(data, ("about_minutes",), "about_minutes is for prework and follow-up: remove it")
    if exercise.scope == m.Scope.TEAM and not exercise.talk_minutes:
        found.add(data, ("talk_minutes",), "a team needs time to talk before it writes: give talk_minutes")
    time = time_exercise(exercise, parts.instrument)
    if time.needed > exercise.minutes + ROUNDING:
        sentence = (
            f"{time.find:g} minutes to find it, about {time.read:.1f} to read, {time.talk:g} to talk, and about "
            f"{time.write:.1f} to answer do not fit in {exercise.minutes}: ask less, mark prompts as before: true "
            "or depth: standard, or give more minutes"
        )
        found.add(data, ("minutes",), sentence)
