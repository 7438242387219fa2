"""The whole series of one state: who took part, and everything that it wrote."""

from __future__ import annotations

from collections.abc import Callable

from cluster_kit.content.models import Content, Session
from cluster_kit.documents.model import Block, Paragraph, Section, Table, text
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.labels import spell_date
from cluster_kit.insights.overview import took_part
from cluster_kit.insights.views import Illustrate, render_exercise

NOBODY = "Nobody has answered in this series yet."


def thread(content: Content, answers: Answers) -> Section:
    """One line for each session: its day, who took part, and how many of its exercises hold an answer."""
    rows = tuple(
        (
            text(f"Session {s.number}: {s.title}"),
            text(spell_date(content.get_meeting(s.number).date.isoformat())),
            took_part(content, s.number, answers) if answers.has(s.number) else text("Nobody yet"),
            text(f"{_answered(s, answers)} of {len(s.exercises)}"),
        )
        for s in content.sessions
    )
    columns = ("Session", "Day", "Took part", "Exercises answered")
    return Section("The series so far", (Table("Sessions of the series", columns, rows),))


def record(content: Content, answers: Answers, illustrate: Callable[[int], Illustrate]) -> Section:
    """Everything that the team wrote, session by session. ``illustrate`` draws the pictures of a session's number."""
    blocks: list[Block] = []
    for session in content.sessions:
        answered = [exercise for exercise in session.exercises if answers.has(session.number, exercise.id)]
        if answered:
            draw = illustrate(session.number)
            said = tuple(render_exercise(content, session.number, exercise, answers, draw) for exercise in answered)
            blocks.append(Section(f"Session {session.number}: {session.title}", said))
    return Section("What your state wrote", tuple(blocks) or (Paragraph(NOBODY, "quiet"),))


def _answered(session: Session, answers: Answers) -> int:
    return sum(answers.has(session.number, exercise.id) for exercise in session.exercises)
