"""The page's WebSocket: access, accepted frames, and isolation of pages from each other."""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from time import monotonic, sleep
from typing import Any
from unittest.mock import AsyncMock, Mock

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from cluster_kit.server.auth.cookies import find_xsrf_token
from cluster_kit.server.auth.rate_limits import (
    BYTES_OF_A_PERSON,
    CLICKS_OF_A_PERSON,
    FRAMES_OF_A_PAGE,
    CommandLimiter,
    Limit,
    RateLimiter,
    TrafficLimiter,
)
from cluster_kit.server.stream.connections import MAX_PAGES
from cluster_kit.server.stream.page_connection import (
    ASK_LATER,
    MAX_UNSENT,
    MAX_WAITING,
    NOT_KEPT,
    PING_S,
    PageConnectionHandler,
)
from cluster_kit.server.stream.protocol import NOT_SIGNED_IN, TOO_MANY_PAGES, TOO_SLOW, VERSION, PageCommand, read_frame
from cluster_kit.store import Person, Store
from tests.asyncs import run
from tests.server.page_client import PageClient, connect, greet, open_raw, until
from tests.serving import AVERY, FAY, JORDAN, TASI, Server, run_server, wait_until

EXERCISE, PROMPT = "peer_discussion", "heard"
UNSUPPORTED = 1003
LONG = "x" * 49_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for this module only: pages are counted."""
    with run_server(tmp_path_factory.mktemp("home")) as server:
        yield server


@pytest.fixture
def avery(server: Server) -> Iterator[httpx.Client]:
    with server.client(AVERY) as client:
        yield client


@pytest.fixture
def jordan(server: Server) -> Iterator[PageClient]:
    """A teammate's page with one form open, to check that it is unaffected."""
    with server.connect(JORDAN, exercises=[EXERCISE]) as page:
        yield page


def open_pages(server: Server) -> int:
    with server.client() as client:
        return int(client.get("/health").json()["pages"])


def works(page: PageClient) -> bool:
    """True if the page still saves."""
    return bool(page.save(EXERCISE, prompt=PROMPT, value=str(uuid.uuid4()))["type"] == "saved")


# --- who is let in --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cookie", ["", "nonsense"])
def test_who_is_not_signed_in_is_told_by_the_close_code(server: Server, cookie: str) -> None:
    with server.client() as stranger:
        stranger.cookies.set("cluster_kit", cookie)
        with connect(stranger) as page:
            assert page.wait_closed() == NOT_SIGNED_IN
            assert page.frames == []


def test_a_session_that_does_not_exist_has_no_connection(avery: httpx.Client) -> None:
    with connect(avery, 99) as page:
        assert page.wait_closed() == NOT_SIGNED_IN


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null"])
def test_a_page_of_another_site_gets_no_connection(avery: httpx.Client, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused, open_raw(avery, Origin=origin):
        pass
    assert refused.value.response.status_code == 403


def test_the_servers_own_pages_do(server: Server, avery: httpx.Client) -> None:
    with connect(avery, content=server.content.version, Origin=server.address) as page:
        greet(page)


def test_a_plain_request_gets_no_connection(avery: httpx.Client) -> None:
    assert avery.get("/session/1/connection").status_code == 400


def test_what_was_there_before_is_gone(server: Server, avery: httpx.Client) -> None:
    token = {"X-XSRFToken": find_xsrf_token(avery.cookies)}
    for path in ("/session/1/floor", "/session/1/here"):
        assert avery.get(path).status_code == 404
        assert avery.post(path, json={}, headers=token).status_code == 404


def test_the_eleventh_page_of_one_person_is_refused_and_nobody_elses(server: Server, jordan: PageClient) -> None:
    with server.client(TASI) as client, ExitStack() as stack:
        pages = [stack.enter_context(server.connect(client)) for _ in range(MAX_PAGES)]
        with connect(client) as another:
            assert another.wait_closed() == TOO_MANY_PAGES
        assert all(page.close_code is None for page in pages)
        assert works(jordan)
        pages[0].close()
        wait_until(lambda: open_pages(server) == MAX_PAGES, "the closed page is counted out")  # nine and Jordan's
        stack.enter_context(server.connect(client))


# --- hello ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("differs", [{"protocol": VERSION + 1}, {"protocol": VERSION - 1}, {"content": "another"}])
def test_a_page_of_another_version_is_asked_to_load_again_and_nothing_of_it_is_kept(
    server: Server, avery: httpx.Client, jordan: PageClient, differs: dict[str, Any]
) -> None:
    with server.connect(avery, hello=False) as page:
        page.hello(EXERCISE, **differs)
        page.wait_for("reload")
        page.begin_save(EXERCISE, prompt=PROMPT, value="From an old page")
        page.send({"type": "ping"})
        page.wait_for("pong")
        assert [frame["type"] for frame in page.frames] == ["reload", "pong"]
    assert works(jordan)
    with Store.open(server.db_url) as store:
        assert "From an old page" not in [response.value for response in store.history("demo", "OH")]


def test_a_page_is_welcomed_before_anything_else(server: Server, avery: httpx.Client) -> None:
    with server.connect(avery, exercises=[EXERCISE, "goals"]) as page:
        opening = page.wait_for_form("goals", "opening")
        assert page.frames[0] == {"type": "welcome"}
        assert opening["me"] == {"id": AVERY, "name": "Avery Sample", "role": ""}
        assert page.wait_for_form(EXERCISE, "opening")["team"] == "Ohio"


def test_hello_twice_sends_what_was_missed_once_more_and_events_once(server: Server, avery: httpx.Client) -> None:
    with server.connect(avery, exercises=[EXERCISE]) as page:
        have = page.wait_for_form(EXERCISE, "opening")["answers"]
        page.save(EXERCISE, prompt=PROMPT, value="Said before the second hello")
        page.hello(EXERCISE, have={"seq": have["seq"], "erased": have["erased"]})
        until(lambda: "Said before the second hello" in page.values(EXERCISE, PROMPT), "what was missed is sent")
        page.command("post", "framing", text="Once only")
        until(lambda: "Once only" in page.texts, "the post is there")
        boards = [frame for frame in page.frames if frame["type"] == "board"]
        assert sum(any(post["text"] == "Once only" for post in frame["posts"]) for frame in boards) == 1


def test_messages_before_hello_break_nothing(server: Server, avery: httpx.Client) -> None:
    with server.connect(avery, hello=False) as page:
        page.begin_save(EXERCISE, prompt=PROMPT, value="Too early")
        page.send({"type": "presence", "exercise": EXERCISE, "active": True})
        page.send({"type": "ping"})
        page.wait_for("pong")
        assert [frame["type"] for frame in page.frames] == ["pong"]
        greet(page, [EXERCISE])
        page.wait_for_form(EXERCISE, "opening")
        assert "Too early" not in page.values(EXERCISE, PROMPT)
        assert works(page)


def test_forms_and_exercises_that_there_are_not_are_passed_over(server: Server, avery: httpx.Client) -> None:
    with server.connect(avery, exercises=["no_such", EXERCISE]) as page:
        page.wait_for_form(EXERCISE, "opening")
        page.begin_save("no_such", prompt="x", value="y")
        assert works(page)
        assert page.find_form("no_such", "opening") is None


def test_a_person_of_another_state_gets_no_answer_of_this_one(server: Server, jordan: PageClient) -> None:
    secret = str(uuid.uuid4())
    assert jordan.save(EXERCISE, prompt=PROMPT, value=secret)["type"] == "saved"
    with server.connect(TASI, exercises=[EXERCISE]) as guam, server.connect(AVERY, exercises=[EXERCISE]) as mate:
        until(lambda: secret in mate.values(EXERCISE, PROMPT), "the teammate has it")
        assert jordan.save(EXERCISE, prompt="borrow", value=f"more {secret}")["type"] == "saved"
        until(lambda: f"more {secret}" in mate.values(EXERCISE, "borrow"), "and what is said now")
        guam.wait_for_form(EXERCISE, "opening")
        assert works(guam)
        assert secret not in json.dumps(guam.frames)


def test_exercise_definitions_are_for_people_signed_in_and_hold_no_answer(server: Server, avery: httpx.Client) -> None:
    found = re.search(r'data-exercises="([^"]+)"', avery.get("/session/1").text)
    assert found
    file = avery.get(found[1])
    assert set(file.json()) == {exercise.id for exercise in server.content.get_session(1).exercises}
    assert "immutable" in file.headers["cache-control"]
    assert "private" in file.headers["cache-control"]
    assert "Avery" not in file.text
    assert avery.get("/session/1/exercises/00.json").status_code == 404
    assert avery.get("/session/99/exercises/00.json").status_code == 404
    with server.client(TASI) as guam, server.client() as stranger:
        assert guam.get(found[1]).text == file.text
        assert stranger.get(found[1]).status_code == 403


# --- invalid frames -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "nonsense",
    [
        b"\x00binary",
        "",
        "not json",
        "[]",
        "null",
        '{"type":"hologram"}',
        '{"type":"hello"}',
        '{"type":"form","exercise":"goals","message":"words"}',
        '{"type":"command","id":"","kind":"post"}',
        f'{{"type":"command","id":"{"x" * 65}","kind":"post"}}',
        *(f'{{"type":"command","id":"{one}","kind":"park","value":{{"text":"x"}}}}' for one in ("!!!", "a b", "-x")),
        *(f'{{"type":"command","id":"1","kind":"park","jurisdiction":"{one}"}}' for one in ("oh", "éé")),
        f'{{"type":"presence","exercise":"{"x" * 201}"}}',
        '{"type":"form","exercise":"goals","message":{"a":' + "[" * 100_000 + "]" * 100_000 + "}}",
        '{"type":"ping","x":"\\ud800' + "[" * 5000,
        '{"type":"hello","protocol":1,"content":"x","forms":' + json.dumps([{"exercise": "x"}] * 101) + "}",
    ],
    ids=lambda nonsense: str(nonsense[:30]),
)
def test_nonsense_closes_the_page_that_sent_it_and_no_other(
    avery: httpx.Client, server: Server, jordan: PageClient, nonsense: str | bytes
) -> None:
    with server.connect(avery) as page:
        page.socket.send(nonsense)
        assert page.wait_closed() == UNSUPPORTED
    assert works(jordan)


def test_a_frame_that_is_too_big_closes_that_page_only(avery: httpx.Client, server: Server, jordan: PageClient) -> None:
    with server.connect(avery) as page:
        with suppress(ConnectionClosed):
            page.socket.send("x" * 11_000_000)
        page.wait_closed()
    assert works(jordan)


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"type": "hologram"},
        {"type": "save"},
        {"type": "save", "message": "odd", "responses": "all"},
        {"type": "save", "message": ["odd"], "responses": []},
        {"type": "save", "message": "odd", "responses": [{"id": "1", "prompt": "heard"}] * 1001},
        {"type": "file", "upload": "1", "prompt": "heard", "name": "x", "size": -1, "at": 0, "data": ""},
    ],
    ids=lambda message: json.dumps(message)[:40],
)
def test_a_form_message_that_is_not_understood_is_answered_and_the_page_stays(
    avery: httpx.Client, server: Server, message: dict[str, object]
) -> None:
    with server.connect(avery, exercises=[EXERCISE]) as page:
        page.send({"type": "form", "exercise": EXERCISE, "message": message})
        assert "Reload the page" in page.wait_for_form(EXERCISE, "trouble")["sentence"]
        assert works(page)


def test_half_a_surrogate_pair_is_kept_as_a_sign_and_the_page_stays(server: Server, avery: httpx.Client) -> None:
    with server.connect(avery, exercises=[EXERCISE]) as page:
        page.wait_for_form(EXERCISE, "opening")
        assert page.save(EXERCISE, prompt=PROMPT, value="half \ud83d a smile")["type"] == "saved"
        assert page.command("post", "framing", text="whole \U0001f600, half \ude00")["ok"]
        until(lambda: "whole \U0001f600, half \ufffd" in page.texts, "the post is on the board")
    with Store.open(server.db_url) as store:
        assert "half \ufffd a smile" in [response.value for response in store.history("demo", "OH")]


def test_frames_are_read_as_they_are() -> None:
    frame = read_frame('{"type":"command","id":"1","kind":"post","value":{"text":"\\ud83d\\ude00 \\\\ud800 é"}}')
    assert frame
    assert frame.model_dump()["value"] == {"text": "\U0001f600 \\ud800 é"}
    half = read_frame('{"type":"command","id":"1","kind":"post","value":{"text":"\\ud83d\\ude00 \\ud83d"}}')
    assert half
    assert half.model_dump()["value"] == {"text": "\U0001f600 \ufffd"}


@pytest.mark.parametrize(
    ("kind", "subject", "value", "sentence"),
    [
        ("show", "areas", {"picture": "x" * 300_000}, "The answer is 301 kB long, and 200 kB is the most. Shorten it."),
        ("show", "areas", {"picture": [[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]}, "The answer is nested"),
        ("reveal", "goals", {}, "There are no ratings in"),
        ("hologram", "", {}, "The server did not understand this page."),
    ],
)
def test_a_command_that_cannot_be_kept_is_refused_in_a_sentence(
    server: Server, kind: str, subject: str, value: dict[str, Any], sentence: str
) -> None:
    with server.connect(FAY) as page:
        result = page.command(kind, subject, **value)
        assert not result["ok"]
        assert result["refused"].startswith(sentence)
        assert page.command("park", text="The page stays")["ok"]


@pytest.mark.parametrize("revealed", [True, False])
def test_a_participant_reveals_nothing_by_command(jordan: PageClient, revealed: bool) -> None:
    assert "Only facilitators" in jordan.command("reveal", "rate_systems", revealed=revealed)["refused"]
    assert jordan.newest["team"]["revealed"] == []


def test_an_id_of_anothers_command_is_refused_and_ones_own_acts_once(server: Server, jordan: PageClient) -> None:
    taken = str(uuid.uuid4())
    assert all(jordan.command("post", "framing", taken, text="Mine")["ok"] for _ in range(2))
    with server.connect(TASI) as other:
        assert "same id" in other.command("post", "framing", taken, text="Mine")["refused"]
    assert "same id" in jordan.command("post", "framing", taken, text="Other words")["refused"]


def test_a_command_that_fails_is_answered_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    page = Mock(spec=PageConnectionHandler, context=Mock(commands=CommandLimiter()), _session=Mock(number=1))
    page.context.events.run_command = AsyncMock(side_effect=ZeroDivisionError)
    request = PageCommand(type="command", id="1", kind="park")
    person = Person(id="ana", series="2026", jurisdiction="OH", name="Ana")
    result = run(PageConnectionHandler._result(page, person, request))
    assert (result.ok, result.later, result.refused) == (False, NOT_KEPT, None)
    assert "ZeroDivisionError" in caplog.text


# --- overload -------------------------------------------------------------------------------------------------------


def test_nine_hundred_frames_at_once_are_all_answered(server: Server, avery: httpx.Client, jordan: PageClient) -> None:
    with server.connect(avery, exercises=[EXERCISE]) as page:
        for number in range(900):
            if number % 100 == 0:
                page.begin_save(EXERCISE, prompt="question", value=f"Number {number}")
            page.send({"type": "ping"})
        assert works(jordan)
        until(lambda: sum(frame["type"] == "pong" for frame in page.frames) == 900, "every ping has its pong")
        until(lambda: len(page.acknowledged()) == 9, "every save has its receipt")
    with Store.open(server.db_url) as store:
        assert {r.value for r in store.history("demo", "OH") if r.prompt == "question"} >= {"Number 0", "Number 800"}


def send_messages(page: PageClient, number: int) -> None:
    for _ in range(number):
        page.send({"type": "ping"})


def send_pings(page: PageClient, number: int) -> None:
    for _ in range(number):
        page.socket.ping()


def send_parts(page: PageClient, number: int) -> None:
    page.socket.send(" " for _ in range(number))


@pytest.mark.parametrize("send", [send_messages, send_pings, send_parts])
def test_a_page_that_sends_without_end_is_closed_and_others_are_not(
    server: Server, avery: httpx.Client, jordan: PageClient, send: Callable[[PageClient, int], None]
) -> None:
    with server.connect(avery) as page:
        with suppress(ConnectionClosed):
            send(page, FRAMES_OF_A_PAGE.most + 100)
        assert page.wait_closed() == TOO_SLOW
    assert works(jordan)


def test_a_message_may_come_in_parts(server: Server, avery: httpx.Client) -> None:
    with server.connect(avery) as page:
        page.socket.send(['{"type":', ' "pi', 'ng"}'])
        page.wait_for("pong")


def test_frames_of_very_many_bytes_are_read_at_a_limited_pace_whatever_page_they_come_from() -> None:
    now, ana, bo = [1000.0], Mock(spec=Person, id="ana"), Mock(spec=Person, id="bo")
    traffic = TrafficLimiter(lambda: now[0])
    page = Mock(context=Mock(traffic=traffic), person=ana)
    page._frames, page._outgoing = RateLimiter(Limit(99, 1)), asyncio.Queue[str]()
    assert PageConnectionHandler.on_message(page, '{"type":"ping"}') is None
    page._pause.assert_not_called()
    assert traffic.note(ana, BYTES_OF_A_PERSON.most - 15) == 0
    PageConnectionHandler.on_message(page, "x" * 10_000_000)
    [wait_s] = page._pause.call_args.args
    assert wait_s == pytest.approx(3.0)
    assert traffic.wait_s(bo) == 0, "others are not slowed down"
    traffic.note(ana, 100_000_000)
    assert traffic.wait_s(ana) > PING_S, "a page that connects again is closed"
    now[0] += 34
    assert traffic.wait_s(ana) == 0


def test_commands_without_end_are_slowed_down(server: Server, jordan: PageClient) -> None:
    post = str(uuid.uuid4())
    assert jordan.command("post", "framing", post, text="React to this")["ok"]
    with server.connect(TASI) as page:
        ids = [str(number) for number in range(CLICKS_OF_A_PERSON.most + 30)]
        for one in ids:
            value = {"reaction": "helpful", "on": True}
            page.send({"type": "command", "id": one, "kind": "react", "subject": post, "value": value})
        results = [page.wait_for("result", id=one) for one in ids]
        assert sum(result["ok"] for result in results) == CLICKS_OF_A_PERSON.most
        assert all(0 < result["wait_s"] <= 60 for result in results if not result["ok"])
        page.ask_form(EXERCISE, "reveal", message="too many")  # showing ratings is an action, too
        assert page.wait_for_form(EXERCISE, "trouble", message="too many")["sentence"] == ASK_LATER
    assert jordan.command("react", post, reaction="helpful", on=True)["ok"]


def test_a_page_that_reads_nothing_is_disconnected_and_nobody_else_suffers(
    server: Server, avery: httpx.Client, jordan: PageClient
) -> None:
    before = open_pages(server)
    with suppress(ConnectionClosed), open_raw(avery) as slow:
        forms = [{"exercise": EXERCISE, "have": None}]
        slow.send(json.dumps({"type": "hello", "protocol": VERSION, "content": server.content.version, "forms": forms}))
        wait_until(lambda: open_pages(server) == before + 1, "the slow page is there")
        base: list[str] = []
        while open_pages(server) > before:
            # Its buffers are full after a few seconds, and it answers no ping.
            saved = jordan.save(EXERCISE, prompt="borrow", value=f"{monotonic()} {LONG}", base=base)
            base = [receipt["id"] for receipt in saved["receipts"]]
            sleep(0.2)
        for _ in slow:  # drop what was received before, so that closing does not wait
            pass
    assert works(jordan)


def run_sender(frames: list[str]) -> list[int | None]:
    """The codes with which a page is closed that reads none of these frames."""
    page = Mock(_unsent=0, _outgoing=asyncio.Queue[str](MAX_WAITING))
    for frame in frames:
        PageConnectionHandler.send(page, frame)
    return [call.args[0] for call in page.close.call_args_list]


def test_a_page_with_too_much_unread_is_disconnected() -> None:
    assert run_sender(["x"] * MAX_WAITING) == []
    assert run_sender(["x"] * (MAX_WAITING + 1)) == [TOO_SLOW]
    assert run_sender(["x" * (MAX_UNSENT + 1)]) == [], "one opening may be long"
    assert run_sender(["x" * MAX_UNSENT, "y"]) == [TOO_SLOW]
