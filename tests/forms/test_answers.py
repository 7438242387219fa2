"""The answer cache equals the store, for any sequence of changes by any server."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from cluster_kit.content.models import Scope
from cluster_kit.exercises.answer_cache import AnswerCache, StoreReader, Update, Watermark
from cluster_kit.store import NewErasure, NewResponse, Person, Receipt, ReusedIdError, Store

SERIES, STATE = "sample", "OH"
AUTHORS = ("ana", "ben", "cy")
PLACES = [(session, exercise) for session in (1, 2) for exercise in ("goals", "steps")]
FIELDS = [
    ("aim", "", Scope.TEAM),
    ("mine", "", Scope.PERSON),
    ("goals.statement", "a", Scope.TEAM),
    ("goals.statement", "b", Scope.TEAM),
    ("goals.note", "b", Scope.PERSON),
    ("goals.note", "c", Scope.PERSON),
    ("goals", "a", Scope.TEAM),
]
STEPS = 60
_numbers = itertools.count()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with Store.open(url) as store:
        yield store


@pytest.fixture
def cache(store: Store) -> AnswerCache:
    return AnswerCache(store, SERIES, STATE)


def answer(author: str = "ana", field: int = 0, **parts: Any) -> NewResponse:
    prompt, row, scope = FIELDS[field]
    usual = {"id": f"r{next(_numbers)}", "series": SERIES, "session": 1, "exercise": "goals", "value": "words"}
    address = {"prompt": prompt, "row": row, "scope": scope, "jurisdiction": STATE, "author": author}
    return NewResponse(**{**usual, **address, **parts})


def erasure(**parts: Any) -> NewErasure:
    return NewErasure(series=SERIES, jurisdiction=STATE, asked_by="Fay", why="asked", **parts)


def catch_up(cache: AnswerCache) -> Update:
    """Refresh the cache, as the poller does every second."""
    return cache.refresh(Watermark(*cache.store.watermarks(SERIES, [STATE]).get(STATE, (0, 0))))


def assert_same(cache: AnswerCache, places: Sequence[tuple[int, str]] = PLACES) -> None:
    """Compare everything in the cache with the store."""
    reader = StoreReader(cache.store, SERIES, STATE)
    for place in places:
        assert list(cache.current(*place)) == list(reader.current(*place)), place
        assert list(cache.row_starts(*place)) == list(reader.row_starts(*place)), place


class Story:
    """Random actions of several people and a privacy officer, through two servers on one store."""

    def __init__(self, chance: random.Random, cache: AnswerCache, elsewhere: Store) -> None:
        self.chance, self.cache = chance, cache
        self.stores = [cache.store, elsewhere]
        self.sent: list[NewResponse] = []
        self.updated: list[int] = []

    def go_on(self) -> None:
        actions: list[Callable[[], None]] = [
            self.erase,
            self.send_again,
            *[self.save] * 12,
            *[self.answer_elsewhere] * 3,
        ]
        self.chance.choice(actions)()

    def save(self) -> None:
        """A save by a page of this server: its receipts are applied immediately, and its answers are cached then."""
        place = self.chance.choice(PLACES)
        batch = [self.invent(place) for _ in range(self.chance.randint(1, 3))]
        self.apply(batch)
        here = {one.id for one in self.cache.current(*place)}
        saved = {one.id for one in batch}
        assert here & saved == saved - self.cache.store.superseded(saved)

    def answer_elsewhere(self) -> None:
        """A save on another server: it is cached after the next refresh."""
        self.stores[1].append([self.invent(self.chance.choice(PLACES))])

    def send_again(self) -> None:
        """A page whose receipts were lost resends its answers."""
        if self.sent:
            batch = self.chance.sample(self.sent, min(3, len(self.sent)))
            self.apply(batch)

    def apply(self, batch: list[NewResponse]) -> None:
        update = self.cache.apply_saved(batch, self.cache.store.append(batch))
        self.updated += [one.seq for one in update.new]

    def erase(self) -> None:
        store, author = self.chance.choice(self.stores), self.chance.choice(AUTHORS)
        session, exercise = self.chance.choice(PLACES)
        where: list[dict[str, Any]] = [
            {"person": author},
            {"session": session},
            {"session": session, "exercise": exercise, "person": author},
            {"session": session, "exercise": exercise, "prompt": "aim"},
        ]
        store.erase(erasure(**self.chance.choice(where)))
        for id_ in AUTHORS:  # who was erased comes again
            store.add_person(Person(id=id_, series=SERIES, jurisdiction=STATE, name=id_.title()))

    def invent(self, place: tuple[int, str]) -> NewResponse:
        """A new answer that supersedes some current or former answers; occasionally with an unchanged value."""
        known = [one.id for one in self.sent if (one.session, one.exercise) == place]
        current = [one.id for one in self.cache.current(*place)]
        base = self.chance.choice([[], current[:50], self.chance.sample(known, min(2, len(known)))])
        value = self.chance.choice(["one", "two", None, f"words {len(self.sent)}"])
        session, exercise = place
        parts = {"session": session, "exercise": exercise, "base": base, "value": value}
        made = answer(self.chance.choice(AUTHORS), self.chance.randrange(len(FIELDS)), **parts)
        self.sent.append(made)
        return made


@pytest.mark.parametrize("seed", range(6))
def test_memory_equals_the_store_after_each_refresh_whatever_people_do(
    cache: AnswerCache, elsewhere: Store, seed: int
) -> None:
    chance = random.Random(seed)
    story = Story(chance, cache, elsewhere)
    for _ in range(STEPS):
        story.go_on()
        if chance.random() < 0.5:
            catch_up(cache)
            assert_same(cache)
            assert cache.mark() == StoreReader(cache.store, SERIES, STATE).mark()
    catch_up(cache)
    assert_same(cache)
    assert catch_up(cache) == Update()


@pytest.mark.parametrize("seed", range(3))
def test_updates_name_each_new_answer_once(cache: AnswerCache, elsewhere: Store, seed: int) -> None:
    chance = random.Random(seed)
    story = Story(chance, cache, elsewhere)
    cache.mark()
    for _ in range(STEPS):
        chance.choice([story.save, story.answer_elsewhere, story.send_again])()
        if chance.random() < 0.3:
            story.updated += [one.seq for one in catch_up(cache).new]
    story.updated += [one.seq for one in catch_up(cache).new]
    assert sorted(story.updated) == [one.seq for one in cache.store.history(SERIES, STATE)]


def test_a_session_that_is_asked_for_late_is_as_it_is_in_the_store(cache: AnswerCache, elsewhere: Store) -> None:
    cache.store.append([answer(value="early", field=2), answer("ben", session=2)])
    assert_same(cache, [(1, "goals")])
    elsewhere.append([answer(value="meanwhile", field=3), answer("cy", field=3, session=2)])
    assert_same(cache, [(2, "goals")])  # loaded now, including what no refresh has read yet
    assert [one.value for one in cache.current(1, "goals")] == ["early"]
    assert len(catch_up(cache).new) == 2
    assert_same(cache)


def test_another_states_answers_are_not_in_memory(cache: AnswerCache) -> None:
    cache.current(1, "goals")
    cache.store.append([answer(jurisdiction="GU"), answer(series="other")])
    assert catch_up(cache) == Update()
    assert cache.current(1, "goals") == ()


def test_what_was_erased_leaves_the_memory(cache: AnswerCache, elsewhere: Store) -> None:
    cache.store.add_person(Person(id="ben", series=SERIES, jurisdiction=STATE, name="Ben Cho"))
    cache.store.append([answer("ana", field=2), answer("ben", field=3)])
    assert len(cache.current(1, "goals")) == 2
    assert cache.name("ben") == "Ben Cho"
    elsewhere.erase(erasure(person="ben"))
    assert catch_up(cache) == Update(whole=True)
    assert [one.author for one in cache.current(1, "goals")] == ["ana"]
    assert [start.row for start in cache.row_starts(1, "goals")] == ["a"]
    elsewhere.erase(erasure())
    catch_up(cache)
    assert cache.current(1, "goals") == ()
    assert cache.name("ben") == "A teammate"


def test_a_refresh_that_meets_a_store_that_is_away_changes_nothing_and_the_next_one_reads_all(tmp_path: Path) -> None:
    database, away = tmp_path / "responses.sqlite3", tmp_path / "away"
    with Store.open(f"sqlite:///{database}") as store:
        cache = AnswerCache(store, SERIES, STATE)
        store.append([answer(value="before")])
        before = list(cache.current(1, "goals"))
        store.append([answer(value="after", field=1)])
        database.rename(away)
        with pytest.raises(ConnectionError):
            cache.refresh()
        assert list(cache.current(1, "goals")) == before
        away.rename(database)
        assert [one.value for one in cache.refresh().new] == ["after"]
        assert_same(cache)


# --- receipts ---------------------------------------------------------------------------------------------------


def test_an_answer_is_in_memory_as_soon_as_its_receipt_is_applied(cache: AnswerCache) -> None:
    assert cache.current(1, "goals") == ()
    batch = [answer(field=2, value="A goal"), answer(field=4)]
    update = cache.apply_saved(batch, cache.store.append(batch))
    assert_same(cache)
    assert [one.value for one in update.new] == ["A goal", "words"]  # and teammates receive it
    assert cache.is_ahead(Watermark(*cache.store.watermarks(SERIES)[STATE]))
    assert catch_up(cache).new == ()  # once only
    assert_same(cache)


def test_another_servers_answer_is_seen_beside_ones_own_receipts(cache: AnswerCache, elsewhere: Store) -> None:
    assert cache.current(1, "goals") == ()
    elsewhere.append([answer("ben", field=1, value="Ben's")])
    batch = [answer(field=2, value="Ana's")]
    cache.apply_saved(batch, cache.store.append(batch))
    elsewhere.append([answer("ben", field=3, value="Ben's next")])
    assert not cache.is_ahead(Watermark(*cache.store.watermarks(SERIES)[STATE]))
    assert [one.value for one in catch_up(cache).new] == ["Ben's", "Ben's next"]
    assert_same(cache)


def test_receipts_of_a_conflict_keep_what_is_current_beside_the_answer(cache: AnswerCache, elsewhere: Store) -> None:
    cache.current(1, "goals")
    elsewhere.append([answer("ben", value="Ben's")])
    batch = [answer("ana", value="Ana's")]
    cache.apply_saved(batch, cache.store.append(batch))
    assert sorted(str(one.value) for one in cache.current(1, "goals")) == ["Ana's", "Ben's"]
    catch_up(cache)
    assert_same(cache)


def late_receipts(cache: AnswerCache, meanwhile: Callable[[NewResponse], object]) -> list[Receipt]:
    """A commit whose receipts are applied only after another change was read by a refresh."""
    cache.current(1, "goals")
    made = answer(value="Ana's")
    receipts = cache.store.append([made])
    meanwhile(made)
    catch_up(cache)
    cache.current(1, "goals")
    cache.apply_saved([made], receipts)
    return receipts


def test_late_receipts_do_not_bring_back_what_another_server_superseded(cache: AnswerCache, elsewhere: Store) -> None:
    late_receipts(cache, lambda made: elsewhere.append([answer("ben", value="Ben's", base=[made.id])]))
    assert [one.value for one in cache.current(1, "goals")] == ["Ben's"]
    assert_same(cache)


def test_late_receipts_do_not_bring_back_what_was_erased(cache: AnswerCache, elsewhere: Store) -> None:
    late_receipts(cache, lambda made: elsewhere.erase(erasure(person="ana")))
    assert cache.current(1, "goals") == ()
    assert_same(cache)


def test_receipts_for_answers_that_were_known_change_nothing(cache: AnswerCache) -> None:
    first, second = answer(value="one"), answer(value="two", field=0)
    cache.store.append([first])
    cache.store.append([second.model_copy(update={"base": (first.id,)})])
    cache.current(1, "goals")
    cache.apply_saved([first], cache.store.append([first]))
    assert [one.value for one in cache.current(1, "goals")] == ["two"]
    with pytest.raises(ReusedIdError):
        cache.store.append([first.model_copy(update={"value": "three"})])
    assert_same(cache)


# --- derived data --------------------------------------------------------------------------------------------------


def test_what_is_made_of_answers_is_made_once_until_they_change(cache: AnswerCache) -> None:
    made: list[int] = []

    def count(current: Sequence[object]) -> int:
        made.append(len(current))
        return len(current)

    for _ in range(3):
        assert cache.derive(1, "goals", count) == 0
    cache.store.append([answer(), answer(exercise="steps")])
    catch_up(cache)
    for _ in range(3):
        assert cache.derive(1, "goals", count) == 1
    cache.store.append([answer(exercise="steps", field=1)])
    catch_up(cache)
    assert cache.derive(1, "goals", count) == 1
    batch = [answer("ben", field=1)]
    cache.apply_saved(batch, cache.store.append(batch))
    assert cache.derive(1, "goals", count) == 2
    cache.store.erase(erasure())
    catch_up(cache)
    assert cache.derive(1, "goals", count) == 0
    assert made == [0, 1, 2, 0]
