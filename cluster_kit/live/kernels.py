"""A kernel belongs to the person whose page started it, and lives as long as that page.

Browsers are not to be trusted with a kernel: they may send a form's messages and ask whether it is alive, nothing
else; and they are sent nothing that a form does not need.
"""

from __future__ import annotations

from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.ioloop import IOLoop
from traitlets import Dict, Float, Integer

from cluster_kit.errors import ClusterKitError

MAY_BE_SENT = ("comm_msg", "kernel_info_request")
MAY_BE_RECEIVED = ("comm_msg", "comm_close", "kernel_info_reply")


class TooManyKernelsError(ClusterKitError):
    """Somebody has as many pages open as one person may."""

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(f"You have {most} session pages open. Close some of them, wait half a minute, and try again.")


class OwnedKernelManager(AsyncMappingKernelManager):
    """Kernels with owners. One that no page is connected to ends after ``grace_s``, or ``unseen_s`` at first."""

    grace_s = Float(20.0, help="How long a kernel outlives its last connection: time for a network to come back.")
    unseen_s = Float(60.0, help="How long a new kernel waits for its page to connect.")
    most_each = Integer(10, help="How many kernels one person may have at a time.")

    _owners = Dict()  # a kernel's id: a person's id
    _endings = Dict()  # a kernel's id: the timer that ends it

    async def start_owned(self, owner: str, **how: Any) -> str:
        """Start a kernel that belongs to this person (by id), and return the kernel's id."""
        kernel_id: str = await self.start_kernel(**how)
        self._owners[kernel_id] = owner
        self._end_after(kernel_id, self.unseen_s)
        return kernel_id

    def check_room(self, owner: str) -> None:
        """Raise ``TooManyKernelsError`` when this person may not start another kernel."""
        if list(self._owners.values()).count(owner) >= self.most_each:
            raise TooManyKernelsError(self.most_each)

    def find_owner(self, kernel_id: str) -> str | None:
        """Who started this running kernel (a person's id), or None when there is no such kernel."""
        return self._owners.get(kernel_id) if kernel_id in self else None

    def notify_connect(self, kernel_id: str) -> None:
        """A page has connected: the kernel stays."""
        super().notify_connect(kernel_id)  # type: ignore[no-untyped-call]
        self._keep(kernel_id)

    def notify_disconnect(self, kernel_id: str) -> None:
        """A page has gone: when it was the last, the kernel's days are counted."""
        super().notify_disconnect(kernel_id)  # type: ignore[no-untyped-call]
        if self._kernel_connections.get(kernel_id) == 0:
            self._end_after(kernel_id, self.grace_s)

    def remove_kernel(self, kernel_id: str) -> Any:
        """Forget a kernel that has ended, and whose it was."""
        self._keep(kernel_id)
        self._owners.pop(kernel_id, None)
        return super().remove_kernel(kernel_id)

    def _end_after(self, kernel_id: str, seconds: float) -> None:
        self._keep(kernel_id)
        self._endings[kernel_id] = IOLoop.current().call_later(seconds, self._end, kernel_id)

    def _keep(self, kernel_id: str) -> None:
        if ending := self._endings.pop(kernel_id, None):
            IOLoop.current().remove_timeout(ending)

    async def _end(self, kernel_id: str) -> None:
        self._endings.pop(kernel_id, None)
        if kernel_id in self:
            self.log.info("Nobody is connected to kernel %s any more: it ends.", kernel_id)
            await self.shutdown_kernel(kernel_id, now=True)  # type: ignore[no-untyped-call]


class FormConnection(ZMQChannelsWebsocketConnection):
    """A page's connection to its kernel, which carries what forms say to each other and no more."""

    def handle_outgoing_message(self, stream: Any, outgoing_msg: list[Any]) -> None:
        """Pass on what a form needs. Output, code and errors are for the page's first rendering and the log."""
        _, parts = self.session.feed_identities(outgoing_msg)
        if self.session.unpack(parts[1])["msg_type"] in MAY_BE_RECEIVED:
            super().handle_outgoing_message(stream, outgoing_msg)
