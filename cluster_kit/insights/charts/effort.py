"""Chart of next steps by effort and effect."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.patches import Circle, Rectangle

from cluster_kit.documents import chart_style as style
from cluster_kit.documents.canvas import Canvas
from cluster_kit.documents.model import NOT_DESCRIBED, Picture, Scalar
from cluster_kit.documents.typed_text import visible_text
from cluster_kit.insights.plans import Action
from cluster_kit.text import count_of, join_words
from cluster_kit.web.tokens import COLORS

LEFT, TOP, BOTTOM, CELL = 1.55, 0.3, 0.66, 0.78
BADGE, STEP, EACH_ROW = 0.15, 0.36, 4
BEST = COLORS["accent-wash"]
CAPTION = (
    "Next steps by effort and impact on learners, with their numbers in the list below. Steps at the upper left change "
    "the most with the least work. An empty circle is done or dropped."
)
FIRST = "begin here"


def effort_picture(actions: Sequence[Action], efforts: Mapping[str, str], effects: Mapping[str, str]) -> Picture | None:
    """The steps' numbers in a grid. None if no step has both effort and effect.

    ``efforts`` and ``effects`` map option ids to labels, from little to much (``plans.weights_of``). A step's number is
    its place among all ``actions``, also in the list that the picture is printed with.
    """
    weighed = {number: a for number, a in enumerate(actions, start=1) if a.effort in efforts and a.effect in effects}
    if not weighed:
        return None
    most = max(Counter((a.effort, a.effect) for a in weighed.values()).values())
    grid = _Grid(list(efforts), list(effects), max(CELL, 0.42 + STEP * math.ceil(most / EACH_ROW)))
    height = TOP + grid.height + BOTTOM
    canvas = Canvas(height)
    _draw_grid(canvas, grid, height - TOP, (efforts, effects))
    _draw_steps(canvas, grid, height - TOP, weighed)
    data: tuple[dict[str, Scalar], ...] = tuple(
        {"number": number, "action": a.action, "effort": efforts[a.effort], "effect": effects[a.effect]}
        for number, a in weighed.items()
    )
    left = [str(number) for number in range(1, len(actions) + 1) if number not in weighed]
    caption = f"{CAPTION} Without both: {join_words(left)}." if left else CAPTION
    return Picture(canvas.svg(), describe_effort(actions, efforts, effects), caption, data, numbers_rows=True)


def describe_effort(actions: Sequence[Action], efforts: Mapping[str, str], effects: Mapping[str, str]) -> str:
    """Text alternative: one sentence per step, most effect with least effort first."""
    weighed = [(n, a) for n, a in enumerate(actions, start=1) if a.effort in efforts and a.effect in effects]
    left = len(actions) - len(weighed)
    order = sorted(weighed, key=lambda one: (-list(effects).index(one[1].effect), list(efforts).index(one[1].effort)))
    sentences = [f"{count_of(len(weighed), 'next step')} by effort and impact."]
    for number, action in order:
        text = " ".join(visible_text(action.action).split()).rstrip(".") or NOT_DESCRIBED.lower()
        status = "" if action.is_open else f" ({action.status_label.lower()})"
        weights = f"effort, {_plain(efforts[action.effort])}; impact, {_plain(effects[action.effect])}"
        sentences.append(f"{number}, {text}{status}: {weights}.")
    if left:
        sentences.append(f"{count_of(left, 'step says', 'steps say')} no effort or impact yet.")
    return " ".join(sentences)


def _plain(label: str) -> str:
    return label[:1].lower() + label[1:].rstrip(".")


@dataclass(frozen=True)
class _Grid:
    """Layout of the grid: columns from little to much effort, rows from much to little effect, and row heights."""

    efforts: list[str]
    effects: list[str]
    tall: float

    @property
    def height(self) -> float:
        return self.tall * len(self.effects)

    @property
    def wide(self) -> float:
        return (style.WIDTH - LEFT - 0.1) / len(self.efforts)

    def corner(self, action: Action, top: float) -> tuple[float, float]:
        """Upper left corner of the step's cell."""
        row = len(self.effects) - 1 - self.effects.index(action.effect)
        return LEFT + self.wide * self.efforts.index(action.effort), top - self.tall * row


def _draw_grid(canvas: Canvas, grid: _Grid, top: float, labels: tuple[Mapping[str, str], Mapping[str, str]]) -> None:
    """Draw the cells, highlight the best corner, and label effects on the left (most at the top) and efforts below."""
    efforts, effects = labels
    for row, effect in enumerate(reversed(grid.effects)):
        y = top - grid.tall * row
        for column in range(len(grid.efforts)):
            fill = BEST if row == column == 0 else "white"
            corner = (LEFT + grid.wide * column, y - grid.tall)
            canvas.add(Rectangle(corner, grid.wide, grid.tall, facecolor=fill, edgecolor=style.LINE, linewidth=1))
        lines = style.wrap_text(effects[effect], LEFT - 0.25, size=style.SMALL, max_lines=3)
        style.write_lines(canvas, (0.05, y - grid.tall / 2), lines, size=style.SMALL)
    bottom = top - grid.height
    for column, effort in enumerate(grid.efforts):
        lines = style.wrap_text(efforts[effort], grid.wide - 0.15, size=style.SMALL, max_lines=2)
        place = (LEFT + grid.wide * (column + 0.5), bottom - 0.07)
        style.write_lines(canvas, place, lines, size=style.SMALL, ha="center", va="top")
    for text, place, side, edge in (
        (FIRST, (LEFT + 0.08, top - grid.tall + 0.06), "left", "bottom"),
        ("↑ Impact", (0.05, top + 0.22), "left", "top"),
        ("Effort →", (style.WIDTH - 0.1, bottom - 0.44), "right", "top"),
    ):
        style.draw_text(canvas, place, text, size=style.SMALL, color=style.MUTED, ha=side, va=edge)


def _draw_steps(canvas: Canvas, grid: _Grid, top: float, actions: Mapping[int, Action]) -> None:
    """Draw each step's number in its cell."""
    filled: Counter[tuple[float, float]] = Counter()
    for number, action in actions.items():
        left, upper = corner = grid.corner(action, top)
        x = left + 0.24 + STEP * (filled[corner] % EACH_ROW)
        y = upper - 0.24 - STEP * (filled[corner] // EACH_ROW)
        _badge(canvas, (x, y), number, action.is_open)
        filled[corner] += 1


def _badge(canvas: Canvas, place: tuple[float, float], number: int, is_open: bool) -> None:
    fill, ink = (style.ACCENT, "white") if is_open else ("white", style.ACCENT)
    canvas.add(Circle(place, BADGE, facecolor=fill, edgecolor=style.ACCENT, lw=1.5, zorder=3))
    style.write_lines(canvas, place, [str(number)], size=style.SMALL, ha="center", color=ink, zorder=4)
