"""Security headers of every response, and the content security policies of pages and files."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable

from lxml import html
from tornado import web
from tornado.iostream import SSLIOStream

# Inline styles of one page that its policy names. A table with more colors than this loses the colors of the rest.
MAX_INLINE_STYLES = 200
# The only place that turns text of this server into markup: forms/programs.js.
TRUSTED_TYPES = "require-trusted-types-for 'script'; trusted-types cluster-kit"
# A file or data opened by its address, and errors of handlers that are not pages.
FILE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
# The organization's logo: an SVG has styles of its own, runs no script, and makes no request.
LOGO_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}
STRICT_TRANSPORT = "max-age=31536000"


def page_policy(styles: Iterable[str] = ()) -> str:
    """The policy of a page of ours: no inline script, and only those inline styles whose hashes are given."""
    hashes = sorted(styles)
    allowed = " ".join(["'self'", *(["'unsafe-hashes'", *hashes] if hashes else [])])
    parts = [
        "default-src 'none'",
        "script-src 'self'",
        f"style-src {allowed}",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        TRUSTED_TYPES,
    ]
    return "; ".join(parts)


POLICY = page_policy()


def hash_inline_styles(page: str) -> frozenset[str]:
    """The hashes, as a policy names them, of the style elements and attributes in the HTML of a notebook's cells.

    Notebooks are the operator's own. Answers of participants are never part of this HTML.
    """
    if "style" not in page.lower():
        return frozenset()
    root = html.fragment_fromstring(page, create_parent="div")
    styles = [element.text or "" for element in root.iter("style")]
    styles += [element.get("style", "") for element in root.xpath("//*[@style]")]
    return frozenset(_hash_source(text) for text in dict.fromkeys(styles[:MAX_INLINE_STYLES]))


def _hash_source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


class SecurityHeadersMixin(web.RequestHandler):
    """Adds the security headers to all responses of a handler, errors included. ``policy`` is that of a file."""

    policy = FILE_POLICY

    def set_default_headers(self) -> None:
        """The headers, before anything else is known about the response."""
        super().set_default_headers()
        for name, value in HEADERS.items():
            self.set_header(name, value)
        self.set_header("Content-Security-Policy", self.policy)
        if isinstance(getattr(self.request.connection, "stream", None), SSLIOStream):  # behind a proxy, it does this
            self.set_header("Strict-Transport-Security", STRICT_TRANSPORT)
        self.clear_header("Server")
