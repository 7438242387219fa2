"""The demonstration's fictional answers are valid in the real forms."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from cluster_kit.content import load_content
from cluster_kit.demo.sample_answers import add_sample_answers
from cluster_kit.exercises.context import FormContext
from cluster_kit.exercises.fields import index_fields
from cluster_kit.exercises.validation import find_problem
from cluster_kit.store import Person, Store


def test_every_sample_answer_is_valid_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    content = load_content("2026")
    person = Person(id="tasi", series="2026", jurisdiction="GU", name="Tasi", at=datetime.now(UTC))
    with Store.open(f"sqlite:///{tmp_path / 'responses.sqlite3'}") as store:
        store.add_person(person)
        added = add_sample_answers(store, content, person)
        current = store.current("2026", "GU")
        assert added == len(current) > 90
        context = FormContext(content, store, 1, "GU", person)
        for response in current:
            exercise = content.get_session(1).find_exercise(response.exercise)
            assert exercise is not None, response.exercise
            field = index_fields(content, exercise)[response.prompt]
            assert field.scope == response.scope
            assert find_problem(context, field, response.row, response.value) is None, response
        assert add_sample_answers(store, content, person) == 0
        assert store.current("2026", "GU") == current
