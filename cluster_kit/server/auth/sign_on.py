"""Sign-on by the agency: an authenticating proxy says in a header who the user is.

The proxy speaks OpenID Connect or SAML with the agency. The server believes its header only on ``/sign-on``, only from
the configured addresses, and only together with a secret that the proxy shares with the server.
"""

from __future__ import annotations

import datetime as dt
import hmac
import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tornado.httputil import HTTPServerRequest

from cluster_kit.errors import ClusterKitError, UsageError
from cluster_kit.server.auth.tokens import Invitation
from cluster_kit.store import Person, Store
from cluster_kit.store.models import to_the_millisecond

SECRET_FILE = "proxy-secret"  # noqa: S105  (the name of a file)
SECRET_HEADER = "X-Cluster-Kit-Proxy"  # noqa: S105  (the name of a header)
EMAIL_HEADER = "X-Forwarded-Email"
MIN_SECRET_LENGTH = 32
SIGNED_ON_FOR = dt.timedelta(hours=12)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class UntrustedProxyError(ClusterKitError, PermissionError):
    """The request does not come from the configured proxy."""

    def __init__(self) -> None:
        super().__init__("Sign-on by your agency did not reach this page. Open the personal link from your invitation.")


class NotOnRosterError(ClusterKitError, LookupError):
    """No one on the roster, or more than one person, has the address that the agency has confirmed."""

    def __init__(self, email: str) -> None:
        self.email = email
        super().__init__(
            f"Your agency signed you in as {email}, and no one was invited under that address. Open the personal link "
            "from your invitation, or ask the person who invited you to correct your address."
        )


@dataclass(frozen=True)
class SignOn:
    """An authenticating proxy: the addresses of its requests, and the secret that it sends."""

    proxies: tuple[Network, ...]
    secret: str

    @classmethod
    def read(cls, proxies: str, home: Path) -> Self | None:
        """Read the addresses, separated by commas, and the secret from the home folder; None without addresses.

        Raises ``UsageError``.
        """
        if not proxies.strip():
            return None
        try:
            networks = tuple(ipaddress.ip_network(one.strip()) for one in proxies.split(","))
        except ValueError as error:
            raise UsageError(
                f"--sign-on-proxy takes the proxy's addresses, such as 10.0.0.5 or 10.0.0.0/28: {error}."
            ) from error
        path = home / SECRET_FILE
        how = (
            f"Write at least {MIN_SECRET_LENGTH} random characters to it, readable by the server alone, and give the "
            "proxy the same."
        )
        try:
            secret = path.read_text(encoding="ascii").strip()
            is_private = not path.stat().st_mode & 0o077
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"--sign-on-proxy needs the file {path}. {how}") from error
        if len(secret) < MIN_SECRET_LENGTH or not is_private:
            raise UsageError(f"The secret in {path} is too short, or others can read the file. {how}")
        return cls(networks, secret)

    def read_email(self, request: HTTPServerRequest) -> str:
        """The address that the proxy has confirmed. Raises ``UntrustedProxyError``."""
        given = request.headers.get_list(SECRET_HEADER)
        emails = request.headers.get_list(EMAIL_HEADER)
        is_proxy = self._is_from_proxy(request) and len(given) == 1
        if not is_proxy or not hmac.compare_digest(given[0].encode(), self.secret.encode()):
            raise UntrustedProxyError
        if len(emails) != 1 or not emails[0].strip():
            raise UntrustedProxyError
        return emails[0].strip()

    def _is_from_proxy(self, request: HTTPServerRequest) -> bool:
        """Whether the connection itself comes from a proxy: ``remote_ip`` is what a header says."""
        peer = getattr(request.connection, "context", None)
        try:
            address = ipaddress.ip_address(str(peer.address[0]).partition("%")[0]) if peer else None
        except (ValueError, IndexError, TypeError):
            return False
        return address is not None and any(address in network for network in self.proxies)


def find_signed_on(store: Store, series: str, email: str) -> Person:
    """The one person of the series with this address. Raises ``NotOnRosterError``, and ``StoreError``."""
    found = [one for one in store.people(series) if one.has_email(email)]
    if len(found) != 1:
        raise NotOnRosterError(email)
    return found[0]


def invite_signed_on(person: Person, now: dt.datetime) -> Invitation:
    """What the session cookie of a signed-on person says: as after a personal link, for half a day."""
    issued = to_the_millisecond(now)
    return Invitation(person.id, issued.replace(microsecond=0) + SIGNED_ON_FOR, None, issued)
