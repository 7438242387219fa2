"""Tornado's HTTP server with a limit on the open connections of one network."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream

from cluster_kit.server.auth.rate_limits import is_loopback, network_of

MAX_CONNECTIONS_OF_A_NETWORK = 1000
"""HTTP connections, those that wait for a request included. WebSockets are counted by ``PageConnections``."""


class NetworkLimitedServer(HTTPServer):
    """Closes new connections of a network that has ``MAX_CONNECTIONS_OF_A_NETWORK`` open.

    Loopback addresses have no limit: behind a proxy on this machine, everyone has one, and the proxy counts.
    """

    def initialize(self, *arguments: Any, **options: Any) -> None:
        """As the base class, without any open connection."""
        super().initialize(*arguments, **options)
        self._open: Counter[str] = Counter()

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        """Serve a connection, or close it."""
        network = _network(address)
        if network and self._open[network] >= MAX_CONNECTIONS_OF_A_NETWORK:
            stream.close()
            return
        self._open[network] += 1
        super().handle_stream(stream, address)

    def on_close(self, server_conn: Any) -> None:
        """Count a connection that has ended, or has become a WebSocket."""
        super().on_close(server_conn)
        network = _network(server_conn.context.address)
        self._open[network] -= 1
        if self._open[network] <= 0:
            del self._open[network]


def _network(address: Any) -> str:
    """The network that a limit applies to; empty if none does."""
    host = str(address[0]) if address else ""
    return "" if is_loopback(host) else network_of(host)
