"""Everything that a state has set a day for, in one line of time.

A day is whatever a date prompt asks for: in a table the row's first words say what happens then, and its person who
leads it; outside a table the first words of the exercise do. So a new exercise with a date needs no program.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from cluster_kit.content.models import Content, DatePrompt, Exercise, PersonPrompt, TablePrompt, TextPrompt
from cluster_kit.documents.model import Attributed, Block, Bullets, Figure, Paragraph, Picture, Section, Table, text
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.labels import Speller, spell_date
from cluster_kit.exercises.prompts import prompts_of
from cluster_kit.exercises.rows import TableRow, read_answer_table
from cluster_kit.insights.plans import Action, is_goals_table, read_actions, read_goals

TITLE = "Adoption roadmap"
MEETINGS = "Sessions of the series"
NO_DAYS = "Your state has not set a day for anything yet."


@dataclass(frozen=True)
class Milestone:
    """Something that happens on a ``day``. ``lane`` is what kind of thing it is, ``number`` its place in the list.

    ``lead`` is empty where nobody is named. ``is_open`` is False for a next step that is done or dropped.
    """

    day: dt.date
    lane: str
    what: str
    lead: str = ""
    is_open: bool = True
    number: int = 0


def read_milestones(content: Content, answers: Answers) -> list[Milestone]:
    """Every day that the state has set, and the sessions of the series, earliest first and numbered from 1.

    Where a team has given several days for the same thing, the newest counts.
    """
    found = [
        Milestone(meeting.date, MEETINGS, f"Session {meeting.session}: {content.get_session(meeting.session).title}")
        for meeting in content.series.schedule
    ]
    closed = {action.row.id for action in read_actions(content, answers) if not action.is_open}
    for session, exercise, table in prompts_of(content, TablePrompt, None):
        found += _of_table(content, (session, exercise), table, answers, closed)
    for session, exercise, prompt in prompts_of(content, DatePrompt, None):
        found += _of_prompt(content, (session, exercise), prompt, answers)
    found.sort(key=lambda milestone: milestone.day)
    return [replace(milestone, number=number) for number, milestone in enumerate(found, start=1)]


def roadmap(content: Content, answers: Answers, draw: Callable[[Sequence[Milestone]], Picture]) -> Section:
    """Where the state wants to go, and everything that it has set a day for, as a picture and as a table."""
    blocks: list[Block] = []
    goals = [
        Attributed(goal.statement)
        for session, exercise, prompt in prompts_of(content, TablePrompt, None)
        if is_goals_table(prompt)
        for goal in read_goals(content, session, exercise, prompt, answers)
        if goal.statement
    ]
    if goals:
        blocks.append(Section("Where we want to go", (Bullets(tuple(goals), ordered=True),)))
    milestones = read_milestones(content, answers)
    if any(milestone.lane != MEETINGS for milestone in milestones):
        ahead: tuple[Block, ...] = (Figure(draw(milestones)), milestones_table(milestones))
    else:
        ahead = (Paragraph(NO_DAYS, "quiet"),)
    return Section(TITLE, (*blocks, Section("When", ahead)))


def milestones_table(milestones: Sequence[Milestone]) -> Table:
    """One row per day, in the order given."""
    rows = tuple(
        (
            text(str(m.number)),
            text(spell_date(m.day.isoformat())),
            text(m.what + ("" if m.is_open else " (done or dropped)")),
            text(m.lead) if m.lead else (),
            text(m.lane),
        )
        for m in milestones
    )
    return Table("Days that are set", ("Number", "Day", "What", "Who leads", "Kind"), rows)


def open_actions(content: Content, answers: Answers) -> list[Action]:
    """Next steps that are neither done nor dropped: those with a day first, earliest first."""
    is_open = [action for action in read_actions(content, answers) if action.is_open]
    return sorted(is_open, key=lambda action: (not action.due, action.due))


def _of_table(
    content: Content, place: tuple[int, Exercise], table: TablePrompt, answers: Answers, closed: set[str]
) -> Iterator[Milestone]:
    dates = [column for column in table.columns if isinstance(column, DatePrompt)]
    if not dates:
        return
    lead = next((column.id for column in table.columns if isinstance(column, PersonPrompt)), "")
    for row in read_answer_table(content, *place, table, answers):
        for column in dates:
            if day := _day(row.value(column.id)):
                what = row.label or _newest(row, table.columns[0].id) or f"A {table.row_name} without words"
                yield Milestone(day, table.label, what, _newest(row, lead), row.id not in closed)


def _of_prompt(
    content: Content, place: tuple[int, Exercise], prompt: DatePrompt, answers: Answers
) -> Iterator[Milestone]:
    session, exercise = place
    said = answers.at(session, exercise.id, prompt.id)
    day = _day(said[-1].value) if said else None
    if day is None:
        return
    speller = Speller(content, answers, session)
    words = {}
    for kind in (TextPrompt, PersonPrompt):
        asked = [p for p in exercise.prompts if isinstance(p, kind)]
        given = [(p, answers.at(session, exercise.id, p.id)) for p in asked]
        words[kind] = next((speller.spell(p, responses[-1].value) for p, responses in given if responses), "")
    yield Milestone(day, exercise.title, words[TextPrompt] or prompt.label, words[PersonPrompt])


def _newest(row: TableRow, column: str) -> str:
    voices = row.words.get(column, ())
    return voices[-1].text if voices else ""


def _day(value: object) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        return None
