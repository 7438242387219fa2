"""Checks of sessions: time adds up, ids are unique, and whatever is named exists."""

from __future__ import annotations

from collections.abc import Iterator

from cluster_kit.content import models as m
from cluster_kit.content.budget import estimate_minutes
from cluster_kit.content.findings import Findings
from cluster_kit.content.parts import Located, Parts, SessionParts
from cluster_kit.content.prompt_checks import check_prompts
from cluster_kit.content.source_checks import check_look_back


def check_sessions(parts: Parts, found: Findings) -> None:
    """Every session by itself, then what must be unique over the series."""
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
    for index, segment in enumerate(session.segments):
        used = sum(e.model.minutes for e in _in_room(part) if e.model.segment == segment.kind)
        if used > segment.minutes:
            sentence = f"its exercises take {used} minutes, and the segment has {segment.minutes}"
            found.add(part.data, ("segments", index, "minutes"), sentence)


def _minutes(meeting: m.Meeting) -> int:
    start, end = meeting.start, meeting.end
    return (end.hour - start.hour) * 60 + end.minute - start.minute


def _in_room(part: SessionParts) -> Iterator[Located[m.Exercise]]:
    return (exercise for exercise in part.exercises if exercise.model.when == m.When.SESSION)


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
    if exercise.when != m.When.SESSION:
        if exercise.minutes or exercise.talk_minutes:
            found.add(
                data, ("minutes",), f"a {exercise.when} exercise takes no time in the room: say about_minutes instead"
            )
        if not exercise.about_minutes:
            found.add(data, ("about_minutes",), f"a {exercise.when} exercise needs about_minutes: how long it takes")
        return
    if not exercise.minutes:
        found.add(data, ("minutes",), "an exercise in the room needs minutes, or when: prework or follow_up")
        return
    if exercise.about_minutes:
        found.add(data, ("about_minutes",), "about_minutes is for prework and follow-up: remove it")
    if exercise.scope == m.Scope.TEAM and not exercise.talk_minutes:
        found.add(data, ("talk_minutes",), "a team needs time to talk before it writes: give talk_minutes")
    writing = estimate_minutes(exercise, parts.instrument)
    if exercise.talk_minutes + writing > exercise.minutes + 1e-9:
        sentence = (
            f"{exercise.talk_minutes} minutes of talk and about {writing:.1f} of writing do not fit in "
            f"{exercise.minutes}: ask less, mark prompts as depth: standard, or give more minutes"
        )
        found.add(data, ("minutes",), sentence)
