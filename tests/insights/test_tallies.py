"""Tallies: complete, and with small counts merged or withheld."""

from __future__ import annotations

import itertools

import pytest

from cluster_kit.insights.suppression import FEWEST
from cluster_kit.insights.tallies import (
    ALL_OTHERS,
    CategoryTally,
    TallyCell,
    count_members,
    merge_small_categories,
    name_cell,
    release_tally,
)


def _tally(*sizes: int, is_ordered: bool = False) -> CategoryTally:
    """Categories A, B, and so on, with different members each."""
    counter = itertools.count()
    members = {chr(65 + n): frozenset(str(next(counter)) for _ in range(size)) for n, size in enumerate(sizes)}
    return CategoryTally("t", "T", members, is_ordered=is_ordered)


def _shown(tally: CategoryTally) -> dict[str, int]:
    return {name_cell(cell, tally): cell.count for cell in release_tally(tally)}


def test_a_member_of_several_categories_counts_once_in_a_merged_one() -> None:
    members = {"A": frozenset("012345"), "B": frozenset("123"), "C": frozenset("2345")}
    tally = CategoryTally("t", "T", members)
    assert tally.total == 6
    assert _shown(tally) == {"A": 6, ALL_OTHERS: 5}


def test_categories_without_members_are_among_the_others() -> None:
    assert _shown(_tally(9, 6, 0, 5)) == {"A": 9, "B": 6, ALL_OTHERS: 5}
    assert _shown(_tally(9, 4, 0)) == {}, "only the others and a total would be left"


def test_ordered_categories_are_merged_with_their_neighbors() -> None:
    tally = _tally(2, 4, 9, is_ordered=True)
    assert _shown(tally) == {"A or b": 6, "C": 9}
    assert _shown(_tally(4, 9, is_ordered=True)) == {}


def test_merged_categories_are_named_as_a_list_in_a_sentence() -> None:
    def name(*categories: str) -> str:
        tally = CategoryTally("t", "T", {one: frozenset() for one in categories}, is_ordered=True)
        return name_cell(TallyCell(categories=categories, count=5), tally)

    assert name("Down", "Same") == "Down or same"
    assert name("Down", "Same", "Up") == "Down, same, or up"
    assert name("Not started", "Started, not complete") == "Not started; or started, not complete"


@pytest.mark.parametrize("categories", [2, 3, 4])
def test_no_published_cell_has_fewer_than_five_members_and_all_categories_are_covered(categories: int) -> None:
    for sizes in itertools.product(range(9), repeat=categories):
        for is_ordered in (False, True):
            tally = _tally(*sizes, is_ordered=is_ordered)
            cells = release_tally(tally)
            assert all(cell.count >= FEWEST for cell in cells), sizes
            if cells:
                assert sorted(name for cell in cells for name in cell.categories) == list(tally.members)
                assert sum(cell.count for cell in cells) == sum(sizes)


@pytest.mark.parametrize("is_ordered", [False, True])
def test_a_count_that_changed_by_fewer_than_five_is_published_as_before(*, is_ordered: bool) -> None:
    before = release_tally(_tally(9, 8, is_ordered=is_ordered))
    assert release_tally(_tally(9, 10, is_ordered=is_ordered), [before]) == before
    later = release_tally(_tally(9, 13, is_ordered=is_ordered), [before])
    assert {cell.count for cell in later} == {9, 13}


def test_a_category_never_leaves_a_published_group_by_itself() -> None:
    before = release_tally(_tally(9, 4, 3))
    assert before == (TallyCell(categories=("A",), count=9), TallyCell(categories=("B", "C"), count=7))
    assert release_tally(_tally(14, 9, 8), [before]) == before


def test_pairs_are_counted_by_category_in_the_order_given() -> None:
    members = count_members([("y", "OH"), ("x", "GU"), ("y", "OH"), ("z", "GU")], ["x", "y"])
    assert list(members) == ["x", "y", "z"]
    assert members["y"] == {"OH"}
    assert [cell.count for cell in merge_small_categories(CategoryTally("t", "T", members))] == []
