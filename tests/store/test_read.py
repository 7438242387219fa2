from __future__ import annotations

import datetime as dt
import re
import sqlite3
from typing import Any

import pytest
from sqlalchemy import event

from cluster_kit.store import NewErasure, Person, Store
from tests.store.samples import answer


def fill(store: Store) -> None:
    store.append(
        [
            answer(id="a", session=1, exercise="goals", prompt="goals.statement", row="g1", value="one"),
            answer(id="b", session=1, exercise="goals", prompt="goals.statement", row="g2", value="two"),
            answer(id="c", session=1, exercise="goals", prompt="goals.rank", row="g1", value=1),
            answer(id="d", session=2, exercise="goals", prompt="goals.statement", row="g1", value="later"),
            answer(id="e", session=2, exercise="steps"),
            answer(id="f", jurisdiction="GU"),
            answer(id="g", series="2027"),
            answer(id="h", session=1, exercise="goals", prompt="goals.statement", row="g1", value="1", base=("a",)),
        ]
    )


def ids(responses: object) -> str:
    return "".join(response.id for response in responses)  # type: ignore[attr-defined]


def test_current_is_asked_by_series_jurisdiction_session_and_exercise(store: Store) -> None:
    fill(store)
    assert ids(store.current("2026")) == "bcdefh"
    assert ids(store.current("2026", "OH")) == "bcdeh"
    assert ids(store.current("2026", "OH", session=2)) == "de"
    assert ids(store.current("2026", "OH", exercise="goals")) == "bcdh"
    assert ids(store.current("2026", exercise="steps")) == "e"
    assert ids(store.current("2028")) == ""


def test_history_tells_every_answer_to_a_field_in_order(store: Store) -> None:
    fill(store)
    assert ids(store.history("2026", "OH")) == "abcdeh"
    assert ids(store.history("2026", "OH", session=1, exercise="goals", prompt="goals.statement", row="g1")) == "ah"
    assert ids(store.history("2026", "OH", prompt="goals.statement")) == "abdh"


def test_the_empty_row_is_a_row_to_ask_for(store: Store) -> None:
    fill(store)
    assert ids(store.history("2026", "OH", row="")) == "e"


def test_what_is_new_since_a_moment_comes_in_order_without_that_moment(store: Store) -> None:
    fill(store)
    seqs = {response.id: response.seq for response in store.history("2026", "OH")}
    assert ids(store.since(0, "2026", "OH")) == "abcdeh"
    assert ids(store.since(seqs["d"], "2026", "OH")) == "eh"
    assert store.latest_seq("2026", "OH") == seqs["h"]
    assert ids(store.since(seqs["h"], "2026", "OH")) == ""


def test_nothing_of_another_jurisdiction_or_series_is_returned(store: Store) -> None:
    fill(store)
    for responses in (store.current("2026", "GU"), store.history("2026", "GU"), store.since(0, "2026", "GU")):
        assert ids(responses) == "f"
    assert store.latest_seq("2026", "GU") == store.history("2026", "GU")[0].seq
    assert store.latest_seq("2026", "AZ") == 0


def test_thousands_of_ids_can_be_asked_at_once(store: Store) -> None:
    fill(store)
    assert store.superseded(f"{number}" for number in range(40_000)) == set()
    assert store.superseded([*(f"{number}" for number in range(700)), "a", "b"]) == {"a"}


def test_a_person_is_kept_as_first_written(store: Store) -> None:
    at = dt.datetime(2026, 2, 17, 13, 5, tzinfo=dt.timezone(dt.timedelta(hours=-5)))
    ana = Person(id="ana", series="2026", jurisdiction="OH", name="Ana 🌻", role="data", email="ana@example.org", at=at)
    assert store.add_person(ana) == ana
    assert store.add_person(ana.model_copy(update={"name": "Somebody else"})) == ana
    found = store.find_person("ana")
    assert found == ana
    assert found.at.tzinfo is dt.UTC
    assert store.find_person("nobody") is None


def test_people_are_listed_by_series_and_jurisdiction_in_the_order_in_which_they_came(store: Store) -> None:
    for name, jurisdiction in (("zoe", "OH"), ("ana", "OH"), ("ben", "GU")):
        store.add_person(Person(id=name, series="2026", jurisdiction=jurisdiction, name=name))
    assert [person.id for person in store.people("2026")] == ["zoe", "ana", "ben"]
    assert [person.id for person in store.people("2026", "OH")] == ["zoe", "ana"]
    assert store.people("2027") == []


def test_a_store_can_be_used_after_close_and_opened_again_with_everything_in_it(url: str) -> None:
    with Store.open(url) as store:
        fill(store)
    with Store.open(url) as store:
        assert ids(store.current("2026", "OH")) == "bcdeh"


def test_a_watermark_moves_with_every_answer_and_every_erasure_of_its_state_alone(store: Store) -> None:
    assert store.watermarks("2026") == {}
    fill(store)
    before = store.watermarks("2026")
    assert {code: mark[0] for code, mark in before.items()} == {
        "OH": store.latest_seq("2026", "OH"),
        "GU": store.latest_seq("2026", "GU"),
    }
    store.append([answer(id="later", jurisdiction="GU")])
    after = store.watermarks("2026")
    assert (after["OH"], after["GU"]) == (before["OH"], (store.latest_seq("2026", "GU"), 0))
    store.erase(
        NewErasure(
            series="2026", jurisdiction="OH", session=2, exercise="steps", prompt="tests", asked_by="Ana", why="asked"
        )
    )
    assert store.watermarks("2026")["OH"] == (before["OH"][0], 1)


def test_watermarks_can_be_asked_for_some_jurisdictions(store: Store) -> None:
    fill(store)
    everything = store.watermarks("2026")
    assert set(everything) == {"OH", "GU"}
    assert store.watermarks("2026", ["OH", "AZ", "OH"]) == {"OH": everything["OH"]}
    assert store.watermarks("2026", {"GU", "OH"}) == everything
    assert store.watermarks("2026", []) == {}
    assert store.watermarks("2028", ["OH"]) == {}
    everywhere = [f"{one}{two}" for one in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for two in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    assert store.watermarks("2026", everywhere) == everything


def test_a_jurisdiction_whose_answers_were_all_erased_keeps_its_watermark(store: Store) -> None:
    fill(store)
    store.erase(NewErasure(series="2026", jurisdiction="GU", asked_by="Gus", why="asked"))
    store.erase(NewErasure(series="2026", jurisdiction="AZ", asked_by="Ari", why="asked"))
    assert store.watermarks("2026")["GU"] == (0, 1)
    assert store.watermarks("2026", ["GU", "AZ"]) == {"GU": (0, 1)}


@pytest.mark.parametrize("jurisdictions", [None, ["OH", "AZ"]])
def test_watermarks_and_the_latest_seq_are_found_by_index_seeks(
    sqlite_url: str, jurisdictions: list[str] | None
) -> None:
    asked: list[tuple[str, Any]] = []
    with Store.open(sqlite_url) as store:
        event.listen(store._engine, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
        store.watermarks("2026", jurisdictions)
        store.latest_seq("2026", "OH")
    connection = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    steps = [row[-1] for sql, values in asked for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
    connection.close()
    reads = [step for step in steps if re.search(r"(SCAN|SEARCH) (responses|erased)\b", step)]
    assert len(reads) >= 4
    assert all(step.startswith("SEARCH") and "COVERING INDEX" in step for step in reads)
