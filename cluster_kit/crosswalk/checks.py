"""Consistency checks of programs against the crosswalk: codes, titles, and former Clusters that disagree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from cluster_kit.crosswalk.findings import CrosswalkFinding, FindingCollector
from cluster_kit.crosswalk.grouping import ProgramGroup
from cluster_kit.crosswalk.places import normalize_title
from cluster_kit.crosswalk.reference import Reference
from cluster_kit.crosswalk.similarity import SimilarTitle, title_similarity
from cluster_kit.text import join_words

SAMPLE = "sample_crosswalk"
FAR, ALIKE = 40.0, 88.0
_WHOLE_CODE = 7


def check_programs(
    groups: Sequence[ProgramGroup], near: Mapping[str, Sequence[SimilarTitle]], reference: Reference
) -> tuple[CrosswalkFinding, ...]:
    """Findings about the programs, each kind once. ``near`` has the known titles similar to each title."""
    notes = FindingCollector()
    if reference.is_sample:
        notes.add(SAMPLE, example=len(reference.cip.entries))
    for group in groups:
        _check_code(group, notes)
        _check_title(group, near.get(group.title, ()), notes)
        _check_former(group, reference, notes)
    _check_titles(groups, notes)
    _measure_agreement(groups, reference, notes)
    return notes.findings()


def _check_code(group: ProgramGroup, notes: FindingCollector) -> None:
    match = group.lookup.match
    for program in group.programs if group.code else ():
        if match == "retired":
            new = join_words(entry.code for entry in group.lookup.entries)
            notes.add("code_retired", program.row, f"{program.code} is now {new}")
        elif match != "exact":
            kind = "code_unknown" if len(program.code) == _WHOLE_CODE else "code_group"
            notes.add(kind, program.row, program.code)


def _check_title(group: ProgramGroup, near: Sequence[SimilarTitle], notes: FindingCollector) -> None:
    """Report a title unlike its code's titles but similar to one in other Clusters: the code may be wrong."""
    if group.lookup.match != "exact" or not near or near[0].similarity < ALIKE:
        return
    entry = group.lookup.entries[0]
    clusters = {place.cluster for place in entry.places}
    if title_similarity(group.title, entry.title) < FAR and not clusters & {place.cluster for place in near[0].places}:
        for row in group.rows:
            notes.add("title_differs", row, f"“{group.title}” has {entry.code}, which is “{entry.title}”")


def _check_former(group: ProgramGroup, reference: Reference, notes: FindingCollector) -> None:
    listed = {place.cluster for entry in group.lookup.entries for place in entry.places}
    is_exact = group.lookup.match in ("exact", "retired")
    for program in group.programs:
        if not program.former:
            continue
        found = reference.find_former(program.former)
        if found is None:
            notes.add("former_unknown", program.row, program.former)
        elif is_exact and not listed & {became.cluster for became in reference.former.by_id[found].became}:
            notes.add("former_differs", program.row, f"{program.code} in {program.former}")


def _check_titles(groups: Iterable[ProgramGroup], notes: FindingCollector) -> None:
    by_title: defaultdict[str, list[ProgramGroup]] = defaultdict(list)
    for group in groups:
        if group.title and group.code:
            by_title[normalize_title(group.title)].append(group)
    for found in by_title.values():
        codes = sorted({group.code for group in found})
        for row in (row for group in found for row in group.rows) if len(codes) > 1 else ():
            notes.add("one_title_many_codes", row, f"“{found[0].title}” has {join_words(codes)}")


def _measure_agreement(groups: Iterable[ProgramGroup], reference: Reference, notes: FindingCollector) -> None:
    """Report how often code and former Cluster agree where the code is unambiguous, as a measure of the former
    Clusters."""
    agree = total = 0
    for group in groups:
        clusters = {place.cluster for entry in group.lookup.entries for place in entry.places}
        if group.lookup.match != "exact" or len(clusters) != 1:
            continue
        for former, count in group.formers:
            total += count
            agree += count * bool(clusters & {b.cluster for b in reference.former.by_id[former].became})
    if total:
        notes.add("agreement", example=f"{agree:,} of {total:,}")
