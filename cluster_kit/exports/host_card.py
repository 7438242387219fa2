"""The room host's card for a session, on one page: roles, what a host does, and cues for each exercise."""

from __future__ import annotations

from pathlib import Path

from cluster_kit.content.budget import time_session
from cluster_kit.content.hosting import cue_verb
from cluster_kit.content.models import Content, Exercise, ExerciseCues, Hosting, Session
from cluster_kit.content.run_of_show import format_meeting
from cluster_kit.documents.document_file import write_document_file
from cluster_kit.documents.model import Attributed, Bullets, Document, Section, Table, Texts, one_text
from cluster_kit.errors import UsageError

MOST_CUES = 1
"""Cues of an exercise on the card, so that it stays on one page. The session page shows all of them."""


def make_host_card(content: Content, number: int) -> Document:
    """The card for a session's room hosts. Raises ``UnknownSessionError``, or ``UsageError`` without a hosting file."""
    session = content.get_session(number)
    if content.hosting is None:
        raise UsageError(f"Series {content.series.id} has no hosting.yaml, from which the card is made. Add that file.")
    hosting = content.hosting
    roles = Bullets(tuple(Attributed(f"{role.title}: {role.does}") for role in hosting.roles))
    steps = Bullets(tuple(Attributed(line) for line in hosting.host), ordered=True)
    return Document(
        title=f"Room host card, session {number}: {session.title}",
        heading="Room host card",
        subtitle=f"Session {number}: {session.title}",
        series=content.series.title,
        when=format_meeting(content, number),
        notice="Fictional series, for practice." if content.series.fictional else "",
        opening=(),
        parts=(Section("In your room", (roles, steps, _table(content, session, hosting))),),
        about=(),
    )


def write_host_card(content: Content, number: int, out: Path) -> Path:
    """Write the card as .pdf, .docx, or .html. Raises ``UsageError`` for another extension or an unwritable file."""
    write_document_file(make_host_card(content, number), out)
    return out


def _table(content: Content, session: Session, hosting: Hosting) -> Table:
    """The exercises in the room, in order, with their cues."""
    times = time_session(session.segments, session.exercises, content.instrument)
    exercises = [timed.exercise for time in times for timed in time.exercises]
    rows = [_row(exercise, cues) for exercise in exercises if (cues := hosting.find_cues(session.number, exercise.id))]
    return Table("Listen, and ask one question", ("Exercise", "If you hear", "When the talk stops"), tuple(rows))


def _row(exercise: Exercise, cues: ExerciseCues) -> tuple[Texts, ...]:
    name = f"{exercise.title} ({exercise.minutes}\u00a0min)"
    heard = " ".join(f"{cue.signal} {cue_verb(cue.ask)}: {cue.ask}" for cue in cues.listen[:MOST_CUES])
    return one_text(name), one_text(heard), one_text(cues.stuck)
