"""The shared screen shows what participants may see, and nothing else, to facilitators alone."""

from __future__ import annotations

import ast
import datetime as dt
import inspect
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import Any
from xml.etree import ElementTree

import pytest
from websockets.exceptions import ConnectionClosed

from cluster_kit.content import load_content
from cluster_kit.content.models import When
from cluster_kit.server.present import scenes
from cluster_kit.server.present.exercise_text import MOST_LINES, find_question, shorten_steps
from cluster_kit.server.present.handlers import QR_TITLE, draw_qr_code
from cluster_kit.server.present.screen_hub import ScreenHub
from cluster_kit.server.present.screen_models import ScreenEvent
from cluster_kit.server.stream import protocol
from cluster_kit.server.stream.event_hub import EventHub
from cluster_kit.sessions import SessionLog
from cluster_kit.sessions.facilitation import BeginSegment, Broadcast, EndSession
from cluster_kit.sessions.scenes import Scene
from cluster_kit.sessions.shared_screen import ShowScene
from cluster_kit.settings import sqlite_url
from cluster_kit.store import Person, Store
from tests.console.seeding import come
from tests.server.page_client import PageClient, connect
from tests.server.screen_secrets import MARK, add_public, add_secrets, make_people
from tests.serving import AVERY, FAY, GUS, Server, run_server

CONTENT = load_content("2026")
SECTIONS = [(session, one) for session in CONTENT.sessions for one in session.exercises if one.when is When.SESSION]


def read_screen(store: Store, at: dt.datetime) -> ScreenEvent:
    """What a session's screens show at this moment."""
    hub = EventHub(CONTENT, store, lambda: at)
    try:
        return ScreenHub(CONTENT, store, hub, lambda: at).session(1).read()
    finally:
        hub.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(sqlite_url(tmp_path / "kept.sqlite3")) as store:
        yield store


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of a session with something public in each scene, and marked secrets in everything private."""
    with run_server(tmp_path_factory.mktemp("home"), "--grace", "2") as server:
        content = load_content("demo", overlay=server.settings.content)
        people = make_people(content, MARK)
        with Store.open(server.settings.db_url) as store:
            log = add_public(store, content, people)
            assert add_secrets(store, content, people, log) > 500
        yield server


@contextmanager
def open_screen(server: Server, person: str = FAY) -> Iterator[PageClient]:
    with server.client(person) as client, connect(client, 1, server.content.version, page_path="present") as page:
        page.hello()
        yield page


# --- secrets ---------------------------------------------------------------------------------------------------------


def test_no_byte_of_the_screen_holds_anything_private(room: Server) -> None:
    with room.client(FAY) as client:
        html = client.get("/present/1").text
    with open_screen(room) as page:
        page.wait_for("screen")
        for scene in Scene:
            page.command("scene", scene.value)
            page.wait_for(
                "screen",
                is_following=scene is Scene.FOLLOW,
                **({} if scene is Scene.FOLLOW else {"scene": scene.value}),
            )
        sent = html + "".join(map(repr, page.frames))
    assert len(page.frames) > len(Scene)
    assert MARK not in sent
    assert "unheard" not in sent  # approved, but no state uses it
    assert "Sample" not in sent  # the facilitator's name
    screen = page.newest["screen"]
    assert all(screen[scene] for scene in ("rooms", "message", "examples", "slides", "words", "questions", "poll"))
    assert "A question without a mark" in {one["text"] for one in screen["questions"]}
    (shown,) = (slide for slide in screen["slides"] if slide["id"] == screen["poll"]["result"])
    # One person chose “Neither”: neither the option nor its number is on the screen.
    assert [part["label"] for part in shown["parts"]] == ["Data", "Advising"]
    assert "left out" in shown["notes"][0]


def test_private_data_change_nothing_on_the_screen(tmp_path: Path) -> None:
    """The same public session twice, once with other names and with secrets: not one value differs."""
    screens = []
    for mark in ("", MARK):
        with Store.open(sqlite_url(tmp_path / f"kept{mark}.sqlite3")) as store:
            people = make_people(CONTENT, mark)
            log = add_public(store, CONTENT, people)
            if mark:
                add_secrets(store, CONTENT, people, log)
            come(store, "2026", 1, people[1:])
            screen = read_screen(store, dt.datetime.now(dt.UTC))
            screens.append(screen.model_dump(exclude={"now", "began", "segment_ends_at", "parts", "exercises"}))
    assert screens[0] == screens[1]
    assert screens[0]["slides"]


def test_scenes_are_built_from_what_participants_receive() -> None:
    """``present.scenes`` imports neither the store, nor answers, nor the session's state."""
    tree = ast.parse(inspect.getsource(scenes))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    forbidden = ("cluster_kit.store", "cluster_kit.exercises", "cluster_kit.roster", "cluster_kit.console")
    assert not [module for module in modules if module.startswith(forbidden)]
    assert not names & {"SessionState", "SessionLog", "SessionFeed", "Post", "National"}


# --- access ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", [AVERY, None])
def test_for_participants_and_strangers_there_is_no_screen(room: Server, person: str | None) -> None:
    with room.client(person) as client:
        assert client.get("/present/1").status_code == 404
        with connect(client, 1, room.content.version, page_path="present") as page:
            with suppress(ConnectionClosed):
                page.hello()
            assert page.wait_closed() == protocol.NOT_SIGNED_IN
            assert not page.newest


def test_the_screen_exists_for_the_sessions_that_there_are(room: Server) -> None:
    with room.client(FAY) as client:
        assert client.get("/present/1").status_code == 200
        assert client.get("/present/9").status_code == 404


def test_the_screen_takes_no_command_but_its_own(room: Server) -> None:
    with open_screen(room) as page:
        page.wait_for("screen")
        assert "refused" in page.command("message", text="Hello")
        assert "refused" in page.command("end")
        assert page.command("scene", "agenda")["ok"]
        assert "no scene" in page.command("scene", "ratings")["refused"]


# --- driving ---------------------------------------------------------------------------------------------------------


def test_two_facilitators_screens_show_the_same_within_a_second(room: Server) -> None:
    with open_screen(room) as fay, open_screen(room, GUS) as gus:
        fay.command("scene", "join")
        gus.wait_for("screen", scene="join")
        begun = monotonic()
        gus.command("scene", "questions")
        fay.wait_for("screen", scene="questions")
        assert monotonic() - begun < 1.0
        series = room.content.series.id
        with Store.open(room.settings.db_url) as store:  # as the console does, from its own process
            log = SessionLog(store, series, room.content.get_session(1))
            person = store.find_person(FAY)
            assert person
            begun = monotonic()
            log.do(person, ShowScene(), subject="words")
            for page in (fay, gus):
                page.wait_for("screen", scene="words", is_following=False)
            assert monotonic() - begun < 1.0


def test_the_scene_is_there_again_after_a_restart(tmp_path: Path) -> None:
    with run_server(tmp_path / "home") as server:
        with open_screen(server) as page:
            page.command("scene", "agenda")
            page.wait_for("screen", scene="agenda")
        server.end(signal.SIGKILL)
        server.start()
        with open_screen(server, GUS) as page:
            assert page.wait_for("screen")["scene"] == "agenda"


# --- what it shows ---------------------------------------------------------------------------------------------------


def fay(store: Store) -> tuple[Person, SessionLog]:
    person = store.add_person(Person(id="fay", series="2026", jurisdiction="", name="Fay"))
    return person, SessionLog(store, "2026", CONTENT.get_session(1))


def test_before_the_session_the_agenda_counts_from_its_scheduled_start(store: Store) -> None:
    screen = read_screen(store, dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    assert (screen.scene, screen.is_following, screen.began) == (Scene.JOIN, True, None)
    assert screen.parts[0].starts_at == screen.starts_at
    for part, following in zip(screen.parts, screen.parts[1:], strict=False):
        assert part.ends_at == following.starts_at
    assert {part.state for part in screen.parts} == {"ahead"}


def test_during_the_session_it_counts_from_the_current_segment(store: Store) -> None:
    person, log = fay(store)
    log.do(person, BeginSegment(), subject="policy_tool")
    screen = read_screen(store, dt.datetime.now(dt.UTC))
    done, now, later, *_ = screen.parts
    assert (done.state, now.state, later.state) == ("over", "now", "ahead")
    assert (done.ends_at, now.ends_at) == (None, screen.segment_ends_at)
    assert later.starts_at == now.ends_at
    assert [one.id for one in screen.exercises if one.is_now] == ["rate_systems"]
    log.do(person, ShowScene(item="goals"), subject="exercise")
    screen = read_screen(store, dt.datetime.now(dt.UTC))
    assert screen.item == "goals"
    assert [one.id for one in screen.exercises] == ["rate_systems", "goals"]


def test_after_the_session_nothing_is_current(store: Store) -> None:
    person, log = fay(store)
    log.do(person, BeginSegment(), subject="policy_tool")
    log.do(person, Broadcast(text="Thank you"))
    log.do(person, EndSession())
    screen = read_screen(store, dt.datetime.now(dt.UTC))
    assert (screen.scene, screen.exercises, screen.segment_ends_at) == (Scene.AGENDA, [], None)
    assert screen.ended
    assert screen.message == "Thank you"


def test_rooms_name_states_and_no_people(room: Server) -> None:
    with open_screen(room) as page:
        groups, home = page.wait_for("screen")["rooms"]
    assert (groups["use"], len(groups["rooms"]), groups["title"]) == ("groups", 6, "Pairs")
    assert home["rooms"][0]["name"] == "Table 1"
    assert home["rooms"][0]["states"] == ["Alabama", "Alaska"]


def test_an_empty_session_shows_no_choice_that_would_be_empty(store: Store) -> None:
    screen: dict[str, Any] = read_screen(store, dt.datetime.now(dt.UTC)).model_dump()
    empty = ("rooms", "message", "examples", "slides", "words", "questions", "exercises")
    assert not any(screen[scene] for scene in empty)


@pytest.mark.parametrize(("session", "exercise"), SECTIONS, ids=lambda one: getattr(one, "id", one))
def test_every_exercise_has_a_question_or_a_purpose_and_at_most_three_lines(session: Any, exercise: Any) -> None:
    question, lines = find_question(exercise), shorten_steps(exercise)
    assert question
    assert question[0].isupper()
    assert len(question) < 220
    assert 1 <= len(lines) <= MOST_LINES
    assert not [line for line in lines if "Before the session" in line or not re.search(r"[.?!]$", line)], session.id


def test_the_qr_code_is_one_picture_that_asks_for_nothing_else() -> None:
    svg = ElementTree.fromstring(draw_qr_code("https://example.org/join"))
    assert svg.tag == "svg"
    assert {child.tag for child in svg} == {"title", "path"}
    assert svg.findtext("title") == QR_TITLE
    assert "http" not in str(draw_qr_code("https://example.org/join"))
    assert draw_qr_code("https://example.org/join") != draw_qr_code("https://example.org/join2")
