"""Template contexts of pages, from the content and the current user."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from cluster_kit.content.models import Content, Exercise, Jurisdiction, Session, TablePrompt
from cluster_kit.content.times import LocalTime, local_times
from cluster_kit.documents.html import keep_terms_together
from cluster_kit.exercises.prompts import prompts_of
from cluster_kit.insights.assistance import is_requests_table
from cluster_kit.sessions import SeriesTimeline, SessionPhase
from cluster_kit.store import Person

HERE = Path(__file__).parents[1]
TEMPLATES = HERE / "templates"
VOILA_TEMPLATES = HERE / "share" / "jupyter" / "voila" / "templates"
SESSION_TEMPLATES = VOILA_TEMPLATES / "cluster_kit"
CONSOLE_TEMPLATES = VOILA_TEMPLATES / "cluster_kit_console"
STEP_MARK = re.compile(r'<section id="segment-(?P<segment>\w+)"|</section>|(?P<step><div class="ck-step[ "])')
EXERCISE_MARK = re.compile(r'<div class="ck-widget" data-exercise="(?P<id>\w+)"')
TAG = re.compile(r"<[^>]*>")
TITLE_MARK = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)
FICTIONAL = "Fictional demonstration series"


@cache
def page_environment() -> Environment:
    """Templates of every page except session pages, which Voilà renders. Undefined names raise an error.

    All are compiled here, so that the first visitors do not wait for it, once in a process.
    """
    found = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, auto_reload=False
    )
    found.filters["together"] = lambda text: Markup(keep_terms_together(escape(text)))  # noqa: S704  (escaped)
    for name in found.list_templates():
        found.get_template(name)
    return found


@dataclass(frozen=True)
class DepthEntry:
    """A depth that a person can choose, in plain words."""

    id: str
    title: str
    help: str


DEPTHS = (
    DepthEntry("essential", "Essential", "The questions that matter most. This is what the session has time for."),
    DepthEntry("standard", "Standard", "The essential questions, and more for teams that have prepared."),
    DepthEntry("full", "Full", "All questions, for work between sessions."),
)


@dataclass(frozen=True)
class OutlineEntry:
    """A segment in a session's outline, with its exercises, to count answers and to go to."""

    kind: str
    title: str
    minutes: int
    exercises: tuple[Exercise, ...]


@dataclass(frozen=True)
class SessionEntry:
    """A session in the list of the series; ``state`` is ``over``, ``now``, ``next``, or ``ahead``."""

    number: int
    title: str
    question: str
    times: tuple[LocalTime, ...]
    state: str


def build_outline(session: Session, html: str) -> tuple[OutlineEntry, ...]:
    """The session's segments, in order, each with its exercises in the order of the page's main part."""
    places = {mark["id"]: mark.start() for mark in EXERCISE_MARK.finditer(html)}
    exercises = sorted(session.exercises, key=lambda exercise: places.get(exercise.id, len(html)))
    return tuple(
        OutlineEntry(
            kind=segment.kind.value,
            title=segment.title,
            minutes=segment.minutes,
            exercises=tuple(e for e in exercises if e.segment == segment.kind),
        )
        for segment in session.segments
    )


def segment_titles(session: Session) -> dict[str, str]:
    """Titles of a session's segments, by kind."""
    return {segment.kind.value: segment.title for segment in session.segments}


def lower_titles(html: str, session: Session) -> str:
    """A session page's main part without its notebook's title, which the header has; others are lowered."""

    def lower(mark: re.Match[str]) -> str:
        is_repeated = unescape(TAG.sub("", mark[1])).strip() == f"Session {session.number}: {session.title}"
        return "" if is_repeated else f"<h2>{mark[1]}</h2>"

    return TITLE_MARK.sub(lower, html)


def count_steps(html: str) -> Counter[str]:
    """The number of steps in a page's main part by segment, "" for those outside of segments."""
    counts: Counter[str] = Counter()
    segment = ""
    for mark in STEP_MARK.finditer(html):
        if mark["step"]:
            counts[segment] += 1
        else:
            segment = mark["segment"] or ""
    return counts


def find_assistance(content: Content) -> str:
    """The address of the first form for requests of technical assistance; empty if the series has none."""
    for session, exercise, prompt in prompts_of(content, TablePrompt, None):
        if is_requests_table(prompt):
            return f"/session/{session}#segment-{exercise.segment.value}"
    return ""


def list_sessions(
    content: Content, jurisdiction: Jurisdiction | None, timeline: SeriesTimeline
) -> tuple[SessionEntry, ...]:
    """The sessions by number, with times in the state's zones; without a state, in the series' zone."""

    def state(number: int) -> str:
        phase = timeline.phases[number]
        return "next" if phase is SessionPhase.AHEAD and number == timeline.upcoming else phase.value

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
    """A person's ``role`` and ``depth`` for display, empty if not set."""
    return {
        "role": content.role_titles.get(person.role, ""),
        "depth": next((depth.title for depth in DEPTHS if depth.id == person.depth), ""),
    }


def series_words(content: Content) -> dict[str, Any]:
    """Template context about the series, for every page."""
    return {"series": content.series, "fictional": FICTIONAL if content.series.fictional else ""}
