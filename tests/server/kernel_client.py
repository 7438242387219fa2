"""Client for the console's page and its kernel, without a browser."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from cluster_kit.content.notebooks import CONSOLE
from tests.server.notebooks_for_tests import make_notebook
from tests.serving import PATIENCE_S, Server


def write_console(folder: Path) -> None:
    """A minimal console notebook: its kernel is an ordinary one, and starts faster."""
    (folder / CONSOLE).write_text(make_notebook("print('The console of', person)"), encoding="utf-8")


def open_console(client: httpx.Client, session: int = 1) -> str:
    """Load a session's console as a facilitator's browser would, and return its kernel's id."""
    page = client.get(f"/console/{session}")
    assert page.status_code == 200, page.text
    found = re.search(r'data-kernel="([\w-]+)"', page.text)
    assert found
    return found[1]


@contextmanager
def connect_kernel(server: Server, client: httpx.Client, kernel: str) -> Iterator[ClientConnection]:
    """The WebSocket to a kernel, with the client's cookies; closed like a page's."""
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    address = f"{server.address.replace('http', 'ws', 1)}/api/kernels/{kernel}/channels?session_id={uuid.uuid4().hex}"
    with connect(address, additional_headers={"Cookie": cookies}, open_timeout=PATIENCE_S, proxy=None) as socket:
        yield socket


def send_message(socket: ClientConnection, kind: str, channel: str = "shell", **content: object) -> str:
    """Send a Jupyter message and return its id."""
    header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": "s", "username": "", "version": "5.3"}
    message = {"channel": channel, "header": header, "parent_header": {}, "metadata": {}, "content": content}
    socket.send(json.dumps(message))
    return header["msg_id"]


def receive_reply(socket: ClientConnection, message_id: str) -> dict[str, Any]:
    """The first reply to this message."""
    while True:
        message: dict[str, Any] = json.loads(socket.recv(timeout=PATIENCE_S))
        if message["parent_header"].get("msg_id") == message_id:
            return message


def answers(socket: ClientConnection) -> bool:
    """True if the kernel responds."""
    reply = receive_reply(socket, send_message(socket, "kernel_info_request"))
    return bool(reply["msg_type"] == "kernel_info_reply")


def is_closed(socket: ClientConnection) -> bool:
    """True if the connection has ended."""
    try:
        socket.ping()
    except ConnectionClosed:
        return True
    return False
