"""Links taken back, people moved and erased, while they are here: they are shown out within seconds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from cluster_kit.live.links import Invitation, make_badge, make_token
from cluster_kit.responses import Person, Store
from cluster_kit.responses.models import NewErasure, now
from cluster_kit.roster.people import revoke_links
from tests.live.test_kernels import hear, line, open_page, say
from tests.serving import JORDAN, Server, knock, wait_until

FAR = dt.datetime(2126, 1, 31, tzinfo=dt.UTC)


@pytest.fixture
def store(server: Server) -> Iterator[Store]:
    with Store.open(server.settings.db_url) as store:
        yield store


def add(store: Store, person: str) -> Person:
    return store.add_person(Person(id=person, series="demo", jurisdiction="OH", name=f"{person} Sample", depth="full"))


def is_closed(socket: ClientConnection) -> bool:
    try:
        socket.ping()
    except ConnectionClosed:
        return True
    return False


def test_a_link_that_was_taken_back_says_so_and_a_new_one_works(server: Server, store: Store) -> None:
    person = add(store, "back")
    secret = server.settings.secret()
    old = make_token(secret, Invitation("back", FAR))  # of a version that did not say when
    link = server.link("back").partition("#")[2]
    with server.client() as client:
        assert knock(client, old).status_code == knock(client, link).status_code == 200
        revoke_links(store, [person], now())
        for token in (old, link):
            refused = knock(client, token)
            assert refused.status_code == 403
            assert "has been replaced" in refused.json()["sentence"]
        wait_until(lambda: client.get("/session/1").status_code == 403, "the badge is void")
        assert knock(client, server.link("back").partition("#")[2]).status_code == 200


def test_whoever_is_here_when_links_are_taken_back_is_shown_out_with_their_kernel(server: Server, store: Store) -> None:
    person = add(store, "out")
    with server.client() as client, server.client(JORDAN) as mate:
        knock(client, server.link("out").partition("#")[2])
        kernel, other = open_page(client), open_page(mate)
        with line(server, client, kernel) as socket, line(server, mate, other) as staying:
            hear(socket, say(socket, "kernel_info_request"))
            revoke_links(store, [person], now())
            wait_until(lambda: is_closed(socket), "the line has ended")
            assert client.get(f"/api/kernels/{kernel}").status_code == 403
            hear(staying, say(staying, "kernel_info_request"))
            assert mate.get(f"/api/kernels/{other}").status_code == 204


def test_whoever_moves_to_another_state_starts_anew_there(server: Server, store: Store) -> None:
    person = add(store, "mover")
    with server.client() as client:
        knock(client, server.link("mover").partition("#")[2])
        kernel = open_page(client)
        with line(server, client, kernel) as socket:
            hear(socket, say(socket, "kernel_info_request"))
            store.change_person(person.model_copy(update={"jurisdiction": "IA"}), only={"jurisdiction"})
            wait_until(lambda: is_closed(socket), "the line has ended")
        wait_until(lambda: client.get(f"/api/kernels/{kernel}").status_code == 404, "the kernel has ended")
        assert "Iowa" in client.get("/").text


def test_an_erased_person_is_a_stranger(server: Server, store: Store) -> None:
    add(store, "erased")
    badge = make_badge(server.settings.secret(), Invitation("erased", FAR))
    with server.client() as client:
        client.cookies.set("cluster_kit", badge)
        assert client.get("/").text.count("erased Sample")
        store.erase(NewErasure(series="demo", jurisdiction="OH", person="erased", asked_by="a test", why="a test"))
        wait_until(lambda: "erased Sample" not in client.get("/").text, "the badge is nobody's")
