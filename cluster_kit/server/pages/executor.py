"""Runs a page's cells in a kernel that is known to respond, and collects their outputs."""

from __future__ import annotations

import time
from contextlib import suppress
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode, from_dict
from voila.execute import VoilaExecutor

from cluster_kit.server.widgets.outputs import WIDGET_REGISTRY

ANSWER_S = 1.0
SUBSCRIBED_S = 0.2


class PageExecutor(VoilaExecutor):  # type: ignore[misc]
    """Voilà's executor without the work that only a notebook on disk needs, to reduce waiting time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.widget_registry = WIDGET_REGISTRY

    async def async_start_new_kernel_client(self) -> AsyncKernelClient:
        """A client whose kernel has responded on both channels. Raises ``DeadKernelError`` or ``TimeoutError``.

        jupyter_client's ``wait_for_ready`` continues to listen until 0.2 s of silence. That is unnecessary, because a
        cell's messages are identified by their parent. There is no heartbeat: the kernel's manager knows whether it
        lives, and a heartbeat that is stopped while it starts opens sockets without end.
        """
        client: AsyncKernelClient = self.km.client()
        self.kc = client
        client.start_channels(hb=False)
        client.allow_stdin = False
        ends = time.monotonic() + self.startup_timeout
        while time.monotonic() < ends:
            client.kernel_info()
            with suppress(Empty):
                await client.shell_channel.get_msg(timeout=ANSWER_S)
                await client.iopub_channel.get_msg(timeout=SUBSCRIBED_S)
                return client
            if not await client.is_alive():
                raise DeadKernelError("The kernel died before it answered")
        raise TimeoutError(f"The kernel did not answer within {self.startup_timeout} s")

    def output(self, outs: list[NotebookNode], msg: dict[str, Any], display_id: str | None, cell_index: int) -> None:
        """Store an output as received. It goes directly to a page, so notebook validation is not needed."""
        if hooks := self.output_hook_stack[msg["parent_header"].get("msg_id")]:  # an Output widget handles it
            hooks[-1].output(outs, msg, display_id, cell_index)
            return
        outs.append(from_dict({**msg["content"], "output_type": msg["msg_type"]}))  # type: ignore[no-untyped-call]
