"""The page of a team's summary, and its downloads. Each person sees that of their own state only."""

from __future__ import annotations

from urllib.parse import quote

from cluster_kit.content import UnknownSessionError
from cluster_kit.content.models import Jurisdiction, Session
from cluster_kit.server.handlers import PageHandler
from cluster_kit.server.security_headers import page_policy
from cluster_kit.server.store_calls import read_store
from cluster_kit.server.summary.service import DOCX, ICS, PDF
from cluster_kit.server.summary.worker import TooManyDocumentsError
from cluster_kit.sessions.evaluation import EvaluationPhase

KINDS = {
    PDF: "application/pdf",
    DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ICS: "text/calendar; charset=utf-8",
}
NAMES = {
    PDF: "{state} session {session} summary.pdf",
    DOCX: "{state} session {session} summary.docx",
    ICS: "{state} next steps.ics",  # of the whole series
}
TEAMS_ONLY = (
    "This page is for the people of a state's team. Facilitators make packets for a state with cluster-kit packets."
)
OTHER_STATE = "This document belongs to another state's team."
NOTHING_YET = "There is nothing to download yet: your team has not written anything in this session."
TOO_OFTEN = "You have downloaded many documents in the last minute. Wait a minute, and try again."
DIRECTOR = "state_director"
RETRY_S = "10"


class SummaryHandler(PageHandler):
    """The page "What your team made today"."""

    async def get(self, number: str) -> None:
        """The summary of the person's own state; for anonymous users, how to join."""
        if self.person is None:
            self.write_welcome()
            return
        state = self.find_state()
        if state is None:
            self.write_message(404, "Not found", TEAMS_ONLY)
            return
        try:
            session = self.content.get_session(int(number))
            page = await self.context.summaries.open_page(session.number, self.person)
        except UnknownSessionError as error:
            self.write_message(404, "Not found", str(error))
        except TooManyDocumentsError as error:
            self.set_header("Retry-After", RETRY_S)
            self.write_message(503, "One moment", str(error))
        else:
            phase = await read_store(self.context.evaluations.phase, session.number)
            is_open = phase is EvaluationPhase.OPEN
            forward = "Forward to colleagues" if self.person.role == DIRECTOR else "Forward to your director"
            self.set_header("Content-Security-Policy", page_policy(page.styles))
            self.write_page("summary.html.j2", session=session, page=page, evaluation_open=is_open, forward=forward)


class SummaryFileHandler(PageHandler):
    """A document or the calendar of a summary, to download."""

    async def get(self, number: str, code: str, form: str) -> None:
        """The file; 403 for anyone who is not of this state's team, 404 while there is nothing in it."""
        person, state = self.require_person(), self.find_state()
        if state is None or state.code != code:
            self.write_message(403, "Not yours", OTHER_STATE)
            return
        if not self.context.summaries.may_download(person):
            self.write_message(429, "Too many downloads", TOO_OFTEN)
            return
        try:
            session = self.content.get_session(int(number))
            data = await self.context.summaries.make_file(session.number, person, form)
        except UnknownSessionError as error:
            self.write_message(404, "Not found", str(error))
        except TooManyDocumentsError as error:
            self.set_header("Retry-After", RETRY_S)
            self.write_message(503, "One moment", str(error))
        else:
            if data is None:
                self.write_message(404, "Nothing yet", NOTHING_YET)
            else:
                self._send(state, session, form, data)

    def _send(self, state: Jurisdiction, session: Session, form: str, data: bytes) -> None:
        name = NAMES[form].format(state=state.name, session=session.number)
        plain = name.encode("ascii", "replace").decode().replace('"', "'")
        self.set_header("Content-Type", KINDS[form])
        self.set_header("Content-Disposition", f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.finish(data)
