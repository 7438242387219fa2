"""Words and questions of the boards, as the shared screen shows them."""

from __future__ import annotations

import pytest

from cluster_kit.insights.board_words import WordCount, count_words, find_words
from cluster_kit.insights.room_questions import is_question, rank_questions
from cluster_kit.sessions.board import QUESTIONS
from cluster_kit.sessions.scenes import QuestionStatus

STATES = ("AL", "AK", "AZ", "AR", "CA", "CO")


def say(text: str, states: int) -> list[tuple[str, str]]:
    return [(state, text) for state in STATES[:states]]


def test_a_word_counts_once_for_each_state_and_only_from_five_states_on() -> None:
    posts = [*say("Transfer of credit, credit, credit", 5), ("AL", "Credit again"), *say("data", 4)]
    assert count_words(posts) == [WordCount("credit", 5), WordCount("transfer", 5)]


def test_four_states_do_not_become_five_by_writing_more() -> None:
    assert count_words([*say("apprenticeship", 4), *say("Apprenticeship!", 4)]) == []


def test_a_plural_counts_with_its_singular() -> None:
    assert count_words([*say("pathway", 3), *say("pathways", 5)]) == [WordCount("pathway", 5)]
    assert count_words(say("pathways", 5)) == [WordCount("pathways", 5)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The data, and ONLY the Data", {"data"}),
        ("Work-based learning’s cost", {"work-based", "learning", "cost"}),
        ("It is up to us", set()),
        ("=1+1 <b>bold</b> 2026", {"bold"}),
        ("Enseñanza técnica", {"enseñanza", "técnica"}),
    ],
)
def test_words_are_found_in_any_writing_without_those_that_say_nothing(text: str, words: set[str]) -> None:
    assert find_words(text) == words


def test_a_question_begins_a_thread_and_asks() -> None:
    assert is_question("framing", "Who pays?", None)
    assert not is_question("framing", "We pay.", None)
    assert not is_question("framing", "Why do you ask?", "another-post")
    assert is_question(QUESTIONS, "Tell us who pays.", None)


def test_open_questions_come_first_in_order_of_support() -> None:
    posts = [("few", 1), ("parked", 9), ("many", 5), ("answered", 12), ("also few", 1)]
    statuses = {"answered": QuestionStatus.ANSWERED, "parked": QuestionStatus.PARKED}
    ranked = rank_questions(posts, statuses, lambda post: post)
    assert [post[0] for post, _ in ranked] == ["many", "few", "also few", "parked", "answered"]
    assert ranked[-1][1] is QuestionStatus.ANSWERED
