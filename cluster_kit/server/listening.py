"""Listening options of the server, and its sockets."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from socket import socket

from tornado.netutil import bind_sockets

from cluster_kit.errors import UsageError
from cluster_kit.server.auth.sign_on import SignOn
from cluster_kit.server.monitoring.logs import LogFormat
from cluster_kit.server.ports import DEFAULT_PORT, explain, list_ports, wait_for_port
from cluster_kit.server.workers import Worker


def _report_nothing(_port: int) -> None:
    """Nothing is reported."""


@dataclass(frozen=True)
class ServeOptions:
    """Listening options. Remote access requires TLS: the server's own (``certfile``, ``keyfile``) or a proxy's.

    ``is_fixed``: the port is waited for, and never replaced by the next free one; ``report_wait`` is called with it.
    ``prepare`` lists sessions whose pages are rendered for all invited states at startup. For pages with a kernel:
    ``grace_s`` is the time that a kernel waits for a lost connection to return, ``most_kernels`` the maximum number of
    kernels, 0 for as many as fit into memory. ``sign_on`` is the proxy that signs people in, or None.
    """

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    is_fixed: bool = False
    behind_proxy: bool = False
    certfile: Path | None = None
    keyfile: Path | None = None
    notebooks: Path | None = None
    prepare: tuple[int, ...] = ()
    grace_s: float = 20.0
    most_kernels: int = 0
    worker: Worker | None = None
    log: LogFormat = LogFormat.PLAIN
    sign_on: SignOn | None = None
    report_wait: Callable[[int], None] = _report_nothing

    @property
    def ports(self) -> range:
        """The ports to try, in order."""
        return list_ports(self.port, is_fixed=self.is_fixed)

    @property
    def is_encrypted(self) -> bool:
        """True if browsers use HTTPS, with this server or with a proxy in front of it."""
        return self.behind_proxy or self.certfile is not None

    def check(self) -> None:
        """Raise ``UsageError`` if data would cross a network unencrypted."""
        if (self.certfile is None) != (self.keyfile is None):
            raise UsageError("TLS needs both --certfile and --keyfile.")
        if self.sign_on and not self.behind_proxy:
            raise UsageError("--sign-on-proxy is for a server with --behind-proxy.")
        if not (_is_loopback(self.host) or self.is_encrypted):
            raise UsageError(
                f"{self.host} can be reached from other machines, so the connection must be encrypted: give --certfile "
                "and --keyfile, or --behind-proxy when a proxy in front of this server speaks HTTPS."
            )

    def ssl_context(self) -> ssl.SSLContext | None:
        """The context for the server's own TLS, or None. Raises ``UsageError`` if it cannot load the files."""
        if self.certfile is None or self.keyfile is None:
            return None
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        try:
            context.load_cert_chain(self.certfile, self.keyfile)
        except (OSError, ssl.SSLError) as error:
            raise UsageError(f"{self.certfile} and {self.keyfile} are no certificate and its key: {error}.") from error
        return context

    def address(self, port: int) -> str:
        """The address for a browser on this machine, with the server on this port."""
        scheme = "https" if self.certfile else "http"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}:{port}"


def open_sockets(options: ServeOptions) -> tuple[list[socket], int]:
    """Sockets on the first free one of the ports, and its number. Workers share a port that is reserved for them.

    Raises ``NoPortError``, and ``UsageError`` if the host has no such address or the port needs other permissions.
    """
    host, worker = options.host, options.worker
    port = options.port if worker else wait_for_port(host, options.ports, options.report_wait)
    try:
        sockets = bind_sockets(port, host, reuse_port=worker is not None)
    except OSError as error:
        raise explain(host, port, error) from error
    return sockets, int(sockets[0].getsockname()[1])


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
