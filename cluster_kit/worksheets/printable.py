"""A worksheet as a tagged PDF form (PDF/UA-1), to fill out on a screen or on paper."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from cluster_kit.content.models import RatingPrompt, TextPrompt
from cluster_kit.documents.form_texts import make_fillable
from cluster_kit.documents.pdf import HALF_PAGE, MOST_CLOSER, mark_row_headers
from cluster_kit.documents.pdf_form import SCHEME, PdfField
from cluster_kit.documents.typst_pdf import Show, TypesetPdf, typeset
from cluster_kit.models import Json
from cluster_kit.worksheets.arrangement import field_hint, has_scale, is_point, join_plain_parts, share_scale
from cluster_kit.worksheets.marks import normalize_text, set_text
from cluster_kit.worksheets.notebook import ALONE, FICTIONAL, SEVERAL
from cluster_kit.worksheets.pdf_fields import LISTS, entry_label, make_fields, option_value
from cluster_kit.worksheets.row_layout import (
    EDGE,
    KEY_WIDTH,
    PAGE_WIDTH,
    Grid,
    GridCell,
    Heading,
    count_columns,
    count_lines,
    key_of,
    lay_out_rows,
)
from cluster_kit.worksheets.sheet import Activity, Blank, Worksheet, WorksheetGroup, WorksheetPart

HOW_TO = (
    "Type into the frames and click the squares and circles, in Acrobat Reader, Preview, or a browser. Then save the"
    " file and send it back as you were asked to; you may rename it. Do not print it to a new PDF: that removes the"
    " fields. Your team's answers to date are filled in. Change what is no longer right, and leave the rest as it is."
    " If you fill it out on paper, someone has to type your answers into your state's page."
)
SHORT_LABEL, SHORT_LIST, SHORT_TEXT = 48, 6, 15  # characters, options, and words of what is printed in pairs
GUTTER, INDENT = 17.0, 4.0
BESIDE_SCALE = 200.0  # the width of what is beside a statement's notes


def write_worksheet_pdf(sheet: Worksheet) -> bytes:
    """The worksheet as a fillable PDF/UA-1. Characters that its fonts lack appear as code points.

    If its last page is about half empty, it is set more closely where that saves the page.
    Raises ``DocumentError``.
    """
    whole, fields = _typeset(sheet)
    if whole.pages > 1 and whole.end < HALF_PAGE:
        closer = (_typeset(sheet, steps) for steps in range(1, MOST_CLOSER + 1))
        whole, fields = next((one for one in closer if one[0].pages < whole.pages), (whole, fields))
    return make_fillable(mark_row_headers(whole.pdf, keeps_rows=True), str(sheet.head), fields)


def _typeset(sheet: Worksheet, closer: int = 0) -> tuple[TypesetPdf, list[PdfField]]:
    """The worksheet, so many steps closer, and its fields."""
    template = files("cluster_kit.worksheets").joinpath("worksheet.typ")
    fields: list[PdfField] = []

    def make_data(show: Show) -> Json:
        fields.clear()
        data = _Data(lambda words: show(set_text(words)), lambda words: show(normalize_text(words)), fields)
        return {**data.sheet(sheet), "closer": closer}

    return typeset(template, "sheet", make_data), fields


@dataclass
class _Data:
    """The worksheet as dictionaries for the template, and its fields.

    ``show`` replaces characters that the fonts lack, and sets quotation marks. ``show_answer`` leaves those as typed.
    """

    show: Show
    show_answer: Show
    fields: list[PdfField]
    _numbers: dict[PdfField, int] = dataclasses.field(default_factory=dict)

    def sheet(self, sheet: Worksheet) -> Json:
        who = WorksheetGroup("Who fills this in", (sheet.name, sheet.role))
        return {
            "title": self.show(f"{sheet.state}: worksheet for {sheet.title}"),
            "series": self.show(sheet.series_title),
            "footer": self.show(f"{sheet.state} · {sheet.title} · {sheet.head.code}"),
            "notice": self.show(FICTIONAL) if sheet.fictional else "",
            "about": self.show(sheet.about),
            "page_width": PAGE_WIDTH,
            "how": self.show(HOW_TO),
            "who": self._group(who, "About you", set()),
            "activities": [self._activity(activity) for activity in sheet.activities],
        }

    def _activity(self, activity: Activity) -> Json:
        return {
            "title": self.show(activity.title),
            "intent": self.show(f"{activity.time} {activity.intent}"),
            "steps": [self.show(step) for step in activity.steps],
            "keeps": self.show(f"Your state keeps {activity.keeps}."),
            "parts": [self._part(part, activity) for part in join_plain_parts(activity.parts)],
        }

    def _part(self, part: WorksheetPart, activity: Activity) -> Json:
        nothing = "" if part.groups else part.nothing
        notes = [self.show(text) for text in (part.help, ALONE if part.alone else "", nothing) if text]
        context = part.title or activity.title
        is_table = bool(part.row_name and part.groups)
        explained: set[tuple[str, str]] = set()
        shares = share_scale(part.groups)
        return {
            "title": self.show(part.title),
            "shares": shares,
            "notes": notes,
            "tables": [self._grid(grid, context) for grid in lay_out_rows(part)] if is_table else [],
            "groups": [] if is_table else [self._group(group, context, explained) for group in part.groups],
        }

    def _grid(self, grid: Grid, context: str) -> Json:
        return {
            "keys": [self.show(key) for key in grid.keys],
            "widths": list(grid.widths),
            "heads": [self._heading(head) for head in grid.heads],
            "rows": [
                {
                    "head": self._heading(head),
                    "cells": [
                        self._cell(cell, context, width - EDGE, grid.keyed) if cell else None
                        for cell, width in zip(cells, grid.widths[1:], strict=True)
                    ],
                }
                for head, cells in grid.rows
            ],
        }

    def _heading(self, heading: Heading) -> Json:
        hint = field_hint(heading.asks) if heading.asks else ""
        return {"title": self.show(heading.title), "notes": [self.show(n) for n in (*heading.notes, hint) if n]}

    def _cell(self, cell: GridCell, context: str, width: float, keyed: frozenset[str]) -> Json:
        inside = " – ".join(filter(None, (context, cell.row)))
        is_keyed = cell.blank.asks.id in keyed
        answer = self._answer(cell.blank, inside, width)
        if is_keyed:
            for place, option in enumerate(answer["options"]):
                option["label"] = key_of(place)
            answer["columns"] = max(1, int(width // KEY_WIDTH))
        entries = answer["entries"]
        answer["fills"] = len(entries) == 1 and not (answer["options"] or answer["versions"] or entries[0]["label"])
        return answer

    def _group(self, group: WorksheetGroup, context: str, explained: set[tuple[str, str]]) -> Json:
        """A statement, a question, or single prompts. What is asked of each statement is explained once."""
        inside = " – ".join(filter(None, (context, group.title)))
        scale = group.blanks[0] if has_scale(group) else None
        beside = group.blanks[1:] if scale else group.blanks
        rows = [
            [self._blank(b, inside, _width(row), (b.asks.id, b.asks.help) not in explained) for b in row]
            for row in ([[blank] for blank in beside] if scale else _pair(beside))
        ]
        explained.update((blank.asks.id, blank.asks.help) for blank in group.blanks)
        return {
            "title": self.show(group.title),
            "notes": [self.show(note) for note in group.notes],
            "scale": self._scale(scale, inside) if scale else None,
            "rows": rows,
        }

    def _scale(self, blank: Blank, context: str) -> Json:
        """The points of a scale side by side, each with its description, and the choices off the scale."""
        options = self._answer(blank, context, PAGE_WIDTH)["options"]
        points = [
            {**option, "label": self.show(choice.label), "text": self.show(choice.help)}
            for option, choice in zip(options, blank.choices, strict=True)
            if is_point(choice)
        ]
        others = [
            {**option, "label": self.show(choice.label)}
            for option, choice in zip(options, blank.choices, strict=True)
            if not is_point(choice)
        ]
        columns = count_columns([str(one["label"]) for one in others], BESIDE_SCALE)
        return {"points": points, "others": others, "columns": columns, "width": BESIDE_SCALE}

    def _blank(self, blank: Blank, context: str, width: float, explains: bool) -> Json:
        return {
            "label": self.show(blank.asks.label),
            "help": self.show(blank.asks.help) if explains else "",
            "hint": field_hint(blank) if explains else "",
            "width": width,
            **self._answer(blank, context, width),
        }

    def _answer(self, blank: Blank, context: str, width: float) -> Json:
        versions = [SEVERAL, *blank.versions] if blank.versions else []
        made = make_fields(blank, f"{context}: {blank.asks.label}")
        options = [entry for field in made if field.options for entry in self._options(blank, field)]
        return {
            "versions": [self.show_answer(version) for version in versions],
            "options": options,
            "columns": count_columns([str(one["label"]) for one in options], width - INDENT),
            "entries": [self._entry(blank, field, width) for field in made if not field.options or field.kind in LISTS],
        }

    def _add(self, field: PdfField) -> int:
        """The number of the field, by which the template places it."""
        if field not in self._numbers:
            self._numbers[field] = len(self.fields)
            self.fields.append(field)
        return self._numbers[field]

    def _options(self, blank: Blank, field: PdfField) -> list[Json]:
        """A circle or square for each option; empty for a list."""
        if field.kind in LISTS:
            return []
        helps = {option_value(c): c.help for c in blank.choices if c.help and isinstance(blank.asks, RatingPrompt)}
        number = self._add(field)
        return [
            {
                "url": f"{SCHEME}{number}:{place}",
                "round": field.kind == "radio",
                "label": self.show(": ".join(filter(None, (label, helps.get(value, ""))))),
            }
            for place, (value, label) in enumerate(field.options)
        ]

    def _entry(self, blank: Blank, field: PdfField, width: float) -> Json:
        asks = blank.asks
        is_text = isinstance(asks, TextPrompt) and field.kind == "lines"
        return {
            "url": f"{SCHEME}{self._add(field)}",
            "label": entry_label(field),
            "words": self.show_answer(field.value),
            "lines": count_lines(asks.words, width) if is_text and isinstance(asks, TextPrompt) else 1,
        }


def _pair(blanks: Sequence[Blank]) -> list[list[Blank]]:
    """The fields in order, with two short ones of the same kind beside each other."""
    rows: list[list[Blank]] = []
    for blank in blanks:
        kind = _short_kind(blank)
        if kind and rows and len(rows[-1]) == 1 and _short_kind(rows[-1][0]) == kind:
            rows[-1].append(blank)
        else:
            rows.append([blank])
    return rows


def _short_kind(blank: Blank) -> str:
    """What a field looks like that takes little room; empty for others."""
    asks = blank.asks
    if blank.versions:
        return ""
    if isinstance(asks, TextPrompt):
        return "text" if asks.words <= SHORT_TEXT else ""
    if blank.choices:
        is_short = len(blank.choices) <= SHORT_LIST and all(len(c.label) <= SHORT_LABEL for c in blank.choices)
        return "choice" if is_short else ""
    return type(asks).__name__


def _width(row: Sequence[Blank]) -> float:
    return (PAGE_WIDTH - GUTTER * (len(row) - 1)) / len(row)
