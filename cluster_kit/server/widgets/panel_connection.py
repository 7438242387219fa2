"""Message policy between the console and its kernel."""

from __future__ import annotations

from typing import Any

from cluster_kit.server.widgets.messages import CheckedConnection

MAY_BE_SENT = ("comm_msg", "kernel_info_request")
MAY_BE_RECEIVED = ("comm_msg", "comm_close", "kernel_info_reply")
BEAT = '"kernel_info_request"'  # the page's heartbeat to check that its kernel is alive; not activity


class PanelConnection(CheckedConnection):
    """A page's connection to its kernel, restricted to the messages of panels."""

    def receive(self, frame: str | bytes) -> None:
        """Forward a message from the page; everything except its heartbeat is activity."""
        super().receive(frame)
        if isinstance(frame, str) and BEAT not in frame:
            self.multi_kernel_manager.note_activity(self.kernel_id)

    def handle_outgoing_message(self, stream: Any, outgoing_msg: list[Any]) -> None:
        """Forward what a panel needs. Output, code, and errors are for the first rendering and the log."""
        parts: list[Any] = self.session.feed_identities(outgoing_msg)[1]
        kind = self.session.unpack(parts[1])["msg_type"]
        if kind in MAY_BE_RECEIVED:
            super().handle_outgoing_message(stream, outgoing_msg)
