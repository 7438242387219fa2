"""The public registration page, and the decisions of facilitators about registrations."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from tornado import web

from cluster_kit.errors import ClusterKitError
from cluster_kit.roster.registrations import (
    InvalidRegistrationError,
    RegistrationForm,
    approve_registration,
    decline_registration,
)
from cluster_kit.server.auth.handlers import JoinPageHandler
from cluster_kit.server.monitoring.logs import log_event
from cluster_kit.server.pages import pages
from cluster_kit.server.roster.handlers import RosterHandler
from cluster_kit.server.roster.registration_service import RegistrationService, TooManyRegistrationsError
from cluster_kit.server.store_calls import read_store, write_store
from cluster_kit.server.unavailable import REGISTRATION_NOT_STORED, REGISTRATION_NOT_WITHDRAWN
from cluster_kit.sessions import SessionPhase
from cluster_kit.store import Registration, RegistrationError, StoreUnavailableError
from cluster_kit.store.models import LONGEST_NEEDS

LARGEST_FORM = 20_000
CLOSED = "Registration is not open. For help, see the end of this page."
TOO_LARGE = "The form is too large. Shorten what you entered, and send it again."
LEAVE_EMPTY = "Leave this field empty. It is there to recognize programs that fill out every field."
BROKEN_LINK = (
    "This link is not complete",
    "Copy all of it from your confirmation, and open it again. If that does not help, write to the contact at the end "
    "of this page, and we will withdraw your registration.",
)


class RegistrationPageHandler(JoinPageHandler):
    """Base of the public pages about registrations."""

    @property
    def service(self) -> RegistrationService:
        """The server's registration."""
        return self.context.registration


class RegisterHandler(RegistrationPageHandler):
    """The public page to register for the series.

    The response never says whether a person is registered or known.
    """

    async def prepare(self) -> None:  # type: ignore[override]
        """404 with one sentence while registration is closed."""
        await super().prepare()
        if not self.service.is_open:
            self.write_message(404, "Registration is closed", CLOSED)

    async def get(self) -> None:
        """The form; with ``sent`` in the address, what happens next."""
        if token := self.get_query_argument("sent", ""):
            is_valid = self.service.find_waiting_id(token) is not None
            self.write_page("registered.html.j2", token=token if is_valid else "")
        else:
            await self._show(RegistrationForm(sessions=[str(one.number) for one in await self._sessions()]))

    async def post(self) -> None:
        """Store the registration. The form comes back with what was entered and what to correct."""
        form = RegistrationForm(
            **{name: self.field(name) for name in ("name", "email", "jurisdiction", "role")},
            sessions=self.get_body_arguments("session"),
            needs=self.get_body_argument("needs", ""),
        )
        try:
            if self.field("leave-empty"):
                raise InvalidRegistrationError({"leave-empty": LEAVE_EMPTY})
            registration = self.service.read(form)
            self.service.count(self.request.remote_ip or "")
            await write_store(self.service.add, registration)
        except InvalidRegistrationError as error:
            await self._show(form, 400, error.problems)
        except TooManyRegistrationsError as error:
            self.set_header("Retry-After", str(max(1, int(error.wait_s))))
            await self._show(form, 429, sentence=str(error))
        except RegistrationError as error:
            await self._show(form, 503, sentence=str(error))
        except StoreUnavailableError:
            await self._show(form, 503, sentence=REGISTRATION_NOT_STORED)
        else:
            self.redirect(f"/register?sent={self.service.make_waiting_token(registration)}", status=303)
            await self._apply_rule(registration)

    async def _apply_rule(self, registration: Registration) -> None:
        """Confirm by the email domain, after the response: its time must not say whether the person is known."""
        try:
            if await write_store(self.service.apply_rule, registration):
                await read_store(self.authenticator.refresh)
        except ClusterKitError as error:
            log_event("registration not confirmed by rule", logging.WARNING, why=type(error).__name__)

    async def _sessions(self) -> tuple[pages.SessionEntry, ...]:
        """The sessions that are not over, or all of them if there are no such sessions."""
        every = pages.list_sessions(self.content, None, await self.read_timeline(is_recent=True))
        return tuple(one for one in every if one.state != SessionPhase.OVER) or every

    async def _show(
        self,
        form: RegistrationForm,
        status: int = 200,
        problems: Mapping[str, str] | None = None,
        sentence: str = "",
    ) -> None:
        self.set_status(status)
        values: dict[str, Any] = {"form": form, "problems": problems or {}, "sentence": sentence}
        choices = {"roles": self.content.roles, "states": self.content.jurisdictions}
        sessions = await self._sessions()
        self.write_page("register.html.j2", **values, **choices, sessions=sessions, longest_needs=LONGEST_NEEDS)


class WithdrawHandler(RegistrationPageHandler):
    """Withdraw a registration by the link in its confirmation, also after registration was closed.

    The page that people see after they registered has a link, too, with the token ``waiting``. It changes only a
    registration that waits, and its pages say the same for every other one.

    A GET changes nothing, because mail programs open links to check them. The pages have no names, and say of a
    registration that was erased what they say of one that is withdrawn.
    """

    unavailable = REGISTRATION_NOT_WITHDRAWN

    async def prepare(self) -> None:  # type: ignore[override]
        """403 with one sentence if the link does not name a registration."""
        await super().prepare()
        self.waiting = self.get_argument("waiting", "")
        self.link_token = self.waiting or self.get_argument("registration", "")
        find_id = self.service.find_waiting_id if self.waiting else self.service.find_withdrawn_id
        registration_id = find_id(self.link_token)
        if registration_id is None:
            self.write_message(403, *BROKEN_LINK)
        else:
            self.registration_id = registration_id

    async def get(self) -> None:
        """Ask, or say that the registration is withdrawn."""
        if self.waiting:
            can_withdraw = not self.get_query_argument("done", "")
        else:
            can_withdraw = await read_store(self.service.can_withdraw, self.registration_id)
        self.write_page("withdraw.html.j2", token=self.link_token, waits=bool(self.waiting), can_withdraw=can_withdraw)

    async def post(self) -> None:
        """Withdraw it."""
        try:
            self.service.count_withdrawal(self.request.remote_ip or "")
        except TooManyRegistrationsError as error:
            self.set_header("Retry-After", str(max(1, int(error.wait_s))))
            self.write_message(429, "One moment", str(error))
            return
        await write_store(
            self.service.withdraw_waiting if self.waiting else self.service.withdraw, self.registration_id
        )
        await read_store(self.authenticator.refresh)
        query = f"waiting={self.link_token}&done=1" if self.waiting else f"registration={self.link_token}"
        self.redirect(f"/register/withdraw?{query}", status=303)


class RegistrationsHandler(RosterHandler):
    """The decisions about registrations. The roster page shows those that wait."""

    async def get(self) -> None:
        """Redirect to the roster page."""
        self.redirect("/roster", status=303)

    async def post(self) -> None:
        """Approve or decline the ``registration`` of the form, and show the roster page."""
        by, action = self.require_facilitator().name, self.field("action")
        found = await read_store(self.store.find_registration, self.field("registration"))
        if found is None or found.series != self.content.series.id or action not in ("approve", "decline"):
            raise web.HTTPError(400)
        try:
            if action == "decline":
                await write_store(lambda: decline_registration(self.store, found, by))
                self.redirect("/roster?done=declined", status=303)
                return
            who = self.field("who")
            person = await write_store(lambda: approve_registration(self.content, self.store, found, by, who=who))
            await read_store(self.authenticator.refresh)
        except StoreUnavailableError:
            raise
        except ClusterKitError as error:
            self.set_status(409 if isinstance(error, RegistrationError) else 400)
            await self.show_list(undecided=str(error))
        else:
            self.redirect(f"/roster/{person.id}?done=approved", status=303)
