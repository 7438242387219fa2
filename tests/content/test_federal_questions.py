"""The federal questions in the data and those in the facilitator guide are the same, word for word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cluster_kit.content import load_content

GUIDE = Path(__file__).parents[2] / "facilitator_guide"
CONTENT = load_content("2026")
QUESTIONS = [owned.question for owned in CONTENT.facts.questions]
ROW = re.compile(r'^\| "(.+?)" \| "(.+?)" \|$', re.MULTILINE)
FEDERAL = re.compile(r"^#+ Federal questions\n(.*?)(?=^#)", re.MULTILINE | re.DOTALL)

numbers = pytest.mark.parametrize("number", [session.number for session in CONTENT.sessions])


def _guide(number: int) -> str:
    return (GUIDE / f"session_{number}.md").read_text(encoding="utf-8")


@numbers
def test_a_guide_has_the_questions_and_answers_of_the_data(number: int) -> None:
    rows = dict(ROW.findall(_guide(number)))
    asked = {question.question: question.answer for question in QUESTIONS if number in question.guides}
    assert asked
    assert {question: rows.get(question) for question in asked} == asked


@numbers
def test_every_federal_question_of_a_guide_is_in_the_data(number: int) -> None:
    known = {question.question for question in QUESTIONS if number in question.guides}
    rows = [row for part in FEDERAL.findall(_guide(number)) for row in ROW.findall(part)]
    assert [question for question, _ in rows if question not in known] == []


@numbers
def test_a_guide_says_the_date_of_its_answers(number: int) -> None:
    dates = {f"{question.as_of:%B %Y}" for question in QUESTIONS if number in question.guides}
    guide = _guide(number)
    assert len(dates) == 1
    assert re.search(rf"[Aa]s of {dates.pop()}", guide)


@numbers
def test_every_sheet_answers_the_four_questions_that_are_always_asked(number: int) -> None:
    ids = {owned.question.id for owned in CONTENT.facts.questions_of(number)}
    for always in ({"must_adopt"}, {"by_when", "by_when_reports"}, {"money"}, {"ed_or_dol", "whom_to_ask"}):
        assert ids & always, always
