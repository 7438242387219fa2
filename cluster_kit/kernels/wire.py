"""The protocol between a fork server and its client, over private socket pairs.

Messages are single packets (``SOCK_SEQPACKET``) of JSON, with file descriptors beside them where needed.

The client keeps the **control** pair open while it needs the fork server:

- client → fork server: ``Configure``, once
- fork server → client: ``Ready``, once
- client → fork server: ``Request``, with the descriptors ``channel, cwd, stdout, stderr``

Each kernel has its own pair, the **channel**, which the client keeps open while it needs the kernel:

- fork server → client: ``{"stale": true}`` or ``{"trouble": sentence}`` if it does not fork
- kernel → client: ``{"pid": n}`` first; ``{"bound": true}`` when its sockets accept connections
- fork server → client: ``{"exit": status}`` when it has ended; negative for a signal, as ``subprocess`` has it

A closed channel means that the client is gone or done with the kernel: the fork server kills what still runs, and
reaps it.
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
class Configure:
    """The modules that a new fork server imports, and the packages of which it watches all files."""

    modules: tuple[str, ...]
    watch: tuple[str, ...]


@dataclass(frozen=True)
class Ready:
    """The fork server's report after its imports: failed imports with reasons, and the reason if it must not fork."""

    missing: dict[str, str]
    trouble: str = ""


@dataclass(frozen=True)
class Request:
    """A kernel to fork: its command-line arguments, environment, and paths to remove if the client is gone."""

    arguments: tuple[str, ...]
    environment: dict[str, str]
    leftovers: tuple[str, ...] = ()


def make_pair() -> tuple[socket.socket, socket.socket]:
    """Two connected sockets that preserve message boundaries."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def send(channel: socket.socket, message: Any, descriptors: Sequence[int] = ()) -> None:
    """Send a dictionary or a dataclass. Raises ``OSError`` if it is too long or the other side has closed."""
    body = message if isinstance(message, dict) else asdict(message)
    socket.send_fds(channel, [json.dumps(body).encode()], list(descriptors))


def receive(channel: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """The next message and its descriptors. Raises ``EOFError`` if the other side has closed."""
    packet, descriptors, _, _ = socket.recv_fds(channel, PACKET_BYTES, MOST_DESCRIPTORS)
    if not packet:
        raise EOFError
    return json.loads(packet), descriptors
