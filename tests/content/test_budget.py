from __future__ import annotations

import pytest

from cluster_kit.content.budget import estimate_minutes
from cluster_kit.content.models import Depth, Option, TablePrompt
from tests import samples

RATE, GOALS, NEXT_STEPS = samples.EXERCISES


@pytest.mark.parametrize(
    ("depth", "minutes"),
    [(Depth.ESSENTIAL, 2 * 0.5), (Depth.STANDARD, 3 * 0.5), (Depth.FULL, 3 * 0.5)],
)
def test_items_count_half_a_minute_each_at_the_depth_asked(depth: Depth, minutes: float) -> None:
    assert estimate_minutes(RATE, samples.INSTRUMENT, depth) == pytest.approx(minutes)


def test_words_and_picks_count_once_for_each_expected_row() -> None:
    assert estimate_minutes(GOALS, samples.INSTRUMENT) == pytest.approx(30 / 25 + 2 * (20 / 25 + 0.25 + 0.25))


def test_people_days_choices_and_ratings_count() -> None:
    actions, check = 2 * (12 / 25 + 0.25 + 0.25), 3 * 10 / 25
    assert estimate_minutes(NEXT_STEPS, samples.INSTRUMENT) == pytest.approx(actions + check + 0.25 + 0.5)


def test_fixed_rows_count_each() -> None:
    table = GOALS.prompts[1]
    assert isinstance(table, TablePrompt)
    rows = tuple(Option(id=f"row_{n}", label=str(n)) for n in range(5))
    fixed = GOALS.model_copy(update={"prompts": (table.model_copy(update={"rows": rows}),)})
    assert estimate_minutes(fixed, None) == pytest.approx(5 * (20 / 25 + 0.5))


def test_what_is_deeper_counts_nothing() -> None:
    deeper = tuple(prompt.model_copy(update={"depth": Depth.FULL}) for prompt in NEXT_STEPS.prompts)
    exercise = NEXT_STEPS.model_copy(update={"prompts": deeper})
    assert estimate_minutes(exercise, samples.INSTRUMENT, Depth.STANDARD) == 0
    assert estimate_minutes(exercise, samples.INSTRUMENT, Depth.FULL) > 0


def test_without_an_instrument_its_items_and_questions_count_nothing() -> None:
    assert estimate_minutes(RATE, None) == 0
