"""Answers as data frames, with the documented columns and dtypes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import pytest

from cluster_kit.content.models import Content
from cluster_kit.insights import tables
from tests.insights.saying import Talk, ratings_by_two, three_goals
from tests.samples import small_content

CONTENT = small_content()
EMPTY = {"GU": Talk().answers}
FRAMES = [
    (tables.ratings_frame, tables.RATINGS),
    (tables.goals_frame, tables.GOALS),
    (tables.transitions_frame, tables.TRANSITIONS),
    (tables.actions_frame, tables.ACTIONS),
]


@pytest.mark.parametrize(("make", "columns"), FRAMES)
def test_columns_and_dtypes_are_the_same_with_and_without_answers(
    make: Callable[[Content, tables.ByState], pd.DataFrame], columns: Mapping[str, str]
) -> None:
    talk = three_goals().say("next_steps.actions.action", "Call", row="x")
    talk.current += ratings_by_two().current
    for answers in ({}, EMPTY, {"OH": talk.answers}):
        frame = make(CONTENT, answers)
        assert list(frame.columns) == list(columns)
        expected = pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in columns.items()})
        assert frame.dtypes.equals(expected.dtypes)


def test_each_rating_is_a_row_with_its_person_and_note() -> None:
    frame = tables.ratings_frame(CONTENT, {"OH": ratings_by_two().answers})
    rows: list[dict[str, Any]] = frame.to_dict("records")
    assert [(r["item"], r["person"], r["not_sure"], r["note"]) for r in rows] == [
        ("shared_vision", "ana", False, ""),
        ("shared_vision", "bo", False, "The 2025 plan"),
        ("joint_planning", "ana", False, ""),
        ("joint_planning", "bo", True, ""),
    ]
    assert frame["rating"].tolist()[:3] == [1, 3, 2]
    assert pd.isna(frame["rating"].iloc[3])


def test_areas_are_summed_up_state_by_state() -> None:
    summary = tables.summarize_areas(tables.ratings_frame(CONTENT, {"OH": ratings_by_two().answers, **EMPTY}))
    assert summary.to_dict("records") == [
        {
            "jurisdiction": "OH",
            "area": "alignment",
            "n": 3,
            "people": 2,
            "mean": 1.5,
            "lowest": 1,
            "highest": 3,
            "spread": 2,
            "not_sure": 1,
            "does_not_apply": 0,
        }
    ]
    assert tables.summarize_areas(tables.ratings_frame(CONTENT, EMPTY)).empty


def test_goals_stand_in_order_of_rank_and_say_whether_it_is_settled() -> None:
    frame = tables.goals_frame(CONTENT, {"OH": three_goals().say("goals.goals.rank", 3, row="a", by="bo").answers})
    assert frame["goal"].tolist() == ["One advising page", "Fewer repeated courses.", "Shared data"]
    assert frame["settled"].tolist() == [True, False, True]
    assert frame["rank"].tolist()[:2] == [1, 2]


def test_a_day_that_is_none_is_missing_and_not_an_error() -> None:
    talk = Talk().say("next_steps.actions.action", "Call", row="x").say("next_steps.actions.due", "soon", row="x")
    frame = tables.actions_frame(CONTENT, {"OH": talk.answers})
    assert frame["due"].isna().all()
    assert frame["open"].all()
