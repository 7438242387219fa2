"""Lay the rows of a worksheet's table out on a page: as rows, or side by side with a row for each question.

Heights are estimates in points. They decide which layout takes the least paper; the writers set the real ones. In a
file that ``grows``, as in Word, a field is as tall as what is typed, and a list to choose from is one line.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from cluster_kit.content.models import ChoicePrompt, DatePrompt, NumberPrompt, PersonPrompt, RatingPrompt, TextPrompt
from cluster_kit.exercises.sources import SourceChoice
from cluster_kit.worksheets.arrangement import field_hint
from cluster_kit.worksheets.sheet import Blank, WorksheetGroup, WorksheetPart
from cluster_kit.worksheets.values import write_value

PAGE_WIDTH = 518.0
LINE, WORD = 18.0, 40.0
"""The height of a line, and the typical width of a word, in handwriting."""
PRINTED_LINE, CHARACTER, BOLD_CHARACTER, MARK = 11.0, 4.3, 5.0, 17.0
"""The same of print, and the width of a mark with its space."""
TYPED_LINE, TYPED_CHARACTER = 13.2, 5.2
EDGE, HEADER_EDGE = 8.0, 12.0
TALLEST = 300.0
KEY_WIDTH = 26.0
KEYED_FROM, MOST_KEYS = 17, 6
WORTH_KEYS = 0.85
WORTH_SPLITTING = 1.3  # a table in several is harder to read
EXPECTED_WORD = 16.0
"""The width of half a typed word: answers are shorter than what is asked for."""
WIDE_QUESTIONS = (190.0, 220.0, 250.0, 280.0)
HEAD_WIDTH, QUESTION_WIDTHS = 72.0, (110.0, 130.0, 150.0, 170.0, 190.0, 210.0)
MOST_ACROSS = 3
TITLE_LINES, HEAD_LINES = 2, 6  # the most of a header: of its title, and with help and hint
SIDE_LINES = 8  # the most of a row header, if the table can be laid out so
STEP, WIDER = 6.0, 60.0  # what a column gains at once, and what may make it lower
QUESTION = "Question"
_TEXT, _CHOICE, _CHOICES, _PERSON, _DATE, _NUMBER, _KEYS = 88.0, 70.0, 90.0, 96.0, 100.0, 46.0, 62.0


@dataclass(frozen=True)
class Heading:
    """The header of a row or column. ``asks`` is a field below or beside it, for hints; None for a row of the table."""

    title: str
    notes: tuple[str, ...] = ()
    asks: Blank | None = None


@dataclass(frozen=True)
class GridCell:
    """A field, and the title of the table's row that it belongs to."""

    blank: Blank
    row: str


@dataclass(frozen=True)
class Grid:
    """A table as printed. The first head is that of the row headers; ``widths`` are in points.

    A cell is None where a row does not have the field. The choices of the ``keyed`` columns, by prompt id, have
    letters, which are explained above the table. ``grows``: see the module.
    """

    heads: tuple[Heading, ...]
    widths: tuple[float, ...]
    rows: tuple[tuple[Heading, tuple[GridCell | None, ...]], ...]
    keyed: frozenset[str] = frozenset()
    grows: bool = False

    @property
    def height(self) -> float:
        """The estimated height in points."""
        head = max(_heading_height(h, w) for h, w in zip(self.heads, self.widths, strict=True))
        keys = sum(_heading_height(Heading(words), PAGE_WIDTH) for words in self.keys)
        return head + keys + sum(self._row_height(row, cells) for row, cells in self.rows)

    @property
    def excess_lines(self) -> int:
        """The lines by which the tallest row header is taller than a header should be."""
        return max(0, *(_heading_lines(row, self.widths[0]) - SIDE_LINES for row, _ in self.rows))

    def _row_height(self, row: Heading, cells: Sequence[GridCell | None]) -> float:
        first, *rest = self.widths
        sized = [(cell.blank, w) for cell, w in zip(cells, rest, strict=True) if cell]
        return max(
            [
                _heading_height(row, first),
                *(estimate_height(b, w, b.asks.id in self.keyed, self.grows) for b, w in sized),
            ]
        )

    @property
    def keys(self) -> list[str]:
        """A sentence for each set of choices that has letters."""
        columns: dict[tuple[str, ...], list[str]] = {}
        for head in self.heads:
            if head.asks and head.asks.asks.id in self.keyed:
                columns.setdefault(tuple(choice.label for choice in head.asks.choices), []).append(head.title)
        return [
            f"{', '.join(titles)}: {'; '.join(f'{key_of(at)} {label}' for at, label in enumerate(labels))}."
            for labels, titles in columns.items()
        ]


def lay_out_rows(part: WorksheetPart, *, grows: bool = False) -> list[Grid]:
    """The part's rows as one table or several, in the layout that takes the least paper."""
    columns = _list_columns(part.groups)
    layouts = [_lay_side_by_side(part.groups, columns, across, grows) for across in range(MOST_ACROSS, 0, -1)]
    layouts = [[grid] for grid in _lay_as_rows(part, columns, frozenset(), grows)] + layouts
    best = min(layouts, key=_total_height)
    if grows and len(best) > 1 and _total_height(layouts[0]) < WORTH_SPLITTING * _total_height(best):
        return layouts[0]
    keyed = frozenset(column.asks.id for column in columns if _can_be_keyed(column) and not grows)
    for grid in _lay_as_rows(part, columns, keyed) if keyed else ():
        if grid.height < WORTH_KEYS * _total_height(best):
            return [grid]
    return best


def _total_height(grids: Sequence[Grid]) -> float:
    return sum(grid.height for grid in grids)


def _can_be_keyed(column: Blank) -> bool:
    """True for a choice of one of a few options with long labels."""
    asks, choices = column.asks, column.choices
    is_one = isinstance(asks, ChoicePrompt) and not asks.many and not asks.other
    return is_one and 0 < len(choices) <= MOST_KEYS and max(len(choice.label) for choice in choices) >= KEYED_FROM


def key_of(place: int) -> str:
    """The letter of an option: A for the first."""
    return chr(ord("A") + place)


def count_lines(words: int, width: float) -> int:
    """The lines that so many words take in handwriting."""
    return max(1, math.ceil(words * WORD / width))


def count_columns(labels: Sequence[str], width: float) -> int:
    """The columns in which options with these labels fit side by side."""
    if len(labels) <= 1:
        return 1
    longest = max(map(len, labels)) * CHARACTER + MARK
    return max(1, min(len(labels), int(width // longest)))


def lay_out_questions(heads: Sequence[tuple[Heading, Blank]], answer: str) -> Grid:
    """Questions as the rows of a table with a column for their answers, in a file that grows."""
    rows = tuple((head, (GridCell(blank, ""),)) for head, blank in heads)
    columns = (Heading(QUESTION), Heading(answer))
    fitted = (Grid(columns, (width, PAGE_WIDTH - width), rows, grows=True) for width in WIDE_QUESTIONS)
    return min(fitted, key=lambda grid: grid.height)


def estimate_height(blank: Blank, width: float, is_keyed: bool = False, grows: bool = False) -> float:
    """The height of a field with what is written in it, or of letters to mark."""
    inside = width - EDGE
    if is_keyed:
        return math.ceil(len(blank.choices) / max(1, inside // KEY_WIDTH)) * LINE + EDGE
    shown = sum(math.ceil(len(v) * CHARACTER / inside) * PRINTED_LINE for v in blank.versions)
    return shown + (_typed_height(blank, inside) if grows else _field_height(blank, inside)) + EDGE


def _typed_height(blank: Blank, width: float) -> float:
    """The height of what is typed, or is to be expected, in a file that grows."""
    asks = blank.asks
    if isinstance(asks, ChoicePrompt) and asks.many and blank.is_list:
        lines = sum(math.ceil((len(choice.label) * CHARACTER + MARK) / width) for choice in blank.choices)
        return (lines + asks.other) * TYPED_LINE
    least = 2 if isinstance(asks, PersonPrompt) else 1
    if isinstance(asks, TextPrompt):
        least = math.ceil(asks.words * EXPECTED_WORD / width)
    typed = write_value(asks, blank.value, blank.choices).split("\n")
    return max(least, sum(math.ceil((len(line) or 1) * TYPED_CHARACTER / width) for line in typed)) * TYPED_LINE


def _field_height(blank: Blank, width: float) -> float:
    match blank.asks:
        case PersonPrompt():
            return 2 * LINE
        case ChoicePrompt() | RatingPrompt() if blank.is_list:
            other = LINE + PRINTED_LINE if isinstance(blank.asks, ChoicePrompt) and blank.asks.other else 0
            return other + _options_height(blank.choices, width)
        case TextPrompt():
            asked = count_lines(blank.asks.words, width) * LINE
        case _:
            asked = LINE
    typed = write_value(blank.asks, blank.value, blank.choices)
    needed = sum(math.ceil((len(line) or 1) * TYPED_CHARACTER / width) for line in typed.split("\n")) * TYPED_LINE
    again = needed if needed > TALLEST else 0  # printed below the field once more
    return again + min(max(asked, needed), TALLEST)


def _options_height(choices: Sequence[SourceChoice], width: float) -> float:
    labels = [choice.label for choice in choices]
    columns = count_columns(labels, width)
    lines = sum(math.ceil(len(label) * CHARACTER / max(width / columns - MARK, CHARACTER)) for label in labels)
    return math.ceil(lines / columns) * PRINTED_LINE + len(labels) / columns * 2.5


def _heading_height(heading: Heading, width: float) -> float:
    return _heading_lines(heading, width) * PRINTED_LINE + EDGE


def _heading_lines(heading: Heading, width: float) -> int:
    hint = field_hint(heading.asks) if heading.asks else ""
    return _count_printed((heading.title, *heading.notes, hint), width)


def _list_columns(groups: Sequence[WorksheetGroup]) -> list[Blank]:
    """One field of each column, in order."""
    return list({blank.asks.id: blank for group in groups for blank in group.blanks}.values())


def _cells(group: WorksheetGroup, columns: Sequence[Blank]) -> Iterator[GridCell | None]:
    own = {blank.asks.id: blank for blank in group.blanks}
    for column in columns:
        blank = own.get(column.asks.id)
        yield GridCell(blank, group.title) if blank else None


def _ask(blank: Blank) -> Heading:
    return Heading(blank.asks.label, (blank.asks.help,) if blank.asks.help else (), blank)


def _lay_as_rows(
    part: WorksheetPart, columns: Sequence[Blank], keyed: frozenset[str], grows: bool = False
) -> Iterator[Grid]:
    """The table with its own rows and columns, if these fit side by side."""
    widths = _fit_widths(part.groups, columns, keyed, grows)
    if sum(widths) <= PAGE_WIDTH:
        heads = (Heading(part.row_name), *map(_ask, columns))
        rows = tuple((Heading(group.title, group.notes), tuple(_cells(group, columns))) for group in part.groups)
        yield Grid(heads, tuple(widths), rows, keyed, grows)


def _lay_side_by_side(
    groups: Sequence[WorksheetGroup], columns: Sequence[Blank], across: int, grows: bool
) -> list[Grid]:
    """A table for so many rows at most, equally filled, with a row for each question."""
    tables = math.ceil(len(groups) / across)
    size = math.ceil(len(groups) / tables)
    return [_side_by_side(groups[at : at + size], columns, grows) for at in range(0, len(groups), size)]


def _side_by_side(groups: Sequence[WorksheetGroup], columns: Sequence[Blank], grows: bool) -> Grid:
    heads = (Heading(QUESTION), *(Heading(group.title, group.notes) for group in groups))
    cells = [tuple(_cells(group, columns)) for group in groups]
    rows = tuple((_ask(column), tuple(one[at] for one in cells)) for at, column in enumerate(columns))
    fitted = (
        Grid(heads, (width, *((PAGE_WIDTH - width) / len(groups),) * len(groups)), rows, grows=grows)
        for width in QUESTION_WIDTHS
    )
    return min(fitted, key=lambda grid: (grid.excess_lines, grid.height))


def _fit_widths(
    groups: Sequence[WorksheetGroup], columns: Sequence[Blank], keyed: frozenset[str], grows: bool
) -> list[float]:
    """The narrowest width of each column, and more for those that make their rows tall.

    In a file that grows, only those that are then lower get more, and all share the rest.
    """
    least = [_KEYS if column.asks.id in keyed else _narrowest(column) for column in columns]
    names = max(_word_width(group.title) for group in groups)
    widths = [max(HEAD_WIDTH, names), *(max(w, _head_width(c)) for w, c in zip(least, columns, strict=True))]
    fields = [[b for group in groups for b in group.blanks if b.asks.id == column.asks.id] for column in columns]
    titles = [Heading(group.title, group.notes) for group in groups]
    needs: list[Callable[[float], float]] = [lambda width: len(groups) * max(_heading_height(t, width) for t in titles)]
    needs += [
        _need(_ask(column), each, column.asks.id in keyed, grows) for column, each in zip(columns, fields, strict=True)
    ]
    while sum(widths) + STEP <= PAGE_WIDTH:
        lower = [at for at, width in enumerate(widths) if not grows or needs[at](width + WIDER) < needs[at](width)]
        if not lower:
            break
        widths[max(lower, key=lambda at: needs[at](widths[at]))] += STEP
    rest = max(0.0, PAGE_WIDTH - sum(widths)) / len(widths)
    return [width + rest for width in widths]


def _word_width(title: str) -> float:
    """The width in which the longest word of a header is whole."""
    return max(map(len, title.split()), default=0) * BOLD_CHARACTER + HEADER_EDGE


def _head_width(column: Blank) -> float:
    """The width in which a column's header, with its help and hint, has whole words and few lines."""
    label, *notes = (column.asks.label, column.asks.help, field_hint(column))
    width = max(map(_word_width, (label, *notes)))
    wanted = (((label,), TITLE_LINES), ((label, *notes), HEAD_LINES))
    while any(_count_printed(texts, width) > most for texts, most in wanted):
        width += STEP
    return width


def _count_printed(texts: Sequence[str], width: float) -> int:
    """The lines of texts in print, without the empty ones."""
    return sum(math.ceil(len(text) * CHARACTER / (width - EDGE)) for text in texts)


def _need(head: Heading, fields: Sequence[Blank], is_keyed: bool, grows: bool) -> Callable[[float], float]:
    """The height of a column by its width, as if its tallest field were in every row."""

    def height(width: float) -> float:
        tallest = max(estimate_height(blank, width, is_keyed, grows) for blank in fields)
        return _heading_height(head, width) + len(fields) * tallest

    return height


def _narrowest(blank: Blank) -> float:
    match blank.asks:
        case PersonPrompt():
            return _PERSON
        case DatePrompt():
            return _DATE
        case NumberPrompt():
            return _NUMBER
        case ChoicePrompt(many=True):
            return _CHOICES
        case ChoicePrompt() | RatingPrompt():
            return _CHOICE
        case _:
            return _TEXT
