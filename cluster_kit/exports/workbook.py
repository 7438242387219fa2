"""A workbook that a person wants to read: a sheet for each exercise, then every answer, and the codebook.

Text that people typed stays text: it is never a formula, a link or a number, also when somebody edits its cell later.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import pandas as pd
import xlsxwriter
from pydantic import JsonValue
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range_abs
from xlsxwriter.worksheet import Worksheet

from cluster_kit.content.models import (
    AnswerSource,
    CellPrompt,
    ChoicePrompt,
    Content,
    Exercise,
    RatingPrompt,
)
from cluster_kit.content.prompt_kinds import NOT_SURE
from cluster_kit.documents.typed_text import clean
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.fields import DEPTH_PROMPT, Field, RowPresence, index_fields
from cluster_kit.exercises.labels import Speller
from cluster_kit.exports.gathering import AnswerLine
from cluster_kit.exports.tables import codebook_frame, tidy_frame
from cluster_kit.web.tokens import COLORS

READ_ME, EVERYTHING, CODEBOOK, LISTS = "Read me", "All answers", "Codebook", "Lists"
_FIRST = (("State", 16), ("Part", 24), ("Row", 30), ("Person", 10))
_LONGEST_NAME, _LONGEST_CELL, _SPARE_ROWS = 31, 32_767, 200
_TYPED_WIDTHS = {"text": 40, "choice": 26, "rating": 20, "number": 10, "date": 14, "person": 28}
_FRAME_WIDTHS = {"question": 50, "words": 60, "values": 80, "help": 40, "row_label": 30, "answered_at": 20}
_HOW_TO = (
    "Each sheet has the answers to one exercise: a row for each state, and for each row of a table. The first sheets"
    " are for reading; All answers has one answer in a row, for programs; Codebook says what every question asks.",
    "What a state keeps for its own team is not in this file. The column “Who may see it” says how far the rest may"
    " travel: “Other states” means other states, and everything else stays with the staff of the series.",
    "Person is a number within the state for answers that everybody gives for themselves. It is not a name.",
    "Several answers of a team that it has not settled on stand in one cell, with a line between them.",
    "Lists in cells help to sort and correct a copy. Changes in this file do not reach the states' answers.",
)


@dataclass(frozen=True)
class _Looks:
    head: Format
    wrap: Format
    number: Format
    day: Format


@dataclass
class _Lists:
    """The choices that cells offer, one list in a column of a sheet of its own."""

    sheet: Worksheet
    places: dict[tuple[str, ...], str] = field(default_factory=dict)

    def place(self, labels: tuple[str, ...]) -> str:
        """Where a list stands, as a formula for a cell's validation."""
        if labels not in self.places:
            column = len(self.places)
            for row, label in enumerate(labels):
                self.sheet.write_string(row, column, label)
            self.places[labels] = f"={LISTS}!{xl_range_abs(0, column, len(labels) - 1, column)}"
        return self.places[labels]


def write_export_workbook(content: Content, lines: Sequence[AnswerLine], path: Path) -> None:
    """Write the workbook to a file; an older one is replaced."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(path), {**options, "remove_timezone": True})
    book.set_properties({"title": f"{content.series.title}: answers", "author": "cluster-kit"})
    head = {"font_color": COLORS["paper"], "bg_color": COLORS["accent"]}
    looks = _Looks(
        head=book.add_format({**head, "bold": True, "text_wrap": True, "valign": "top"}),
        wrap=book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True}),
        number=book.add_format({"valign": "top"}),
        day=book.add_format({"valign": "top", "num_format": "yyyy-mm-dd"}),
    )
    _read_me(book, looks, content)
    sheets = {key: list(group) for key, group in groupby(lines, key=lambda line: (line.session, line.exercise.id))}
    lists = _Lists(book.add_worksheet(LISTS))
    for session in content.sessions:
        for exercise in session.exercises:
            said = sheets.get((session.number, exercise.id), [])
            if said:
                name = _sheet_name(book, f"{session.number} {exercise.title}")
                _exercise(book.add_worksheet(name), looks, lists, (content, session.number, exercise), said)
    _frame(book.add_worksheet(EVERYTHING), looks, tidy_frame(content, lines))
    _frame(book.add_worksheet(CODEBOOK), looks, codebook_frame(content))
    lists.sheet.hide()
    book.close()


def _sheet_name(book: xlsxwriter.Workbook, title: str) -> str:
    """The title as the name of a sheet: short enough, without forbidden signs, and the only one of its kind."""
    plain = " ".join("".join(" " if char in "[]:*?/\\'" else char for char in clean(title)).split())
    taken = {sheet.get_name().casefold() for sheet in book.worksheets()}
    if len(plain) > _LONGEST_NAME:
        plain = plain[: _LONGEST_NAME - 1].rpartition(" ")[0] + "…"
    name, number = plain, 1
    while name.casefold() in taken:
        number += 1
        name = f"{plain[: _LONGEST_NAME - 3]} {number}"
    return name


def _read_me(book: xlsxwriter.Workbook, looks: _Looks, content: Content) -> None:
    sheet = book.add_worksheet(READ_ME)
    sheet.set_column(0, 0, 110)
    made_up = (
        ["Everything in this file is made up. It serves to try the workshop out."] if content.series.fictional else []
    )
    made = f"Made on {dt.datetime.now(dt.UTC):%Y-%m-%d at %H:%M} UTC, for the staff of the series."
    for row, words in enumerate([content.series.title, *made_up, made, *_HOW_TO]):
        sheet.write_string(row, 0, words, looks.head if row == 0 else looks.wrap)


def _exercise(
    sheet: Worksheet, looks: _Looks, lists: _Lists, which: tuple[Content, int, Exercise], lines: Sequence[AnswerLine]
) -> None:
    """A row for each state (and person, and row of a table), a column for each question that was answered."""
    content, session, exercise = which
    answered = {line.prompt for line in lines}
    fields = {p: f for p, f in index_fields(content, exercise).items() if p in answered and p != DEPTH_PROMPT}
    titles = {"": "", **{prompt.id: prompt.label for prompt in exercise.prompts}}
    rows = _rows(lines)
    heads = [(state, titles[part], row, person) for state, part, _, row, person in rows]
    used = [at for at in range(len(_FIRST)) if any(head[at] for head in heads)]
    widths = [(_asks(f).label, _TYPED_WIDTHS.get(_asks(f).kind, 30)) for f in fields.values()]
    _head(sheet, looks, [*(_FIRST[at] for at in used), *widths], frozen=1)
    for number, (head, cells) in enumerate(zip(heads, rows.values(), strict=True), start=1):
        for at, which_head in enumerate(used):
            _write_text(sheet, (number, at), head[which_head], looks)
        for at, prompt in enumerate(fields, start=len(used)):
            _write_cell(sheet, (number, at), cells.get(prompt, []), looks)
    for at, asked in enumerate(fields.values(), start=len(used)):
        _offer(sheet, lists, at, len(rows), _choices(content, session, _asks(asked)))
    sheet.autofilter(0, 0, len(rows), len(used) + len(fields) - 1)


Key = tuple[str, str, int, str, str]


def _rows(lines: Iterable[AnswerLine]) -> Mapping[Key, dict[str, list[AnswerLine]]]:
    """The answers by state, part, row and person; by question within. Answers without a row share one."""
    rows: dict[Key, dict[str, list[AnswerLine]]] = {}
    for line in lines:
        table = line.prompt.partition(".")[0] if line.field.rows != "none" else ""
        person = line.person if line.is_own else ""
        key = (line.state, table, line.row_place if table else 0, line.row_label, person)
        rows.setdefault(key, {}).setdefault(line.prompt, []).append(line)
    order = {table: place for place, table in enumerate(dict.fromkeys(key[1] for key in rows))}
    return dict(sorted(rows.items(), key=lambda pair: (order[pair[0][1]], pair[0][0], *pair[0][2:])))


def _asks(asked: Field) -> CellPrompt:
    assert not isinstance(asked.asks, RowPresence)  # noqa: S101 - only what was answered has a column
    return asked.asks


def _choices(content: Content, session: int, asks: CellPrompt) -> tuple[str, ...]:
    """What a cell of this question offers; nothing where several may be chosen, or each state has its own choices."""
    if isinstance(asks, RatingPrompt):
        speller = Speller(content, Answers(()), session)
        points: list[JsonValue] = [*(anchor.value for anchor in asks.scale), NOT_SURE]
        return tuple(speller.spell(asks, value) for value in points)
    if not isinstance(asks, ChoicePrompt) or asks.many or isinstance(asks.options_from, AnswerSource):
        return ()
    return tuple(Speller(content, Answers(()), session).options(asks).values())


def _offer(sheet: Worksheet, lists: _Lists, column: int, rows: int, labels: tuple[str, ...]) -> None:
    if labels:
        message = "Choose from the list."
        rule = {"validate": "list", "source": lists.place(labels), "error_type": "warning", "error_message": message}
        sheet.data_validation(1, column, rows + _SPARE_ROWS, column, rule)


def _write_cell(sheet: Worksheet, at: tuple[int, int], lines: Sequence[AnswerLine], looks: _Looks) -> None:
    """One answer as what it is, a day or a number; several, and words, as text."""
    if len(lines) == 1:
        line = lines[0]
        match line.asks.to_cell(line.value):
            case float() as number:
                sheet.write_number(*at, number, looks.number)
                return
            case dt.datetime() as day:
                sheet.write_datetime(*at, day, looks.day)
                return
    _write_text(sheet, at, "\n———\n".join(dict.fromkeys(line.words for line in lines)), looks)


def _write_text(sheet: Worksheet, at: tuple[int, int], words: str, looks: _Looks) -> None:
    if len(words) > _LONGEST_CELL:
        words = words[: _LONGEST_CELL - 60] + "… (longer than a cell can be: see the other formats)"
    if words:
        sheet.write_string(*at, words, looks.wrap)


def _head(sheet: Worksheet, looks: _Looks, columns: Sequence[tuple[str, int]], frozen: int) -> None:
    sheet.freeze_panes(1, frozen)
    for at, (label, width) in enumerate(columns):
        sheet.set_column(at, at, width)
        sheet.write_string(0, at, label, looks.head)


def _frame(sheet: Worksheet, looks: _Looks, frame: pd.DataFrame) -> None:
    """A data frame as it is, with a filter on every column."""
    _head(sheet, looks, [(name, _FRAME_WIDTHS.get(name, 16)) for name in frame.columns], frozen=0)
    for number, row in enumerate(frame.itertuples(index=False), start=1):
        for at, value in enumerate(row):
            if isinstance(value, str):
                _write_text(sheet, (number, at), value, looks)
            elif isinstance(value, pd.Timestamp):
                _write_text(sheet, (number, at), value.isoformat(timespec="seconds"), looks)
            elif not pd.isna(value):
                sheet.write_number(number, at, float(value), looks.number)
    sheet.autofilter(0, 0, max(1, len(frame)), len(frame.columns) - 1)
