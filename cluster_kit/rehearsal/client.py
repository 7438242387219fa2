"""A participant's browser session over HTTP: join by link, load a session page, open its WebSocket.

It uses the same requests as the page, and none of the server's code.
"""

from __future__ import annotations

import html
import json
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Self

import httpx
from tornado.httpclient import HTTPRequest
from tornado.httputil import HTTPHeaders
from tornado.websocket import WebSocketClientConnection, websocket_connect

from cluster_kit.errors import ClusterKitError
from cluster_kit.models import Json
from cluster_kit.server.auth.cookies import find_xsrf_token

PATIENCE_S = 600.0
MAX_FRAME_BYTES = 2**30
ROOT = re.compile(r"<html\b([^>]*)>")
ATTRIBUTE = re.compile(r'data-([a-z]+)="([^"]*)"')
PLACEHOLDER = re.compile(r'<div\b(?=[^>]*\bclass="ck-widget\b)[^>]*\bdata-exercise="([^"]+)"')


class NotThereError(ClusterKitError):
    """The page at the address is not the expected one."""


@dataclass(frozen=True)
class SessionPage:
    """The data that a session page's script reads from its HTML.

    ``exercises`` are the ids of its forms, in order; ``definitions`` is the address of their static definitions.
    """

    protocol: int
    content: str
    definitions: str
    exercises: tuple[str, ...]


class Client:
    """One person's HTTP client. Close it, or use it as an async context manager."""

    def __init__(self, address: str) -> None:
        self.address = address
        timeout = httpx.Timeout(PATIENCE_S)
        self._http = httpx.AsyncClient(base_url=address, timeout=timeout, verify=_tls(), trust_env=False)

    async def close(self) -> None:
        """Close all HTTP connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_how: object) -> None:
        await self.close()

    async def get(self, path: str) -> httpx.Response:
        """Send a GET request. Raises httpx's errors, also for an error status."""
        return (await self._http.get(path)).raise_for_status()

    async def join(self, token: str) -> None:
        """Log in with a link's token, as the join page does; the session cookie is kept."""
        await self.get("/join")
        fields = {"token": token, "_xsrf": find_xsrf_token(self._http.cookies)}
        (await self._http.post("/join", data=fields)).raise_for_status()

    async def load_session(self, number: int) -> SessionPage:
        """Load a session page. Raises ``NotThereError`` if it is not one."""
        return read_page((await self.get(f"/session/{number}")).text)

    async def load_definitions(self, page: SessionPage) -> Mapping[str, Json]:
        """The static definitions of a page's exercises, by id. Shared among clients: do not modify."""
        return _parse_definitions((await self.get(page.definitions)).content)

    async def evaluate(self, session: int, answers: Json) -> bool:
        """Send an evaluation as its page does: ask for a ballot, then send it without cookies. False without a ballot.

        Raises httpx's errors, also for an error status.
        """
        address = f"/session/{session}/evaluation"
        await self.get(address)
        reply = await self._http.post(f"{address}/ballot", data={"_xsrf": find_xsrf_token(self._http.cookies)})
        ballot = reply.raise_for_status().json()["ballot"]
        if ballot is None:
            return False
        timeout = httpx.Timeout(PATIENCE_S)
        async with httpx.AsyncClient(base_url=self.address, timeout=timeout, verify=_tls(), trust_env=False) as plain:
            (await plain.post(f"{address}/answers", json={"ballot": ballot, "answers": answers})).raise_for_status()
        return True

    async def open_socket(self, path: str) -> WebSocketClientConnection:
        """Open a WebSocket with this person's session cookie; the caller closes it. Raises Tornado's errors."""
        cookies = "; ".join(f"{name}={value}" for name, value in self._http.cookies.items())
        headers = HTTPHeaders({"Cookie": cookies, "Origin": self.address})
        address = self.address.replace("http", "ws", 1) + path
        request = HTTPRequest(address, headers=headers, connect_timeout=PATIENCE_S)
        return await websocket_connect(request, max_message_size=MAX_FRAME_BYTES)


def read_page(text: str) -> SessionPage:
    """Parse the HTML of a session page. Raises ``NotThereError`` if it has no exercises to open."""
    root = ROOT.search(text)
    found = {name: html.unescape(value) for name, value in ATTRIBUTE.findall(root[1] if root else "")}
    exercises = tuple(dict.fromkeys(html.unescape(one) for one in PLACEHOLDER.findall(text)))
    if not exercises or not {"protocol", "content", "exercises"} <= found.keys():
        raise NotThereError(f"The session page has no exercises; it ends with {text[-300:]!r}.")
    return SessionPage(int(found["protocol"]), found["content"], found["exercises"], exercises)


@lru_cache(maxsize=4)
def _parse_definitions(body: bytes) -> Mapping[str, Json]:
    """Parse the definitions, cached, since all participants of a rehearsal get the same."""
    definitions: dict[str, Json] = json.loads(body)
    return definitions


@cache
def _tls() -> ssl.SSLContext:
    """One TLS context for all clients: loading the certificate store is slow."""
    return ssl.create_default_context()
