from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from cluster_kit.responses import NewErasure, Person, Store
from tests.responses.samples import answer

WHY = {"series": "2026", "jurisdiction": "OH", "asked_by": "staff", "why": "the person asked for it"}


def fill(store: Store) -> None:
    for name in ("ana", "ben"):
        store.add_person(Person(id=name, series="2026", jurisdiction="OH", name=name))
    store.append(
        [
            answer(id="a", author="ana", value="secret of ana"),
            answer(id="b", author="ben", value="of ben", base=("a",)),
            answer(id="c", author="ana", prompt="other", value="more of ana"),
            answer(id="d", author="ana", jurisdiction="GU"),
        ]
    )


def test_a_persons_words_and_name_go_and_a_record_stays(store: Store) -> None:
    fill(store)
    erasure = store.erase(NewErasure(person="ana", **WHY))
    assert (erasure.count, erasure.asked_by, erasure.why) == (2, "staff", "the person asked for it")
    assert store.erasures("2026", "OH") == [erasure]
    assert store.erasures("2026", "GU") == []
    assert [response.id for response in store.history("2026", "OH")] == ["b"]
    assert [response.id for response in store.history("2026", "GU")] == ["d"]
    assert [person.id for person in store.people("2026")] == ["ben"]


def test_an_address_can_be_erased_for_everybody_or_for_one_person(store: Store) -> None:
    fill(store)
    address = {"session": 1, "exercise": "goals", "prompt": "tests"}
    assert store.erase(NewErasure(person="ben", **address, **WHY)).count == 1
    assert [response.id for response in store.history("2026", "OH")] == ["a", "c"]
    assert store.erase(NewErasure(row="", **address, **WHY)).count == 1
    assert [response.id for response in store.history("2026", "OH")] == ["c"]
    assert [person.id for person in store.people("2026")] == ["ana", "ben"]


def test_an_erased_answer_does_not_come_back_when_a_page_sends_it_again(store: Store) -> None:
    fill(store)
    seq = store.history("2026", "OH", prompt="other")[0].seq
    store.erase(NewErasure(person="ana", **WHY))
    [receipt] = store.append([answer(id="c", author="ana", prompt="other", value="more of ana")])
    assert (receipt.status, receipt.seq) == ("duplicate", seq)
    assert [response.id for response in store.history("2026", "OH")] == ["b"]


def test_what_an_erased_answer_had_replaced_stays_replaced(store: Store) -> None:
    fill(store)
    store.erase(NewErasure(person="ben", **WHY))
    assert [response.id for response in store.current("2026", "OH")] == ["c"]


def test_pages_learn_of_erased_answers_and_numbers_never_go_back(store: Store) -> None:
    fill(store)
    latest = store.latest_seq("2026", "OH")
    store.erase(NewErasure(person="ana", **WHY))
    assert store.superseded(["a", "b", "c", "d"]) == {"a", "c"}
    assert store.latest_seq("2026", "OH") == latest
    [receipt] = store.append([answer(jurisdiction="GU")])
    assert receipt.seq > latest


def test_erasing_what_is_not_there_is_recorded_too(store: Store) -> None:
    erasure = store.erase(NewErasure(person="nobody", **WHY))
    assert erasure.count == 0
    assert store.erasures("2026") == [erasure]


def test_no_copy_of_erased_words_stays_in_the_file(sqlite_url: str, tmp_path: Path) -> None:
    with Store.open(sqlite_url) as store:
        fill(store)
        store.erase(NewErasure(person="ana", **WHY))
        for file in (tmp_path / "kept").iterdir():
            assert b"of ana" not in file.read_bytes(), file.name


@pytest.mark.parametrize("what", [{}, {"session": 1}, {"session": 1, "exercise": "goals"}, {"person": "p", "row": "r"}])
def test_a_request_that_does_not_say_what_to_erase_is_refused(what: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="to erase"):
        NewErasure(**WHY, **what)
