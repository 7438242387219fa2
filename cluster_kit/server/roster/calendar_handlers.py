"""Calendar files of the sessions, as ``cluster-kit roster invitations`` writes them, for facilitators."""

from __future__ import annotations

import io
import threading
import zipfile
from contextlib import suppress

from tornado import web

from cluster_kit.content import ContentError, UnknownSessionError
from cluster_kit.content.messages import find_call_link
from cluster_kit.errors import UsageError
from cluster_kit.exports.invitations import InvitationOptions, make_state_invitation, write_invitations
from cluster_kit.insights.calendar_events import CalendarHistory
from cluster_kit.roster.people import on_roster
from cluster_kit.server.auth.handlers import LONGEST_FIELD
from cluster_kit.server.roster.handlers import RosterPageHandler
from cluster_kit.server.store_calls import write_store
from cluster_kit.settings import Settings
from cluster_kit.temporary_folders import temporary_folder

_NUMBERING = threading.Lock()
"""One file at a time, because each reads and writes the numbers of all events."""


def _read_options(page: RosterPageHandler, organizer: str = "") -> InvitationOptions:
    """What the files say. They name no video call if the organization's values have a problem."""
    call_link = ""
    with suppress(ContentError):
        call_link = find_call_link(page.content.series.id, Settings(page.context.home).content)
    return InvitationOptions(f"{page.site}/join", organizer, call_link=call_link)


class StateCalendarHandler(RosterPageHandler):
    """One session for the people of one state, as a calendar file without links and codes."""

    async def get(self, code: str, number: str) -> None:
        """The file; 404 for no such state or session."""
        if code not in {one.code for one in self.content.jurisdictions}:
            raise web.HTTPError(404)
        try:
            name, data = await write_store(self._make, code, int(number))
        except UnknownSessionError as error:
            raise web.HTTPError(404) from error
        self.set_header("Content-Type", "text/calendar; charset=utf-8")
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        self.finish(data)

    def _make(self, code: str, number: int) -> tuple[str, bytes]:
        session, state = self.content.get_session(number), self.content.get_jurisdiction(code)
        options = _read_options(self)
        with _NUMBERING:
            history = CalendarHistory.load(self.context.home)
            made = make_state_invitation(self.content, session, state, options, history)
            history.save()
        return made


class CalendarFilesHandler(RosterPageHandler):
    """The calendar files of one state, or of all, in a zip; with an organizer, also one for each person."""

    async def get(self) -> None:
        """The zip. 400 with the roster page's sentence for an organizer without an address."""
        state, organizer = (self.get_query_argument(name, "")[:LONGEST_FIELD] for name in ("state", "organizer"))
        try:
            data = await write_store(self._make, state, organizer.strip())
        except UsageError as error:
            self.write_message(400, "No calendar files", str(error))
        else:
            of = f"-{state}" if state else ""
            self.set_header("Content-Type", "application/zip")
            name = f"calendar-{self.content.series.id}{of}.zip"
            self.set_header("Content-Disposition", f'attachment; filename="{name}"')
            self.finish(data)

    def _make(self, state: str, organizer: str) -> bytes:
        people = on_roster(self.store.people(self.content.series.id))
        there = {one.jurisdiction for one in people if one.jurisdiction}
        states = there & {state} if state else there
        if not states:
            raise UsageError("No one on the roster is from there. Add people first.")
        options = _read_options(self, organizer)
        packed = io.BytesIO()
        with (
            _NUMBERING,
            temporary_folder("calendar") as folder,
            zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            for path in write_invitations(self.content, people, states, options, folder, home=self.context.home):
                archive.write(path, path.name)
        return packed.getvalue()
