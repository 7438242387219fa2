"""Map of transition points: the systems that each connects, and how well it works today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from matplotlib.patches import FancyBboxPatch

from cluster_kit.documents import chart_style as style
from cluster_kit.documents.canvas import Canvas, Pen
from cluster_kit.documents.model import NOT_DESCRIBED, Picture, Table, one_text
from cluster_kit.insights.plans import FROM, STRENGTH, TO, Transition
from cluster_kit.text import count_of

BOX = 1.45
LANE_LEFT, LANE_RIGHT = 2.05, style.WIDTH - 2.05
ROW, TOP, LEGEND = 0.62, 0.4, 0.26
SHOWN = (FROM, TO, STRENGTH)
NOT_GIVEN = "Not said"
NOT_RATED = "Not rated"
CAPTION = "Where learners move between systems. The shape and its color say how well it works today."


def transitions_picture(transitions: Sequence[Transition], scale: Mapping[int, str]) -> Picture:
    """Source systems on the left, target systems on the right, each transition point as a line between them.

    ``scale`` maps the points of the strength scale to their labels.
    """
    legend = _legend(transitions, scale)
    height = TOP + ROW * len(transitions) + 0.15 + LEGEND * len(legend)
    canvas = Canvas(height)
    bottom = 0.15 + LEGEND * len(legend)
    span = (bottom, height - TOP)
    first = {origin: place for place, origin in enumerate(dict.fromkeys(map(_origin, transitions)))}
    ordered = sorted(transitions, key=lambda t: first[_origin(t)])
    origins = _draw_systems(canvas, map(_origin, ordered), 0.05, span)
    targets = _draw_systems(canvas, map(_target, ordered), style.WIDTH - BOX - 0.05, span)
    for x, text, side in ((0.05, "From", "left"), (style.WIDTH - 0.05, "To", "right")):
        style.draw_text(canvas, (x, height - 0.08), text, size=style.SMALL, color=style.MUTED, ha=side)
    points = list(scale)
    for number, transition in enumerate(ordered):
        y = height - TOP - ROW * (number + 0.5)
        _draw_point(canvas, transition, (origins[_origin(transition)], y, targets[_target(transition)]), points)
    for number, strength in enumerate(legend):
        y = LEGEND * (len(legend) - number - 0.5) + 0.05
        _mark(canvas, 0.2, y, strength, points)
        label = scale[strength] if strength is not None else NOT_RATED
        style.write_lines(canvas, (0.4, y), [label if strength is None else f"{strength} {label}"], size=style.SMALL)
    data = tuple({"point": t.point, "from": _origin(t), "to": _target(t), "strength": t.strength} for t in transitions)
    alt, table = describe_transitions(transitions), _table(transitions)
    return Picture(canvas.svg(), alt, CAPTION, data, table, SHOWN if _has_room(transitions) else ())


def _has_room(transitions: Sequence[Transition]) -> bool:
    """True if the drawing shows every system's name in full."""
    names = {name for transition in transitions for name in (_origin(transition), _target(transition))}
    return not any(style.wrap_text(name, BOX - 0.2, size=style.SMALL, max_lines=3)[-1].endswith("…") for name in names)


def _table(transitions: Sequence[Transition]) -> Table:
    rows = tuple(
        (
            one_text(t.point or NOT_DESCRIBED),
            one_text(_origin(t)),
            one_text(_target(t)),
            one_text(t.strength_label or NOT_RATED),
        )
        for t in transitions
    )
    return Table("Transition points", ("Transition point", "From", "To", "How well it works"), rows)


def describe_transitions(transitions: Sequence[Transition]) -> str:
    """Text alternative: one sentence per transition point."""
    head = f"{count_of(len(transitions), 'transition point')}."
    return " ".join([head, *map(_sentence, transitions)])


def _sentence(transition: Transition) -> str:
    strength = transition.strength_label or "not rated"
    point = " ".join(transition.point.split()) or NOT_DESCRIBED
    return f"{point.rstrip('.')}: from {_origin(transition)} to {_target(transition)}, {strength}."


def _origin(transition: Transition) -> str:
    return transition.origin or NOT_GIVEN


def _target(transition: Transition) -> str:
    return transition.target or NOT_GIVEN


def _legend(transitions: Sequence[Transition], scale: Mapping[int, str]) -> list[int | None]:
    """The strengths that occur, weakest first; None for transition points without one."""
    used = {t.strength if t.strength in scale else None for t in transitions}
    return [*(s for s in scale if s in used), *((None,) if None in used and scale else ())]


def _draw_systems(canvas: Canvas, names: Iterable[str], x: float, span: tuple[float, float]) -> dict[str, float]:
    """Draw a box for each system, spread over the height. Returns the vertical centers by name."""
    bottom, top = span
    unique = list(dict.fromkeys(names))
    step = (top - bottom) / len(unique)
    heights = {}
    for number, name in enumerate(unique):
        y = top - step * (number + 0.5)
        lines = style.wrap_text(name, BOX - 0.2, size=style.SMALL, max_lines=3)
        tall = style.line_height(style.SMALL) * len(lines) + 0.16
        box = FancyBboxPatch(
            (x, y - tall / 2), BOX, tall, boxstyle="round,pad=0,rounding_size=0.06",
            facecolor=style.WASH, edgecolor=style.MUTED, linewidth=1, zorder=2,
        )  # fmt: skip
        canvas.add(box)
        style.write_lines(canvas, (x + BOX / 2, y), lines, size=style.SMALL, ha="center", zorder=3)
        heights[name] = y
    return heights


def _draw_point(canvas: Canvas, transition: Transition, ys: tuple[float, float, float], points: list[int]) -> None:
    start, y, end = ys
    pen = Pen(style.MUTED, 1.2)
    canvas.line((BOX + 0.05, start), (LANE_LEFT, y), pen)
    canvas.arrow((LANE_RIGHT, y), (style.WIDTH - BOX - 0.06, end), pen)
    _mark(canvas, LANE_LEFT + 0.02, y, transition.strength, points)
    lines = style.wrap_text(
        transition.point or NOT_DESCRIBED, LANE_RIGHT - LANE_LEFT - 0.3, size=style.SMALL, max_lines=3
    )
    style.write_lines(canvas, (LANE_LEFT + 0.2, y), lines, size=style.SMALL)


def _mark(canvas: Canvas, x: float, y: float, strength: int | None, points: list[int]) -> None:
    color, marker = style.UNRATED
    if strength in points:
        place = min(points.index(strength), len(style.SCALE_COLORS) - 1)
        color, marker = style.SCALE_COLORS[place], style.SCALE_MARKERS[place]
    canvas.mark((x, y), 90, color, Pen(style.INK, 1, zorder=4), marker)
