"""A session as a facilitator goes through it: each segment's opening, then its exercises, with minutes, cues, messages.

Made from the same steps as the run sheet (``facilitation.yaml``) and the same cues as the guide (``hosting.yaml``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

from cluster_kit.content.facilitation import BUFFER, Facilitation, PreparedMessage, ShowLine, plan_show
from cluster_kit.content.hosting import ExerciseCues
from cluster_kit.content.models import Content


@dataclass(frozen=True)
class ScriptMessage:
    """A prepared message with its permanent ``id`` within the session, ``minute`` minutes after its part's start."""

    id: str
    minute: int
    message: PreparedMessage


@dataclass(frozen=True)
class ScriptPart:
    """An exercise of a ``segment``, or the segment's opening (``exercise`` empty), with the planned start and minutes.

    ``lines`` are the steps in it: the exercise's own, and the facilitator's steps that follow it. ``buffer`` is the
    time that the plan leaves at the end of the segment. ``cues`` are the exercise's, if it has any.
    """

    segment: str
    exercise: str
    title: str
    start: dt.datetime
    minutes: int
    buffer: int
    lines: tuple[ShowLine, ...]
    messages: tuple[ScriptMessage, ...]
    cues: ExerciseCues | None


def plan_script(content: Content, facilitation: Facilitation | None, number: int) -> tuple[ScriptPart, ...]:
    """The parts of a session in order. A segment whose first step is an exercise has no opening."""
    lines = plan_show(content, facilitation, number)
    return tuple(
        part
        for _, of_segment in groupby(lines, key=lambda line: line.segment.kind)
        for part in _plan_segment(content, number, of_segment)
    )


def _plan_segment(content: Content, number: int, lines: Iterable[ShowLine]) -> list[ScriptPart]:
    parts: list[ScriptPart] = []
    for line in lines:
        if line.title == BUFFER and parts and not line.exercise:
            parts[-1] = replace(parts[-1], buffer=parts[-1].buffer + line.minutes)
        elif line.exercise or not parts:
            parts.append(_begin_part(content, number, line))
        else:
            parts[-1] = _extend_part(parts[-1], line)
    return parts


def _begin_part(content: Content, number: int, line: ShowLine) -> ScriptPart:
    exercise = line.exercise.id if line.exercise else ""
    segment = line.segment.kind.value
    cues = content.find_cues(number, exercise) if exercise else None
    title = line.title if exercise else line.segment.title
    part = ScriptPart(segment, exercise, title, line.start, 0, 0, (), (), cues)
    return _extend_part(part, line)


def _extend_part(part: ScriptPart, line: ShowLine) -> ScriptPart:
    """The part with one more line at its end. Messages of the line count from the part's start."""
    first = len(part.messages)
    messages = tuple(
        ScriptMessage(f"{part.segment}/{part.exercise}/{first + place}", part.minutes + one.minute, one)
        for place, one in enumerate(line.cues.messages)
    )
    return replace(
        part, minutes=part.minutes + line.minutes, lines=(*part.lines, line), messages=(*part.messages, *messages)
    )
