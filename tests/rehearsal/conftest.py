"""A rehearsal begins where no event loop runs, as its command does."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def thread_without_a_loop() -> Iterator[None]:
    """The browser of other tests keeps a loop running in this thread: it is put aside meanwhile."""
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(loop)
