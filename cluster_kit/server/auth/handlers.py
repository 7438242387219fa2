"""Login pages: joining by link or team code, role and depth, and logout."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from typing import Any

from tornado import web

from cluster_kit.content.models import Depth
from cluster_kit.documents.model import LANGUAGE
from cluster_kit.errors import ClusterKitError
from cluster_kit.roster.people import find_role
from cluster_kit.server.auth.authenticator import Authenticator
from cluster_kit.server.auth.code_join import JoinForm, NameTakenError, SimilarNameError
from cluster_kit.server.auth.cookies import SESSION
from cluster_kit.server.auth.rate_limits import TooManyCodesError
from cluster_kit.server.auth.tokens import Invitation, LinkError, OldPassError
from cluster_kit.server.handlers import PageHandler
from cluster_kit.server.monitoring.logs import log_event
from cluster_kit.server.pages import pages
from cluster_kit.server.qr_codes import qr_svg
from cluster_kit.server.store_calls import read_store, write_store
from cluster_kit.server.unavailable import JOINING_UNAVAILABLE
from cluster_kit.sessions.support import LONGEST_NEED, StateNeed, collect_needs
from cluster_kit.store import IdentityRequest, Person, StoreUnavailableError

LONGEST_FIELD = 400
LANGUAGE_KEPT = dt.timedelta(days=365)


class JoinPageHandler(PageHandler):
    """Base of the login handlers."""

    @property
    def authenticator(self) -> Authenticator:
        """The server's authenticator."""
        return self.context.authenticator

    def field(self, name: str) -> str:
        """A form field's value, truncated; empty if it is missing."""
        return self.get_body_argument(name, "")[:LONGEST_FIELD]

    async def set_session_cookie(self, invitation: Invitation, session_token: str) -> None:
        """Set the session cookie, which expires with the invitation. The session of another person is ended."""
        current = await self.authenticator.authenticate(session_token)
        if self.person and current and current.id != self.person.id:
            await self.end_session()
        remaining, cookies = invitation.expires - self.authenticator.clock(), self.context.cookies
        self.set_cookie(cookies.session, session_token, max_age=int(remaining.total_seconds()), **cookies.attributes)

    async def end_session(self) -> None:
        """End this browser's session on every server. While the store is unavailable, only the cookie is cleared."""
        session_token = self.context.cookies.read_session(self)
        try:
            await write_store(self.authenticator.end, session_token)
        except StoreUnavailableError:
            log_event("session not ended", logging.WARNING)
        for name in {self.context.cookies.session, SESSION}:
            self.clear_cookie(name, **self.context.cookies.attributes)

    async def find_session_to_open(self) -> int:
        """The session that is on or has just ended, otherwise the next one."""
        return (await self.read_timeline()).to_open

    async def where_to(self, person: Person | None, session: int | None) -> str:
        """The page after signing in; ``session`` None: the upcoming one."""
        number = session or await self.find_session_to_open()
        if person and person.is_facilitator:
            return f"/console/{number}" if session else "/"
        return f"/session/{number}" if person and person.depth else f"/you?session={number}"

    def choices(self) -> dict[str, Any]:
        """The roles and depths to choose from."""
        return {"roles": self.content.roles, "depths": pages.DEPTHS}


class TranslatedPageHandler(JoinPageHandler):
    """Base of the pages that are written in the language that the user chose on the join page."""

    unavailable = JOINING_UNAVAILABLE

    @property
    def languages(self) -> dict[str, str]:
        """The names of the languages of these pages."""
        others = {language: one.language_name for language, one in self.context.translations.items()}
        return {LANGUAGE: "English"} | others

    def page_values(self) -> dict[str, Any]:
        """Template context in the chosen language."""
        return super().page_values() | self.language_values(self.chosen_language) | {"languages": self.languages}

    def write_message(self, status: int, title: str, sentence: str) -> None:
        """Respond with one plain sentence in the chosen language."""
        super().write_message(status, self.translate(title), self.translate(sentence))

    def translate(self, english: str, **values: str) -> str:
        """A text in the chosen language."""
        translated: str = self.language_values(self.chosen_language)["t"](english, **values)
        return translated


class JoinHandler(TranslatedPageHandler):
    """Join by a link, or by a team code and a name.

    The link's token is in the fragment, so the page's script sends it in the body of a request; codes and names use
    forms that need no script. None of them ever appears in a request's address.
    """

    @property
    def wants_json(self) -> bool:
        """True also for a link, which only the page's script sends."""
        return super().wants_json or "token" in self.request.body_arguments

    async def get(self) -> None:
        """The page that reads the fragment; without one it asks for the code. ``language`` in the address chooses one.

        A browser keeps the fragment when the choice redirects.
        """
        chosen = self.get_query_argument("language", "")
        if chosen in self.languages:
            cookies = self.context.cookies
            self.set_cookie(cookies.language, chosen, max_age=int(LANGUAGE_KEPT.total_seconds()), **cookies.attributes)
            self.redirect("/join", status=303)
            return
        self._write_join("", "")

    def _write_join(self, code: str, sentence: str) -> None:
        address = f"{self.site}/join"
        qr = qr_svg(address, self.translate("QR code of {address}", address=address))
        has_primer = self.context.primer is not None
        self.write_page("join.html.j2", code=code, sentence=sentence, qr=qr, has_primer=has_primer)

    async def post(self) -> None:
        """Handle a link's token, a request's token, a pass with a name, or a code."""
        try:
            if "token" in self.request.body_arguments:
                await self._accept_link(self.get_body_argument("token"))
            elif "asked" in self.request.body_arguments:
                await self._collect(self.get_body_argument("asked"))
            elif "pass" in self.request.body_arguments and self.field("same"):
                await self._ask_to_be(self.get_body_argument("pass"), self.field("same"))
            elif "pass" in self.request.body_arguments:
                await self._accept_name(self.get_body_argument("pass"))
            else:
                await self._accept_code(self.field("code"))
        except OldPassError as error:
            self._ask_code(403, "", str(error))

    async def _accept_link(self, token: str) -> None:
        """Reply with a cookie and the next address, or with an error message, for the page's script.

        If someone else is signed in, reply with both names first: a link must not change who someone is unnoticed.
        """
        try:
            _, person = await read_store(self.authenticator.check_link, token)
            self.count_request(person)
            if self.person and self.person.id != person.id and not self.field("replace"):
                self.set_status(409)
                self.finish({"now": self.person.name, "new": person.name})
                return
            invitation, session_token = await read_store(self.authenticator.log_in, token)
            if invitation.session:
                self.content.get_session(invitation.session)
        except StoreUnavailableError:
            raise
        except ClusterKitError as error:
            self.write_message(403, "Forbidden", str(error))
            return
        await self.set_session_cookie(invitation, session_token)
        signed_in = await self.authenticator.authenticate(session_token)
        self.finish({"go": await self.where_to(signed_in, invitation.session)})

    async def _accept_code(self, typed: str) -> None:
        try:
            browser = self.get_cookie(self.context.cookies.xsrf) or ""
            team_pass = await self.context.code_join.check_code(typed, self.request.remote_ip or "", browser)
        except TooManyCodesError as error:
            self.set_header("Retry-After", str(max(1, int(error.wait_s))))
            self._ask_code(429, typed, str(error))
        except StoreUnavailableError:
            raise
        except ClusterKitError as error:
            self._ask_code(403, typed, str(error))
        else:
            await self._ask_name(team_pass, JoinForm(""))

    async def _accept_name(self, team_pass: str) -> None:
        about = JoinForm(self.field("name"), self.field("role"), self.field("depth"), bool(self.field("new")))
        try:
            browser, address = self.get_cookie(self.context.cookies.xsrf) or "", self.request.remote_ip or ""
            join = self.context.code_join.join
            invitation, session_token = await write_store(join, team_pass, about, self.person, address, browser)
        except (OldPassError, StoreUnavailableError):
            raise
        except (NameTakenError, SimilarNameError) as error:
            await self._ask_name(team_pass, about, str(error), error.names, is_taken=isinstance(error, NameTakenError))
        except ClusterKitError as error:
            await self._ask_name(team_pass, about, str(error))
        else:
            await self.set_session_cookie(invitation, session_token)
            self.redirect(f"/session/{await self.find_session_to_open()}", status=303)

    async def _ask_to_be(self, team_pass: str, name: str) -> None:
        """Ask the team to sign this browser in as the teammate of this name, and show the page that waits."""
        try:
            request, token, team = await write_store(
                self.context.code_join.ask_to_be, team_pass, name, self.request.remote_ip or ""
            )
        except (OldPassError, StoreUnavailableError):
            raise
        except ClusterKitError as error:
            await self._ask_name(team_pass, JoinForm(name), str(error))
        else:
            self._show_waiting(request, token, team.name)

    async def _collect(self, token: str) -> None:
        """Sign the asking browser in once its request is confirmed; else show that it waits, or why not."""
        try:
            request, invitation, session_token = await write_store(self.context.identity_service.collect, token)
        except LinkError as error:
            if self.wants_json:
                self.write_message(403, "Forbidden", str(error))
            else:
                self._ask_code(403, "", str(error))
            return
        if invitation is None:
            team = self.content.get_jurisdiction(request.jurisdiction).name
            self.finish({}) if self.wants_json else self._show_waiting(request, token, team)
            return
        await self.set_session_cookie(invitation, session_token)
        go = f"/session/{await self.find_session_to_open()}"
        self.finish({"go": go}) if self.wants_json else self.redirect(go, status=303)

    def _show_waiting(self, request: IdentityRequest, token: str, team: str) -> None:
        self.write_page("asked.html.j2", number=request.number, token=token, team=team)

    def _ask_code(self, status: int, code: str, sentence: str) -> None:
        self.set_status(status)
        self._write_join(code, sentence)

    async def _ask_name(
        self,
        team_pass: str,
        about: JoinForm,
        sentence: str = "",
        same: Sequence[str] = (),
        *,
        is_taken: bool = False,
    ) -> None:
        """Ask for the name; with ``same``, first whether the person is one of these teammates."""
        team = await read_store(self.context.code_join.find_state, team_pass)
        self.set_status(400 if sentence else 200)
        values = {"team": team, "team_pass": team_pass, "about": about, "sentence": sentence}
        self.write_page("name.html.j2", **values, same=same, is_taken=is_taken, **self.choices())


class SignOnHandler(TranslatedPageHandler):
    """Sign-on by the agency, through an authenticating proxy."""

    async def get(self) -> None:
        """Sign in the person whose address the proxy has confirmed; 404 where no proxy is configured."""
        sign_on = self.context.sign_on
        if sign_on is None:
            raise web.HTTPError(404)
        try:
            email = sign_on.read_email(self.request)
            invitation, session_token = await read_store(self.authenticator.sign_on, email)
        except StoreUnavailableError:
            raise
        except ClusterKitError as error:
            log_event("sign-on refused", logging.WARNING, why=type(error).__name__)
            self.write_message(403, "You are not signed in", str(error))
            return
        await self.set_session_cookie(invitation, session_token)
        self.redirect(await self.where_to(await self.authenticator.authenticate(session_token), None), status=303)


class YouHandler(TranslatedPageHandler):
    """The user's role and depth: asked once if not set, and editable at any time."""

    async def get(self) -> None:
        """The two questions. ``session`` in the address is the session to open afterwards."""
        person = self.require_person()
        if person.is_facilitator:
            self.redirect("/", status=303)
            return
        has_answered = person.depth != ""  # the user has answered before and wants to change something
        asks_role = has_answered or not person.role
        number = await self._session()
        need = await self._read_need(person, number)
        values = {"need": need, "longest_need": LONGEST_NEED, **self.choices()}
        self.write_page("you.html.j2", number=number, asks_role=asks_role, **values)

    async def post(self) -> None:
        """Store the choices, and continue to the session. Skipping keeps the role, and the depth or the lowest one."""
        person = self.require_person()
        role = find_role(self.content, self.field("role")) if self.field("role") else ""
        depth = self.field("depth") if self.field("depth") in {*Depth} else person.depth or Depth.ESSENTIAL.value
        chosen = {"depth": depth} if self.field("skip") else {"role": role or person.role, "depth": depth}
        await write_store(lambda: self.authenticator.change(person, **chosen))
        if not self.field("skip"):
            await self._store_need(person)
        self.redirect(f"/session/{await self._session()}", status=303)

    async def _read_need(self, person: Person, number: int) -> str:
        """What facilitators see in this session that the person needs; empty without the store."""
        numbers = [one.number for one in self.content.sessions if one.number <= number]

        def find() -> str:
            states = [self.context.events.session(one).session_log.state() for one in numbers]
            registrations = self.context.store.registrations(self.content.series.id, "confirmed")
            need = collect_needs(states, registrations).get(person.id)
            return need.text if need else ""

        try:
            return await read_store(find)
        except StoreUnavailableError:
            return ""

    async def _store_need(self, person: Person) -> None:
        number = await self._session()
        text = " ".join(self.get_body_argument("need", "").split())[:LONGEST_NEED]
        if text != await self._read_need(person, number):
            command = StateNeed(text=text)
            await self.context.events.run_command(number, lambda session_log: session_log.do(person, command))

    async def _session(self) -> int:
        """The session to open: the one in the address, otherwise the upcoming one."""
        requested = self.get_query_argument("session", "") or self.field("session")
        numbers = {str(session.number): session.number for session in self.content.sessions}
        return numbers.get(requested) or await self.find_session_to_open()


class LeaveHandler(JoinPageHandler):
    """Logout."""

    async def post(self) -> None:
        """End the session, clear its cookie, and say so."""
        await self.end_session()
        self.redirect("/left", status=303)


class LeftHandler(TranslatedPageHandler):
    """The page after signing out."""

    def get(self) -> None:
        """What is kept, and how to come back. People who are signed in go to the start page."""
        if self.person:
            self.redirect("/", status=303)
            return
        self.write_page("left.html.j2")
