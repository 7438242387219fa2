"""Getting ready before people come, and saying what is still missing."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Future

from cluster_kit.content.models import Content
from cluster_kit.live.admission import Admission
from cluster_kit.live.kernels import OwnedKernelManager
from cluster_kit.responses import Store

log = logging.getLogger(__name__)

LOOK_S = 0.2
AFTER_FAILURE_S = 10.0
STORE_PATIENCE_S = 3.0


class Spares:
    """Keeps ``wanted`` kernels ready for whoever comes next, started while nobody is kept waiting by it."""

    def __init__(self, kernels: OwnedKernelManager, admission: Admission, wanted: int) -> None:
        self._kernels, self._admission, self.wanted = kernels, admission, wanted
        self.were_ready = wanted == 0
        self._is_over = False

    async def keep(self, parent: Future[int]) -> None:
        """Until ``end``. First waits for the warm parent, or for the news that there will be none."""
        await asyncio.wait([asyncio.wrap_future(parent)])
        while not self._is_over:
            if len(self._kernels.spares) >= self.wanted or not self._has_room():
                self.were_ready = True
            elif self._admission.is_calm:
                await self._start_one()
                continue
            await asyncio.sleep(LOOK_S)

    def end(self) -> None:
        """Start no more kernels."""
        self._is_over = True

    def _has_room(self) -> bool:
        return self._kernels.room() > len(self._kernels.spares)

    async def _start_one(self) -> None:
        try:
            await self._kernels.start_spare()
        except Exception:
            log.exception("A spare kernel could not be started; trying again in %g s", AFTER_FAILURE_S)
            await asyncio.sleep(AFTER_FAILURE_S)


class Readiness:
    """Whether people can be taken in."""

    def __init__(self, content: Content, store: Store, spares: Spares, parent: Future[int]) -> None:
        self._content, self._store, self._spares, self._parent = content, store, spares, parent

    async def missing(self) -> list[str]:
        """A sentence for each thing that is missing; empty when people can come."""
        found = []
        if not self._parent.done():
            found.append("The warm parent of kernels is still importing.")
        if not self._spares.were_ready:
            found.append(f"The first {self._spares.wanted} kernels are still starting.")
        if not await self._store_answers():
            found.append("The store does not answer.")
        return found

    async def _store_answers(self) -> bool:
        loop = asyncio.get_running_loop()
        asked = loop.run_in_executor(None, self._store.latest_seq, self._content.series.id, "")
        try:
            await asyncio.wait_for(asked, STORE_PATIENCE_S)
        except Exception:
            log.warning("The store does not answer", exc_info=True)
            return False
        return True
