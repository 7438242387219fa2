"""One WebSocket of a session page, from hello to close."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import httpx
from tornado.httpclient import HTTPError as UpgradeError
from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketClientConnection, WebSocketClosedError, WebSocketError

from cluster_kit.errors import ClusterKitError
from cluster_kit.models import Json
from cluster_kit.rehearsal.client import Client, NotThereError, SessionPage
from cluster_kit.server.stream import protocol

HEARTBEAT_S = 10.0
CLOSE_S = 1.0


class SignedOutError(ClusterKitError):
    """The session cookie is not accepted, or the link was revoked. Reconnecting does not help."""

    def __init__(self) -> None:
        super().__init__("the server closed the page's connection: not signed in")


class ReloadError(ClusterKitError):
    """The page must be reloaded: the person moved to another state, or the server has other content."""


class PageLimitError(ClusterKitError):
    """This person has too many pages open."""

    def __init__(self) -> None:
        super().__init__("the server closed the page's connection: too many pages of one person")


CONNECTION_ERRORS = (
    httpx.HTTPError, UpgradeError, StreamClosedError, WebSocketClosedError, WebSocketError, NotThereError,
    PageLimitError, OSError, TimeoutError,
)  # fmt: skip
"""Errors after which the page reconnects a little later."""


class PageConnection:
    """An open WebSocket of a session page."""

    def __init__(self, socket: WebSocketClientConnection) -> None:
        self._socket = socket
        self._reading: asyncio.Future[str | bytes | None] | None = None
        self._is_over = False

    def hello(self, page: SessionPage, forms: Sequence[tuple[str, Json | None]]) -> None:
        """Send the hello with the page's forms (exercise, have): the first frame of each connection."""
        opened = [{"exercise": exercise, "have": have} for exercise, have in forms]
        self.send({"type": "hello", "protocol": page.protocol, "content": page.content, "forms": opened})

    def send(self, frame: Json) -> None:
        """Send a frame. On a closed connection it is dropped, and resent on the next one if it matters."""
        if self._socket.protocol is not None:
            with suppress(WebSocketClosedError):
                self._socket.write_message(json.dumps(frame))

    async def receive(self) -> Json:
        """The next frame. Raises ``ReloadError``, ``SignedOutError``, or one of ``CONNECTION_ERRORS`` at the end."""
        while True:
            text = await self._read()
            if text is None:
                self._raise_closed()
            frame: Json = json.loads(text or "")
            if frame["type"] == "reload":
                raise ReloadError("The server asked to reload the page.")
            if frame["type"] != "pong":
                return frame

    async def _read(self) -> str | bytes | None:
        """The next message, None at the end. After a silence a ping is sent; after a second one, the connection is
        closed."""
        for is_last in (False, True):
            self._reading = self._reading or asyncio.ensure_future(self._socket.read_message())
            done, _ = await asyncio.wait([self._reading], timeout=HEARTBEAT_S)
            if done:
                return await self._receive()
            if not is_last:
                self.send({"type": "ping"})
        raise ConnectionError("the server did not answer a ping")

    async def _receive(self) -> str | bytes | None:
        text = await (self._reading or self._socket.read_message())
        self._reading, self._is_over = None, text is None
        return text

    def _raise_closed(self) -> None:
        match self._socket.close_code:
            case protocol.NOT_SIGNED_IN:
                raise SignedOutError
            case protocol.OTHER_STATE:
                raise ReloadError("The page is another state's by now.")
            case protocol.TOO_MANY_PAGES:
                raise PageLimitError
            case code:
                raise ConnectionError(f"the page's connection was closed ({code})")

    async def close(self) -> None:
        """Close the connection, and wait for the server to close its side."""
        self._socket.close()
        with suppress(TimeoutError, StreamClosedError):
            async with asyncio.timeout(CLOSE_S):
                while not self._is_over:
                    await self._receive()


@asynccontextmanager
async def connect(client: Client, session: int) -> AsyncIterator[PageConnection]:
    """A session page's WebSocket, closed afterwards. Raises one of ``CONNECTION_ERRORS``."""
    connection = PageConnection(await client.open_socket(f"/session/{session}/connection"))
    try:
        yield connection
    finally:
        await connection.close()
