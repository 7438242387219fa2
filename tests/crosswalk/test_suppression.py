from __future__ import annotations

import random

from cluster_kit.crosswalk.suppression import RawCount, suppress_counts


def raw(number: int | None, *rows: int) -> RawCount:
    return RawCount(number, frozenset(rows))


def test_small_counts_are_withheld_and_never_alone() -> None:
    before = [raw(100, 1), raw(50, 2)]
    after = [raw(4, 3), raw(60, 4), raw(86, 5)]
    shown = suppress_counts([before, after])
    assert [str(count) for count in shown[0]] == ["100", "50"]
    assert [str(count) for count in shown[1]] == ["fewer than 10", "withheld", "86"]


def test_zero_and_unknown_are_not_small() -> None:
    assert [str(count) for count in suppress_counts([[raw(0), raw(None), raw(30, 1)]])[0]] == ["0", "", "30"]


def test_the_same_programs_are_withheld_in_both_tables_or_in_none() -> None:
    before = [raw(12, 1, 2), raw(90, 3), raw(80, 4)]
    after = [raw(12, 1, 2), raw(3, 5), raw(167, 6)]
    shown = suppress_counts([before, after])
    assert shown[1][0].withheld == "withheld"
    assert shown[0][0].withheld == "withheld"


def test_no_table_ever_hides_a_single_count_or_too_few_learners() -> None:
    chance = random.Random(3)
    for _ in range(200):
        numbers = [chance.choice([0, 1, 5, 9, 12, 40, 300]) for _ in range(chance.randint(1, 8))]
        table = [raw(number, at) for at, number in enumerate(numbers)]
        shown = suppress_counts([table])[0]
        hidden = [number for number, count in zip(numbers, shown, strict=True) if count.withheld]
        assert all(count.withheld for number, count in zip(numbers, shown, strict=True) if 0 < number < 10)
        if hidden and len(hidden) < sum(number > 0 for number in numbers):
            assert len(hidden) > 1
            assert sum(hidden) >= 10
