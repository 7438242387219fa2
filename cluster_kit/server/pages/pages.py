"""What the pages say: their words and numbers, made from the content and the person who looks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cluster_kit.content.models import Content, Jurisdiction, Session
from cluster_kit.content.times import LocalTime, local_times, meeting_span, next_session
from cluster_kit.store import Person

HERE = Path(__file__).parents[1]
TEMPLATES = HERE / "templates"
VOILA_TEMPLATES = HERE / "share" / "jupyter" / "voila" / "templates"
SESSION_TEMPLATES = VOILA_TEMPLATES / "cluster_kit"
CONSOLE_TEMPLATES = VOILA_TEMPLATES / "cluster_kit_console"
FICTIONAL = "Fictional demonstration series: every person, state answer and example in it is made up."


def page_environment() -> Environment:
    """The templates of every page but a session's, which Voilà renders. A name that is not there is an error."""
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)


@dataclass(frozen=True)
class DepthEntry:
    """How far a person can choose to go, in plain words."""

    id: str
    title: str
    help: str


DEPTHS = (
    DepthEntry("essential", "Essential", "The questions that matter most. This is what the session has time for."),
    DepthEntry("standard", "Standard", "The essential questions, and what a team asks itself when it has prepared."),
    DepthEntry("full", "Full", "Every question there is, for the work between sessions."),
)


@dataclass(frozen=True)
class OutlineEntry:
    """A segment in a session's outline, with the ids of its exercises, to count what is answered."""

    kind: str
    title: str
    minutes: int
    exercises: tuple[str, ...]


@dataclass(frozen=True)
class SessionEntry:
    """A session in the list of the series: ``state`` is over, next, ahead."""

    number: int
    title: str
    question: str
    times: tuple[LocalTime, ...]
    state: str


def outline(session: Session) -> tuple[OutlineEntry, ...]:
    """The session's segments in order."""
    return tuple(
        OutlineEntry(
            kind=segment.kind.value,
            title=segment.title,
            minutes=segment.minutes,
            exercises=tuple(e.id for e in session.exercises if e.segment == segment.kind),
        )
        for segment in session.segments
    )


def segment_titles(session: Session) -> dict[str, str]:
    """The titles of a session's segments by kind."""
    return {segment.kind.value: segment.title for segment in session.segments}


def list_sessions(content: Content, jurisdiction: Jurisdiction | None, now: dt.datetime) -> tuple[SessionEntry, ...]:
    """The sessions by number, with their times in the state's zones; without a state in the series' zone."""
    upcoming = next_session(content, now)

    def state(number: int) -> str:
        if meeting_span(content, number)[1] <= now:
            return "over"
        return "next" if number == upcoming else "ahead"

    return tuple(
        SessionEntry(
            number=session.number,
            title=session.title,
            question=session.question,
            times=local_times(content, session.number, jurisdiction),
            state=state(session.number),
        )
        for session in content.sessions
    )


def about_person(content: Content, person: Person) -> dict[str, Any]:
    """What somebody has said of themselves, in words: ``role`` and ``depth``, empty where they have not."""
    return {
        "role": next((role.title for role in content.roles if role.id == person.role), ""),
        "depth": next((depth.title for depth in DEPTHS if depth.id == person.depth), ""),
    }


def series_words(content: Content) -> dict[str, Any]:
    """What every page says about the series."""
    return {"series": content.series, "fictional": FICTIONAL if content.series.fictional else ""}
