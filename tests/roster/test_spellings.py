"""Names and roles are recognized in the spellings of staff lists."""

from __future__ import annotations

import pytest

from cluster_kit.content import Content
from cluster_kit.roster.names.spellings import (
    find_in_other_order,
    keep_known_spelling,
    suggest_role,
)
from cluster_kit.roster.people import fold_name
from cluster_kit.store import Person


@pytest.mark.parametrize("mark", "'’‘`´ʼ′ʹ＇‛")
def test_every_apostrophe_of_a_keyboard_is_the_same(mark: str) -> None:
    assert fold_name(f"Ben O{mark}Connor") == "ben o'connor"


def test_every_hyphen_is_the_same_and_other_letters_stay() -> None:
    assert fold_name("Ana Reyes\u2011Cole") == fold_name("Ana Reyes–Cole") == "ana reyes-cole"
    assert fold_name("José") != fold_name("Jose")


@pytest.mark.parametrize(
    ("known", "listed", "stays"),
    [
        ("Ana Reyes", "ANA REYES", True),
        ("Ana Reyes", "ana reyes", True),
        ("Ana Reyes", "Reyes Ana", True),
        ("Ben O’Connor", "Ben O'Connor", True),
        ("ana reyes", "Ana Reyes", False),
        ("ANA REYES", "Ana Reyes", False),
        ("Ana Reyes", "Ana Reyes-Cole", False),
        ("Ana Reyes", "Ana Reyes", False),
    ],
)
def test_a_known_name_is_corrected_and_never_made_worse(known: str, listed: str, stays: bool) -> None:
    assert keep_known_spelling(known, listed) is stays


def test_a_name_in_another_order_is_found_if_it_is_one_persons() -> None:
    people = [
        Person(id=f"p{n}", series="2026", jurisdiction="OH", name=name) for n, name in enumerate(["Ana Reyes", "B C"])
    ]
    found = find_in_other_order(people, "reyes ana")
    assert found is people[0]
    assert find_in_other_order([*people, people[0]], "Reyes Ana") is None
    assert find_in_other_order(people, "Ana") is None


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("data director", "data"),
        ("Director of Data", "data"),
        ("secondry", "secondary"),
        ("Postsecondary specialist", "postsecondary"),
        ("CTE director", "state_director"),
        ("State Director", "state_director"),
        ("licensing", "educator_licensing"),
        ("Communication officer", "communications"),
        ("astronaut", None),
    ],
)
def test_a_role_is_suggested_for_what_tells_it_from_others(content: Content, title: str, role: str | None) -> None:
    assert suggest_role(content, title) == role
