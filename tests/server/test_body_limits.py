"""Bodies that are too large: one sentence, no memory, and no more than a few large ones of a network at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler

from cluster_kit.server import body_limits
from cluster_kit.server.body_limits import MOST_LARGE_BODIES, TOO_MANY, BodyRule, LimitedBodies, RefusedBody
from tests.asyncs import run

LIMIT = BodyRule(1000, "It is too large.")
Connect = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]


class SizeHandler(RequestHandler):
    """Responds with the size of the body."""

    def post(self) -> None:
        self.write(str(len(self.request.body)))


class RefusedHandler(RequestHandler):
    """Responds with the sentence, and with the size of what it was given."""

    def initialize(self, refused: RefusedBody) -> None:
        self.refused = refused

    def prepare(self) -> None:
        self.set_status(self.refused.status)
        self.finish(f"{self.refused.sentence} {len(self.request.body)}")


@asynccontextmanager
async def serving(**options: Any) -> AsyncIterator[tuple[LimitedBodies, Connect]]:
    bodies = LimitedBodies(Application([("/", SizeHandler)]), lambda _path: LIMIT, RefusedHandler)
    server, (socket, port) = HTTPServer(bodies, **options), bind_unused_port()
    server.add_socket(socket)
    yield bodies, lambda: asyncio.open_connection("127.0.0.1", port)
    server.stop()
    await server.close_all_connections()


def head(*headers: str) -> bytes:
    return "\r\n".join(["POST / HTTP/1.1", "Host: x", *headers, "", ""]).encode()


async def read_answer(reader: asyncio.StreamReader) -> tuple[int, str]:
    """The status and the text of the next response."""
    top = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30)).decode()
    length = next(line.partition(": ")[2] for line in top.splitlines() if line.startswith("Content-Length"))
    return int(top.split()[1]), (await reader.readexactly(int(length))).decode()


def chunked(*sizes: int) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (size, b"x" * size) for size in (*sizes, 0))


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (head("Content-Length: 1000") + b"x" * 1000, (200, "1000")),
        (head("Content-Length: 1001") + b"x" * 1001, (413, "It is too large. 0")),
        (head("Content-Length: 1001", "Content-Type: multipart/form-data; boundary=a") + b"x" * 1001,
         (413, "It is too large. 0")),
        (head("Transfer-Encoding: chunked") + chunked(400, 600), (200, "1000")),
        (head("Transfer-Encoding: chunked") + chunked(400, 400, 400, 400), (413, "It is too large. 0")),
        (head(f"Content-Length: {10**13}"), (413, "It is too large. 0")),
    ],
    ids=["largest", "too large", "form", "chunks", "too many chunks", "never sent"],
)  # fmt: skip
def test_a_body_that_is_too_large_is_thrown_away_and_answered(sent: bytes, answer: tuple[int, str]) -> None:
    async def ask() -> tuple[int, str]:
        async with serving() as (_, connect):
            reader, writer = await connect()
            writer.write(sent)
            found = await read_answer(reader)
            if answer[1] != "It is too large. 0" or b"10000000000000" not in sent:
                writer.write(head("Content-Length: 2") + b"ok")
                assert await read_answer(reader) == (200, "2"), "the connection goes on with the next request"
            writer.close()
            return found

    assert run(ask()) == answer


def test_one_network_sends_a_few_large_bodies_at_a_time_and_each_that_ends_makes_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(body_limits, "LARGEST_FORM", 100)
    half = head("Content-Length: 200") + b"x" * 150

    async def ask() -> None:
        async with serving() as (bodies, connect):
            open_ones = [await connect() for _ in range(MOST_LARGE_BODIES)]
            for _, writer in open_ones:
                writer.write(half)
            while sum(bodies.large.values()) < MOST_LARGE_BODIES:
                await asyncio.sleep(0.01)
            reader, writer = await connect()
            writer.write(half + b"x" * 50)
            assert await read_answer(reader) == (503, f"{TOO_MANY} 0")
            writer.write(head("Content-Length: 100") + b"x" * 100)
            assert await read_answer(reader) == (200, "100"), "forms are not counted"
            open_ones[0][1].close()
            open_ones[1][1].write(b"x" * 50)
            assert await read_answer(open_ones[1][0]) == (200, "200")
            while sum(bodies.large.values()) > MOST_LARGE_BODIES - 2:
                await asyncio.sleep(0.01)
            writer.write(half + b"x" * 50)
            assert await read_answer(reader) == (200, "200")
            for _, one in [*open_ones, (reader, writer)]:
                one.close()
            while bodies.large:
                await asyncio.sleep(0.01)

    run(ask())
