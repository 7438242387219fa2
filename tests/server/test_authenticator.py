"""The authenticator's cache: updates, and people who join during a refresh."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cluster_kit.roster.changes import remove_people
from cluster_kit.roster.people import revoke_links
from cluster_kit.server.auth.authenticator import Authenticator
from cluster_kit.server.auth.tokens import Invitation, make_session_token, make_token
from cluster_kit.store import Person, Store
from cluster_kit.store.models import REMOVED_SINCE, to_the_millisecond
from tests.samples import small_content

SECRET = "a secret for tests"
NOON = dt.datetime(2027, 2, 16, 18, tzinfo=dt.UTC)
LATER = NOON + dt.timedelta(days=30)


class WatchedStore(Store):
    """A store that counts reads, and runs a hook while it reads all people."""

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
def authenticator(store: Store) -> Authenticator:
    return Authenticator(small_content(), store, SECRET, clock=lambda: NOON)


def add(store: Store, person: str) -> Person:
    return store.add_person(Person(id=person, series="sample", jurisdiction="OH", name=person))


def session_token_of(person: str, issued: dt.datetime | None = None) -> str:
    return make_session_token(SECRET, Invitation(person, LATER, issued=issued))


def test_who_came_in_is_known_without_asking_again(authenticator: Authenticator, store: WatchedStore) -> None:
    add(store, "ana")
    session_token = authenticator.log_in(make_token(SECRET, Invitation("ana", LATER)))[1]
    asked = store.asked
    assert all(authenticator.authenticate_blocking(session_token) for _ in range(100))
    assert store.asked == asked


def test_somebody_of_another_server_is_looked_up(authenticator: Authenticator, store: Store) -> None:
    authenticator.refresh()
    add(store, "ben")
    found = authenticator.authenticate_blocking(session_token_of("ben"))
    assert found is not None
    assert found.name == "ben"


def test_a_refresh_learns_of_changes_and_of_links_taken_back(authenticator: Authenticator, store: Store) -> None:
    ana = add(store, "ana")
    authenticator.refresh()
    store.change_person(ana.model_copy(update={"depth": "full"}))
    authenticator.refresh()
    assert authenticator.authenticate_blocking(session_token_of("ana")) == ana.model_copy(update={"depth": "full"})
    revoke_links(store, [ana], NOON)
    authenticator.refresh()
    assert authenticator.authenticate_blocking(session_token_of("ana")) is None
    assert authenticator.authenticate_blocking(session_token_of("ana", NOON - dt.timedelta(seconds=1))) is None
    assert authenticator.authenticate_blocking(session_token_of("ana", NOON)) is not None


def test_a_link_made_a_moment_after_links_were_taken_back_works(authenticator: Authenticator, store: Store) -> None:
    moment = NOON.replace(microsecond=123_999)
    ana = revoke_links(store, [add(store, "ana")], moment)[0]
    assert ana.links_since == to_the_millisecond(moment)
    assert authenticator.authenticate_blocking(session_token_of("ana", to_the_millisecond(moment))) is not None


def test_no_link_of_a_removed_person_works_whenever_it_was_made(authenticator: Authenticator, store: Store) -> None:
    remove_people(store, [add(store, "ana")], "Fay Sample")
    for issued in (NOON, REMOVED_SINCE, REMOVED_SINCE + dt.timedelta(days=1)):
        assert authenticator.authenticate_blocking(session_token_of("ana", issued)) is None


def test_who_comes_in_or_changes_while_everybody_is_read_stays_as_they_are_now(
    authenticator: Authenticator, store: WatchedStore
) -> None:
    ana = add(store, "ana")
    authenticator.refresh()
    store.meanwhile = lambda: authenticator.change(ana, depth="full")
    authenticator.refresh()
    found = authenticator.authenticate_blocking(session_token_of("ana"))
    assert found is not None
    assert found.depth == "full"


def test_a_link_that_was_taken_back_is_void_after_one_refresh_however_many_come_in_meanwhile(
    authenticator: Authenticator, store: WatchedStore
) -> None:
    ana = add(store, "ana")
    authenticator.refresh()
    revoke_links(store, [ana], NOON)
    numbers = iter(range(1000))

    def let_in() -> None:
        person = f"new{next(numbers)}"
        add(store, person)
        authenticator.log_in(make_token(SECRET, Invitation(person, LATER)))

    store.meanwhile = let_in
    for _ in range(3):
        authenticator.refresh()
        assert authenticator.authenticate_blocking(session_token_of("ana")) is None
    asked = store.asked
    assert all(authenticator.authenticate_blocking(session_token_of(f"new{number}")) for number in range(3))
    assert store.asked == asked, "who came in is known"


def test_what_was_noted_during_one_refresh_gives_way_to_what_the_next_one_reads(
    authenticator: Authenticator, store: WatchedStore
) -> None:
    ana = add(store, "ana")
    store.meanwhile = lambda: authenticator.cache(ana)
    authenticator.refresh()
    store.meanwhile = lambda: None
    revoke_links(store, [ana], NOON)
    authenticator.refresh()
    assert authenticator.authenticate_blocking(session_token_of("ana")) is None


def test_when_the_store_cannot_be_read_everybody_stays_as_they_were(
    authenticator: Authenticator, store: WatchedStore
) -> None:
    ana = add(store, "ana")
    authenticator.refresh()

    def fail() -> None:
        authenticator.change(ana, depth="full")
        raise OSError("The store is away")

    store.meanwhile = fail
    with pytest.raises(OSError, match="away"):
        authenticator.refresh()
    found = authenticator.authenticate_blocking(session_token_of("ana"))
    assert found is not None
    assert found.depth == "full"


def test_the_erased_are_strangers_after_a_refresh(authenticator: Authenticator, store: Store) -> None:
    authenticator.cache(Person(id="gone", series="sample", jurisdiction="OH", name="Gone"))
    assert authenticator.authenticate_blocking(session_token_of("gone")) is not None
    authenticator.refresh()
    assert authenticator.authenticate_blocking(session_token_of("gone")) is None
