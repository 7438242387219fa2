"""Answers to questions that the content no longer asks: found, named, and kept apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import JsonValue

from cluster_kit.content import load_content
from cluster_kit.content.models import Scope
from cluster_kit.documents.markdown import to_markdown
from cluster_kit.exercises.answers import Answers
from cluster_kit.insights.replaced import build_replaced, describe_replaced, find_replaced
from cluster_kit.server.pages.replaced import ReplacedAnswers
from cluster_kit.settings import sqlite_url
from cluster_kit.store import Person, Response, Store
from cluster_kit.store.models import NewErasure
from tests.answers import answer, new_answer
from tests.samples import small_content
from tests.server.filling import fill

CONTENT = small_content()


def answers(*said: tuple[str, JsonValue, dict[str, Any]]) -> list[Response]:
    return [
        answer(place, value, seq=seq, series="sample", **parts) for seq, (place, value, parts) in enumerate(said, 1)
    ]


SAID = answers(
    ("goals.goals.statement", "A goal that is asked", {"row": "r1"}),
    ("goals.goals.first_step", "A column that is gone", {"row": "r1"}),
    ("goals.goals.first_step", "Another row", {"row": "r2"}),
    ("goals.goals.first_step", "A row that was removed", {"row": "r3"}),
    ("goals.goals", False, {"row": "r3"}),
    ("goals.hardest_part", ["codes", "other:The forms"], {}),
    ("goals.needs.answer", "To a guiding question that is gone", {"row": "why_then"}),
    ("goals.cleared", "", {}),
    ("goals.depth", "full", {"scope": Scope.PERSON}),
    ("rate.mood", "An individual answer", {"scope": Scope.PERSON}),
    ("next_steps.partners", ["learners"], {}),
    ("next_steps.goal_check.how", "A row of another table", {"row": "r1"}),
    ("say_it.first_words", {"name": "Dana", "role": "director"}, {}),
    ("say_it.list", {"name": "programs.xlsx", "sha256": "0f" * 32, "size": 5120}, {}),
)


def test_only_answers_without_a_question_are_found_each_with_a_name() -> None:
    found = [(one.exercise, one.question, one.text) for one in find_replaced(CONTENT, SAID)]
    goals = "Draft and rank goals"
    assert found == [
        (goals, "Goals, first step", "A column that is gone"),
        (goals, "Goals, first step", "Another row"),
        (goals, "Hardest part", "codes; The forms"),
        (goals, "Needs, answer", "To a guiding question that is gone"),
        ("Rate alone first", "Mood", "An individual answer"),
        ("Say it", "First words", "Dana, director"),
        ("Say it", "List", "programs.xlsx"),
    ]


def test_a_team_reads_its_own_by_exercise_and_row_and_no_individual_answers() -> None:
    text = to_markdown(build_replaced(CONTENT, Answers(SAID), SAID, 1), level=2)
    assert (
        text.index("Draft and rank goals") < text.index("Goals, first step (1)") < text.index("Goals, first step (2)")
    )
    assert "An individual answer" not in text
    assert build_replaced(CONTENT, Answers(SAID), SAID, 2).blocks == ()


def test_staff_read_how_many_answers_each_question_has() -> None:
    said = answers(("goals.gone", "Hers", {}), ("goals.gone", "Theirs", {"jurisdiction": "GU"}))
    assert describe_replaced(CONTENT, said) == ["Session 1, “Draft and rank goals”, Gone: 2 answers from 2 states"]


def test_versions_on_which_a_team_has_not_settled_have_names() -> None:
    said = answers(("goals.gone", "Hers", {}), ("goals.gone", "His", {"author": "bo"}))
    assert to_markdown(build_replaced(CONTENT, Answers(said), said, 1), level=2).count("Someone on the team") == 2


def test_no_answer_to_the_shipped_content_is_taken_for_one(tmp_path: Path) -> None:
    content = load_content("2026")
    with Store.open(sqlite_url(tmp_path / "store.sqlite3")) as store:
        person = Person(id="ana", series="2026", jurisdiction="OH", name="Ana")
        store.add_person(person)
        assert fill(store, content, person) > 500
        assert find_replaced(content, store.current("2026")) == []


def test_a_page_does_not_show_those_of_a_row_that_was_removed_meanwhile(tmp_path: Path) -> None:
    with Store.open(sqlite_url(tmp_path / "store.sqlite3")) as store:
        store.append([new_answer("goals.goals.first_step", "Call", id="a1", series="sample", row="r1")])
        replaced = ReplacedAnswers(CONTENT, store)
        assert "Call" in replaced.read(1, "OH")
        store.append([new_answer("goals.goals", False, id="a2", series="sample", row="r1")])
        assert replaced.read(1, "OH") == ""


def test_a_page_reads_them_and_forgets_those_that_were_erased(tmp_path: Path) -> None:
    with Store.open(sqlite_url(tmp_path / "store.sqlite3")) as store:
        store.append([new_answer("goals.hardest_part", "The forms", id="a1", series="sample")])
        replaced = ReplacedAnswers(CONTENT, store)
        assert "<dt>Hardest part</dt>" in replaced.read(1, "OH")
        assert (replaced.read(2, "OH"), replaced.read(1, "GU")) == ("", "")
        store.erase(NewErasure(series="sample", jurisdiction="OH", person="ana", asked_by="Ana", why="asked"))
        assert replaced.read(1, "OH") == ""
