"""A worksheet as a tagged PDF (PDF/UA-1), to print and fill in by hand. Typst refuses to write one that breaks it."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from importlib.resources import files

import typst

from cluster_kit.content.models import ChoicePrompt, DatePrompt, RatingPrompt, TextPrompt
from cluster_kit.documents.errors import DocumentError
from cluster_kit.documents.fonts import JOINERS, TEXT, coverage, families, fonts, printable
from cluster_kit.exercises.sources import SourceChoice
from cluster_kit.exercises.validation import OTHER
from cluster_kit.models import Json
from cluster_kit.web.tokens import COLORS
from cluster_kit.worksheets.marks import tidy
from cluster_kit.worksheets.notebook import ALONE, FICTIONAL, SEVERAL
from cluster_kit.worksheets.sheet import Activity, Blank, Worksheet, WorksheetGroup, WorksheetPart
from cluster_kit.worksheets.values import spell_value

Show = Callable[[str], str]

HOW_TO = (
    "For those who think on paper. Write into the frames and mark the squares. Answers on paper reach the series"
    " only when somebody types them into your state's page, or into this worksheet's notebook or DOCX file."
)
WORDS_A_LINE = 9
_TICKED, _EMPTY = "[x]", "[  ]"


def write_worksheet_pdf(sheet: Worksheet) -> bytes:
    """The worksheet as PDF/UA-1. What its fonts cannot print stands there as a number. Raises ``DocumentError``."""
    said = ""
    for known, joiners in ((coverage(), JOINERS), (coverage(), frozenset[int]()), (coverage(TEXT), frozenset[int]())):
        try:
            return _compile(sheet, lambda words, known=known, joiners=joiners: printable(tidy(words), known, joiners))  # type: ignore[misc]
        except typst.TypstError as error:
            said = error.message
    raise DocumentError("PDF", said)


def _compile(sheet: Worksheet, show: Show) -> bytes:
    template = files("cluster_kit.worksheets").joinpath("worksheet.typ").read_bytes()
    data = {"fonts": families(), **_Data(show).sheet(sheet)}
    compiler = typst.Compiler(
        template, font_paths=fonts(), sys_inputs={"sheet": json.dumps(data), "colors": json.dumps(dict(COLORS))}
    )
    written = compiler.compile(format="pdf", pdf_standards=["ua-1"])
    if not isinstance(written, bytes):
        raise DocumentError("PDF", "Typst wrote several files")
    return written


class _Data:
    """The worksheet as dictionaries for the template. ``show`` makes text fit for the fonts at hand."""

    def __init__(self, show: Show) -> None:
        self._show = show

    def sheet(self, sheet: Worksheet) -> Json:
        return {
            "title": self._show(f"{sheet.state}: worksheet for {sheet.title}"),
            "series": self._show(sheet.series_title),
            "footer": self._show(f"{sheet.state} · {sheet.title} · {sheet.head}"),
            "notice": FICTIONAL if sheet.fictional else "",
            "about": self._show(sheet.about),
            "how": HOW_TO,
            "who": self._group(WorksheetGroup("Who fills this in", (sheet.name, sheet.role))),
            "activities": [self._activity(activity) for activity in sheet.activities],
        }

    def _activity(self, activity: Activity) -> Json:
        return {
            "title": self._show(activity.title),
            "intent": self._show(f"{activity.time} {activity.intent}"),
            "steps": [self._show(step) for step in activity.steps],
            "keeps": self._show(f"Your state keeps {activity.keeps}."),
            "parts": [self._part(part) for part in activity.parts],
        }

    def _part(self, part: WorksheetPart) -> Json:
        nothing = "" if part.groups else part.nothing
        notes = [self._show(words) for words in (part.help, ALONE if part.alone else "", nothing) if words]
        return {
            "title": self._show(part.title),
            "notes": notes,
            "groups": [self._group(group) for group in part.groups],
        }

    def _group(self, group: WorksheetGroup) -> Json:
        notes, blanks = [self._show(note) for note in group.notes], [self._blank(blank) for blank in group.blanks]
        return {"title": self._show(group.title), "notes": notes, "blanks": blanks}

    def _blank(self, blank: Blank) -> Json:
        versions = [SEVERAL, *blank.versions] if blank.versions else []
        return {
            "label": self._show(blank.asks.label),
            "help": self._show(blank.asks.help),
            "hint": _hint(blank),
            "words": "" if blank.is_list else self._show(spell_value(blank.asks, blank.value, blank.choices)),
            "lines": _lines(blank),
            "versions": [self._show(version) for version in versions],
            "options": [self._option(blank, choice) for choice in _options(blank)],
        }

    def _option(self, blank: Blank, choice: SourceChoice) -> Json:
        chosen = [str(one) for one in (blank.value if isinstance(blank.value, list) else [blank.value])]
        label = (
            f"{choice.label}: {choice.help}" if choice.help and isinstance(blank.asks, RatingPrompt) else choice.label
        )
        return {"box": _TICKED if choice.id in chosen else _EMPTY, "label": self._show(label)}


def _options(blank: Blank) -> list[SourceChoice]:
    """What is printed with a square before it; one's own words come last, with what stands there."""
    if not blank.is_list:
        return []
    if not (isinstance(blank.asks, ChoicePrompt) and blank.asks.other):
        return list(blank.choices)
    chosen = blank.value if isinstance(blank.value, list) else [blank.value]
    own = [str(one) for one in chosen if str(one).startswith(OTHER)]
    others = [SourceChoice(one, f"Other: {one.removeprefix(OTHER)}") for one in own]
    return [*blank.choices, *(others or [SourceChoice("", "Other: ____________________")])]


def _lines(blank: Blank) -> int:
    """How many lines there are to write on."""
    asks = blank.asks
    return math.ceil(asks.words / WORDS_A_LINE) if isinstance(asks, TextPrompt) else 1


def _hint(blank: Blank) -> str:
    match blank.asks:
        case DatePrompt():
            return "(month, day, year)"
        case ChoicePrompt(many=True):
            return "(every one that fits)"
        case _:
            if blank.is_list:
                return "(one)"
            return f"({blank.asks.hint})" if blank.asks.hint else ""
