"""Roadmap chart: one lane for each kind of milestone."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Iterator, Sequence

from cluster_kit.documents import chart_style as style
from cluster_kit.documents.canvas import Canvas, Pen
from cluster_kit.documents.model import Picture
from cluster_kit.documents.typed_text import visible_text
from cluster_kit.exercises.labels import format_date
from cluster_kit.insights.roadmap import Milestone
from cluster_kit.text import count_of

LEFT, RIGHT = 1.75, style.WIDTH - 0.3
TOP, ROW, PAD, APART = 0.45, 0.27, 0.12, 0.3
MOST_LINES = 4  # of a lane's label
TICK_ROOM = 0.75  # inches between the labels of two ticks
CAPTION = (
    "What happens when. Numbers are those of the table below. A filled circle is open, an open one is done or dropped."
)


def roadmap_picture(milestones: Sequence[Milestone]) -> Picture:
    """Each milestone's number at its date, in the lane of its kind. Lanes are ordered by their first date."""
    days = [milestone.day for milestone in milestones]
    first, last = min(days), max(days)
    span = max((last - first).days, 1)
    lanes = {lane: _stack([m for m in milestones if m.lane == lane], first, span) for lane in _lanes(milestones)}
    labels = {lane: wrap_lane(lane) for lane in lanes}
    heights = {
        lane: max(ROW * len(rows) + PAD, style.line_height(style.SMALL) * len(labels[lane]) + PAD / 2)
        for lane, rows in lanes.items()
    }
    height = TOP + sum(heights.values()) + 0.08
    canvas = Canvas(height)
    _draw_calendar(canvas, first, last, height)
    top = height - TOP
    for lane, rows in lanes.items():
        tall = heights[lane]
        canvas.line((0.05, top), (RIGHT + 0.2, top), Pen(style.LINE, 1, zorder=0))
        style.write_lines(canvas, (0.05, top - tall / 2), labels[lane], size=style.SMALL)
        for depth, row in enumerate(rows):
            for milestone in row:
                _draw(
                    canvas,
                    milestone,
                    _x(milestone.day, first, span),
                    top - tall / 2 - ROW * (depth + 0.5 - len(rows) / 2),
                )
        top -= tall
    data = tuple({"day": m.day.isoformat(), "lane": m.lane, "what": m.what, "lead": m.lead} for m in milestones)
    return Picture(canvas.svg(), describe_roadmap(milestones), CAPTION, data)


def wrap_lane(name: str) -> list[str]:
    """The lines of a lane's label."""
    return style.wrap_text(name, LEFT - 0.35, size=style.SMALL, max_lines=MOST_LINES)


def describe_roadmap(milestones: Sequence[Milestone]) -> str:
    """Text alternative: the number of each kind and the time span. The table beside the chart lists every date."""
    days = sorted(milestone.day for milestone in milestones)
    kinds = [f"{lane}: {len([m for m in milestones if m.lane == lane])}" for lane in _lanes(milestones)]
    ahead = [f"{format_date(m.day.isoformat())}: {_short(m.what)}" for m in milestones if m.is_open]
    dates = (
        f"{count_of(len(days), 'day')} from {format_date(days[0].isoformat())} to {format_date(days[-1].isoformat())}."
    )
    ends = f" The last one that is open is {ahead[-1]}." if ahead else ""
    return f"{dates} {'; '.join(kinds)}.{ends}"


def _lanes(milestones: Sequence[Milestone]) -> list[str]:
    return list(dict.fromkeys(milestone.lane for milestone in milestones))


def _short(text: str) -> str:
    return " ".join(visible_text(text).split()).rstrip(".")


def _stack(milestones: Sequence[Milestone], first: dt.date, span: int) -> list[list[Milestone]]:
    """Pack the milestones into the fewest rows in which their markers do not overlap."""
    rows: list[list[Milestone]] = []
    for milestone in milestones:
        x = _x(milestone.day, first, span)
        row = next((r for r in rows if x - _x(r[-1].day, first, span) >= APART), None)
        if row is None:
            rows.append([milestone])
        else:
            row.append(milestone)
    return rows


def _x(day: dt.date, first: dt.date, span: int) -> float:
    return LEFT + (RIGHT - LEFT) * (day - first).days / span


def _draw(canvas: Canvas, milestone: Milestone, x: float, y: float) -> None:
    color, ink = (style.ACCENT, "white") if milestone.is_open else ("white", style.ACCENT)
    canvas.mark((x, y), 210, color, Pen(style.ACCENT, 1.3, zorder=3))
    style.draw_text(
        canvas, (x, y), str(milestone.number), size=style.SMALL, ha="center", va="center_baseline", color=ink, zorder=4
    )


def _draw_calendar(canvas: Canvas, first: dt.date, last: dt.date, height: float) -> None:
    """Draw a labeled vertical line for each tick."""
    span = max((last - first).days, 1)
    ticks = list(_ticks(first, last))
    for day in ticks:
        x = _x(day, first, span)
        canvas.line((x, 0.05), (x, height - TOP + 0.08), Pen(style.LINE, 1, zorder=0))
        text = f"{day:%b} {day.year}" if len(ticks) > 2 else f"{day:%b} {day.day}, {day.year}"
        style.draw_text(canvas, (x, height - 0.12), text, size=style.SMALL, color=style.MUTED, ha="center")


def _ticks(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """First days of every month, second, third, sixth, or twelfth month, whichever fits; otherwise the two ends."""
    months = [
        dt.date(year, month, 1)
        for year, month in itertools.product(range(first.year, last.year + 1), range(1, 13))
        if first <= dt.date(year, month, 1) <= last
    ]
    most = (RIGHT - LEFT) * 30 / max((last - first).days, 1) / TICK_ROOM  # labels in the room of a month
    for step in (1, 2, 3, 6, 12):
        chosen = [day for day in months if (day.month - 1) % step == 0]
        if step * most >= 1:
            break
    else:
        chosen = chosen[:: math.ceil(1 / (12 * most))]
    yield from chosen if len(chosen) > 1 else (first, last)
