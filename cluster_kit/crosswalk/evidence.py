"""Evidence that a program belongs to a Cluster: shares over placements, with an explanation."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from cluster_kit.content.crosswalk_files import FormerCluster
from cluster_kit.crosswalk.codes import family_of, series_of
from cluster_kit.crosswalk.places import Placement
from cluster_kit.crosswalk.reference import CodeEntry, Lookup, Reference
from cluster_kit.crosswalk.similarity import SimilarTitle
from cluster_kit.text import join_words

EvidenceKind = Literal["exact", "series", "family", "title_close", "title_near", "title_far", "former", "soc", "naics"]
CODE_KINDS: tuple[EvidenceKind, ...] = ("exact", "series", "family")
CLOSE, NEAR = 90.0, 75.0
MOST_NAMED = 2
MOST_OF_FIELD, PART_OF_FIELD = 3.0, 1.0


@dataclass(frozen=True, eq=False)
class Evidence:
    """One piece of evidence. ``shares`` add up to 1; a placement without a Sub-Cluster is for the whole Cluster."""

    kind: EvidenceKind
    shares: Mapping[Placement, float]
    reason: str

    @cached_property
    def by_cluster(self) -> dict[str, float]:
        """The shares summed by Cluster."""
        summed: defaultdict[str, float] = defaultdict(float)
        for place, share in self.shares.items():
            summed[place.cluster] += share
        return dict(summed)


def entry_shares(entries: Iterable[CodeEntry]) -> dict[Placement, float]:
    """Equal weight for each entry, within it for each Cluster, and within that for each Sub-Cluster."""
    shares: defaultdict[Placement, float] = defaultdict(float)
    for entry in entries:
        sizes = Counter(place.cluster for place in entry.places)
        for place in entry.places:
            shares[place] += 1 / len(sizes) / sizes[place.cluster]
    return _normalized(shares)


def from_code(lookup: Lookup, written: str, reference: Reference) -> Evidence | None:
    """Evidence from the CIP code; None if the reference has no code with the same prefix."""
    if not lookup.entries:
        return None
    shares = entry_shares(lookup.entries)
    if lookup.match in ("exact", "retired"):
        listed = _listed(shares, reference)
        if lookup.match == "retired":
            new = join_words(entry.code for entry in lookup.entries)
            return Evidence("exact", shares, f"CIP {written} was retired; {new} took its place and is in {listed}.")
        return Evidence("exact", shares, f"CIP {lookup.code} is in {listed}.")
    kind: EvidenceKind = "series" if lookup.match == "series" else "family"
    begins = series_of(lookup.code) if kind == "series" else family_of(lookup.code)
    top, share = _top(shares)
    reason = (
        f"CIP {written or lookup.code} is not in the crosswalk; of the {len(lookup.entries)} codes that begin with "
        f"{begins}, {share:.0%} are in {reference.places.titles[top]}."
    )
    return Evidence(kind, shares, reason)


def from_title(near: Sequence[SimilarTitle], reference: Reference) -> Evidence | None:
    """Evidence from similar titles, weighted by similarity; None if there are none."""
    if not near:
        return None
    shares: defaultdict[Placement, float] = defaultdict(float)
    for one in near:
        weight = max(one.similarity - 50, 1) ** 3
        for place, share in entry_shares([CodeEntry(code="", places=one.places)]).items():
            shares[place] += weight * share
    best = near[0]
    kind: EvidenceKind = "title_far"
    if best.similarity >= NEAR:
        kind = "title_close" if best.similarity >= CLOSE else "title_near"
    listed = _listed(entry_shares([CodeEntry(code="", places=best.places)]), reference)
    return Evidence(
        kind, _normalized(shares), f"The title is like “{best.title}” ({best.similarity:.0f} of 100): {listed}."
    )


def from_former(formers: Mapping[str, int], reference: Reference) -> Evidence | None:
    """Evidence from former Clusters, by id and number of programs; None if there are none."""
    shares: defaultdict[Placement, float] = defaultdict(float)
    names = []
    for former_id, count in formers.items():
        former = reference.former.by_id[former_id]
        names.append(former.title)
        weights = {b.cluster: MOST_OF_FIELD if b.share == "most" else PART_OF_FIELD for b in former.became}
        for cluster, weight in weights.items():
            shares[Placement(cluster)] += count * weight / sum(weights.values())
    if not shares:
        return None
    if len(names) > 1:
        more = [f"{len(names) - MOST_NAMED} more"] if len(names) > MOST_NAMED else []
        listed = f"The former Clusters are {join_words([*names[:MOST_NAMED], *more])}"
        return Evidence("former", _normalized(shares), f"{listed}: programs with one code that were reported apart.")
    return Evidence("former", _normalized(shares), _describe_successors(reference.former.by_id[former_id], reference))


def _describe_successors(former: FormerCluster, reference: Reference) -> str:
    """What a former Cluster became, and what only the titles suggest."""
    titles = reference.places.titles
    published = join_words((titles[one.cluster] for one in former.became if one.basis == "published"), "or")
    suggested = join_words((titles[one.cluster] for one in former.became if one.basis == "titles"), "or")
    name = f"The former Cluster, {former.title},"
    if not suggested:
        return f"{name} became {published}."
    if not published:
        return f"{name} has no single successor. Its title suggests {suggested}; we found no public source for that."
    return f"{name} became {published}. Its title also suggests {suggested}; we found no public source for that."


def from_occupations(socs: Mapping[str, int], reference: Reference) -> Evidence | None:
    """Evidence from the occupations that the program leads to; None if the reference has none of them."""
    known = {soc: reference.occupations[soc] for soc in socs if soc in reference.occupations}
    if not known:
        return None
    shares = entry_shares(known.values())
    codes = ", ".join(known)
    return Evidence("soc", shares, f"The occupation code {codes} is in {_listed(shares, reference)}.")


def from_industries(codes: Mapping[str, int], reference: Reference) -> Evidence | None:
    """Evidence from the industries that the program prepares for; None if the reference has none of them."""
    found = {code: reference.find_industries(code) for code in codes}
    known = {code: entries for code, entries in found.items() if entries}
    if not known:
        return None
    shares: defaultdict[Placement, float] = defaultdict(float)
    for code, entries in known.items():
        for place, share in entry_shares(entries).items():
            shares[place] += codes[code] * share
    named = _normalized(shares)
    if len(known) == 1:
        return Evidence("naics", named, f"The industry code {next(iter(known))} is in {_listed(named, reference)}.")
    return Evidence("naics", named, f"The industry codes {join_words(known)} are in {_listed(named, reference)}.")


def _normalized(shares: Mapping[Placement, float]) -> dict[Placement, float]:
    whole = sum(shares.values())
    return {place: share / whole for place, share in shares.items()}


def _top(shares: Mapping[Placement, float]) -> tuple[str, float]:
    by_cluster: defaultdict[str, float] = defaultdict(float)
    for place, share in shares.items():
        by_cluster[place.cluster] += share
    top = max(by_cluster, key=lambda cluster: by_cluster[cluster])
    return top, by_cluster[top]


def _listed(shares: Mapping[Placement, float], reference: Reference) -> str:
    """The placements in words: one in full, several Clusters by number and name."""
    clusters = list(dict.fromkeys(place.cluster for place in shares))
    if len(shares) == 1:
        return reference.places.format_place(next(iter(shares)))
    names = [reference.places.titles[cluster] for cluster in clusters]
    if len(names) == 1:
        return names[0]
    return f"{len(names)} Clusters ({'; '.join(names)})"
