"""Parses Jupyter messages from browsers at a cost bounded by the frame's length.

Jupyter's own decoders trust the offset count at the front of a binary frame, and loop up to it.
"""

from __future__ import annotations

import logging
from itertools import pairwise
from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

from cluster_kit.errors import ClusterKitError

log = logging.getLogger(__name__)

SUBPROTOCOL = "v1.kernel.websocket.jupyter.org"
UNSUPPORTED = 1003  # WebSocket close code for unsupported data
NUMBER_BYTES = 8
# Offsets of the channel, of the four parts of a message, of its buffers, and of the end.
FEWEST_OFFSETS, MOST_OFFSETS = 6, 64
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, AssertionError, RecursionError)


class MalformedMessageError(ClusterKitError, ValueError):
    """The frame is not a message of the protocol."""


def read_message(frame: bytes) -> tuple[str, list[bytes]]:
    """The channel and the parts of a message in the binary protocol. Raises ``ValueError`` for other frames."""
    count = _read_number(frame, 0)
    if not FEWEST_OFFSETS <= count <= MOST_OFFSETS:
        raise MalformedMessageError(f"The message has {count} offsets.")
    start = NUMBER_BYTES * (count + 1)
    offsets = [_read_number(frame, place) for place in range(NUMBER_BYTES, start, NUMBER_BYTES)]
    places = [start, *offsets, len(frame)]
    if places != sorted(places):
        raise MalformedMessageError("The message's offsets do not ascend within it.")
    channel, *parts = (frame[begin:end] for begin, end in pairwise(offsets))
    return channel.decode(), parts


def _read_number(frame: bytes, place: int) -> int:
    number = frame[place : place + NUMBER_BYTES]
    if len(number) < NUMBER_BYTES:
        raise MalformedMessageError("The message ends within its offsets.")
    return int.from_bytes(number, "little")


class CheckedConnection(ZMQChannelsWebsocketConnection):
    """A kernel connection that closes on unreadable frames."""

    def handle_incoming_message(self, incoming_msg: Any) -> None:
        """Handle a frame, unless the connection is closed or closing."""
        if not self.channels or self.websocket_handler.ws_connection is None:
            return
        try:
            self.receive(incoming_msg)
        except UNREADABLE as error:
            problem = f"{type(error).__name__}: {error}"[:200]
            log.warning("Kernel %s: a page sent what is no message (%r)", self.kernel_id[:8], problem)
            self.websocket_handler.close(UNSUPPORTED)

    def receive(self, frame: str | bytes) -> None:
        """Forward a frame to the kernel as Jupyter does. Raises one of ``UNREADABLE`` for an invalid frame."""
        if self.subprotocol == SUBPROTOCOL:
            if isinstance(frame, str):
                raise MalformedMessageError("Text in the binary protocol.")
            read_message(frame)
        elif not isinstance(frame, str):
            raise MalformedMessageError("A binary frame in the text protocol.")
        super().handle_incoming_message(frame)  # type: ignore[arg-type]
