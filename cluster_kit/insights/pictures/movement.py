"""Ratings that were given again: from where to where, by policy area."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from cluster_kit.content.models import Content
from cluster_kit.insights.document import Picture
from cluster_kit.insights.movement import Movement
from cluster_kit.insights.pictures import style
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
    figure, axes = style.new_canvas(height)
    points = [anchor.value for anchor in content.instrument.scale]
    bottom = height - TOP - ROW * len(moved)
    for anchor in content.instrument.scale:
        x = _place(anchor.value, points)
        axes.plot([x, x], [bottom, height - TOP], color=style.LINE, lw=1, zorder=0)
        words = [str(anchor.value), *style.wrap(anchor.label, 1.0, size=style.SMALL, max_lines=2)]
        style.write_lines(axes, (x, bottom - 0.06), words, size=style.SMALL, ha="center", va="top")
    for number, one in enumerate(moved):
        _draw(axes, one, height - TOP - ROW * (number + 0.5), points)
    data = tuple(map(_row, moved))
    return Picture(style.save(figure), describe_movement(content, moved), CAPTION, data)


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


def _draw(axes: Axes, one: Movement, y: float, points: Sequence[int]) -> None:
    style.write_lines(axes, (0.05, y), style.wrap(one.area.title, LEFT - 0.5, max_lines=2))
    before, now = _place(one.before, points), _place(one.now, points)
    axes.plot([before, now], [y, y], color=style.MUTED, lw=2.5, zorder=1)
    axes.scatter(before, y, s=90, color="white", edgecolors=style.INK, linewidths=1.5, zorder=2)
    axes.scatter(now, y, s=90, color=style.ACCENT, edgecolors=style.INK, linewidths=1.0, zorder=3)
    change = one.now - one.before
    words = "as before" if abs(change) < SAME else f"{change:+.1f}".replace("-", "−")
    style.write_lines(axes, (RIGHT + 0.4, y), [words], size=style.SMALL, color=style.MUTED)


def _place(value: float, points: Sequence[int]) -> float:
    return LEFT + (RIGHT - LEFT) * (value - min(points)) / (max(points) - min(points))


def _row(one: Movement) -> dict[str, str | int | float | None]:
    means = {"before": round(one.before, 2), "now": round(one.now, 2)}
    return {"area": one.area.title, **means, "up": one.up, "down": one.down}
