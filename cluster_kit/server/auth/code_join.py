"""Joining by team code: first the code, then the name. Entering an existing person's name does not grant access."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from cluster_kit.content.models import Depth, Jurisdiction
from cluster_kit.errors import ClusterKitError
from cluster_kit.roster.codes import explain_code, find_team, normalize_code
from cluster_kit.roster.names.reserved_names import is_reserved
from cluster_kit.roster.names.similar_names import find_similar
from cluster_kit.roster.people import LONGEST_NAME, clean_name, find_by_name, find_role, is_same_look, mint_id
from cluster_kit.server.auth.authenticator import Authenticator
from cluster_kit.server.auth.identity_service import IdentityService
from cluster_kit.server.auth.rate_limits import (
    NEW_PEOPLE,
    NEW_PEOPLE_OF_A_BROWSER,
    NEW_PEOPLE_OF_A_NETWORK,
    CodeLimiter,
    RateLimiter,
    is_loopback,
    network_of,
)
from cluster_kit.server.auth.tokens import (
    DEFAULT_DAYS,
    Invitation,
    JoinPass,
    OldPassError,
    make_pass,
    make_session_token,
    read_pass,
)
from cluster_kit.server.store_calls import read_store
from cluster_kit.store import IdentityRequest, Person, Store

PASS_HOURS = 24
MOST_IN_TEAM = 100


class WrongCodeError(ClusterKitError, ValueError):
    """No team has this code, or the text is not a code (``is_code`` False). The sentence says which."""

    def __init__(self, typed: str, *, is_code: bool) -> None:
        self.is_code = is_code
        wrong = (
            "This code opens no team here. Check it with the person who gave it to you; your team may have a new one."
        )
        super().__init__(wrong if is_code else explain_code(typed))


class BadNameError(ClusterKitError, ValueError):
    """The name is missing or too long."""


class ReservedNameError(BadNameError):
    """With this name, others would take the person for a facilitator or for the organization."""

    def __init__(self) -> None:
        super().__init__(
            "This name belongs to the people who run the workshop. Enter your own name; if you share a name with one"
            " of them, add an initial."
        )


class NameTakenError(ClusterKitError):
    """Another person in the team has this name."""

    def __init__(self, name: str, state: str) -> None:
        self.name, self.state = name, state
        self.names = (name,)
        super().__init__(
            f"Someone named {name} is on {state}'s team already. If you are someone else, add an initial to your name."
        )


class SimilarNameError(ClusterKitError):
    """People in the team have names so similar that they may be this person. ``names`` are theirs."""

    def __init__(self, names: Sequence[str], state: str) -> None:
        self.names, self.state = tuple(names), state
        super().__init__(f"{state}'s team already has someone with a name like yours.")


class TeamFullError(ClusterKitError):
    """The team has reached its maximum size."""

    def __init__(self, state: str) -> None:
        super().__init__(f"{state}'s team has {MOST_IN_TEAM} people, and more cannot join. Ask your facilitator.")


class TeamBusyError(ClusterKitError):
    """Many people have joined the team within a minute."""

    def __init__(self, state: str) -> None:
        super().__init__(f"Many people are joining {state}'s team just now. Wait a minute, and send this again.")


class ManyJoinedError(ClusterKitError):
    """Many people have joined the team from this browser or network."""

    def __init__(self, state: str) -> None:
        super().__init__(
            f"Many people have joined {state}'s team with this code from your device or network. Ask your facilitator"
            " for a personal link, which works at any time."
        )


@dataclass(frozen=True)
class JoinForm:
    """What a new person enters. ``role`` may be empty; so may ``depth``, which then is the lowest.

    ``is_new``: they have said that they are not one of the people with similar names.
    """

    name: str
    role: str = ""
    depth: str = ""
    is_new: bool = False


class CodeJoin:
    """Adds people to their state's team by its code."""

    def __init__(
        self,
        authenticator: Authenticator,
        store: Store,
        secret: str,
        service: IdentityService,
        organization: str = "",
    ) -> None:
        self._authenticator, self._store, self._secret = authenticator, store, secret
        self._service, self._organization = service, organization
        self._limiter = CodeLimiter()
        self._joined = RateLimiter(NEW_PEOPLE)
        self._by_browser, self._by_network = RateLimiter(NEW_PEOPLE_OF_A_BROWSER), RateLimiter(NEW_PEOPLE_OF_A_NETWORK)

    async def check_code(self, typed: str, address: str, browser: str) -> str:
        """A pass for a valid team code; it expires after a day, or when the code is replaced.

        ``browser`` identifies the browser as long as it keeps its cookies, and one that guesses waits alone.

        Raises ``WrongCodeError``, ``TooManyCodesError``, and ``StoreError``.
        """
        code = normalize_code(typed)
        if code is None:
            raise WrongCodeError(typed, is_code=False)
        turn, is_wrong = self._limiter.begin(address, code, browser), None
        try:
            while wait_s := self._limiter.wait_s(turn):
                await asyncio.sleep(wait_s)
            found = await read_store(self._store.find_team_code, code)
            is_wrong = found is None or found.series != self._series  # one that was replaced is not: it was not guessed
        finally:
            self._limiter.end(turn, is_wrong=is_wrong)
        if found is None or is_wrong or found.ended_at is not None:
            raise WrongCodeError(typed, is_code=True)
        expires = self._authenticator.clock() + dt.timedelta(hours=PASS_HOURS)
        return make_pass(self._secret, JoinPass(mint_id(), code, expires))

    def find_state(self, text: str) -> Jurisdiction:
        """The state of a pass; raises ``OldPassError`` if the pass is no longer valid."""
        return self._open(text)[1]

    def join(
        self, text: str, about: JoinForm, known: Person | None = None, address: str = "", browser: str = ""
    ) -> tuple[Invitation, str]:
        """Add a person to the team of the pass, and return a session cookie. Repeating a pass adds no second person.

        ``known`` is the person of the browser's current cookie: with the same team and name, they are logged in again.
        Raises ``OldPassError``, ``BadNameError``, ``ReservedNameError``, ``NameTakenError``, ``SimilarNameError``,
        ``TeamFullError``, ``TeamBusyError``, ``ManyJoinedError``, and ``StoreError``.
        """
        team_pass, state = self._open(text)
        name = clean_name(about.name)
        if not name:
            raise BadNameError("Write your name, as your teammates know it.")
        if len(name) > LONGEST_NAME:
            raise BadNameError(f"This name has {len(name)} characters, and {LONGEST_NAME} is the most. Shorten it.")
        team = self._store.people(self._series, state.code)
        same = find_by_name(team, name)
        if same is None:
            if is_reserved(name, self._store.people(self._series, ""), self._organization):
                raise ReservedNameError
            if len(team) >= MOST_IN_TEAM:
                raise TeamFullError(state.name)
            alike = [] if about.is_new else find_similar(team, name)
            if alike:
                raise SimilarNameError([one.name for one in alike], state.name)
            self._count_new(state, address, browser)
            same = self._add(team_pass, state, name, about)
        elif not self._is_theirs(same, team_pass, known):
            raise NameTakenError(name, state.name)
        self._authenticator.cache(same)
        return self._log_in(same)

    def ask_to_be(self, text: str, name: str, address: str) -> tuple[IdentityRequest, str, Jurisdiction]:
        """Ask the team of the pass to sign this browser in as the teammate of this name, and return the request.

        With it come the token that collects the answer, and the state. Raises ``OldPassError``, ``BadNameError`` if no
        teammate has this name, ``IdentityRequestError`` if too many requests are open, and ``StoreError``.
        """
        team_pass, state = self._open(text)
        same = find_by_name(self._store.people(self._series, state.code), name)
        if same is None:
            raise BadNameError("No one on the team has this name. Write the name with which you joined before.")
        return *self._service.ask(team_pass, same, address), state

    def _open(self, text: str) -> tuple[JoinPass, Jurisdiction]:
        """The pass, and the state to which its code belongs now."""
        team_pass = read_pass(self._secret, text, self._authenticator.clock())
        state = find_team(self._store, self._series, team_pass.code)
        if state is None:
            raise OldPassError
        return team_pass, self._authenticator.content.get_jurisdiction(state)

    def _count_new(self, state: Jurisdiction, address: str, browser: str) -> None:
        """Count a new person of the team, of the network, and of the browser, or raise the error of a limit.

        People on this machine are counted by browser only: behind a proxy that names no addresses, that is everyone.
        """
        network = "" if is_loopback(address) else network_of(address)
        counted = [(self._by_browser, browser), (self._by_network, f"{state.code} {network}" if network else "")]
        if self._joined.wait_s(state.code):
            raise TeamBusyError(state.name)
        if any(key and limiter.wait_s(key) for limiter, key in counted):
            raise ManyJoinedError(state.name)
        for limiter, key in [(self._joined, state.code), *counted]:
            if key:
                limiter.note(key)

    @staticmethod
    def _is_theirs(person: Person, team_pass: JoinPass, known: Person | None) -> bool:
        """True if this browser belongs to the person: it has their cookie, or repeats the form that added them."""
        if known and known.id == person.id:
            return True
        return person.id == team_pass.person and person.links_since is None

    def _add(self, team_pass: JoinPass, state: Jurisdiction, name: str, about: JoinForm) -> Person:
        person = Person(
            id=team_pass.person,
            series=self._series,
            jurisdiction=state.code,
            name=name,
            role=find_role(self._authenticator.content, about.role) or "",
            depth=Depth(about.depth).value if about.depth in {*Depth} else Depth.ESSENTIAL.value,
        )
        kept = self._store.find_or_add_person(person, lambda team: find_by_name(team, name))
        if not is_same_look(kept.name, name):  # the pass was used before, for another name
            person = person.model_copy(update={"id": mint_id()})
            kept = self._store.find_or_add_person(person, lambda team: find_by_name(team, name))
        if kept.id != person.id:  # another browser gave the name a moment ago
            raise NameTakenError(name, state.name)
        return kept

    def _log_in(self, person: Person) -> tuple[Invitation, str]:
        now = self._authenticator.clock()
        invitation = Invitation(person.id, now + dt.timedelta(days=DEFAULT_DAYS), issued=now, by_code=True)
        return invitation, make_session_token(self._secret, invitation)

    @property
    def _series(self) -> str:
        return self._authenticator.content.series.id
