"""Answers as tidy data frames. Importing this loads pandas.

Every function takes the answers of one jurisdiction, keyed by its postal code, so that frames of several states can be
computed at once. Strings have pandas' ``str`` dtype; a missing number is ``<NA>``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cluster_kit.content.models import Content, Exercise, TablePrompt
from cluster_kit.documents.typed_text import clean
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.prompts import prompts_of
from cluster_kit.insights.plans import is_goals_table, is_transitions_table, read_actions, read_goals, read_transitions
from cluster_kit.insights.ratings import read_ratings


@dataclass(frozen=True)
class _Table:
    """A table prompt, and one state's answers to it."""

    jurisdiction: str
    session: int
    exercise: Exercise
    prompt: TablePrompt
    answers: Answers


ByState = Mapping[str, Answers]

RATINGS = {
    "jurisdiction": "str",
    "session": "int64",
    "area": "str",
    "item": "str",
    "person": "str",
    "rating": "Int64",
    "not_sure": "bool",
    "note": "str",
    "settled": "bool",
    "consensus": "Int64",
}
SUMMARY = {
    "jurisdiction": "str",
    "area": "str",
    "n": "int64",
    "people": "int64",
    "mean": "Float64",
    "lowest": "Int64",
    "highest": "Int64",
    "spread": "Int64",
    "not_sure": "int64",
}
GOALS = {"jurisdiction": "str", "session": "int64", "row": "str", "goal": "str", "rank": "Int64", "settled": "bool"}
TRANSITIONS = {
    "jurisdiction": "str",
    "session": "int64",
    "row": "str",
    "point": "str",
    "from": "str",
    "to": "str",
    "strength": "Int64",
}
ACTIONS = {
    "jurisdiction": "str",
    "session": "int64",
    "row": "str",
    "action": "str",
    "lead": "str",
    "due": "datetime64[s]",
    "status": "str",
    "open": "bool",
}


def ratings_frame(content: Content, answers: ByState, sessions: Sequence[int] | None = None) -> pd.DataFrame:
    """One row per person and item that was rated or noted (``RATINGS`` has the columns and dtypes).

    ``rating`` is missing where the person was not sure, and where there is only a note. ``person`` is empty for a
    rating of the whole team. ``settled``: the team has agreed on the item, on ``consensus`` or, where that is missing,
    on not being sure yet; an item settled without anybody's rating has one row. ``sessions`` None: all of them.
    """
    rows = (
        {
            "jurisdiction": code,
            "session": rating.session,
            "area": rating.area,
            "item": rating.item,
            "person": rating.person,
            "rating": rating.rating,
            "not_sure": rating.answered and rating.rating is None,
            "note": clean(rating.note),
            "settled": rating.settled,
            "consensus": rating.consensus,
        }
        for code, of_state in answers.items()
        for rating in read_ratings(content, of_state, sessions)
    )
    return _frame(rows, RATINGS)


def summarize_areas(ratings: pd.DataFrame) -> pd.DataFrame:
    """One row per jurisdiction and policy area of a ``ratings_frame`` (``SUMMARY``), in the order of appearance.

    ``n`` counts ratings with a point, ``people`` who gave an answer, ``spread`` is ``highest`` minus ``lowest``.
    """
    answered = ratings[ratings["rating"].notna() | ratings["not_sure"]]
    groups = answered.groupby(["jurisdiction", "area"], sort=False)
    summary = groups.agg(
        n=("rating", "count"),
        people=("person", "nunique"),
        mean=("rating", "mean"),
        lowest=("rating", "min"),
        highest=("rating", "max"),
        not_sure=("not_sure", "sum"),
    ).reset_index()
    summary["spread"] = summary["highest"] - summary["lowest"]
    return summary[list(SUMMARY)].astype(SUMMARY)


def goals_frame(content: Content, answers: ByState) -> pd.DataFrame:
    """One row per goal (``GOALS``), best rank first within a state and session.

    ``rank`` is the best one given, and ``settled`` False where the team has given several.
    """
    rows = (
        {
            **_place(table),
            "row": goal.row,
            "goal": goal.statement,
            "rank": min(goal.ranks, default=None),
            "settled": len(goal.ranks) <= 1,
        }
        for table in _tables(content, answers)
        if is_goals_table(table.prompt)
        for goal in read_goals(content, table.session, table.exercise, table.prompt, table.answers)
    )
    return _frame(rows, GOALS)


def transitions_frame(content: Content, answers: ByState) -> pd.DataFrame:
    """One row per transition point (``TRANSITIONS``). ``strength`` is missing where it was not rated."""
    rows = (
        {
            **_place(table),
            "row": found.row,
            "point": found.point,
            "from": found.origin,
            "to": found.target,
            "strength": found.strength,
        }
        for table in _tables(content, answers)
        if is_transitions_table(table.prompt)
        for found in read_transitions(content, table.session, table.exercise, table.prompt, table.answers)
    )
    return _frame(rows, TRANSITIONS)


def actions_frame(content: Content, answers: ByState) -> pd.DataFrame:
    """One row per next step of every session (``ACTIONS``), with its latest status (empty: never reviewed).

    ``open`` is False once it is done or dropped; ``due`` is ``NaT`` where it has no day.
    """
    rows = (
        {
            "jurisdiction": code,
            "session": action.session,
            "row": action.row.id,
            "action": action.action,
            "lead": action.lead,
            "due": pd.to_datetime(action.due, errors="coerce", format="%Y-%m-%d"),
            "status": action.status,
            "open": action.is_open,
        }
        for code, of_state in answers.items()
        for action in read_actions(content, of_state)
    )
    return _frame(rows, ACTIONS)


def _tables(content: Content, answers: ByState) -> Iterator[_Table]:
    for code, of_state in answers.items():
        for session, exercise, prompt in prompts_of(content, TablePrompt, None):
            yield _Table(code, session, exercise, prompt, of_state)


def _place(table: _Table) -> dict[str, Any]:
    return {"jurisdiction": table.jurisdiction, "session": table.session}


def _frame(rows: Iterable[dict[str, Any]], columns: Mapping[str, str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(columns)).astype(dict(columns))
