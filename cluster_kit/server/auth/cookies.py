"""Names and attributes of the server's cookies. None of them is a name that JupyterLab uses.

Ports do not separate cookies: a JupyterLab on the same host sends and sets its own ``_xsrf``. Over HTTPS, the names
begin with ``__Host-``, so that no other site of the same domain can set them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tornado.web import RequestHandler

from cluster_kit.server.auth.tokens import is_without_key

SESSION, XSRF, LANGUAGE = "cluster_kit", "cluster_kit_xsrf", "cluster_kit_language"
HOST_PREFIX = "__Host-"


@dataclass(frozen=True)
class Cookies:
    """The cookies of a server that browsers reach over HTTPS, or not."""

    is_encrypted: bool

    @property
    def session(self) -> str:
        """The name of the session cookie."""
        return self._name(SESSION)

    @property
    def xsrf(self) -> str:
        """The name of the cookie that protects forms."""
        return self._name(XSRF)

    @property
    def language(self) -> str:
        """The name of the cookie with the language that someone chose on the join page."""
        return self._name(LANGUAGE)

    @property
    def attributes(self) -> dict[str, Any]:
        """The attributes of all cookies. A name with ``__Host-`` needs ``Secure``, this path, and no domain."""
        return {"httponly": True, "samesite": "Lax", "secure": self.is_encrypted, "path": "/"}

    def read_session(self, request: RequestHandler) -> str:
        """The request's session cookie; empty if there is none.

        Version 0.1 used one name for HTTPS, too. Over HTTPS, a newer cookie under that name is refused: another site of
        the domain may have set it, to sign the person in as someone else.
        """
        found, other = request.get_cookie(self.session) or "", request.get_cookie(SESSION) or ""
        return found or (other if not self.is_encrypted or is_without_key(other) else "")

    def _name(self, name: str) -> str:
        return HOST_PREFIX + name if self.is_encrypted else name


def find_xsrf_token(cookies: Mapping[str, str]) -> str:
    """The form token among a client's cookies by name; empty if there is none."""
    return cookies.get(HOST_PREFIX + XSRF) or cookies.get(XSRF) or ""
