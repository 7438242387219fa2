"""Reliability of each kind of evidence and calibration of scores, measured on held-out codes.

Every code of the crosswalk is held out in turn and proposed for as if it were a program. Confidence is the share of
proposals that name the held-out Cluster. docs/explanation/crosswalk.md explains the method.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError

from cluster_kit.content.models import ContentModel, SchemaVersion
from cluster_kit.crosswalk.evidence import CODE_KINDS, Evidence
from cluster_kit.crosswalk.places import Places
from cluster_kit.crosswalk.reference import write_file

Ground = str
"""The basis of a proposal: the kind of its code evidence, or ``no code``."""

HIGHEST = 0.99
DEFAULT_TRUST = 0.8
ASSUMED_TRUST = {"naics": 0.5}
"""An industry employs people of many occupations: its code says less about a program than an occupation code."""
FEWEST = 4.0
_EM_STEPS = 40
FILE = "calibration.json"


class Step(ContentModel):
    """A step of the calibration curve: from ``score`` up, this share of held-out cases was right, out of ``cases``
    codes."""

    score: float
    right: float
    cases: float


class Calibration(ContentModel):
    """Calibration results. ``trust`` by kind of evidence; ``clusters`` and ``sub_clusters`` by ground."""

    schema_version: SchemaVersion = 1
    digest: str
    codes: int
    trust: Mapping[str, float]
    clusters: Mapping[str, tuple[Step, ...]]
    sub_clusters: Mapping[str, tuple[Step, ...]]


class Scorer:
    """Combines evidence: naive Bayes over the Clusters, with an error rate for each kind of evidence."""

    def __init__(self, places: Places) -> None:
        self.order = tuple(places.clusters)
        self.subs = {id_: tuple(s.id for s in cluster.sub_clusters) for id_, cluster in places.clusters.items()}
        self._at = {cluster: number for number, cluster in enumerate(self.order)}

    def shares(self, evidence: Evidence) -> npt.NDArray[np.float64]:
        """The evidence's shares by Cluster, in the Framework's order."""
        shares = np.zeros(len(self.order))
        for cluster, share in evidence.by_cluster.items():
            shares[self._at[cluster]] = share
        return shares

    def clusters(self, evidence: Iterable[Evidence], trust: Mapping[str, float]) -> npt.NDArray[np.float64]:
        """A score for each Cluster, normalized to 1."""
        scores = np.ones(len(self.order))
        for one in evidence:
            sure = _trust_in(one.kind, trust)
            scores *= sure * self.shares(one) + (1 - sure) / len(self.order)
        return np.asarray(scores / scores.sum())

    def sub_clusters(self, cluster: str, evidence: Iterable[Evidence], trust: Mapping[str, float]) -> dict[str, float]:
        """A score for each Sub-Cluster of a Cluster, normalized to 1."""
        subs = self.subs[cluster]
        scores = np.ones(len(subs))
        for one in evidence:
            within = np.array([sum(s for p, s in one.shares.items() if p == (cluster, sub)) for sub in subs])
            if within.sum() > 0:
                sure = _trust_in(one.kind, trust)
                scores *= sure * within / within.sum() + (1 - sure) / len(subs)
        return dict(zip(subs, (scores / scores.sum()).tolist(), strict=True))


def _trust_in(kind: str, fitted: Mapping[str, float]) -> float:
    return fitted.get(kind, ASSUMED_TRUST.get(kind, DEFAULT_TRUST))


def ground_of(evidence: Iterable[Evidence]) -> Ground:
    """The kind of the code evidence, or ``no code``."""
    return next((one.kind for one in evidence if one.kind in CODE_KINDS), "no code")


def read_confidence(curve: Sequence[Step], score: float) -> float:
    """Calibrated confidence of a score on held-out codes. Without a curve, the score itself."""
    if not curve:
        return min(score, HIGHEST)
    at = bisect_right([step.score for step in curve], score) - 1
    return curve[max(at, 0)].right


def fit_trust(explained: Mapping[str, Sequence[tuple[float, float]]], chance: float) -> dict[str, float]:
    """For each kind, the share of cases that it explains rather than chance, by expectation maximization.

    ``explained`` has, for each case, the share that the evidence gave to the true Cluster, and the case's weight.
    """
    trust = {}
    for kind, cases in explained.items():
        given, weight = np.array(cases).T
        sure = 0.5
        for _ in range(_EM_STEPS):
            owed = sure * given / (sure * given + (1 - sure) * chance)
            sure = float((owed * weight).sum() / weight.sum())
        trust[kind] = round(min(sure, HIGHEST), 4)
    return trust


def fit_curve(cases: Iterable[tuple[float, float, float]]) -> tuple[Step, ...]:
    """Isotonic calibration steps from cases of score, correct share, and weight (pool adjacent violators).

    A step rests on cases worth at least ``FEWEST`` codes, and is shrunk toward the middle, more so with fewer cases.
    """
    blocks: list[list[float]] = []
    for score, right, weight in sorted(cases):
        if blocks and (blocks[-1][2] < FEWEST or blocks[-1][0] == round(score, 2)):
            blocks[-1][1] += right * weight
            blocks[-1][2] += weight
        else:
            blocks.append([round(score, 2), right * weight, weight])
    pooled: list[list[float]] = []
    for block in blocks:
        pooled.append(block)
        while len(pooled) > 1 and _share(pooled[-2]) >= _share(pooled[-1]):
            _, right, weight = pooled.pop()
            pooled[-1][1] += right
            pooled[-1][2] += weight
    return tuple(Step(score=b[0], right=round(_share(b), 3), cases=round(b[2], 1)) for b in pooled)


def _share(block: Sequence[float]) -> float:
    return min((block[1] + 0.5) / (block[2] + 1), HIGHEST)


def load_calibration(folder: Path, digest: str) -> Calibration | None:
    """The saved calibration for this crosswalk; None if there is none, or it was made for another crosswalk."""
    try:
        kept = Calibration.model_validate_json((folder / FILE).read_bytes())
    except (OSError, ValidationError):
        return None
    return kept if kept.digest == digest else None


def save_calibration(folder: Path, calibration: Calibration) -> None:
    """Save a calibration for later runs."""
    write_file(folder / FILE, calibration.model_dump_json(indent=1).encode())
