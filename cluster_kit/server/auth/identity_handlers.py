"""Pages about who someone is: their own link, requests to sign in as a teammate, team codes, merges."""

from __future__ import annotations

import datetime as dt

from tornado import web

from cluster_kit.content.times import series_end
from cluster_kit.server.auth.handlers import JoinPageHandler
from cluster_kit.server.handlers import PageHandler
from cluster_kit.server.qr_codes import qr_svg
from cluster_kit.server.store_calls import read_store, write_store
from cluster_kit.store import IdentityRequestError, MergeError

REQUEST_TITLE = "Request to sign in"
CONFIRMED = "Thank you. The other device opens the workshop in a moment."
DECLINED = "Thank you. The other device is not signed in."
MERGED = "The two are one person now, and each rating counts once. Staff can undo this: cluster-kit roster unmerge {}"
# A person's own link works until some time after the last session, and for a while in any case.
OWN_LINK_AFTER, OWN_LINK_AT_LEAST = dt.timedelta(days=30), dt.timedelta(days=1)


class OwnLinkHandler(JoinPageHandler):
    """The user's own link for their other devices."""

    def get(self) -> None:
        """The link, a button to copy it, and its QR code. Facilitators get theirs from staff."""
        person = self.require_person()
        if person.is_facilitator:
            self.redirect("/", status=303)
            return
        soonest = self.authenticator.clock() + OWN_LINK_AT_LEAST
        until = max(series_end(self.content) + OWN_LINK_AFTER, soonest)
        token, invitation = self.authenticator.make_own_link(self.context.cookies.read_session(self), until)
        link = f"{self.site}/join#{token}"
        qr = qr_svg(link, f"QR code of {person.name}'s own link")
        self.write_page("own_link.html.j2", link=link, qr=qr, until=invitation.expires, offers_link=False)


class RequestsHandler(JoinPageHandler):
    """Requests to be signed in as a teammate, as the current user sees them."""

    is_limited = False

    def get(self) -> None:
        """``{items}`` for scripts of pages without a connection; 403 for anonymous users."""
        self.require_person()
        self.finish({"items": [vars(one) for one in self.find_requests()]})

    async def post(self) -> None:
        """Confirm (``answer`` yes) or decline a request; 403 with a sentence if it is not the user's to answer."""
        self.require_person()
        viewer, answer = self.viewer, self.field("answer")
        if viewer is None or answer not in ("yes", "no"):
            raise web.HTTPError(400)
        service = self.context.identity_service
        try:
            await write_store(lambda: service.answer(viewer, self.field("request"), is_same=answer == "yes"))
        except IdentityRequestError as error:
            self.write_message(403, REQUEST_TITLE, str(error))
        else:
            self.write_message(200, REQUEST_TITLE, CONFIRMED if answer == "yes" else DECLINED)


class TeamCodeHandler(PageHandler):
    """One team's code in large letters, with the QR code of the page that it opens. For facilitators."""

    async def get(self, state: str) -> None:
        """The page; not found for other users, and for states without a code."""
        self.require_facilitator()
        codes = await read_store(self.context.store.team_codes, self.content.series.id)
        code = next((one.code for one in codes if one.jurisdiction == state), None)
        if code is None:
            raise web.HTTPError(404)
        team, join_page = self.content.get_jurisdiction(state).name, f"{self.site}/join"
        qr = qr_svg(f"{join_page}#code={code}", f"QR code that opens {join_page} with {team}'s team code filled in")
        self.write_page("team_code.html.j2", team=team, code=code, join_page=join_page, qr=qr)


class SamePersonHandler(JoinPageHandler):
    """Merge two records of one person. For facilitators."""

    async def get(self) -> None:
        """What a merge would do, and a button that does it. ``keep`` and ``other`` are ids in the address."""
        self.require_facilitator()
        await self._answer(self.get_query_argument("keep", ""), self.get_query_argument("other", ""))

    async def post(self) -> None:
        """Merge them, and say how to undo it."""
        facilitator, store = self.require_facilitator(), self.context.store
        try:
            merge = await write_store(store.merge_people, self.field("keep"), self.field("other"), facilitator.name)
            await read_store(self.authenticator.refresh)
        except MergeError as error:
            self.write_message(409, "Not merged", str(error))
        else:
            self.write_message(200, "Merged", MERGED.format(merge.id))

    async def _answer(self, keep: str, other: str) -> None:
        store = self.context.store
        try:
            preview = await read_store(store.preview_merge, keep, other)
            one, two = await read_store(lambda: (store.find_person(keep), store.find_person(other)))
        except MergeError as error:
            self.write_message(404, "Not found", str(error))
        else:
            self.write_page("same_person.html.j2", keep=one, other=two, preview=preview)
