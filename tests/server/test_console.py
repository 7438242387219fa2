"""The console on a real server: access, and equal views for two facilitators and a participant."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from cluster_kit.content import load_content
from cluster_kit.sessions import SessionLog
from cluster_kit.store import Person, Store
from cluster_kit.temporary_folders import OWNER
from tests.browser import PATIENCE_MS, find_violations
from tests.console.seeding import add_teams, come, rate
from tests.serving import AVERY, FAY, GUS, Server, run_server

SESSION = 1


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of a session with two facilitators and twelve states that have rated."""
    with run_server(tmp_path_factory.mktemp("home"), "--grace", "2") as server:
        content = load_content("demo", overlay=server.settings.content)
        with Store.open(server.settings.db_url) as store:
            people = add_teams(store, content, 12)
            rate(store, content, SESSION, people)
            come(store, "demo", SESSION, people)
        yield server


def open_console(server: Server, context: BrowserContext, person: str = FAY, session: int = SESSION) -> Page:
    page = context.new_page()
    page.goto(server.link(person, session))
    page.wait_for_url("**/console/*")
    page.get_by_role("heading", name="Activity log").wait_for()
    expect(page.locator(".ck-opening, .ck-starting:visible")).to_have_count(0, timeout=PATIENCE_MS)
    return page


def session_log(store: Store, session: int = SESSION) -> SessionLog:
    return SessionLog(store, "demo", load_content("2026").get_session(session))


@pytest.mark.parametrize("address", ["/console/1", "/console/status", "/console/99", "/console/1/"])
def test_for_participants_and_strangers_there_is_no_console(country: Server, address: str) -> None:
    for person in (AVERY, None):
        with country.client(person) as client:
            answer = client.get(address)
        assert answer.status_code == 404
        assert "ck-panel" not in answer.text
        assert ("Open your own link first" in answer.text) == (person is None)  # a facilitator whose cookie has expired


def test_a_facilitator_gets_the_console_of_a_session_that_there_is(country: Server) -> None:
    with country.client(FAY) as client:
        assert client.get("/console/9").status_code == 404
        assert client.get("/console/status").json().keys() == {"pages", "waiting"}


@pytest.mark.browser
def test_the_console_shows_the_session_breaks_no_rule_and_fits(country: Server, context: BrowserContext) -> None:
    page = open_console(country, context)
    expect(page.locator(".ck-people-counts")).to_contain_text("of 14 expected states")
    expect(page.locator(".ck-discuss-list > li")).not_to_have_count(0)
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    assert find_violations(page) == []
    for width in (320, 640, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate("(size) => document.documentElement.style.fontSize = size", "200%" if width == 640 else "100%")
        assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.browser
def test_two_facilitators_see_the_same_and_what_one_does_the_other_can_undo(
    country: Server, browser: Browser, context: BrowserContext
) -> None:
    fay = open_console(country, context)
    with browser.new_context() as other:
        gus = open_console(country, other, GUS)
        fay.get_by_role("button", name="Begin: ").click()
        fay.get_by_role("button", name="Begin now").click()
        expect(gus.get_by_role("timer")).to_contain_text("left")
        fay.get_by_label("Message on every page").fill("Welcome. We begin in a minute.")
        fay.get_by_role("button", name="Show on every page").click()
        expect(fay.get_by_label("Message on every page")).to_have_value("")
        expect(gus.locator(".ck-announcement-message")).to_contain_text("Welcome. We begin in a minute.")
        gus.get_by_role("button", name="Take down this message").click()
        expect(fay.locator(".ck-announcement-message")).to_have_count(0)
    with Store.open(country.settings.db_url) as store:
        session_state = session_log(store).state()
        assert [event.kind for event in session_state.record] == ["segment", "message"]
        assert {event.author for event in session_state.record} == {FAY}
        assert not session_state.messages


@pytest.mark.browser
def test_an_answer_shows_within_a_moment(country: Server, context: BrowserContext) -> None:
    page = open_console(country, context)
    content = load_content("demo", overlay=country.settings.content)
    with Store.open(country.settings.db_url) as store:
        newcomer = store.add_person(Person(id="late", series="demo", jurisdiction="GU", name="Lou Sample"))
        expect(page.get_by_role("row", name="Guam")).to_have_count(0)
        rate(store, content, SESSION, [newcomer])
    expect(page.get_by_role("row", name="Guam")).to_have_count(1)


@pytest.mark.browser
def test_a_killed_server_that_comes_back_finds_the_session_where_it_stood(
    country: Server, context: BrowserContext
) -> None:
    session = 2  # in which no other test does anything
    page = open_console(country, context, session=session)
    page.get_by_role("button", name="Begin: ").click()
    page.get_by_role("button", name="Begin now").click()
    timer = page.get_by_role("timer")
    expect(timer).to_contain_text("left")
    page.get_by_label("Message on every page").fill("Back in a moment.")
    assert country.process
    files = [Path(file.path) for file in psutil.Process(country.process.pid).open_files()]
    (folder,) = (file.parent for file in files if file.name == OWNER)
    country.end(signal.SIGKILL)
    expect(page.get_by_text("Connection lost.")).to_be_visible()
    country.start()  # it removes the folder that the killed server left, unless a server of another test did
    assert not folder.exists(), "the temporary folder of the server that was killed"
    reconnect = page.get_by_role("button", name="Reconnect")
    expect(reconnect.or_(timer.filter(has_text="left"))).to_be_visible()
    page.reload()
    expect(timer).to_contain_text("left")
    box = page.get_by_label("Message on every page")
    expect(box).to_have_value("Back in a moment.")
    page.get_by_role("button", name="Show on every page").click()
    expect(box).to_have_value("")
    with Store.open(country.settings.db_url) as store:
        assert [one.text for one in session_log(store, session).state().messages] == ["Back in a moment."]
