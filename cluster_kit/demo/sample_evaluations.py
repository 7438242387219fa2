"""Fictional evaluations of a session, for demonstrations and rehearsals."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from cluster_kit.content.evaluation import ChoiceQuestion, Evaluation
from cluster_kit.content.models import Content, Session
from cluster_kit.models import Json
from cluster_kit.store import SessionEvaluation, Store

SKIPPED, COMMENTED = 0.08, 0.3
PEOPLE = 32
_FILE = Path(__file__).with_name("sample_comments.yaml")


def make_up_evaluation(evaluation: Evaluation, session: Session, chance: random.Random) -> Json:
    """One person's fictional answers by question, as a page sends them. Some questions are skipped, never all."""
    comments: dict[str, list[str]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    answers: Json = {}
    for question in evaluation.questions:
        if answers and chance.random() < SKIPPED:
            continue
        if isinstance(question, ChoiceQuestion):
            answers[question.id] = _choose(question, comments.get(question.id, ()), chance)
        else:
            points = [anchor.value for anchor in question.scale]
            answers[question.id] = _rate(points, [outcome.id for outcome in session.outcomes], chance)
    return answers


def _choose(question: ChoiceQuestion, comments: Sequence[str], chance: random.Random) -> dict[str, Any]:
    """Options, the first ones more often; several where that is allowed; sometimes a comment."""
    ids = [option.id for option in question.options]
    weights = [len(ids) - place for place in range(len(ids))]
    if question.many:
        most = chance.randint(1, 3)
        answer: dict[str, Any] = {"chosen": list(dict.fromkeys(chance.choices(ids, weights, k=most)))}
    else:
        answer = {"chosen": chance.choices(ids, [weight**2 for weight in weights])}
    if question.comment and comments and chance.random() < COMMENTED:
        answer["comment"] = chance.choice(comments)
    return answer


def _rate(points: Sequence[int], outcomes: Sequence[str], chance: random.Random) -> dict[str, dict[str, int]]:
    """Confidence that usually rises by a point."""
    before = {outcome: chance.choice(points[:-1]) for outcome in outcomes}
    rise = {outcome: chance.choices((0, 1, 2), (3, 6, 2))[0] for outcome in outcomes}
    return {"before": before, "now": {key: min(point + rise[key], max(points)) for key, point in before.items()}}


def add_sample_evaluations(store: Store, content: Content, evaluation: Evaluation, session: int) -> int:
    """Add fictional evaluations of a session, and return how many were new. A second call changes nothing."""
    chance = random.Random(f"{content.series.id} {session}")  # noqa: S311  (made-up data, no secret)
    made = [
        SessionEvaluation(
            id=f"sample-{content.series.id}-{session}-{number:03}",
            series=content.series.id,
            session=session,
            answers=make_up_evaluation(evaluation, content.get_session(session), chance),
        )
        for number in range(PEOPLE)
    ]
    return sum(store.add_evaluation(one) for one in made)
