"""National charts for facilitators and staff: a heat map of states by policy area, and the tile map."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import fmean

from matplotlib.patches import FancyBboxPatch, Rectangle

from cluster_kit.content.models import Content, PolicyArea
from cluster_kit.content.rating_values import Mean, OffScale, RatingValue, average_means, format_mean, nearest_point
from cluster_kit.documents import chart_style as style
from cluster_kit.documents.canvas import Canvas
from cluster_kit.documents.model import Picture
from cluster_kit.insights.national import National
from cluster_kit.insights.tiles import tile_grid
from cluster_kit.text import count_of

TILE_CAPTION = (
    "Where each state stands: the mean of its values for the items that it has rated. Darker is higher; an empty tile "
    "has not rated anything, a dash is not sure yet, and n/a means that none of it applies to the state."
)
HEAT_CAPTION = (
    "Where each state stands, by policy area: the mean of its values for the area's items. Darker is higher; empty is "
    "not rated, a dash is not sure yet, and n/a means that none of it applies to the state."
)
MARKS = {OffScale.NOT_SURE: "–", OffScale.DOES_NOT_APPLY: "n/a"}
GAP, KEY = 0.05, 0.5
NOT_RATED = "Not rated"
HEAD, ROW, CODE, BETWEEN = 1.35, 0.205, 0.34, 0.35
ONE_PANEL = 20


def state_means(national: National, areas: Sequence[PolicyArea]) -> dict[str, Mean]:
    """Mean rating of each state over the areas that it has rated; without points, a choice off the scale."""
    means: dict[str, Mean] = {}
    for code in national.states:
        of = [national.means[area.id][code] for area in areas if code in national.means[area.id]]
        if (mean := average_means(of)) is not None:
            means[code] = mean
    return means


def tile_picture(content: Content, values: Mapping[str, Mean], title: str = "") -> Picture:
    """Every jurisdiction as a tile in its position, with its value on the instrument's scale.

    ``values`` maps postal codes to values; a missing code means not rated. ``title`` names the values in
    the text alternative.
    """
    tiles = tile_grid(content)
    columns, rows = (max(place[axis] for place in tiles.values()) + 1 for axis in (0, 1))
    size = style.WIDTH / max(columns, 8)
    height = size * rows + KEY
    canvas = Canvas(height)
    _draw_key(canvas, content, height - 0.1)
    for code, (column, row) in tiles.items():
        corner = (column * size + GAP / 2, height - KEY - (row + 1) * size + GAP / 2)
        fill, ink, text = _format_cell(content, code, values)
        edge = style.LINE if fill == "white" else fill
        box = FancyBboxPatch(
            corner, size - GAP, size - GAP, boxstyle="round,pad=0,rounding_size=0.05",
            facecolor=fill, edgecolor=edge, linewidth=1,
        )  # fmt: skip
        canvas.add(box)
        x, y = corner[0] + (size - GAP) / 2, corner[1] + (size - GAP) / 2
        style.write_lines(canvas, (x, y + (0.09 if text else 0)), [code], size=style.SMALL, ha="center", color=ink)
        style.write_lines(canvas, (x, y - 0.09), [text], size=style.BODY, ha="center", color=ink)
    names = content.jurisdiction_names
    data = tuple({"state": names[code], "value": _rounded(values.get(code))} for code in tiles if code in values)
    return Picture(canvas.svg(), describe_tiles(content, values, title), TILE_CAPTION, data)


def describe_tiles(content: Content, values: Mapping[str, Mean], title: str) -> str:
    """Text alternative: the states grouped by the nearest point of the scale, lowest first."""
    names = content.jurisdiction_names
    at: defaultdict[RatingValue, list[str]] = defaultdict(list)
    for code in (code for code in names if code in values):
        mean = values[code]
        at[mean if isinstance(mean, OffScale) else nearest_point(mean)].append(names[code])
    head = f"{title.rstrip('.')}. " if title else ""
    sentences = [f"{head}{len(values)} of {len(names)} states have rated."]
    sentences += [
        f"Nearest to {a.value} {a.label}: {', '.join(at[a.value])}." for a in content.instrument.scale if at[a.value]
    ]
    sentences += [f"{choice.label}: {', '.join(at[choice])}." for choice in OffScale if at[choice]]
    return " ".join(sentences)


def heat_picture(content: Content, national: National, areas: Sequence[PolicyArea]) -> Picture | None:
    """One row per state that has rated, one column per area. None if no state has rated."""
    states = [code for code in national.states if any(code in national.means[area.id] for area in areas)]
    if not states:
        return None
    panels = 1 if len(states) <= ONE_PANEL else 2
    rows = math.ceil(len(states) / panels)
    height = KEY + HEAD + ROW * rows + 0.08
    canvas = Canvas(height)
    _draw_key(canvas, content, height - 0.1)
    wide = (style.WIDTH - BETWEEN * (panels - 1)) / panels
    for panel in range(panels):
        left = (wide + BETWEEN) * panel
        shown = states[panel * rows : (panel + 1) * rows]
        _draw_panel(canvas, (left, height - KEY, wide), content, national, areas, shown)
    names = content.jurisdiction_names
    data = tuple(
        {"state": names[code], **{area.title: _rounded(national.means[area.id].get(code)) for area in areas}}
        for code in states
    )
    return Picture(canvas.svg(), describe_heat(content, national, areas), HEAT_CAPTION, data)


def describe_heat(content: Content, national: National, areas: Sequence[PolicyArea]) -> str:
    """Text alternative: one sentence per area, lowest mean first: number of states, mean, lowest, and highest."""
    names = content.jurisdiction_names
    rated: list[tuple[float, str]] = []
    for area in areas:
        means = {code: mean for code, mean in national.means[area.id].items() if not isinstance(mean, OffScale)}
        if means:
            mean = fmean(means.values())
            low, high = (edge(means.values()) for edge in (min, max))
            ends = f"lowest {_who(names, means, low)}, highest {_who(names, means, high)}"
            many = count_of(len(means), "state")
            alike = f"all at {format_mean(low)}" if low == high else ends
            rated.append((mean, f"{area.title}: mean {format_mean(mean)} of {many}, {alike}."))
    most = max(anchor.value for anchor in content.instrument.scale)
    return " ".join(
        [f"Mean ratings on a scale of 1 to {most}, by state and policy area.", *(w for _, w in sorted(rated))]
    )


def _who(names: Mapping[str, str], means: Mapping[str, float], value: float) -> str:
    """For example ``1.3 (Guam, Ohio)``; for more than three states only their number."""
    there = [names[code] for code, mean in means.items() if mean == value]
    return f"{format_mean(value)} ({', '.join(there) if len(there) <= 3 else f'{len(there)} states'})"


def _draw_panel(
    canvas: Canvas,
    place: tuple[float, float, float],
    content: Content,
    national: National,
    areas: Sequence[PolicyArea],
    states: Sequence[str],
) -> None:
    left, top, wide = place
    cell = min((wide - CODE) / len(areas), 0.9)
    for number, area in enumerate(areas):
        x = left + CODE + cell * (number + 0.5)
        lines = style.wrap_text(area.title, HEAD - 0.1, size=style.TINY, max_lines=2)
        style.write_upwards(canvas, (x, top - HEAD + 0.06), lines, size=style.TINY)
    for row, code in enumerate(states):
        y = top - HEAD - ROW * (row + 1)
        style.write_lines(canvas, (left, y + ROW / 2), [code], size=style.SMALL)
        for number, area in enumerate(areas):
            fill, ink, text = _format_cell(content, code, national.means[area.id])
            corner = (left + CODE + cell * number, y)
            canvas.add(Rectangle(corner, cell, ROW, facecolor=fill, edgecolor="white", linewidth=0.8))
            if text:
                middle = (corner[0] + cell / 2, y + ROW / 2)
                style.write_lines(canvas, middle, [text], size=style.TINY, ha="center", color=ink)


def _draw_key(canvas: Canvas, content: Content, top: float) -> None:
    """Draw the legend: the points of the scale with their colors and labels."""
    scale = content.instrument.scale
    boxes = [(str(anchor.value), anchor.label, style.shade_colors(_share(content, anchor.value))) for anchor in scale]
    x, box = 0.02, 0.2
    for number, label, (fill, ink) in [*boxes, ("", NOT_RATED, ("white", style.INK))]:
        canvas.add(Rectangle((x, top - box), box, box, facecolor=fill, edgecolor=style.LINE, linewidth=0.8))
        middle = top - box / 2
        style.write_lines(canvas, (x + box / 2, middle), [number], size=style.SMALL, ha="center", color=ink)
        style.write_lines(canvas, (x + box + 0.07, middle), [label], size=style.SMALL)
        x += box + 0.07 + style.text_width(label, style.SMALL) + 0.25


def _format_cell(content: Content, code: str, values: Mapping[str, Mean]) -> tuple[str, str, str]:
    """Fill color of a cell, color of its text, and the text."""
    if code not in values:
        return "white", style.MUTED, ""
    mean = values[code]
    if isinstance(mean, OffScale):
        return style.WASH, style.MUTED, MARKS[mean]
    fill, ink = style.shade_colors(_share(content, mean))
    return fill, ink, format_mean(mean)


def _share(content: Content, value: float) -> float:
    points = [anchor.value for anchor in content.instrument.scale]
    return (value - min(points)) / (max(points) - min(points))


def _rounded(mean: Mean | None) -> float | str | None:
    """A mean to two places, the id of a choice off the scale, or None if not rated."""
    return round(mean, 2) if isinstance(mean, float) else mean
