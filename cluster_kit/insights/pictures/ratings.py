"""Ratings by policy area: where the mean lies, and how far people are apart."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from cluster_kit.content.models import Content
from cluster_kit.insights.document import Picture
from cluster_kit.insights.pictures import style
from cluster_kit.insights.ratings import AreaSummary
from cluster_kit.insights.ratings_view import count, count_people

LEFT, RIGHT = 2.1, 5.5
ROW, TOP, BOTTOM = 0.62, 0.15, 0.75
BIGGEST_DOT = 480
CAPTION = (
    "Ratings by policy area. A circle holds how many ratings a point of the scale was given; the diamond is the "
    "mean. The longer the line, the further apart people are."
)


def ratings_picture(content: Content, summaries: Sequence[AreaSummary]) -> Picture:
    """Where each area's ratings lie on the scale. Rows are areas, in the order given."""
    height = TOP + ROW * len(summaries) + BOTTOM
    figure, axes = style.new_canvas(height)
    scale = content.instrument.scale
    at = {a.value: LEFT + (RIGHT - LEFT) * place / (len(scale) - 1) for place, a in enumerate(scale)}
    bottom = height - TOP - ROW * len(summaries)
    for anchor in scale:
        axes.plot([at[anchor.value]] * 2, [bottom, height - TOP], color=style.LINE, lw=1, zorder=0)
        words = [str(anchor.value), *style.wrap(anchor.label, 1.05, size=style.SMALL, max_lines=2)]
        place = (at[anchor.value], bottom - 0.08)
        style.write_lines(axes, place, words, size=style.SMALL, ha="center", va="top")
    for number, summary in enumerate(summaries):
        _draw_area(axes, summary, height - TOP - ROW * (number + 0.5), at)
    data = tuple(_row(summary) for summary in summaries)
    return Picture(style.save(figure), describe_ratings(content, summaries), CAPTION, data)


def describe_ratings(content: Content, summaries: Sequence[AreaSummary]) -> str:
    """What the picture shows, one sentence per area."""
    most = max(anchor.value for anchor in content.instrument.scale)
    return " ".join([f"Ratings on a scale of 1 to {most}.", *map(_sentence, summaries)])


def _sentence(summary: AreaSummary) -> str:
    title = summary.area.title
    unsure = f" {count(summary.not_sure, 'answer')} not sure yet." if summary.not_sure else ""
    if summary.mean is None:
        return f"{title}: no ratings.{unsure}"
    given = f"{count(summary.n, 'rating')} by {count_people(summary.people)}"
    if summary.lowest == summary.highest:
        return f"{title}: all at {summary.lowest}, {given}.{unsure}"
    return f"{title}: mean {summary.mean:.1f}, from {summary.lowest} to {summary.highest}, {given}.{unsure}"


def _draw_area(axes: Axes, summary: AreaSummary, y: float, at: dict[int, float]) -> None:
    lines = style.wrap(summary.area.title, LEFT - 0.5, max_lines=2)
    style.write_lines(axes, (0.05, y), lines)
    given = [f"n = {summary.n}"] + ([f"{summary.not_sure} not sure"] if summary.not_sure else [])
    style.write_lines(axes, (RIGHT + 0.3, y), given, size=style.SMALL, color=style.MUTED)
    if summary.mean is None or summary.lowest is None or summary.highest is None:
        return
    axes.plot([at[summary.lowest], at[summary.highest]], [y, y], color=style.MUTED, lw=2.5, zorder=1)
    most = max(summary.counts.values())
    for point, times in summary.counts.items():
        if times:
            size = BIGGEST_DOT * (0.35 + 0.65 * times / most)
            axes.scatter(at[point], y, s=size, color="#cfe3f5", edgecolors=style.ACCENT, linewidths=1.2, zorder=2)
            style.write(axes, (at[point], y), str(times), size=style.SMALL, ha="center", va="center", zorder=4)
    step = at[summary.highest] - at[summary.lowest]
    reach = summary.highest - summary.lowest
    x = at[summary.lowest] + (step * (summary.mean - summary.lowest) / reach if reach else 0)
    axes.scatter(x, y + 0.22, s=42, marker="D", color=style.SCALE_COLOURS[0], edgecolors=style.INK, zorder=5)


def _row(summary: AreaSummary) -> dict[str, str | int | float | None]:
    return {
        "area": summary.area.title,
        "n": summary.n,
        "people": summary.people,
        "mean": round(summary.mean, 2) if summary.mean is not None else None,
        "lowest": summary.lowest,
        "highest": summary.highest,
        "not_sure": summary.not_sure,
    }
