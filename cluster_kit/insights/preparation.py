"""What a state needs before a session: when it is, who should come, what to bring, and what to do beforehand."""

from __future__ import annotations

from cluster_kit.content.models import Content, Exercise, Jurisdiction, When
from cluster_kit.content.times import local_times
from cluster_kit.documents.model import Attributed, Block, Bullets, Fact, Facts, Paragraph, Section, text
from cluster_kit.exercises.answers import Answers
from cluster_kit.insights.views import render_exercise, what_is_asked

NOTHING_BEFORE = "Nothing has to be filled in before this session. Reading this is enough."


def preparation(content: Content, session: int, jurisdiction: Jurisdiction, answers: Answers) -> Section:
    """The session's question, time, people, things to bring, and the exercises that are done before it."""
    chosen = content.get_session(session)
    times = tuple(Attributed(str(time)) for time in local_times(content, session, jurisdiction))
    roles = [role for role in content.roles if role.id in chosen.who]
    people = tuple(Attributed(f"{role.title}: {role.description}") for role in roles)
    outcomes = tuple(Attributed(outcome.text) for outcome in chosen.outcomes)
    before = [exercise for exercise in chosen.exercises if exercise.when is When.PREWORK]
    blocks: tuple[Block, ...] = (
        Paragraph(chosen.purpose, "lead"),
        Facts((Fact("When", times), Fact("How long", text(f"{chosen.minutes} minutes")))),
        Section("What it is for", (Bullets(outcomes),)),
        Section("Who should come", (Bullets(people),)),
        Section("What to bring", (Bullets(tuple(Attributed(line) for line in chosen.prepare)),)),
        Section("What to do before", _before(content, session, before, answers)),
    )
    return Section(chosen.question, blocks)


def _before(content: Content, session: int, exercises: list[Exercise], answers: Answers) -> tuple[Block, ...]:
    if not exercises:
        return (Paragraph(NOTHING_BEFORE),)
    return tuple(_prework(content, session, exercise, answers) for exercise in exercises)


def _prework(content: Content, session: int, exercise: Exercise, answers: Answers) -> Section:
    """What is asked, and under it what the team has answered already."""
    asked = what_is_asked(content, exercise)
    minutes: tuple[Block, ...] = ()
    if exercise.about_minutes:
        minutes = (Paragraph(f"About {exercise.about_minutes} minutes.", "quiet"),)
    said: tuple[Block, ...] = ()
    if answers.has(session, exercise.id):
        given = render_exercise(content, session, exercise, answers)
        said = (Section("What your team has written already", given.blocks),)
    return Section(asked.title, (*minutes, *asked.blocks, *said))
