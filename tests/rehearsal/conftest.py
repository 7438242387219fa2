"""A rehearsal starts without a running event loop, as its command does."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def thread_without_a_loop() -> Iterator[None]:
    """Hide the event loop that other tests' browser keeps running in this thread."""
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(loop)
