"""The door's pages: in by a link or by a team's code, what is asked there, and the way out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from cluster_kit.content.models import Depth
from cluster_kit.content.times import next_session
from cluster_kit.errors import ClusterKitError
from cluster_kit.roster.people import find_role
from cluster_kit.server.auth.authenticator import COOKIE, Authenticator
from cluster_kit.server.auth.code_join import JoinForm
from cluster_kit.server.auth.rate_limits import TooManyCodesError
from cluster_kit.server.auth.tokens import Invitation, OldPassError
from cluster_kit.server.handlers import PageHandler
from cluster_kit.server.pages import pages
from cluster_kit.store import Person, StoreUnavailableError

LONGEST_FIELD = 400
STORE_AWAY = "Our records cannot be reached just now, so you cannot come in yet. Nothing is lost; try again soon."
_T = TypeVar("_T")


class DoorHandler(PageHandler):
    """What the door's pages share."""

    @property
    def authenticator(self) -> Authenticator:
        """Signs people in."""
        return self.context.authenticator

    def field(self, name: str) -> str:
        """What was typed or chosen; empty where nothing was. No more of it than anybody needs."""
        return self.get_body_argument(name, "")[:LONGEST_FIELD]

    async def in_thread(self, work: Callable[..., _T], *arguments: object) -> _T:
        """What the store is asked, without keeping others waiting for its answer."""
        return await asyncio.to_thread(work, *arguments)

    def give_badge(self, invitation: Invitation, badge: str) -> None:
        """Set the cookie. It ends when the invitation does."""
        remaining = invitation.expires - self.authenticator.clock()
        self.set_cookie(COOKIE, badge, max_age=int(remaining.total_seconds()), **self.context.cookie)

    def choices(self) -> dict[str, Any]:
        """The roles and depths that can be chosen."""
        return {"roles": self.content.roles, "depths": pages.DEPTHS}


class JoinHandler(DoorHandler):
    """In by a link, or by a team's code and a name.

    The link's token stands in the fragment, so the page's script hands it over in a request's body; codes and names
    are forms that need no script. None of it is ever in an address.
    """

    async def get(self) -> None:
        """The page that reads the fragment; without one it asks for the code."""
        self.write_page("join.html.j2", code="", sentence="")

    async def post(self) -> None:
        """What came: a link's token, a pass with a name, or a code."""
        try:
            if "token" in self.request.body_arguments:
                await self._take_link(self.get_body_argument("token"))
            elif "pass" in self.request.body_arguments:
                await self._take_name(self.get_body_argument("pass"))
            else:
                await self._take_code(self.field("code"))
        except OldPassError as error:
            self._ask_code(403, "", str(error))
        except StoreUnavailableError:
            self.write_message(503, "One moment", STORE_AWAY)

    async def _take_link(self, token: str) -> None:
        """A badge and where to go, or one sentence, for the page's script."""
        try:
            invitation, badge = await self.in_thread(self.authenticator.admit, token)
            if invitation.session:
                self.content.get_session(invitation.session)
        except StoreUnavailableError:
            self.set_status(503)
            self.finish({"sentence": STORE_AWAY})
            return
        except ClusterKitError as error:
            self.set_status(403)
            self.finish({"sentence": str(error)})
            return
        self.give_badge(invitation, badge)
        self.finish({"go": self._where_to(await self.authenticator.authenticate(badge), invitation.session)})

    def _where_to(self, person: Person | None, session: int | None) -> str:
        number = session or next_session(self.content, self.authenticator.clock())
        if person and person.is_facilitator:
            return f"/console/{number}" if session else "/"
        return f"/session/{number}" if person and person.depth else f"/you?session={number}"

    async def _take_code(self, typed: str) -> None:
        try:
            team_pass = await self.context.code_join.check_code(typed, self.request.remote_ip or "")
        except TooManyCodesError as error:
            self.set_header("Retry-After", str(max(1, int(error.wait_s))))
            self._ask_code(429, typed, str(error))
        except StoreUnavailableError:
            raise
        except ClusterKitError as error:
            self._ask_code(403, typed, str(error))
        else:
            await self._ask_name(team_pass, JoinForm(""))

    async def _take_name(self, team_pass: str) -> None:
        about = JoinForm(self.field("name"), self.field("role"), self.field("depth"))
        try:
            invitation, badge = await self.in_thread(self.context.code_join.come_in, team_pass, about, self.person)
        except (OldPassError, StoreUnavailableError):
            raise
        except ClusterKitError as error:
            await self._ask_name(team_pass, about, str(error))
        else:
            self.give_badge(invitation, badge)
            self.redirect(f"/session/{next_session(self.content, self.authenticator.clock())}", status=303)

    def _ask_code(self, status: int, code: str, sentence: str) -> None:
        self.set_status(status)
        self.write_page("join.html.j2", code=code, sentence=sentence)

    async def _ask_name(self, team_pass: str, about: JoinForm, sentence: str = "") -> None:
        team = await self.in_thread(self.context.code_join.find_state, team_pass)
        self.set_status(400 if sentence else 200)
        self.write_page(
            "name.html.j2", team=team, team_pass=team_pass, about=about, sentence=sentence, **self.choices()
        )


class YouHandler(DoorHandler):
    """What somebody does and how far they go: asked once, where nobody has said; changed here at any time."""

    async def get(self) -> None:
        """The two questions. ``session`` in the address is where to go afterwards."""
        person = self.require_person()
        if person.is_facilitator:
            self.redirect("/", status=303)
            return
        has_answered = person.depth != ""  # and comes back to change something
        asks_role = has_answered or not person.role
        self.write_page("you.html.j2", number=self._session(), asks_role=asks_role, **self.choices())

    async def post(self) -> None:
        """Keep what was chosen, and go on to the session. Skipping leaves the role, and asks no more than the least."""
        person = self.require_person()
        role = find_role(self.content, self.field("role")) if self.field("role") else ""
        depth = self.field("depth") if self.field("depth") in {*Depth} else person.depth or Depth.ESSENTIAL.value
        chosen = {"depth": depth} if self.field("skip") else {"role": role or person.role, "depth": depth}
        try:
            await self.in_thread(lambda: self.authenticator.change(person, **chosen))
        except StoreUnavailableError:
            self.write_message(503, "One moment", STORE_AWAY)
            return
        self.redirect(f"/session/{self._session()}", status=303)

    def _session(self) -> int:
        """The session to go to: the one in the address, else the next."""
        said = self.get_query_argument("session", "") or self.field("session")
        numbers = {str(session.number): session.number for session in self.content.sessions}
        return numbers.get(said) or next_session(self.content, self.authenticator.clock())


class LeaveHandler(PageHandler):
    """The way out."""

    async def post(self) -> None:
        """Take the badge off and go home."""
        self.clear_cookie(COOKIE, **self.context.cookie)
        self.redirect("/", status=303)
