"""Rows of written workbooks are as tall as their wrapped text, also where LibreOffice displays them."""

from __future__ import annotations

import io
from itertools import pairwise
from pathlib import Path

import pytest
from openpyxl import load_workbook

from cluster_kit.spreadsheets import LINE_HEIGHT, MAX_HEIGHT, MAX_WIDTH, FittedWorkbook, count_wrapped_lines
from tests.libreoffice import CALC, convert_all
from tests.packets.line_boxes import read_lines

SENTENCE = "The board and the college agreed which courses count for both, who says so, and who pays for it. "
SMALLEST_PITCH = 10.5  # points, of two lines of text of 10 points


def write(path: Path, *texts: str, wrapped: bool = True, width: int = 30) -> None:
    file = io.BytesIO()
    book = FittedWorkbook(file)
    sheet = book.add_worksheet("Sheet")
    sheet.set_column(0, 1, width)
    for row, text in enumerate(texts):
        sheet.write_string(row, 1, text, book.add_format({"text_wrap": wrapped, "valign": "top"}))
    book.close()
    path.write_bytes(file.getvalue())


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [("", 10, 1), ("one two", 10, 1), ("one two three", 10, 2), ("a\n\nb", 10, 3), ("x" * 25, 10, 3), ("ab", 0.5, 2)],
)
def test_lines_are_those_of_wrapped_text(text: str, width: float, lines: int) -> None:
    assert count_wrapped_lines(text, width) == lines


def test_rows_have_heights_of_their_tallest_text(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    write(path, "Short", "Line\n" * 3 + "Line", SENTENCE * 300)
    heights = load_workbook(path)["Sheet"].row_dimensions
    assert heights[1].height is None
    assert 4 * LINE_HEIGHT <= heights[2].height < 5 * LINE_HEIGHT
    assert heights[3].height == pytest.approx(MAX_HEIGHT, abs=0.5)


def test_a_column_is_wider_if_its_longest_text_would_be_higher_than_a_row_can_be(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    write(path, "Short", SENTENCE * 20)
    sheet = load_workbook(path)["Sheet"]
    width = sheet.column_dimensions["B"].width
    assert 30 < width < MAX_WIDTH
    height = sheet.row_dimensions[2].height
    assert count_wrapped_lines(SENTENCE * 20, width) * LINE_HEIGHT < height < MAX_HEIGHT
    write(path, "Short", SENTENCE * 2)
    both = load_workbook(path)["Sheet"].column_dimensions["A"]
    assert (both.max, both.width) == (2, pytest.approx(30, abs=1))


def test_a_text_that_is_not_wrapped_takes_one_line(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    write(path, SENTENCE * 3, wrapped=False)
    assert load_workbook(path)["Sheet"].row_dimensions[1].height is None


@pytest.mark.skipif(CALC is None, reason="LibreOffice Calc is not installed")
@pytest.mark.parametrize("width", [16, 30, 60])
def test_libreoffice_shows_whole_texts_and_none_over_another(tmp_path: Path, width: int) -> None:
    path = tmp_path / "book.xlsx"
    write(path, *(f"Begin {n}. {SENTENCE * (n % 4 + 1)}End {n}." for n in range(8)), width=width)
    [pdf] = convert_all([path], "pdf", tmp_path)
    shown = " ".join(line.words for page in read_lines(pdf) for line in page)
    assert [f"Begin {n}." in shown and f"End {n}." in shown for n in range(8)] == [True] * 8
    tops = [line.top for line in read_lines(pdf)[0]]
    assert len(tops) > 8
    assert min(after - before for before, after in pairwise(tops)) > SMALLEST_PITCH


def test_every_sheet_is_printed_as_wide_as_a_page() -> None:
    """The first sheet of a crosswalk's workbook was printed with its labels on one page and its text on the next."""
    file = io.BytesIO()
    with FittedWorkbook(file) as book:
        for name in ("Text", "Table"):
            book.add_worksheet(name).set_column(0, 3, 100)
    for sheet in load_workbook(file).worksheets:
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        width = sheet.page_setup.fitToWidth
        assert (1 if width is None else width, sheet.page_setup.fitToHeight) == (1, 0)  # one page unless it says more
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 1)


def test_hidden_columns_do_not_make_rows_tall() -> None:
    file = io.BytesIO()
    with FittedWorkbook(file) as book:
        sheet = book.add_worksheet("Sheet")
        wrapped = book.add_format({"text_wrap": True})
        for column, name in enumerate(("Shown", "Hidden with a long name")):
            sheet.set_column(column, column, 20)
            sheet.write_string(0, column, name, wrapped)
        sheet.set_column(1, 1, 4, None, {"hidden": True})
    assert load_workbook(file).active.row_dimensions[1].height is None
