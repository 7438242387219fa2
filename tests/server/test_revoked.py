"""Links revoked, people moved and erased while connected: their pages close within seconds."""

from __future__ import annotations

import datetime as dt
import json
import socket
import struct
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest
from websockets.frames import Frame, Opcode

from cluster_kit.roster.people import revoke_links
from cluster_kit.server.auth.session_revoker import CHECK_S
from cluster_kit.server.auth.tokens import Invitation, make_session_token, make_token
from cluster_kit.server.stream.protocol import NOT_SIGNED_IN, OTHER_STATE, VERSION
from cluster_kit.store import Person, Store
from cluster_kit.store.models import NewErasure, utc_now
from tests.server.kernel_client import answers, connect_kernel, is_closed, open_console
from tests.server.page_client import PageClient
from tests.serving import GUS, JORDAN, Server, send_token, wait_until

FAR = dt.datetime(2126, 1, 31, tzinfo=dt.UTC)
EXERCISE, PROMPT = "peer_discussion", "heard"


@pytest.fixture
def teammate(server: Server) -> Iterator[PageClient]:
    """The page of a person who stays."""
    with server.connect(JORDAN, exercises=[EXERCISE]) as page:
        yield page


def add(store: Store, person: str, state: str = "OH") -> Person:
    one = Person(id=person, series="demo", jurisdiction=state, name=f"{person} Sample", depth="full")
    return store.add_person(one)


def stored_values(store: Store) -> list[object]:
    return [response.value for response in store.history("demo", "OH")]


def test_a_link_that_was_taken_back_says_so_and_a_new_one_works(server: Server, store: Store) -> None:
    person = add(store, "back")
    secret = server.settings.secret()
    old = make_token(secret, Invitation("back", FAR))  # of a version without the time of issue
    link = server.link("back").partition("#")[2]
    with server.client() as client:
        assert send_token(client, old).status_code == send_token(client, link).status_code == 200
        revoke_links(store, [person], utc_now())
        for token in (old, link):
            refused = send_token(client, token)
            assert refused.status_code == 403
            assert "has been replaced" in refused.json()["sentence"]
        wait_until(lambda: client.get("/session/1").status_code == 403, "the cookie is void")
        assert send_token(client, server.link("back").partition("#")[2]).status_code == 200


def test_who_is_here_when_links_are_taken_back_is_shown_out_and_teammates_stay(
    server: Server, store: Store, teammate: PageClient
) -> None:
    assert CHECK_S <= 2, "a page is closed within three seconds"
    person = add(store, "out")
    with server.client("out") as client:
        with server.connect(client, exercises=[EXERCISE]) as page, server.connect(client, 2) as second:
            assert page.save(EXERCISE, prompt=PROMPT, value="Said before")["type"] == "saved"
            revoke_links(store, [person], utc_now())
            assert page.wait_closed() == second.wait_closed() == NOT_SIGNED_IN
        with server.connect(client, hello=False) as again:
            assert again.wait_closed() == NOT_SIGNED_IN
        assert client.get("/session/1").status_code == 403
    assert teammate.save(EXERCISE, prompt=PROMPT, value="Still here")["type"] == "saved"
    assert "Said before" in stored_values(store)
    with server.connect("out", exercises=[EXERCISE]) as page:
        assert page.save(EXERCISE, prompt=PROMPT, value="With a new link")["type"] == "saved"


def test_a_facilitator_whose_link_is_taken_back_loses_the_console_and_its_kernel(server: Server, store: Store) -> None:
    person = add(store, "former", state="")
    with server.client("former") as client, server.client(GUS) as colleague:
        other, before = open_console(colleague), set(server.kernels())
        kernel = open_console(client)
        (process,) = set(server.kernels()) - before
        with connect_kernel(server, client, kernel) as line, connect_kernel(server, colleague, other) as staying:
            assert answers(line)
            revoke_links(store, [person], utc_now())
            wait_until(lambda: is_closed(line), "the connection has ended")
            assert client.get(f"/api/kernels/{kernel}").status_code == 403
            assert answers(staying)
            wait_until(lambda: not process.is_running(), "the kernel has ended")


def test_who_moves_to_another_state_is_asked_to_load_that_states_page(server: Server, store: Store) -> None:
    person = add(store, "mover")
    with server.client("mover") as client:
        with server.connect(client, exercises=[EXERCISE]) as page:
            assert page.wait_for_form(EXERCISE, "opening")["team"] == "Ohio"
            store.change_person(person.model_copy(update={"jurisdiction": "IA"}), only={"jurisdiction"})
            assert page.wait_closed() == OTHER_STATE
        with server.connect(client, exercises=[EXERCISE]) as page:
            opening = page.wait_for_form(EXERCISE, "opening")
            assert (opening["team"], opening["answers"]["fields"]) == ("Iowa", [])
        assert "Iowa" in client.get("/").text


def test_an_erased_person_is_a_stranger_whose_page_is_closed(server: Server, store: Store) -> None:
    add(store, "erased")
    with server.client() as client:
        client.cookies.set("cluster_kit", make_session_token(server.settings.secret(), Invitation("erased", FAR)))
        assert client.get("/").text.count("erased Sample")
        with server.connect(client) as page:
            store.erase(NewErasure(series="demo", jurisdiction="OH", person="erased", asked_by="a test", why="a test"))
            assert page.wait_closed() == NOT_SIGNED_IN
        assert "erased Sample" not in client.get("/").text


def test_a_link_that_is_over_closes_the_page(server: Server, store: Store) -> None:
    add(store, "brief")
    soon = utc_now() + dt.timedelta(seconds=3)
    with server.client() as client:
        client.cookies.set("cluster_kit", make_session_token(server.settings.secret(), Invitation("brief", soon)))
        with server.connect(client, hello=False) as page:
            assert page.wait_closed() == NOT_SIGNED_IN
        assert client.get("/session/1").status_code == 403


def test_what_a_page_sends_after_it_was_shown_out_is_not_kept(
    server: Server, store: Store, teammate: PageClient
) -> None:
    person = add(store, "deaf")
    with server.client("deaf") as client, closing(DeafPage(client)) as page:
        forms = [{"exercise": EXERCISE, "have": None}]
        page.send({"type": "hello", "protocol": VERSION, "content": server.content.version, "forms": forms})
        page.read_until(b'"opening"')
        revoke_links(store, [person], utc_now())
        page.read_until(struct.pack(">H", NOT_SIGNED_IN))
        answer = {"id": "deaf-1", "prompt": PROMPT, "row": "", "value": "Said behind the door", "base": []}
        save = {"type": "save", "message": "1", "responses": [answer]}
        page.send({"type": "form", "exercise": EXERCISE, "message": save})
        for number in range(3):
            assert teammate.save(EXERCISE, prompt=PROMPT, value=f"After that {number}")["type"] == "saved"
    assert "Said behind the door" not in stored_values(store)


class DeafPage:
    """A page that keeps sending, whatever the server replies."""

    def __init__(self, client: httpx.Client) -> None:
        host, port = client.base_url.host, client.base_url.port
        assert port
        self._socket = socket.create_connection((host, port), timeout=60)
        self._read = b""
        lines = [
            "GET /session/1/connection HTTP/1.1",
            f"Host: {host}:{port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13",
            "Cookie: " + "; ".join(f"{name}={value}" for name, value in client.cookies.items()),
        ]
        self._socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.read_until(b"\r\n\r\n")

    def send(self, frame: dict[str, object]) -> None:
        self._socket.sendall(Frame(Opcode.TEXT, json.dumps(frame).encode()).serialize(mask=True))

    def read_until(self, words: bytes) -> None:
        while words not in self._read:
            more = self._socket.recv(65536)
            assert more, "the server has closed the connection"
            self._read += more

    def close(self) -> None:
        self._socket.close()
