"""A proposal as page data: the programs, candidate placements, evidence, and confidence in words."""

from __future__ import annotations

from cluster_kit.crosswalk.levels import LEVELS
from cluster_kit.crosswalk.proposing import CLEAR, Candidate, ClusterProposal, ClusterProposals
from cluster_kit.models import Json

MOST_TITLES = 5
_SURE = ((0.95, "almost certain"), (CLEAR, "very likely"), (0.6, "likely"), (0.35, "possible"), (0.0, "a guess"))


def to_row(proposal: ClusterProposal, proposals: ClusterProposals, series: str) -> Json:
    """A group of programs as JSON data.

    ``earlier`` is the decision from an earlier series, or empty.
    """
    group, formers = proposal.group, proposals.reference.former.by_id
    levels = dict.fromkeys(LEVELS[program.level] for program in group.programs if program.level)
    return {
        "key": group.key,
        "code": group.code,
        "titles": list(group.titles[:MOST_TITLES]),
        "more_titles": max(0, len(group.titles) - MOST_TITLES),
        "programs": len(group.programs),
        "levels": list(levels),
        "formers": [f"{formers[former].title} ({count})" for former, count in group.formers],
        "candidates": [_candidate(candidate, proposals) for candidate in proposal.candidates],
        "reasons": list(proposal.reasons),
        "clear": bool(proposal.candidates) and proposal.candidates[0].confidence >= CLEAR,
        "earlier": _earlier(proposal, proposals, series),
    }


def format_confidence(share: float) -> str:
    """The confidence in words: ``likely: about 7 in 10 such proposals were right``."""
    word = next(word for least, word in _SURE if share >= least)
    if share >= 0.95:
        return f"{word}: more than 9 in 10 such proposals were right"
    return f"{word}: about {max(1, round(share * 10))} in 10 such proposals were right"


def _candidate(candidate: Candidate, proposals: ClusterProposals) -> Json:
    cluster, sub = candidate.place
    words = proposals.reference.places.format_place(candidate.place)
    return {"cluster": cluster, "sub_cluster": sub, "place": words, "sure": format_confidence(candidate.confidence)}


def _earlier(proposal: ClusterProposal, proposals: ClusterProposals, series: str) -> str:
    past = [decision for decision in proposal.decisions if decision.series != series]
    places = proposals.reference.places
    return "; ".join(f"{places.format_place(d.place)} ({d.series}{f', {d.author}' if d.author else ''})" for d in past)
