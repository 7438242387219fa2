"""A participant's page without a browser: with a real server, through every kind of connection failure."""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from cluster_kit.content import load_content
from cluster_kit.rehearsal.answering import ScriptedAnswer
from cluster_kit.rehearsal.client import Client, NotThereError, SessionPage, read_page
from cluster_kit.rehearsal.page import ParticipantPage
from cluster_kit.rehearsal.page_connection import SignedOutError
from cluster_kit.rehearsal.plan import Clock
from cluster_kit.rehearsal.talk import answer_polls
from cluster_kit.rehearsal.tally import Tally
from cluster_kit.roster.people import revoke_links
from cluster_kit.server.stream import protocol
from cluster_kit.server.stream.connections import MAX_PAGES
from cluster_kit.sessions import SessionLog
from cluster_kit.sessions.polls import StartPoll
from cluster_kit.store import Person, Store
from cluster_kit.store.models import utc_now
from tests.asyncs import run
from tests.serving import PATIENCE_S, Server, run_server

EXERCISE, PROMPT = "goals", "left_out"
HTML = '<html lang="en" data-protocol="1" data-content="2026&amp;x" data-exercises="/session/1/exercises/d.json">'
PLACEHOLDER = '<div class="ck-widget" data-exercise="goals"><p class="ck-opening">Opening</p></div>'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with run_server(tmp_path_factory.mktemp("home")) as server:
        yield server


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """A server to kill and restart."""
    with run_server(tmp_path / "home") as server:
        yield server


@pytest.fixture
def store(server: Server) -> Iterator[Store]:
    with Store.open(server.settings.db_url) as store:
        yield store


class CountingClient(Client):
    """Counts loads of the session page."""

    loads = 0

    async def load_session(self, number: int) -> SessionPage:
        self.loads += 1
        return await super().load_session(number)


class ThinkingTime(Clock):
    """Pauses until ``is_over`` is set."""

    def __init__(self) -> None:
        super().__init__(speed=1)
        self.is_over = asyncio.Event()

    async def pause(self, minutes: float) -> None:
        await self.is_over.wait()


class Willing(random.Random):
    """Chance that lets a person do whatever some people do."""

    def random(self) -> float:
        return 0.0


def add(server: Server, person: str) -> Person:
    with Store.open(server.settings.db_url) as store:
        known = Person(id=person, series="demo", jurisdiction="OH", name=f"{person} Sample", depth="essential")
        return store.add_person(known)


@asynccontextmanager
async def signed_in(server: Server, person: str) -> AsyncIterator[CountingClient]:
    async with CountingClient(server.address) as client:
        await client.join(server.link(person).partition("#")[2])
        yield client


@asynccontextmanager
async def opened(client: Client, tally: Tally) -> AsyncIterator[tuple[ParticipantPage, asyncio.Future[None]]]:
    """A page with all its forms open, and the task that keeps it open."""
    page = ParticipantPage(client, 1, tally)
    keeping = asyncio.ensure_future(page.keep_open())
    try:
        async with asyncio.timeout(PATIENCE_S):
            await page.until(lambda: page.exercises and set(page.exercises) == set(page.forms))
        yield page, keeping
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


async def until(condition: Callable[[], object]) -> None:
    """Return once the condition is true."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():
            await asyncio.sleep(0.02)


def answer(value: str) -> ScriptedAnswer:
    return ScriptedAnswer(PROMPT, "", "team", value)


def values_in(server: Server, state: str = "OH") -> list[object]:
    with Store.open(server.settings.db_url) as store:
        return [one.value for one in store.history("demo", state, session=1, exercise=EXERCISE)]


# --- the HTML --------------------------------------------------------------------------------------------------


def test_the_page_names_its_version_its_definitions_and_its_exercises_once() -> None:
    shown = '<div data-exercise="check_in" id="x" class="ck-widget ck-wide">'
    page = read_page(f"{HTML}<body>{PLACEHOLDER}{PLACEHOLDER}{shown}</body>")
    assert page == SessionPage(1, "2026&x", "/session/1/exercises/d.json", ("goals", "check_in"))


@pytest.mark.parametrize(
    "text", ["", "<html>" + PLACEHOLDER, HTML, HTML + '<p data-exercise="goals" class="ck-widget">']
)
def test_what_is_no_session_page_is_refused(text: str) -> None:
    with pytest.raises(NotThereError, match="no exercises"):
        read_page(text)


# --- connections -----------------------------------------------------------------------------------------------


def test_teammates_see_each_others_answers_and_disagreements(server: Server) -> None:
    async def play() -> None:
        tally = Tally()
        async with AsyncExitStack() as stack:
            pages = []
            for person in (add(server, "one"), add(server, "two")):
                client = await stack.enter_async_context(signed_in(server, person.id))
                page, _ = await stack.enter_async_context(opened(client, tally))
                pages.append(page)
            first, second = pages
            before = second.forms[EXERCISE].have["seq"]
            await first.save(EXERCISE, [answer("Rural schools")])
            await until(lambda: second.forms[EXERCISE].have["seq"] > before)
            await second.save(EXERCISE, [answer("Rural schools and labs")])
            assert tally.conflicts == 0, "it was typed over what the first had said"
            assert len(tally.acknowledged) == len(tally.save_s) == 2

    run(play())
    assert values_in(server) == ["Rural schools", "Rural schools and labs"]


def test_a_killed_servers_page_connects_again_and_sends_what_is_not_acknowledged(own_server: Server) -> None:
    async def play() -> None:
        tally = Tally()
        person = add(own_server, "patient")
        async with signed_in(own_server, person.id) as client, opened(client, tally) as (page, _):
            await page.save(EXERCISE, [answer("Before")])
            own_server.end(signal.SIGKILL)
            saving = asyncio.ensure_future(page.save(EXERCISE, [answer("Meanwhile")]))
            posting = asyncio.ensure_future(page.run_command("park", text="What about charter schools?"))
            await until(lambda: tally.reconnects and len(tally.sent) == 2)
            await asyncio.to_thread(own_server.start)
            async with asyncio.timeout(PATIENCE_S):
                await saving
                assert await posting
            assert tally.sent == tally.acknowledged
            assert tally.asked == tally.done
            assert (tally.reconnects, client.loads) == (1, 1), "the page was not loaded again"

    run(play())
    assert values_in(own_server) == ["Before", "Meanwhile"]


def test_a_refused_command_and_a_refused_answer_are_counted_with_their_sentences(server: Server) -> None:
    async def play() -> None:
        tally = Tally()
        async with signed_in(server, add(server, "wrong").id) as client, opened(client, tally) as (page, _):
            assert not await page.run_command("post", "framing", text="")
            await page.save(EXERCISE, [replace(answer("Nowhere"), prompt="nowhere"), answer("Somewhere")])
        assert len(tally.refused) == len(tally.acknowledged) == 1
        assert any("Write a few words" in error for error in tally.errors), tally.errors
        assert any("An answer was refused" in error for error in tally.errors), tally.errors

    run(play())


def test_a_person_who_moves_gets_the_other_states_page_and_takes_no_answers_along(server: Server, store: Store) -> None:
    async def play() -> None:
        tally = Tally()
        person = add(server, "mover")
        async with signed_in(server, person.id) as client, opened(client, tally) as (page, _):
            key = page.forms[EXERCISE].key
            store.change_person(person.model_copy(update={"jurisdiction": "IA"}), only={"jurisdiction"})
            await until(lambda: client.loads == 2 and EXERCISE in page.forms)
            assert page.forms[EXERCISE].key != key
            await page.save(EXERCISE, [answer("In Iowa")])
        assert tally.errors == {"The page is another state's by now.": 1}

    run(play())
    assert values_in(server, "IA") == ["In Iowa"]
    assert "In Iowa" not in values_in(server)


def test_a_poll_is_answered_unless_another_one_is_open_by_then(server: Server, store: Store) -> None:
    facilitator = store.add_person(Person(id="asks", series="demo", jurisdiction="", name="Fay"))
    session_log = SessionLog(store, "demo", load_content("2026").get_session(1))

    def ask(text: str) -> str:
        return session_log.do(facilitator, StartPoll(text=text, options=("Yes", "No"))).id

    async def play() -> None:
        tally, clock, seen = Tally(), ThinkingTime(), set[str]()
        async with signed_in(server, add(server, "voter").id) as client, opened(client, tally) as (page, _):
            voting = asyncio.ensure_future(answer_polls(page, clock, Willing(), seen))
            first = ask("Shall we go on?")
            await until(lambda: first in seen)
            second = ask("Shall we stop?")  # closes the first
            await until(lambda: page.view.poll and page.view.poll["id"] == second)
            clock.is_over.set()
            await until(lambda: session_log.state().polls[second].votes)
            voting.cancel()
            await asyncio.gather(voting, return_exceptions=True)
        polls = session_log.state().polls
        assert not polls[first].votes
        assert set(polls[second].votes) == {"voter"}
        assert polls[second].votes["voter"].choice in {0, 1}
        assert not tally.errors

    run(play())


def test_a_revoked_link_ends_the_page(server: Server, store: Store) -> None:
    async def play() -> None:
        person = add(server, "revoked")
        async with signed_in(server, person.id) as client, opened(client, Tally()) as (_, keeping):
            revoke_links(store, [person], utc_now())
            with pytest.raises(SignedOutError):
                async with asyncio.timeout(PATIENCE_S):
                    await keeping

    run(play())


def test_too_many_pages_of_a_person_are_counted_and_the_next_one_connects_when_another_leaves(server: Server) -> None:
    async def play() -> None:
        tally = Tally()
        async with AsyncExitStack() as pages:
            client = await pages.enter_async_context(signed_in(server, add(server, "many").id))
            for _ in range(MAX_PAGES - 1):
                await pages.enter_async_context(opened(client, tally))
            async with opened(client, tally):
                one_more = asyncio.ensure_future(ParticipantPage(client, 1, tally).keep_open())
                await until(lambda: any("too many pages" in error for error in tally.errors))
                one_more.cancel()
                await asyncio.gather(one_more, return_exceptions=True)
            async with opened(client, tally):
                pass

    run(play())


def test_a_page_of_another_version_is_loaded_again(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    class OutdatedClient(CountingClient):
        """First returns a page cached from before an upgrade."""

        async def load_session(self, number: int) -> SessionPage:
            page = await super().load_session(number)
            return replace(page, protocol=protocol.VERSION - 1) if self.loads == 1 else page

    async def play() -> None:
        tally = Tally()
        async with OutdatedClient(server.address) as client:
            await client.join(server.link(add(server, "late").id).partition("#")[2])
            async with opened(client, tally):
                assert client.loads == 2
        assert tally.errors == {"The server asked to reload the page.": 1}

    run(play())
