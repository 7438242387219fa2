"""Merging two people who are one: what counts afterward, what stays, and undoing it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from cluster_kit.store import Event, MergeError, NewErasure, NewEvent, Person, Presence, Response, Store
from cluster_kit.store.models import SAME_PERSON
from cluster_kit.store.upgrade import MIGRATIONS
from tests.store.samples import answer

AT = dt.datetime(2026, 2, 17, 18, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def people(request: pytest.FixtureRequest) -> None:
    """Sam, who joined twice, and a teammate. Not in tests that make a store of their own."""
    if "store" not in request.fixturenames:
        return
    store: Store = request.getfixturevalue("store")
    for number, (person, state) in enumerate({"sam": "OH", "sam2": "OH", "ana": "OH", "tasi": "GU", "fay": ""}.items()):
        at = AT + dt.timedelta(minutes=number)
        store.add_person(Person(id=person, series="2026", jurisdiction=state, name=person.title(), at=at))


def rate(store: Store, author: str, row: str, value: Any, **parts: Any) -> str:
    [receipt] = store.append([answer(scope="person", author=author, prompt="r.rating", row=row, value=value, **parts)])
    return receipt.id


def ratings(store: Store) -> dict[tuple[str, str], Any]:
    """The current personal answers by author and row."""
    return {(r.author, r.row): r.value for r in store.current("2026", "OH") if r.scope == "person"}


def in_session(person: str, joined: int, seen: int) -> Presence:
    times = {"joined_at": AT + dt.timedelta(minutes=joined)}
    times |= dict.fromkeys(("active_at", "seen_at"), AT + dt.timedelta(minutes=seen))
    return Presence(series="2026", session=1, person=person, jurisdiction="OH", exercise=f"of_{person}", **times)


def test_ratings_count_once_and_the_newer_one_that_is_not_empty_counts(store: Store) -> None:
    rate(store, "sam", "both_kept_newer", 1)
    rate(store, "sam", "both_merged_newer", 1)
    rate(store, "sam", "same", 3)
    rate(store, "sam", "cleared_later", 2)
    rate(store, "sam", "kept_only", 4)
    rate(store, "sam2", "both_kept_newer", 2)
    rate(store, "sam2", "both_merged_newer", 2)
    rate(store, "sam2", "same", 3)
    rate(store, "sam2", "cleared_later", None)
    rate(store, "sam2", "merged_only", 4)
    rate(store, "ana", "same", 1)
    rate(store, "sam", "both_kept_newer", 3)
    preview = store.preview_merge("sam", "sam2")
    assert (preview.moved, preview.newer, preview.older, preview.same) == (1, 1, 2, 1)
    assert len(ratings(store)) == 11, "a preview changes nothing"
    store.merge_people("sam", "sam2", "Robin")
    assert ratings(store) == {
        ("sam", "both_kept_newer"): 3,
        ("sam", "both_merged_newer"): 2,
        ("sam", "same"): 3,
        ("sam", "cleared_later"): 2,
        ("sam", "kept_only"): 4,
        ("sam", "merged_only"): 4,
        ("ana", "same"): 1,
    }


def test_nothing_is_lost_of_the_history(store: Store) -> None:
    ids = {rate(store, "sam", "a", 1), rate(store, "sam2", "a", 2), rate(store, "sam2", "b", 3)}
    before = {r.id: r.value for r in store.history("2026", "OH")}
    store.merge_people("sam", "sam2", "Robin")
    after = {r.id: r.value for r in store.history("2026", "OH")}
    assert ids <= set(after)
    assert before.items() <= after.items()


def test_team_answers_posts_and_presence_are_read_as_the_kept_persons(store: Store) -> None:
    store.append([answer(id="words", author="sam2")])
    store.add_events([NewEvent(id="p", series="2026", session=1, kind="post", jurisdiction="OH", author="sam2")])
    store.note_presence([in_session("sam", 5, 6), in_session("sam2", 0, 30)])
    store.merge_people("sam", "sam2", "Robin")
    assert [r.author for r in store.current("2026", "OH")] == ["sam"]
    assert {e.author for e in store.events("2026", 1) if e.kind == "post"} == {"sam"}
    (presence,) = store.presence("2026", 1)
    assert (presence.person, presence.exercise) == ("sam", "of_sam2")
    assert (presence.joined_at, presence.seen_at) == (AT, AT + dt.timedelta(minutes=30))
    assert [p.id for p in store.people("2026", "OH")] == ["sam", "ana"]
    found = store.find_person("sam2")
    assert found is not None
    assert found.id == "sam"


def test_presence_and_answers_of_a_page_that_is_still_open_are_the_kept_persons(store: Store) -> None:
    store.note_presence([in_session("sam2", 0, 1)])
    store.append([answer(id="on-its-way", author="sam2")])
    store.merge_people("sam", "sam2", "Robin")
    store.note_presence([in_session("sam2", 0, 2)])
    rate(store, "sam2", "a", 2)
    [again] = store.append([answer(id="on-its-way", author="sam2")])
    event = NewEvent(id="late", series="2026", session=1, kind="post", jurisdiction="OH", author="sam2")
    kept: list[Event] = store.add_events([event])
    assert again.status == "duplicate", "the same answer again is not another one"
    assert ratings(store) == {("sam", "a"): 2}
    assert kept[0].author == "sam"
    assert [p.seen_at for p in store.presence("2026", 1)] == [AT + dt.timedelta(minutes=2)]


def test_one_person_evaluates_a_session_once_under_either_id(store: Store) -> None:
    assert store.take_ballot("2026", 1, "sam2", "OH")
    assert store.take_ballot("2026", 2, "sam", "OH")
    store.merge_people("sam", "sam2", "Robin")
    assert [store.take_ballot("2026", session, who, "OH") for session in (1, 2) for who in ("sam", "sam2")] == [
        False
    ] * 4
    assert store.take_ballot("2026", 1, "ana", "OH")


def test_readers_notice_a_merge_and_its_reversal(store: Store) -> None:
    store.append([answer(author="sam2")])
    marks = [store.watermarks("2026")["OH"]]
    merge = store.merge_people("sam", "sam2", "Robin")
    marks.append(store.watermarks("2026")["OH"])
    store.undo_merge(merge.id, "Robin")
    marks.append(store.watermarks("2026")["OH"])
    assert len({gone for _, gone in marks}) == 3
    assert [e.value for e in store.events("2026", 1, kinds=[SAME_PERSON])] == [{"sam2": "sam"}, {"sam2": "sam2"}]


def test_undoing_gives_each_their_answers_back_and_later_ones_stay_with_the_kept(store: Store) -> None:
    rate(store, "sam", "both", 1)
    rate(store, "sam2", "both", 2)
    rate(store, "sam2", "older", 2)
    rate(store, "sam", "older", 1)
    rate(store, "sam2", "moved", 4)
    rate(store, "sam2", "changed", 4)
    store.append([answer(id="words", author="sam2")])
    before = ratings(store)
    merge = store.merge_people("sam", "sam2", "Robin")
    rate(store, "sam", "changed", 3)
    undone = store.undo_merge(merge.id, "Gus")
    assert (undone.undone_by, undone.undone_at is not None) == ("Gus", True)
    after = ratings(store)
    assert after.pop(("sam", "changed")) == 3
    assert after.pop(("sam", "moved")) is None, "cleared: it was the other person's"
    assert after == before
    assert [p.id for p in store.people("2026", "OH")] == ["sam", "sam2", "ana"]
    assert {r.author for r in store.current("2026", "OH") if r.id == "words"} == {"sam2"}
    with pytest.raises(MergeError, match="no merge"):
        store.undo_merge(merge.id, "Gus")
    again = store.merge_people("sam", "sam2", "Robin")
    assert ratings(store)["sam", "both"] == 2
    store.undo_merge(again.id, "Robin")
    assert {key: value for key, value in ratings(store).items() if key[0] == "sam2"} == {
        key: value for key, value in before.items() if key[0] == "sam2"
    }


def test_three_records_of_one_person_become_one_and_are_undone_from_the_last(store: Store) -> None:
    store.add_person(Person(id="sam3", series="2026", jurisdiction="OH", name="Sam 3"))
    rate(store, "sam3", "a", 1)
    first = store.merge_people("sam2", "sam3", "Robin")
    second = store.merge_people("sam", "sam2", "Robin")
    assert ratings(store) == {("sam", "a"): 1}
    assert {person: one.id for person, one in store.merged_people("2026").items()} == {"sam2": "sam", "sam3": "sam"}
    with pytest.raises(MergeError, match="Undo that merge first"):
        store.undo_merge(first.id, "Robin")
    store.undo_merge(second.id, "Robin")
    assert {person: one.id for person, one in store.merged_people("2026").items()} == {"sam3": "sam2"}
    assert [(one.kept, one.undone_by) for one in store.merges("2026", "OH")] == [("sam2", ""), ("sam", "Robin")]


@pytest.mark.parametrize(
    ("kept", "merged", "said"),
    [
        ("sam", "sam", "same record already"),
        ("sam", "missing", "no person 'missing'"),
        ("sam", "tasi", "two people of one state's team"),
        ("fay", "fay2", "no person"),
        ("sam", "fay", "two people of one state's team"),
    ],
)
def test_who_cannot_be_merged_is_refused(store: Store, kept: str, merged: str, said: str) -> None:
    for attempt in (store.preview_merge, lambda *ids: store.merge_people(*ids, "Robin")):
        with pytest.raises(MergeError, match=said):
            attempt(kept, merged)
    assert store.merges("2026") == []


def test_someone_who_was_merged_is_not_merged_again(store: Store) -> None:
    store.merge_people("sam", "sam2", "Robin")
    for pair in (("ana", "sam2"), ("sam2", "ana")):
        with pytest.raises(MergeError, match="was merged into sam before"):
            store.merge_people(*pair, "Robin")


def test_a_link_that_was_revoked_before_the_merge_stays_revoked(store: Store) -> None:
    person = store.find_person("sam2")
    assert person is not None
    store.change_person(person.model_copy(update={"links_since": AT}), only={"links_since"})
    store.merge_people("sam", "sam2", "Robin")
    by_old_id, by_own_id = store.find_person("sam2"), store.find_person("sam")
    assert by_old_id is not None
    assert by_own_id is not None
    assert (by_old_id.links_since, by_own_id.links_since) == (AT, None)


@pytest.mark.parametrize("named", ["sam", "sam2"])
def test_erasing_a_person_erases_what_they_did_under_both_ids(store: Store, named: str) -> None:
    rate(store, "sam", "a", 1)
    rate(store, "sam2", "b", 2)
    rate(store, "ana", "a", 1)
    store.append([answer(author="sam2")])
    store.add_events([NewEvent(id="p", series="2026", session=1, kind="post", jurisdiction="OH", author="sam2")])
    store.note_presence([in_session("sam", 5, 6), in_session("sam2", 0, 30), in_session("ana", 0, 1)])
    store.take_ballot("2026", 1, "sam2", "OH")
    store.merge_people("sam", "sam2", "Robin")
    request = NewErasure(series="2026", jurisdiction="OH", person=named, asked_by="x", why="y")
    assert {p.id for p in store.find_erasable(request).people} == {"sam", "sam2"}
    store.erase(request)
    history: list[Response] = store.history("2026", "OH")
    assert {r.author for r in history} == {"ana"}
    assert {e.kind for e in store.events("2026", 1)} == {SAME_PERSON, "erasure"}
    assert [p.person for p in store.presence("2026", 1)] == ["ana"]
    assert [p.id for p in store.people("2026", "OH")] == ["ana"]
    assert (store.merges("2026"), store.merged_people("2026")) == ([], {})


def test_a_store_of_the_former_revision_opens_with_everything_in_it(url: str) -> None:
    if url.startswith("sqlite"):
        Store.open(url).close()  # creates the folder
        engine = create_engine(url)
        with engine.begin() as connection:
            tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
            for table in tables:
                if not table.startswith("sqlite_"):
                    connection.exec_driver_sql(f"DROP TABLE {table}")
    else:
        engine = create_engine(url)
    with engine.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(MIGRATIONS))
        config.set_main_option("path_separator", "os")
        command.upgrade(config, "0003")
        connection.exec_driver_sql(
            "INSERT INTO people (id, series, jurisdiction, name, role, email, at) "
            "VALUES ('old', '2026', 'OH', 'Old', '', '', '2026-02-17 18:00:00'), "
            "('old2', '2026', 'OH', 'Old 2', '', '', '2026-02-17 18:00:01')"
        )
        connection.exec_driver_sql(
            "INSERT INTO responses (id, series, session, exercise, prompt, row, jurisdiction, scope, author, value, "
            "base, content_version, at) VALUES ('kept', '2026', 1, 'goals', 'tests', '', 'OH', 'team', 'old2', "
            "'\"words\"', '[]', '', '2026-02-17 18:00:00')"
        )
    engine.dispose()
    with Store.open(url) as store:
        assert [(r.id, r.author, r.value) for r in store.current("2026")] == [("kept", "old2", "words")]
        assert store.watermarks("2026") == {"OH": (1, 0)}
        store.merge_people("old", "old2", "Robin")
        assert [r.author for r in store.current("2026")] == ["old"]
