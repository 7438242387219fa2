"""Signed words that say who somebody is: a join link's token, the badge that a browser wears, a team code's pass.

All are signed with the deployment's secret and carry their own end. A token stands in a link's fragment, which
browsers keep to themselves: no request, log or proxy sees it. Links and badges say when the link was made, so that
those made before a person's ``links_since`` are void.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from itsdangerous import BadSignature, URLSafeSerializer

from cluster_kit.errors import ClusterKitError, UsageError
from cluster_kit.settings import Settings

_LINK = "cluster-kit join link"
_BADGE = "cluster-kit badge"
_TEAM = "cluster-kit team pass"
DEFAULT_DAYS = 30


class LinkError(ClusterKitError, ValueError):
    """A join link that is not valid."""


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


class VoidLinkError(LinkError):
    """A join link that was taken back: whoever invited the person has made it void."""

    def __init__(self) -> None:
        super().__init__(
            "This link has been replaced and does not open any more. Look for a newer invitation, "
            "or ask whoever invited you for a new link. Your earlier answers are kept."
        )


class OldPassError(LinkError):
    """Too much time has gone by between the team code and the name."""

    def __init__(self) -> None:
        super().__init__("That took longer than a code is good for. Enter your team's code once more.")


@dataclass(frozen=True)
class Invitation:
    """What a link says: who, until when (UTC), and which session to open. ``session`` None means the next one.

    ``issued`` is when the link was made (UTC); None for links of earlier versions, which did not say.
    """

    person: str
    expires: dt.datetime
    session: int | None = None
    issued: dt.datetime | None = None

    def is_void(self, since: dt.datetime | None) -> bool:
        """Whether the link was made before ``since``, a person's ``links_since``."""
        return since is not None and (self.issued is None or self.issued < since)


@dataclass(frozen=True)
class Pass:
    """What a browser carries from the team code to the name: whom it will be, and by which code it came."""

    person: str
    code: str
    expires: dt.datetime


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


def make_pass(secret: str, team_pass: Pass) -> str:
    """The pass as signed text, fit for a form's hidden field."""
    words = {"p": team_pass.person, "c": team_pass.code, "e": int(team_pass.expires.timestamp())}
    return _sign(secret, _TEAM, words)


def read_pass(secret: str, text: str, now: dt.datetime) -> Pass:
    """What a pass says. Raises ``OldPassError`` for one that was not signed here or is over."""
    words = _unsign(secret, _TEAM, text)
    if words is None or words["e"] <= now.timestamp():
        raise OldPassError
    return Pass(words["p"], words["c"], dt.datetime.fromtimestamp(words["e"], dt.UTC))


def make_link(
    settings: Settings, person: str, *, address: str, session: int | None = None, days: int = DEFAULT_DAYS
) -> str:
    """A link with which this person (by id) can join for ``days`` days, at the server's public address.

    ``session`` is the session that it opens; None means the start page. Raises ``SigningKeyError`` if the signing key
    cannot be used.
    """
    issued = to_the_millisecond(dt.datetime.now(dt.UTC))
    expires = issued.replace(microsecond=0) + dt.timedelta(days=days)
    token = make_token(settings.secret(), Invitation(person, expires, session, issued))
    return f"{join_page(address)}#{token}"


def join_page(address: str) -> str:
    """The page that people join at, on the server at this address; UsageError where no browser would open it."""
    site = urlsplit(address)
    if site.scheme not in ("http", "https") or not site.netloc:
        raise UsageError(
            f"--address is where people find the server, such as https://workshop.example.org, not '{address}'."
        )
    return f"{address.rstrip('/')}/join"


def to_the_millisecond(time: dt.datetime) -> dt.datetime:
    """The time as exactly as a link keeps it; what is compared with links should be no finer."""
    return time.replace(microsecond=time.microsecond // 1000 * 1000)


def _write(secret: str, purpose: str, invitation: Invitation) -> str:
    issued = round(invitation.issued.timestamp() * 1000) if invitation.issued else None
    words = {"p": invitation.person, "e": int(invitation.expires.timestamp()), "s": invitation.session, "i": issued}
    return _sign(secret, purpose, words)


def _read(secret: str, purpose: str, text: str) -> Invitation | None:
    words = _unsign(secret, purpose, text)
    if words is None:
        return None
    milliseconds = words.get("i")
    issued = dt.datetime.fromtimestamp(milliseconds / 1000, dt.UTC) if milliseconds else None
    return Invitation(words["p"], dt.datetime.fromtimestamp(words["e"], dt.UTC), words["s"], issued)


def _sign(secret: str, purpose: str, words: dict[str, Any]) -> str:
    text = URLSafeSerializer(secret, salt=purpose).dumps(words)
    return text if isinstance(text, str) else text.decode("ascii")


def _unsign(secret: str, purpose: str, text: str) -> dict[str, Any] | None:
    """What was signed here for this purpose, or None."""
    try:
        words: dict[str, Any] = URLSafeSerializer(secret, salt=purpose).loads(text)
    except BadSignature:
        return None
    return words
