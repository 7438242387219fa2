"""The federal questions in the data, on the context sheets, and on the facilitator guide's page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cluster_kit.content import load_content

PAGE = Path(__file__).parents[2] / "facilitator_guide" / "federal_questions.md"
CONTENT = load_content("2026")
QUESTIONS = [owned.question for owned in CONTENT.facts.questions]
ROW = re.compile(r'^\| "(.+?)" \| "(.+?)" \| (\w+ \d{4}) \|$', re.MULTILINE)

numbers = pytest.mark.parametrize("number", [session.number for session in CONTENT.sessions])


@numbers
def test_the_page_has_each_question_of_a_session_with_its_answer_and_date(number: int) -> None:
    page = PAGE.read_text(encoding="utf-8").replace("**", "")  # what to say first is in bold
    part = page.split(f"\n## Session {number}\n")[1].split("\n## ")[0]
    asked = [(q.question, q.answer, f"{q.as_of:%B %Y}") for q in QUESTIONS if number in q.guides]
    assert asked
    assert ROW.findall(part) == [tuple(" ".join(text.split()) for text in row) for row in asked]


def test_each_question_is_on_the_page_once() -> None:
    assert [question.id for question in QUESTIONS if len(question.guides) != 1] == []


@numbers
def test_every_sheet_answers_the_four_questions_that_are_always_asked(number: int) -> None:
    ids = {owned.question.id for owned in CONTENT.facts.questions_of(number)}
    for always in ({"must_adopt"}, {"by_when", "by_when_reports"}, {"money"}, {"ed_or_dol", "whom_to_ask"}):
        assert ids & always, always
