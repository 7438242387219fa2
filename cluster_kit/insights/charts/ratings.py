"""Chart of ratings by policy area: mean and spread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from cluster_kit.content.models import Content
from cluster_kit.content.rating_values import OffScale, format_mean
from cluster_kit.documents import chart_style as style
from cluster_kit.documents.canvas import Canvas, Pen
from cluster_kit.documents.model import Picture
from cluster_kit.insights.ratings import AreaSummary
from cluster_kit.text import count_of
from cluster_kit.web.tokens import COLORS

LEFT, RIGHT = 2.1, 5.15
ROW, TOP, BOTTOM = 0.62, 0.15, 0.75
BIGGEST_DOT = 480
SHORT = {OffScale.NOT_SURE: "not sure", OffScale.DOES_NOT_APPLY: "does not apply"}
ABOVE, BELOW = 0.22, 0.25
SQUARE_WORDS: Any = {"size": style.SMALL, "color": "white", "ha": "center", "va": "center", "zorder": 6}
CAPTION = (
    "Ratings by policy area. A circle holds how many ratings a point of the scale was given; the diamond is the "
    "mean. The longer the line, the further apart people are."
)


SETTLED_CAPTION = (
    " A square below a point counts the team ratings there; in the mean they replace people's own ratings."
)


def ratings_picture(content: Content, summaries: Sequence[AreaSummary]) -> Picture:
    """Each area's ratings on the scale. Rows are areas, in the order given."""
    height = TOP + ROW * len(summaries) + BOTTOM
    canvas = Canvas(height)
    scale = content.instrument.scale
    at = {a.value: LEFT + (RIGHT - LEFT) * place / (len(scale) - 1) for place, a in enumerate(scale)}
    bottom = height - TOP - ROW * len(summaries)
    for anchor in scale:
        x = at[anchor.value]
        canvas.line((x, bottom), (x, height - TOP), Pen(style.LINE, 1, zorder=0))
        words = [str(anchor.value), *style.wrap_text(anchor.label, 1.0, size=style.SMALL, max_lines=2)]
        style.write_lines(canvas, (x, bottom - 0.08), words, size=style.SMALL, ha="center", va="top")
    for number, summary in enumerate(summaries):
        _draw_area(canvas, summary, height - TOP - ROW * (number + 0.5), at)
    data = tuple(_row(summary) for summary in summaries)
    caption = CAPTION + SETTLED_CAPTION if any(summary.settled for summary in summaries) else CAPTION
    return Picture(canvas.svg(), describe_ratings(content, summaries), caption, data)


def describe_ratings(content: Content, summaries: Sequence[AreaSummary]) -> str:
    """Text alternative: one sentence per area."""
    most = max(anchor.value for anchor in content.instrument.scale)
    return " ".join([f"Ratings on a scale of 1 to {most}.", *map(_sentence, summaries)])


def _sentence(summary: AreaSummary) -> str:
    title = summary.area.title
    beside = [f"{count_of(times, 'answer')} “{choice.label}”" for choice, times in summary.off_scale.items() if times]
    rest = f" {'; '.join(beside)}." if beside else ""
    rest += _settled_sentence(summary)
    if summary.mean is None:
        return f"{title}: no ratings.{rest}"
    given = f"{count_of(summary.n, 'rating')} by {count_of(summary.people, 'person', 'people')}"
    if summary.team_mean is None:
        return f"{title}: {given}; one person's ratings have no mean.{rest}"
    if summary.lowest is None:
        return f"{title}: mean {format_mean(summary.mean)}, without people's own ratings.{rest}"
    if summary.lowest == summary.highest == summary.mean:
        return f"{title}: all at {summary.lowest}, {given}.{rest}"
    points = ", ".join(f"{times} at {point}" for point, times in sorted(summary.counts.items()) if times)
    return f"{title}: mean {format_mean(summary.mean)}, {given} ({points}).{rest}"


def _settled_sentence(summary: AreaSummary) -> str:
    """The number of statements on which the team reached consensus, and the points; empty if there are none."""
    if not summary.settled:
        return ""
    places = [f"{times} at {point}" for point, times in sorted(_at_points(summary).items())]
    places += [f"{summary.settled[choice]} as “{choice.label}”" for choice in OffScale if choice in summary.settled]
    left = f"; {summary.unsettled} without a team rating yet" if summary.unsettled else ""
    alone = f", {summary.by_one} of them as one person sees it" if summary.by_one else ""
    settled = count_of(sum(summary.settled.values()), "rating")
    return f" The team has agreed on {settled}: {', '.join(places)}{alone}{left}."


def _at_points(summary: AreaSummary) -> dict[int, int]:
    return {point: times for point, times in summary.settled.items() if not isinstance(point, OffScale)}


def _draw_area(canvas: Canvas, summary: AreaSummary, y: float, at: dict[int, float]) -> None:
    lines = style.wrap_text(summary.area.title, LEFT - 0.5, max_lines=2)
    style.write_lines(canvas, (0.05, y), lines)
    given = [f"n = {summary.n}"]
    given += [f"{times} {SHORT[choice]}" for choice, times in summary.off_scale.items() if times]
    alone = f" ({summary.by_one} by one)" if summary.by_one else ""
    given += [f"{count_of(sum(summary.settled.values()), 'team rating')}{alone}"] if summary.settled else []
    style.write_lines(canvas, (RIGHT + 0.25, y), given, size=style.SMALL, color=style.MUTED)
    if summary.lowest is not None and summary.highest is not None:
        canvas.line((at[summary.lowest], y), (at[summary.highest], y), Pen(style.MUTED, 2.5))
        _draw_points(canvas, summary, y, at)
    for point, times in _at_points(summary).items():
        canvas.mark((at[point], y - BELOW), 90, style.INK, Pen(style.INK, zorder=5), "s")
        style.draw_text(canvas, (at[point], y - BELOW), str(times), **SQUARE_WORDS)
    if summary.team_mean is not None:
        x = np.interp(summary.team_mean, list(at), list(at.values()))
        canvas.mark((x, y + ABOVE), 42, style.SCALE_COLORS[0], Pen(style.INK, zorder=5), "D")


def _draw_points(canvas: Canvas, summary: AreaSummary, y: float, at: dict[int, float]) -> None:
    most = max(summary.counts.values())
    for point, times in summary.counts.items():
        if times:
            size = BIGGEST_DOT * (0.35 + 0.65 * times / most)
            canvas.mark((at[point], y), size, COLORS["accent-soft"], Pen(style.ACCENT, 1.2, zorder=2))
            style.draw_text(canvas, (at[point], y), str(times), size=style.SMALL, ha="center", va="center", zorder=4)


def _row(summary: AreaSummary) -> dict[str, str | int | float | None]:
    return {
        "area": summary.area.title,
        "n": summary.n,
        "people": summary.people,
        "mean": round(summary.team_mean, 2) if summary.team_mean is not None else None,
        "lowest": summary.lowest,
        "highest": summary.highest,
        **{choice.value: times for choice, times in summary.off_scale.items()},
        "settled": sum(summary.settled.values()),
        "unsettled": summary.unsettled,
    }
