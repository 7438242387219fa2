"""Logs every store access in a thread that runs an event loop."""

from __future__ import annotations

import asyncio
import sys
import traceback
from typing import Any

from sqlalchemy import Engine, event

MARK = "THE STORE WAS ASKED ON THE EVENT LOOP"


def check_thread(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    print(f"{MARK}: {statement}\n{''.join(traceback.format_stack(limit=15))}", file=sys.stderr, flush=True)


def watch_stores() -> None:
    """Check every access to a store in this process."""
    event.listen(Engine, "before_cursor_execute", check_thread)
