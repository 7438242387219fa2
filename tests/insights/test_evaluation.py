"""Results of session evaluations: counts, minimum counts, comments, charts, and the words beside them."""

from __future__ import annotations

import random
from typing import Any

import pytest

from cluster_kit.content import load_content
from cluster_kit.content.evaluation import load_evaluation
from cluster_kit.demo.sample_evaluations import make_up_evaluation
from cluster_kit.insights.charts.evaluation import choice_picture, confidence_picture
from cluster_kit.insights.evaluation import (
    ChoiceResult,
    ConfidenceResult,
    EvaluationSummary,
    LabelCount,
    summarize_evaluations,
)
from cluster_kit.sessions.evaluation import EvaluationAnswer, check_evaluation
from cluster_kit.store import SessionEvaluation

CONTENT, EVALUATION = load_content("2026"), load_evaluation()
SESSION = CONTENT.get_session(1)


def given(*answers: dict[str, Any]) -> list[SessionEvaluation]:
    return [
        SessionEvaluation(id=f"e{number}", series="2026", session=1, answers=one) for number, one in enumerate(answers)
    ]


def summarize(*answers: dict[str, Any], present: int = 0) -> EvaluationSummary:
    return summarize_evaluations(EVALUATION, SESSION, given(*answers), present)


def choice(summary: EvaluationSummary, key: str) -> ChoiceResult:
    [found] = [one for one in summary.questions if one.id == key]
    assert isinstance(found, ChoiceResult)
    return found


def confidence(summary: EvaluationSummary) -> ConfidenceResult:
    [found] = [one for one in summary.questions if isinstance(one, ConfidenceResult)]
    return found


VERY, NOT = {"useful": {"chosen": ["very"]}}, {"useful": {"chosen": ["not_at_all"]}}


def test_fewer_than_five_evaluations_report_nothing_not_even_their_number() -> None:
    summary = summarize(*[VERY] * 4, present=30)
    assert (summary.received, summary.present, summary.questions) == (None, 30, ())
    assert summarize(*[VERY] * 5).received == 5


def test_options_are_counted_in_the_order_of_the_question() -> None:
    result = choice(summarize(*[VERY] * 4, NOT, {"access": {"chosen": ["fully"]}}), "useful")
    assert result.answered == 5
    assert [(one.id, one.count) for one in result.counts] == [
        ("extremely", 0),
        ("very", 4),
        ("somewhat", 0),
        ("slightly", 0),
        ("not_at_all", 1),
    ]


def test_only_options_of_which_several_can_be_chosen_are_shown_by_their_count() -> None:
    scale = choice(summarize(*[VERY] * 4, NOT), "useful")
    assert scale.ordered == scale.counts
    given = [
        {"barrier": {"chosen": chosen}} for chosen in (["data"], ["data", "funding"], ["data"], ["none"], ["none"])
    ]
    barriers = choice(summarize(*given), "barrier")
    assert [one.id for one in barriers.ordered][:3] == ["data", "none", "funding"]
    assert [row["people"] for row in choice_picture(barriers).data] == [3, 2, 1, 0, 0, 0, 0]
    assert barriers.ordered != barriers.counts


def test_a_question_that_fewer_than_five_people_answered_has_no_counts() -> None:
    result = choice(summarize(*[VERY] * 4, *[{"access": {"chosen": ["fully"]}}] * 4), "useful")
    assert (result.answered, result.counts) == (None, ())


def test_several_options_of_one_person_count_as_one_person() -> None:
    result = choice(summarize(*[{"barrier": {"chosen": ["funding", "data"]}}] * 6), "barrier")
    assert result.answered == 6
    assert sum(one.count for one in result.counts) == 12


def test_comments_are_withheld_below_five_and_in_another_order_for_each_question() -> None:
    def comments(number: int) -> dict[str, Any]:
        return {key: {"comment": f"comment {number:02}"} for key in ("barrier", "access")}

    assert choice(summarize(*map(comments, range(4)), *[VERY] * 9), "barrier").comments is None
    summary = summarize(*map(comments, range(12)))
    first, second = choice(summary, "barrier").comments, choice(summary, "access").comments
    assert first is not None
    assert second is not None
    assert sorted(first) == sorted(second) == [f"comment {number:02}" for number in range(12)]
    assert first not in (second, tuple(sorted(first)))
    assert choice(summary, "useful").comments is None  # a question without a comment
    assert choice(summary, "barrier").answered is None  # comments alone choose nothing


def test_confidence_counts_people_who_said_both_before_and_now() -> None:
    pairs = [(1, 3), (2, 3), (2, 4), (3, 3), (4, 2)]
    key = SESSION.outcomes[0].id
    both = [{"confidence": {"before": {key: before}, "now": {key: now}}} for before, now in pairs]
    outcome, *others = confidence(summarize(*both, {"confidence": {"now": {key: 4}}})).outcomes
    assert (outcome.id, outcome.answered, outcome.rose) == (key, 5, 3)
    assert outcome.mean_before == pytest.approx(2.4)
    assert outcome.mean_now == pytest.approx(3.0)
    assert [one.count for one in outcome.before] == [1, 2, 1, 1]
    assert [one.count for one in outcome.now] == [0, 1, 3, 1]
    assert all(other.answered is None and other.before == () for other in others)


def test_answers_to_what_is_no_longer_asked_are_left_out() -> None:
    old = {"gone": {"chosen": ["x"]}, "useful": {"chosen": ["retired"]}, "confidence": {"before": {"gone": 9}}}
    summary = summarize(*[old] * 6)
    assert summary.received == 6
    assert choice(summary, "useful").answered is None
    assert all(outcome.answered is None for outcome in confidence(summary).outcomes)


def test_the_alternative_texts_have_every_number_of_the_charts() -> None:
    result = choice(summarize(*[VERY] * 5, NOT), "useful")
    picture = choice_picture(result)
    for one in result.counts:
        assert f"{one.label}: {one.count} (" in picture.alt
    assert picture.data[1] == {"answer": "Very useful", "people": 5}
    key = SESSION.outcomes[0].id
    found = confidence(summarize(*[{"confidence": {"before": {key: 1}, "now": {key: 4}}}] * 5))
    picture = confidence_picture(found)
    assert "from 1.0 to 4.0, 5 people" in picture.alt
    assert len(picture.data) == 1


def test_a_long_label_and_a_large_count_stay_inside_the_chart() -> None:
    counts = (LabelCount("a", "word " * 60, 10_000), LabelCount("b", "", 0))
    result = ChoiceResult("q", "Question", "Short", False, 10_000, counts)
    assert choice_picture(result).svg.count("<svg ") == 1


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_fictional_evaluations_are_what_the_form_can_give(number: int) -> None:
    session = CONTENT.get_session(number)
    for seed in range(30):
        made = make_up_evaluation(EVALUATION, session, random.Random(seed))
        answers = {key: EvaluationAnswer.model_validate(one) for key, one in made.items()}
        assert check_evaluation(EVALUATION, session, answers) == made
