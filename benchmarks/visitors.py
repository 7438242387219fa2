"""Simulated participants: they open the page, answer at a person's pace, and stay.

``OurVisitor`` speaks the protocol of our session pages; the visitors of other servers are in ``peers``. Each reports a
``Visit``. They read no more of a message than they need: they share two cores with the server under test.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.wire import Browser, Socket
from cluster_kit.server.auth.cookies import find_xsrf_token

FORM_PATIENCE_S = 300.0
SAVE_PATIENCE_S = 60.0
PRESENCE_S = 20.0
BEAT_S = 10.0
HTML_TAG = re.compile(r"<html\b[^>]*>")
ATTRIBUTE = re.compile(r'\bdata-(protocol|content|exercises)="([^"]*)"')
PLACEHOLDER = re.compile(r'\bdata-exercise="([\w-]+)"')

Json = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """What everyone does: open a session, save so many answers, and wait ``pace_s`` between two of them on average."""

    session: int = 1
    answers: int = 10
    pace_s: float = 2.0


@dataclass
class Visit:
    """One participant's stay, in seconds. ``saved`` holds the ids of the answers that the server acknowledged."""

    to_form: float | None = None
    saves: list[float] = field(default_factory=list)
    saved: list[str] = field(default_factory=list)
    was_queued: bool = False
    error: str = ""


class Visitor(ABC):
    """A participant who arrives at ``arrives_at`` (``time.monotonic``). ``key`` says who, or which page."""

    def __init__(self, address: str, key: str, plan: Plan, arrives_at: float) -> None:
        self.browser, self.key, self.plan, self.arrives_at = Browser(address), key, plan, arrives_at
        self.visit = Visit()
        self._random = random.Random(key + str(arrives_at))
        self._expected: dict[str, asyncio.Future[Any]] = {}
        self._listener: asyncio.Task[None] | None = None

    async def attend(self, leave: asyncio.Event, report: Callable[[str], None]) -> Visit:
        """Arrive, answer, stay until ``leave`` is set. Reports ``"formed"`` and then ``"done"``, once each."""
        await asyncio.sleep(self.arrives_at - time.monotonic())
        try:
            await self._take_part(report)
            report("done")
            await leave.wait()
        except Exception as error:
            self.visit.error = f"{type(error).__name__}: {error}"
            if self.visit.to_form is None:
                report("formed")
            report("done")
        self.browser.close()
        if self._listener is not None:
            self._listener.cancel()
        return self.visit

    @abstractmethod
    async def open_page(self) -> float:
        """The moment (``time.monotonic``) at which the first form could be filled out."""

    @abstractmethod
    async def save(self, number: int) -> str:
        """Save an answer and wait for the acknowledgment. The answer's id, or nothing where nothing is stored."""

    @abstractmethod
    def hear(self, message: bytes) -> None:
        """Handle a WebSocket message; ``answer`` resolves what ``expect`` waits for."""

    def listen(self, socket: Socket) -> None:
        """Handle all messages of a socket from now on."""
        self._listener = asyncio.create_task(self._listen(socket))

    def expect(self, what: str) -> asyncio.Future[Any]:
        """A future for one message, named so that ``hear`` can recognize it."""
        return self._expected.setdefault(what, asyncio.get_running_loop().create_future())

    def answer(self, what: str, value: Any = None, error: str = "") -> None:
        """Resolve a future of ``expect``, with an error where there is one."""
        future = self._expected.pop(what, None)
        if future is not None and not future.done():
            future.set_exception(ValueError(error)) if error else future.set_result(value)

    async def _take_part(self, report: Callable[[str], None]) -> None:
        async with asyncio.timeout(FORM_PATIENCE_S):
            self.visit.to_form = await self.open_page() - self.arrives_at
        report("formed")
        for number in range(self.plan.answers):
            await asyncio.sleep(self._random.expovariate(1 / self.plan.pace_s))
            began = time.monotonic()
            async with asyncio.timeout(SAVE_PATIENCE_S):
                answer = await self.save(number)
            self.visit.saves.append(time.monotonic() - began)
            if answer:
                self.visit.saved.append(answer)

    async def _listen(self, socket: Socket) -> None:
        try:
            while True:
                self.hear(await socket.receive())
        except Exception as error:
            for what in list(self._expected):
                self.answer(what, error=str(error))
            self.visit.error = self.visit.error or str(error)
        finally:
            socket.close()


class OurVisitor(Visitor):
    """Joins by a link, loads the page and its exercises, and opens the connection. ``key`` is the link's token.

    As the page's script does, it reports presence and pings the server after some silence.
    """

    async def open_page(self) -> float:
        """Page and exercises are loaded, and the first exercise is opened on the connection."""
        await join(self.browser, self.key)
        return await self.open_session()

    async def open_session(self) -> float:
        """The same for a browser that has the session cookie."""
        self.heard_at = 0.0
        page = (await self.browser.get(f"/session/{self.plan.session}")).body.decode()
        tag = HTML_TAG.search(page)
        known, exercises = (
            dict(ATTRIBUTE.findall(tag[0] if tag else "")),
            list(dict.fromkeys(PLACEHOLDER.findall(page))),
        )
        if not exercises or "exercises" not in known:
            raise ValueError(f"the page has no exercises: {page[:200]!r}")
        loading = asyncio.create_task(self.browser.get(known["exercises"]))
        self.socket = await self.browser.open_socket(f"/session/{self.plan.session}/connection")
        self.listen(self.socket)
        asyncio.get_running_loop().call_later(BEAT_S, self._beat)
        forms = [{"exercise": exercise, "have": None} for exercise in exercises]
        hello = {"type": "hello", "protocol": int(known["protocol"]), "content": known["content"], "forms": forms}
        opening = self.expect(f"opening {exercises[0]}")
        self.socket.send(json.dumps(hello))
        schemas = (await loading).body
        await opening
        formed_at = time.monotonic()
        self.exercise, self.items = _find_rated(known["exercises"], schemas)
        self._present_until = 0.0
        return formed_at

    async def save(self, number: int) -> str:
        """Rate an item."""
        if time.monotonic() > self._present_until:
            self._present_until = time.monotonic() + PRESENCE_S
            self.socket.send(json.dumps({"type": "presence", "exercise": self.exercise, "active": True}))
        message = make_save(self.items, number)
        saved = self.expect(message["message"])
        self.socket.send(json.dumps({"type": "form", "exercise": self.exercise, "message": message}))
        await saved
        return str(message["message"])

    def hear(self, message: bytes) -> None:
        """Openings, and what became of a save. Room events and changes by teammates are only received."""
        self.heard_at = time.monotonic()
        if b'"opening"' not in message and b'"message"' not in message and b'"reload"' not in message:
            return
        event = json.loads(message)
        if event["type"] == "reload":
            raise ConnectionError("the server asked to reload the page")
        if event["type"] == "form":
            inner = event["message"]
            if inner["type"] == "opening":
                self.answer(f"opening {event['exercise']}")
            elif inner["type"] == "saved":
                self.answer(inner["message"])
            elif inner["type"] in ("refused", "trouble") and inner.get("message"):
                self.answer(inner["message"], error=f"an answer was not saved: {inner}")

    def _beat(self) -> None:
        if self.socket.close_code is not None or self.visit.error:
            return
        if time.monotonic() - self.heard_at > BEAT_S / 2:
            self.socket.send('{"type":"ping"}')
        asyncio.get_running_loop().call_later(BEAT_S, self._beat)


async def join(browser: Browser, token: str) -> None:
    """Hand over a link's token, as the join page does; the browser has the session cookie then."""
    await browser.get("/join")
    await browser.post_form("/join", {"token": token, "_xsrf": find_xsrf_token(browser.cookies)})


def make_save(items: list[str], number: int) -> Json:
    """A form's message that rates an item: another one each time, and another rating in each round."""
    answer = uuid.uuid4().hex
    response = {"id": answer, "prompt": "ratings.rating", "row": items[number % len(items)], "scope": "person"}
    value = 1 + (number + number // len(items)) % 4
    return {"type": "save", "message": answer, "responses": [{**response, "value": value, "base": []}]}


def rated_items(schema: Json) -> list[str]:
    """The ids of the items that an exercise asks to rate."""
    prompts = [prompt for prompt in schema.get("prompts", ()) if prompt["kind"] == "items"]
    return [item["id"] for prompt in prompts for area in prompt["areas"] for item in area["items"]]


_FOUND: dict[str, tuple[str, list[str]]] = {}


def _find_rated(address: str, schemas: bytes) -> tuple[str, list[str]]:
    """The first exercise with items to rate, and the items; all visitors get the same schemas."""
    if address not in _FOUND:
        found = ((exercise, rated_items(schema)) for exercise, schema in json.loads(schemas).items())
        _FOUND[address] = next((exercise, items) for exercise, items in found if items)
    return _FOUND[address]
