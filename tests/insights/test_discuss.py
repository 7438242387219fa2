"""Discussion priorities: the order of items, and their texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from cluster_kit.content import load_content
from cluster_kit.content.rating_values import OffScale
from cluster_kit.insights.discuss import WEIGHTS, Topic, rank_topics
from cluster_kit.insights.national import StateViews, TeamView, read_national_states
from tests.insights.nation import everybody_rates
from tests.samples import small_content

CONTENT = small_content()
ROOT = Path(__file__).parents[2]
FAR, NEAR, SETTLED, SAME = TeamView((1, 4)), TeamView((3, 4)), TeamView((1, 4), 4), TeamView((4, 4))


def nation(item: str, views: Sequence[TeamView]) -> dict[str, StateViews]:
    return {f"{chr(65 + n // 26)}{chr(65 + n % 26)}": {item: view} for n, view in enumerate(views)}


def only(views: Sequence[TeamView]) -> Topic:
    (topic,) = rank_topics(CONTENT, nation("definitions", views))
    return topic


def test_teams_far_apart_and_not_settled_are_said_in_one_sentence() -> None:
    topic = only([FAR] * 7 + [SETTLED] * 2 + [SAME] * 3)
    assert topic.reason == (
        "Of the 12 states that rated this, 9 have ratings 2 or more points apart, 7 have not agreed on a team "
        "rating, and 7 are not there yet."
    )
    assert (topic.teams, topic.apart, topic.unsettled, topic.need) == (12, 9, 7, 7)


def test_nothing_is_unsettled_before_a_team_has_seen_its_ratings() -> None:
    states = nation("definitions", [FAR, FAR, NEAR])
    seen = {"AA"}
    (before,) = rank_topics(CONTENT, states, is_revealed=lambda _item, _code: False)
    assert (before.apart, before.unsettled) == (2, 0)
    assert (
        before.reason
        == "Of the 3 states that rated this, 2 have ratings 2 or more points apart and 2 are not there yet."
    )
    (after,) = rank_topics(CONTENT, states, is_revealed=lambda item, code: item == "definitions" and code in seen)
    assert after.unsettled == 1
    assert ", 1 has not agreed on a team rating, " in after.reason
    assert after.score == before.score + WEIGHTS["unsettled"]


@pytest.mark.parametrize(
    ("views", "reason"),
    [
        ([SETTLED] * 2, "Of the 2 states that rated this, 2 have ratings 2 or more points apart (all have a team "
         "rating)."),
        ([NEAR, SAME], "Of the 2 states that rated this, 1 has not agreed on a team rating."),
        ([TeamView((3, OffScale.NOT_SURE))], "The one state that rated this has not agreed on a team rating."),
        ([TeamView((2,)), SAME], "Of the 2 states that rated this, 1 is not there yet."),
        ([FAR], "The one state that rated this has ratings 2 or more points apart, has not agreed on a team rating, "
                "and is not there yet."),
        ([FAR, *[NEAR] * 2, *[TeamView((1,))] * 3],
         "Of the 6 states that rated this, 1 has ratings 2 or more points apart, 3 have not agreed on a team rating, "
         "and 4 are not there yet."),
        ([FAR, TeamView((OffScale.DOES_NOT_APPLY,))],
         "Of the 2 states that rated this, 1 has ratings 2 or more points apart, 1 has not agreed on a team rating, "
         "and 1 is not there yet."),
    ],
)  # fmt: skip
def test_the_reason_says_what_there_is_and_no_more(views: list[TeamView], reason: str) -> None:
    assert only(views).reason == reason


def test_an_item_that_nobody_rated_or_where_all_is_well_is_no_topic() -> None:
    assert rank_topics(CONTENT, nation("definitions", [SAME, TeamView((3,))])) == []
    assert rank_topics(CONTENT, {}) == []


def test_more_teams_apart_come_before_more_states_in_need_and_one_reason_can_be_asked_for() -> None:
    states: dict[str, StateViews] = {
        code: {"shared_vision": TeamView((2, 2), 2), "definitions": FAR if code < "D" else SAME} for code in "ABCDEFGH"
    }
    assert [topic.item for topic in rank_topics(CONTENT, states)] == ["definitions", "shared_vision"]
    assert [topic.score for topic in rank_topics(CONTENT, states)] == [3 * sum(WEIGHTS.values()), 8 * WEIGHTS["need"]]
    assert [topic.item for topic in rank_topics(CONTENT, states, by="need")] == ["shared_vision", "definitions"]
    assert [topic.item for topic in rank_topics(CONTENT, states, by="unsettled")] == ["definitions"]


def test_level_items_stand_in_the_instruments_order_and_can_be_narrowed_down() -> None:
    states: dict[str, StateViews] = {"OH": {"definitions": FAR, "joint_planning": FAR, "shared_vision": FAR}}
    assert [topic.item for topic in rank_topics(CONTENT, states)] == ["shared_vision", "joint_planning", "definitions"]
    assert [topic.item for topic in rank_topics(CONTENT, states, ["definitions"])] == ["definitions"]


@pytest.mark.parametrize(
    ("far", "same", "aloud"),
    [
        (9, 0, "Nearly all teams see it very differently among themselves. Nearly all states are not there yet."),
        (9, 3, "Most teams see it very differently among themselves. Most states are not there yet."),
        (9, 11, "About half of the teams see it very differently among themselves. "
                "About half of the states are not there yet."),
        (9, 40, "Some teams see it very differently among themselves. Some states are not there yet."),
        (4, 9, "This is worth discussing together."),
    ],
)  # fmt: skip
def test_what_is_said_aloud_has_no_numbers_and_tells_of_no_fewer_than_five(far: int, same: int, aloud: str) -> None:
    assert only([FAR] * far + [SAME] * same).aloud == aloud
    assert only([NEAR] * 6 + [SAME] * 2).aloud == "Most teams see it differently among themselves."


def test_the_same_answers_give_the_same_order() -> None:
    content = load_content("2026")
    states = read_national_states(content, everybody_rates(content))
    backwards = dict(reversed(list(states.items())))
    assert rank_topics(content, states) == rank_topics(content, backwards)
    assert len(rank_topics(content, states)) == len(content.instrument.items)


def test_the_weights_stand_in_the_documentation() -> None:
    page = (ROOT / "docs" / "explanation" / "national.md").read_text("utf-8")
    told = dict(re.findall(r"^\| `(\w+)` \| (\d+) \|", page, flags=re.MULTILINE))
    assert {reason: int(points) for reason, points in told.items()} == WEIGHTS
