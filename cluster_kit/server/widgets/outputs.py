"""Output widgets while the notebook runs: as later on the page, without tracebacks and warnings."""

from __future__ import annotations

import logging
from typing import Any

from nbclient.jsonutil import json_clean
from nbclient.output_widget import OutputWidget
from nbformat import NotebookNode

log = logging.getLogger(__name__)

SENTENCE = "This part could not be worked out. Your answers are safe."
WENT_WRONG: dict[str, Any] = {"ename": "", "evalue": SENTENCE, "traceback": [SENTENCE]}


class PlainOutput(OutputWidget):
    """Replaces the browser while the notebook runs: errors become one sentence, warnings are only logged."""

    def output(self, outs: list[NotebookNode], msg: dict[str, Any], display_id: str | None, cell_index: int) -> None:
        """Handle an output of the kernel."""
        content = msg["content"]
        if msg["msg_type"] == "error":
            log.error("Cell %s:\n%s", cell_index, "\n".join(content["traceback"]))
            msg = {**msg, "content": dict(WENT_WRONG)}
        elif msg["msg_type"] == "stream" and content["name"] != "stdout":
            log.warning("Cell %s: %s", cell_index, content["text"])
            return
        super().output(outs, msg, display_id, cell_index)

    def _publish_msg(
        self,
        msg_type: str,
        data: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
        buffers: list[Any] | None = None,  # noqa: ARG002
        **keys: Any,
    ) -> None:
        """Send the widget's state to the kernel through the socket that the executor waits on.

        nbclient's implementation bypasses that socket. A cell's reply that arrives at the same moment then wakes no
        waiter (ZeroMQ's file descriptors are edge-triggered), and the page never finishes.
        """
        client = self.kernel_client
        content = json_clean({"data": data or {}, "comm_id": self.comm_id, **keys})
        message = client.session.msg(msg_type, content=content, parent=self.parent_header, metadata=metadata or {})
        client.shell_channel.socket.send_multipart(client.session.serialize(message))


# For an executor's ``widget_registry``.
WIDGET_REGISTRY = {"@jupyter-widgets/output": {"OutputModel": PlainOutput}}
