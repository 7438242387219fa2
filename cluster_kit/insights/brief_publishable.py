"""The version of the brief that may be published.

Small counts are merged or withheld. Of the words of states, it has examples that they share with other states.
"""

from __future__ import annotations

from cluster_kit.documents.model import (
    Attributed,
    Block,
    Bullets,
    Fact,
    Figure,
    Paragraph,
    Record,
    Records,
    Section,
    Table,
    Texts,
    one_text,
)
from cluster_kit.exercises.labels import vocabulary_labels
from cluster_kit.insights.brief import ASKED, INTERESTED, WITH_STEPS, SessionBrief
from cluster_kit.insights.brief_view import MOST_NEEDS, MOST_STATEMENTS, BriefView, describe_offered
from cluster_kit.insights.charts.tallies import CountBars, counts_picture
from cluster_kit.insights.peers import ANONYMOUS_STATE
from cluster_kit.insights.suppression import BarRow, Published, middle_of, publish_areas, publish_item
from cluster_kit.insights.tallies import CategoryTally
from cluster_kit.insights.tally_readers import ReleasedReader

HALF = 0.5
"""The share of states from which it is said that most are not there yet."""


def publishable_sections(brief: SessionBrief, reader: ReleasedReader) -> tuple[tuple[Block, ...], tuple[Section, ...]]:
    """The first page, and the sections, of the version that may be published. ``reader`` records what they show."""
    view = _Publishable(brief, reader)
    return view.opening(), view.sections()


class _Publishable(BriefView):
    """The version that may be published."""

    def __init__(self, brief: SessionBrief, reader: ReleasedReader) -> None:
        super().__init__(brief, reader)
        seen = reader.seen_charts()
        self._areas = publish_areas(brief.content, brief.national, brief.areas, seen)
        items = [item.id for area in brief.areas for item in area.items]
        charts = [publish_item(brief.content, brief.national, item, seen) for item in items]
        reader.charts += [self._areas, *charts]
        published = [chart for chart in charts if chart.bands]
        published.sort(key=_share_below, reverse=True)
        self._rows = [row for chart in published for row in chart.rows]
        self._mostly_below = [row for chart in published if _share_below(chart) > HALF for row in chart.rows]

    def _headlines(self) -> list[tuple[str, Texts]]:
        brief, attendance = self._brief, self._brief.attendance
        states = self._total("attendance.states", attendance.when)
        people = self._total("attendance.people", attendance.roles)
        areas = tuple(Attributed(f"{row.label}: {_parts(row)}") for row in self._areas.rows if row.parts)
        statements = tuple(Attributed(row.label) for row in self._mostly_below[:MOST_NEEDS])
        return [
            ("Took part", one_text(f"States that took part: {states}. People who came: {people}.")),
            ("Policy areas", areas),
            ("Statements where most states are not there yet", statements),
            ("Examples offered", one_text(describe_offered(brief))),
            ("States with a next step", one_text(self._reader.count(brief.having_steps, WITH_STEPS))),
            ("States that asked for assistance, to date", one_text(self._reader.count(brief.asking, ASKED))),
            ("States interested in early adoption, to date", one_text(self._reader.count(brief.adopting, INTERESTED))),
        ]

    def _total(self, tally_id: str, tally: CategoryTally) -> str:
        """The number of members of a tally, as a tally of one category."""
        everyone = frozenset().union(*tally.members.values())
        return self._reader.count(CategoryTally(tally_id, tally.label, {tally.label: everyone}), tally.label)

    def _needs(self) -> list[Block]:
        areas = [row for row in self._areas.rows if row.parts]
        if not areas and not self._rows:
            return [Paragraph("Too few states have rated to publish counts.", "quiet")]
        blocks: list[Block] = []
        if areas:
            parts = tuple(dict.fromkeys(part.label for row in areas for part in row.parts))
            rows = tuple((row.label, {part.label: part.count for part in row.parts}) for row in areas)
            bars = CountBars(
                self._areas.title, "Ratings in each half of the scale, by policy area.", "ratings", parts, rows
            )
            table = tuple((one_text(row.label), one_text(_parts(row)), one_text(row.note)) for row in areas)
            blocks += [
                Figure(counts_picture(bars)),
                Table(
                    "Ratings by policy area: one for each state and statement",
                    ("Policy area", "Ratings", "Note"),
                    table,
                ),
            ]
        if self._rows:
            needed = tuple((one_text(row.label), one_text(_parts(row))) for row in self._rows[:MOST_STATEMENTS])
            blocks.append(Table("Statements, greatest need first", ("Statement", "States"), needed))
        return blocks

    def _examples(self) -> list[Block]:
        titles = vocabulary_labels(self._brief.content, "areas")
        records = tuple(
            Record(
                one_text(example.title),
                (
                    Fact("From", one_text(example.state or ANONYMOUS_STATE)),
                    *([Fact("Policy area", one_text(titles[example.area]))] if example.area in titles else []),
                    *(Fact(label, one_text(words)) for label, words in example.facts),
                ),
            )
            for example in self._brief.shared
        )
        return [Records("Examples that states share", "example", records)] if records else []

    def _steps(self) -> list[Block]:
        about = f"States with a next step: {self._reader.count(self._brief.having_steps, WITH_STEPS)}."
        members = {area.title: area.states for area in self._brief.steps}
        cells = (
            self._reader.cells(CategoryTally("steps.areas", "Next steps by policy area", members)) if members else []
        )
        rows = tuple((one_text(name), one_text(str(count))) for name, count in cells)
        blocks: list[Block] = [Paragraph(about)]
        return (
            [*blocks, Table("States with next steps, by policy area", ("Policy area", "States"), rows)]
            if rows
            else blocks
        )

    def _assistance(self) -> list[Block]:
        brief = self._brief
        lines = [
            f"States that asked for technical assistance: {self._reader.count(brief.asking, ASKED)}",
            f"States interested in early adoption: {self._reader.count(brief.adopting, INTERESTED)}",
        ]
        blocks: list[Block] = [Bullets(tuple(Attributed(line) for line in lines))]
        rows = tuple((one_text(kind), one_text(str(count))) for kind, count in self._reader.cells(brief.request_kinds))
        return [*blocks, Table("States by kind of assistance", ("Kind", "States"), rows)] if rows else blocks


def _share_below(chart: Published) -> float:
    """The share of states that are published as being below the middle of the scale."""
    (bands,) = chart.bands.values()
    middle = middle_of(bands[-1].high + 1)
    return sum(band.states for band in bands if band.high < middle) / sum(band.states for band in bands)


def _parts(row: BarRow) -> str:
    return "; ".join(f"{part.label} ({part.count})" for part in row.parts)
