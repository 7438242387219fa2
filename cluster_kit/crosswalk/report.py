"""The summary as a document: charts with text alternatives, tables, and questions for the next meeting."""

from __future__ import annotations

from collections.abc import Sequence

from cluster_kit.crosswalk.levels import LEVELS
from cluster_kit.crosswalk.proposing import CLEAR, STATUS_WORDS, ClusterProposals
from cluster_kit.crosswalk.summary import STILL_OPEN, CrossCutting, CrosswalkSummary, ReportLine
from cluster_kit.crosswalk.workbook import WorkbookContext
from cluster_kit.documents.model import (
    Attributed,
    Block,
    Bullets,
    Document,
    Figure,
    Paragraph,
    Section,
    Table,
    one_text,
)

MOST_LISTED = 40
TITLE, FICTIONAL = "Programs by Cluster", "Fictional: made up for demonstration."
ABOUT = (
    "It is made from the state's own list of programs and its team's decisions. The coded inventory beside it has"
    " every program."
)
QUESTIONS, NOTICED = "Questions for the next meeting", "What was noticed in the list"


def write_report(
    proposals: ClusterProposals,
    summary: CrosswalkSummary,
    title: str,
    *,
    fictional: bool,
    without: Sequence[str] = (),
) -> Section:
    """The report under one title, omitting the sections named in ``without``. Small counts are already suppressed."""
    from cluster_kit.crosswalk.charts import coverage_picture, sub_cluster_picture

    places = proposals.reference.places
    sections = [
        Section("Programs by Cluster", (Figure(coverage_picture(summary.coverage, places)),)),
        Section(QUESTIONS, (Bullets(tuple(map(Attributed, summary.questions)), ordered=True),)),
        Section("Gaps", tuple(_gaps(summary))),
        Section("Programs by Sub-Cluster", (Figure(sub_cluster_picture(summary.coverage, places)),)),
        Section("What changes Cluster", tuple(_moves(summary))),
        Section("Reporting by Cluster, before and after", tuple(_before_and_after(summary))),
        Section("Chances to work across Clusters", tuple(_cross_cutting(summary.cross_cutting))),
        Section(NOTICED, (Bullets(tuple(Attributed(f.sentence) for f in proposals.findings)),)),
    ]
    kept = [section for section in sections if section.title not in without and not _is_empty(section)]
    notice = [Paragraph(FICTIONAL, "lead")] if fictional else []
    return Section(title, (*notice, *_opening(proposals, summary), *kept))


def report_document(proposals: ClusterProposals, summary: CrosswalkSummary, about: WorkbookContext) -> Document:
    """The report as a document of its own."""
    report = write_report(proposals, summary, TITLE, fictional=False)
    is_section = [isinstance(block, Section) for block in report.blocks]
    first = is_section.index(True) if True in is_section else len(is_section)
    return Document(
        title=f"{TITLE}: {about.state}",
        heading=about.state,
        subtitle=TITLE,
        series=about.title or about.series,
        when=f"Made from {proposals.inventory.source}",
        notice=FICTIONAL if about.fictional else "",
        opening=report.blocks[:first],
        parts=tuple(block for block in report.blocks[first:] if isinstance(block, Section)),
        about=(ABOUT,),
        about_title="About this report",
    )


def _opening(proposals: ClusterProposals, summary: CrosswalkSummary) -> list[Block]:
    blocks: list[Block] = []
    if proposals.reference.is_sample:
        blocks.append(Paragraph("Made with the kit's sample crosswalk, for demonstration. Do not report it.", "lead"))
    settled = summary.programs - summary.open_programs
    blocks.append(
        Paragraph(
            f"{summary.programs:,} programs were read from {proposals.inventory.source}. {settled:,} have a Cluster; "
            f"{summary.open_programs:,} wait for the team. A proposal counts as clear from a confidence of {CLEAR:.0%}."
        )
    )
    rows = tuple(
        (one_text(STATUS_WORDS[status]), one_text(f"{count:,}")) for status, count in proposals.counts.items() if count
    )
    blocks.append(Table("Where the programs stand", ("Status", "Programs"), rows))
    return blocks


def _gaps(summary: CrosswalkSummary) -> list[Block]:
    lines = [f"{cluster}: no program at all" for cluster in summary.gaps]
    lines += [f"{cluster}: no {level} program" for cluster, level in summary.level_gaps]
    lines += [f"{cluster}: no program in {'; '.join(subs)}" for cluster, subs in summary.sub_gaps]
    if not lines:
        return []
    waiting = Paragraph("Programs that wait for the team are not counted here; some of them may fill these.", "quiet")
    return [*([waiting] if summary.open_programs else []), Bullets(tuple(map(Attributed, lines)))]


def _moves(summary: CrosswalkSummary) -> list[Block]:
    rows = tuple((one_text(m.former), one_text(m.cluster), one_text(f"{m.programs:,}")) for m in summary.moves)
    return (
        [Table("Programs by former Cluster and Cluster", ("Former Cluster", "Cluster", "Programs"), rows)]
        if rows
        else []
    )


def _before_and_after(summary: CrosswalkSummary) -> list[Block]:
    blocks: list[Block] = [
        Paragraph(
            "Small numbers of learners are withheld, and others with them where they would give a small one away. "
            f"“{STILL_OPEN}” holds the programs that wait for the team.",
            "quiet",
        )
    ]
    levels = dict.fromkeys(line.level for line in summary.after)
    for level in levels:
        words = LEVELS[level].casefold()
        blocks.append(_lines(f"Before: former Clusters, {words}", [o for o in summary.before if o.level == level]))
        blocks.append(_lines(f"After: modernized Clusters, {words}", [o for o in summary.after if o.level == level]))
    return blocks if levels else []


def _lines(caption: str, lines: Sequence[ReportLine]) -> Table:
    rows = tuple(
        (one_text(line.name), one_text(f"{line.programs:,}"), _number(line.enrollment), _number(line.concentrators))
        for line in lines
    )
    return Table(caption, ("Cluster", "Programs", "Enrollment", "Concentrators"), rows)


def _number(count: object) -> tuple[Attributed, ...]:
    return one_text(str(count) or "not known")


def _cross_cutting(found: Sequence[CrossCutting]) -> list[Block]:
    rows = tuple(
        (
            one_text(f"{one.title} ({one.code})"),
            one_text(one.cluster),
            one_text(one.cross_cutting),
            one_text(f"{one.programs:,}"),
        )
        for one in found[:MOST_LISTED]
    )
    if not rows:
        return []
    more = len(found) - len(rows)
    blocks: list[Block] = [
        Table(
            "Programs whose code also belongs to a cross-cutting Cluster",
            ("Program", "Cluster", "Also in", "Programs"),
            rows,
        )
    ]
    return [*blocks, Paragraph(f"And {more:,} more; the coded inventory has all.", "quiet")] if more else blocks


def _is_empty(section: Section) -> bool:
    return not section.blocks or all(isinstance(block, Bullets) and not block.items for block in section.blocks)
