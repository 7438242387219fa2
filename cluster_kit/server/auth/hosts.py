"""Refuse requests for another host name than the configured one.

The client chooses the host of a request. Where ``settings.toml`` names the address, pages use that one for
links, and a request for any other host gets 421. Loopback addresses remain, for monitoring on the machine.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from tornado import web
from tornado.httputil import HTTPServerRequest, split_host_and_port
from tornado.routing import Matcher, Rule

from cluster_kit.server.security_headers import SecurityHeadersMixin

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})
SENTENCE = "This server has another address. Open the link from your invitation.\n"


class UnknownHost(Matcher):
    """Matches requests whose host is neither that of ``address`` nor this machine's own."""

    def __init__(self, address: str) -> None:
        self._known = LOOPBACK | {(urlsplit(address).hostname or "").casefold()}

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        """An empty dict if the host is unknown, else None."""
        host = split_host_and_port(request.host.casefold())[0]
        return None if host in self._known else {}


class UnknownHostHandler(SecurityHeadersMixin):
    """Refuses every method of a request."""

    def prepare(self) -> None:
        """421, Misdirected Request, with one sentence."""
        self.set_status(421)
        self.set_header("Content-Type", "text/plain; charset=UTF-8")
        self.finish(SENTENCE)

    def log_exception(self, *_error: object) -> None:
        """Log nothing: ``log_request`` has the status."""


def guard_hosts(app: web.Application, address: str) -> None:
    """Refuse other hosts than that of ``address`` before any other rule."""
    app.default_router.rules.insert(0, Rule(UnknownHost(address), UnknownHostHandler))
