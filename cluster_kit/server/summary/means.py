"""A team's mean ratings on its summary page: a list with a bar for each policy area, which fits every width."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from cluster_kit.content.models import Content
from cluster_kit.content.rating_values import format_mean
from cluster_kit.insights.ratings import AreaSummary
from cluster_kit.insights.summary_view import MEANS_CAPTION, WHERE_WE_STAND
from cluster_kit.text import count_of

STEP, THICK = 100, 8  # of the bar's drawing: the length of a point, and the height


def means_html(content: Content, summaries: Sequence[AreaSummary], level: int) -> str:
    """The section as HTML, with an ``h<level>``. Areas without a mean are left out. The text says all that bars do."""
    points = content.instrument.scale
    ends = " to ".join(f"{point.value} {point.label}" for point in (points[0], points[-1]))
    rows = "\n".join(_row(summary, mean, len(points)) for summary in summaries if (mean := summary.mean) is not None)
    return (
        f'<section class="ck-view">\n<h{level}>{escape(WHERE_WE_STAND)}</h{level}>\n'
        f'<ul class="ck-means">\n{rows}\n</ul>\n'
        f'<p class="ck-quiet">{escape(f"{MEANS_CAPTION} The scale goes from {ends}.")}</p>\n</section>'
    )


def _row(summary: AreaSummary, mean: float, points: int) -> str:
    settled = f"{sum(summary.settled.values())} of {count_of(summary.items, 'team rating')}"
    return (
        f'<li><span class="ck-mean-area">{escape(summary.area.title)}<span class="ck-hidden">: </span></span>'
        f"{_bar(mean, points)}"
        f'<span class="ck-mean-value"><strong>{format_mean(mean)}</strong> of {points}'
        f'<span class="ck-hidden">, </span></span><span class="ck-mean-settled">{settled}</span></li>'
    )


def _bar(mean: float, points: int) -> str:
    """As many parts as the scale has points, filled up to the mean. The number beside it is for screen readers."""
    marks = "".join(f"M{STEP * point} 0v{THICK}" for point in range(1, points))
    return (
        f'<svg class="ck-mean-bar" viewBox="0 0 {STEP * points} {THICK}" preserveAspectRatio="none" '
        f'aria-hidden="true"><rect class="ck-mean-track" width="{STEP * points}" height="{THICK}"/>'
        f'<rect class="ck-mean-fill" width="{round(STEP * mean)}" height="{THICK}"/>'
        f'<path class="ck-mean-points" d="{marks}"/></svg>'
    )
