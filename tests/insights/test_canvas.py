"""The canvas for charts: its text, and the position of letters."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle
from matplotlib.textpath import TextToPath
from PIL import Image

from cluster_kit.documents import chart_style as style
from cluster_kit.documents.canvas import FONTS, Canvas, Pen
from cluster_kit.documents.rasterize import to_png

NAMES = {"svg": "http://www.w3.org/2000/svg"}
LINK = "{http://www.w3.org/1999/xlink}href"


def ink(canvas: Canvas) -> np.ndarray:
    """True where the canvas is dark, one row per line of pixels."""
    return np.asarray(Image.open(io.BytesIO(to_png(canvas.svg()))).convert("L")) < 128


def drawn_letters(words: str) -> list[str]:
    """Names of the letter shapes, from left to right."""
    canvas = Canvas(1)
    style.draw_text(canvas, (0.1, 0.9), words)
    return [use.attrib[LINK] for use in ET.fromstring(canvas.svg()).iterfind(".//svg:use", NAMES)]


@pytest.mark.parametrize("words", ["Office, staff and AV Tom", "1", "By March the agencies agree", "□ é 1–2"])
def test_words_are_as_wide_as_matplotlib_draws_them(words: str) -> None:
    style.known_characters()
    font = FontProperties(family=FONTS, size=10)
    drawn, _, _ = TextToPath().get_text_width_height_descent(words, font, False)
    assert style.text_width(words, 10) * 72 == pytest.approx(drawn, abs=0.05)


def test_words_that_run_from_right_to_left_stand_in_that_order() -> None:
    first, second, both = (drawn_letters(words) for words in ("سلام", "عربية", "سلام عربية"))
    assert both[: len(second)] == second
    assert both[-len(first) :] == first


def test_a_letter_is_written_once_however_often_it_is_used() -> None:
    canvas = Canvas(1)
    style.draw_text(canvas, (0.1, 0.9), "banana")
    root = ET.fromstring(canvas.svg())
    assert len(root.findall(".//svg:defs/svg:path", NAMES)) == 3
    assert len(root.findall(".//svg:use", NAMES)) == 6


def test_the_same_drawing_gives_the_same_text() -> None:
    def draw() -> str:
        canvas = Canvas(1)
        style.draw_text(canvas, (0.1, 0.9), "twice")
        canvas.add(Rectangle((1, 0.1), 3, 0.8, facecolor="black", edgecolor="white", hatch="///"))
        return canvas.svg()

    assert draw() == draw()


def test_what_is_higher_covers_what_is_lower_whenever_it_was_drawn() -> None:
    canvas = Canvas(1)
    canvas.line((0, 0.5), (6.5, 0.5), Pen("#ff0000", zorder=2))
    canvas.line((0, 0.5), (6.5, 0.5), Pen("#0000ff", zorder=1))
    assert canvas.svg().index("#0000ff") < canvas.svg().index("#ff0000")


@pytest.mark.parametrize(("side", "columns"), [("left", slice(520, None)), ("right", slice(None, 520))])
def test_words_stand_beside_their_place(side: str, columns: slice) -> None:
    canvas = Canvas(1)
    style.draw_text(canvas, (3.25, 0.5), "aside", ha=side, va="center")
    dark = ink(canvas)
    assert dark[:, columns].any()
    assert dark.sum() == dark[:, columns].sum()


def test_words_that_are_read_upwards_stand_above_their_place() -> None:
    canvas = Canvas(1)
    style.write_upwards(canvas, (3.25, 0.5), ["upwards"])
    rows, columns = np.nonzero(ink(canvas))
    assert rows.max() <= 80
    assert np.ptp(rows) > 3 * np.ptp(columns)


@pytest.mark.parametrize(("start", "end"), [((1, 0.5), (3, 0.5)), ((3, 0.5), (1, 0.5)), ((1, 0.2), (3, 0.8))])
def test_an_arrow_ends_in_its_head(start: tuple[float, float], end: tuple[float, float]) -> None:
    canvas = Canvas(1)
    canvas.arrow(start, end, Pen(style.INK, 1.2))
    rows, columns = np.nonzero(ink(canvas))
    x, y = end[0] * 160, (1 - end[1]) * 160
    near = (abs(columns - x) < 10) & (abs(rows - y) < 10)
    tail = (abs(columns - start[0] * 160) < 10) & (abs(rows - (1 - start[1]) * 160) < 10)
    assert near.sum() > 1.5 * tail.sum()


def test_a_hatch_is_drawn_over_its_color() -> None:
    plain, hatched = Canvas(1), Canvas(1)
    for canvas, hatch in ((plain, ""), (hatched, "///")):
        canvas.add(Rectangle((1, 0.1), 3, 0.8, facecolor="black", edgecolor="white", hatch=hatch))
    assert 0.5 < ink(hatched).sum() / ink(plain).sum() < 0.95


def test_pixels_keep_the_whole_of_a_thin_stroke_wherever_it_stands() -> None:
    def darkness(place: float) -> int:
        canvas = Canvas(2.22)  # a fractional number of pixels
        style.draw_text(canvas, (0.1, place), "−", size=9.5)
        return int((255 - np.asarray(Image.open(io.BytesIO(to_png(canvas.svg()))).convert("L")).astype(int)).sum())

    found = [darkness(1 - step * 0.004) for step in range(33)]
    assert min(found) > 0.8 * max(found)


def test_a_letter_that_the_text_font_lacks_comes_from_the_second_font() -> None:
    assert all("DejaVu" in name for name in drawn_letters("سلام"))
    assert all("SourceSans3" in name for name in drawn_letters("Hawaiʻi"))
