"""Rows of two values on a scale: an open circle before, a filled one now, and the difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cluster_kit.documents import chart_style as style
from cluster_kit.documents.canvas import Canvas, Pen

BOTTOM = 0.62
SAME = 0.05
"""Smaller differences are shown as none."""


@dataclass(frozen=True)
class ChangeLayout:
    """The scale from ``left`` to ``right``, the height of a row, and the width of the scale's labels, in inches.

    ``gap`` is between the scale and the difference; ``same`` is written instead of a difference of 0.
    """

    left: float
    right: float
    row: float
    top: float
    label: float
    gap: float
    same: str


@dataclass(frozen=True)
class ChangeRow:
    """The lines of a row's title with their size, and its values."""

    title: Sequence[str]
    size: float
    before: float
    now: float


def draw_changes(layout: ChangeLayout, scale: Sequence[tuple[int, str]], rows: Sequence[ChangeRow]) -> str:
    """The chart as SVG. ``scale``: each point's value and label, lowest first."""
    height = layout.top + layout.row * len(rows) + BOTTOM
    canvas = Canvas(height)
    points = [point for point, _ in scale]
    bottom = height - layout.top - layout.row * len(rows)
    for point, label in scale:
        x = _place(layout, point, points)
        canvas.line((x, bottom), (x, height - layout.top), Pen(style.LINE, 1, zorder=0))
        words = [str(point), *style.wrap_text(label, layout.label, size=style.SMALL, max_lines=2)]
        style.write_lines(canvas, (x, bottom - 0.06), words, size=style.SMALL, ha="center", va="top")
    for number, row in enumerate(rows):
        y = height - layout.top - layout.row * (number + 0.5)
        style.write_lines(canvas, (0.05, y), row.title, size=row.size)
        before, now = _place(layout, row.before, points), _place(layout, row.now, points)
        canvas.line((before, y), (now, y), Pen(style.MUTED, 2.5))
        canvas.mark((before, y), 90, "white", Pen(style.INK, 1.5, zorder=2))
        canvas.mark((now, y), 90, style.ACCENT, Pen(style.INK, 1, zorder=3))
        change = row.now - row.before
        words = [layout.same if abs(change) < SAME else f"{change:+.1f}".replace("-", "−")]
        style.write_lines(canvas, (layout.right + layout.gap, y), words, size=style.SMALL, color=style.MUTED)
    return canvas.svg()


def _place(layout: ChangeLayout, value: float, points: Sequence[int]) -> float:
    return layout.left + (layout.right - layout.left) * (value - min(points)) / (max(points) - min(points))
