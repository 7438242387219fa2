"""Limits on connections of one network and pages of one person, and headers of a server with its own TLS."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import AsyncHTTPClient
from tornado.iostream import IOStream
from tornado.testing import bind_unused_port
from tornado.web import Application

from cluster_kit.server import http_server
from cluster_kit.server.app import HTTP_LIMITS
from cluster_kit.server.http_server import NetworkLimitedServer
from cluster_kit.server.security_headers import STRICT_TRANSPORT, SecurityHeadersMixin
from cluster_kit.server.stream import connections
from cluster_kit.server.stream.connections import PageConnections
from cluster_kit.store import Person
from tests.asyncs import run

REQUEST = b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n"
MOST = 3


class OfManyNetworks(NetworkLimitedServer):
    """A server whose connections come from the networks in ``origins``, one after the other."""

    origins: list[str]

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        """As the base class, with the next address in place of this machine's."""
        super().handle_stream(stream, (self.origins.pop(0), *address[1:]))


class Page:
    """A page that has nothing to send."""

    async def drain(self) -> None:
        """Return at once."""

    def close(self, code: int | None = None) -> None:
        """Do nothing."""

    def send_requests(self) -> None:
        """Do nothing."""


def test_connections_of_one_network_are_limited_and_closed_ones_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_server, "MAX_CONNECTIONS_OF_A_NETWORK", MOST)
    run(_connect_from_two_networks())


async def _connect_from_two_networks() -> None:
    server = OfManyNetworks(Application())
    socket, port = bind_unused_port()
    server.add_socket(socket)

    writers: list[asyncio.StreamWriter] = []

    async def connect(origin: str) -> tuple[bytes, asyncio.StreamWriter]:
        server.origins = [origin]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writers.append(writer)
        try:
            writer.write(REQUEST)
            return await reader.readline(), writer
        except ConnectionError:
            return b"", writer

    full = [await connect("203.0.113.7") for _ in range(MOST)]
    assert [status[:12] for status, _ in full] == [b"HTTP/1.1 404"] * MOST
    assert (await connect("203.0.113.7"))[0] == b""
    for other in ("203.0.113.8", *["127.0.0.1"] * (MOST + 1)):
        assert (await connect(other))[0][:12] == b"HTTP/1.1 404", f"{other} has room, or no limit"
    full[0][1].close()
    async with asyncio.timeout(10):
        while (await connect("203.0.113.7"))[0] == b"":
            pass  # the server has not yet noticed that the connection is closed
    for writer in writers:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
    server.stop()
    await server.close_all_connections()


def test_pages_are_limited_by_person_and_by_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MAX_PAGES", 2)
    monkeypatch.setattr(connections, "MAX_PAGES_OF_A_NETWORK", MOST)
    ana, ben, cruz = (Person(id=name, series="2026", jurisdiction="OH", name=name) for name in ("ana", "ben", "cruz"))
    open_pages, first = PageConnections(), Page()
    assert open_pages.add(first, ana, "203.0.113.7")
    assert open_pages.add(Page(), ana, "203.0.113.8")
    assert not open_pages.add(Page(), ana, "203.0.113.9"), "a third page of one person, from anywhere"
    assert open_pages.add(Page(), ben, "203.0.113.7")
    assert open_pages.add(Page(), ben, "203.0.113.7")
    assert not open_pages.add(Page(), cruz, "203.0.113.7"), "a fourth page of one network, of anyone"
    assert open_pages.add(Page(), cruz, "203.0.113.8")
    open_pages.remove(first, ana, "203.0.113.7")
    assert open_pages.add(Page(), cruz, "203.0.113.7")


def test_half_of_a_request_is_closed_when_its_time_is_over() -> None:
    async def wait(sent: bytes) -> bytes:
        server = NetworkLimitedServer(
            Application(), **{**HTTP_LIMITS, "idle_connection_timeout": 0.1, "body_timeout": 0.1}
        )
        socket, port = bind_unused_port()
        server.add_socket(socket)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        received = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        server.stop()
        return received

    assert HTTP_LIMITS["idle_connection_timeout"] <= 75
    assert HTTP_LIMITS["body_timeout"] <= 60
    for half in (b"", b"GET / HTTP/1.1\r\nHost: x\r\n", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n1"):
        assert b"200" not in run(wait(half))


class Handler(SecurityHeadersMixin):
    """Answers nothing."""


def test_with_its_own_tls_a_server_asks_browsers_for_https_from_then_on(certificate: Path) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")

    async def find(scheme: str) -> str | None:
        server = NetworkLimitedServer(
            Application([("/", Handler)]), ssl_options=context if scheme == "https" else None, xheaders=True
        )
        socket, port = bind_unused_port()
        server.add_socket(socket)
        with closing(AsyncHTTPClient(force_instance=True)) as client:
            answer = await client.fetch(
                f"{scheme}://127.0.0.1:{port}/",
                headers={"X-Forwarded-Proto": "https"},
                raise_error=False,
                validate_cert=False,
            )
        server.stop()
        await server.close_all_connections()
        return answer.headers.get("Strict-Transport-Security")

    assert run(find("https")) == STRICT_TRANSPORT
    assert run(find("http")) is None, "a proxy provides HTTPS, and this header"
