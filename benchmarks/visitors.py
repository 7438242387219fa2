"""Clients that do what a participant's page does: fetch it, open the kernel's websocket, save answers, stay.

``OurVisitor`` speaks to our server, ``StockVisitor`` to a stock Voilà. Each reports a ``Visit``.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import struct
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse
from tornado.httputil import HTTPHeaders
from tornado.simple_httpclient import SimpleAsyncHTTPClient
from tornado.websocket import WebSocketClientConnection, websocket_connect

PATIENCE_S = 600.0
SAVE_PATIENCE_S = 60.0
FORM = re.compile(r'data-model-id="(\w+)"><script type="application/json">(.*?)</script>', re.DOTALL)
OUR_KERNEL = re.compile(r'data-kernel="([\w-]+)"')
STOCK_KERNEL = re.compile(r'"kernelId"\s*:\s*"([\w-]+)"')
FIRST_FORM = 'class="ck-opening"'


@dataclass(frozen=True)
class Plan:
    """What everybody does: how many answers, and seconds between them on average."""

    answers: int = 10
    pace_s: float = 2.0


@dataclass
class Visit:
    """One participant's stay. Times in seconds; ``saved`` holds the ids of answers that were called saved."""

    to_form: float | None = None
    saves: list[float] = field(default_factory=list)
    saved: list[str] = field(default_factory=list)
    waited_in_line: bool = False
    error: str = ""


class Line:
    """A page's websocket to its kernel, and the messages that have come over it."""

    def __init__(self, socket: WebSocketClientConnection) -> None:
        self._socket = socket
        self._session = uuid.uuid4().hex

    def say(self, kind: str, content: dict[str, Any]) -> None:
        """Send a Jupyter message on the shell channel."""
        header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": self._session, "username": ""}
        message = {"channel": "shell", "header": {**header, "version": "5.3"}, "parent_header": {}, "metadata": {}}
        self._socket.write_message(json.dumps({**message, "content": content, "buffers": []}))

    async def hear(self, wanted: Callable[[dict[str, Any]], bool], patience_s: float) -> dict[str, Any]:
        """The next widget message of which ``wanted`` holds: its ``data``."""
        async with asyncio.timeout(patience_s):
            while True:
                words = await self._socket.read_message()
                if words is None:
                    raise ConnectionError("the kernel's websocket was closed")
                message = json.loads(_text(words))
                data: dict[str, Any] = message["content"].get("data") or {}
                if message["header"]["msg_type"] == "comm_msg" and wanted(data):
                    return data

    def close(self) -> None:
        """Leave."""
        self._socket.close()


def _text(words: str | bytes) -> str | bytes:
    """A message's JSON; a binary frame has it as its first part, after the parts' offsets."""
    if isinstance(words, str):
        return words
    first, second = struct.unpack("!2I", words[4:12]) if struct.unpack("!I", words[:4])[0] > 1 else (8, len(words))
    return words[first:second]


class Visitor:
    """Somebody who comes at ``comes_at`` (``time.monotonic``), and whose page has forms to fill."""

    def __init__(self, address: str, plan: Plan, comes_at: float) -> None:
        self.address, self.plan, self.comes_at = address, plan, comes_at
        self.visit = Visit()
        self.cookies = ""
        self._http: AsyncHTTPClient = SimpleAsyncHTTPClient(force_instance=True, max_buffer_size=2**30)

    async def come(self, everybody_is_done: asyncio.Event, done: Callable[[], None]) -> Visit:
        """Come, answer, stay until everybody is done."""
        await asyncio.sleep(self.comes_at - time.monotonic())
        try:
            async with self.open_page() as (line, model, items):
                self.visit.to_form = time.monotonic() - self.comes_at
                if items:
                    await self._answer(line, model, items)
                done()
                await everybody_is_done.wait()
        except Exception as error:
            self.visit.error = f"{type(error).__name__}: {error}"
            done()
        return self.visit

    @asynccontextmanager
    async def open_page(self) -> AsyncIterator[tuple[Line, str, list[str]]]:
        """The page's line, the id of a form with items to rate (its model), and those items."""
        raise NotImplementedError
        yield

    async def get(self, path: str, **how: Any) -> HTTPResponse:
        """Fetch, with this visitor's cookies."""
        headers = HTTPHeaders({"Cookie": self.cookies, "Accept-Encoding": "gzip"})
        request = HTTPRequest(self.address + path, headers=headers, request_timeout=PATIENCE_S, **how)
        return await self._http.fetch(request)

    @asynccontextmanager
    async def line_to(self, kernel: str) -> AsyncIterator[Line]:
        """The websocket to a kernel."""
        where = f"{self.address.replace('http', 'ws', 1)}/api/kernels/{kernel}/channels?session_id={uuid.uuid4().hex}"
        request = HTTPRequest(where, headers=HTTPHeaders({"Cookie": self.cookies}), connect_timeout=PATIENCE_S)
        line = Line(await websocket_connect(request, max_message_size=2**30))
        try:
            yield line
        finally:
            line.close()

    async def _answer(self, line: Line, model: str, items: list[str]) -> None:
        for number in range(self.plan.answers):
            await asyncio.sleep(random.expovariate(1 / self.plan.pace_s))
            answer = uuid.uuid4().hex
            message = {"id": answer, "prompt": "ratings.rating", "row": items[number % len(items)], "scope": "person"}
            content = {
                "type": "save",
                "message": answer,
                "responses": [{**message, "value": 1 + number % 4, "base": []}],
            }
            began = time.monotonic()
            line.say("comm_msg", {"comm_id": model, "data": {"method": "custom", "content": content}})
            said = await line.hear(lambda data: _answers(data, answer), SAVE_PATIENCE_S)  # noqa: B023
            if said["content"]["type"] != "saved":
                raise ValueError(f"an answer was not saved: {said['content']}")
            self.visit.saves.append(time.monotonic() - began)
            self.visit.saved.append(answer)


def _answers(data: dict[str, Any], message: str) -> bool:
    content = data.get("content")
    return isinstance(content, dict) and content.get("message") == message


class OurVisitor(Visitor):
    """Comes by a link, waits in line where there is one, and sees forms as soon as they arrive."""

    def __init__(self, address: str, plan: Plan, comes_at: float, *, token: str, session: int) -> None:
        super().__init__(address, plan, comes_at)
        self.token, self.session = token, session

    @asynccontextmanager
    async def open_page(self) -> AsyncIterator[tuple[Line, str, list[str]]]:
        """The page, as soon as its first form is there and its line is open."""
        await self._join()
        while True:
            page = _Page()
            fetched = asyncio.ensure_future(self.get(f"/session/{self.session}", streaming_callback=page.receive))
            first = asyncio.ensure_future(page.first_form.wait())
            await asyncio.wait([fetched, first], return_when=asyncio.FIRST_COMPLETED)
            if page.first_form.is_set():
                break
            first.cancel()
            await fetched
            await self._stand_in_line(page.text)
        async with self.line_to(_find(OUR_KERNEL, page.text)) as line:
            self.visit.to_form = time.monotonic() - self.comes_at
            await fetched
            yield line, *_rated_form({model: json.loads(state) for model, state in FORM.findall(page.text)})

    async def _join(self) -> None:
        door = await self.get("/join")
        self._take_cookies(door)
        token = self.cookies.partition("=")[2]
        body = urlencode({"token": self.token, "_xsrf": token})
        self._take_cookies(await self.get("/join", method="POST", body=body))

    def _take_cookies(self, answer: HTTPResponse) -> None:
        cookies = SimpleCookie(self.cookies)
        for header in answer.headers.get_list("Set-Cookie"):
            cookies.load(header)
        self.cookies = "; ".join(f"{name}={one.value}" for name, one in cookies.items())

    async def _stand_in_line(self, page: str) -> None:
        if 'id="ck-line"' not in page:
            raise ValueError(f"the page has no form; it ends with {page[-300:]!r}")
        self.visit.waited_in_line = True
        while json.loads((await self.get("/line")).body)["number"]:
            await asyncio.sleep(0.5)


class _Page:
    """A page as it arrives, piece by piece."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.first_form = asyncio.Event()

    @property
    def text(self) -> str:
        return b"".join(self._pieces).decode()

    def receive(self, piece: bytes) -> None:
        self._pieces.append(piece)
        if not self.first_form.is_set() and FIRST_FORM in self.text:
            self.first_form.set()


class StockVisitor(Visitor):
    """Fetches a page of stock Voilà and, as its script does, asks the kernel for all widgets' states."""

    def __init__(self, address: str, plan: Plan, comes_at: float, *, notebook: str) -> None:
        super().__init__(address, plan, comes_at)
        self.notebook = notebook

    @asynccontextmanager
    async def open_page(self) -> AsyncIterator[tuple[Line, str, list[str]]]:
        """The page, as soon as its widgets' states are there."""
        page = await self.get(f"/voila/render/{self.notebook}")
        async with self.line_to(_find(STOCK_KERNEL, page.body.decode())) as line:
            control = uuid.uuid4().hex
            line.say("comm_open", {"comm_id": control, "target_name": "jupyter.widget.control", "data": {}})
            line.say("comm_msg", {"comm_id": control, "data": {"method": "request_states"}})
            data = await line.hear(lambda said: said.get("method") == "update_states", PATIENCE_S)
            yield line, *_rated_form({model: one["state"] for model, one in data["states"].items()})


def _find(pattern: re.Pattern[str], page: str) -> str:
    found = pattern.search(page)
    if found is None:
        raise ValueError("the page names no kernel")
    return found[1]


def _rated_form(states: dict[str, Any]) -> tuple[str, list[str]]:
    """The first form that has items to rate, and their ids; nothing where widgets are not ours."""
    for model, state in states.items():
        for prompt in state.get("schema", {}).get("prompts", ()):
            if prompt["kind"] == "items":
                return model, [item["id"] for area in prompt["areas"] for item in area["items"]]
    return "", []
