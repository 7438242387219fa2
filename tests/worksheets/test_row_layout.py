"""The layout of a worksheet's tables: their own rows and columns, or rows side by side, whichever takes less paper."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cluster_kit.content.models import ChoicePrompt, NumberPrompt, Option, TextPrompt
from cluster_kit.exercises.sources import SourceChoice
from cluster_kit.worksheets.marks import FieldToken
from cluster_kit.worksheets.row_layout import (
    CHARACTER,
    EDGE,
    PAGE_WIDTH,
    QUESTION,
    count_lines,
    estimate_height,
    lay_out_rows,
)
from cluster_kit.worksheets.sheet import Blank, WorksheetGroup, WorksheetPart

MARK = FieldToken("0" * 12)
LONG = [f"Has a definition that is its own, number {number}" for number in range(5)]


def _text(name: str, words: int) -> Blank:
    return Blank(MARK, TextPrompt(kind="text", id=name, label=f"Question {name}", words=words))


def _choice(name: str, labels: list[str]) -> Blank:
    options = tuple(Option(id=f"o{number}", label=label) for number, label in enumerate(labels))
    asks = ChoicePrompt(kind="choice", id=name, label=f"Question {name}", options=options)
    return Blank(MARK, asks, choices=tuple(SourceChoice(option.id, option.label) for option in options))


def _table(rows: int, *blanks: Blank) -> WorksheetPart:
    groups = tuple(WorksheetGroup(f"Row {number}", blanks) for number in range(1, rows + 1))
    return WorksheetPart("Title", "", groups, row_name="Row")


def test_a_table_with_few_columns_keeps_its_rows() -> None:
    [grid] = lay_out_rows(_table(9, _text("a", 6), _choice("b", ["Yes", "No"])))
    assert [head.title for head in grid.heads] == ["Row", "Question a", "Question b"]
    assert [row.title for row, _ in grid.rows] == [f"Row {number}" for number in range(1, 10)]
    assert sum(grid.widths) == pytest.approx(PAGE_WIDTH)


def test_a_header_with_help_has_whole_words_and_few_lines() -> None:
    """A column of ranks was 46 points wide, and its header had 12 lines."""
    help_ = "1 is the goal to work on first. Responsibilities that no team has yet have no rank."
    rank = Blank(MARK, NumberPrompt(kind="number", id="r", label="Rank", help=help_))
    for grows in (False, True):
        grid, *_ = lay_out_rows(_table(9, rank, _text("a", 12)), grows=grows)
        assert [head.title for head in grid.heads] == ["Row", "Rank", "Question a"]
        assert grid.widths[1] > len("Responsibilities") * CHARACTER + EDGE
        assert (len("Rank") + len(help_)) * CHARACTER / (grid.widths[1] - EDGE) < 6


def test_a_row_header_with_much_help_has_few_lines() -> None:
    """Beside answers of one line, a narrow header of 11 lines took least paper."""
    help_ = "Each choice includes the ones before it. " * 4
    asks = TextPrompt(kind="text", id="h", label="Who may see it", help=help_.strip(), words=40)
    for grid in lay_out_rows(_table(3, Blank(MARK, asks), *(_text(name, 40) for name in "abcdef"))):
        assert grid.heads[0].title == QUESTION
        assert grid.excess_lines == 0


@pytest.mark.parametrize(("rows", "tables"), [(1, 1), (2, 1), (4, 2)])
def test_a_table_with_many_columns_has_its_rows_side_by_side(rows: int, tables: int) -> None:
    columns = [_text(name, 12) for name in "abcdefg"]
    grids = lay_out_rows(_table(rows, *columns))
    assert len(grids) >= tables
    assert all(grid.heads[0].title == QUESTION and sum(grid.widths) == pytest.approx(PAGE_WIDTH) for grid in grids)
    shown = [cell.row for grid in grids for _, cells in grid.rows for cell in cells if cell]
    assert len(shown) == 7 * rows
    assert set(shown) == {f"Row {number}" for number in range(1, rows + 1)}


def test_long_choices_of_a_matrix_have_letters_that_are_explained_once() -> None:
    [grid] = lay_out_rows(_table(10, *(_choice(name, LONG) for name in "abcd")))
    assert grid.keyed == set("abcd")
    [key] = grid.keys
    assert key.startswith(f"Question a, Question b, Question c, Question d: A {LONG[0]}; B {LONG[1]}")
    assert not lay_out_rows(_table(10, *(_choice(name, ["Yes", "No"]) for name in "abcd")))[0].keyed


def test_space_to_write_in_follows_from_what_is_asked_and_from_what_is_there() -> None:
    assert count_lines(5, PAGE_WIDTH) == 1
    assert count_lines(25, PAGE_WIDTH) < count_lines(50, PAGE_WIDTH) == count_lines(25, PAGE_WIDTH / 2)
    short = _text("a", 5)
    assert estimate_height(replace(short, value="word " * 200), 200) > estimate_height(short, 200)
