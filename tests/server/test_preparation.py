"""Pages rendered before people arrive: which ones, readiness, and messages meanwhile."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path

import pytest

from cluster_kit.cli.serve import choose_sessions
from cluster_kit.content import load_content
from cluster_kit.errors import UsageError
from cluster_kit.roster.codes import list_codes
from cluster_kit.server.pages.page_cache import RenderedPage
from cluster_kit.server.pages.preparation import NEWER_STORE, PageRequest, Preparation, Readiness, invited_pages
from cluster_kit.settings import sqlite_url
from cluster_kit.store import Person, Store
from cluster_kit.store.schema import VERSION_TABLE
from tests.asyncs import run
from tests.server.notebooks_for_tests import OPEN, RENDERED, write_notebook
from tests.serving import AVERY, TASI, Server, run_server, wait_until

CONTENT = load_content("2026")
PAGES = [PageRequest(1, state) for state in ("", "GU", "OH", "UT")]


def test_pages_are_prepared_for_every_state_that_is_invited_and_for_facilitators(tmp_path: Path) -> None:
    with Store.open(sqlite_url(tmp_path / "kept.sqlite3")) as store:
        store.add_person(Person(id="ana", series="2026", jurisdiction="OH", name="Ana"))
        store.add_person(Person(id="ben", series="2026", jurisdiction="OH", name="Ben"))
        store.add_person(Person(id="other", series="2027", jurisdiction="WY", name="Other"))
        list_codes(store, "2026", ["GU"])
        wanted = invited_pages(CONTENT, store, [1, 3])
    assert wanted == [PageRequest(session, state) for session in (1, 3) for state in ("", "GU", "OH")]


@pytest.mark.parametrize(("which", "sessions"), [("", ()), ("all", (1, 2, 3, 4)), ("1", (1,)), ("4", (4,))], ids=str)
def test_sessions_are_named_by_number_or_all(which: str, sessions: tuple[int, ...]) -> None:
    assert choose_sessions(CONTENT, which, lambda: 2) == sessions


def test_the_next_session_is_the_upcoming_one() -> None:
    assert choose_sessions(CONTENT, "next", lambda: 2) == (2,)


@pytest.mark.parametrize("which", ["5", "0", "-1", "first", "1,2", "²"])
def test_another_session_is_refused_in_a_sentence(which: str) -> None:
    with pytest.raises(UsageError, match=re.escape(f"1, 2, 3, 4), next, or all, not '{which}'")):
        choose_sessions(CONTENT, which, lambda: 2)


def test_a_few_pages_are_rendered_at_a_time_and_progress_is_said_after_each() -> None:
    running: list[int] = []
    reported: list[tuple[int, int, int]] = []
    at_once = 0

    async def render(page: PageRequest) -> RenderedPage:
        nonlocal at_once
        running.append(1)
        at_once = max(at_once, len(running))
        await asyncio.sleep(0)
        running.pop()
        if page.jurisdiction == "GU":
            raise ValueError("no kernel")
        return RenderedPage("", failed=page.jurisdiction == "UT")

    preparation = Preparation(render, lambda one: reported.append((one.done, one.total, one.failed)), is_planned=True)
    assert not preparation.is_over
    run(preparation.run(PAGES, 2))
    assert (preparation.is_over, preparation.missing, at_once) == (True, 0, 2)
    assert [(done, total) for done, total, _ in reported] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert reported[-1] == (4, 4, 2)


def test_it_is_said_what_is_missing_until_people_can_come(tmp_path: Path) -> None:
    async def render(_page: PageRequest) -> RenderedPage:
        return RenderedPage("")

    with Store.open(sqlite_url(tmp_path / "kept.sqlite3")) as store:
        fork_server: Future[int] = Future()
        preparation = Preparation(render, is_planned=True)
        readiness = Readiness(CONTENT, store, preparation)
        readiness.wait_for(fork_server)
        assert run(readiness.missing()) == [
            "The process that kernels are forked from is still importing.",
            "0 of all pages are prepared.",
        ]
        fork_server.set_result(1)
        assert run(readiness.missing()) == ["0 of all pages are prepared."], "not before pages have been counted"
        run(preparation.run(PAGES, 1))
        assert run(readiness.missing()) == []
        unprepared = Readiness(CONTENT, store, Preparation(render))
        unprepared.wait_for(fork_server)
        assert run(unprepared.missing()) == []
        with closing(sqlite3.connect(tmp_path / "kept.sqlite3")) as newer:
            newer.execute(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
            newer.commit()
        assert run(unprepared.missing()) == [NEWER_STORE], "a newer version has migrated the store meanwhile"


def rendered(server: Server, person: str) -> str:
    with server.client(person) as client:
        found = re.search(r"rendered \w{32}", client.get("/session/1").text)
    assert found
    return found[0]


def test_a_server_that_prepares_says_how_far_it_is_and_is_ready_when_it_is_done(tmp_path: Path) -> None:
    """A failed page does not block readiness; prepared pages need no kernel."""
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    go = tmp_path / "go"
    wait = f"import os, time\nwhile not os.path.exists({str(go)!r}): time.sleep(0.05)"
    write_notebook(notebooks, 1, OPEN, RENDERED, wait, "assert jurisdiction != 'GU', 'a problem of Guam alone'")
    with (
        run_server(tmp_path / "home", "--prepare", "1", "--notebooks", str(notebooks)) as server,
        server.client() as client,
    ):
        wait_until(server.kernels, "pages are being rendered")
        assert client.get("/ready").status_code == 503
        pages = ["0 of 3 pages are prepared."]
        wait_until(lambda: client.get("/ready").json()["missing"] == pages, "nothing else is missing")
        assert client.get("/health").status_code == 200
        go.touch()
        wait_until(lambda: client.get("/ready").status_code == 200, "all pages are prepared")
        assert "Prepared 3 of 3 pages, 1 of them failed (see the log)." in server.log
        assert "a problem of Guam alone" in server.log
        wait_until(lambda: not server.kernels(), "no kernel is left")
        assert rendered(server, AVERY) == rendered(server, AVERY) != rendered(server, TASI)
        assert "503" not in server.log, "that a server is not ready yet is no failure"


def test_a_server_that_is_preparing_can_be_stopped(tmp_path: Path) -> None:
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    write_notebook(notebooks, 1, "import time\nwhile True: time.sleep(1)")
    with run_server(tmp_path / "home", "--prepare", "1", "--notebooks", str(notebooks)) as server:
        wait_until(server.kernels, "a page is being rendered")
        started = server.kernels()
        assert server.end() == 0
        assert "Traceback" not in server.log
        wait_until(lambda: not any(kernel.is_running() for kernel in started), "the kernels have ended")
