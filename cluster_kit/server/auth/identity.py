"""Jupyter Server's identity provider and authorizer for participants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jupyter_server.auth.authorizer import Authorizer
from jupyter_server.auth.identity import IdentityProvider, User
from tornado import web

from cluster_kit.server.context import get_context
from cluster_kit.store import Person, StoreUnavailableError


@dataclass
class Participant(User):
    """A logged-in person as a Jupyter Server user. ``person`` is the record from the store."""

    person: Person | None = None


class CookieIdentityProvider(IdentityProvider):
    """Identifies users by their session cookie only: no passwords, no tokens in addresses."""

    async def get_user(self, handler: web.RequestHandler) -> User | None:
        """The participant with the request's session cookie, or None. HTTP 503 while the store is unavailable."""
        session_token = get_context(handler).cookies.read_session(handler)
        try:
            person = await get_context(handler).authenticator.authenticate(session_token) if session_token else None
        except StoreUnavailableError as error:
            raise web.HTTPError(503) from error
        return Participant(username=person.id, name=person.name, person=person) if person else None

    def get_handlers(self) -> list[tuple[str, object]]:
        """Return none: the kit has its own login page."""
        return []


class OwnKernelsOnly(Authorizer):
    """Users may access only the kernels that their own pages started."""

    def is_authorized(self, handler: Any, user: User, action: str, resource: str) -> bool:  # noqa: ARG002
        """True for the user's own kernel. HTTP 404 for another user's and a missing one alike."""
        if resource != "kernels":
            return False
        owner = handler.kernel_manager.find_owner(handler.path_kwargs["kernel_id"])
        if owner is None:
            handler.is_gone = True  # as on every open page after a restart
        if owner != user.username:
            raise web.HTTPError(404)
        return True
