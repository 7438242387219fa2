"""Refuses bodies of requests that are too large, before they are kept in memory, with a sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tornado.http1connection import HTTP1Connection
from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPMessageDelegate,
    HTTPServerConnectionDelegate,
    HTTPServerRequest,
    RequestStartLine,
    ResponseStartLine,
)
from tornado.web import Application, RequestHandler

from cluster_kit.server.auth.rate_limits import network_of

LARGEST_FORM = 100_000
"""Of a form. Other bodies are large."""
MOST_LARGE_BODIES = 4
"""Large bodies of one network at a time. Together with the limits on forms and on connections, they bound the memory
that one network can occupy before anyone knows who it is."""
LARGEST_IGNORED = 200 * 1024 * 1024
"""A body that is refused is read and thrown away, because browsers show no response to a request that they have not
sent completely. A larger one ends the connection."""
TOO_MANY = "Several large files are being sent from your network. Wait a minute, and send yours again."


@dataclass(frozen=True)
class BodyRule:
    """The largest body of a route, and what to do about a larger one. ``is_json``: for a script, as ``{sentence}``."""

    most: int
    sentence: str
    is_json: bool = False


@dataclass(frozen=True)
class RefusedBody:
    """The response to a request whose body was thrown away."""

    status: int
    sentence: str
    is_json: bool


class LimitedBodies(HTTPServerConnectionDelegate):
    """Passes requests on to an application, except those with a body that is too large.

    ``handler`` responds to those. Its keyword argument is ``refused``.
    """

    def __init__(self, app: Application, find_rule: Callable[[str], BodyRule], handler: type[RequestHandler]) -> None:
        self.app, self.find_rule, self.handler = app, find_rule, handler
        self.large: Counter[str] = Counter()

    def start_request(self, server_conn: object, request_conn: HTTPConnection) -> HTTPMessageDelegate:
        """Read a request."""
        assert isinstance(request_conn, HTTP1Connection)  # noqa: S101
        return _LimitedBody(self, self.app.start_request(server_conn, request_conn), request_conn)


class _LimitedBody(HTTPMessageDelegate):
    """One request: counts its body while it arrives."""

    def __init__(self, bodies: LimitedBodies, passed_to: HTTPMessageDelegate, connection: HTTP1Connection) -> None:
        self._bodies, self._passed_to, self._connection = bodies, passed_to, connection
        self._size, self._network = 0, ""
        self._refused: RefusedBody | None = None
        self._is_passed_on = self._is_answered = False

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> Awaitable[None] | None:
        assert isinstance(start_line, RequestStartLine)  # noqa: S101
        without_body = headers.copy()
        without_body.pop("Content-Type", None)
        self._request = HTTPServerRequest(connection=self._connection, start_line=start_line, headers=without_body)
        self._rule = self._bodies.find_rule(self._request.path)
        text = headers.get("Content-Length", "")
        declared = int(text) if text.isdecimal() else 0
        self._connection.set_max_body_size(max(declared, LARGEST_IGNORED))
        self._check(declared)
        if declared > LARGEST_IGNORED:
            self._answer()
        if self._refused:
            return None
        self._is_passed_on = True
        return self._passed_to.headers_received(start_line, headers)

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        self._size += len(chunk)
        self._check(self._size)
        return None if self._refused else self._passed_to.data_received(chunk)

    def finish(self) -> None:
        self._leave()
        if self._refused:
            self._answer()
        else:
            self._passed_to.finish()

    def on_connection_close(self) -> None:
        self._leave()
        self._forget()

    def _check(self, size: int) -> None:
        """Refuse the body if it is larger than the limit, or one of too many large ones of its network."""
        if self._refused:
            return
        if size > self._rule.most:
            self._refuse(413, self._rule.sentence)
        elif size > LARGEST_FORM and not self._network:
            network = network_of(self._request.remote_ip or "") or "unknown"
            if self._bodies.large[network] >= MOST_LARGE_BODIES:
                self._refuse(503, TOO_MANY)
            else:
                self._network = network
                self._bodies.large[network] += 1

    def _refuse(self, status: int, sentence: str) -> None:
        self._refused = RefusedBody(status, sentence, self._rule.is_json)
        self._leave()
        self._forget()

    def _answer(self) -> None:
        if not self._is_answered:
            self._is_answered = True
            bodies = self._bodies
            bodies.app.get_handler_delegate(self._request, bodies.handler, {"refused": self._refused}).finish()

    def _forget(self) -> None:
        """Let the application forget what it has of the body."""
        if self._is_passed_on:
            self._is_passed_on = False
            self._passed_to.on_connection_close()

    def _leave(self) -> None:
        """Make room for the next large body."""
        if self._network:
            self._bodies.large[self._network] -= 1
            if not self._bodies.large[self._network]:
                del self._bodies.large[self._network]
            self._network = ""
