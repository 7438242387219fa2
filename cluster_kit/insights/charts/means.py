"""Compact chart of a team's mean rating in each policy area, for the first page of a summary."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cluster_kit.content.models import Content
from cluster_kit.content.rating_values import format_mean
from cluster_kit.documents import chart_style as style
from cluster_kit.documents.canvas import Canvas, Pen
from cluster_kit.documents.model import Picture, Table, one_text
from cluster_kit.insights.ratings import AreaSummary
from cluster_kit.insights.summary_view import MEANS_CAPTION
from cluster_kit.text import count_of

LEFT, RIGHT, NUMBER, SETTLED = 2.45, 4.75, 5.03, 5.43
ROW, TOP, BOTTOM = 0.29, 0.04, 0.44
BAR, CAP = 7.0, 0.05
LABEL = 1.2


def means_picture(content: Content, summaries: Sequence[AreaSummary]) -> Picture:
    """A bar from the lowest point of the scale to each area's mean, in the order given; areas without a mean are left
    out."""
    shown = [(summary, summary.mean) for summary in summaries if summary.mean is not None]
    scale = content.instrument.scale
    height = TOP + ROW * len(shown) + BOTTOM
    canvas = Canvas(height)
    points = [anchor.value for anchor in scale]
    places = [LEFT + (RIGHT - LEFT) * place / max(len(scale) - 1, 1) for place in range(len(scale))]
    for anchor, x in zip(scale, places, strict=True):
        canvas.line((x, BOTTOM), (x, height - TOP), Pen(style.LINE, 1, zorder=0))
        words = style.wrap_text(f"{anchor.value} {anchor.label}", LABEL, size=style.TINY, max_lines=2)
        style.write_lines(canvas, (x, BOTTOM - 0.06), words, size=style.TINY, ha="center", va="top")
    for number, (summary, mean) in enumerate(shown):
        y = height - TOP - ROW * (number + 0.5)
        lines = style.wrap_text(summary.area.title, LEFT - 0.3, size=style.SMALL, max_lines=1)
        style.write_lines(canvas, (0.02, y), lines, size=style.SMALL)
        x = float(np.interp(mean, points, places))
        if x > LEFT + CAP:
            canvas.line((LEFT + CAP, y), (x, y), Pen(style.ACCENT, BAR, zorder=1))
        canvas.mark((x, y), 70, style.SCALE_COLORS[3], Pen(style.INK, zorder=2), "D")
        style.write_lines(canvas, (NUMBER, y), [format_mean(mean)], size=style.BODY)
        if summary.settled:
            settled = count_of(sum(summary.settled.values()), "team rating")
            style.write_lines(canvas, (SETTLED, y), [settled], size=style.SMALL, color=style.MUTED)
    return Picture(canvas.svg(), describe_means(content, shown), MEANS_CAPTION, table=_table(content, shown))


def describe_means(content: Content, shown: Sequence[tuple[AreaSummary, float]]) -> str:
    """Text alternative: one sentence per area."""
    top = content.instrument.scale[-1].value
    areas = (f"{s.area.title}: {format_mean(mean)}{_settled(s)}." for s, mean in shown)
    return " ".join([f"Mean ratings on a scale of 1 to {top}.", *areas])


def _settled(summary: AreaSummary) -> str:
    return f", {count_of(sum(summary.settled.values()), 'team rating')}" if summary.settled else ""


def _table(content: Content, shown: Sequence[tuple[AreaSummary, float]]) -> Table:
    top = content.instrument.scale[-1].value
    rows = tuple(
        (
            one_text(summary.area.title),
            one_text(format_mean(mean)),
            one_text(f"{sum(summary.settled.values())} of {count_of(summary.items, 'statement')}"),
        )
        for summary, mean in shown
    )
    return Table("Mean ratings by policy area", ("Policy area", f"Mean (1 to {top})", "Team ratings"), rows)
