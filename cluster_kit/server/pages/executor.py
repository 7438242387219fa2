"""Runs a page's cells in a kernel that is known to be there, and keeps what they show."""

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
    """Voilà's executor, for people who wait: it saves what only a notebook on disk needs."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.widget_registry = WIDGET_REGISTRY

    async def async_start_new_kernel_client(self) -> AsyncKernelClient:
        """A client whose kernel has been heard on both channels. Raises ``DeadKernelError`` or ``TimeoutError``.

        jupyter_client's ``wait_for_ready`` goes on listening until 0.2 s have passed in silence. There is no need: what
        a cell says is told apart by its parent.
        """
        client: AsyncKernelClient = self.km.client()
        self.kc = client
        client.start_channels()
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
        """Keep an output as it came. It goes to a page at once, so that it need not be checked as a notebook's is."""
        if hooks := self.output_hook_stack[msg["parent_header"].get("msg_id")]:  # an Output widget takes it
            hooks[-1].output(outs, msg, display_id, cell_index)
            return
        outs.append(from_dict({**msg["content"], "output_type": msg["msg_type"]}))  # type: ignore[no-untyped-call]
