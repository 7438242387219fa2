"""Who sends a request and whose kernel is whose, as Jupyter's server asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jupyter_server.auth.authorizer import Authorizer
from jupyter_server.auth.identity import IdentityProvider, User
from tornado import web

from cluster_kit.server.auth.authenticator import COOKIE
from cluster_kit.server.context import get_context
from cluster_kit.store import Person


@dataclass
class Participant(User):
    """A signed-in person, as Jupyter's server knows people. ``person`` is who they are in the store."""

    person: Person | None = None


class BadgeIdentity(IdentityProvider):
    """Identifies people by the badge in their cookie and nothing else: no password, no token in an address."""

    async def get_user(self, handler: web.RequestHandler) -> User | None:
        """The participant whose badge came with the request, or None."""
        badge = handler.get_cookie(COOKIE)
        person = await get_context(handler).authenticator.authenticate(badge) if badge else None
        return Participant(username=person.id, name=person.name, person=person) if person else None

    def get_handlers(self) -> list[tuple[str, object]]:
        """Return none: signing in has its own page."""
        return []


class OwnKernelsOnly(Authorizer):
    """People may reach the kernels that their own pages started. Nothing else is to be had by asking."""

    def is_authorized(self, handler: Any, user: User, action: str, resource: str) -> bool:  # noqa: ARG002
        """True for one's own kernel. Another's kernel and no kernel at all get the same answer: not found."""
        if resource != "kernels":
            return False
        owner = handler.kernel_manager.find_owner(handler.path_kwargs["kernel_id"])
        if owner is None or owner != user.username:
            raise web.HTTPError(404)
        return True
