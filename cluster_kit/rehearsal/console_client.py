"""A facilitator's browser, without the browser: the console's page has a kernel of its own, reached as Jupyter does."""

from __future__ import annotations

import json
import re
import struct
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tornado.websocket import WebSocketClientConnection

from cluster_kit.rehearsal.client import Client, NotThereError

Json = dict[str, Any]

KERNEL = re.compile(r'data-kernel="([\w-]+)"')
MODEL = re.compile(r'data-model-id="(\w+)"><script type="application/json">(.*?)</script>', re.DOTALL)


class ConsoleConnection:
    """The WebSocket to a console's kernel. ``models`` are the first states of its widgets, by model id."""

    def __init__(self, socket: WebSocketClientConnection, models: dict[str, Json]) -> None:
        self.models = models
        self._socket = socket
        self._session = uuid.uuid4().hex

    def send(self, model: str, content: Json) -> None:
        """Send a custom message to a widget. Raises ``ConnectionError`` on a closed connection."""
        if self._socket.protocol is None:
            raise ConnectionError("the kernel's WebSocket was closed")
        ids = {"msg_id": uuid.uuid4().hex, "session": self._session}
        header = {**ids, "msg_type": "comm_msg", "username": "", "version": "5.3"}
        comm = {"comm_id": model, "data": {"method": "custom", "content": content}}
        message = {"channel": "shell", "header": header, "parent_header": {}, "metadata": {}, "content": comm}
        self._socket.write_message(json.dumps({**message, "buffers": []}))

    async def receive(self) -> tuple[str, Json]:
        """The next widget message: its model's id, and its data. Raises ``ConnectionError`` at the end."""
        while True:
            message = await self._socket.read_message()
            if message is None:
                raise ConnectionError("the kernel's WebSocket was closed")
            read = json.loads(_json_part(message))
            if read["header"]["msg_type"] == "comm_msg":
                return read["content"]["comm_id"], read["content"].get("data") or {}

    def close(self) -> None:
        """Leave."""
        self._socket.close()


@asynccontextmanager
async def open_console(client: Client, session: int) -> AsyncIterator[ConsoleConnection]:
    """A session's console, closed afterwards. Raises ``NotThereError`` where the page has no kernel."""
    text = (await client.get(f"/console/{session}")).text
    kernel = KERNEL.search(text)
    if kernel is None:
        raise NotThereError("The console's page names no kernel.")
    models = {model: json.loads(state) for model, state in MODEL.findall(text)}
    path = f"/api/kernels/{kernel[1]}/channels?session_id={uuid.uuid4().hex}"
    connection = ConsoleConnection(await client.open_socket(path), models)
    try:
        yield connection
    finally:
        connection.close()


def _json_part(message: str | bytes) -> str | bytes:
    """A message's JSON; a binary frame has it as its first part, after the parts' offsets."""
    if isinstance(message, str):
        return message
    (parts,) = struct.unpack("!I", message[:4])
    first, second = struct.unpack("!2I", message[4:12]) if parts > 1 else (8, len(message))
    return message[first:second]
