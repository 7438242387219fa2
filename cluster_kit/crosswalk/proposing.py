"""Proposals for programs: candidate Clusters and Sub-Clusters, evidence, confidence, and the team's decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from cluster_kit.crosswalk.calibration import HIGHEST, Calibration, Scorer, ground_of, read_confidence
from cluster_kit.crosswalk.checks import check_programs
from cluster_kit.crosswalk.courses import code_courses
from cluster_kit.crosswalk.decisions import Decision
from cluster_kit.crosswalk.evidence import (
    Evidence,
    from_code,
    from_former,
    from_industries,
    from_occupations,
    from_title,
)
from cluster_kit.crosswalk.findings import CrosswalkFinding, FindingCollector
from cluster_kit.crosswalk.grouping import ProgramGroup, group_programs
from cluster_kit.crosswalk.inventory import Inventory
from cluster_kit.crosswalk.places import Placement, Places
from cluster_kit.crosswalk.reference import Reference
from cluster_kit.crosswalk.similarity import SimilarTitle, TitleIndex

CLEAR = 0.85
WORTH_NAMING = 0.05
MOST_CANDIDATES = 3
LOST = "decision_lost"

Status = Literal["decided", "unsettled", "proposed", "review", "none"]
STATUS_WORDS: dict[Status, str] = {
    "decided": "Decided by the team",
    "unsettled": "The team has several answers",
    "proposed": "Proposed: clear",
    "review": "To review",
    "none": "To review: nothing to go by",
}


@dataclass(frozen=True)
class Candidate:
    """A possible placement with its confidence: the share of held-out codes that were right.

    ``sub_confidence`` is for the Sub-Cluster, and at most ``confidence``.
    """

    place: Placement
    confidence: float
    sub_confidence: float


@dataclass(frozen=True)
class ClusterProposal:
    """The proposal for a group of programs, and the team's decisions about it.

    ``decisions`` has more than one if teammates gave different answers and have not settled on one.
    """

    group: ProgramGroup
    candidates: tuple[Candidate, ...]
    reasons: tuple[str, ...]
    ground: str
    listed: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()

    @property
    def status(self) -> Status:
        """Whether the group is decided, clear enough for bulk acceptance, or needs the team's review."""
        if self.decisions:
            return "decided" if len(self.decisions) == 1 else "unsettled"
        if not self.candidates:
            return "none"
        return "proposed" if self.candidates[0].confidence >= CLEAR else "review"

    @property
    def place(self) -> Placement | None:
        """The placement: the decision, or the proposal if it is clear; otherwise None."""
        if self.status == "decided":
            return self.decisions[0].place
        return self.candidates[0].place if self.status == "proposed" else None

    @property
    def needs_review(self) -> bool:
        """True if the team must review it."""
        return self.status in ("unsettled", "review", "none")


@dataclass(frozen=True)
class ClusterProposals:
    """All proposals for an inventory: those that need review first, then by number of programs."""

    inventory: Inventory
    reference: Reference
    calibration: Calibration
    proposals: tuple[ClusterProposal, ...]
    findings: tuple[CrosswalkFinding, ...] = field(default=())

    @cached_property
    def by_row(self) -> dict[int, ClusterProposal]:
        """The proposal for each row number of the sheet."""
        return {row: proposal for proposal in self.proposals for row in proposal.group.rows}

    @cached_property
    def counts(self) -> dict[Status, int]:
        """The number of programs by status."""
        counts: Counter[Status] = Counter()
        for proposal in self.proposals:
            counts[proposal.status] += len(proposal.group.programs)
        return {status: counts[status] for status in STATUS_WORDS}


def propose_clusters(
    inventory: Inventory,
    reference: Reference,
    calibration: Calibration,
    decisions: Mapping[str, Sequence[Decision]] | None = None,
) -> ClusterProposals:
    """Candidates, evidence, and confidence for every program; those that need review come first.

    ``decisions`` are the team's by the key of a group of programs, and replace its proposal. None means none.
    """
    return apply_decisions(_propose(inventory, reference, calibration), decisions or {})


def apply_decisions(proposals: ClusterProposals, decisions: Mapping[str, Sequence[Decision]]) -> ClusterProposals:
    """The same proposals with their decisions replaced by these, by key.

    A decision for a Cluster that is not in the Framework is skipped, and reported as a finding.
    """
    lost = FindingCollector()
    known = {key: _known(proposals.reference.places, key, given, lost) for key, given in decisions.items()}
    made = [
        replace(proposal, decisions=next((known[key] for key in proposal.group.keys if key in known), ()))
        for proposal in proposals.proposals
    ]
    made.sort(key=lambda p: (not p.needs_review, -len(p.group.programs), p.group.code or "~", p.group.title))
    kept = tuple(finding for finding in proposals.findings if finding.kind != LOST)
    return replace(proposals, proposals=tuple(made), findings=(*kept, *lost.findings()))


def _known(places: Places, key: str, given: Sequence[Decision], lost: FindingCollector) -> tuple[Decision, ...]:
    """The decisions whose Cluster is in the Framework; a Sub-Cluster of another Cluster is dropped."""
    found = []
    for decision in given:
        cluster, sub = decision.place
        if cluster not in places.clusters:
            lost.add(LOST, example=key)
        elif sub and places.cluster_of.get(sub) != cluster:
            found.append(replace(decision, place=Placement(cluster)))
        else:
            found.append(decision)
    return tuple(found)


def _propose(inventory: Inventory, reference: Reference, calibration: Calibration) -> ClusterProposals:
    notes = FindingCollector()
    inventory = replace(inventory, programs=code_courses(inventory.programs, reference, notes))
    groups = group_programs(inventory.programs, reference)
    index = TitleIndex(reference.cip.entries, reference.places)
    near = {title: index.nearest(title) for title in {group.title for group in groups if group.title}}
    maker = _Maker(reference, calibration)
    made = tuple(maker.make(group, near.get(group.title, ())) for group in groups)
    findings = (*inventory.findings, *notes.findings(), *check_programs(groups, near, reference))
    return ClusterProposals(inventory, reference, calibration, made, findings)


class _Maker:
    def __init__(self, reference: Reference, calibration: Calibration) -> None:
        self._reference, self._calibration = reference, calibration
        self._scorer = Scorer(reference.places)

    def make(self, group: ProgramGroup, near: Sequence[SimilarTitle]) -> ClusterProposal:
        socs = Counter(program.soc for program in group.programs if program.soc)
        industries = Counter(program.naics for program in group.programs if program.naics)
        found = (
            from_code(group.lookup, group.programs[0].code, self._reference),
            from_former(dict(group.formers), self._reference),
            from_title(near, self._reference),
            from_occupations(socs, self._reference),
            from_industries(industries, self._reference),
        )
        evidence = [one for one in found if one is not None]
        exact = [one for one in evidence if one.kind == "exact"]
        return ClusterProposal(
            group=group,
            candidates=tuple(self._candidates(evidence)),
            reasons=tuple(piece.reason for piece in evidence),
            ground=ground_of(evidence),
            listed=tuple(exact[0].by_cluster) if exact else (),
        )

    def _candidates(self, evidence: Sequence[Evidence]) -> list[Candidate]:
        if not evidence:
            return []
        trust, ground = self._calibration.trust, ground_of(evidence)
        scores = self._scorer.clusters(evidence, trust)
        order = scores.argsort()[::-1][:MOST_CANDIDATES]
        sure = read_confidence(self._calibration.clusters.get(ground, ()), float(scores[order[0]]))
        rest = max(1 - float(scores[order[0]]), 1e-9)
        candidates = []
        for number, at in enumerate(order):
            share = sure if number == 0 else min(sure, (1 - sure) * float(scores[at]) / rest)
            if share >= WORTH_NAMING:
                candidates.append(self._candidate(self._scorer.order[at], share, evidence))
        return candidates

    def _candidate(self, cluster: str, share: float, evidence: Sequence[Evidence]) -> Candidate:
        subs = self._scorer.sub_clusters(cluster, evidence, self._calibration.trust)
        best, score = max(subs.items(), key=lambda pair: pair[1])
        if score <= 1 / len(subs) + 1e-9 and len(subs) > 1:
            return Candidate(Placement(cluster), round(share, 2), 0.0)
        sure = read_confidence(self._calibration.sub_clusters.get(ground_of(evidence), ()), score)
        return Candidate(Placement(cluster, best), round(share, 2), round(share * min(sure, HIGHEST), 2))
