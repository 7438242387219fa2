"""Presence as pages report it and the store records it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from cluster_kit.server.stream.presence import PresenceTracker
from cluster_kit.settings import sqlite_url
from cluster_kit.store import Person, Presence, Store, StoreError
from tests.postgres import create_database, run_postgres

ANA = Person(id="ana", series="2026", jurisdiction="OH", name="Ana")
FAY = Person(id="fay", series="2026", jurisdiction="", name="Fay")


class Clock:
    """A manually advanced clock."""

    def __init__(self) -> None:
        self.now = dt.datetime(2026, 2, 17, 18, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now

    def after(self, seconds: float) -> dt.datetime:
        """Advance the clock."""
        self.now += dt.timedelta(seconds=seconds)
        return self.now


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(sqlite_url(tmp_path / "kept.sqlite3")) as store:
        yield store


def seen(store: Store) -> Presence | None:
    found = store.presence("2026", 1)
    return found[0] if found else None


def test_somebody_is_there_as_long_as_a_page_of_theirs_is(store: Store) -> None:
    clock = Clock()
    attendance = PresenceTracker(store, "2026", clock)
    came = clock.now
    attendance.arrive(1, ANA)
    attendance.arrive(1, ANA)
    attendance.write()
    attendance.leave(1, ANA)
    still_there = clock.after(10)
    attendance.write()
    now = seen(store)
    assert now
    assert (now.joined_at, now.active_at, now.seen_at) == (came, came, still_there)
    attendance.leave(1, ANA)
    clock.after(10)
    attendance.write()
    assert seen(store) == now


def test_what_somebody_does_is_written_at_once_and_that_they_stay_now_and_then(store: Store) -> None:
    clock = Clock()
    attendance = PresenceTracker(store, "2026", clock)
    attendance.arrive(1, ANA)
    attendance.write()
    first = seen(store)
    clock.after(3)
    attendance.write()
    assert seen(store) == first
    at = clock.after(1)
    attendance.note(1, ANA, exercise="goals", active=True)
    attendance.write()
    now = seen(store)
    assert now
    assert (now.exercise, now.active_at, now.seen_at) == ("goals", at, at)
    clock.after(1)
    attendance.note(1, ANA)
    attendance.write()
    assert seen(store) == now, "nothing new"


def test_who_has_moved_is_there_for_their_present_state_alone(store: Store) -> None:
    clock = Clock()
    attendance, moved = PresenceTracker(store, "2026", clock), ANA.model_copy(update={"jurisdiction": "GU"})
    attendance.arrive(1, ANA)
    attendance.write()
    clock.after(1)
    attendance.arrive(1, moved)  # the new page may connect before the old one disconnects
    attendance.note(1, ANA, exercise="goals", active=True)
    attendance.leave(1, ANA)
    attendance.write()
    assert store.presence("2026", 1, "OH") == []
    assert [one.exercise for one in store.presence("2026", 1, "GU")] == ["goals"]
    attendance.leave(1, moved)
    last = seen(store)
    clock.after(10)
    attendance.write()
    assert seen(store) == last


def test_a_page_left_as_a_facilitator_does_not_count_against_the_pages_of_a_state(store: Store) -> None:
    clock = Clock()
    attendance, was = PresenceTracker(store, "2026", clock), ANA.model_copy(update={"jurisdiction": ""})
    attendance.arrive(1, was)
    attendance.arrive(1, ANA)
    attendance.leave(1, was)
    attendance.write()
    at = clock.after(10)
    attendance.write()
    now = seen(store)
    assert now
    assert now.seen_at == at


def test_facilitators_are_not_counted(store: Store) -> None:
    attendance = PresenceTracker(store, "2026", Clock())
    attendance.arrive(1, FAY)
    attendance.note(1, FAY, exercise="goals", active=True)
    attendance.leave(1, FAY)
    attendance.write()
    assert seen(store) is None


def test_what_the_store_could_not_take_is_offered_again(tmp_path: Path) -> None:
    clock = Clock()
    with run_postgres({"fsync": "off"}) as url:
        gone = Store.open(create_database(url))
    attendance = PresenceTracker(gone, "2026", clock)
    attendance.arrive(1, ANA)
    attendance.leave(1, ANA)
    for _ in range(2):
        with pytest.raises(StoreError):
            attendance.write()
    gone.close()
