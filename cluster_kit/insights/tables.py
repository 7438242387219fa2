"""Answers as tidy data frames. Importing this loads pandas.

Every function takes answers by postal code, so one call can cover several states. Strings have pandas' ``str`` dtype;
missing numbers are ``<NA>``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cluster_kit.content.models import Content, Exercise, TablePrompt
from cluster_kit.content.rating_values import OffScale, RatingValue, average_ratings, find_team_value
from cluster_kit.documents.typed_text import clean
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.prompts import prompts_of
from cluster_kit.insights.plans import is_goals_table, is_transitions_table, read_actions, read_goals, read_transitions
from cluster_kit.insights.ratings import read_ratings


@dataclass(frozen=True)
class _Table:
    """A table prompt with one state's answers."""

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
    "does_not_apply": "bool",
    "note": "str",
    "settled": "bool",
    "consensus": "Int64",
    "consensus_off_scale": "str",
    "by_one": "bool",
    "transition": "bool",
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
    "does_not_apply": "int64",
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
    """One row per person and item with a rating or a note (``RATINGS`` has the columns and dtypes).

    ``rating`` is missing if the person made a choice off the scale, or gave only a note. ``person`` is empty for a
    rating of the whole team. ``settled``: the team has a consensus on the item: ``consensus``, or if that is missing,
    ``consensus_off_scale`` (``not_sure`` or ``does_not_apply``); an item with a consensus but no individual ratings
    has one row. ``by_one``: one person recorded the consensus alone. ``transition``: the item applies only while the
    state moves to the modernized Clusters. ``sessions`` None: all sessions.
    """
    transition = {item.id for item in content.instrument.items if item.transition}
    rows = (
        {
            "jurisdiction": code,
            "session": rating.session,
            "area": rating.area,
            "item": rating.item,
            "person": rating.person,
            "rating": rating.rating,
            "not_sure": rating.chosen is OffScale.NOT_SURE,
            "does_not_apply": rating.chosen is OffScale.DOES_NOT_APPLY,
            "note": clean(rating.note),
            "settled": rating.settled,
            "consensus": rating.consensus,
            "consensus_off_scale": rating.agreed.value if isinstance(rating.agreed, OffScale) else "",
            "by_one": rating.stances is not None and rating.stances.by_one,
            "transition": rating.item in transition,
        }
        for code, of_state in answers.items()
        for rating in read_ratings(content, of_state, sessions)
    )
    return _frame(rows, RATINGS)


def summarize_areas(ratings: pd.DataFrame) -> pd.DataFrame:
    """One row per jurisdiction and policy area of a ``ratings_frame`` (``SUMMARY``), in the order of appearance.

    ``n`` is the number of ratings with a point, ``people`` the number of respondents, ``spread`` is ``highest`` minus
    ``lowest``. ``mean`` is the mean of the team's values, one for each item (``content.rating_values``); missing if
    none is a point. Of an item that several sessions asked for, the latest ratings count.
    """
    given = ratings["rating"].notna() | ratings["not_sure"] | ratings["does_not_apply"]
    newest = ratings[given | ratings["settled"]].groupby(["jurisdiction", "item"])["session"].transform("max")
    ratings = ratings.loc[newest.index[newest == ratings.loc[newest.index, "session"]]]
    answered = ratings[ratings["rating"].notna() | ratings["not_sure"] | ratings["does_not_apply"]]
    groups = answered.groupby(["jurisdiction", "area"], sort=False)
    summary = groups.agg(
        n=("rating", "count"),
        people=("person", "nunique"),
        lowest=("rating", "min"),
        highest=("rating", "max"),
        not_sure=("not_sure", "sum"),
        does_not_apply=("does_not_apply", "sum"),
    ).reset_index()
    summary["spread"] = summary["highest"] - summary["lowest"]
    means = {place: _mean_of_items(of) for place, of in ratings.groupby(["jurisdiction", "area"], sort=False)}
    summary["mean"] = [means[place] for place in zip(summary["jurisdiction"], summary["area"], strict=True)]
    return summary[list(SUMMARY)].astype(SUMMARY)


def _mean_of_items(ratings: pd.DataFrame) -> float | None:
    """The mean of a team's values in the rows of one area, or None."""
    values = [value for _, of in ratings.groupby("item", sort=False) if (value := _team_value(of)) is not None]
    mean = average_ratings(values)
    return None if isinstance(mean, OffScale) else mean


def _team_value(ratings: pd.DataFrame) -> RatingValue | None:
    """The team's value in the rows of one item."""
    chosen: list[RatingValue] = []
    agreed: RatingValue | None = None
    rows = ratings.to_dict("records")
    for row, has_point in zip(rows, ratings["rating"].notna(), strict=True):
        if row["settled"]:
            beside = row["consensus_off_scale"]
            agreed = OffScale(beside) if beside else int(row["consensus"])
        if row["not_sure"] or row["does_not_apply"]:
            chosen.append(OffScale.NOT_SURE if row["not_sure"] else OffScale.DOES_NOT_APPLY)
        elif has_point:
            chosen.append(int(row["rating"]))
    return find_team_value(agreed, chosen)


def goals_frame(content: Content, answers: ByState) -> pd.DataFrame:
    """One row per goal (``GOALS``), best rank first within a state and session.

    ``rank`` is the best one given; ``settled`` is False if the team has given several.
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
    """One row per transition point (``TRANSITIONS``). ``strength`` is missing if it was not rated."""
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

    ``open`` is False if it is done or dropped; ``due`` is ``NaT`` if it has no date.
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
