"""Shows out who may no longer be here: whose link was taken back or has ended, or who is in another state by now."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field

from tornado.websocket import WebSocketHandler

from cluster_kit.live.door import Door
from cluster_kit.live.kernels import OwnedKernelManager
from cluster_kit.live.logs import say
from cluster_kit.responses import Person

log = logging.getLogger(__name__)

LOOK_S = 2.0
SHOWN_OUT = 4403


@dataclass
class _Guest:
    """Who is at a kernel: by which badge, of which state when they came, and over which connections."""

    badge: str
    jurisdiction: str
    lines: set[WebSocketHandler] = field(default_factory=set)


class Doorkeeper:
    """Looks every two seconds whether everybody at a kernel may still be there; if not, kernel and connections end."""

    def __init__(self, door: Door, kernels: OwnedKernelManager) -> None:
        self._door, self._kernels = door, kernels
        self._guests: dict[str, _Guest] = {}
        self._is_over = False

    def welcome(self, kernel_id: str, badge: str, person: Person, line: WebSocketHandler) -> None:
        """Somebody has connected to their kernel."""
        guest = self._guests.setdefault(kernel_id, _Guest(badge, person.jurisdiction))
        guest.badge = badge
        guest.lines.add(line)

    def part(self, kernel_id: str, line: WebSocketHandler) -> None:
        """A connection has ended. Its guest stays known as long as the kernel is there: they may connect again."""
        if guest := self._guests.get(kernel_id):
            guest.lines.discard(line)

    async def keep(self) -> None:
        """Until ``end``: learn of changes, and show out."""
        while not self._is_over:
            try:
                await asyncio.get_running_loop().run_in_executor(None, self._door.refresh)
                await self.show_out()
            except Exception:  # the store is away: who may be here is what was known before
                log.warning("Who may still be here could not be looked up; trying again", exc_info=True)
            await asyncio.sleep(LOOK_S)

    def end(self) -> None:
        """Look no more."""
        self._is_over = True

    async def show_out(self) -> None:
        """End the kernels, and close the connections, of all who may no longer be there."""
        for kernel_id, guest in list(self._guests.items()):
            if kernel_id not in self._kernels:
                del self._guests[kernel_id]
            elif not self._may_stay(guest):
                del self._guests[kernel_id]
                say("shown out", lines=len(guest.lines))
                for line in list(guest.lines):
                    line.close(SHOWN_OUT)
                await self._kernels.shutdown_kernel(kernel_id, now=True)  # type: ignore[no-untyped-call]

    def _may_stay(self, guest: _Guest) -> bool:
        person = self._door.recognize(guest.badge)
        return person is not None and person.jurisdiction == guest.jurisdiction
