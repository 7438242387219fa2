"""Runs ``cluster-kit``, and logs every store access in a thread that runs an event loop."""

from __future__ import annotations

import asyncio
import sys
import traceback
from typing import Any

from sqlalchemy import Engine, event

from cluster_kit.cli import main

MARK = "THE STORE WAS ASKED ON THE EVENT LOOP"


def check_thread(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    print(f"{MARK}: {statement}\n{''.join(traceback.format_stack(limit=15))}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    event.listen(Engine, "before_cursor_execute", check_thread)
    main()
