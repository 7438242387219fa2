"""Names and roles are recognized in the spellings of staff lists."""

from __future__ import annotations

import pytest

from cluster_kit.content import Content
from cluster_kit.roster.names.spellings import (
    find_in_other_order,
    keep_known_spelling,
    suggest_role,
)
from cluster_kit.roster.people import find_by_name, find_same_person, fold_name
from cluster_kit.store import Person
from docs.make_lookalikes import FILE, make_file


@pytest.mark.parametrize("mark", "'’‘`´ʼ′ʹ＇‛")
def test_every_apostrophe_of_a_keyboard_is_the_same(mark: str) -> None:
    assert fold_name(f"Ben O{mark}Connor") == "ben o'connor"


def test_every_hyphen_is_the_same_and_other_letters_stay() -> None:
    assert fold_name("Ana Reyes\u2011Cole") == fold_name("Ana Reyes–Cole") == "ana reyes-cole"
    assert fold_name("José") != fold_name("Jose")


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Henry Bell", "Ηеnrу Веll"),  # Greek and Cyrillic
        ("Tony Avery", "ΤΟΝΥ ΑVΕRΥ"),  # Greek, in capitals
        ("Henry Bell", "ᎻᎬNᎡᎩ ᏴᎬᏞᏞ"),  # Cherokee
        ("Ian Bell", "ꓲаn ꓐеꓲꓲ"),  # Lisu: one stroke is a capital I at the beginning, and an l within
        ("Laura Sousa", "ʟaura Տoսѕa"),  # a small capital, and Armenian
        ("Zoë Pine", "Ζоё Ρіnе"),  # with an accent
        ("Ian Cole", "𝓘𝓪𝓷 Ｃｏｌｅ"),  # mathematical and full-width
        ("Νίκος Παππάς", "νίκος παππάς"),
        ("ՏԱՐՈՆ", "տարոն"),
        ("ᏣᎳᎩ ᎤᏙ", "ꮳꮃꭹ ꭴꮩ"),
        ("АННА", "Анна"),
    ],
)
def test_names_that_only_look_different_are_one_and_real_names_stay(name: str, written: str) -> None:
    person = Person(id="p", series="2026", jurisdiction="OH", name=name)
    assert find_by_name([person], written) is find_same_person([person], written) is person
    assert find_by_name([person.model_copy(update={"name": written})], name)
    assert not find_by_name([person], written[:-1])


@pytest.mark.parametrize(
    ("one", "other"), [("Lian", "Ilan"), ("Ali", "All"), ("Burns", "Bums"), ("Νίκος", "Νίκη"), ("ᏣᎳᎩ", "ᏣᎳᎵ")]
)
def test_real_names_that_are_similar_are_two(one: str, other: str) -> None:
    assert not find_by_name([Person(id="p", series="2026", jurisdiction="OH", name=one)], other)


def test_the_letters_that_look_alike_are_those_of_unicode() -> None:
    assert FILE.read_text(encoding="ascii") == make_file(), "run: python -m docs.make_lookalikes"


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
        ("Grants manager", "fiscal"),
        ("fiscal officer", "fiscal"),
        ("civil rights coordinator", "access"),
        ("Communication officer", "communications"),
        ("astronaut", None),
    ],
)
def test_a_role_is_suggested_for_what_tells_it_from_others(content: Content, title: str, role: str | None) -> None:
    assert suggest_role(content, title) == role
