"""The published schema of messages agrees with the models, and the models with what is sent."""

from __future__ import annotations

import pytest

from cluster_kit.content import load_content
from cluster_kit.content.models import Exercise
from cluster_kit.forms.definition_models import ExerciseView
from cluster_kit.forms.schema import exercise_schema
from docs.make_messages import SCHEMA, TYPES, write_schema, write_types

CONTENT = load_content("2026")
EXERCISES = [(session.number, exercise) for session in CONTENT.sessions for exercise in session.exercises]


def test_the_schema_and_the_types_are_those_of_the_models() -> None:
    """When this fails, run ``python -m docs.make_messages``."""
    assert SCHEMA.read_text(encoding="utf-8") == write_schema()
    assert TYPES.read_text(encoding="utf-8") == write_types()


@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize(("session", "exercise"), EXERCISES, ids=lambda one: getattr(one, "id", one))
def test_the_definition_of_each_exercise_is_what_its_model_says(session: int, exercise: Exercise, live: bool) -> None:
    definition = exercise_schema(CONTENT, session, exercise, live=live)
    assert ExerciseView.model_validate(definition).model_dump(exclude_unset=True) == definition
