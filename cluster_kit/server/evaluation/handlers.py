"""The evaluation's page, and its two requests: one with the session cookie for a ballot, one with the ballot alone."""

from __future__ import annotations

import logging
from typing import Any

from tornado import web

from cluster_kit.content import UnknownSessionError
from cluster_kit.server.context import ContextMixin
from cluster_kit.server.handlers import PageHandler
from cluster_kit.server.monitoring.logs import log_event
from cluster_kit.server.store_calls import read_store, write_store
from cluster_kit.server.unavailable import EVALUATION_NOT_STORED
from cluster_kit.sessions.evaluation import (
    LONGEST_COMMENT,
    EvaluationPhase,
    InvalidEvaluationError,
    check_evaluation,
    read_submission,
)
from cluster_kit.store import StoreError

LARGEST_BODY = 20_000
NOT_YET = "This evaluation opens when the session has ended."
CLOSED = "This evaluation is closed. Thank you for your interest."
NOT_PERMITTED = "This form is no longer valid. Reload the page."
TOO_LARGE = "The form is too large. Shorten your comments, and send it again."
TOO_OFTEN = "Too many forms were sent from your network. Wait a minute, and try again."


class EvaluationHandler(PageHandler):
    """The page with the questions."""

    async def get(self, number: str) -> None:
        """The form while it is open, else one sentence. Facilitators see the form, and cannot send it."""
        if self.person is None:
            self.write_welcome()
            return
        try:
            session = self.content.get_session(int(number))
        except UnknownSessionError as error:
            self.write_message(404, "Not found", str(error))
            return
        service = self.context.evaluations
        phase = await read_store(service.phase, session.number)
        if phase is not EvaluationPhase.OPEN and not self.person.is_facilitator:
            sentence = NOT_YET if phase is EvaluationPhase.AHEAD else CLOSED
            self.write_page("evaluation_closed.html.j2", session=session, sentence=sentence, form=service.evaluation)
            return
        values = {"session": session, "form": service.evaluation, "longest": LONGEST_COMMENT}
        self.write_page("evaluation.html.j2", **values)


class BallotHandler(PageHandler):
    """The request for a ballot, with the session cookie. It stores that the person has asked, and nothing else."""

    async def post(self, number: str) -> None:
        """``{ballot}``, or null if the person received one before; 404 for facilitators, 503 without the store."""
        person = self.require_person()
        try:
            session = self.content.get_session(int(number)).number
        except UnknownSessionError:
            raise web.HTTPError(404) from None
        if person.is_facilitator:
            raise web.HTTPError(404)
        if not self.context.evaluation_limits.may_ask(person):
            raise web.HTTPError(429)
        try:
            ballot = await write_store(self.context.evaluations.take_ballot, person, session)
        except StoreError:
            raise web.HTTPError(503) from None
        self.finish({"ballot": ballot})


class EvaluationAnswersHandler(ContextMixin, web.RequestHandler):
    """Receives an evaluation. It authenticates no one: the ballot alone is the permission.

    It is not a ``PageHandler``, so no session cookie is ever read here, and it logs no address.
    """

    def check_xsrf_cookie(self) -> None:
        """Check nothing: the request has no cookie, and a page of another site has no ballot."""

    def set_default_headers(self) -> None:
        """Headers for every response."""
        super().set_default_headers()
        self.set_header("Cache-Control", "no-store")

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:  # noqa: ARG002
        """Log the type of an unexpected error only: its message, and the request, may have what was typed."""
        if not isinstance(value, web.HTTPError):
            log_event("evaluation failed", logging.ERROR, error=typ.__name__)

    async def post(self, number: str) -> None:
        """200 once the evaluation is stored, also if it was stored before; else a status and ``{sentence}``."""
        service = self.context.evaluations
        try:
            session = self.context.content.get_session(int(number))
            submission = read_submission(self.request.body)
            evaluation_id = service.find_id(session.number, submission.ballot)
            if evaluation_id is None:
                self._refuse_counted(403, NOT_PERMITTED)
                return
            answers = check_evaluation(service.evaluation, session, submission.answers)
            is_kept = await write_store(service.keep, session, evaluation_id, answers)
        except UnknownSessionError:
            self._refuse(404, NOT_PERMITTED)
        except InvalidEvaluationError as error:
            self._refuse_counted(400, str(error))
        except StoreError:
            self._refuse(503, EVALUATION_NOT_STORED)
        else:
            self.finish({}) if is_kept else self._refuse(410, CLOSED)

    def _refuse_counted(self, status: int, sentence: str) -> None:
        """Refuse a form, and count it. Valid forms are never counted or limited: colleagues share a network."""
        limits, address = self.context.evaluation_limits, self.request.remote_ip or ""
        if limits.is_refusing(address):
            self._refuse(429, TOO_OFTEN)
            return
        limits.note_refusal(address)
        self._refuse(status, sentence)

    def _refuse(self, status: int, sentence: str) -> None:
        self.set_status(status)
        self.finish({"sentence": sentence})
