"""Participants who come, answer at a person's pace, and stay.

``OurVisitor`` speaks to our server, ``StockVisitor`` to a stock Voilà, both by the rehearsal's client. Each reports a
``Visit``.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
import uuid
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from cluster_kit.rehearsal.client import PATIENCE_S, Client, Line

SAVE_PATIENCE_S = 60.0
STOCK_KERNEL = re.compile(r'"kernelId"\s*:\s*"([\w-]+)"')


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


class Visitor(ABC):
    """Somebody who comes at ``comes_at`` (``time.monotonic``), and whose page has forms to fill."""

    def __init__(self, address: str, plan: Plan, comes_at: float) -> None:
        self.client, self.plan, self.comes_at = Client(address), plan, comes_at
        self.visit = Visit()

    async def come(self, everybody_is_done: asyncio.Event, done: Callable[[], None]) -> Visit:
        """Come, answer, stay until everybody is done."""
        await asyncio.sleep(self.comes_at - time.monotonic())
        try:
            async with self.client, self.open_page() as (line, model, items):
                if items:
                    await self._answer(line, model, items)
                done()
                await everybody_is_done.wait()
        except Exception as error:
            self.visit.error = f"{type(error).__name__}: {error}"
            done()
        return self.visit

    @abstractmethod
    def open_page(self) -> AbstractAsyncContextManager[tuple[Line, str, list[str]]]:
        """The page's line, the id of a form with items to rate (its model), and those items. Notes ``to_form``."""

    async def _answer(self, line: Line, model: str, items: list[str]) -> None:
        for number in range(self.plan.answers):
            await asyncio.sleep(random.expovariate(1 / self.plan.pace_s))
            answer = uuid.uuid4().hex
            message = {"id": answer, "prompt": "ratings.rating", "row": items[number % len(items)], "scope": "person"}
            responses = [{**message, "value": 1 + number % 4, "base": []}]
            began = time.monotonic()
            line.tell(model, {"type": "save", "message": answer, "responses": responses})
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
        """The page, with the time at which its first form was there and its line open."""
        await self.client.join(self.token)
        async with self.client.open_session(self.session) as page:
            self.visit.to_form = page.form_at - self.comes_at
            self.visit.waited_in_line = page.waited_in_line
            listening = asyncio.ensure_future(self._listen())
            try:
                yield page.line, *_rated_form(page.forms)
            finally:
                listening.cancel()

    async def _listen(self) -> None:
        """Hold the room's stream, as every page does."""
        async for _ in self.client.events(f"/session/{self.session}/floor"):
            pass


class StockVisitor(Visitor):
    """Fetches a page of stock Voilà and, as its script does, asks the kernel for all widgets' states."""

    def __init__(self, address: str, plan: Plan, comes_at: float, *, notebook: str) -> None:
        super().__init__(address, plan, comes_at)
        self.notebook = notebook

    @asynccontextmanager
    async def open_page(self) -> AsyncIterator[tuple[Line, str, list[str]]]:
        """The page, as soon as its widgets' states are there."""
        page = await self.client.get(f"/voila/render/{self.notebook}")
        kernel = STOCK_KERNEL.search(page.text)
        if kernel is None:
            raise ValueError("the page names no kernel")
        async with self.client.line_to(kernel[1]) as line:
            control = uuid.uuid4().hex
            opening = {"comm_id": control, "target_name": "jupyter.widget.control", "data": {}}
            line.say("comm_open", opening, {"version": "1.0.0"})
            line.say("comm_msg", {"comm_id": control, "data": {"method": "request_states"}})
            data = await line.hear(lambda said: said.get("method") == "update_states", PATIENCE_S)
            self.visit.to_form = time.monotonic() - self.comes_at
            yield line, *_rated_form({model: one["state"] for model, one in data["states"].items()})


def _rated_form(states: dict[str, Any]) -> tuple[str, list[str]]:
    """The first form that has items to rate, and their ids; nothing where widgets are not ours."""
    for model, state in states.items():
        for prompt in state.get("schema", {}).get("prompts", ()):
            if prompt["kind"] == "items":
                return model, [item["id"] for area in prompt["areas"] for item in area["items"]]
    return "", []
