"""The event hub: every page receives what is new, in any order of opening and closing."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cluster_kit.content import load_content
from cluster_kit.server.stream.event_hub import TIMELINE_AGE_S, EventHub, Subscriber
from cluster_kit.sessions import SessionLog
from cluster_kit.sessions.board import Moderate, React, WritePost
from cluster_kit.sessions.facilitation import BeginSegment, FormGroups, GroupOf
from cluster_kit.settings import sqlite_url
from cluster_kit.store import Person, Store
from tests.asyncs import run

CONTENT = load_content("2026")
FAY = Person(id="fay", series="2026", jurisdiction="", name="Fay")
ANA = Person(id="ana", series="2026", jurisdiction="OH", name="Ana")
BEN = Person(id="ben", series="2026", jurisdiction="GU", name="Ben")
PATIENCE_S = 30.0


class Page:
    """An open page, and the frames that it received."""

    def __init__(self, person: Person) -> None:
        self.frames: list[dict[str, Any]] = []
        self.subscriber = Subscriber(person, lambda frame: self.frames.append(json.loads(frame)))

    def newest(self, kind: str) -> dict[str, Any]:
        return [frame for frame in self.frames if frame["type"] == kind][-1]

    def count(self, kind: str) -> int:
        return sum(frame["type"] == kind for frame in self.frames)


class WatchedStore(Store):
    """A store that counts event reads."""

    asked = 0

    def latest_event(self, series: str, session: int) -> int:
        self.asked += 1
        return super().latest_event(series, session)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[WatchedStore]:
    with WatchedStore.open(sqlite_url(tmp_path / "kept.sqlite3")) as store:
        yield store


@pytest.fixture
def session_log(store: Store) -> SessionLog:
    return SessionLog(store, "2026", CONTENT.get_session(1))


async def until(condition: Callable[[], bool]) -> None:
    """Return once the condition is true; raises ``TimeoutError`` otherwise."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():
            await asyncio.sleep(0.01)


def test_a_page_that_comes_in_the_moment_when_the_last_one_leaves_is_sent_events(
    store: WatchedStore, session_log: SessionLog
) -> None:
    async def story() -> None:
        hub, old, new = EventHub(CONTENT, store), Page(ANA), Page(ANA)
        hub.subscribe(1, old.subscriber)
        await until(lambda: old.count("board") == 1)
        hub.unsubscribe(1, old.subscriber)
        hub.subscribe(1, new.subscriber)
        await until(lambda: new.count("board") == 1)
        session_log.do(FAY, BeginSegment(), subject="framing")
        await until(lambda: new.count("session_status") == 2)
        assert len(old.frames) == 6
        hub.close()

    run(story())


def test_pages_for_everyone_share_one_read_of_the_sessions_also_while_the_store_is_slow(
    store: WatchedStore, session_log: SessionLog
) -> None:
    now, may_answer = [0.0], threading.Event()
    latest_event = store.latest_event

    def answer_slowly(series: str, session: int) -> int:
        assert may_answer.wait(PATIENCE_S)
        return latest_event(series, session)

    async def story() -> None:
        hub = EventHub(CONTENT, store, monotonic=lambda: now[0])
        store.latest_event = answer_slowly  # type: ignore[method-assign]
        reading = asyncio.gather(*(hub.read_recent_timeline() for _ in range(60)))
        await asyncio.sleep(0)
        now[0] = 10 * TIMELINE_AGE_S
        later = asyncio.ensure_future(hub.read_recent_timeline())
        may_answer.set()
        first = (await reading)[0]
        assert await later is first
        assert store.asked == len(CONTENT.series.schedule)
        session_log.do(FAY, BeginSegment(), subject="framing")
        now[0] += TIMELINE_AGE_S
        assert await hub.read_recent_timeline() is not first
        assert store.asked <= 2 * len(CONTENT.series.schedule) + 2
        hub.close()

    store.add_person(FAY)
    run(story())


def test_what_changed_while_no_page_was_open_is_sent_to_the_page_that_comes_back(
    store: WatchedStore, session_log: SessionLog
) -> None:
    """Groups, featured posts, and reactions, to a state that had a page before and to one that had none."""
    for person in (FAY, ANA, BEN):
        store.add_person(person)
    session_log.do(FAY, BeginSegment(), subject="framing")
    post = session_log.do(ANA, WritePost(text="Hello"), subject="framing").id

    async def story() -> None:
        hub, before = EventHub(CONTENT, store), Page(ANA)
        hub.subscribe(1, before.subscriber)
        await until(lambda: before.count("board") == before.count("team") == 1)
        assert before.newest("team")["group"] is None
        hub.unsubscribe(1, before.subscriber)
        session_log.do(FAY, FormGroups(title="By need", groups=(GroupOf(number=1, states=("OH", "GU")),)))
        session_log.do(FAY, Moderate(featured=True), subject=post)
        session_log.do(BEN, React(reaction="helpful"), subject=post)
        for page in (Page(ANA), Page(BEN)):
            hub.subscribe(1, page.subscriber)
            await until(lambda page=page: page.count("team") > 0 and page.newest("team")["group"] is not None)
            await until(lambda page=page: page.count("board") > 0 and page.newest("board")["posts"][0]["featured"])
            assert page.newest("team")["group"]["number"] == 1
            [shown] = page.newest("board")["posts"]
            assert shown["reactions"]["helpful"]["count"] == 1
            hub.unsubscribe(1, page.subscriber)
        hub.close()

    run(story())


def test_each_page_is_sent_its_own_state_of_the_board_once_for_each_change(
    store: WatchedStore, session_log: SessionLog
) -> None:
    for person in (FAY, ANA, BEN):
        store.add_person(person)
    session_log.do(FAY, BeginSegment(), subject="framing")

    async def story() -> None:
        hub, ana, ben = EventHub(CONTENT, store), Page(ANA), Page(BEN)
        for page in (ana, ben):
            hub.subscribe(1, page.subscriber)
        await until(lambda: ana.count("board") == ben.count("board") == 1)
        await hub.run_command(1, lambda one: one.do(ANA, WritePost(text="Hello", signed=True), subject="framing"))
        await until(lambda: ana.count("board") == ben.count("board") == 2)
        (mine,), (seen) = ana.frames[-1]["posts"], ben.frames[-1]["posts"][0]
        assert (mine["mine"], seen["mine"], seen["who"]) == (True, False, "Ana")
        assert ana.count("session_status") == ana.count("team") == 1, "nothing else has changed"
        hub.close()

    run(story())


def test_the_store_is_asked_for_the_session_and_not_for_each_page(store: WatchedStore) -> None:
    async def story() -> None:
        hub, pages = EventHub(CONTENT, store), [Page(ANA) for _ in range(200)]
        hub.subscribe(1, pages[0].subscriber)
        await until(lambda: pages[0].count("board") == 1)
        before = store.asked
        for page in pages[1:]:
            hub.subscribe(1, page.subscriber)
        assert all(page.count("board") == 1 for page in pages), "what is known is sent at once"
        assert store.asked == before
        for page in pages:
            hub.unsubscribe(1, page.subscriber)
        hub.close()

    run(story())
