"""The port that a server listens on: the one that was asked for, or the next free one.

Pages, links, and proxies know one address. A port that was asked for is therefore waited for and never replaced; only
a default port is, by the next free one.
"""

from __future__ import annotations

import errno
import socket
import time
from collections.abc import Callable

from cluster_kit.errors import ClusterKitError, UsageError

DEFAULT_PORT = 8866
PORTS_TRIED = 20
CHECK_S = 0.2
PORT_WAIT_S = 30.0
"""How long a server waits for its port. It is longer than the workers of a server that was killed take to end."""


class NoPortError(ClusterKitError, OSError):
    """No free port to listen on."""

    def __init__(self, host: str, ports: range) -> None:
        self.host, self.ports = host, ports
        first, last = ports[0], ports[-1]
        which = f"Port {first} on {host} is" if first == last else f"Ports {first} to {last} on {host} are all"
        super().__init__(f"{which} in use. Stop the program that uses it, or choose another port with --port.")


def list_ports(port: int, *, is_fixed: bool) -> range:
    """The ports to try, in order. 0 means any that is free."""
    return range(port, port + 1 if is_fixed or port == 0 else min(port + PORTS_TRIED, 65535) + 1)


def wait_for_port(host: str, ports: range, report_wait: Callable[[int], None]) -> int:
    """The first of these ports that is free; 0 if the system is to choose.

    The only one is waited for, as is one that is shared (``SO_REUSEPORT``): the workers of a server that was killed
    are still ending. ``report_wait`` is called once with a port that is waited for.

    Raises ``NoPortError``.
    """
    for port in ports:
        if port == 0 or _becomes_free(host, port, report_wait, is_only=len(ports) == 1):
            return port
    raise NoPortError(host, ports)


def reserve_port(host: str, ports: range, report_wait: Callable[[int], None]) -> socket.socket:
    """Bind the first free port without listening on it, so that only those who share it can use it.

    Raises ``NoPortError``, and ``UsageError`` if the host has no such address or the port needs other permissions.
    """
    port = wait_for_port(host, ports, report_wait)
    try:
        return bind_shared(host, port)
    except OSError as error:
        raise explain(host, port, error) from error


def bind_shared(host: str, port: int) -> socket.socket:
    """A socket that reserves a port for those who share it; 0 for any that is free."""
    bound = socket.socket(_family(host), socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    return bound


def explain(host: str, port: int, error: OSError) -> ClusterKitError:
    """The error of ours for a port that could not be bound."""
    if error.errno == errno.EADDRINUSE:
        return NoPortError(host, range(port, port + 1))
    return UsageError(f"Cannot listen on {host}, port {port}: {error.strerror}.")


def _becomes_free(host: str, port: int, report_wait: Callable[[int], None], *, is_only: bool) -> bool:
    ends, is_reported = time.monotonic() + PORT_WAIT_S, False
    while _is_taken(host, port, "SO_REUSEADDR"):  # a program listens there
        if not is_only and _is_taken(host, port, "SO_REUSEPORT"):  # and does not share the port with this account
            return False
        if not is_reported:
            report_wait(port)
            is_reported = True
        if time.monotonic() > ends:
            return False
        time.sleep(CHECK_S)
    return True


def _is_taken(host: str, port: int, option: str) -> bool:
    """True if the port cannot be bound with this option. Without the option, or for another error: see when binding."""
    if not hasattr(socket, option):  # pragma: no cover (Windows)
        return True
    with socket.socket(_family(host), socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, getattr(socket, option), 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            return error.errno == errno.EADDRINUSE
    return False


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
