from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from cluster_kit.store import ErasedAuthorError, NewErasure, NewEvent, Person, Presence, Store
from cluster_kit.store import erasure as erasing
from cluster_kit.store.erasure import erase_rows
from cluster_kit.store.models import utc_now
from tests.postgres import create_database
from tests.serving import wait_until
from tests.store.samples import answer

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


@pytest.mark.parametrize("person", ["ana", None])
def test_nothing_new_of_an_erased_person_is_stored(store: Store, person: str | None) -> None:
    """What their open pages send until they are closed. Others, and parts that were erased, are not concerned."""
    fill(store)
    store.erase(NewErasure(person="ben", session=1, exercise="goals", **WHY))
    store.append([answer(id="again", author="ben")])
    store.erase(NewErasure(person=person, **WHY))
    late = answer(id="late", author="ana")
    with pytest.raises(ErasedAuthorError):
        store.append([late])
    store.add_person(Person(id="cy", series="2026", jurisdiction="OH", name="Cy"))
    refused, kept = store.append_batches([[late], [answer(id="of-cy", author="cy")]])
    assert isinstance(refused, ErasedAuthorError)
    assert isinstance(kept, list)
    event = NewEvent(id="e", series="2026", session=1, kind="park", jurisdiction="OH", author="ana", value={})
    with pytest.raises(ErasedAuthorError):
        store.add_events([event])
    times = {"joined_at": utc_now(), "active_at": utc_now(), "seen_at": utc_now()}
    store.note_presence(
        [Presence(series="2026", session=1, person=one, jurisdiction="OH", **times) for one in ("ana", "cy")]
    )
    assert [one.person for one in store.presence("2026", 1)] == ["cy"]
    assert "ana" not in {one.author for one in store.history("2026", "OH")}


@pytest.mark.parametrize("kind", ["presence", "ballot"])
def test_what_arrives_during_an_erasure_waits_and_is_not_stored(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """SQLite has one writer at a time. PostgreSQL shows others the person until the erasure is committed."""
    times = {"joined_at": utc_now(), "active_at": utc_now(), "seen_at": utc_now()}
    here = Presence(series="2026", session=1, person="ana", jurisdiction="OH", **times)
    with Store.open(create_database(postgres_url)) as store, ThreadPoolExecutor(1) as threads:
        fill(store)
        late: list[Future[object]] = []

        def send() -> object:
            return store.note_presence([here]) if kind == "presence" else store.take_ballot("2026", 1, "ana", "OH")

        def erase_meanwhile(*arguments: Any) -> Any:
            erasure = erase_rows(*arguments)
            late.append(threads.submit(send))
            wait_until(lambda: late[0].done() or is_someone_waiting(store), "it is stored, or waits")
            return erasure

        monkeypatch.setattr(erasing, "erase_rows", erase_meanwhile)
        store.erase(NewErasure(person="ana", **WHY))
        assert not late[0].result(30)
        assert store.presence("2026", 1) == []
        assert store.person_rows("ana").get("evaluation_ballots", []) == []


def is_someone_waiting(store: Store) -> bool:
    with store._engine.connect() as connection:
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        return bool(connection.exec_driver_sql(waiting).scalar_one())


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


@pytest.mark.parametrize("what", [{"exercise": "goals"}, {"session": 1, "prompt": "x"}, {"person": "p", "row": "r"}])
def test_a_request_that_does_not_say_where_it_is_is_refused(what: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="to erase"):
        NewErasure(**WHY, **what)


def do(store: Store, author: str, session: int = 1, jurisdiction: str = "OH") -> NewEvent:
    posted = NewEvent(
        id=f"{author}-{session}",
        series="2026",
        session=session,
        kind="post",
        jurisdiction=jurisdiction,
        author=author,
        value={"text": f"posted by {author}"},
    )
    store.add_events([posted])
    return posted


def test_a_whole_state_can_be_erased_and_no_other_states_words_go_with_it(store: Store) -> None:
    fill(store)
    store.add_person(Person(id="gus", series="2026", jurisdiction="GU", name="Gus"))
    for author, state in (("ana", "OH"), ("ben", "OH"), ("gus", "GU")):
        do(store, author, jurisdiction=state)
    request = NewErasure(**WHY)
    found = store.find_erasable(request)
    assert {r.id for r in found.responses} == {"a", "b", "c"}
    assert [event.author for event in found.events] == ["ana", "ben"]
    assert {person.id for person in found.people} == {"ana", "ben"}
    assert store.erase(request).count == 3
    assert store.find_erasable(request).is_nothing
    assert store.history("2026", "OH") == []
    assert [r.id for r in store.history("2026", "GU")] == ["d"]
    assert [person.id for person in store.people("2026")] == ["gus"]
    assert [event.author for event in store.events("2026", 1, kinds=["post"])] == ["gus"]


def test_a_session_takes_along_what_was_posted_in_it_and_an_exercise_does_not(store: Store) -> None:
    fill(store)
    store.append([answer(id="late", author="ana", session=2)])
    do(store, "ana", 1)
    do(store, "ana", 2)
    one = NewErasure(person="ana", session=1, exercise="goals", **WHY)
    assert store.find_erasable(one).events == ()
    assert store.erase(one).count == 2
    assert [event.author for event in store.events("2026", 1, kinds=["post"])] == ["ana"]
    assert store.erase(NewErasure(person="ana", session=1, **WHY)).count == 0
    assert store.events("2026", 1, kinds=["post"]) == []
    assert [event.author for event in store.events("2026", 2, kinds=["post"])] == ["ana"]
    assert [r.id for r in store.history("2026", "OH")] == ["b", "late"]
    assert "ana" in {person.id for person in store.people("2026")}


def test_every_session_hears_of_an_erasure_and_nothing_of_what_it_was(store: Store) -> None:
    fill(store)
    do(store, "ben", 3)
    before = store.latest_event("2026", 3)
    store.erase(NewErasure(person="ana", session=1, **WHY))
    for session in (1, 3):
        (told,) = store.events("2026", session, kinds=["erasure"])
        assert (told.jurisdiction, told.value, told.author) == ("OH", None, "erasure")
    assert store.latest_event("2026", 3) > before
    assert store.events("2026", 2) == []


def test_two_erasures_at_once_remove_everything_once(store: Store) -> None:
    fill(store)
    do(store, "ana", 1)
    with ThreadPoolExecutor(2) as threads:
        done = list(threads.map(store.erase, [NewErasure(person="ana", **WHY)] * 2))
    assert sorted(erasure.count for erasure in done) == [0, 2]
    assert [r.id for r in store.history("2026", "OH")] == ["b"]
    assert len(store.events("2026", 1, kinds=["erasure"])) == 2
