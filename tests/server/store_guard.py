"""Logs every store access in a thread that runs an event loop, or in one that runs requests."""

from __future__ import annotations

import asyncio
import sys
import threading
import traceback
from typing import Any

from sqlalchemy import Engine, event

MARK = "THE STORE WAS ASKED ON THE EVENT LOOP"
ASKED = "the store was asked for a request"


def check_thread(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    print(f"{MARK}: {statement}\n{''.join(traceback.format_stack(limit=15))}", file=sys.stderr, flush=True)


def watch_stores() -> None:
    """Check every access to a store in this process."""
    event.listen(Engine, "before_cursor_execute", check_thread)


def watch_requests() -> None:
    """Log every statement that a request makes in this process. What the server polls by itself is not logged."""

    def log_statement(_connection: Any, _cursor: Any, _statement: str, *_more: Any) -> None:
        if threading.current_thread().name.startswith("store-"):  # cluster_kit.server.store_calls
            print(f'{{"event": "{ASKED}"}}', file=sys.stderr, flush=True)

    event.listen(Engine, "before_cursor_execute", log_statement)
