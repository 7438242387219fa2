"""Message policy between a page with standard Jupyter widgets and its kernel.

From the browser: comm messages of widgets. Execution, completion, inspection, and interrupts are blocked. To the
browser: messages of widgets and their outputs; an error is one sentence, its traceback is logged.
"""

from __future__ import annotations

import logging
import re
from functools import cached_property
from typing import Any

from cluster_kit.log_limits import FirstOfKind
from cluster_kit.server.widgets.messages import SUBPROTOCOL, CheckedConnection, read_message
from cluster_kit.server.widgets.outputs import WENT_WRONG

log = logging.getLogger(__name__)

MAY_BE_SENT = {"comm_open", "comm_msg", "comm_close", "comm_info_request", "kernel_info_request"}
# The front end opens only this comm, to request the state of all widgets. (Widgets are created in the kernel.)
MAY_BE_OPENED = {"jupyter.widget.control"}
MAY_BE_RECEIVED = {
    *("comm_open", "comm_msg", "comm_close", "comm_info_reply", "kernel_info_reply"),
    *("status", "stream", "display_data", "update_display_data", "clear_output", "error"),
}
HEADER, CONTENT = 0, 3  # indexes of message parts
# A kernel's harmless warning when the browser closes a comm that is closed already.
NOISE = "No such comm"
TERMINAL_COLORS = re.compile(r"\x1b\[[0-9;]*m")


class WidgetConnection(CheckedConnection):
    """The connection of a page with standard widgets to its own kernel, in Jupyter's binary protocol only."""

    def receive(self, frame: str | bytes) -> None:
        """Forward widget messages. Other messages are dropped and logged."""
        if self.subprotocol != SUBPROTOCOL or isinstance(frame, str):
            self._refuse("text")
            return
        channel, parts = read_message(frame)
        kind = self.session.unpack(parts[HEADER])["msg_type"]
        if channel != "shell" or not self._may_be_sent(kind, parts):
            self._refuse(f"{kind} on {channel}")
            return
        if kind.startswith("comm_"):
            self.multi_kernel_manager.note_activity(self.kernel_id)
        self.session.send_raw(self.channels[channel], parts)

    def handle_outgoing_message(self, stream: Any, outgoing_msg: list[Any]) -> None:
        """Forward what widgets need; log errors."""
        parts = self.session.feed_identities(outgoing_msg)[1][1:]  # without the signature
        kind = self.session.unpack(parts[HEADER])["msg_type"]
        if kind not in MAY_BE_RECEIVED:
            return
        unread = {"header": None, "parent_header": None, "content": None}
        if self._limit_rate(stream.channel, unread, parts):  # type: ignore[no-untyped-call]
            return
        if kind in {"error", "stream"}:
            content = self._in_plain_words(kind, self.session.unpack(parts[CONTENT]))
            if content is None:
                return
            parts[CONTENT] = self.session.pack(content)
        self._on_zmq_reply(stream, parts)  # type: ignore[no-untyped-call]

    def write_stderr(self, error_message: str, parent_header: Any) -> None:  # noqa: ARG002
        """Log the message of Jupyter's rate limiter, which is for the operator."""
        log.warning("Kernel %s: %s", self.kernel_id[:8], " ".join(error_message.split()))

    def _may_be_sent(self, kind: str, parts: list[Any]) -> bool:
        if kind == "comm_open":
            return self.session.unpack(parts[CONTENT]).get("target_name") in MAY_BE_OPENED
        return kind in MAY_BE_SENT

    def _in_plain_words(self, kind: str, content: dict[str, Any]) -> dict[str, Any] | None:
        """An error as a sentence; output unchanged; None for warnings, which are logged."""
        if kind == "error":
            log.error("Kernel %s:\n%s", self.kernel_id[:8], TERMINAL_COLORS.sub("", "\n".join(content["traceback"])))
            return WENT_WRONG
        if content["name"] == "stdout":
            return content
        if text := "\n".join(line for line in content["text"].splitlines() if line and NOISE not in line):
            log.warning("Kernel %s: %s", self.kernel_id[:8], text)
        return None

    def _refuse(self, what: str) -> None:
        named = " ".join(what[:80].split())
        self._warnings.warning(named, "Kernel %s: a page sent %s, which is not passed on", self.kernel_id[:8], named)

    @cached_property
    def _warnings(self) -> FirstOfKind:
        return FirstOfKind(log)
