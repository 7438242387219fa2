"""Ratings that were given again: from where to where, by policy area."""

from __future__ import annotations

from collections.abc import Sequence

from cluster_kit.content.models import Content
from cluster_kit.documents.model import Picture
from cluster_kit.insights.charts import style
from cluster_kit.insights.charts.canvas import Canvas, Pen
from cluster_kit.insights.movement import Movement
from cluster_kit.insights.ratings_view import count

LEFT, RIGHT = 2.1, 5.3
ROW, TOP, BOTTOM = 0.5, 0.15, 0.62
SAME = 0.05
CAPTION = (
    "Mean ratings by policy area, of what was rated again. An open circle is the first rating, a filled one the "
    "latest; the line between them is how far it moved."
)


def movement_picture(content: Content, moved: Sequence[Movement]) -> Picture:
    """How far each area's ratings moved along the scale. Rows are areas, in the order given."""
    height = TOP + ROW * len(moved) + BOTTOM
    canvas = Canvas(height)
    points = [anchor.value for anchor in content.instrument.scale]
    bottom = height - TOP - ROW * len(moved)
    for anchor in content.instrument.scale:
        x = _place(anchor.value, points)
        canvas.line((x, bottom), (x, height - TOP), Pen(style.LINE, 1, zorder=0))
        words = [str(anchor.value), *style.wrap(anchor.label, 1.0, size=style.SMALL, max_lines=2)]
        style.write_lines(canvas, (x, bottom - 0.06), words, size=style.SMALL, ha="center", va="top")
    for number, one in enumerate(moved):
        _draw(canvas, one, height - TOP - ROW * (number + 0.5), points)
    data = tuple(map(_row, moved))
    return Picture(canvas.svg(), describe_movement(content, moved), CAPTION, data)


def describe_movement(content: Content, moved: Sequence[Movement]) -> str:
    """What the picture shows, one sentence per area."""
    most = max(anchor.value for anchor in content.instrument.scale)
    return " ".join([f"Mean ratings on a scale of 1 to {most}, first and latest.", *map(_sentence, moved)])


def _sentence(one: Movement) -> str:
    given = count(one.pairs, "rating")
    if abs(one.now - one.before) < SAME:
        return f"{one.area.title}: {one.now:.1f} as before, {given}."
    way = "up" if one.now > one.before else "down"
    return f"{one.area.title}: {way} from {one.before:.1f} to {one.now:.1f}, {given}."


def _draw(canvas: Canvas, one: Movement, y: float, points: Sequence[int]) -> None:
    style.write_lines(canvas, (0.05, y), style.wrap(one.area.title, LEFT - 0.5, max_lines=2))
    before, now = _place(one.before, points), _place(one.now, points)
    canvas.line((before, y), (now, y), Pen(style.MUTED, 2.5))
    canvas.mark((before, y), 90, "white", Pen(style.INK, 1.5, zorder=2))
    canvas.mark((now, y), 90, style.ACCENT, Pen(style.INK, 1, zorder=3))
    change = one.now - one.before
    words = "as before" if abs(change) < SAME else f"{change:+.1f}".replace("-", "−")
    style.write_lines(canvas, (RIGHT + 0.4, y), [words], size=style.SMALL, color=style.MUTED)


def _place(value: float, points: Sequence[int]) -> float:
    return LEFT + (RIGHT - LEFT) * (value - min(points)) / (max(points) - min(points))


def _row(one: Movement) -> dict[str, str | int | float | None]:
    means = {"before": round(one.before, 2), "now": round(one.now, 2)}
    return {"area": one.area.title, **means, "up": one.up, "down": one.down}
