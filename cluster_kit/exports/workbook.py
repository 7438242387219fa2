"""Excel workbook for readers: a sheet for each exercise, then every answer, and the codebook.

User text stays text: it is never read as a formula, a link, or a number, even if its cell is edited later.
"""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

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
from cluster_kit.content.prompt_kinds import format_day
from cluster_kit.documents.typed_text import visible_text
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.fields import PAGE_PROMPTS, Field, RowPresence, index_fields
from cluster_kit.exercises.labels import AnswerFormatter
from cluster_kit.exports.gathering import AnswerLine
from cluster_kit.files import write_atomically
from cluster_kit.spreadsheets import FittedWorkbook
from cluster_kit.web.tokens import COLORS

READ_ME, LISTS = "Read me", "Lists"
_RESERVED = {"history"}  # Excel keeps this name for itself
_FIRST = (("State", 16), ("Part", 24), ("Row", 30), ("Person", 10))
_LONGEST_NAME, _LONGEST_CELL, _SPARE_ROWS = 31, 32_767, 200
_TYPED_WIDTHS = {"text": 40, "choice": 26, "rating": 20, "number": 10, "date": 14, "person": 28}
_FRAME_WIDTHS = {"question": 50, "words": 60, "value": 50, "values": 80, "help": 60, "row_label": 30, "answered_at": 20}
_FRAME_WIDTHS |= {"question_text": 50, "outcome_text": 50, "label": 30, "exercise_title": 30}
_FRAME_WIDTHS |= {
    "meaning": 90,
    "table": 24,
    "row": 30,
    "at": 20,
    "changed_at": 20,
    "name": 26,
    "email": 32,
    "contact": 32,
    "owner": 26,
    "step": 50,
    "detail": 80,
}
_NARROWEST = 10
_PAGE_WIDTH = 190  # characters across a printed landscape page that can still be read
_FILTER_WIDTH = 3  # of the button beside a column's name
_DAYS = {"due", "by", "first_seen", "last_seen"}
"""Columns with days, or days and times, as ISO text in the data frame."""
_HOW_TO = (
    "Each sheet has the answers to one exercise: a row for each state, and for each row of a table. The first sheets"
    " are for reading; All answers has one answer in a row, for programs; Codebook says what every question asks, and"
    " Data dictionary what every column means.",
    "What a state keeps for its own team is not in this file. The column “Who may see it” says how far the rest may"
    " travel: “Other states” means other states, and everything else stays with the staff of the series.",
    "Person is a number within the state for answers that everybody gives for themselves. It is not a name.",
    "Several answers of a team among which it has not chosen are in one cell, with a line between them.",
    "Lists in cells help to sort and correct a copy. Changes in this file do not reach the states' answers.",
)


@dataclass(frozen=True)
class _Formats:
    head: Format
    wrap: Format
    number: Format
    day: Format
    time: Format


@dataclass
class _Lists:
    """Dropdown choices for cells, one list per column of a separate sheet."""

    sheet: Worksheet
    places: dict[tuple[str, ...], str] = field(default_factory=dict)

    def place(self, labels: tuple[str, ...]) -> str:
        """The range of a list, as a formula for data validation."""
        if labels not in self.places:
            column = len(self.places)
            for row, label in enumerate(labels):
                self.sheet.write_string(row, column, label)
            self.places[labels] = f"={LISTS}!{xl_range_abs(0, column, len(labels) - 1, column)}"
        return self.places[labels]


def write_export_workbook(
    content: Content,
    lines: Sequence[AnswerLine],
    path: Path,
    tables: Mapping[str, pd.DataFrame],
    since: dt.datetime | None,
) -> None:
    """Write the workbook to a file, replacing an older one: a sheet for each exercise, then one for each table.

    ``since``: the workbook has only what has changed from this time on, and says so.
    """
    written = io.BytesIO()
    book, formats = _new_book(written, f"{content.series.title}: answers")
    _read_me(book, formats, content, since)
    sheets = {key: list(group) for key, group in groupby(lines, key=lambda line: (line.session, line.exercise.id))}
    lists = _Lists(book.add_worksheet(LISTS))
    for session in content.sessions:
        for exercise in session.exercises:
            rows = sheets.get((session.number, exercise.id), [])
            if rows:
                name = _sheet_name(book, f"{session.number} {exercise.title}")
                _exercise(book.add_worksheet(name), formats, lists, (content, session.number, exercise), rows)
    for name, frame in tables.items():
        _frame(book.add_worksheet(_sheet_name(book, name)), formats, frame)
    lists.sheet.hide()
    _link_sheets(book)
    book.close()
    write_atomically(path, written.getvalue())


def write_sheets_workbook(frames: Mapping[str, pd.DataFrame], title: str, path: Path) -> None:
    """Write data frames as a workbook with a sheet for each, by its name. Text stays text."""
    written = io.BytesIO()
    book, formats = _new_book(written, title)
    for name, frame in frames.items():
        _frame(book.add_worksheet(_sheet_name(book, name)), formats, frame)
    book.close()
    write_atomically(path, written.getvalue())


def _new_book(file: io.BytesIO, title: str) -> tuple[xlsxwriter.Workbook, _Formats]:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = FittedWorkbook(file, {**options, "remove_timezone": True})
    book.set_properties({"title": title, "author": "cluster-kit"})
    head = {"font_color": COLORS["paper"], "bg_color": COLORS["accent"]}
    formats = _Formats(
        head=book.add_format({**head, "bold": True, "text_wrap": True, "valign": "top"}),
        wrap=book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True}),
        number=book.add_format({"valign": "top"}),
        day=book.add_format({"valign": "top", "num_format": "yyyy-mm-dd"}),
        time=book.add_format({"valign": "top", "num_format": "yyyy-mm-dd hh:mm:ss"}),
    )
    return book, formats


def _sheet_name(book: xlsxwriter.Workbook, title: str) -> str:
    """The title as a valid sheet name: short enough, without forbidden characters, and unique."""
    plain = " ".join("".join(" " if char in "[]:*?/\\'" else char for char in visible_text(title)).split())
    plain = plain or "Sheet"
    taken = _RESERVED | {sheet.get_name().casefold() for sheet in book.worksheets()}
    if len(plain) > _LONGEST_NAME:
        plain = plain[: _LONGEST_NAME - 1].rpartition(" ")[0] + "…"
    name, number = plain, 1
    while name.casefold() in taken:
        number += 1
        name = f"{plain[: _LONGEST_NAME - 3]} {number}"
    return name


def _read_me(book: xlsxwriter.Workbook, formats: _Formats, content: Content, since: dt.datetime | None) -> None:
    sheet = book.add_worksheet(READ_ME)
    sheet.set_column(0, 0, 90)  # a page
    made_up = (
        ["Everything in this file is made up. It is for trying out the workshop."] if content.series.fictional else []
    )
    made = f"Made on {_in_words(dt.datetime.now(dt.UTC))}, for the staff of the series."
    part = [f"Only what has changed since {_in_words(since)}."] if since else []
    for row, text in enumerate([content.series.title, *made_up, made, *part, *_HOW_TO]):
        sheet.write_string(row, 0, text, formats.head if row == 0 else formats.wrap)


def _in_words(time: dt.datetime) -> str:
    return f"{format_day(f'{time:%Y-%m-%d}')} at {time:%H:%M} UTC"


def _link_sheets(book: xlsxwriter.Workbook) -> None:
    """List the sheets of exercises, each as a link, below the text of the first sheet."""
    first, *others = (sheet for sheet in book.worksheets() if not sheet.hidden)
    for row, sheet in enumerate(others, start=first.dim_rowmax + 2):
        first.write_url(row, 0, f"internal:'{sheet.get_name()}'!A1", string=sheet.get_name())


def _exercise(
    sheet: Worksheet,
    formats: _Formats,
    lists: _Lists,
    which: tuple[Content, int, Exercise],
    lines: Sequence[AnswerLine],
) -> None:
    """One row per state (and person, and table row), one column per answered question."""
    content, session, exercise = which
    answered = {line.prompt for line in lines}
    fields = {p: f for p, f in index_fields(content, exercise).items() if p in answered and p not in PAGE_PROMPTS}
    titles = {"": "", **{prompt.id: prompt.label for prompt in exercise.prompts}}
    rows = _rows(lines)
    heads = [(state, titles[part], row, person) for state, part, _, row, person in rows]
    used = [at for at in range(len(_FIRST)) if any(head[at] for head in heads)]
    widths = [(_asks(f).label, _TYPED_WIDTHS.get(_asks(f).kind, 30)) for f in fields.values()]
    _head(sheet, formats, [*(_FIRST[at] for at in used), *widths], frozen=1)
    for number, (head, cells) in enumerate(zip(heads, rows.values(), strict=True), start=1):
        for at, which_head in enumerate(used):
            _write_text(sheet, (number, at), head[which_head], formats)
        for at, prompt in enumerate(fields, start=len(used)):
            _write_cell(sheet, (number, at), cells.get(prompt, []), formats)
    for at, asked in enumerate(fields.values(), start=len(used)):
        _offer(sheet, lists, at, len(rows), _choices(content, session, _asks(asked)))
    sheet.autofilter(0, 0, len(rows), len(used) + len(fields) - 1)


Key = tuple[str, str, int, str, str]


def _rows(lines: Iterable[AnswerLine]) -> Mapping[Key, dict[str, list[AnswerLine]]]:
    """Answers by state, part, row, and person, then by question. Answers without a row share one."""
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
    """The dropdown choices of a question; empty for multiple choice, and if choices differ by state."""
    if isinstance(asks, RatingPrompt):
        formatter = AnswerFormatter(content, Answers(()), session)
        points: list[JsonValue] = [*(anchor.value for anchor in asks.scale), *asks.off_scale]
        return tuple(formatter.format(asks, value) for value in points)
    if not isinstance(asks, ChoicePrompt) or asks.many or isinstance(asks.options_from, AnswerSource):
        return ()
    return tuple(AnswerFormatter(content, Answers(()), session).options(asks).values())


def _offer(sheet: Worksheet, lists: _Lists, column: int, rows: int, labels: tuple[str, ...]) -> None:
    if labels:
        message = "Choose from the list."
        rule = {"validate": "list", "source": lists.place(labels), "error_type": "warning", "error_message": message}
        sheet.data_validation(1, column, rows + _SPARE_ROWS, column, rule)


def _write_cell(sheet: Worksheet, at: tuple[int, int], lines: Sequence[AnswerLine], formats: _Formats) -> None:
    """Write one answer as a date or a number if it is one; several answers, or text, as text."""
    if len(lines) == 1:
        line = lines[0]
        match line.asks.to_cell(line.value):
            case float() as number:
                sheet.write_number(*at, number, formats.number)
                return
            case dt.datetime() as day:
                sheet.write_datetime(*at, day, formats.day)
                return
    _write_text(sheet, at, "\n———\n".join(dict.fromkeys(line.text for line in lines)), formats)


def _write_text(sheet: Worksheet, at: tuple[int, int], text: str, formats: _Formats) -> None:
    if len(text) > _LONGEST_CELL:
        text = text[: _LONGEST_CELL - 60] + "… (longer than a cell can be: see the other formats)"
    if text:
        sheet.write_string(*at, text, formats.wrap)


def _head(sheet: Worksheet, formats: _Formats, columns: Sequence[tuple[str, int]], frozen: int) -> None:
    sheet.freeze_panes(1, frozen)
    sheet.repeat_rows(0)
    sheet.set_footer("&L&A&RPage &P of &N")
    for at, (label, width) in enumerate(columns):
        sheet.set_column(at, at, width)
        sheet.write_string(0, at, label, formats.head)


def _frame(sheet: Worksheet, formats: _Formats, frame: pd.DataFrame) -> None:
    """Write a data frame with a filter on every column. A wide table of people prints on pages that repeat the name."""
    widths = {name: _fit_width(name, frame[name]) for name in frame.columns}
    _head(sheet, formats, list(widths.items()), frozen=0)
    if "name" in widths and sum(widths.values()) > _PAGE_WIDTH:
        sheet.fit_to_pages(math.ceil(sum(widths.values()) / _PAGE_WIDTH), 0)
        sheet.repeat_columns(*[list(widths).index("name")] * 2)
    for number, row in enumerate(frame.itertuples(index=False), start=1):
        for at, (name, value) in enumerate(zip(frame.columns, row, strict=True)):
            if isinstance(value, str) and name in _DAYS and (day := _read_day(value)):
                sheet.write_datetime(number, at, day, formats.day if len(value) == len("2027-03-05") else formats.time)
            elif isinstance(value, str):
                _write_text(sheet, (number, at), value, formats)
            elif isinstance(value, pd.Timestamp):
                # Programs keep 15 digits of a time, so its thousandths may differ when they save it.
                sheet.write_datetime(number, at, value.to_pydatetime().replace(microsecond=0), formats.time)
            elif not pd.isna(value):
                sheet.write_number(number, at, float(value), formats.number)
    sheet.autofilter(0, 0, max(1, len(frame)), len(frame.columns) - 1)


def _fit_width(name: str, column: pd.Series[Any]) -> int:
    """As wide as the column's name, or its longest text up to the usual width."""
    least = max(len(name) + _FILTER_WIDTH, _NARROWEST)
    if not isinstance(column.dtype, pd.StringDtype) and column.dtype != object:
        return max(least, _FRAME_WIDTHS.get(name, 0))
    longest = max((len(line) for text in column.dropna() for line in str(text).split("\n")), default=0)
    return max(least, min(longest + 1, _FRAME_WIDTHS.get(name, 16)))


def _read_day(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return None
