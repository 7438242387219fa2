"""Requests to be signed in as a teammate: the asking person has the team's code, and another person confirms.

A team code shows that someone belongs to a team, not who they are. Anyone who joined with nothing but the code could
make a second teammate, and confirm their own request. So the people who may confirm are facilitators, teammates who
came by a link of the roster, and the person themselves, on a device on which they are signed in. Until then, the asking
browser has nothing of the person. Requests are few, short-lived, and used once; ``docs/explanation/privacy.md``
describes them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from cluster_kit.server.auth.authenticator import Authenticator
from cluster_kit.server.auth.rate_limits import Limit, RateLimiter, network_of
from cluster_kit.server.auth.tokens import (
    DEFAULT_DAYS,
    Invitation,
    JoinPass,
    LinkError,
    find_request_id,
    make_request_token,
    make_session_token,
)
from cluster_kit.store import IdentityRequest, IdentityRequestError, Person, Store

OPEN_FOR = dt.timedelta(minutes=10)
NUMBERS = range(10, 100)
REQUESTS_OF_A_NETWORK = Limit(20, 60 * 60)
TOO_OFTEN = "Many requests came from your network. Open your own link, or speak to your facilitator."


class OldRequestError(LinkError):
    """The request's token is invalid, or the request is gone."""

    def __init__(self) -> None:
        super().__init__("This request has ended. Enter your team's code once more.")


class DeclinedRequestError(LinkError):
    """A teammate or a facilitator said that this is another person."""

    def __init__(self) -> None:
        super().__init__(
            "Your team did not confirm this request. If you are someone else, enter the code again, and add an "
            "initial to your name. If you are the same person, speak to your facilitator."
        )


@dataclass(frozen=True)
class Viewer:
    """A signed-in person, and whether anyone but they has said who they are."""

    person: Person
    is_vouched: bool


@dataclass(frozen=True)
class RequestNotice:
    """A request as a person sees it. ``may_answer``: they may say yes or no. ``own``: it asks to be this person."""

    id: str
    name: str
    state: str
    number: int
    may_answer: bool
    own: bool


class IdentityService:
    """Requests to be signed in as a teammate. ``refresh`` reads the open ones; its other methods block."""

    def __init__(self, authenticator: Authenticator, store: Store, secret: str) -> None:
        self._authenticator, self._store, self._secret = authenticator, store, secret
        self._limiter = RateLimiter(REQUESTS_OF_A_NETWORK)
        self._open: tuple[tuple[IdentityRequest, str], ...] = ()

    def ask(self, team_pass: JoinPass, person: Person, address: str) -> tuple[IdentityRequest, str]:
        """Store a request, and return it with the token that collects its answer. The same form again is one request.

        Raises ``IdentityRequestError`` if too many are open, or came from this address, and ``StoreError``.
        """
        request_id = hashlib.sha256(f"{team_pass.person}/{person.id}".encode()).hexdigest()[:32]
        now = self._authenticator.clock()
        known = self._store.find_identity_request(request_id)
        if known is None:
            network = network_of(address)
            if self._limiter.wait_s(network):
                raise IdentityRequestError(TOO_OFTEN)
            self._limiter.note(network)
            known = self._store.ask_identity(
                IdentityRequest(
                    id=request_id,
                    series=person.series,
                    jurisdiction=person.jurisdiction,
                    person=person.id,
                    number=secrets.choice(NUMBERS),
                    at=now,
                    expires_at=now + OPEN_FOR,
                )
            )
        elif known.expires_at <= now or known.used or known.answer == "no":
            raise DeclinedRequestError if known.answer == "no" else OldRequestError
        self.refresh()
        return known, make_request_token(self._secret, request_id)

    def collect(self, token: str) -> tuple[IdentityRequest, Invitation | None, str]:
        """The request of a token; once it is confirmed, also an invitation and a session cookie, a single time.

        Raises ``OldRequestError``, ``DeclinedRequestError``, and ``StoreError``.
        """
        request_id = find_request_id(self._secret, token)
        request = self._store.find_identity_request(request_id) if request_id else None
        now = self._authenticator.clock()
        if request is None or request.expires_at <= now or request.used:
            raise OldRequestError
        if request.answer == "no":
            raise DeclinedRequestError
        if request.answer != "yes":
            return request, None, ""
        person = self._store.find_person(request.person)
        if person is None or not _is_valid_for(request, person) or not self._store.use_identity(request, now):
            raise OldRequestError
        self._authenticator.cache(person)
        invitation = Invitation(person.id, now + dt.timedelta(days=DEFAULT_DAYS), issued=now, by_code=True)
        return request, invitation, make_session_token(self._secret, invitation)

    def answer(self, viewer: Viewer, request_id: str, *, is_same: bool) -> None:
        """Confirm or decline a request. Raises ``IdentityRequestError`` if it is not open, or not theirs to answer."""
        now = self._authenticator.clock()
        request = self._store.find_identity_request(request_id)
        if request is None or not self._notice(viewer, request, "").may_answer:
            raise IdentityRequestError("This request has been answered already, or is not yours to answer.")
        self._store.answer_identity(request, "yes" if is_same else "no", viewer.person, now)
        self.refresh()

    def refresh(self) -> None:
        """Read the open requests, with the names of the people concerned. Raises ``StoreError``."""
        series = self._authenticator.content.series.id
        found = self._store.identity_requests(series, self._authenticator.clock())
        people = ((request, self._store.find_person(request.person)) for request in found)
        self._open = tuple((request, person.name) for request, person in people if person)

    @property
    def version(self) -> object:
        """Differs whenever the open requests do."""
        return self._open

    def notices(self, viewer: Viewer) -> Sequence[RequestNotice]:
        """The open requests that concern a person: of their team; for facilitators, of every team."""
        now = self._authenticator.clock()
        return [
            self._notice(viewer, request, name)
            for request, name in self._open
            if request.expires_at > now
            and (viewer.person.is_facilitator or viewer.person.jurisdiction == request.jurisdiction)
        ]

    def _notice(self, viewer: Viewer, request: IdentityRequest, name: str) -> RequestNotice:
        person = viewer.person
        own = person.id == request.person
        is_teammate = person.jurisdiction == request.jurisdiction
        return RequestNotice(
            id=request.id,
            name=name,
            state=self._authenticator.content.get_jurisdiction(request.jurisdiction).name,
            number=request.number,
            may_answer=person.is_facilitator or own or (is_teammate and viewer.is_vouched),
            own=own,
        )


def _is_valid_for(request: IdentityRequest, person: Person) -> bool:
    """Whether the person is in the same team still, and their links were not revoked since the request."""
    is_revoked = person.links_since is not None and request.at < person.links_since
    return person.jurisdiction == request.jurisdiction and not is_revoked
