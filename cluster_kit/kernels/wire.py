"""What the server and a warm parent say to each other, over socket pairs that nobody else can reach.

Messages are single packets (``SOCK_SEQPACKET``) of JSON, with file descriptors beside them where needed.

The **control** pair lives as long as the server wants the parent:

- server → parent: ``Order``, once
- parent → server: ``Ready``, once
- server → parent: ``Request``, with the descriptors ``line, cwd, stdout, stderr``

Each kernel has a pair of its own, its **line**, whose other end the server holds as long as it wants the kernel:

- parent → server: ``{"stale": true}`` or ``{"trouble": sentence}`` when it does not fork
- kernel → server: ``{"pid": n}`` first of all; ``{"bound": true}`` when its sockets accept connections
- parent → server: ``{"exit": status}`` when it has ended; negative for a signal, as ``subprocess`` has it

A closed line means that the server is gone or done with the kernel: the parent kills what still runs, and reaps it.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

PACKET_BYTES = 256 * 1024
MOST_DESCRIPTORS = 4


@dataclass(frozen=True)
class Order:
    """What a new parent is to import, and the packages of which it is to watch every file."""

    modules: tuple[str, ...]
    watch: tuple[str, ...]


@dataclass(frozen=True)
class Ready:
    """What a parent says when it is warm: what it could not import and why, and why it must not fork, if so."""

    missing: dict[str, str]
    trouble: str = ""


@dataclass(frozen=True)
class Request:
    """One kernel to fork: its command-line arguments and environment, and the paths to remove if nobody else can."""

    arguments: tuple[str, ...]
    environment: dict[str, str]
    leftovers: tuple[str, ...] = ()


def make_pair() -> tuple[socket.socket, socket.socket]:
    """Two connected sockets that carry whole messages."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def send(channel: socket.socket, message: Any, descriptors: Sequence[int] = ()) -> None:
    """Send a dictionary or a dataclass. Raises ``OSError`` when it is too long or nobody listens."""
    body = message if isinstance(message, dict) else asdict(message)
    socket.send_fds(channel, [json.dumps(body).encode()], list(descriptors))


def receive(channel: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """The next message and its descriptors. Raises ``EOFError`` when the other side has closed."""
    packet, descriptors, _, _ = socket.recv_fds(channel, PACKET_BYTES, MOST_DESCRIPTORS)
    if not packet:
        raise EOFError
    return json.loads(packet), descriptors
