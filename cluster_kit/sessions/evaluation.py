"""The evaluation of a session: when it is open, and what participants send."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationError

from cluster_kit.content.evaluation import ChoiceQuestion, ConfidenceQuestion, Evaluation
from cluster_kit.content.models import Content, Session
from cluster_kit.content.times import meeting_span
from cluster_kit.errors import ClusterKitError
from cluster_kit.models import FrozenModel, Incoming, Json
from cluster_kit.sessions.state import SessionState
from cluster_kit.sessions.timeline import find_end
from cluster_kit.store.models import clean_text

LONGEST_COMMENT = 600
MAX_QUESTIONS = 30
Key = Annotated[str, Field(max_length=64)]
Comment = Annotated[
    str,
    Field(max_length=LONGEST_COMMENT),
    BeforeValidator(lambda value: clean_text(value).strip() if isinstance(value, str) else value),
]


class EvaluationAnswer(FrozenModel):
    """The answer to one question: options and a comment; or, by outcome, the points before the session and now."""

    chosen: tuple[Key, ...] = Field(default=(), max_length=MAX_QUESTIONS)
    comment: Comment = ""
    before: dict[Key, int] = Field(default={}, max_length=MAX_QUESTIONS)
    now: dict[Key, int] = Field(default={}, max_length=MAX_QUESTIONS)


class EvaluationSubmission(Incoming):
    """What a participant's page sends: the ballot, which says that it may, and the answers by question."""

    ballot: str = Field(max_length=400)
    answers: dict[Key, EvaluationAnswer] = Field(max_length=MAX_QUESTIONS)


class InvalidEvaluationError(ClusterKitError, ValueError):
    """The evaluation cannot be stored. The message is for the participant, and never quotes an answer."""


class EvaluationPhase(StrEnum):
    """Whether participants can answer the evaluation of a session now."""

    AHEAD = "ahead"
    OPEN = "open"
    CLOSED = "closed"


def find_phase(
    content: Content, evaluation: Evaluation, session: int, state: SessionState, now: dt.datetime
) -> EvaluationPhase:
    """Open from the end of the session, as a facilitator announces it or as the schedule says, for ``open_days``."""
    planned = meeting_span(content, session)[1]
    ended = find_end(content, session, state, now)
    if ended is None:
        return EvaluationPhase.AHEAD
    closes = max(ended, planned) + dt.timedelta(days=evaluation.open_days)
    return EvaluationPhase.OPEN if now < closes else EvaluationPhase.CLOSED


def read_submission(body: bytes) -> EvaluationSubmission:
    """The submission in the body of a request. Raises ``InvalidEvaluationError``."""
    try:
        return EvaluationSubmission.model_validate_json(body)
    except ValidationError as error:
        if any(detail["type"] == "string_too_long" and detail["loc"][-1] == "comment" for detail in error.errors()):
            sentence = f"A comment is longer than {LONGEST_COMMENT} characters. Shorten it, and send the form again."
            raise InvalidEvaluationError(sentence) from None  # the cause would quote what was typed
        raise InvalidEvaluationError("The form could not be read. Reload the page.") from None


def check_evaluation(evaluation: Evaluation, session: Session, answers: Mapping[str, EvaluationAnswer]) -> Json:
    """The answers as they are stored, without empty ones. Raises ``InvalidEvaluationError``."""
    found: Json = {}
    for key, answer in answers.items():
        question = evaluation.find_question(key)
        if question is None or not _fits(question, session, answer):
            raise InvalidEvaluationError("The questions have changed in the meantime. Reload the page.")
        if given := answer.model_dump(mode="json", exclude_defaults=True):
            found[key] = given
    if not found:
        raise InvalidEvaluationError("Answer at least one question before you send the form.")
    return found


def _fits(question: ChoiceQuestion | ConfidenceQuestion, session: Session, answer: EvaluationAnswer) -> bool:
    """True if the answer has only what the question asks."""
    if isinstance(question, ConfidenceQuestion):
        points, outcomes = {anchor.value for anchor in question.scale}, {outcome.id for outcome in session.outcomes}
        rated = (answer.before, answer.now)
        known = all(outcome in outcomes and point in points for some in rated for outcome, point in some.items())
        return known and not (answer.chosen or answer.comment)
    options = {option.id for option in question.options}
    is_known = options.issuperset(answer.chosen) and len(set(answer.chosen)) == len(answer.chosen)
    has_room = (question.many or len(answer.chosen) <= 1) and (bool(question.comment) or not answer.comment)
    return is_known and has_room and not (answer.before or answer.now)
