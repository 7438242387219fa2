from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from cluster_kit.store import NewResponse, Person, Store
from tests.store.samples import answer

WORDS = {
    "emoji": "🧑🏽‍🏫 👩‍👩‍👧‍👦 🏳️‍🌈",
    "right to left": "התוכנית \u202eabc\u202c برنامج",
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>&amp;",
    "formula": '=HYPERLINK("http://example.org")',
    "sql": "'; DROP TABLE responses; -- %s %(x)s :x \\",
    "other alphabets": "Zażółć 漢字 ไทย ꦗꦮ 𐍈",
    "combining": "e\u0301 is not \u00e9",
    "long": "long words " * 9_000,
    "lines": "one\r\ntwo\n\tthree\u2028four",
    "white space": "  kept as typed  ",
}


@pytest.mark.parametrize("name", WORDS)
def test_whatever_people_type_is_kept_to_the_letter(store: Store, name: str) -> None:
    words = WORDS[name]
    store.append([answer(value=words), answer(prompt="who", value={"name": words})])
    assert [response.value for response in store.current("2026", "OH")] == [words, {"name": words}]


def test_what_no_database_can_keep_becomes_a_visible_sign(store: Store) -> None:
    """NUL and lone surrogates, as a paste can leave them, are replaced; surrogate pairs are kept."""
    store.append([answer(id="one", value={"a\0b": ["c\0", "\ud83d", "\ud83d\ude00"]})])
    assert store.current("2026")[0].value == {"a\ufffdb": ["c\ufffd", "\ufffd", "😀"]}
    assert store.append([answer(id="one", value={"a\0b": ["c\0", "\ud83d", "😀"]})])[0].status == "duplicate"


def test_a_name_with_a_nul_is_kept(store: Store) -> None:
    store.add_person(Person(id="ana", series="2026", jurisdiction="OH", name="A\0na <b>"))
    assert store.people("2026")[0].name == "A\ufffdna <b>"


@pytest.mark.parametrize("value", [0, -1, 2**70, 1.5, 1e300, True, False, None, "", [], {}, "null", "1", [None]])
def test_every_json_value_keeps_its_value_and_type(store: Store, value: Any) -> None:
    store.append([answer(value=value)])
    kept = store.current("2026")[0].value
    assert kept == value
    assert type(kept) is type(value)


def test_the_longest_answer_that_is_taken_is_kept_whole(store: Store) -> None:
    words = "x" * 199_998  # and two quotation marks
    store.append([answer(value=words)])
    assert store.current("2026")[0].value == words


NESTED: list[Any] = []
for _ in range(50_000):
    NESTED = [NESTED]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"value": "x" * 199_999}, "201 kB long, and 200 kB is the most"),
        ({"value": "é" * 150_000}, "kB is the most"),
        ({"value": float("nan")}, "not a finite number"),
        ({"value": [{"deep": float("inf")}]}, "not a finite number"),
        ({"value": NESTED}, "nested more than 20 levels"),
        ({"value": 10**5000}, "limit"),
        ({"value": object()}, "JSON"),
        ({"id": ""}, "'' is not an id"),
        ({"id": "x" * 65}, "is not an id"),
        ({"id": "a b"}, "'a b' is not an id"),
        ({"id": "a\n"}, "is not an id"),
        ({"author": "\0"}, "is not an id"),
        ({"base": ["../.."]}, "is not an id"),
        ({"base": ["x"] * 101}, "at most 100"),
        ({"series": "2026/1"}, "is not a series"),
        ({"session": 0}, "greater than or equal to 1"),
        ({"session": 2**40}, "less than or equal to 999"),
        ({"exercise": "Goals"}, "is not an exercise's id"),
        ({"prompt": "a.b.c"}, "is not a prompt's id"),
        ({"prompt": "<b>"}, "is not a prompt's id"),
        ({"row": "x" * 65}, "is not a row"),
        ({"row": "a\tb"}, "is not a row"),
        ({"row": "\ud83d"}, "is not a row"),
        ({"jurisdiction": "oh"}, "is not a postal code"),
        ({"scope": "nation"}, "'person' or 'team'"),
        ({"unknown": 1}, "Extra inputs are not permitted"),
    ],
)
def test_what_no_prompt_can_have_asked_for_is_refused_in_a_sentence(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        answer(**change)


def test_an_answer_cannot_be_changed_once_made() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        answer().value = "changed"  # type: ignore[misc]


def test_rows_may_be_named_in_any_language(store: Store) -> None:
    store.append([answer(row="Ñandú 漢字 🌻 'row'")])
    assert store.history("2026", "OH", row="Ñandú 漢字 🌻 'row'")[0].row == "Ñandú 漢字 🌻 'row'"


def test_a_response_of_plain_data_is_read_like_any_other() -> None:
    typed = answer()
    assert NewResponse.model_validate_json(typed.model_dump_json()) == typed
