"""A state's timeline: everything with a date.

Dates come from any date prompt: in a table, the row's first text says what happens, and its person column names the
lead; outside a table, the exercise's first text does. A new exercise with a date needs no code.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from cluster_kit.content.models import Content, DatePrompt, Exercise, PersonPrompt, TablePrompt, TextPrompt
from cluster_kit.content.rating_values import format_mean
from cluster_kit.documents.model import (
    NOT_DESCRIBED,
    Attributed,
    Block,
    Bullets,
    Figure,
    Paragraph,
    Picture,
    Section,
    Table,
    one_text,
)
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.labels import AnswerFormatter, format_date
from cluster_kit.exercises.prompts import prompts_of
from cluster_kit.exercises.rows import TableRow, read_answer_table
from cluster_kit.insights.assignments import read_area_plans
from cluster_kit.insights.plans import Action, is_goals_table, read_actions, read_goals
from cluster_kit.insights.ratings import latest_ratings, read_ratings, summarize_ratings

TITLE = "Adoption roadmap"
MEETINGS = "Sessions of the series"
TEMPLATE = "Roadmap template"
TEMPLATE_ABOUT = (
    "Early adopters assess their systems, write an adoption roadmap, make changes, and share what they learn. Edit this"
    " table with the leads: keep the areas in which you will change something, and complete what is in brackets."
)
BLANK = "[to be filled in]"
TEMPLATE_WIDTHS = (18.5, 9.5, 15, 20.5, 14, 14.5)
DAY_WIDTHS = (10.5, 20, 29, 18.5, 22)
SERIES_STAFF = "Staff of the series"
NO_DAYS = "Your state has not set any dates yet."


@dataclass(frozen=True)
class Milestone:
    """A dated event. ``lane`` is its kind, ``number`` its position in the list.

    ``lead`` is empty if no one is named. ``is_open`` is False for a next step that is done or dropped.
    """

    day: dt.date
    lane: str
    what: str
    lead: str = ""
    is_open: bool = True
    number: int = 0


def read_milestones(content: Content, answers: Answers) -> list[Milestone]:
    """Every date that the state has set, and the sessions of the series, earliest first and numbered from 1.

    If a team has given several dates for the same thing, the latest response applies.
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


def build_roadmap(content: Content, answers: Answers, draw: Callable[[Sequence[Milestone]], Picture]) -> Section:
    """The state's vision, and everything with a date as a chart and as a table."""
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


def build_roadmap_template(content: Content, answers: Answers) -> Section:
    """A table to plan adoption by policy area, filled with what the state has recorded; the rest is to be filled in.

    The change planned first is the area's open next step that is due first.
    """
    rated = {s.area.id: s.mean for s in summarize_ratings(content, latest_ratings(read_ratings(content, answers)))}
    plans, steps, top = read_area_plans(content, answers), _first_steps(content, answers), content.instrument.scale[-1]
    rows = []
    for area in content.instrument.areas:
        mean, plan, step = rated.get(area.id), plans.get(area.id), steps.get(area.id)
        cells = (
            "Not rated yet" if mean is None else f"{format_mean(mean)} of {top.value}",
            (plan.lead if plan else "") or (step.lead if step else "") or BLANK,
            (step.action if step else "") or BLANK,
            format_date(step.due) if step and step.due else BLANK,
            BLANK,
        )
        rows.append((one_text(area.title), *(one_text(cell) for cell in cells)))
    columns = ("Policy area", "Mean rating", "Lead", "First change", "By when", "How we will know")
    return Section(
        TEMPLATE, (Paragraph(TEMPLATE_ABOUT), Table("Roadmap by policy area", columns, tuple(rows), TEMPLATE_WIDTHS))
    )


def _first_steps(content: Content, answers: Answers) -> dict[str, Action]:
    """By policy area: its open next step that is due first."""
    found: dict[str, Action] = {}
    for action in open_actions(content, answers):
        responses = action.row.responses.get("area", ())
        if responses:
            found.setdefault(str(responses[-1].value), action)
    return found


def milestones_table(milestones: Sequence[Milestone]) -> Table:
    """One row per date, in the order given."""
    rows = tuple(
        (
            one_text(str(m.number)),
            one_text(format_date(m.day.isoformat())),
            one_text(m.what + ("" if m.is_open else " (done or dropped)")),
            one_text(lead) if (lead := SERIES_STAFF if m.lane == MEETINGS else m.lead) else (),
            one_text(m.lane),
        )
        for m in milestones
    )
    return Table("Days that are set", ("Number", "Day", "What", "Who leads", "Kind"), rows, DAY_WIDTHS)


def open_actions(content: Content, answers: Answers) -> list[Action]:
    """Next steps that are neither done nor dropped: dated ones first, earliest first."""
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
                unnamed = f"{table.row_name.capitalize()}: {NOT_DESCRIBED.lower()}"
                what = row.label or _newest(row, table.columns[0].id) or unnamed
                yield Milestone(day, table.label, what, _newest(row, lead), row.id not in closed)


def _of_prompt(
    content: Content, place: tuple[int, Exercise], prompt: DatePrompt, answers: Answers
) -> Iterator[Milestone]:
    session, exercise = place
    responses = answers.at(session, exercise.id, prompt.id)
    day = _day(responses[-1].value) if responses else None
    if day is None:
        return
    formatter = AnswerFormatter(content, answers, session)
    texts = {}
    for kind in (TextPrompt, PersonPrompt):
        asked = [p for p in exercise.prompts if isinstance(p, kind)]
        given = [(p, answers.at(session, exercise.id, p.id)) for p in asked]
        texts[kind] = next((formatter.format(p, responses[-1].value) for p, responses in given if responses), "")
    yield Milestone(day, exercise.title, texts[TextPrompt] or prompt.label, texts[PersonPrompt])


def _newest(row: TableRow, column: str) -> str:
    versions = row.texts.get(column, ())
    return versions[-1].text if versions else ""


def _day(value: object) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        return None
