"""Who is here and who is writing, over the WebSocket: within one state, about shared fields, and stored nowhere."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from cluster_kit.server.stream.page_connection import WRITING_S
from cluster_kit.store import Store
from tests.server.page_client import PageClient
from tests.serving import AVERY, FAY, JORDAN, TASI, Server, run_server

EXERCISE, PROMPT = "peer_discussion", "heard"
RATED = "rate_systems"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for this module only: who is here is compared."""
    with run_server(tmp_path_factory.mktemp("home")) as server:
        yield server


def write(page: PageClient, prompt: str = PROMPT, exercise: str = EXERCISE, row: str = "") -> None:
    page.send({"type": "writing", "exercise": exercise, "prompt": prompt, "row": row})


def catch_up(page: PageClient) -> None:
    """Wait until everything that the server has sent to the page so far has arrived."""
    page.frames = [frame for frame in page.frames if frame["type"] != "pong"]
    page.send({"type": "ping"})
    page.wait_for("pong")


def test_a_teammates_page_is_told_who_writes_where_and_nobody_elses_is(server: Server) -> None:
    with (
        server.connect(AVERY) as avery,
        server.connect(JORDAN) as jordan,
        server.connect(TASI) as guam,
        server.connect(FAY) as facilitator,
    ):
        write(jordan)
        told = avery.wait_for("writing")
        assert (told["exercise"], told["prompt"], told["row"]) == (EXERCISE, PROMPT, "")
        assert "Jordan" in told["who"]
        assert set(told) == {"type", "who", "exercise", "prompt", "row"}, "the words are not part of it"
        for page in (jordan, guam, facilitator):
            catch_up(page)
            assert page.find("writing") is None


@pytest.mark.parametrize(
    ("exercise", "prompt"),
    [(RATED, "ratings.note"), (RATED, "look"), (EXERCISE, "nothing"), ("nothing", PROMPT)],
)
def test_where_a_person_writes_for_themselves_is_told_to_nobody(server: Server, exercise: str, prompt: str) -> None:
    with server.connect(AVERY) as avery, server.connect(JORDAN) as jordan:
        write(jordan, prompt, exercise)
        catch_up(jordan)
        write(jordan)
        assert avery.wait_for("writing")["prompt"] == PROMPT
        assert len([frame for frame in avery.frames if frame["type"] == "writing"]) == 1


def test_reports_that_come_too_fast_are_dropped_and_the_page_stays(server: Server) -> None:
    with server.connect(AVERY) as avery, server.connect(JORDAN) as jordan:
        begun = time.monotonic()
        for _ in range(50):
            write(jordan)
        catch_up(jordan)
        most = 1 + (time.monotonic() - begun) / WRITING_S
        avery.wait_for("writing")
        catch_up(avery)
        assert len([frame for frame in avery.frames if frame["type"] == "writing"]) <= most
        assert jordan.close_code is None


def test_nothing_of_it_is_stored(server: Server) -> None:
    with (
        Store.open(server.settings.db_url) as store,
        server.connect(AVERY) as avery,
        server.connect(JORDAN) as jordan,
    ):
        before = (store.watermarks("demo"), store.events("demo", 1))
        write(jordan)
        avery.wait_for("writing")
        assert (store.watermarks("demo"), store.events("demo", 1)) == before


def test_a_page_is_told_which_teammates_are_here(server: Server) -> None:
    with server.connect(AVERY) as avery, server.connect(TASI) as guam:
        with server.connect(JORDAN):
            told = avery.wait_for("teammates", names=["Jordan Sample"])
            assert set(told) == {"type", "names"}
        catch_up(guam)
        assert all(frame["names"] == [] for frame in guam.frames if frame["type"] == "teammates")
