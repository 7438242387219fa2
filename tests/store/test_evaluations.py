"""Evaluations are stored once for each ballot, and nothing in the database joins one to a person or tells its order."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, inspect

from cluster_kit.store import NewErasure, Person, SessionEvaluation, Store
from cluster_kit.store.schema import metadata
from tests.store.test_erase import WHY

SERIES = "2026"
ANA = Person(id="ana", series=SERIES, jurisdiction="OH", name="ana")


def evaluation(comment: str = "words", session: int = 1) -> SessionEvaluation:
    answers = {"barrier": {"comment": comment}}
    return SessionEvaluation(id=uuid.uuid4().hex, series=SERIES, session=session, answers=answers)


def evaluate(store: Store, person: str, comment: str = "words", session: int = 1) -> SessionEvaluation:
    """What the server does for one participant."""
    store.add_person(Person(id=person, series=SERIES, jurisdiction="OH", name=person))
    assert store.take_ballot(SERIES, session, person, "OH")
    made = evaluation(comment, session)
    assert store.add_evaluation(made)
    return made


def read(url: str, query: str) -> list[tuple[Any, ...]]:
    engine: Engine = create_engine(url)
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.exec_driver_sql(query)]
    engine.dispose()
    return rows


def test_an_evaluation_is_read_back_with_its_session(store: Store) -> None:
    first, second = evaluate(store, "ana", "first"), evaluate(store, "ana", "second", session=2)
    assert store.evaluations(SERIES, 1) == [first]
    assert store.evaluations(SERIES, 2) == [second]
    assert store.evaluations(SERIES) == sorted([first, second], key=lambda one: one.id)
    assert store.evaluations("2027") == []


def test_a_person_receives_one_ballot_for_a_session(store: Store) -> None:
    assert store.take_ballot(SERIES, 1, "ana", "OH")
    assert not store.take_ballot(SERIES, 1, "ana", "OH")
    assert store.take_ballot(SERIES, 2, "ana", "OH")
    assert store.take_ballot(SERIES, 1, "ben", "OH")
    assert store.take_ballot("2027", 1, "ana", "OH")


def test_requests_at_the_same_time_give_one_ballot(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: store.take_ballot(SERIES, 1, "ana", "OH"), range(16)))
    assert taken.count(True) == 1


def test_evaluations_at_the_same_time_are_all_stored(store: Store) -> None:
    made = [evaluation(str(number)) for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(store.add_evaluation, made))
    assert store.evaluations(SERIES, 1) == sorted(made, key=lambda one: one.id)


def test_the_same_id_again_changes_nothing(store: Store) -> None:
    first = evaluate(store, "ana", "first")
    assert not store.add_evaluation(first.model_copy(update={"answers": {"barrier": {"comment": "second"}}}))
    assert store.evaluations(SERIES, 1) == [first]


def test_no_column_beside_an_evaluation_says_whose_it_is_or_when_it_came(store: Store, url: str) -> None:
    evaluate(store, "ana")
    engine = create_engine(url)
    columns = {column["name"] for column in inspect(engine).get_columns("evaluations")}
    ballots = {column["name"] for column in inspect(engine).get_columns("evaluation_ballots")}
    engine.dispose()
    assert columns == {"id", "series", "session", "answers"}
    assert ballots == {"series", "session", "person"}


def test_no_table_shares_a_value_with_an_evaluation_except_the_session(store: Store, url: str) -> None:
    """No query can join an evaluation to another row: its id and its answers are nowhere else."""
    for name in ("ana", "ben", "cy"):
        evaluate(store, name, f"words of {name}")
    own = {value for row in read(url, "SELECT id, answers FROM evaluations") for value in row}
    assert len(own) == 6
    others = [table for table in metadata.tables if table != "evaluations"]
    values = {str(value) for table in others for row in read(url, f"SELECT * FROM {table}") for value in row}
    assert "ana" in values
    assert own.isdisjoint(values)


def test_the_tables_have_no_row_numbers_in_sqlite(sqlite_url: str) -> None:
    with Store.open(sqlite_url) as store:
        evaluate(store, "ana")
    for table in ("evaluations", "evaluation_ballots"):
        [(sql,)] = read(sqlite_url, f"SELECT sql FROM sqlite_master WHERE type = 'table' AND name = '{table}'")
        assert sql.rstrip().endswith("WITHOUT ROWID")


def places_in_the_file(path: Path, comments: list[str]) -> list[int]:
    """The comments' numbers in the order in which they are in the database file."""
    raw = path.read_bytes()
    found = {number: raw.find(f'"{comment}"'.encode()) for number, comment in enumerate(comments)}
    assert -1 not in found.values()
    return sorted(found, key=lambda number: found[number])


def orders(make: Callable[[int], list[int]]) -> set[tuple[int, ...]]:
    """The different orders of some repetitions."""
    return {tuple(make(number)) for number in range(4)}


def test_the_place_of_a_row_in_the_file_does_not_tell_when_it_came(tmp_path: Path) -> None:
    """In SQLite, rows of a page are in the order in which they were written; that order is random here."""

    def make(number: int) -> list[int]:
        path = tmp_path / f"{number}.sqlite3"
        comments = [f"comment {place:02}" for place in range(12)]
        with Store.open(f"sqlite:///{path}") as store:
            for place, comment in enumerate(comments):
                evaluate(store, f"person-{place}", comment)
        return places_in_the_file(path, comments)

    found = orders(make)
    assert len(found) > 1
    assert not found.intersection({tuple(range(12)), tuple(reversed(range(12)))})


def test_the_transaction_and_the_place_of_a_row_do_not_tell_when_it_came_in_postgres(postgres_database: str) -> None:
    with Store.open(postgres_database) as store:
        for session in (1, 2, 3):
            for place in range(12):
                evaluate(store, f"person-{place}", f"comment {place:02}", session)
    rows = read(postgres_database, "SELECT session, xmin::text, answers FROM evaluations ORDER BY ctid")
    by_session = {key: list(group) for key, group in itertools.groupby(rows, key=lambda row: row[0])}
    assert {len({xmin for _, xmin, _ in found}) for found in by_session.values()} == {1}
    sequences = [[answers for _, _, answers in found] for found in by_session.values()]
    assert all(sequence != sorted(sequence) for sequence in sequences)
    assert len({tuple(sequence) for sequence in sequences}) > 1


@pytest.mark.parametrize("session", [None, 1])
def test_erasing_a_person_removes_the_ballot_and_no_evaluation(store: Store, session: int | None) -> None:
    kept = [evaluate(store, "ana"), evaluate(store, "ben")]
    store.erase(NewErasure(person="ana", session=session, **WHY))
    store.add_person(ANA)  # comes again
    assert store.take_ballot(SERIES, 1, "ana", "OH")
    assert not store.take_ballot(SERIES, 1, "ben", "OH")
    assert store.evaluations(SERIES, 1) == sorted(kept, key=lambda one: one.id)


def test_erasing_an_exercise_or_another_session_keeps_the_ballot(store: Store) -> None:
    evaluate(store, "ana")
    store.erase(NewErasure(session=1, exercise="goals", **WHY))
    store.erase(NewErasure(session=2, **WHY))
    store.erase(NewErasure(**{**WHY, "jurisdiction": "GU"}))
    assert not store.take_ballot(SERIES, 1, "ana", "OH")
    store.erase(NewErasure(**WHY))
    assert not store.take_ballot(SERIES, 1, "ana", "OH"), "a page that is still open leaves nothing"
    store.add_person(ANA)  # comes again
    assert store.take_ballot(SERIES, 1, "ana", "OH")


def test_the_write_ahead_log_does_not_tell_who_opened_a_form_before_which_evaluation(sqlite_url: str) -> None:
    """Its pages are in the order of their commits, and would stay for days: few things are written after a session."""
    log = Path(f"{sqlite_url.removeprefix('sqlite:///')}-wal")
    with Store.open(sqlite_url) as store, Store.open(sqlite_url) as other:
        other.people(SERIES)  # another process has the file open
        assert store.take_ballot(SERIES, 1, "ana", "OH")
        assert log.read_bytes() == b""
        assert store.add_evaluation(evaluation("the words of ana"))
        assert log.read_bytes() == b""


def test_an_evaluation_is_stored_while_a_long_read_keeps_the_write_ahead_log(sqlite_url: str) -> None:
    with Store.open(sqlite_url) as store:
        reader = create_engine(sqlite_url)
        with reader.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            assert connection.exec_driver_sql("SELECT count(*) FROM evaluations").scalar() == 0
            assert store.add_evaluation(evaluation())
        reader.dispose()
        assert len(store.evaluations(SERIES, 1)) == 1
