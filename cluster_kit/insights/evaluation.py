"""Results of a session's anonymous evaluation. Nothing is reported for fewer than five people."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from cluster_kit.content.evaluation import ChoiceQuestion, ConfidenceQuestion, Evaluation
from cluster_kit.content.models import Outcome, Session
from cluster_kit.insights.suppression import FEWEST
from cluster_kit.sessions.evaluation import EvaluationAnswer
from cluster_kit.store import SessionEvaluation


@dataclass(frozen=True)
class LabelCount:
    """How many people chose an option or a point. ``id`` is the option's id or the point's number."""

    id: str
    label: str
    count: int


@dataclass(frozen=True)
class ChoiceResult:
    """The answers to a question with options.

    ``answered`` is the number of people who chose something; None means fewer than five, and no counts. ``comments`` is
    None if the question asks for none, or if there are fewer than five.
    """

    id: str
    text: str
    short: str
    many: bool
    answered: int | None
    counts: tuple[LabelCount, ...]
    comment: str = ""
    comments: tuple[str, ...] | None = None

    @property
    def ordered(self) -> tuple[LabelCount, ...]:
        """The counts in the order to show: the most frequent first if several can be chosen, else as in the question.

        The options of a question with one choice are a scale, which keeps its order.
        """
        return tuple(sorted(self.counts, key=lambda one: -one.count)) if self.many else self.counts

    @property
    def most_often(self) -> tuple[LabelCount, ...]:
        """The options that the most people chose: several if they have the same count."""
        most = max((one.count for one in self.counts), default=0)
        return tuple(one for one in self.counts if one.count == most > 0)


@dataclass(frozen=True)
class OutcomeResult:
    """Confidence in one outcome, of people who said both how it was before and how it is now.

    ``answered`` None means fewer than five of them, and no numbers. ``rose`` is how many are more confident now.
    """

    id: str
    text: str
    answered: int | None
    before: tuple[LabelCount, ...] = ()
    now: tuple[LabelCount, ...] = ()
    mean_before: float = 0.0
    mean_now: float = 0.0
    rose: int = 0


@dataclass(frozen=True)
class ConfidenceResult:
    """Confidence before and after the session, by outcome. ``scale``: its points with their labels."""

    id: str
    text: str
    short: str
    before: str
    now: str
    scale: tuple[tuple[int, str], ...]
    outcomes: tuple[OutcomeResult, ...]


@dataclass(frozen=True)
class EvaluationSummary:
    """The results of one session.

    ``received`` is the number of evaluations; None means fewer than five, and no results. ``present`` is the number of
    participants who were in the session.
    """

    session: int
    title: str
    received: int | None
    present: int
    questions: tuple[ChoiceResult | ConfidenceResult, ...] = ()


def summarize_evaluations(
    evaluation: Evaluation, session: Session, received: Sequence[SessionEvaluation], present: int
) -> EvaluationSummary:
    """Count the evaluations of a session. Answers to questions and options that no longer exist are left out."""
    if len(received) < FEWEST:
        return EvaluationSummary(session.number, session.title, None, present)
    results: list[ChoiceResult | ConfidenceResult] = []
    for question in evaluation.questions:
        given = [
            (one.id, EvaluationAnswer.model_validate(one.answers[question.id]))
            for one in received
            if isinstance(one.answers, dict) and question.id in one.answers
        ]
        if isinstance(question, ChoiceQuestion):
            results.append(_count_choices(question, given))
        else:
            results.append(_count_confidence(question, session, [answer for _, answer in given]))
    return EvaluationSummary(session.number, session.title, len(received), present, tuple(results))


def _count_choices(question: ChoiceQuestion, given: Sequence[tuple[str, EvaluationAnswer]]) -> ChoiceResult:
    options = {option.id for option in question.options}
    chosen = [options.intersection(answer.chosen) for _, answer in given]
    answered = sum(map(bool, chosen))
    counts = (
        LabelCount(option.id, option.label, sum(option.id in one for one in chosen)) for option in question.options
    )
    comments = [(id_, answer.comment) for id_, answer in given if answer.comment]
    return ChoiceResult(
        id=question.id,
        text=question.text,
        short=question.short,
        many=question.many,
        answered=answered if answered >= FEWEST else None,
        counts=tuple(counts) if answered >= FEWEST else (),
        comment=question.comment,
        comments=_shuffled(question.id, comments) if len(comments) >= FEWEST and question.comment else None,
    )


def _shuffled(question: str, comments: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """The comments in an order that differs by question, so that a person's comments are not in the same place."""
    ordered = sorted(comments, key=lambda one: hashlib.sha256(f"{question} {one[0]}".encode()).digest())
    return tuple(comment for _, comment in ordered)


def _count_confidence(
    question: ConfidenceQuestion, session: Session, given: Sequence[EvaluationAnswer]
) -> ConfidenceResult:
    return ConfidenceResult(
        id=question.id,
        text=question.text,
        short=question.short,
        before=question.before,
        now=question.now,
        scale=tuple((anchor.value, anchor.label) for anchor in question.scale),
        outcomes=tuple(_count_outcome(question, outcome, given) for outcome in session.outcomes),
    )


def _count_outcome(question: ConfidenceQuestion, outcome: Outcome, given: Sequence[EvaluationAnswer]) -> OutcomeResult:
    key, points = outcome.id, {anchor.value for anchor in question.scale}
    pairs = [(one.before[key], one.now[key]) for one in given if key in one.before and key in one.now]
    pairs = [pair for pair in pairs if points.issuperset(pair)]
    if len(pairs) < FEWEST:
        return OutcomeResult(outcome.id, outcome.text, None)
    before, now = zip(*pairs, strict=True)
    return OutcomeResult(
        id=outcome.id,
        text=outcome.text,
        answered=len(pairs),
        before=_count_points(question, before),
        now=_count_points(question, now),
        mean_before=sum(before) / len(pairs),
        mean_now=sum(now) / len(pairs),
        rose=sum(after > earlier for earlier, after in pairs),
    )


def _count_points(question: ConfidenceQuestion, points: Sequence[int]) -> tuple[LabelCount, ...]:
    return tuple(LabelCount(str(a.value), a.label, points.count(a.value)) for a in question.scale)
