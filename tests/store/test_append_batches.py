"""Group commit: many batches in one transaction, each kept or refused as a whole."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import event

from cluster_kit.store import NewErasure, Person, Receipt, ReusedIdError, Store, StoreUnavailableError
from tests.store.samples import answer, read_receipts, writers


def statuses(results: list[list[Receipt] | ReusedIdError]) -> list[list[str] | str]:
    """Each batch's statuses, or the id that was refused."""
    return [
        result.response_id if isinstance(result, ReusedIdError) else [receipt.status for receipt in result]
        for result in results
    ]


def ids(store: Store, jurisdiction: str = "OH") -> list[str]:
    return [response.id for response in store.history("2026", jurisdiction)]


def test_results_come_in_the_order_of_the_batches(store: Store) -> None:
    batches = [[answer(id="b", jurisdiction="VT")], [], [answer(id="c"), answer(id="d", row="r")], [answer(id="a")]]
    results = store.append_batches(batches)
    assert [[receipt.id for receipt in result] for result in results if isinstance(result, list)] == [
        ["b"],
        [],
        ["c", "d"],
        ["a"],
    ]
    seqs = [receipt.seq for result in results if isinstance(result, list) for receipt in result]
    assert seqs == sorted(seqs)


def test_no_batches_give_no_results(store: Store) -> None:
    assert store.append_batches([]) == []


def test_a_batch_that_reuses_an_id_is_left_out_as_a_whole_and_the_others_are_kept(store: Store) -> None:
    store.append([answer(id="known")])
    results = store.append_batches(
        [
            [answer(id="before", row="1")],
            [answer(id="lost-1", row="2"), answer(id="known", value="other words"), answer(id="lost-2", row="3")],
            [answer(id="after", row="4")],
        ]
    )
    assert statuses(results) == [["saved"], "known", ["saved"]]
    assert ids(store) == ["known", "before", "after"]


def test_a_refused_batch_supersedes_nothing(store: Store) -> None:
    store.append([answer(id="first"), answer(id="known", row="r")])
    refused = [answer(id="over", value="new", base=("first",)), answer(id="known", row="r", value="other words")]
    [result, [kept]] = store.append_batches([refused, [answer(id="later", value="newer", base=("first",))]])
    assert isinstance(result, ReusedIdError)
    assert isinstance(kept, Receipt)
    assert kept.status == "saved"
    assert store.superseded(["first", "over"]) == {"first"}
    assert [response.id for response in store.current("2026", "OH")] == ["known", "later"]


def test_an_id_of_a_refused_batch_is_free_for_a_later_one(store: Store) -> None:
    store.append([answer(id="known")])
    refused = [answer(id="free", row="1", value="first words"), answer(id="known", value="other words")]
    results = store.append_batches([refused, [answer(id="free", row="1", value="second words")]])
    assert statuses(results) == ["known", ["saved"]]
    assert [response.value for response in store.history("2026", "OH", row="1")] == ["second words"]


def test_every_batch_may_be_refused(store: Store) -> None:
    store.append([answer(id="known")])
    assert statuses(store.append_batches([[answer(id="known", value=number)] for number in range(3)])) == ["known"] * 3
    assert ids(store) == ["known"]


def test_a_later_batch_may_be_based_on_an_earlier_one(store: Store) -> None:
    results = store.append_batches([[answer(id="one")], [answer(id="two", value="b", base=("one",))]])
    assert statuses(results) == [["saved"], ["saved"]]
    assert [response.id for response in store.current("2026", "OH")] == ["two"]


def test_a_later_batch_is_in_conflict_with_an_earlier_one_that_it_did_not_see(store: Store) -> None:
    store.append([answer(id="start")])
    results = store.append_batches(
        [
            [answer(id="ana", value="by law", base=("start",))],
            [answer(id="ben", value="by rule", base=("start",), author="ben")],
        ]
    )
    assert statuses(results) == [["saved"], ["conflict"]]
    assert isinstance(results[1], list)
    assert [other.id for other in results[1][0].others] == ["ana"]


def test_an_answer_that_two_batches_hold_is_kept_once(store: Store) -> None:
    results = store.append_batches([[answer(id="one")], [answer(id="two", row="r"), answer(id="one")]])
    assert statuses(results) == [["saved"], ["saved", "duplicate"]]
    assert ids(store) == ["one", "two"]
    assert statuses(store.append_batches([[answer(id="one", value="other words")]])) == ["one"]


def test_an_id_that_two_batches_give_to_different_answers_belongs_to_the_first(store: Store) -> None:
    results = store.append_batches([[answer(id="one", value="a")], [answer(id="one", value="b")]])
    assert statuses(results) == [["saved"], "one"]
    assert [response.value for response in store.history("2026", "OH")] == ["a"]


def test_an_erased_answer_is_not_kept_again(store: Store) -> None:
    [receipt] = store.append([answer(id="gone")])
    store.erase(NewErasure(series="2026", jurisdiction="OH", asked_by="Ana", why="asked"))
    store.add_person(Person(id="ben", series="2026", jurisdiction="OH", name="Ben"))
    [[again], _] = store.append_batches([[answer(id="gone")], [answer(id="new", author="ben")]])
    assert again == receipt.model_copy(update={"status": "duplicate"})
    assert ids(store) == ["new"]


def test_any_number_of_batches_is_one_commit(store: Store) -> None:
    commits = []
    event.listen(store._engine, "commit", commits.append)
    store.append_batches([[answer(row=f"{number}"), answer(row=f"{number}b")] for number in range(20)])
    assert len(commits) == 1
    assert len(ids(store)) == 40


def test_a_locked_database_keeps_nothing_of_any_batch(sqlite_url: str) -> None:
    with Store.open(f"{sqlite_url}?timeout=0.05") as store:
        other = sqlite3.connect(Path(sqlite_url.removeprefix("sqlite:///")), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailableError):
            store.append_batches([[answer(id="one")], [answer(id="two", row="r")]])
        other.execute("ROLLBACK")
        other.close()
        assert ids(store) == []


def test_group_commits_that_lock_jurisdictions_in_different_orders_do_not_deadlock(store: Store, url: str) -> None:
    order = {"url": url, "count": 30, "group": 6}
    states = ["AZ", "GU", "OH", "VT"]
    with writers(
        {**order, "name": "up", "jurisdictions": states}, {**order, "name": "down", "jurisdictions": states[::-1]}
    ) as processes:
        receipts = [receipt for process in processes for receipt in read_receipts(process)]
    assert len(receipts) == 60
    assert {status for _, _, status in receipts} == {"saved"}
    kept = {response.id: response.seq for state in states for response in store.history("2026", state)}
    assert kept == {response_id: seq for response_id, seq, _ in receipts}
