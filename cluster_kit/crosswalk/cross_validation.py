"""Held-out cases for cross-validation: every code of the crosswalk as a program with a known, hidden Cluster."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cluster_kit.crosswalk.calibration import (
    Calibration,
    Scorer,
    fit_curve,
    fit_trust,
    ground_of,
    load_calibration,
    save_calibration,
)
from cluster_kit.crosswalk.codes import family_of, series_of
from cluster_kit.crosswalk.evidence import Evidence, EvidenceKind, entry_shares, from_former, from_title
from cluster_kit.crosswalk.places import Placement
from cluster_kit.crosswalk.reference import CodeEntry, Reference
from cluster_kit.crosswalk.similarity import TitleIndex, short_title

# Assumptions that the crosswalk cannot supply: how often a list has the wrong code or former Cluster.
WRONG_CODES = 0.03
WRONG_FORMER_CLUSTERS = 0.05


@dataclass(frozen=True)
class Case:
    """A synthetic program: its evidence, and its known Cluster and Sub-Clusters."""

    code: str
    evidence: tuple[Evidence, ...]
    cluster: str
    subs: frozenset[str]
    weight: float


def calibrate(reference: Reference, folder: Path | None = None) -> Calibration:
    """The calibration of this crosswalk: loaded from the folder, or computed (in seconds) and saved there."""
    if folder and (kept := load_calibration(folder, reference.digest)):
        return kept
    measured = fit_calibration(reference, list(HeldOut(reference).cases()))
    if folder and not reference.is_sample:
        save_calibration(folder, measured)
    return measured


def fit_calibration(reference: Reference, cases: Sequence[Case]) -> Calibration:
    """Trust and calibration curves from the cases."""
    scorer = Scorer(reference.places)
    explained: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for case in cases:
        for one in case.evidence:
            explained[one.kind].append((one.by_cluster.get(case.cluster, 0.0), case.weight))
    trust = fit_trust(explained, 1 / len(scorer.order))
    clusters: defaultdict[str, list[tuple[float, float, float]]] = defaultdict(list)
    subs: defaultdict[str, list[tuple[float, float, float]]] = defaultdict(list)
    for case in cases:
        scores = scorer.clusters(case.evidence, trust)
        top = int(scores.argmax())
        ground = ground_of(case.evidence)
        clusters[ground].append((float(scores[top]), float(scorer.order[top] == case.cluster), case.weight))
        if case.subs and not any(evidence.kind == "former" for evidence in case.evidence):
            best, score = max(scorer.sub_clusters(case.cluster, case.evidence, trust).items(), key=lambda pair: pair[1])
            subs[ground].append((score, (best in case.subs) / len(case.subs), case.weight))
    return Calibration(
        digest=reference.digest,
        codes=len(reference.cip.entries),
        trust=trust,
        clusters={ground: fit_curve(found) for ground, found in sorted(clusters.items())},
        sub_clusters={ground: fit_curve(found) for ground, found in sorted(subs.items())},
    )


class HeldOut:
    """Generates the held-out cases of one crosswalk."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._index = TitleIndex(reference.cip.entries, reference.places)

    def cases(self) -> Iterator[Case]:
        """Every code, for each of its Clusters, with and without its code, its series, and a former Cluster."""
        entries = self._reference.cip.entries
        for number, entry in enumerate(entries):
            title = from_title(self._index.nearest(short_title(entry.title), without=entry.code), self._reference)
            codes = list(self._code_settings(entry, entries[(number + 1) % len(entries)]))
            clusters = dict.fromkeys(place.cluster for place in entry.places)
            for cluster in clusters:
                subs = frozenset(p.sub_cluster for p in entry.places if p.cluster == cluster and p.sub_cluster)
                for code, code_weight in codes:
                    for former, former_weight in self._former_settings[cluster]:
                        evidence = tuple(one for one in (code, title, former) if one is not None)
                        weight = code_weight * former_weight / len(clusters)
                        if evidence:
                            yield Case(entry.code, evidence, cluster, subs, weight)

    def _code_settings(self, entry: CodeEntry, next_entry: CodeEntry) -> Iterator[tuple[Evidence | None, float]]:
        """Settings of the code: the program's own, a neighbor's by mistake, one unknown to the crosswalk, or none."""
        yield _of("exact", [entry]), 1 - WRONG_CODES
        yield _of("exact", [next_entry]), WRONG_CODES
        groups = self._reference.groups
        siblings = [other for other in groups[series_of(entry.code)] if other.code != entry.code]
        if siblings:
            yield _of("series", siblings), 1.0
        cousins = [e for e in groups[family_of(entry.code)] if series_of(e.code) != series_of(entry.code)]
        if cousins:
            yield _of("family", cousins), 1.0
        yield None, 1.0

    @cached_property
    def _former_settings(self) -> dict[str, list[tuple[Evidence | None, float]]]:
        """For each Cluster: no former Cluster half of the time, else a predecessor, occasionally a wrong one."""
        former = self._reference.former.by_id.values()
        return {
            cluster: self._formers_of(cluster, [f.id for f in former]) for cluster in self._reference.places.clusters
        }

    def _formers_of(self, cluster: str, ids: Sequence[str]) -> list[tuple[Evidence | None, float]]:
        evidence = {id_: from_former({id_: 1}, self._reference) for id_ in ids}
        shares = {id_: one.shares.get(Placement(cluster), 0.0) for id_, one in evidence.items() if one}
        right = {id_: share for id_, share in shares.items() if share}
        if not right:
            return [(None, 1.0)]
        whole = sum(right.values())
        settings = [(evidence[id_], 0.5 * (1 - WRONG_FORMER_CLUSTERS) * share / whole) for id_, share in right.items()]
        wrong = [id_ for id_ in ids if id_ not in right]
        settings += [(evidence[id_], 0.5 * WRONG_FORMER_CLUSTERS / len(wrong)) for id_ in wrong[::4]] if wrong else []
        return [(None, 0.5), *settings]


def _of(kind: EvidenceKind, entries: Sequence[CodeEntry]) -> Evidence:
    return Evidence(kind, entry_shares(entries), "")
