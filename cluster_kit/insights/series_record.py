"""One state's whole series: participants and all of its answers."""

from __future__ import annotations

from collections.abc import Callable

from cluster_kit.content.models import Content
from cluster_kit.documents.model import Block, Paragraph, Section, Table, one_text
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.completeness import list_complete
from cluster_kit.exercises.labels import format_date
from cluster_kit.insights.participation import took_part
from cluster_kit.insights.views import Illustrate, render_exercise

NO_ANSWERS = "No one has answered in this series yet."


def build_series_overview(content: Content, answers: Answers) -> Section:
    """One row per session: its date, its participants, and how many of its exercises are answered."""
    rows = tuple(
        (
            one_text(f"Session {s.number}: {s.title}"),
            one_text(format_date(content.get_meeting(s.number).date.isoformat())),
            took_part(content, [s.number], answers) if answers.has(s.number) else one_text("No one yet"),
            one_text(f"{len(list_complete(content, s.number, answers))} of {len(s.exercises)}"),
        )
        for s in content.sessions
    )
    columns = ("Session", "Day", "Took part", "Exercises answered")
    return Section("The series so far", (Table("Sessions of the series", columns, rows),))


def build_series_answers(content: Content, answers: Answers, illustrate: Callable[[int], Illustrate]) -> Section:
    """All of the team's answers, session by session. ``illustrate`` returns the chart function for a session number."""
    blocks: list[Block] = []
    for session in content.sessions:
        answered = [exercise for exercise in session.exercises if answers.has(session.number, exercise.id)]
        if answered:
            draw = illustrate(session.number)
            sections = tuple(render_exercise(content, session.number, exercise, answers, draw) for exercise in answered)
            blocks.append(Section(f"Session {session.number}: {session.title}", sections))
    return Section("What your state wrote", tuple(blocks) or (Paragraph(NO_ANSWERS, "quiet"),))
