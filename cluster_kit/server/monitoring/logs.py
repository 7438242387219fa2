"""The server's log: lines for people, or one JSON object a line for machines. What people typed is in neither.

Who somebody is, where they come from, and what an error says about a value (which may be somebody's answer) is left
out of requests and of JSON; an error's kind and place stay.
"""

from __future__ import annotations

import logging
import time
import traceback
from enum import StrEnum
from types import TracebackType
from typing import TYPE_CHECKING, Any

from pythonjsonlogger.json import JsonFormatter

if TYPE_CHECKING:
    from tornado.web import RequestHandler

    SysExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

EVENTS = logging.getLogger("cluster_kit.server")
FIELDS = ["asctime", "levelname", "name", "message"]
NAMES = {"asctime": "at", "levelname": "level", "name": "from", "message": "what"}


class LogFormat(StrEnum):
    """Lines for people, or JSON for machines."""

    PLAIN = "plain"
    JSON = "json"


class MachineFormatter(JsonFormatter):
    """``at`` (UTC), ``level``, ``from``, ``what``, and each of the event's own fields."""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__(FIELDS, rename_fields=NAMES, datefmt="%Y-%m-%dT%H:%M:%SZ")

    def formatException(self, ei: SysExcInfo) -> str:
        """The kind of error and where it came from. Its message stays out: it may quote what somebody typed."""
        kind, _, where = ei
        frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(where)]
        return "\n".join([*frames, kind.__name__ if kind else ""])


def set_up_logs(log: logging.Logger, form: LogFormat) -> None:
    """Let the kit's own events and warnings go where the server's log goes, in this form."""
    if form is LogFormat.JSON:
        for handler in log.handlers:
            handler.setFormatter(MachineFormatter())
            handler.setLevel(logging.INFO)
    # Nothing below is shown: then it need not be put into words either. (Jupyter lets the handler decide.)
    log.setLevel(log.handlers[0].level if log.handlers else logging.WARNING)
    kit = logging.getLogger("cluster_kit")
    kit.handlers, kit.propagate = list(log.handlers), False
    kit.setLevel(logging.INFO if form is LogFormat.JSON else logging.WARNING)


def log_event(event: str, level: int = logging.INFO, **fields: Any) -> None:
    """Write an event with its fields. They must not hold anything that tells who somebody is."""
    EVENTS.log(level, event, extra=fields)


def log_request(handler: RequestHandler) -> None:
    """A request that failed, without who asked. The query is left out, too: it may hold what a page says of itself.

    That a server is not ready yet is an answer, not a failure.
    """
    status = handler.get_status()
    if status < 400 or handler.request.path == "/ready":
        return
    level = logging.ERROR if status >= 500 else logging.WARNING
    milliseconds = round(1000 * handler.request.request_time(), 1)
    method, path = handler.request.method, handler.request.path
    fields = {"status": status, "method": method, "path": path, "milliseconds": milliseconds}
    EVENTS.log(level, "%s %s answered with %s after %s ms", method, path, status, milliseconds, extra=fields)
