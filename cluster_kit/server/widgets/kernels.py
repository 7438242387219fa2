"""Kernels owned by the person whose page started them, with the lifetime of that page.

Browsers have restricted access to their kernel: they may send form messages and check whether it is alive, and they
receive only what a form needs.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from jupyter_server._tz import utcnow
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado import web
from tornado.ioloop import IOLoop
from traitlets import Dict, Float, Integer

from cluster_kit.errors import ClusterKitError
from cluster_kit.server.widgets.limits import pages_by_files
from cluster_kit.server.widgets.memory import free_bytes, kernels_that_fit

START_PATIENCE_S = 10.0


class TooManyKernelsError(ClusterKitError):
    """The person has reached the maximum number of open pages."""

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(f"You have {most} session pages open. Close some of them, wait half a minute, and try again.")


class OwnedKernelManager(AsyncMappingKernelManager):
    """Kernels with owners. A kernel ends ``grace_s`` after its last page disconnects, or after ``unseen_s`` without
    one.

    A kernel that renders a shared page has no owner: the server ends it.
    """

    grace_s = Float(20.0, help="How long a kernel outlives its last connection: time for a network to come back.")
    left_s = Float(2.0, help="How long a kernel outlives a page that was closed: time to save its last words.")
    unseen_s = Float(60.0, help="How long a new kernel waits for its page to connect.")
    most_each = Integer(10, help="How many kernels one person may have at a time.")
    most = Integer(0, help="How many kernels there may be in all; 0: as many as memory has room for.")

    how = Dict(help="What every kernel is started with: kernel_name, cwd, env.")
    _owners = Dict()  # kernel id: owner's person id
    _endings = Dict()  # kernel id: timer that ends the kernel
    _disconnected_owners = Dict()  # kernel id of a disconnected page: owner. In order of disconnection.
    on_end: Callable[[], None] = staticmethod(lambda: None)
    mint_id: Callable[[], str] = staticmethod(lambda: str(uuid.uuid4()))

    # --- starting -------------------------------------------------------------------------------------------

    async def start_owned(self, owner: str, kernel_id: str) -> str:
        """Start a kernel that belongs to this person (by id), under this id, and return the id."""
        await self.start_kernel(kernel_id=kernel_id, **self.how)
        self._own(kernel_id, owner)
        return kernel_id

    def _own(self, kernel_id: str, owner: str) -> None:
        self._owners[kernel_id] = owner
        self._end_after(kernel_id, self.unseen_s)

    # --- capacity -----------------------------------------------------------------------------------------

    def room(self, owner: str = "") -> int:
        """Number of kernels that can be started now. This person's disconnected kernels count as free."""
        by_choice_or_memory = self.most - len(self) if self.most else kernels_that_fit(free_bytes())
        left = min(by_choice_or_memory, pages_by_files() - len(self))
        return left + len(self._disconnected(owner))

    async def make_room(self, owner: str) -> None:
        """End this person's disconnected kernels if others need the capacity.

        Raises ``TooManyKernelsError`` if this person may not start another kernel.
        """
        for kernel_id in self._disconnected(owner):
            if self._count(owner) < self.most_each and self.room() > 0:
                return
            await self._end(kernel_id)
        if self._count(owner) >= self.most_each:
            raise TooManyKernelsError(self.most_each)

    def _disconnected(self, owner: str) -> list[str]:
        return [kernel_id for kernel_id, whose in self._disconnected_owners.items() if whose == owner]

    def _count(self, owner: str) -> int:
        return list(self._owners.values()).count(owner)

    async def end_all(self) -> None:
        """End every kernel, including those that are starting."""
        starting = list(self._pending_kernels.values())
        if starting:
            await asyncio.wait(starting, timeout=START_PATIENCE_S)
        await asyncio.gather(*(self.end(kernel_id) for kernel_id in list(self._kernels)))

    async def end(self, kernel_id: str) -> None:
        """End a kernel, unless it has ended or is being ended."""
        if kernel_id in self:
            with suppress(web.HTTPError, KeyError):  # it ended in the meantime
                await self.shutdown_kernel(kernel_id, now=True)  # type: ignore[no-untyped-call]

    def processes(self) -> list[int]:
        """The process ids of all running kernels."""
        provisioners = [kernel.provisioner for kernel in self._kernels.values()]
        return [one.pid for one in provisioners if one is not None and one.pid]

    # --- activity ---------------------------------------------------------------------------------------------

    def start_watching_activity(self, kernel_id: str) -> None:
        """Replace Jupyter's activity tracking: a page's messages are activity (``note_activity``), a started kernel is
        idle.

        Jupyter's own implementation reads every message of every kernel a second time.
        """
        kernel = self._kernels[kernel_id]
        kernel.reason, kernel.execution_state = "", "idle"
        self.note_activity(kernel_id)

    def note_activity(self, kernel_id: str) -> None:
        """Record that the kernel was used."""
        if kernel_id in self:
            self.last_kernel_activity = self._kernels[kernel_id].last_activity = utcnow()

    # --- owners and lifetimes -----------------------------------------------------------------------------

    def find_owner(self, kernel_id: str) -> str | None:
        """The person id of the running kernel's owner, or None if there is no such kernel."""
        return self._owners.get(kernel_id) if kernel_id in self else None

    def notify_connect(self, kernel_id: str) -> None:
        """Cancel culling when a page connects."""
        super().notify_connect(kernel_id)  # type: ignore[no-untyped-call]
        self._keep(kernel_id)

    def notify_disconnect(self, kernel_id: str) -> None:
        """Schedule culling when the last connection closes."""
        super().notify_disconnect(kernel_id)  # type: ignore[no-untyped-call]
        if self._kernel_connections.get(kernel_id) == 0:
            self._disconnected_owners[kernel_id] = self._owners.get(kernel_id, "")
            self._end_after(kernel_id, self.grace_s)

    def end_soon(self, kernel_id: str) -> None:
        """Cull sooner after a page was closed rather than cut off, unless another page is connected."""
        if kernel_id in self._disconnected_owners:
            self._end_after(kernel_id, min(self.left_s, self.grace_s))

    def remove_kernel(self, kernel_id: str) -> Any:
        """Remove an ended kernel and its owner."""
        self._keep(kernel_id)
        self._owners.pop(kernel_id, None)
        self.on_end()
        return super().remove_kernel(kernel_id)

    def _end_after(self, kernel_id: str, seconds: float) -> None:
        self._stop_counting(kernel_id)
        self._endings[kernel_id] = IOLoop.current().call_later(seconds, self._end, kernel_id)

    def _keep(self, kernel_id: str) -> None:
        self._disconnected_owners.pop(kernel_id, None)
        self._stop_counting(kernel_id)

    def _stop_counting(self, kernel_id: str) -> None:
        if ending := self._endings.pop(kernel_id, None):
            IOLoop.current().remove_timeout(ending)

    async def _end(self, kernel_id: str) -> None:
        self._keep(kernel_id)
        if kernel_id in self:
            self.log.info("Ending kernel %s: no page is connected.", kernel_id)
            await self.end(kernel_id)
