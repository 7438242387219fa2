"""Tables for people, written from the content: the series, the run of show of a session, and who answers which outcome.

They stand in Markdown files between two marker lines, so that prose around them is written by hand and the
tables never disagree with what the sessions really do.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from cluster_kit.content.models import Content, Exercise, Segment, Session, When
from cluster_kit.content.times import local_times, spell_clock
from cluster_kit.errors import UsageError

WHEN_WORDS = {When.PREWORK: "before", When.SESSION: "in the room", When.FOLLOW_UP: "after"}


def series_table(content: Content) -> str:
    """A Markdown table of the series: each session with its day and times, its question, and whom a state sends."""
    roles = {role.id: role.title for role in content.roles}
    rows = [
        [
            f"{session.number}. {session.title}",
            when(content, session.number),
            session.question,
            "; ".join(roles[role] for role in session.who),
        ]
        for session in content.sessions
    ]
    return markdown_table(["Session", "When", "Its question", "Whom a state sends"], rows)


def run_of_show(content: Content, number: int) -> str:
    """When the session is, and a Markdown table of it: clock, minutes, segment, and what happens in it.

    The clock is in the series' time zone, from the scheduled start. Minutes of a segment that no exercise takes are
    the facilitator's. Prework and follow-up stand below the table.
    """
    session, meeting = content.get_session(number), content.get_meeting(number)
    clock = dt.datetime.combine(meeting.date, meeting.start)
    rows = []
    for segment in session.segments:
        rows.append(
            [spell_clock(clock), str(segment.minutes), segment.title, segment.purpose, _inside(session, segment)]
        )
        clock += dt.timedelta(minutes=segment.minutes)
    rows.append([spell_clock(clock), "", "End", "", ""])
    table = markdown_table(["Starts", "Minutes", "Segment", "What it is for", "Who does what, in minutes"], rows)
    outside = [_outside(e) for e in session.exercises if e.when is not When.SESSION]
    head = f"{when(content, number)}: {session.minutes} minutes."
    return "\n".join([head, "", table, *(["", *outside] if outside else [])])


def when(content: Content, number: int) -> str:
    """A session's day and times in words, in the series' own time zone."""
    (time,) = local_times(content, number)
    return str(time)


def outcomes_table(content: Content) -> str:
    """A Markdown table that maps each learning outcome of the series to the exercises that answer it."""
    rows = []
    for session in content.sessions:
        for outcome in session.outcomes:
            answering = [e for e in session.exercises if outcome.id in e.outcomes]
            exercises = "; ".join(f"{e.title} (`{e.id}`, {WHEN_WORDS[e.when]})" for e in answering)
            keeps = "; ".join(e.keeps for e in answering)
            rows.append([str(session.number), outcome.text, exercises, keeps])
    return markdown_table(["Session", "Learning outcome", "Exercises", "What the state keeps"], rows)


def replace_block(text: str, name: str, block: str) -> str:
    """``text`` with what stands between the markers ``<!-- name -->`` and ``<!-- /name -->`` replaced by ``block``."""
    pattern = re.compile(rf"(<!-- {re.escape(name)} -->\n).*?(<!-- /{re.escape(name)} -->)", re.DOTALL)
    if not pattern.search(text):
        raise UsageError(
            f"The markers <!-- {name} --> and <!-- /{name} --> are missing: put them where the table belongs."
        )
    return pattern.sub(lambda found: f"{found[1]}\n{block}\n\n{found[2]}", text)


def markdown_table(header: list[str], rows: Iterable[list[str]]) -> str:
    """A Markdown table; pipes and line ends in cells are made harmless."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _inside(session: Session, segment: Segment) -> str:
    """The facilitator's own minutes, then the exercises in the room."""
    here = [e for e in session.exercises if e.segment is segment.kind and e.when is When.SESSION]
    own = segment.minutes - sum(e.minutes for e in here)
    talk = {e.id: f", {e.talk_minutes} of them talk" if e.talk_minutes else "" for e in here}
    return "; ".join([*([f"You: {own}"] if own else []), *(f"{e.title}: {e.minutes}{talk[e.id]}" for e in here)])


def _outside(exercise: Exercise) -> str:
    when = "Before the session" if exercise.when is When.PREWORK else "After the session"
    return f"- {when}, about {exercise.about_minutes} minutes: {exercise.title}"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
