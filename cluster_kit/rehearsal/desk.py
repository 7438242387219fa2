"""A participant's open page: its forms, and answers on their way until each is known to be kept.

It does what the page's script does: what is sent keeps its id, and is sent again after a silence, trouble, or a
reconnection, until the kernel has acknowledged or refused it.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
from tornado.httpclient import HTTPError as SocketRefused
from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketClosedError

from cluster_kit.forms.room import LOCKED
from cluster_kit.rehearsal.answering import Answer
from cluster_kit.rehearsal.client import Client, NotThereError, OpenPage
from cluster_kit.rehearsal.tally import Tally
from cluster_kit.rehearsal.under_way import UnderWay

Json = dict[str, Any]
LINE_TROUBLE = (
    httpx.HTTPError, SocketRefused, StreamClosedError, WebSocketClosedError, NotThereError, OSError, TimeoutError,
)  # fmt: skip
PATIENCE_S = 5.0
AGAIN_S = 2.0
BACKOFF_S = (0.3, 1.0, 2.0, 4.0)


class Sheet:
    """A form as its page knows it: the schema, the room around it, and which answers are current in each field."""

    def __init__(self, model: str, state: Json) -> None:
        self.model = model
        self.schema: Json = state["schema"]
        self.room: Json = state["answers"].get("room") or {}
        self._current: dict[tuple[str, str], list[str]] = {}
        self._take_fields(state["answers"]["fields"])

    @property
    def exercise(self) -> str:
        """The exercise's id."""
        return str(self.schema["exercise"])

    @property
    def is_locked(self) -> bool:
        """Whether a facilitator has closed the exercise."""
        return bool(self.room.get("locked"))

    def enter(self, answer: Answer) -> Json:
        """What the page sends for an answer: typed over whatever it shows in that field."""
        where = {"prompt": answer.prompt, "row": answer.row, "scope": answer.scope, "value": answer.value}
        return {"id": uuid.uuid4().hex, **where, "base": self._current.get((answer.prompt, answer.row), [])}

    def settle(self, entry: Json, receipt: Json) -> None:
        """An answer is kept: it is what stands in its field, beside those that it disagrees with."""
        others = [other["id"] for other in receipt["others"]] if receipt["status"] == "conflict" else []
        self._current[entry["prompt"], entry["row"]] = [entry["id"], *others]

    def receive(self, content: Json) -> None:
        """Teammates' answers, changed rows and options, and what happens in the room."""
        match content["type"]:
            case "changes":
                self._take_fields(content["fields"])
            case "sources":
                for address, source in content["prompts"].items():
                    self._find(address).update(source)
            case "room" if "locked" in content:
                self.room = content

    def _take_fields(self, fields: Sequence[Json]) -> None:
        for one in fields:
            self._current[one["prompt"], one["row"]] = [answer["id"] for answer in one["answers"]]

    def _find(self, address: str) -> Json:
        """A prompt of the schema, or a table's column."""
        prompt, _, column = address.partition(".")
        found: Json = next(one for one in self.schema["prompts"] if one["id"] == prompt)
        return next(one for one in found["columns"] if one["id"] == column) if column else found


@dataclass
class Delivery:
    """Answers that were typed together, and those of them (by id) that are not settled yet."""

    exercise: str
    left: dict[str, Json]
    began: float = field(default_factory=time.monotonic)
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    trouble: bool = False
    was_locked: bool = False


class Desk:
    """Somebody's page of a session, opened again whenever it is lost."""

    def __init__(self, client: Client, session: int, tally: Tally) -> None:
        self._client, self._session, self._tally = client, session, tally
        self.sheets: dict[str, Sheet] = {}
        self._page: OpenPage | None = None
        self._open = asyncio.Event()
        self._news = asyncio.Event()
        self._deliveries: list[Delivery] = []
        self.under_way = UnderWay()

    async def keep_open(self) -> None:
        """Open the page, and open it again when its line breaks, until cancelled."""
        attempts = 0
        while True:
            try:
                async with self._client.open_session(self._session) as page:
                    self._show(page)
                    attempts = 0
                    while True:
                        model, data = await page.line.next()
                        self._receive(model, data)
            except LINE_TROUBLE as error:
                if self._open.is_set():
                    self._tally.reconnects += 1
                elif not isinstance(error, httpx.ConnectError | ConnectionError):
                    self._tally.note_error("The page did not open", error)
            finally:
                self._open.clear()
                self._page = None
            await asyncio.sleep(BACKOFF_S[min(attempts, len(BACKOFF_S) - 1)])
            attempts += 1

    async def opened(self) -> None:
        """Wait until the page is there."""
        await self._open.wait()

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait until something holds of the forms."""
        await self._open.wait()
        while not holds():
            self._news.clear()
            await self._news.wait()

    async def give(self, exercise: str, answers: Sequence[Answer]) -> None:
        """Send answers together, and return when each of them is kept or refused."""
        await self._open.wait()
        await self.under_way.see_through(self._give(exercise, answers))

    async def _give(self, exercise: str, answers: Sequence[Answer]) -> None:
        entries = [self.sheets[exercise].enter(answer) for answer in answers]
        delivery = Delivery(exercise, {entry["id"]: entry for entry in entries})
        self._tally.sent.update(delivery.left)
        self._deliveries.append(delivery)
        try:
            while delivery.left:
                await self._open.wait()
                await self._deliver(delivery)
        finally:
            self._deliveries.remove(delivery)

    async def _deliver(self, delivery: Delivery) -> None:
        delivery.trouble = False
        delivery.settled.clear()
        content = {"type": "save", "message": uuid.uuid4().hex, "responses": list(delivery.left.values())}
        try:
            if self._page:
                self._page.line.tell(self.sheets[delivery.exercise].model, content)
            await asyncio.wait_for(delivery.settled.wait(), PATIENCE_S)
        except TimeoutError:
            return
        except (ConnectionError, WebSocketClosedError, KeyError):  # the page is about to load again
            delivery.trouble = True
        if delivery.trouble:
            await asyncio.sleep(AGAIN_S)

    def _show(self, page: OpenPage) -> None:
        found = [Sheet(model, state) for model, state in page.forms.items() if "schema" in state]
        self.sheets = {sheet.exercise: sheet for sheet in found}
        self._page = page
        self._open.set()
        self._news.set()

    def _receive(self, model: str, data: Json) -> None:
        sheet = next((one for one in self.sheets.values() if one.model == model), None)
        content = data.get("content")
        if sheet is None or not isinstance(content, dict):
            return
        match content.get("type"):
            case "saved":
                for receipt in content["receipts"]:
                    self._saved(sheet, receipt)
            case "refused":
                for problem in content["problems"]:
                    self._refused(problem)
            case "trouble":
                for delivery in self._deliveries:
                    if delivery.exercise == sheet.exercise:
                        delivery.trouble = True
                        delivery.was_locked |= content["sentence"] == LOCKED
                        delivery.settled.set()
            case _:
                sheet.receive(content)
                self._news.set()

    def _saved(self, sheet: Sheet, receipt: Json) -> None:
        delivery = self._find(receipt["id"])
        if delivery is None:
            return  # sent twice, and acknowledged before
        sheet.settle(delivery.left.pop(receipt["id"]), receipt)
        self._tally.acknowledged.add(receipt["id"])
        self._tally.conflicts += receipt["status"] == "conflict"
        if not delivery.left:
            if not delivery.was_locked:  # else it is the facilitator who took the time
                self._tally.save_s.append(time.monotonic() - delivery.began)
            delivery.settled.set()

    def _refused(self, problem: Json) -> None:
        delivery = self._find(problem["id"])
        if delivery is None:
            return
        del delivery.left[problem["id"]]
        self._tally.refused.add(problem["id"])
        self._tally.errors[f"An answer was refused: {problem['sentence']}"] += 1
        if not delivery.left:
            delivery.settled.set()

    def _find(self, answer: str) -> Delivery | None:
        return next((one for one in self._deliveries if answer in one.left), None)
