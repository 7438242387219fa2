"""Shared pages: rendered once, and again after a change of their answers."""

from __future__ import annotations

import asyncio
import os
import re
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cluster_kit.content import load_content
from cluster_kit.content.models import Scope
from cluster_kit.server.pages import page_cache
from cluster_kit.server.pages.page_cache import FAILED_TTL_S, PageCache, Parameters, RenderedPage
from cluster_kit.server.pages.preparation import PageRequest
from cluster_kit.server.pages.session_pages import page_parameters
from cluster_kit.settings import sqlite_url
from cluster_kit.store import NewErasure, NewResponse, Person, Store
from cluster_kit.workshop import Reads
from tests.asyncs import run
from tests.clock import Clock
from tests.server.notebooks_for_tests import OPEN, RENDERED, write_notebook
from tests.serving import AVERY, JORDAN, TASI, Server, run_server, wait_until

CONTENT = load_content("2026")
EARLIER, STATE, SERIES = (frozenset({reads}) for reads in Reads)


class Renderer:
    """Renders a page immediately, or once ``go`` is set; counts renderings."""

    def __init__(self, reads: frozenset[Reads] = frozenset()) -> None:
        self.reads, self.count, self.failed = reads, 0, False
        self.error: Exception | None = None
        self.go = asyncio.Event()
        self.go.set()

    async def __call__(self, notebook: Path, parameters: Parameters) -> RenderedPage:
        self.count += 1
        number = self.count
        await self.go.wait()
        if self.error:
            raise self.error
        return RenderedPage(f"{number} {parameters['jurisdiction']}", self.reads, failed=self.failed)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(sqlite_url(tmp_path / "kept.sqlite3")) as store:
        for person, state in (("ana", "OH"), ("ben", "GU")):
            store.add_person(Person(id=person, series="2026", jurisdiction=state, name=person))
        yield store


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    return write_notebook(tmp_path, 2)


def say(store: Store, session: int, state: str = "OH") -> None:
    """Save an answer of the state in this session."""
    given = NewResponse(
        id=str(uuid.uuid4()),
        series="2026",
        session=session,
        exercise="next_steps",
        prompt="actions.action",
        row="row1",
        jurisdiction=state,
        scope=Scope.TEAM,
        author={"OH": "ana", "GU": "ben"}[state],
        value="Call the colleges",
    )
    store.append([given])


def erase(store: Store, state: str) -> None:
    person = {"OH": "ana", "GU": "ben"}[state]
    store.erase(NewErasure(series="2026", jurisdiction=state, person=person, asked_by=person, why="asked"))


class Visits:
    """Visits to session 2's page."""

    def __init__(self, store: Store, renderer: Renderer, notebook: Path, clock: Clock) -> None:
        self.cache, self.notebook = PageCache(CONTENT, store, renderer, clock), notebook

    async def __call__(self, state: str = "OH") -> str:
        page = await self.cache.get(self.notebook, page_parameters("2026", PageRequest(2, state)))
        return page.html


def test_visitors_at_the_same_time_and_later_ones_share_one_rendering(
    store: Store, notebook: Path, clock: Clock
) -> None:
    async def story() -> None:
        renderer = Renderer(EARLIER)
        visit = Visits(store, renderer, notebook, clock)
        renderer.go.clear()
        visits = [asyncio.create_task(visit()) for _ in range(50)]
        while not renderer.count:
            await asyncio.sleep(0.01)
        renderer.go.set()
        assert set(await asyncio.gather(*visits)) == {await visit()} == {"1 OH"}

    run(story())


def test_another_state_and_a_preview_get_pages_of_their_own(store: Store, notebook: Path, clock: Clock) -> None:
    async def story() -> None:
        visit = Visits(store, Renderer(EARLIER), notebook, clock)
        assert [await visit("OH"), await visit("GU"), await visit("")] == ["1 OH", "2 GU", "3 "]
        assert [await visit("OH"), await visit("GU"), await visit("")] == ["1 OH", "2 GU", "3 "]

    run(story())


@pytest.mark.parametrize(
    ("reads", "session", "state", "number"),
    [
        (EARLIER, 1, "OH", 2),
        (EARLIER, 2, "OH", 1),
        (EARLIER, 3, "OH", 1),
        (EARLIER, 1, "GU", 1),
        (STATE, 2, "OH", 2),
        (STATE, 1, "GU", 1),
        (SERIES, 2, "GU", 2),
        (EARLIER | SERIES, 1, "GU", 2),
        (frozenset(), 1, "OH", 1),
    ],
)
def test_an_answer_that_the_page_shows_makes_it_old_and_no_other_does(
    store: Store, notebook: Path, reads: frozenset[Reads], session: int, state: str, number: int
) -> None:
    async def story() -> None:
        visit = Visits(store, Renderer(reads), notebook, Clock())
        say(store, 1)
        await visit()
        say(store, session, state)
        assert [await visit(), await visit()] == [f"{number} OH"] * 2

    run(story())


def test_an_answer_of_an_earlier_session_counts_after_one_of_this_session(
    store: Store, notebook: Path, clock: Clock
) -> None:
    async def story() -> None:
        visit = Visits(store, Renderer(EARLIER), notebook, clock)
        await visit()
        say(store, 2)
        assert await visit() == "1 OH"
        say(store, 1)
        assert await visit() == "2 OH"

    run(story())


@pytest.mark.parametrize(("reads", "state", "number"), [(EARLIER, "OH", 2), (EARLIER, "GU", 1), (SERIES, "GU", 2)])
def test_an_erasure_makes_the_pages_old_that_could_show_what_was_erased(
    store: Store, notebook: Path, clock: Clock, reads: frozenset[Reads], state: str, number: int
) -> None:
    async def story() -> None:
        visit = Visits(store, Renderer(reads), notebook, clock)
        say(store, 1, state)
        await visit()
        erase(store, state)
        assert await visit() == f"{number} OH"

    run(story())


def test_an_answer_saved_while_a_page_is_rendered_is_on_the_page_of_who_asks_afterwards(
    store: Store, notebook: Path, clock: Clock
) -> None:
    async def story() -> None:
        renderer = Renderer(EARLIER)
        visit = Visits(store, renderer, notebook, clock)
        renderer.go.clear()
        before = asyncio.create_task(visit())
        while not renderer.count:
            await asyncio.sleep(0.01)
        say(store, 1)
        after = [asyncio.create_task(visit()) for _ in range(5)]
        await asyncio.sleep(0)
        renderer.go.set()
        assert await before == "1 OH"
        assert set(await asyncio.gather(*after)) == {"2 OH"}

    run(story())


def test_a_notebook_that_was_changed_is_rendered_again(store: Store, notebook: Path, clock: Clock) -> None:
    async def story() -> None:
        visit = Visits(store, Renderer(), notebook, clock)
        await visit()
        os.utime(notebook, ns=(1, notebook.stat().st_mtime_ns + 1))
        assert await visit() == "2 OH"

    run(story())


def test_a_page_that_failed_is_kept_for_some_seconds_only(store: Store, notebook: Path, clock: Clock) -> None:
    async def story() -> None:
        renderer = Renderer()
        renderer.failed = True
        visit = Visits(store, renderer, notebook, clock)
        assert [await visit(), await visit()] == ["1 OH", "1 OH"]
        clock.now += FAILED_TTL_S
        renderer.failed = False
        assert [await visit(), await visit()] == ["2 OH", "2 OH"]

    run(story())


def test_what_goes_wrong_is_everybodys_and_forgotten_afterwards(store: Store, notebook: Path, clock: Clock) -> None:
    async def story() -> None:
        renderer = Renderer()
        renderer.error = ValueError("no kernel")
        visit = Visits(store, renderer, notebook, clock)
        results = await asyncio.gather(visit(), visit(), return_exceptions=True)
        assert [str(result) for result in results] == ["no kernel"] * 2
        renderer.error = None
        assert (await visit(), renderer.count) == ("2 OH", 2)

    run(story())


def test_a_visitor_who_leaves_ends_nobody_elses_wait(store: Store, notebook: Path, clock: Clock) -> None:
    async def story() -> None:
        renderer = Renderer()
        visit = Visits(store, renderer, notebook, clock)
        renderer.go.clear()
        first, second = asyncio.create_task(visit()), asyncio.create_task(visit())
        while not renderer.count:
            await asyncio.sleep(0.01)
        first.cancel()
        await asyncio.wait([first])
        renderer.go.set()
        assert await second == "1 OH"

    run(story())


def test_the_pages_that_were_asked_for_longest_ago_are_forgotten_first(
    store: Store, notebook: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_cache, "MAX_PAGES", 2)

    async def story() -> None:
        visit = Visits(store, Renderer(), notebook, clock)
        await visit("OH")
        await visit("GU")
        await visit("OH")
        await visit("UT")
        assert len(visit.cache) == 2
        assert [await visit("OH"), await visit("GU")] == ["1 OH", "4 GU"]

    run(story())


# --- the real server ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def notebooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Session 1 shows its rendering time, session 2 looks back on session 1, session 3 is repaired in its test."""
    folder = tmp_path_factory.mktemp("notebooks")
    write_notebook(folder, 1, RENDERED)
    write_notebook(folder, 2, OPEN, RENDERED, "workshop.look_back()", "workshop.exercise('next_steps')")
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, notebooks: Path) -> Iterator[Server]:
    with run_server(tmp_path_factory.mktemp("home"), "--notebooks", str(notebooks)) as server:
        yield server


def rendered(server: Server, person: str, session: int) -> str:
    """The page's text about its rendering."""
    with server.client(person) as client:
        found = re.search(r"rendered \w{32}", client.get(f"/session/{session}").text)
    assert found
    return found[0]


def test_teammates_get_one_rendering_and_another_state_another(server: Server) -> None:
    with ThreadPoolExecutor(6) as pool:
        people = [AVERY, JORDAN, TASI] * 2
        avery, jordan, tasi, *again = pool.map(lambda person: rendered(server, person, 1), people)
    assert avery == jordan != tasi
    assert again == [avery, jordan, tasi]


def test_the_page_looks_back_on_what_was_said_a_moment_ago_and_other_states_do_not(server: Server) -> None:
    words = "Put the statement on the agenda in May"
    with server.client(AVERY) as ohio, server.client(JORDAN) as mate, server.client(TASI) as guam:
        before = rendered(server, AVERY, 2)
        with server.connect(ohio, 2, exercises=["next_steps"]) as page:
            page.save("next_steps", prompt="actions.action", row="row1", value="Said in this session")
        assert rendered(server, JORDAN, 2) == before, "an answer of this session is in its form, not on its page"
        with server.connect(ohio, 1, exercises=["next_steps"]) as page:
            page.save("next_steps", prompt="actions.action", row="row1", value=words)
        assert words in mate.get("/session/2").text
        assert words not in guam.get("/session/2").text
        assert "Said in this session" not in mate.get("/session/2").text


def test_a_preview_holds_no_answer_of_any_state(server: Server) -> None:
    secret = "Known to Ohio alone"
    with Store.open(server.db_url) as store:
        store.add_person(Person(id="fay", series="demo", jurisdiction="", name="Fay Sample"))
    with server.connect(AVERY, 1, exercises=["next_steps"]) as page:
        page.save("next_steps", prompt="actions.action", row="row2", value=secret)
    with server.client(AVERY) as ohio, server.client("fay") as client:
        assert secret in ohio.get("/session/2").text
        preview = client.get("/session/2").text
        assert secret not in preview
        assert "data-exercise=" not in preview
        with server.connect(client, 2, exercises=["next_steps"]) as page:
            page.begin_save("next_steps", prompt="actions.action", row="row9", value="From a facilitator")
            page.send({"type": "ping"})
            page.wait_for("pong")
            assert [frame for frame in page.frames if frame["type"] == "form"] == []


def test_a_persons_page_holds_nobody_elses_name_and_no_answer_of_another_state(server: Server) -> None:
    with server.connect(TASI, 1, exercises=["next_steps"]) as page:
        page.save("next_steps", prompt="actions.action", row="row1", value="Known to Guam alone")
    for session in (1, 2):
        with server.client(JORDAN) as mate, server.client(AVERY) as client:
            mate.get(f"/session/{session}")  # Avery gets the page rendered for Jordan
            page_text = client.get(f"/session/{session}").text
        assert "Avery Sample" in page_text
        for other in ("Jordan", JORDAN, "Tasi", TASI, "Guam", "Known to Guam alone"):
            assert other not in page_text


def test_a_notebook_that_fails_is_a_sentence_until_it_is_repaired(server: Server, notebooks: Path) -> None:
    write_notebook(notebooks, 3, "secret = 'typed by somebody'", "1 / (secret == '')", "'after the trouble'")
    with server.client(AVERY) as client:
        page = client.get("/session/3").text
        assert page.count("This part could not be shown. Your answers are safe.") == 1
        assert "after the trouble" in page
        assert "Traceback" not in page
        assert "ZeroDivisionError" not in page
        assert "ZeroDivisionError" in server.log
        write_notebook(notebooks, 3, "print('repaired')")
        repaired = client.get("/session/3").text
        assert "repaired" in repaired
        assert "could not be shown" not in repaired


def test_no_kernel_is_left_of_a_page_and_none_is_started_for_its_visitors(server: Server) -> None:
    with server.client(AVERY) as client, server.client(TASI) as guam:
        for session in (1, 2):
            assert client.get(f"/session/{session}").status_code == guam.get(f"/session/{session}").status_code == 200
        with server.connect(client, 2, exercises=["next_steps"]) as page, server.connect(guam, 1):
            page.save("next_steps", prompt="actions.action", row="row5", value="Nobody runs for this")
            wait_until(lambda: server.kernels() == [], "no kernel runs")
            assert client.get("/health").json() == {"status": "ok", "pages": 2, "kernels": 0}
