"""Signed tokens: join links, session cookies, and team code passes, which identify a person, evaluation ballots, and
links to withdraw a registration.

All are signed with the deployment's secret and contain their expiration. A link's token is in the URL fragment, which
browsers do not send: it appears in no request, log, or proxy. Links and cookies contain the time when the link was
made, so that those made before a person's ``links_since`` are void. A link to withdraw a registration has its token in
the query, because its page needs no script: the token gives no access, and the logs have no queries.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass, replace
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

from itsdangerous import BadSignature, URLSafeSerializer
from pydantic import BaseModel, Field, ValidationError

from cluster_kit.errors import ClusterKitError, UsageError
from cluster_kit.models import Incoming
from cluster_kit.settings import Settings
from cluster_kit.store.models import REMOVED_SINCE, to_the_millisecond

_LINK = "cluster-kit join link"
_SESSION = "cluster-kit badge"  # in the signature of every cookie: a change would end all sessions
_TEAM = "cluster-kit team pass"
_BALLOT = "cluster-kit evaluation ballot"
_REQUEST = "cluster-kit identity request"
_WITHDRAWAL = "cluster-kit registration withdrawal"
_WAITING = "cluster-kit waiting registration"
BALLOT_BYTES = 24
DEFAULT_DAYS = 30
KEY_BYTES = 12
M = TypeVar("M", bound=BaseModel)
# Up to the year 9999, as Python's times.
Seconds = Annotated[int, Field(ge=0, le=253_402_300_799)]
Milliseconds = Annotated[int, Field(ge=0, le=253_402_300_799_000)]


class LinkError(ClusterKitError, ValueError):
    """The join link is not valid."""


class ExpiredLinkError(LinkError):
    """The join link has expired."""

    def __init__(self, expired: dt.datetime) -> None:
        self.expired = expired
        super().__init__(
            f"This link ended on {expired:%B} {expired.day}, {expired.year}. "
            "Ask the person who invited you for a new one. Your earlier answers are kept."
        )


class BrokenLinkError(LinkError):
    """The join link is incomplete or has been modified."""

    def __init__(self) -> None:
        super().__init__(
            "This link is not complete. Copy all of it from your invitation and open it again; "
            "if that does not help, ask the person who invited you for a new one."
        )


class VoidLinkError(LinkError):
    """The join link was revoked by staff."""

    def __init__(self) -> None:
        super().__init__(
            "This link has been replaced and no longer opens. Look for a newer invitation, "
            "or ask the person who invited you for a new link. Your earlier answers are kept."
        )


class OldPassError(LinkError):
    """Too much time has passed between the team code and the name."""

    def __init__(self) -> None:
        super().__init__("That took too long, so the code is no longer accepted. Enter your team's code once more.")


@dataclass(frozen=True)
class Invitation:
    """A link's content: person, expiration (UTC), and session to open. ``session`` None means the next one.

    ``issued`` is when the link was made (UTC); None for links from earlier versions, which lack it. ``by_code``: the
    person joined with a team code, so no one but they has said who they are. ``key`` is what a session cookie is ended
    by; empty for links. ``is_old``: a cookie of version 0.1, which does not say whether a code was used.
    """

    person: str
    expires: dt.datetime
    session: int | None = None
    issued: dt.datetime | None = None
    by_code: bool = False
    key: str = ""
    is_old: bool = False

    @property
    def is_vouched(self) -> bool:
        """True if someone else has said who the person is: the staff who sent them a link."""
        return not (self.by_code or self.is_old)

    def is_void(self, since: dt.datetime | None) -> bool:
        """Whether the link was made before ``since``, a person's ``links_since``, or the person was removed."""
        return since is not None and (since >= REMOVED_SINCE or self.issued is None or self.issued < since)


class _InvitationPayload(Incoming):
    """A link or a cookie: person, expiration, session, time of issue (milliseconds), by code, key."""

    p: str
    e: Seconds
    s: int | None = None
    i: Milliseconds | None = None
    c: int = 0
    n: str = ""


class _PassPayload(Incoming):
    """A pass: the future person's id, the code, expiration."""

    p: str
    c: str
    e: Seconds


class _RequestPayload(Incoming):
    """A request to be signed in: its id."""

    q: str


class _WithdrawalPayload(Incoming):
    """A withdrawal: the registration's id."""

    w: str


class _BallotPayload(Incoming):
    """A ballot: series, session, random text."""

    r: str
    s: int
    n: str


@dataclass(frozen=True)
class JoinPass:
    """Token between the team code and the name: the id of the future person, and the code used."""

    person: str
    code: str
    expires: dt.datetime


def make_token(secret: str, invitation: Invitation) -> str:
    """The invitation as a signed, URL-safe token."""
    return _write(secret, _LINK, invitation)


def read_token(secret: str, token: str, now: dt.datetime) -> Invitation:
    """The invitation in a link's token. Raises ``BrokenLinkError`` (invalid signature) and ``ExpiredLinkError``."""
    invitation = _read(secret, _LINK, token)
    if invitation is None:
        raise BrokenLinkError
    if invitation.expires <= now:
        raise ExpiredLinkError(invitation.expires)
    return invitation


def make_session_token(secret: str, invitation: Invitation) -> str:
    """A session cookie for this invitation, with the same expiration. Each is different, so that one can be ended."""
    return _write(secret, _SESSION, invitation, key=secrets.token_urlsafe(KEY_BYTES))


def find_session_token(secret: str, session_token: str, now: dt.datetime) -> Invitation | None:
    """The invitation in a session cookie, or None if its signature is invalid or it has expired."""
    invitation = _read(secret, _SESSION, session_token)
    if invitation and not invitation.key:  # of a version without keys
        invitation = replace(invitation, key=session_token, is_old=True)
    return invitation if invitation and invitation.expires > now else None


def is_without_key(session_token: str) -> bool:
    """Whether a text could be a session cookie of version 0.1, which has no key. Its signature is not checked here."""
    _, payload = URLSafeSerializer("").loads_unsafe(session_token)
    return isinstance(payload, dict) and not payload.get("n")


def make_pass(secret: str, team_pass: JoinPass) -> str:
    """The pass as a signed token for a form's hidden field."""
    payload = {"p": team_pass.person, "c": team_pass.code, "e": int(team_pass.expires.timestamp())}
    return _sign(secret, _TEAM, payload)


def read_pass(secret: str, text: str, now: dt.datetime) -> JoinPass:
    """The content of a pass. Raises ``OldPassError`` if its signature is invalid or it has expired."""
    payload = _unsign(secret, _TEAM, text, _PassPayload)
    if payload is None or payload.e <= now.timestamp():
        raise OldPassError
    return JoinPass(payload.p, payload.c, dt.datetime.fromtimestamp(payload.e, dt.UTC))


def make_request_token(secret: str, request_id: str) -> str:
    """The right to collect the answer to a request to be signed in as a teammate. Only the asking browser has it."""
    return _sign(secret, _REQUEST, {"q": request_id})


def find_request_id(secret: str, text: str) -> str | None:
    """The id of the request that this token may collect, or None."""
    payload = _unsign(secret, _REQUEST, text, _RequestPayload)
    return payload.q if payload else None


def make_withdrawal_link(settings: Settings, registration_id: str, *, address: str) -> str:
    """The link with which a person withdraws this registration, at the server's public address. It does not expire."""
    token = _sign(settings.secret(), _WITHDRAWAL, {"w": registration_id})
    return f"{join_page(address).removesuffix('join')}register/withdraw?registration={token}"


def find_withdrawn_id(secret: str, text: str) -> str | None:
    """The id of the registration that this token may withdraw, or None."""
    payload = _unsign(secret, _WITHDRAWAL, text, _WithdrawalPayload)
    return payload.w if payload else None


def make_waiting_token(secret: str, registration_id: str) -> str:
    """The right to withdraw this registration while it waits, for the browser that sent it.

    It does not take anyone off the roster: no one has verified who filled out the form.
    """
    return _sign(secret, _WAITING, {"w": registration_id})


def find_waiting_id(secret: str, text: str) -> str | None:
    """The id of the registration that this token may withdraw while it waits, or None."""
    payload = _unsign(secret, _WAITING, text, _WithdrawalPayload)
    return payload.w if payload else None


def make_ballot(secret: str, series: str, session: int) -> str:
    """The right to send one evaluation of a session. It is random: neither it nor the id in it identifies a person."""
    return _sign(secret, _BALLOT, {"r": series, "s": session, "n": secrets.token_urlsafe(BALLOT_BYTES)})


def find_ballot(secret: str, series: str, session: int, text: str) -> str | None:
    """The id of the evaluation that this ballot permits; None if it was not made here, for this session."""
    payload = _unsign(secret, _BALLOT, text, _BallotPayload)
    if payload is None or (payload.r, payload.s) != (series, session):
        return None
    return hashlib.sha256(payload.n.encode()).hexdigest()


def make_link(
    settings: Settings,
    person: str,
    *,
    address: str,
    session: int | None = None,
    days: int = DEFAULT_DAYS,
    since: dt.datetime | None = None,
) -> str:
    """A link with which this person (by id) can join for ``days`` days, at the server's public address.

    ``session`` is the session that it opens; None means the start page. ``since`` is the person's ``links_since``: the
    link works even if earlier ones were revoked while the clock was ahead.

    Raises
    ------
    SigningKeyError
        If the signing key cannot be used.
    UsageError
        If ``address`` is none that a browser would open.
    """
    now = to_the_millisecond(dt.datetime.now(dt.UTC))
    issued = max(now, since or now)
    expires = now.replace(microsecond=0) + dt.timedelta(days=days)
    token = make_token(settings.secret(), Invitation(person, expires, session, issued))
    return f"{join_page(address)}#{token}"


def join_page(address: str) -> str:
    """The address of the server's join page; raises ``UsageError`` if no browser would open it."""
    site = urlsplit(address)
    if site.scheme not in ("http", "https") or not site.netloc:
        if address:
            found = f"{address!r} is not a web address. Give --address a whole one"
        else:
            found = "The address of the server is missing. Add --address"
        raise UsageError(f"{found}, such as https://workshop.example.org.")
    return f"{address.rstrip('/')}/join"


def _write(secret: str, purpose: str, invitation: Invitation, key: str = "") -> str:
    issued = round(invitation.issued.timestamp() * 1000) if invitation.issued else None
    payload = {"p": invitation.person, "e": int(invitation.expires.timestamp()), "s": invitation.session, "i": issued}
    payload |= {"c": 1} if invitation.by_code else {}
    return _sign(secret, purpose, payload | ({"n": key} if key else {}))


def _read(secret: str, purpose: str, text: str) -> Invitation | None:
    payload = _unsign(secret, purpose, text, _InvitationPayload)
    if payload is None:
        return None
    issued = dt.datetime.fromtimestamp(payload.i / 1000, dt.UTC) if payload.i else None
    expires = dt.datetime.fromtimestamp(payload.e, dt.UTC)
    return Invitation(payload.p, expires, payload.s, issued, bool(payload.c), payload.n)


def _sign(secret: str, purpose: str, payload: dict[str, Any]) -> str:
    text = URLSafeSerializer(secret, salt=purpose).dumps(payload)
    return text if isinstance(text, str) else text.decode("ascii")


def _unsign(secret: str, purpose: str, text: str, model: type[M]) -> M | None:
    """The data signed here for this purpose; None for any other text, also for signed data of another shape."""
    try:
        return model.model_validate(URLSafeSerializer(secret, salt=purpose).loads(text))
    except (BadSignature, ValidationError, RecursionError, UnicodeError):
        return None
