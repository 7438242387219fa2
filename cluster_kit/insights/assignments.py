"""What a state's team has to do between two sessions: areas to rate, their leads and depths, and the due date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from cluster_kit.content.models import ChoicePrompt, Content, Depth, ItemsPrompt, PersonPrompt, PolicyArea, TablePrompt
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.prompts import prompts_of
from cluster_kit.exercises.rows import read_answer_table
from cluster_kit.insights.national import TeamView

DEPTH = "depth"


@dataclass(frozen=True)
class AssignedArea:
    """A policy area to rate, and where: the session and the segment of the exercise that asks for it."""

    area: PolicyArea
    session: int
    exercise: str
    segment: str


@dataclass(frozen=True)
class Assignment:
    """The assignment after a session. ``following`` is the next session's number, None after the last."""

    after: int
    following: int | None
    due: dt.date
    text: str
    areas: tuple[AssignedArea, ...]
    check_in: tuple[str, ...]


@dataclass(frozen=True)
class AreaPlan:
    """A team's plan for rating an area. ``depth`` is empty if it chose none, or another option such as "not this year".

    ``lead`` and ``depth_label`` are in words, and may be empty.
    """

    lead: str
    depth: str
    depth_label: str


def find_assignment(content: Content, after: int) -> Assignment | None:
    """The assignment after a session; None if the content has none."""
    gap = content.between.find_gap(after) if content.between else None
    if gap is None:
        return None
    held = content.get_meeting(after)
    later = sorted((m for m in content.series.schedule if m.date > held.date), key=lambda meeting: meeting.date)
    following = later[0] if later else None
    due = gap.due(held.date, following.date if following else None)
    places = _places(content)
    areas = tuple(places[area.id] for area in content.instrument.areas if area.id in gap.areas and area.id in places)
    if due is None:
        return None
    return Assignment(after, following.session if following else None, due, gap.assignment, areas, gap.check_in)


def read_area_plans(content: Content, answers: Answers) -> dict[str, AreaPlan]:
    """By policy area: who leads it, and the depth that the team chose.

    Read from tables whose rows are the policy areas and that have a person and a choice ``depth``; the latest applies.
    """
    plans: dict[str, AreaPlan] = {}
    for session, exercise, prompt in prompts_of(content, TablePrompt, None):
        lead = next((column.id for column in prompt.columns if isinstance(column, PersonPrompt)), "")
        depth = next((c.id for c in prompt.columns if isinstance(c, ChoicePrompt) and c.id == DEPTH), "")
        if prompt.rows_from != "areas" or not lead or not depth:
            continue
        for row in read_answer_table(content, session, exercise, prompt, answers):
            chosen = str(row.value(depth) or "")
            plans[row.id] = AreaPlan(row.text(lead), chosen if chosen in list(Depth) else "", row.text(depth))
    return plans


def items_to_rate(area: PolicyArea, plan: AreaPlan | None) -> list[str]:
    """The ids of an area's items at the depth that the team chose; at the essential depth if it chose none."""
    depth = Depth(plan.depth) if plan and plan.depth else Depth.ESSENTIAL
    return [item.id for item in area.items if depth.includes(item.depth)]


def unsettled_items(area: PolicyArea, views: Mapping[str, TeamView]) -> list[str]:
    """The ids of the items that two or more people rated without settling."""
    return [item.id for item in area.items if (view := views.get(item.id)) and view.people > 1 and not view.settled]


def _places(content: Content) -> dict[str, AssignedArea]:
    """By policy area: where it is rated; the latest session that asks for it applies."""
    areas = {area.id: area for area in content.instrument.areas}
    return {
        area: AssignedArea(areas[area], session, exercise.title, exercise.segment.value)
        for session, exercise, prompt in prompts_of(content, ItemsPrompt, None)
        for area in prompt.areas
    }
