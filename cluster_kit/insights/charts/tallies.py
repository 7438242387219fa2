"""Chart of counts: one bar for each row, divided into parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.patches import Rectangle

from cluster_kit.documents import chart_style as style
from cluster_kit.documents.canvas import Canvas
from cluster_kit.documents.model import Picture, Scalar

LEFT, RIGHT = 2.35, style.WIDTH - 0.1
ROW, BAR, KEY_ROW, PAD = 0.36, 0.23, 0.26, 0.08
EDGE = 0.005  # between a count and the sides of its box: one state of 57 has room for its count
LIGHTEST, DARKEST = 0.05, 0.9


@dataclass(frozen=True)
class CountBars:
    """What a chart of counts shows. ``rows``: label and count of each of the ``parts``, from little to much.

    ``title`` opens the text alternative. ``noun`` is the unit in it, in the plural.
    """

    title: str
    caption: str
    noun: str
    parts: tuple[str, ...]
    rows: tuple[tuple[str, Mapping[str, int]], ...]

    def count(self, row: Mapping[str, int], part: str) -> int:
        """A row's count in a part; 0 if it has none."""
        return row.get(part, 0)


def counts_picture(bars: CountBars) -> Picture:
    """The counts as stacked bars. All bars have the same scale; a part without counts is not drawn."""
    lines = _key_lines(bars.parts)
    height = len(lines) * KEY_ROW + PAD + ROW * len(bars.rows) + PAD
    canvas = Canvas(height)
    looks = _looks(bars.parts)
    _draw_key(canvas, lines, looks, height - PAD)
    most = max((sum(row.values()) for _, row in bars.rows), default=1) or 1
    for number, (label, row) in enumerate(bars.rows):
        middle = height - len(lines) * KEY_ROW - PAD - ROW * (number + 0.5)
        style.write_lines(
            canvas, (0.05, middle), style.wrap_text(label, LEFT - 0.2, size=style.SMALL, max_lines=2), size=style.SMALL
        )
        x = LEFT
        for part in bars.parts:
            if count := bars.count(row, part):
                wide = (RIGHT - LEFT) * count / most
                fill, ink = looks[part]
                box = Rectangle((x, middle - BAR / 2), wide, BAR, facecolor=fill, edgecolor=style.INK, linewidth=0.8)
                canvas.add(box)
                if wide > style.text_width(str(count), style.SMALL) + EDGE:
                    at = (x + wide / 2, middle)
                    style.write_lines(canvas, at, [str(count)], size=style.SMALL, ha="center", color=ink)
                x += wide
    data = tuple(_data_row(bars, label, row) for label, row in bars.rows)
    return Picture(canvas.svg(), describe_counts(bars), bars.caption, data)


def _data_row(bars: CountBars, label: str, row: Mapping[str, int]) -> dict[str, Scalar]:
    return {"row": label, **{part: bars.count(row, part) for part in bars.parts}}


def _count_words(count: int, part: str) -> str:
    """A count and its part. Beside a part that begins with a number, such as "2 Taking shape", it needs a word."""
    return f"{count} at {part}" if part[:1].isdigit() else f"{count} {part.lower()}"


def describe_counts(bars: CountBars) -> str:
    """Text alternative: one sentence per row with the count of each of its parts."""
    sentences = []
    for label, row in bars.rows:
        counts = ", ".join(_count_words(bars.count(row, part), part) for part in bars.parts if bars.count(row, part))
        sentences.append(f"{label}: {counts or 'none'}.")
    return " ".join([f"{bars.title.rstrip('.')}, in {bars.noun}.", *sentences])


def _looks(parts: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Fill and text color of each part: darker is more."""
    steps = max(len(parts) - 1, 1)
    return {
        part: style.shade_colors(LIGHTEST + (DARKEST - LIGHTEST) * place / steps) for place, part in enumerate(parts)
    }


def _key_lines(parts: Sequence[str]) -> list[list[str]]:
    """The legend's entries, broken into lines that fit."""
    lines: list[list[str]] = [[]]
    x = 0.0
    for part in parts:
        wide = 0.52 + style.text_width(part, style.SMALL)
        if lines[-1] and x + wide > style.WIDTH:
            lines.append([])
            x = 0.0
        lines[-1].append(part)
        x += wide
    return lines


def _draw_key(canvas: Canvas, lines: Sequence[Sequence[str]], looks: Mapping[str, tuple[str, str]], top: float) -> None:
    box = 0.18
    for number, line in enumerate(lines):
        x, y = 0.05, top - KEY_ROW * (number + 0.5)
        for part in line:
            fill, _ = looks[part]
            canvas.add(Rectangle((x, y - box / 2), box, box, facecolor=fill, edgecolor=style.INK, linewidth=0.8))
            style.write_lines(canvas, (x + box + 0.07, y), [part], size=style.SMALL)
            x += box + 0.07 + style.text_width(part, style.SMALL) + 0.27
