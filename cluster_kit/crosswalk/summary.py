"""Summary of the coded inventory: coverage, gaps, Cluster changes, and reporting before and after."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cluster_kit.crosswalk.inventory import Program
from cluster_kit.crosswalk.levels import LEVELS, Level
from cluster_kit.crosswalk.proposing import ClusterProposal, ClusterProposals
from cluster_kit.crosswalk.suppression import SMALLEST, Count, RawCount, suppress_counts

STILL_OPEN = "Still to review"
NOT_GIVEN = "Former Cluster not given or not known"
MOST_QUESTIONS_OF_GAPS = 6


@dataclass(frozen=True)
class Coverage:
    """The number of programs in a Cluster: by level (in the order of ``LEVELS``), and by Sub-Cluster (by id)."""

    cluster: str
    by_level: Mapping[Level, int]
    by_sub: Mapping[str, int]

    @property
    def programs(self) -> int:
        """Total number of programs."""
        return sum(self.by_level.values())


@dataclass(frozen=True)
class ReportLine:
    """A line of a report by Cluster: programs, and learners if they may be shown."""

    name: str
    level: Level
    programs: int
    enrollment: Count
    concentrators: Count


@dataclass(frozen=True)
class Move:
    """The number of programs that move from a former Cluster to a Cluster, both by title."""

    former: str
    cluster: str
    programs: int


@dataclass(frozen=True)
class CrossCutting:
    """Programs whose code also belongs to a cross-cutting Cluster: an opportunity to work across Clusters."""

    title: str
    code: str
    cluster: str
    cross_cutting: str
    programs: int


@dataclass(frozen=True)
class CrosswalkSummary:
    """Data of all reports and charts. It has titles instead of ids, except in ``coverage``."""

    programs: int
    open_programs: int
    coverage: tuple[Coverage, ...]
    before: tuple[ReportLine, ...]
    after: tuple[ReportLine, ...]
    moves: tuple[Move, ...]
    gaps: tuple[str, ...]
    level_gaps: tuple[tuple[str, str], ...]
    sub_gaps: tuple[tuple[str, tuple[str, ...]], ...]
    cross_cutting: tuple[CrossCutting, ...]
    questions: tuple[str, ...]


def summarize_crosswalk(proposals: ClusterProposals, smallest: int = SMALLEST) -> CrosswalkSummary:
    """Summarize the proposals for reports and charts.

    Counts of learners below ``smallest`` are suppressed, as are others that would disclose them.
    """
    titles = proposals.reference.places.titles
    coverage = _coverage(proposals)
    before, after = _reports(proposals, smallest)
    gaps = tuple(titles[one.cluster] for one in coverage if not one.programs)
    open_programs = sum(len(p.group.programs) for p in proposals.proposals if p.needs_review)
    return CrosswalkSummary(
        programs=len(proposals.inventory.programs),
        open_programs=open_programs,
        coverage=coverage,
        before=before,
        after=after,
        moves=_moves(proposals),
        gaps=gaps,
        level_gaps=_level_gaps(coverage, titles),
        sub_gaps=_sub_gaps(coverage, titles),
        cross_cutting=_cross_cutting(proposals),
        questions=_questions(proposals, gaps, _level_gaps(coverage, titles), open_programs),
    )


def _coverage(proposals: ClusterProposals) -> tuple[Coverage, ...]:
    by_level: defaultdict[str, Counter[Level]] = defaultdict(Counter)
    by_sub: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for proposal in proposals.proposals:
        if proposal.place is not None:
            by_level[proposal.place.cluster].update(program.level for program in proposal.group.programs)
            by_sub[proposal.place.cluster][proposal.place.sub_cluster] += len(proposal.group.programs)
    return tuple(
        Coverage(
            cluster=id_,
            by_level={level: by_level[id_][level] for level in LEVELS if by_level[id_][level]},
            by_sub={sub.id: by_sub[id_][sub.id] for sub in cluster.sub_clusters},
        )
        for id_, cluster in proposals.reference.places.clusters.items()
    )


def _reports(proposals: ClusterProposals, smallest: int) -> tuple[tuple[ReportLine, ...], tuple[ReportLine, ...]]:
    """Reports by the former and by the modernized Clusters, for each level in the list."""
    reference = proposals.reference
    clusters = reference.places.titles

    def former_name(program: Program) -> str:
        found = reference.find_former(program.former) if program.former else None
        return reference.former.by_id[found].title if found else NOT_GIVEN

    def cluster_name(program: Program) -> str:
        place = proposals.by_row[program.row].place
        return clusters[place.cluster] if place else STILL_OPEN

    befores = [*(former.title for former in reference.former.by_id.values()), NOT_GIVEN]
    afters = [*(cluster.title for cluster in reference.places.clusters.values()), STILL_OPEN]
    before: list[ReportLine] = []
    after: list[ReportLine] = []
    for level in LEVELS:
        programs = [program for program in proposals.inventory.programs if program.level == level]
        if programs:
            pair = [_divide(programs, former_name, befores), _divide(programs, cluster_name, afters)]
            lines = _lines(level, pair, smallest)
            before += lines[0]
            after += lines[1]
    return tuple(before), tuple(after)


def _divide(
    programs: Sequence[Program], name_of: Callable[[Program], str], order: Sequence[str]
) -> dict[str, list[Program]]:
    divided: dict[str, list[Program]] = {name: [] for name in order}
    for program in programs:
        divided[name_of(program)].append(program)
    return {name: found for name, found in divided.items() if found}


def _lines(level: Level, pair: Sequence[Mapping[str, Sequence[Program]]], smallest: int) -> list[list[ReportLine]]:
    enrollment = suppress_counts([[_sum(found, "enrollment") for found in table.values()] for table in pair], smallest)
    concentrators = suppress_counts(
        [[_sum(found, "concentrators") for found in table.values()] for table in pair], smallest
    )
    return [
        [
            ReportLine(name, level, len(found), enrollment[number][at], concentrators[number][at])
            for at, (name, found) in enumerate(table.items())
        ]
        for number, table in enumerate(pair)
    ]


def _sum(programs: Sequence[Program], measure: str) -> RawCount:
    known = [(p.row, number) for p in programs if (number := getattr(p, measure)) is not None]
    return RawCount(sum(n for _, n in known) if known else None, frozenset(row for row, n in known if n))


def _moves(proposals: ClusterProposals) -> tuple[Move, ...]:
    reference = proposals.reference
    moves: Counter[tuple[str, str]] = Counter()
    for proposal in proposals.proposals:
        if proposal.place is not None:
            cluster = reference.places.titles[proposal.place.cluster]
            for former, count in proposal.group.formers:
                moves[reference.former.by_id[former].title, cluster] += count
    order = [former.title for former in reference.former.by_id.values()]
    ranked = sorted(moves.items(), key=lambda item: (order.index(item[0][0]), -item[1], item[0][1]))
    return tuple(Move(former, cluster, count) for (former, cluster), count in ranked)


def _level_gaps(coverage: Sequence[Coverage], titles: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Clusters with programs at one level and none at the other, if the list has both levels."""
    levels: tuple[Level, Level] = ("secondary", "postsecondary")
    seen = {level for one in coverage for level in one.by_level}
    if not set(levels) <= seen:
        return ()
    return tuple(
        (titles[one.cluster], LEVELS[level].casefold())
        for one in coverage
        for level in levels
        if one.programs and not one.by_level.get(level) and not one.by_level.get("both")
    )


def _sub_gaps(coverage: Sequence[Coverage], titles: Mapping[str, str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """For each Cluster with programs, its Sub-Clusters without programs."""
    found = (
        (titles[one.cluster], tuple(titles[sub] for sub, count in one.by_sub.items() if not count))
        for one in coverage
        if one.programs
    )
    return tuple((cluster, subs) for cluster, subs in found if subs)


def _cross_cutting(proposals: ClusterProposals) -> tuple[CrossCutting, ...]:
    places = proposals.reference.places
    return tuple(
        CrossCutting(
            title=proposal.group.title,
            code=proposal.group.code,
            cluster=places.titles[proposal.place.cluster] if proposal.place else STILL_OPEN,
            cross_cutting=places.titles[cluster],
            programs=len(proposal.group.programs),
        )
        for proposal in sorted(proposals.proposals, key=lambda p: -len(p.group.programs))
        for cluster in _cross_cutting_beside(proposal, proposals)
    )


def _cross_cutting_beside(proposal: ClusterProposal, proposals: ClusterProposals) -> list[str]:
    own = proposal.place.cluster if proposal.place else ""
    clusters = proposals.reference.places.clusters
    return [cluster for cluster in proposal.listed if clusters[cluster].cross_cutting and cluster != own]


def _questions(
    proposals: ClusterProposals, gaps: Sequence[str], level_gaps: Sequence[tuple[str, str]], open_programs: int
) -> tuple[str, ...]:
    """Questions for a data lead to bring to the next meeting."""
    asked = [finding.question for finding in proposals.findings if finding.question]
    if open_programs:
        asked.insert(0, f"Who decides, and by when, on the {open_programs} programs that the crosswalk leaves open?")
    if gaps:
        asked.append(f"We have no program in {'; '.join(gaps)}: is that so, or are such programs coded elsewhere?")
    for cluster, level in level_gaps[:MOST_QUESTIONS_OF_GAPS]:
        asked.append(f"Why does our list have no {level} program in {cluster}: none offered, or none listed?")
    return tuple(asked)
