"""Coming in by a team's code: the code first, then who one is. Nobody takes over a person by giving their name."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import dataclass

from cluster_kit.content.models import Depth, Jurisdiction
from cluster_kit.errors import ClusterKitError
from cluster_kit.roster.codes import EXAMPLE, find_spelling, find_team
from cluster_kit.roster.people import LONGEST_NAME, clean_name, find_by_name, find_role, fold_name, mint_id
from cluster_kit.server.auth.authenticator import Authenticator
from cluster_kit.server.auth.rate_limits import CodeLimiter
from cluster_kit.server.auth.tokens import (
    DEFAULT_DAYS,
    Invitation,
    OldPassError,
    Pass,
    make_badge,
    make_pass,
    read_pass,
)
from cluster_kit.store import Person, Store

PASS_MINUTES = 60
MOST_IN_TEAM = 100


class WrongCodeError(ClusterKitError, ValueError):
    """A team code that opens nothing."""

    def __init__(self, *, is_code: bool) -> None:
        self.is_code = is_code
        wrong = "This code opens no team here. Check it with whoever gave it to you: teams are given new ones at times."
        shape = f"A team code is three letters and four digits, such as {EXAMPLE}. Capital or small does not matter."
        super().__init__(wrong if is_code else shape)


class BadNameError(ClusterKitError, ValueError):
    """A name that cannot be taken: none, or too long."""


class NameTakenError(ClusterKitError):
    """A name that somebody in the team goes by already."""

    def __init__(self, name: str, state: str) -> None:
        self.name, self.state = name, state
        super().__init__(
            f"Somebody called {name} is in {state}'s team already. If that is you, open your own link from your "
            "invitation: your own ratings are there. If you are somebody else, add an initial to your name."
        )


class TeamFullError(ClusterKitError):
    """More people came in than a team can have."""

    def __init__(self, state: str) -> None:
        super().__init__(f"{state}'s team has {MOST_IN_TEAM} people, and more cannot join. Ask your facilitator.")


@dataclass(frozen=True)
class JoinForm:
    """What somebody says of themselves at the door. ``role`` may be empty; so may ``depth``: then it is the least."""

    name: str
    role: str = ""
    depth: str = ""


class CodeJoin:
    """Lets people into their state's team by its code."""

    def __init__(self, door: Authenticator, store: Store, secret: str, limiter: CodeLimiter | None = None) -> None:
        self._door, self._store, self._secret = door, store, secret
        self._limiter = limiter or CodeLimiter()
        self._one_at_a_time = asyncio.Lock()  # else a thousand at once would all come before the first is counted

    async def check_code(self, typed: str, address: str) -> str:
        """A pass for who typed a team's code; good for an hour, and as long as the code is.

        Raises ``WrongCodeError``, ``TooManyCodesError``, and what the store raises.
        """
        code = find_spelling(typed)
        if code is None:
            raise WrongCodeError(is_code=False)
        async with self._one_at_a_time:
            self._limiter.check(address)
            loop = asyncio.get_running_loop()
            if await loop.run_in_executor(None, find_team, self._store, self._series, code) is None:
                self._limiter.note_wrong(address)
                raise WrongCodeError(is_code=True)
        expires = self._door.clock() + dt.timedelta(minutes=PASS_MINUTES)
        return make_pass(self._secret, Pass(mint_id(), code, expires))

    def find_state(self, text: str) -> Jurisdiction:
        """The state that a pass opens; ``OldPassError`` when it opens none any more."""
        return self._open(text)[1]

    def come_in(self, text: str, about: JoinForm, known: Person | None = None) -> tuple[Invitation, str]:
        """Put somebody into the team that the pass opens, and return the badge to wear; the same pass twice is once.

        ``known`` is whose badge the browser wears already: in the same team and by the same name, they just go on.
        Raises ``OldPassError``, ``BadNameError``, ``NameTakenError``, ``TeamFullError``, and what the store raises.
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
            if len(team) >= MOST_IN_TEAM:
                raise TeamFullError(state.name)
            same = self._add(team_pass, state, name, about)
        elif not self._is_theirs(same, team_pass, known):
            raise NameTakenError(name, state.name)
        self._door.remember(same)
        return self._badge(same)

    def _open(self, text: str) -> tuple[Pass, Jurisdiction]:
        """What the pass says, and the state that its code opens now."""
        team_pass = read_pass(self._secret, text, self._door.clock())
        state = find_team(self._store, self._series, team_pass.code)
        if state is None:
            raise OldPassError
        return team_pass, self._door.content.get_jurisdiction(state)

    @staticmethod
    def _is_theirs(person: Person, team_pass: Pass, known: Person | None) -> bool:
        """Whether this browser is the person's: it wears their badge, or sends the form that made them once more."""
        if known and known.id == person.id:
            return True
        return person.id == team_pass.person and person.links_since is None

    def _add(self, team_pass: Pass, state: Jurisdiction, name: str, about: JoinForm) -> Person:
        person = Person(
            id=team_pass.person,
            series=self._series,
            jurisdiction=state.code,
            name=name,
            role=find_role(self._door.content, about.role) or "",
            depth=Depth(about.depth).value if about.depth in {*Depth} else Depth.ESSENTIAL.value,
        )
        kept = self._store.add_person(person)
        if fold_name(kept.name) != fold_name(name):  # the page was left open, and somebody else took the seat
            kept = self._store.add_person(person.model_copy(update={"id": mint_id()}))
        return kept

    def _badge(self, person: Person) -> tuple[Invitation, str]:
        now = self._door.clock()
        invitation = Invitation(person.id, now + dt.timedelta(days=DEFAULT_DAYS), issued=now)
        return invitation, make_badge(self._secret, invitation)

    @property
    def _series(self) -> str:
        return self._door.content.series.id
