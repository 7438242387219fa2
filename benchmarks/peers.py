"""Visitors of the servers that ours is compared with. All speak the Jupyter protocol: their fields are widgets."""

from __future__ import annotations

import asyncio
import json
import re
import struct
import time
import uuid
from contextlib import suppress
from typing import Any

from benchmarks.visitors import Json, Visitor, join, make_save, rated_items
from benchmarks.wire import Socket

QUEUE_POLL_S = 0.5
STOCK_KERNEL = re.compile(rb'"kernelId"\s*:\s*"([\w-]+)"')
FIRST_RELEASE_KERNEL = re.compile(rb'data-kernel="([\w-]+)"')
FIRST_RELEASE_FORM = re.compile(rb'data-model-id="(\w+)"><script type="application/json">(.*?)</script>', re.DOTALL)
FIRST_RELEASE_MARK = b'class="ck-opening"'


class JupyterVisitor(Visitor):
    """What visitors of widgets share: a WebSocket to a kernel."""

    socket: Socket

    async def connect(self, path: str) -> None:
        """Open the kernel's WebSocket, and listen."""
        self.session = uuid.uuid4().hex
        self.socket = await self.browser.open_socket(f"{path}?session_id={self.session}")
        self.listen(self.socket)

    def say(self, kind: str, content: Json, metadata: Json | None = None) -> str:
        """Send a message on the shell channel; its id."""
        header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": self.session, "username": ""}
        parts = {"header": {**header, "version": "5.3"}, "parent_header": {}, "metadata": metadata or {}}
        self.socket.send(json.dumps({"channel": "shell", **parts, "content": content, "buffers": []}))
        return header["msg_id"]

    def set_trait(self, model: str, **state: Any) -> str:
        """Change a widget's trait, as its view in a browser does; the message's id."""
        return self.say(
            "comm_msg", {"comm_id": model, "data": {"method": "update", "state": state, "buffer_paths": []}}
        )


class StockVisitor(JupyterVisitor):
    """Fetches a page of stock Voilà and, as its script does, asks the kernel for all widgets' states.

    ``key`` is the notebook. The page stores nothing: an answer counts as processed when the kernel is idle again.
    """

    async def open_page(self) -> float:
        """The page is loaded, and the states of all widgets are there."""
        page = (await self.browser.get(f"/voila/render/{self.key}")).body
        kernel = STOCK_KERNEL.search(page)
        if kernel is None:
            raise ValueError("the page names no kernel")
        await self.connect(f"/api/kernels/{kernel[1].decode()}/channels")
        control = uuid.uuid4().hex
        opening = {"comm_id": control, "target_name": "jupyter.widget.control", "data": {}}
        states = self.expect("states")
        self.say("comm_open", opening, {"version": "1.0.0"})
        self.say("comm_msg", {"comm_id": control, "data": {"method": "request_states"}})
        models = await states
        formed_at = time.monotonic()
        self.ratings = [model for model, one in models.items() if one["model_name"] == "RadioButtonsModel"]
        return formed_at

    async def save(self, number: int) -> str:
        """Choose a rating."""
        value = 1 + (number + number // len(self.ratings)) % 4
        await self.expect(self.set_trait(self.ratings[number % len(self.ratings)], index=value))
        return ""

    def hear(self, message: bytes) -> None:
        """The widgets' states, and that the kernel is idle."""
        if b"update_states" in message:
            self.answer("states", _parse(message)["content"]["data"]["states"])
        elif b'"idle"' in message:
            self.answer(_parse(message)["parent_header"].get("msg_id", ""))


class SolaraVisitor(JupyterVisitor):
    """Fetches Solara's page, opens a kernel of its own choosing, and has the server run the app, as its script does."""

    async def open_page(self) -> float:
        """The app has run, and the states of all widgets are there."""
        await self.browser.get("/")
        self.ratings: list[tuple[str, list[str]]] = []
        await self.connect(f"/jupyter/api/kernels/{uuid.uuid4()}/channels")
        self.say("kernel_info_request", {})
        control = uuid.uuid4().hex
        finished = self.expect("finished")
        self.say("comm_open", {"comm_id": control, "target_name": "solara.control", "data": {}})
        arguments = {"path": "/", "dark": False, "themes": {"light": {}, "dark": {}}}
        self.say("comm_msg", {"comm_id": control, "data": {"method": "run", "args": arguments}})
        await finished
        return time.monotonic()

    async def save(self, number: int) -> str:
        """Choose a rating, and wait until the receipt under the exercise changes."""
        model, options = self.ratings[number % len(self.ratings)]
        receipt = self.expect("receipt")
        self.set_trait(model, v_model=options[(number + number // len(self.ratings)) % 4])
        return str(await receipt)

    def hear(self, message: bytes) -> None:
        """Widgets that can be rated, the end of the run, and receipts."""
        if b'["Saved ' in message:
            self.answer("receipt", _parse(message)["content"]["data"]["state"]["children"][0].removeprefix("Saved "))
        elif b"benchmark-rating" in message:
            content = _parse(message)["content"]
            self.ratings.append((content["comm_id"], content["data"]["state"]["items"]))
        elif b'"method": "finished"' in message:
            self.answer("finished")


class FirstReleaseVisitor(JupyterVisitor):
    """Release 0.1's page: a kernel for each visitor, forms in the page, and a stream of server-sent events."""

    async def open_page(self) -> float:
        """The first form is in the page, and the kernel's WebSocket is open; the rest is not waited for."""
        await join(self.browser, self.key)
        page = b""
        while FIRST_RELEASE_MARK not in page:
            page = await self._load_page()
        forms = {model.decode(): json.loads(state) for model, state in FIRST_RELEASE_FORM.findall(page)}
        rated = ((model, rated_items(state["schema"])) for model, state in forms.items() if "schema" in state)
        self.form, self.items = next((model, items) for model, items in rated if items)
        self.events = asyncio.create_task(self._follow_events())
        return self.formed_at

    async def _load_page(self) -> bytes:
        page, formed_at = bytearray(), 0.0
        async for piece in self.browser.stream(f"/session/{self.plan.session}"):
            page += piece
            if not formed_at and FIRST_RELEASE_MARK in page:
                kernel = FIRST_RELEASE_KERNEL.search(page)
                if kernel is None:
                    raise ValueError("the page names no kernel")
                await self.connect(f"/api/kernels/{kernel[1].decode()}/channels")
                formed_at = time.monotonic()
        self.formed_at = formed_at
        if not formed_at:
            if b'id="ck-line"' not in page:
                raise ValueError(f"the page has no form: {bytes(page[-200:])!r}")
            self.visit.was_queued = True
            while json.loads((await self.browser.get("/line")).body)["number"]:
                await asyncio.sleep(QUEUE_POLL_S)
        return bytes(page)

    async def save(self, number: int) -> str:
        """Rate an item."""
        message = make_save(self.items, number)
        saved = self.expect(message["message"])
        self.say("comm_msg", {"comm_id": self.form, "data": {"method": "custom", "content": message}})
        await saved
        return str(message["message"])

    def hear(self, message: bytes) -> None:
        """What became of a save."""
        if b'"message"' in message and b'"custom"' in message:
            content = _parse(message)["content"]["data"].get("content", {})
            if content.get("type") == "saved":
                self.answer(content["message"])
            elif content.get("message"):
                self.answer(content["message"], error=f"an answer was not saved: {content}")

    async def _follow_events(self) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):  # ends when the visitor leaves
            async for _ in self.browser.stream(f"/session/{self.plan.session}/floor"):
                pass


def _parse(message: bytes) -> Json:
    """A message's JSON; a binary frame has it as its first part, after the parts' offsets."""
    if message[:1] == b"{":
        return dict(json.loads(message))
    parts = struct.unpack("!I", message[:4])[0]
    first, second = struct.unpack("!2I", message[4:12]) if parts > 1 else (8, len(message))
    return dict(json.loads(message[first:second]))
