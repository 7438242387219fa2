"""The version of the brief for staff: every count, and what states let staff read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cluster_kit.content.models import When
from cluster_kit.content.rating_values import OffScale
from cluster_kit.documents.model import Attributed, Block, Bullets, Figure, Paragraph, Section, Table, Texts, one_text
from cluster_kit.exercises.labels import format_date
from cluster_kit.insights.brief import (
    ASKED,
    COMPLETE,
    INTERESTED,
    NOT_STARTED,
    NOTHING_TO_REVIEW,
    STARTED,
    WITH_STEPS,
    WITHOUT_STEPS,
    Attendance,
    SessionBrief,
)
from cluster_kit.insights.brief_view import MOST_NEEDS, MOST_STATEMENTS, BriefView, describe_offered
from cluster_kit.insights.charts import movement_picture
from cluster_kit.insights.charts.tallies import CountBars, counts_picture
from cluster_kit.insights.movement import movement_table
from cluster_kit.insights.national import Counts
from cluster_kit.insights.plans import STATUSES, Action, count_statuses
from cluster_kit.insights.session_states import describe_came
from cluster_kit.insights.suppression import middle_of
from cluster_kit.insights.tally_readers import CompleteReader
from cluster_kit.insights.views import table_or_records
from cluster_kit.text import count_of


def internal_sections(brief: SessionBrief) -> tuple[tuple[Block, ...], tuple[Section, ...]]:
    """The first page, and the sections, of the version for staff."""
    view = _Internal(brief, CompleteReader())
    return view.opening(), view.sections()


def _describe_attendance(attendance: Attendance) -> str:
    only, came = attendance.only_in_call, describe_came(attendance.counted, attendance.people)
    return f"{came}. {count_of(only, 'person', 'people')} came to the video call only" if only else came


class _Internal(BriefView):
    """The version for staff."""

    def _headlines(self) -> list[tuple[str, Texts]]:
        brief, attendance = self._brief, self._brief.attendance
        return [
            ("Took part", one_text(_describe_attendance(attendance))),
            ("Exercises that the fewest states completed", self._least_complete()),
            ("Greatest need", self._greatest_need()),
            ("Statements where most states are not there yet", _first_topics(brief)),
            ("What moved", self._movement_line()),
            ("Examples offered", one_text(describe_offered(brief))),
            ("Next steps", one_text(_describe_steps(brief))),
            ("Assistance", one_text(_describe_requests(brief))),
        ]

    def _least_complete(self) -> Texts:
        """The exercises in the room that the fewest states have completed."""
        in_room = {f"exercise.{e.id}" for e in self._session.exercises if e.when is When.SESSION}
        asked = [
            (tally.counts[COMPLETE], tally.total - tally.counts[NOTHING_TO_REVIEW], tally.label)
            for tally in self._brief.participation
            if tally.id in in_room
        ]
        fewest = sorted((one for one in asked if one[0] < one[1]), key=lambda one: one[0] / one[1])[:MOST_NEEDS]
        return tuple(Attributed(f"{label} ({done} of {count_of(of, 'state')})") for done, of, label in fewest)

    def _greatest_need(self) -> Texts:
        found = sorted(self._brief.areas, key=lambda area: -_lower(self._brief.national.areas[area.id]))
        return tuple(
            Attributed(f"{area.title}: {_lower(counts)} of {count_of(counts.states, 'state')} not there yet")
            for area in found[:MOST_NEEDS]
            if (counts := self._brief.national.areas[area.id]).states
        )

    def _movement_line(self) -> Texts:
        moved = [one.all_states for one in self._brief.moved]
        pairs, up, down = (sum(getattr(one, name) for one in moved) for name in ("pairs", "up", "down"))
        ratings = f"{count_of(pairs, 'rating')} given again: {up} up, {down} down"
        statuses = _statuses(self._brief.earlier_steps)
        steps = f"Next steps of earlier sessions: {statuses}" if statuses else ""
        return tuple(Attributed(line) for line in (ratings if moved else "", steps) if line)

    def _attendance(self) -> list[Block]:
        attendance = self._brief.attendance
        rows = tuple(
            (one_text(state), one_text(str(here)), one_text(str(people))) for state, here, people in attendance.teams
        )
        came = [Table("Who came, by state", ("State", "People who came", "People in the series"), rows)] if rows else []
        return [*came, *super()._attendance()]

    def _participation(self) -> list[Block]:
        tallies = [tally for tally in self._brief.participation if tally.total]
        if not tallies:
            return []
        parts = tuple(
            part for part in (NOTHING_TO_REVIEW, NOT_STARTED, STARTED, COMPLETE) if any(t.counts[part] for t in tallies)
        )
        rows = tuple((tally.label, tally.counts) for tally in tallies)
        bars = CountBars(
            "Progress by exercise", "One bar for each exercise. Darker is further along.", "states", parts, rows
        )
        about, *counts = super()._participation()
        table = next((block for block in counts if isinstance(block, Table)), None)
        return [about, Figure(replace(counts_picture(bars), table=table))]

    def _needs(self) -> list[Block]:
        brief = self._brief
        rated = [area for area in brief.areas if brief.national.areas[area.id].states]
        if not rated:
            return [Paragraph("No state has rated anything yet.", "quiet")]
        scale = {anchor.value: f"{anchor.value} {anchor.label}" for anchor in brief.content.instrument.scale}
        rows = tuple((area.title, _named(brief.national.areas[area.id], scale)) for area in rated)
        bars = CountBars(
            "Where states are, by policy area",
            "States by the point of the scale nearest to their mean, by policy area.",
            "states",
            (*(choice.label for choice in OffScale), *scale.values()),
            rows,
        )
        return [
            Paragraph(
                "A state counts with its team rating or, without one, with the lower median of its"
                " people's ratings. “Not there yet” is the lower half of the scale."
            ),
            Figure(counts_picture(bars)),
            self._areas_table(),
            self._statements_table(),
        ]

    def _areas_table(self) -> Table:
        brief = self._brief
        order = sorted(brief.areas, key=lambda area: -_lower(brief.national.areas[area.id]))
        rows = []
        for area in order:
            counts, items = brief.national.areas[area.id], {item.id for item in area.items}
            settled = sum(
                view.settled for views in brief.views.values() for item, view in views.items() if item in items
            )
            numbers = (counts.states, _lower(counts), counts.unsure, settled, len(brief.need[area.id]))
            rows.append((one_text(area.title), *(one_text(str(number)) for number in numbers)))
        columns = (
            "Policy area",
            "States that rated",
            "Not there yet",
            "Not sure yet",
            "Team ratings",
            "Plan steps or ask for help",
        )
        return Table("Need by policy area, greatest first", columns, tuple(rows))

    def _statements_table(self) -> Table:
        topics = self._brief.topics[:MOST_STATEMENTS]
        rows = tuple(
            (
                one_text(t.text),
                one_text(f"{t.need} of {t.states}"),
                one_text(str(self._brief.national.items[t.item].unsure)),
            )
            for t in topics
        )
        columns = ("Statement", "States not there yet", "Not sure yet")
        return Table("Statements with the greatest need", columns, rows or ((one_text("None"), (), ()),))

    def _moved(self) -> list[Block]:
        moved = [one.all_states for one in self._brief.moved]
        blocks = super()._moved()
        if moved:
            blocks += [Figure(movement_picture(self._brief.content, moved)), movement_table(moved)]
        if statuses := _statuses(self._brief.earlier_steps):
            blocks.append(Paragraph(f"Next steps of earlier sessions: {statuses}."))
        return blocks

    def _examples(self) -> list[Block]:
        rows = tuple(
            (one_text(self._brief.name(code)), one_text(e.title), one_text(e.rung)) for code, e in self._brief.offered
        )
        if not rows:
            return []
        about = "Examples that states let staff see. Feature or send only what the state shares with other states."
        return [Paragraph(about), Table("Examples", ("State", "Example", "Who may see it"), rows)]

    def _steps(self) -> list[Block]:
        rows = []
        for area in self._brief.steps:
            statuses = count_statuses(area.actions)
            numbers = (
                len(area.actions),
                len(area.states),
                area.led,
                area.dated,
                *(statuses.get(s, 0) for s in STATUSES),
            )
            rows.append((one_text(area.title), *(one_text(str(number)) for number in numbers)))
        columns = ("Policy area", "Steps", "States", "With lead", "With date", *STATUSES.values())
        without = sorted(map(str, self._brief.having_steps.members[WITHOUT_STEPS]))
        names = ", ".join(map(self._brief.name, without))
        blocks: list[Block] = [Table("Next steps by policy area", columns, tuple(rows))] if rows else []
        return [*blocks, Paragraph(f"No next step yet: {names}.")] if names else blocks

    def _assistance(self) -> list[Block]:
        brief = self._brief
        rows = tuple(
            (
                one_text(brief.name(code)),
                *(
                    one_text(value) if value else ()
                    for value in (r.kind, r.need, r.area_title, format_date(r.by), r.contact)
                ),
            )
            for code, found in brief.requests.items()
            for r in found
        )
        columns = ("State", "Kind", "What for", "Policy area", "By", "Contact")
        requests = table_or_records(Table("Requests to date", columns, rows), "request")
        blocks: list[Block] = [requests] if rows else []
        early = tuple(
            (one_text(brief.name(code)), one_text(one.interest), one_text(f"{one.ready} of {len(one.criteria)}"))
            for code, one in brief.interest.items()
        )
        if early:
            blocks.append(Table("Early adoption", ("State", "Interest", "Readiness criteria met"), early))
        return blocks

    def _boards(self) -> list[Block]:
        room = self._brief.room
        line = f"On the boards: {count_of(room.posts, 'post')}, {count_of(room.replies, 'reply', 'replies')}."
        blocks: list[Block] = [Paragraph(line)] if room.posts else []
        if room.parked:
            words = tuple(Attributed(f"{item} ({state})") for state, item in room.parked)
            blocks += [Paragraph("Still in the parking lot:"), Bullets(words)]
        return blocks


def _describe_steps(brief: SessionBrief) -> str:
    """For example ``17 next steps from 12 states, 16 of them with a lead and a date``."""
    ready = sum(bool(action.lead and action.due) for action in brief.actions)
    states = count_of(brief.having_steps.counts[WITH_STEPS], "state")
    steps = f"{count_of(len(brief.actions), 'next step')} from {states}"
    return f"{steps}, {ready} of them with a lead and a date" if brief.actions else "None yet"


def _describe_requests(brief: SessionBrief) -> str:
    """For example ``2 requests from 1 state; 3 states interested in early adoption``."""
    requests = sum(map(len, brief.requests.values()))
    asked = f"{count_of(requests, 'request')} from {count_of(brief.asking.counts[ASKED], 'state')}"
    interested = brief.adopting.counts[INTERESTED]
    adoption = f"{count_of(interested, 'state') if interested else 'no state'} interested in early adoption"
    return f"{asked if requests else 'No requests'}; {adoption}"


def _lower(counts: Counts) -> int:
    """The number of states in the lower half of the scale, as in ``discuss``."""
    points = list(counts.points.values())
    return sum(points[: middle_of(len(points) + 1) - 1])


def _named(counts: Counts, scale: dict[int, str]) -> dict[str, int]:
    off_scale = {one.label: count for one, count in counts.off_scale.items()}
    return off_scale | {scale[point]: count for point, count in counts.points.items()}


def _first_topics(brief: SessionBrief) -> Texts:
    return tuple(Attributed(f"{t.text} ({t.need} of {count_of(t.states, 'state')})") for t in brief.topics[:MOST_NEEDS])


def _statuses(actions: Sequence[Action]) -> str:
    counts = count_statuses(actions)
    return ", ".join(f"{counts[status]} {label.lower()}" for status, label in STATUSES.items() if counts.get(status))
