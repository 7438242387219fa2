"""Charts of coverage with their text alternatives. Importing this loads matplotlib."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.patches import Rectangle

from cluster_kit.crosswalk.levels import LEVELS, Level
from cluster_kit.crosswalk.places import Places
from cluster_kit.crosswalk.summary import Coverage
from cluster_kit.documents import chart_style as style
from cluster_kit.documents.canvas import Canvas
from cluster_kit.documents.model import Picture, Scalar
from cluster_kit.text import count_of
from cluster_kit.web.tokens import COLORS

# Each level also has its own hatching, for color-blind readers.
LOOKS: dict[Level, tuple[str, str]] = {
    "secondary": (COLORS["chart-blue"], ""),
    "postsecondary": (COLORS["chart-orange"], "///"),
    "both": (COLORS["chart-green"], "xxx"),
    "adult": (COLORS["chart-sky"], "..."),
    "other": (COLORS["chart-vermilion"], "\\\\\\"),
    "": (COLORS["chart-gray"], ""),
}
LEFT, RIGHT, ROW, TOP = 2.6, 5.7, 0.34, 0.5
SUB_TITLE, SUB_ROW, SUB_BELOW, SUB_APART = 0.24, 0.18, 0.06, 0.2
SUB_INDENT, SUB_LABEL, SUB_BAR = 0.12, 1.95, 0.65
CLUSTER_CAPTION = "Programs by Cluster and level, as decided by the team or clearly proposed."
SUB_CAPTION = "Programs by Sub-Cluster, as decided by the team or clearly proposed."


def coverage_picture(coverage: Sequence[Coverage], places: Places) -> Picture:
    """Programs by Cluster, in the Framework's order, as bars stacked by level."""
    levels = [level for level in LEVELS if any(one.by_level.get(level) for one in coverage)]
    height = TOP + ROW * len(coverage) + 0.1
    canvas = Canvas(height)
    _draw_key(canvas, levels, height - 0.2)
    most = max(1, *(one.programs for one in coverage))
    for number, one in enumerate(coverage):
        y = height - TOP - ROW * (number + 0.5)
        style.write_lines(canvas, (0.05, y), style.wrap_text(places.titles[one.cluster], LEFT - 0.2, max_lines=1))
        x = LEFT
        for level in levels:
            width = (RIGHT - LEFT) * one.by_level.get(level, 0) / most
            _draw_bar(canvas, (x, y), (width, ROW * 0.6), LOOKS[level])
            x += width
        style.write_lines(canvas, (x + 0.08, y), [f"{one.programs:,}" if one.programs else "none"], color=style.MUTED)
    data: tuple[dict[str, Scalar], ...] = tuple(
        {"cluster": places.titles[o.cluster], **{LEVELS[level]: o.by_level.get(level, 0) for level in levels}}
        for o in coverage
    )
    return Picture(canvas.svg(), describe_coverage(coverage, places), CLUSTER_CAPTION, data)


def describe_coverage(coverage: Sequence[Coverage], places: Places) -> str:
    """Text alternative: one sentence per Cluster."""
    sentences = []
    for one in coverage:
        parts = ", ".join(f"{count:,} {LEVELS[level].casefold()}" for level, count in one.by_level.items())
        counted = count_of(one.programs, "program")
        sentences.append(f"{places.titles[one.cluster]}: {f'{counted} ({parts})' if one.programs else 'none'}.")
    return " ".join(sentences)


def sub_cluster_picture(coverage: Sequence[Coverage], places: Places) -> Picture:
    """Programs by Sub-Cluster, under the title of each Cluster, in two columns."""
    blocks = [_SubClusters(one, places) for one in coverage]
    half = sum(block.height for block in blocks) / 2
    columns: tuple[list[_SubClusters], list[_SubClusters]] = ([], [])
    for block in blocks:
        columns[sum(one.height for one in columns[0]) + block.height / 2 > half].append(block)
    height = max(sum(block.height for block in column) for column in columns) + 0.1
    canvas = Canvas(height)
    most = max(1, *(count for one in coverage for count in one.by_sub.values()))
    for left, column in zip((0.05, style.WIDTH / 2 + SUB_APART / 2), columns, strict=True):
        top = height - 0.05
        for block in column:
            block.draw(canvas, (left, top), most)
            top -= block.height
    data: tuple[dict[str, Scalar], ...] = tuple(
        {"cluster": places.titles[one.cluster], "sub_cluster": places.titles[sub], "programs": count}
        for one in coverage
        for sub, count in one.by_sub.items()
    )
    return Picture(canvas.svg(), describe_sub_clusters(coverage, places), SUB_CAPTION, data)


class _SubClusters:
    """A Cluster's title, and a bar for each of its Sub-Clusters."""

    def __init__(self, one: Coverage, places: Places) -> None:
        self._title, self._counts = places.titles[one.cluster], list(one.by_sub.values())
        self._labels = [
            style.wrap_text(places.titles[sub], SUB_LABEL, size=style.SMALL, max_lines=2) for sub in one.by_sub
        ]
        self._rows = [max(SUB_ROW, style.line_height(style.SMALL) * len(lines)) for lines in self._labels]

    @property
    def height(self) -> float:
        """Inches, with the space below."""
        return SUB_TITLE + sum(self._rows) + SUB_BELOW

    def draw(self, canvas: Canvas, place: tuple[float, float], most: int) -> None:
        """Draw it below and right of the place. ``most``: the number of programs of a bar of full width."""
        left, top = place
        style.write_lines(canvas, (left, top - SUB_TITLE / 2), [self._title], color=style.ACCENT)
        top -= SUB_TITLE
        for lines, count, row in zip(self._labels, self._counts, self._rows, strict=True):
            y = top - row / 2
            style.write_lines(canvas, (left + SUB_INDENT, y), lines, size=style.SMALL)
            begin, width = left + SUB_INDENT + SUB_LABEL + 0.05, SUB_BAR * count / most
            _draw_bar(canvas, (begin, y), (width, SUB_ROW * 0.6), (style.ACCENT, ""))
            words = [f"{count:,}" if count else "none"]
            style.write_lines(canvas, (begin + width + 0.05, y), words, size=style.SMALL, color=style.MUTED)
            top -= row


def describe_sub_clusters(coverage: Sequence[Coverage], places: Places) -> str:
    """Text alternative: for each Cluster, its Sub-Clusters with programs, and those without."""
    sentences = []
    for one in coverage:
        held = [f"{places.titles[sub]} {count:,}" for sub, count in one.by_sub.items() if count]
        empty = [places.titles[sub] for sub, count in one.by_sub.items() if not count]
        text = "; ".join(held) or "no programs"
        without = f" None in {'; '.join(empty)}." if held and empty else ""
        sentences.append(f"{places.titles[one.cluster]}: {text}.{without}")
    return " ".join(sentences)


def _draw_key(canvas: Canvas, levels: Sequence[Level], y: float) -> None:
    x = 0.05
    for level in levels:
        _draw_bar(canvas, (x, y), (0.2, 0.15), LOOKS[level])
        style.write_lines(canvas, (x + 0.28, y), [LEVELS[level]], size=style.SMALL)
        x += 0.28 + style.text_width(LEVELS[level], style.SMALL) + 0.3


def _draw_bar(canvas: Canvas, place: tuple[float, float], size: tuple[float, float], look: tuple[str, str]) -> None:
    if size[0] > 0:
        corner = (place[0], place[1] - size[1] / 2)
        canvas.add(Rectangle(corner, *size, facecolor=look[0], hatch=look[1], edgecolor="white", linewidth=0.6))
