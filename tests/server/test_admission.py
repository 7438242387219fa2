"""The admission queue: order, limits, places in line, and priority of returning people."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from cluster_kit.server.widgets.admission import KEPT_S, PRESENT_S, AdmissionQueue, QueuePlace
from tests.asyncs import run
from tests.browser import find_violations
from tests.clock import Clock
from tests.server.notebooks_for_tests import write_notebook
from tests.server.widgets import connect_widgets, open_widget_page
from tests.serving import AVERY, JORDAN, TASI, Server, run_server, wait_until

GOING_AWAY = 1001  # close code of browsers when a page is closed
BETWEEN_ANNOUNCEMENTS = "00:20"  # of the place in line to screen readers
FULL = "All places are taken right now. You are number 1 in line for the next one."
UNREACHABLE = "The server cannot be reached just now. This page goes on trying."


def lots(_person: str) -> int:
    return 1000


def test_people_come_in_until_as_many_pages_are_in_the_making_as_may_be(clock: Clock) -> None:
    admission = AdmissionQueue(lots, at_once=2, clock=clock)
    with admission.enter("a"), admission.enter("b"):
        assert admission.place("c") == QueuePlace(1)
        assert admission.place("d") == QueuePlace(2)
    assert admission.place("c") == admission.place("d") == QueuePlace(0)


def test_who_came_first_goes_first_however_often_others_ask(clock: Clock) -> None:
    admission = AdmissionQueue(lots, at_once=1, clock=clock)
    with admission.enter("a"):
        numbers = [admission.place(person).number for person in ("b", "c", "c", "c", "b")]
    assert numbers == [1, 2, 2, 2, 1]
    assert admission.place("c") == QueuePlace(2)
    assert admission.place("b") == QueuePlace(0)


def test_who_has_stopped_asking_holds_nobody_up_but_keeps_the_place(clock: Clock) -> None:
    admission = AdmissionQueue(lots, at_once=1, clock=clock)
    with admission.enter("a"):
        admission.place("b")
        admission.place("c")
        clock.now += PRESENT_S + 1
        assert admission.place("c") == QueuePlace(1)
        assert admission.waiting == 1
        assert admission.place("b") == QueuePlace(1)
        assert admission.place("c") == QueuePlace(2)


def test_a_place_that_nobody_asks_for_is_forgotten_in_the_end(clock: Clock) -> None:
    admission = AdmissionQueue(lots, at_once=1, clock=clock)
    with admission.enter("a"):
        admission.place("b")
        clock.now += KEPT_S / 2
        admission.place("c")
        clock.now += KEPT_S / 2 + 1
        assert admission.place("c") == QueuePlace(1)
        assert admission.place("b") == QueuePlace(2)


def test_who_was_inside_already_goes_before_who_was_not(clock: Clock) -> None:
    admission = AdmissionQueue(lots, at_once=1, clock=clock)
    with admission.enter("back"):
        pass
    with admission.enter("a"):
        assert admission.place("new") == QueuePlace(1)
        assert admission.place("back") == QueuePlace(1)
        assert admission.place("new") == QueuePlace(2)


def test_without_room_the_place_says_that_somebody_has_to_leave(clock: Clock) -> None:
    left = 1
    admission = AdmissionQueue(lambda _person: left, at_once=4, clock=clock)
    assert admission.place("a") == QueuePlace(0)
    with admission.enter("a"):
        assert admission.place("b") == QueuePlace(1)
    left = 0
    assert admission.place("b") == QueuePlace(1, full=True)


def test_the_wait_ends_as_soon_as_a_page_is_made_and_is_counted(clock: Clock) -> None:
    async def story() -> tuple[QueuePlace, float]:
        admission = AdmissionQueue(lots, at_once=1, clock=clock)
        with admission.enter("a"):
            waiting = asyncio.ensure_future(admission.turn("b", patience_s=3600))
            await asyncio.sleep(0)
            clock.now += 7
        place = await waiting
        with admission.enter("b") as waited:
            return place, waited

    assert run(story()) == (QueuePlace(0), 7.0)


def test_patience_has_an_end(clock: Clock) -> None:
    async def story() -> QueuePlace:
        admission = AdmissionQueue(lots, at_once=1)
        with admission.enter("a"):
            return await admission.turn("b", patience_s=0.05)

    assert run(story()) == QueuePlace(1)


# --- the real server ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with room for one kernel, whose first session has a widget.

    It waits very long for a lost connection, but not for a closed page.
    """
    folder = tmp_path_factory.mktemp("notebooks")
    write_notebook(folder, 1, "from ipywidgets import IntSlider", "IntSlider(description='Programs')")
    write_notebook(folder, 2, "print('no widget')")
    options = ("--most-kernels", "1", "--grace", "600", "--notebooks", str(folder))
    with run_server(tmp_path_factory.mktemp("home"), *options) as server:
        yield server


@pytest.fixture
def idle_server(small_server: Server) -> Server:
    """The small server, once the kernels of earlier tests have ended."""
    wait_until(lambda: not small_server.kernels(), "no kernel runs")
    return small_server


@contextmanager
def open_page(server: Server, client: httpx.Client) -> Iterator[str]:
    """An open page with a widget, closed when the block ends; yields its kernel's id."""
    kernel = str(open_widget_page(client)["kernelId"])
    with connect_widgets(server, client, kernel) as connection:
        yield kernel
        connection.close(GOING_AWAY)


def test_a_full_server_gives_a_place_in_line_that_needs_no_kernel(idle_server: Server) -> None:
    with (
        idle_server.client(AVERY) as inside,
        idle_server.client(TASI) as first,
        idle_server.client(JORDAN) as second,
        open_page(idle_server, inside),
    ):
        waiting = first.get("/session/1")
        assert waiting.status_code == 200
        assert FULL in waiting.text
        assert second.get("/line").json() == {"number": 2, "full": True}
        assert first.get("/line").json() == {"number": 1, "full": True}
        wait_until(lambda: len(idle_server.kernels()) == 1, "only the open page has a kernel")
        assert "no widget" in first.get("/session/2").text, "a page without widgets is for everybody"


def test_a_lost_connection_is_waited_for_and_who_loads_the_page_again_gets_in(idle_server: Server) -> None:
    with idle_server.client(AVERY) as inside, idle_server.client(TASI) as waiting:
        kernel = open_widget_page(inside)["kernelId"]
        with connect_widgets(idle_server, inside, kernel) as lost:
            lost.socket.shutdown(socket.SHUT_RDWR)
        assert "in line" in waiting.get("/session/1").text
        assert inside.get(f"/widgets/api/kernels/{kernel}").status_code == 200
        with open_page(idle_server, inside) as second:
            assert second != kernel
            wait_until(lambda: len(idle_server.kernels()) == 1, "the first page's kernel has ended")
            assert inside.get(f"/widgets/api/kernels/{second}").status_code == 200
            assert waiting.get("/line").json()["number"] == 1


def test_a_stranger_has_no_place_in_line(small_server: Server) -> None:
    with small_server.client() as stranger:
        assert stranger.get("/line").status_code == 403


@pytest.mark.browser
def test_the_waiting_page_is_accessible_survives_a_restart_and_opens_the_session_when_somebody_leaves(
    idle_server: Server, context: BrowserContext
) -> None:
    with idle_server.client(AVERY) as inside, ExitStack() as first:
        first.enter_context(open_page(idle_server, inside))
        page = context.new_page()
        page.clock.install()
        page.goto(idle_server.link(TASI))
        expect(place_of(page)).to_have_text(FULL)
        page.clock.fast_forward(BETWEEN_ANNOUNCEMENTS)
        expect(page.get_by_role("status")).to_have_text(FULL)
        assert find_violations(page) == []
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        first.close()
        page.get_by_role("slider", name="Programs").wait_for()
        assert page.url.endswith("/session/1")
        page.close()
        wait_until(lambda: not idle_server.kernels(), "a page that is closed gives up its kernel at once")
        first.enter_context(open_page(idle_server, inside))
        page = context.new_page()
        page.clock.install()
        page.goto(f"{idle_server.address}/session/1")
        expect(place_of(page)).to_have_text(FULL)
        idle_server.end()
        expect(place_of(page)).to_have_text(UNREACHABLE)
        page.clock.fast_forward(BETWEEN_ANNOUNCEMENTS)
        expect(page.get_by_role("status")).to_have_text(UNREACHABLE)
        idle_server.start()
        page.get_by_role("slider", name="Programs").wait_for()


@pytest.mark.browser
def test_a_line_that_moves_fast_is_announced_now_and_then_and_its_end_always(
    idle_server: Server, context: BrowserContext
) -> None:
    place = [9]
    heard: list[str] = []

    def hear(words: str) -> None:
        heard.append(words)  # which stays when the page goes on

    with idle_server.client(AVERY) as inside, open_page(idle_server, inside):
        page = context.new_page()
        page.clock.install()
        page.route("**/line", lambda route: route.fulfill(json={"number": place[0], "full": False}))
        page.goto(idle_server.link(TASI))
        page.expose_function("hear", hear)
        page.locator("#ck-line-announced").evaluate(
            "(el) => new MutationObserver(() => hear(el.textContent)).observe(el, { childList: true })"
        )
        for number in range(8, 2, -1):
            place[0] = number
            page.clock.fast_forward(1000)
            expect(place_of(page)).to_have_text(f"You are number {number} in line.")
        assert heard == []
        page.clock.fast_forward(BETWEEN_ANNOUNCEMENTS)
        expect(page.get_by_role("status")).to_have_text("You are number 3 in line.")
        place[0] = 2
        page.clock.fast_forward(1000)
        expect(place_of(page)).to_have_text("You are number 2 in line.")
        place[0] = 0
        with page.expect_navigation():
            page.clock.fast_forward(1000)
    assert heard == ["You are number 3 in line.", "It is your turn. The session opens."]


def place_of(page: Page) -> Locator:
    """What the page shows; its status says the same to screen readers, less often."""
    return page.locator("#ck-line")
