"""The door knows people from memory, learns of changes, and forgets nobody who comes in meanwhile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cluster_kit.roster.people import revoke_links
from cluster_kit.server.auth.authenticator import Authenticator
from cluster_kit.server.auth.tokens import Invitation, make_badge, make_token, to_the_millisecond
from cluster_kit.store import Person, Store
from tests.samples import small_content

SECRET = "a secret for tests"
NOON = dt.datetime(2027, 2, 16, 18, tzinfo=dt.UTC)
LATER = NOON + dt.timedelta(days=30)


class WatchedStore(Store):
    """A store that counts how often it is asked, and lets something happen while it reads everybody."""

    asked = 0
    meanwhile: Callable[[], object] = staticmethod(lambda: None)

    def find_person(self, person_id: str) -> Person | None:
        self.asked += 1
        return super().find_person(person_id)

    def people(self, series: str, jurisdiction: str | None = None) -> list[Person]:
        found = super().people(series, jurisdiction)
        self.meanwhile()
        return found


@pytest.fixture
def store(tmp_path: Path) -> Iterator[WatchedStore]:
    with WatchedStore.open(f"sqlite:///{tmp_path / 'store.sqlite3'}") as store:
        yield store


@pytest.fixture
def door(store: Store) -> Authenticator:
    return Authenticator(small_content(), store, SECRET, clock=lambda: NOON)


def add(store: Store, person: str) -> Person:
    return store.add_person(Person(id=person, series="sample", jurisdiction="OH", name=person))


def badge_of(person: str, issued: dt.datetime | None = None) -> str:
    return make_badge(SECRET, Invitation(person, LATER, issued=issued))


def test_who_came_in_is_known_without_asking_again(door: Authenticator, store: WatchedStore) -> None:
    add(store, "ana")
    badge = door.admit(make_token(SECRET, Invitation("ana", LATER)))[1]
    asked = store.asked
    assert all(door.recognize(badge) for _ in range(100))
    assert store.asked == asked


def test_somebody_of_another_server_is_looked_up(door: Authenticator, store: Store) -> None:
    door.refresh()
    add(store, "ben")
    found = door.recognize(badge_of("ben"))
    assert found is not None
    assert found.name == "ben"


def test_a_refresh_learns_of_changes_and_of_links_taken_back(door: Authenticator, store: Store) -> None:
    ana = add(store, "ana")
    door.refresh()
    store.change_person(ana.model_copy(update={"depth": "full"}))
    door.refresh()
    assert door.recognize(badge_of("ana")) == ana.model_copy(update={"depth": "full"})
    revoke_links(store, [ana], NOON)
    door.refresh()
    assert door.recognize(badge_of("ana")) is None
    assert door.recognize(badge_of("ana", NOON - dt.timedelta(seconds=1))) is None
    assert door.recognize(badge_of("ana", NOON)) is not None


def test_a_link_made_a_moment_after_links_were_taken_back_works(door: Authenticator, store: Store) -> None:
    moment = NOON.replace(microsecond=123_999)
    ana = revoke_links(store, [add(store, "ana")], moment)[0]
    assert ana.links_since == to_the_millisecond(moment)
    assert door.recognize(badge_of("ana", to_the_millisecond(moment))) is not None


def test_who_comes_in_or_changes_while_everybody_is_read_stays_as_they_are_now(
    door: Authenticator, store: WatchedStore
) -> None:
    ana = add(store, "ana")
    door.refresh()
    store.meanwhile = lambda: door.change(ana, depth="full")
    door.refresh()
    found = door.recognize(badge_of("ana"))
    assert found is not None
    assert found.depth == "full"


def test_a_link_that_was_taken_back_is_void_after_one_refresh_however_many_come_in_meanwhile(
    door: Authenticator, store: WatchedStore
) -> None:
    ana = add(store, "ana")
    door.refresh()
    revoke_links(store, [ana], NOON)
    numbers = iter(range(1000))

    def let_in() -> None:
        person = f"new{next(numbers)}"
        add(store, person)
        door.admit(make_token(SECRET, Invitation(person, LATER)))

    store.meanwhile = let_in
    for _ in range(3):
        door.refresh()
        assert door.recognize(badge_of("ana")) is None
    asked = store.asked
    assert all(door.recognize(badge_of(f"new{number}")) for number in range(3))
    assert store.asked == asked, "who came in is known"


def test_what_was_noted_during_one_refresh_gives_way_to_what_the_next_one_reads(
    door: Authenticator, store: WatchedStore
) -> None:
    ana = add(store, "ana")
    store.meanwhile = lambda: door.remember(ana)
    door.refresh()
    store.meanwhile = lambda: None
    revoke_links(store, [ana], NOON)
    door.refresh()
    assert door.recognize(badge_of("ana")) is None


def test_when_the_store_cannot_be_read_everybody_stays_as_they_were(door: Authenticator, store: WatchedStore) -> None:
    ana = add(store, "ana")
    door.refresh()

    def fail() -> None:
        door.change(ana, depth="full")
        raise OSError("The store is away")

    store.meanwhile = fail
    with pytest.raises(OSError, match="away"):
        door.refresh()
    found = door.recognize(badge_of("ana"))
    assert found is not None
    assert found.depth == "full"


def test_the_erased_are_strangers_after_a_refresh(door: Authenticator, store: Store) -> None:
    door.remember(Person(id="gone", series="sample", jurisdiction="OH", name="Gone"))
    assert door.recognize(badge_of("gone")) is not None
    door.refresh()
    assert door.recognize(badge_of("gone")) is None
