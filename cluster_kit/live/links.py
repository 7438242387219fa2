"""Signed words that say who somebody is: a join link's token, and the badge that a browser wears afterwards.

Both are signed with the deployment's secret and carry their own end. A token stands in a link's fragment, which
browsers keep to themselves: no request, log or proxy sees it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeSerializer

from cluster_kit.errors import ClusterKitError
from cluster_kit.settings import Settings

_LINK = "cluster-kit join link"
_BADGE = "cluster-kit badge"
DEFAULT_DAYS = 30


class LinkError(ClusterKitError, ValueError):
    """A join link that does not let anybody in."""


class ExpiredLinkError(LinkError):
    """A join link whose time is over."""

    def __init__(self, expired: dt.datetime) -> None:
        self.expired = expired
        super().__init__(
            f"This link ended on {expired:%B} {expired.day}, {expired.year}. "
            "Ask whoever invited you for a new one. Your earlier answers are kept."
        )


class BrokenLinkError(LinkError):
    """A join link that is not whole, or that somebody changed."""

    def __init__(self) -> None:
        super().__init__(
            "This link is not complete. Copy all of it from your invitation and open it again; "
            "if that does not help, ask whoever invited you for a new one."
        )


@dataclass(frozen=True)
class Invitation:
    """What a link says: who, until when (UTC), and which session to open. ``session`` None means the next one."""

    person: str
    expires: dt.datetime
    session: int | None = None


def make_token(secret: str, invitation: Invitation) -> str:
    """The invitation as signed text, fit for an address."""
    return _write(secret, _LINK, invitation)


def read_token(secret: str, token: str, now: dt.datetime) -> Invitation:
    """What a link's token says. Raises ``BrokenLinkError`` (not signed here) and ``ExpiredLinkError``."""
    invitation = _read(secret, _LINK, token)
    if invitation is None:
        raise BrokenLinkError
    if invitation.expires <= now:
        raise ExpiredLinkError(invitation.expires)
    return invitation


def make_badge(secret: str, invitation: Invitation) -> str:
    """The cookie's value for somebody who came in with this invitation. It ends when the invitation does."""
    return _write(secret, _BADGE, invitation)


def find_badge(secret: str, badge: str, now: dt.datetime) -> Invitation | None:
    """What a cookie's value says, or None when it was not signed here or is over."""
    invitation = _read(secret, _BADGE, badge)
    return invitation if invitation and invitation.expires > now else None


def make_link(
    settings: Settings, person: str, *, address: str, session: int | None = None, days: int = DEFAULT_DAYS
) -> str:
    """A link that lets this person (by id) in for so many days, at the server's public address."""
    expires = dt.datetime.now(dt.UTC).replace(microsecond=0) + dt.timedelta(days=days)
    token = make_token(settings.secret(), Invitation(person, expires, session))
    return f"{address.rstrip('/')}/join#{token}"


def _write(secret: str, purpose: str, invitation: Invitation) -> str:
    words = {"p": invitation.person, "e": int(invitation.expires.timestamp()), "s": invitation.session}
    text = URLSafeSerializer(secret, salt=purpose).dumps(words)
    return text if isinstance(text, str) else text.decode("ascii")


def _read(secret: str, purpose: str, text: str) -> Invitation | None:
    try:
        words = URLSafeSerializer(secret, salt=purpose).loads(text)
    except BadSignature:
        return None
    return Invitation(words["p"], dt.datetime.fromtimestamp(words["e"], dt.UTC), words["s"])
