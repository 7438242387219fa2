"""A server whose first session has standard widgets beside one of the kit's forms."""

from __future__ import annotations

import json
import re
import struct
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.serving import PATIENCE_S, Server, run_server

NOTEBOOKS = Path(__file__).parent / "notebooks" / "widgets"
METADATA = {"version": "1.0.0"}  # of the protocol for requesting the state of all widgets
SUBPROTOCOL = Subprotocol("v1.kernel.websocket.jupyter.org")


@contextmanager
def serve_widgets(home: Path, grace_s: int = 2) -> Iterator[Server]:
    """The server, until the block ends."""
    with run_server(home, "--grace", str(grace_s), "--notebooks", str(NOTEBOOKS)) as server:
        yield server


@dataclass(frozen=True)
class Message:
    """A Jupyter message as the browser receives it."""

    channel: str
    kind: str
    parent: str
    content: dict[str, Any]


def open_widget_page(client: httpx.Client) -> dict[str, Any]:
    """Load session 1 like a browser, and return the configuration for the front end."""
    page = client.get("/session/1")
    assert page.status_code == 200
    found = re.search(r'<script id="jupyter-config-data" type="application/json">(.*?)</script>', page.text, re.DOTALL)
    assert found
    config: dict[str, Any] = json.loads(found[1])
    return config


@contextmanager
def connect_widgets(server: Server, client: httpx.Client, kernel: str) -> Iterator[ClientConnection]:
    """The WebSocket between a page's widgets and their kernel, with the client's cookies."""
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    path = f"/widgets/api/kernels/{kernel}/channels?session_id={uuid.uuid4().hex}"
    with connect(
        server.address.replace("http", "ws", 1) + path,
        additional_headers={"Cookie": cookies},
        subprotocols=[SUBPROTOCOL],
        open_timeout=PATIENCE_S,
    ) as socket:
        yield socket


def send(socket: ClientConnection, kind: str, channel: str = "shell", **content: object) -> str:
    """Send a Jupyter message in the binary protocol and return its id."""
    header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": "s", "username": "", "version": "5.3"}
    parts = [channel.encode(), *(json.dumps(part).encode() for part in (header, {}, METADATA, content))]
    offsets = [8 * (len(parts) + 2)]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    socket.send(struct.pack(f"<{len(offsets) + 1}Q", len(offsets), *offsets) + b"".join(parts))
    return header["msg_id"]


def receive(socket: ClientConnection) -> Message:
    """The next Jupyter message."""
    frame = socket.recv(timeout=PATIENCE_S)
    assert isinstance(frame, bytes)
    (count,) = struct.unpack_from("<Q", frame)
    offsets = struct.unpack_from(f"<{count}Q", frame, 8)
    parts = [frame[start:end] for start, end in pairwise(offsets)]
    header, parent, content = (json.loads(parts[index]) for index in (1, 2, 4))
    return Message(parts[0].decode(), header["msg_type"], parent.get("msg_id", ""), content)


def receive_until(socket: ClientConnection, kind: str, parent: str) -> list[Message]:
    """The messages up to and including the first reply of this kind to this message."""
    messages = [receive(socket)]
    while (messages[-1].kind, messages[-1].parent) != (kind, parent):
        messages.append(receive(socket))
    return messages
