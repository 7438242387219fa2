"""What a participant's page does, without a browser: join by a link, fetch the page, speak to its kernel, and more.

Rehearsals and benchmarks use the same client, so that both see what a person would see.
"""

from __future__ import annotations

import asyncio
import json
import re
import ssl
import struct
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Self

import httpx
from tornado.httpclient import HTTPRequest
from tornado.httputil import HTTPHeaders
from tornado.websocket import WebSocketClientConnection, websocket_connect

from cluster_kit.errors import ClusterKitError

Json = dict[str, Any]

PATIENCE_S = 600.0
MOST_BYTES = 2**30
FORM = re.compile(r'data-model-id="(\w+)"><script type="application/json">(.*?)</script>', re.DOTALL)
KERNEL = re.compile(r'data-kernel="([\w-]+)"')
FIRST_FORM = 'class="ck-opening"'
LINE_LOOK_S = 0.5


class NotThereError(ClusterKitError):
    """A page that is not what its address promises."""


class Line:
    """A page's websocket to its kernel."""

    def __init__(self, socket: WebSocketClientConnection) -> None:
        self._socket = socket
        self._session = uuid.uuid4().hex

    def say(self, kind: str, content: Json, metadata: Json | None = None) -> None:
        """Send a Jupyter message on the shell channel. Raises ``ConnectionError`` where the line is down."""
        header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": self._session, "username": ""}
        told = {"header": {**header, "version": "5.3"}, "parent_header": {}, "metadata": metadata or {}}
        if self._socket.protocol is None:
            raise ConnectionError("the kernel's websocket was closed")
        self._socket.write_message(json.dumps({"channel": "shell", **told, "content": content, "buffers": []}))

    def tell(self, model: str, content: Json) -> None:
        """Send a form's message to its twin in the kernel."""
        self.say("comm_msg", {"comm_id": model, "data": {"method": "custom", "content": content}})

    async def next(self) -> tuple[str, Json]:
        """The next widget message: its model's id, and its data. Raises ``ConnectionError`` when the line ends."""
        while True:
            words = await self._socket.read_message()
            if words is None:
                raise ConnectionError("the kernel's websocket was closed")
            message = json.loads(_text(words))
            if message["header"]["msg_type"] == "comm_msg":
                return message["content"]["comm_id"], message["content"].get("data") or {}

    async def hear(self, wanted: Callable[[Json], bool], patience_s: float) -> Json:
        """The data of the next widget message of which ``wanted`` holds; earlier ones are let go."""
        async with asyncio.timeout(patience_s):
            while True:
                _, data = await self.next()
                if wanted(data):
                    return data

    def close(self) -> None:
        """Leave."""
        self._socket.close()


@dataclass
class OpenPage:
    """A session's page: its line, and each form's first state by its model's id.

    ``form_at`` is when the first form stood there with its line open (``time.monotonic``).
    """

    line: Line
    forms: dict[str, Json] = field(default_factory=dict)
    form_at: float = 0.0
    waited_in_line: bool = False


class Client:
    """Somebody's browser. Close it, or use it as an async context manager."""

    def __init__(self, address: str) -> None:
        self.address = address
        timeout = httpx.Timeout(PATIENCE_S)
        self._http = httpx.AsyncClient(base_url=address, timeout=timeout, verify=_tls(), trust_env=False)

    async def close(self) -> None:
        """Hang up everything that is still open."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_how: object) -> None:
        await self.close()

    async def get(self, path: str) -> httpx.Response:
        """Fetch. Raises what httpx raises, for a status that is no success as well."""
        return (await self._http.get(path)).raise_for_status()

    async def post(self, path: str, body: Json) -> httpx.Response:
        """Send JSON as the page's script does; the answer, whatever its status."""
        headers = {"X-XSRFToken": self._http.cookies.get("_xsrf") or "", "Origin": self.address}
        return await self._http.post(path, json=body, headers=headers)

    async def join(self, token: str) -> None:
        """Hand a link's token over, as the door's page does, and wear the badge from now on."""
        await self.get("/join")
        words = {"token": token, "_xsrf": self._http.cookies.get("_xsrf") or ""}
        (await self._http.post("/join", data=words)).raise_for_status()

    @asynccontextmanager
    async def open_session(self, number: int) -> AsyncIterator[OpenPage]:
        """A session's page with all its forms and its line to the kernel, after a wait in line where there is one."""
        waited = False
        while True:
            async with self._http.stream("GET", f"/session/{number}") as answer:
                answer.raise_for_status()
                pieces = answer.aiter_text()
                text = await _read_to(FIRST_FORM, pieces)
                if FIRST_FORM in text:
                    async with self.line_to(_find(KERNEL, text)) as line:
                        page = OpenPage(line, form_at=time.monotonic(), waited_in_line=waited)
                        text += "".join([piece async for piece in pieces])
                        page.forms = {model: json.loads(state) for model, state in FORM.findall(text)}
                        await answer.aclose()
                        yield page
                        return
            waited = True
            await self._stand_in_line(text)

    @asynccontextmanager
    async def line_to(self, kernel: str) -> AsyncIterator[Line]:
        """The websocket to a kernel."""
        where = f"{self.address.replace('http', 'ws', 1)}/api/kernels/{kernel}/channels?session_id={uuid.uuid4().hex}"
        cookies = "; ".join(f"{name}={value}" for name, value in self._http.cookies.items())
        request = HTTPRequest(where, headers=HTTPHeaders({"Cookie": cookies}), connect_timeout=PATIENCE_S)
        line = Line(await websocket_connect(request, max_message_size=MOST_BYTES))
        try:
            yield line
        finally:
            line.close()

    async def events(self, path: str) -> AsyncIterator[tuple[str, Json]]:
        """A stream of server-sent events, each its name and its data, until the server ends it."""
        async with self._http.stream("GET", path, headers={"Accept": "text/event-stream"}) as answer:
            answer.raise_for_status()
            name, data = "message", ""
            async for line in answer.aiter_lines():
                key, _, words = line.partition(":")
                if key == "event":
                    name = words.strip()
                elif key == "data":
                    data += words.removeprefix(" ")
                elif not line and data:
                    yield name, json.loads(data)
                    name, data = "message", ""

    async def _stand_in_line(self, page: str) -> None:
        if 'id="ck-line"' not in page:
            raise NotThereError(f"The page has no form; it ends with {page[-300:]!r}.")
        while (await self.get("/line")).json()["number"]:
            await asyncio.sleep(LINE_LOOK_S)


@cache
def _tls() -> ssl.SSLContext:
    """One for all clients: reading the certificates of the world takes a while."""
    return ssl.create_default_context()


async def _read_to(mark: str, pieces: AsyncIterator[str]) -> str:
    """The text up to the piece in which ``mark`` is complete; all of it where it never is."""
    text = ""
    async for piece in pieces:
        text += piece
        if mark in text:
            break
    return text


def _find(pattern: re.Pattern[str], page: str) -> str:
    found = pattern.search(page)
    if found is None:
        raise NotThereError("The page names no kernel.")
    return found[1]


def _text(words: str | bytes) -> str | bytes:
    """A message's JSON; a binary frame has it as its first part, after the parts' offsets."""
    if isinstance(words, str):
        return words
    first, second = struct.unpack("!2I", words[4:12]) if struct.unpack("!I", words[:4])[0] > 1 else (8, len(words))
    return words[first:second]
