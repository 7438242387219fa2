"""How far the confidence of the crosswalk's proposals can be believed, measured by cross-validation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cluster_kit.crosswalk.calibration import Calibration, Scorer, Step, ground_of, read_confidence
from cluster_kit.crosswalk.codes import family_of
from cluster_kit.crosswalk.cross_validation import Case, HeldOut, fit_calibration
from cluster_kit.crosswalk.reference import Reference

FOLDS = 5
BINS = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 1.01)


@dataclass(frozen=True)
class Reliability:
    """For cases with a confidence from ``low`` to ``high``: the mean confidence, and the share that was right."""

    low: float
    high: float
    cases: float
    predicted: float
    observed: float


def measure_reliability(reference: Reference) -> list[Reliability]:
    """Confidence and accuracy on families of codes that the calibration has not seen."""
    cases = list(HeldOut(reference).cases())
    folds = {family: number % FOLDS for number, family in enumerate(sorted({family_of(c.code) for c in cases}))}
    pairs: list[tuple[float, float, float]] = []
    for fold in range(FOLDS):
        seen = fit_calibration(reference, [case for case in cases if folds[family_of(case.code)] != fold])
        unseen = [case for case in cases if folds[family_of(case.code)] == fold]
        pairs += _predict(reference, seen, unseen)
    return [row for low, high in pairwise(BINS) if (row := _row(pairs, low, high)) is not None]


def _predict(reference: Reference, seen: Calibration, unseen: Sequence[Case]) -> Iterator[tuple[float, float, float]]:
    scorer = Scorer(reference.places)
    empty: tuple[Step, ...] = ()
    for case in unseen:
        scores = scorer.clusters(case.evidence, seen.trust)
        top = int(scores.argmax())
        sure = read_confidence(seen.clusters.get(ground_of(case.evidence), empty), float(scores[top]))
        yield sure, float(scorer.order[top] == case.cluster), case.weight


def _row(pairs: Sequence[tuple[float, float, float]], low: float, high: float) -> Reliability | None:
    inside = [pair for pair in pairs if low <= pair[0] < high]
    weight = sum(pair[2] for pair in inside)
    if not weight:
        return None
    predicted, observed = (sum(pair[k] * pair[2] for pair in inside) / weight for k in (0, 1))
    return Reliability(low, min(high, 1.0), weight, predicted, observed)
