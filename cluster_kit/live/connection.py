"""A page's line to its kernel: what may pass, and how long a save takes on its way there and back."""

from __future__ import annotations

import json
import logging
import time
from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

from cluster_kit.live.logs import say
from cluster_kit.live.metrics import Metrics

MAY_BE_SENT = ("comm_msg", "kernel_info_request")
MAY_BE_RECEIVED = ("comm_msg", "comm_close", "kernel_info_reply")
BEAT = '"kernel_info_request"'  # a page asks so now and then whether its kernel is there: nobody has done anything
MOST_UNANSWERED = 100


class SaveWatch:
    """Measures saves as their page sees them, but for the way between page and server.

    It keeps the messages' ids and nothing that they say.
    """

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._sent: dict[str, float] = {}

    def sent(self, words: str) -> None:
        """A message from the page, as text."""
        if '"save"' not in words:
            return
        said = _said(json.loads(words).get("content"))
        if said.get("type") == "save" and len(self._sent) < MOST_UNANSWERED:
            self._sent[str(said.get("message"))] = time.perf_counter()

    def answered(self, words: bytes) -> None:
        """The content of a message from the kernel, as JSON."""
        if not self._sent or b'"message"' not in words:
            return
        said = _said(json.loads(words))
        began = self._sent.get(str(said.get("message")))
        if began is None:
            return
        answer = said.get("type")
        if answer == "saved":
            self._metrics.answers.inc(len(said.get("receipts", ())))
            self._metrics.save_seconds.observe(time.perf_counter() - began)
        else:
            self._metrics.unsaved.labels(str(answer)).inc()
            say("save not kept", logging.WARNING, why=str(answer))
        if answer != "refused":  # others of the same message may be saved yet
            del self._sent[str(said["message"])]


def _said(content: Any) -> dict[str, Any]:
    """What a form and its kernel say to each other, inside a widget's message; empty where it is none."""
    for key in ("data", "content"):
        content = content.get(key) if isinstance(content, dict) else None
    return content if isinstance(content, dict) else {}


class FormConnection(ZMQChannelsWebsocketConnection):
    """A page's connection to its kernel, which carries what forms say to each other and no more."""

    _saves: SaveWatch | None = None

    @property
    def saves(self) -> SaveWatch:
        """The watch over this page's saves."""
        if self._saves is None:
            self._saves = SaveWatch(self.websocket_handler.settings["metrics"])
        return self._saves

    def handle_incoming_message(self, incoming_msg: Any) -> None:
        """Take what the page sends. What is no message at all closes the line, as ever."""
        if isinstance(incoming_msg, str) and BEAT not in incoming_msg:
            self.multi_kernel_manager.note_activity(self.kernel_id)
            self.saves.sent(incoming_msg)
        super().handle_incoming_message(incoming_msg)

    def handle_outgoing_message(self, stream: Any, outgoing_msg: list[Any]) -> None:
        """Pass on what a form needs. Output, code and errors are for the page's first rendering and the log."""
        parts: list[Any] = self.session.feed_identities(outgoing_msg)[1]
        kind = self.session.unpack(parts[1])["msg_type"]
        if kind in MAY_BE_RECEIVED:
            super().handle_outgoing_message(stream, outgoing_msg)
        if kind == "comm_msg":
            self.saves.answered(parts[4])
