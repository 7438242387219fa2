"""Relays requests for a kernel to the worker process that owns it, which checks access."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, WebSocketClosedError, WebSocketHandler, websocket_connect

from cluster_kit.server.monitoring.logs import PrivateLogMixin
from cluster_kit.server.security_headers import SecurityHeadersMixin

PASSED_ON = ("Cookie", "Host", "Origin", "X-Forwarded-For", "X-Real-IP")
TIMEOUT_S = 10.0
MAX_MESSAGE_BYTES = 64 * 1024**2
AWAY = 1001
ANY_WORKER = r"\w\w"


def relay_routes(peers: Mapping[str, str], kernel_id: str, base_url: str) -> list[tuple[Any, ...]]:
    """Routes for the kernels of other workers, by the first two characters of their ids.

    ``kernel_id`` is the pattern of an id, ``base_url`` the base address of kernels for pages with widgets.
    """
    routes: list[tuple[Any, ...]] = []
    for prefix, address in peers.items():
        kernel = rf"(?:/|{base_url})api/kernels/{prefix}{kernel_id.removeprefix(ANY_WORKER)}"
        routes.append((rf"{kernel}/channels", RelaySocketHandler, {"address": address}))
        routes.append((kernel, RelayHandler, {"address": address}))
    return routes


class _Relay(PrivateLogMixin, SecurityHeadersMixin):
    """Base of both relays. ``address`` is the other worker's."""

    is_gone = False  # as in ``ContextMixin``

    def initialize(self, address: str) -> None:
        """Store the other worker's address."""
        self.address = address

    def passed_on(self) -> dict[str, str]:
        """Headers of the request that identify the user and the client."""
        found = {name: self.request.headers.get(name) for name in PASSED_ON}
        return {name: value for name, value in found.items() if value is not None}


class RelayHandler(_Relay):
    """Relays GET requests."""

    async def get(self) -> None:
        """The other worker's response; 404 if it does not respond, because its kernels ended with it."""
        request = HTTPRequest(
            self.address + self.request.uri, headers=self.passed_on(), request_timeout=TIMEOUT_S, follow_redirects=False
        )
        try:
            answer = await AsyncHTTPClient().fetch(request, raise_error=False)
        except (OSError, HTTPClientError):
            self.is_gone = True
            self.set_status(404)
            return
        self.set_status(answer.code)
        if answer.body:
            self.set_header("Content-Type", answer.headers.get("Content-Type", "application/json"))
            self.write(answer.body)


class RelaySocketHandler(_Relay, WebSocketHandler):
    """Relays a WebSocket in both directions; both sides close together."""

    _peer: WebSocketClientConnection | None = None
    _pump: asyncio.Task[None] | None = None

    async def prepare(self) -> None:
        """Connect to the other worker first, so that its refusal is passed on."""
        offered = self.request.headers.get("Sec-WebSocket-Protocol", "")
        request = HTTPRequest(
            self.address.replace("http", "ws", 1) + self.request.uri,
            headers=self.passed_on(),
            connect_timeout=TIMEOUT_S,
        )
        try:
            self._peer = await websocket_connect(
                request,
                subprotocols=[one.strip() for one in offered.split(",")] if offered else None,
                max_message_size=MAX_MESSAGE_BYTES,
            )
        except HTTPClientError as error:
            self.set_status(error.code if 400 <= error.code < 500 else 404)
            self.finish()
        except OSError:
            self.is_gone = True
            self.set_status(404)
            self.finish()

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        """The subprotocol that the other worker selected."""
        chosen = self._peer.selected_subprotocol if self._peer else None
        return chosen if chosen in subprotocols else None

    def open(self) -> None:
        """Start relaying messages from the other worker."""
        self._pump = asyncio.create_task(self._pass_on())

    async def _pass_on(self) -> None:
        assert self._peer is not None  # noqa: S101 - connected in prepare
        while (message := await self._peer.read_message()) is not None:
            with suppress(WebSocketClosedError):
                await self.write_message(message, binary=isinstance(message, bytes))
        self.close(self._peer.close_code or AWAY)

    async def on_message(self, message: str | bytes) -> None:
        """Relay a message from the page."""
        if self._peer:
            with suppress(WebSocketClosedError):
                await self._peer.write_message(message, binary=isinstance(message, bytes))

    def on_close(self) -> None:
        """Close the other side."""
        if self._peer:
            self._peer.close(self.close_code or AWAY)
