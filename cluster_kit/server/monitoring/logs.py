"""The server's log: text lines, or one JSON object per line. User text is never logged.

Logged requests and JSON lines omit the user, the client address, and error messages about values (which may quote
answers); an error's type and location are kept.
"""

from __future__ import annotations

import copy
import json
import logging
import os
import secrets
import sys
import threading
import time
import traceback
from collections.abc import Callable
from enum import StrEnum
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO

from pythonjsonlogger.json import JsonFormatter
from tornado.web import HTTPError

from cluster_kit.store import StoreUnavailableError

if TYPE_CHECKING:
    from tornado.httputil import HTTPServerRequest
    from tornado.web import RequestHandler

    SysExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

OURS = "cluster_kit"
LAST_LINES_S = 2.0
LONGEST_PATH = 200
"""How many characters of a request's path are logged."""
MOST_REPEATS, REPEATS_S = 200, 60.0
"""How many lines of one place in the code are logged within a time."""
KEY_CHARACTERS, MAX_PLACES = 60, 1000
EVENTS = logging.getLogger("cluster_kit.server")
FIELDS = ["asctime", "levelname", "name", "message"]
NAMES = {"asctime": "at", "levelname": "level", "name": "from", "message": "what"}


class LogFormat(StrEnum):
    """Text lines for people, or JSON lines for programs."""

    PLAIN = "plain"
    JSON = "json"


class MachineFormatter(JsonFormatter):
    """``at`` (UTC), ``level``, ``from``, ``what``, and each of the event's own fields."""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__(FIELDS, rename_fields=NAMES, datefmt="%Y-%m-%dT%H:%M:%SZ")

    def format(self, record: logging.LogRecord) -> str:
        """One line. Of other packages' messages only the template is kept: their values may be addresses or text."""
        if not record.name.startswith(OURS):
            record = copy.copy(record)
            has_template = isinstance(record.msg, str) and record.args
            record.msg = record.msg if has_template else "a message of another package, which is omitted"
            record.args, record.stack_info = (), None
            record.place = f"{record.pathname}:{record.lineno}"
        record.exc_text = None  # another formatter may have left the whole text there
        return str(super().format(record))

    def formatException(self, ei: SysExcInfo) -> str:
        """The type and location of the error. Its message is omitted, because it may quote user text."""
        kind, _, where = ei
        frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(where)]
        return "\n".join([*frames, kind.__name__ if kind else ""])


class RepeatFilter(logging.Filter):
    """Omits warnings and errors of one place in the code after ``MOST_REPEATS`` within a minute, and says so once.

    When file descriptors run out, or a disk is full, one failure can otherwise write megabytes within seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._seen: dict[tuple[str, int, int, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is logged."""
        if record.levelno < logging.WARNING:
            return True
        place = (record.pathname, record.lineno, record.levelno, str(record.msg)[:KEY_CHARACTERS])
        now = self._clock()
        began, count = self._seen.get(place, (now, 0))
        if now - began >= REPEATS_S:
            began, count = now, 0
        if len(self._seen) >= MAX_PLACES:
            self._seen.clear()
        self._seen[place] = (began, count + 1)
        if count == MOST_REPEATS:
            fields = {"place": f"{record.pathname}:{record.lineno}"}
            EVENTS.warning("%s lines of one place within a minute; more are omitted", MOST_REPEATS, extra=fields)
        return count < MOST_REPEATS


def set_up_logs(log: logging.Logger, form: LogFormat, stream: TextIO | None) -> None:
    """Route the kit's events and warnings to the server's log, in this format. In JSON, everything else, too.

    ``stream``: where JSON lines go; None means standard error.
    """
    for handler in log.handlers:
        handler.addFilter(RepeatFilter())
    if form is LogFormat.JSON:
        for handler in log.handlers:
            handler.setFormatter(MachineFormatter())
            handler.setLevel(logging.INFO)
            if stream and isinstance(handler, logging.StreamHandler):
                handler.setStream(stream)
        log.propagate = False
        _route_everything(log)
    # Skip formatting of records below the handler's level (Jupyter leaves that to the handler).
    log.setLevel(log.handlers[0].level if log.handlers else logging.WARNING)
    kit = logging.getLogger("cluster_kit")
    kit.handlers, kit.propagate = list(log.handlers), False
    kit.setLevel(logging.INFO if form is LogFormat.JSON else logging.WARNING)


def _route_everything(log: logging.Logger) -> None:
    """Send what other packages log, warnings, and uncaught errors to the handlers of this log only."""
    for name, known in logging.root.manager.loggerDict.items():
        if isinstance(known, logging.Logger) and known is not log and not name.startswith(OURS):
            known.handlers, known.propagate = [], True
    logging.root.handlers = list(log.handlers)
    logging.root.setLevel(logging.WARNING)
    logging.captureWarnings(True)
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda failed: _log_uncaught(
        failed.exc_type, failed.exc_value or failed.exc_type(), failed.exc_traceback
    )


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    EVENTS.error("uncaught error", exc_info=(kind, error, trace))


class StderrLines:
    """Turns what is written to standard error by anything else (child processes, libraries) into JSON lines.

    Until ``close``, this process's standard error is a pipe, which children inherit. Lines that are JSON objects with a
    level, such as those of children that log, are passed on; of others, the length is. The server's own events do not
    pass through the pipe.
    """

    def __init__(self) -> None:
        sys.stderr.flush()
        self._real = os.dup(2)
        self.stream = os.fdopen(os.dup(self._real), "w", encoding="utf-8", buffering=1)
        reading, writing = os.pipe()
        os.dup2(writing, 2)
        os.close(writing)
        self._end = f"end of the log {secrets.token_hex(16)}"
        self._thread = threading.Thread(target=self._pass_on, args=(reading,), name="stderr-lines", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Restore standard error, after everything that was written has been passed on."""
        sys.stderr.flush()
        os.write(2, f"\n{self._end}\n".encode())
        os.dup2(self._real, 2)
        os.close(self._real)
        self._thread.join(LAST_LINES_S)

    def _pass_on(self, reading: int) -> None:
        with os.fdopen(reading, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if line.strip() == self._end:
                    return
                if line.strip():
                    self.stream.write(f"{_as_event(line)}\n")


def _as_event(line: str) -> str:
    """A line of another process as a JSON line."""
    try:
        entry = json.loads(line)
        if isinstance(entry, dict) and "level" in entry:
            return line.strip()
    except ValueError:
        pass
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    event = {"at": at, "level": "WARNING", "from": "stderr", "what": "a line of another process, which is omitted"}
    return json.dumps({**event, "characters": len(line.strip())})


def log_event(event: str, level: int = logging.INFO, **fields: Any) -> None:
    """Write an event with its fields, which must not identify a person."""
    EVENTS.log(level, event, extra=fields)


class PrivateLogMixin:
    """Logs the errors of a request handler as requests are logged: Tornado would log address, query, and form."""

    request: HTTPServerRequest

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Log an unexpected error with its place. ``log_request`` logs refusals, and requests without the store."""
        if not isinstance(value, (HTTPError, StoreUnavailableError)):
            EVENTS.error(
                "%s %s failed", self.request.method, self.request.path[:LONGEST_PATH], exc_info=(typ, value, tb)
            )


def log_request(handler: RequestHandler) -> None:
    """Log a failed request without its user. The query is omitted, too: it may contain user data.

    A "not ready" response is not a failure. A request for a kernel that has ended (``is_gone``) is no warning: open
    pages ask for theirs after a restart.
    """
    status = handler.get_status()
    if status < 400 or handler.request.path == "/ready":
        return
    level = logging.ERROR if status >= 500 else logging.WARNING
    if status == 404 and getattr(handler, "is_gone", False):
        level = logging.INFO
    milliseconds = round(1000 * handler.request.request_time(), 1)
    method, path = handler.request.method, handler.request.path[:LONGEST_PATH]
    fields = {"status": status, "method": method, "path": path, "milliseconds": milliseconds}
    EVENTS.log(level, "%s %s answered with %s after %s ms", method, path, status, milliseconds, extra=fields)
