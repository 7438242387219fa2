"""Operations that complete even if their caller is cancelled, such as a page's last messages while it closes."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class UnderWay:
    """Operations in progress. They continue when their callers are cancelled, until done or cancelled by ``end``."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    async def see_through(self, what: Coroutine[Any, Any, T]) -> T:
        """Run an operation and wait for it."""
        task = asyncio.ensure_future(what)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(task)

    async def end(self, patience_s: float) -> None:
        """Wait for operations in progress, and cancel those that exceed the timeout."""
        tasks = set(self._tasks)
        if not tasks:
            return
        await asyncio.wait(tasks, timeout=patience_s)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
