from __future__ import annotations

import pytest

from cluster_kit.roster.names.similar_names import are_similar, find_similar, find_similar_pairs
from cluster_kit.roster.people import fold_name
from cluster_kit.store import Person


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sam O'Neil", "Sam ONeil"),
        ("Sam O'Neil", "S. O'Neil"),
        ("Sam O'Neil", "Samuel O\u2019Neil"),
        ("Sam O'Neil", "Sam"),
        ("Sam O'Neil", "Sam O'Neill"),
        ("O'Neil, Sam", "Sam O'Neil"),
        ("Dr. Sam O'Neil", "Sam O'Neil"),
        ("Zo\u00eb Walker", "Zoe Walker"),
        ("Avery Sample", "Avery Q. Sample"),
        ("Maria Ruiz-Diaz", "Maria Diaz"),
        ("Jordan Sample", "Jordon Sample"),
    ],
)
def test_names_that_one_person_may_have_given_are_similar(one: str, other: str) -> None:
    assert are_similar(one, other)
    assert are_similar(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("First Sample", "Second Sample"),
        ("Kim Lee", "Tim Lee"),
        ("Ana Reyes", "Ann Reyes"),
        ("Jordan Sample", "Avery Sample"),
        ("Member 1", "Member 12"),
        ("Lee", "Lea"),
        ("", "Sam"),
    ],
)
def test_names_of_different_people_are_not(one: str, other: str) -> None:
    assert not are_similar(one, other)
    assert not are_similar(other, one)


@pytest.mark.parametrize("twin", ["Sam\u200b Hope", "S\u0430m Hope", "Sam\u00a0Hope", "SAM HOPE", "Sam\u00ad Hope"])
def test_names_that_look_the_same_are_equal(twin: str) -> None:
    assert fold_name(twin) == fold_name("Sam Hope")


def test_only_people_of_one_team_are_compared_and_a_name_is_not_similar_to_itself() -> None:
    names = [("a", "OH", "Sam Hope"), ("b", "OH", "Samuel Hope"), ("c", "GU", "Sam Hope"), ("d", "", "Sam Hope")]
    people = [Person(id=one, series="2026", jurisdiction=state, name=name) for one, state, name in names]
    assert [(one.id, other.id) for one, other in find_similar_pairs(people)] == [("a", "b")]
    assert [person.id for person in find_similar(people[:2], "sam hope")] == ["b"]
