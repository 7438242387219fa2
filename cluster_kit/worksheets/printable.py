"""A worksheet as a tagged PDF form (PDF/UA-1), to fill out on a screen or on paper."""

from __future__ import annotations

import math
from dataclasses import dataclass
from importlib.resources import files

from cluster_kit.content.models import ChoicePrompt, DatePrompt, RatingPrompt, TextPrompt
from cluster_kit.documents.form_texts import make_fillable
from cluster_kit.documents.pdf_form import SCHEME, PdfField
from cluster_kit.documents.typst_pdf import Show, compile_pdf
from cluster_kit.models import Json
from cluster_kit.worksheets.marks import tidy
from cluster_kit.worksheets.notebook import ALONE, FICTIONAL, SEVERAL
from cluster_kit.worksheets.pdf_fields import LISTS, entry_label, make_fields, option_value
from cluster_kit.worksheets.sheet import Activity, Blank, Worksheet, WorksheetGroup, WorksheetPart

HOW_TO = (
    "Type into the frames and click the squares and circles, in Acrobat Reader, Preview, or a browser. Then save the"
    " file and send it back as you were asked to; you may rename it. Do not print it to a new PDF: that removes the"
    " fields. Your team's answers to date are filled in. Change what is no longer right, and leave the rest as it is."
    " If you fill it out on paper, someone has to type your answers into your state's page."
)
WORDS_A_LINE = 9
SHORT_LABEL, SHORT_LIST, SHORT_TEXT = 48, 6, 3


def write_worksheet_pdf(sheet: Worksheet) -> bytes:
    """The worksheet as a fillable PDF/UA-1. Characters that its fonts lack appear as code points.

    Raises ``DocumentError``.
    """
    template = files("cluster_kit.worksheets").joinpath("worksheet.typ")
    fields: list[PdfField] = []

    def make_data(show: Show) -> Json:
        fields.clear()
        return _Data(lambda words: show(tidy(words)), fields).sheet(sheet)

    return make_fillable(compile_pdf(template, "sheet", make_data), str(sheet.head), fields)


@dataclass
class _Data:
    """The worksheet as dictionaries for the template, and its fields.

    ``show`` replaces characters that the fonts lack.
    """

    show: Show
    fields: list[PdfField]

    def sheet(self, sheet: Worksheet) -> Json:
        who = WorksheetGroup("Who fills this in", (sheet.name, sheet.role))
        return {
            "title": self.show(f"{sheet.state}: worksheet for {sheet.title}"),
            "series": self.show(sheet.series_title),
            "footer": self.show(f"{sheet.state} · {sheet.title} · {sheet.head.code}"),
            "notice": FICTIONAL if sheet.fictional else "",
            "about": self.show(sheet.about),
            "how": HOW_TO,
            "who": self._group(who, "About you", set()),
            "activities": [self._activity(activity) for activity in sheet.activities],
        }

    def _activity(self, activity: Activity) -> Json:
        return {
            "title": self.show(activity.title),
            "intent": self.show(f"{activity.time} {activity.intent}"),
            "steps": [self.show(step) for step in activity.steps],
            "keeps": self.show(f"Your state keeps {activity.keeps}."),
            "parts": [self._part(part, activity) for part in activity.parts],
        }

    def _part(self, part: WorksheetPart, activity: Activity) -> Json:
        nothing = "" if part.groups else part.nothing
        notes = [self.show(words) for words in (part.help, ALONE if part.alone else "", nothing) if words]
        context = part.title or activity.title
        explained: set[tuple[str, str]] = set()
        return {
            "title": self.show(part.title),
            "notes": notes,
            "groups": [self._group(group, context, explained) for group in part.groups],
        }

    def _group(self, group: WorksheetGroup, context: str, explained: set[tuple[str, str]]) -> Json:
        """A row, an item, or a question. What a table's column asks is explained in its first row only."""
        notes = [self.show(note) for note in group.notes]
        inside = " – ".join(filter(None, (context, group.title)))
        blanks = [
            self._blank(blank, inside, (blank.asks.id, blank.asks.help) not in explained) for blank in group.blanks
        ]
        explained.update((blank.asks.id, blank.asks.help) for blank in group.blanks)
        return {"title": self.show(group.title), "notes": notes, "blanks": blanks}

    def _blank(self, blank: Blank, context: str, explains: bool) -> Json:
        versions = [SEVERAL, *blank.versions] if blank.versions else []
        made = make_fields(blank, f"{context}: {blank.asks.label}")
        options = [entry for field in made if field.options for entry in self._options(blank, field)]
        entries = [self._entry(blank, field) for field in made if not field.options or field.kind in LISTS]
        is_narrow = all(len(one["label"]) <= SHORT_LABEL for one in options)
        return {
            "label": self.show(blank.asks.label),
            "help": self.show(blank.asks.help) if explains else "",
            "hint": _hint(blank) if explains else "",
            "versions": [self.show(version) for version in versions],
            "options": options,
            "entries": entries,
            "columns": 2 if is_narrow and len(options) > SHORT_LIST else 1,
            "short": is_narrow and not versions and len(options) <= SHORT_LIST and _count_lines(entries) <= SHORT_TEXT,
        }

    def _add(self, field: PdfField) -> int:
        """The number of the field, by which the template places it."""
        if field not in self.fields:
            self.fields.append(field)
        return self.fields.index(field)

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

    def _entry(self, blank: Blank, field: PdfField) -> Json:
        asks = blank.asks
        lines = math.ceil(asks.words / WORDS_A_LINE) if isinstance(asks, TextPrompt) else 1
        return {
            "url": f"{SCHEME}{self._add(field)}",
            "label": entry_label(field),
            "words": self.show(field.value),
            "lines": lines if field.kind == "lines" else 1,
        }


def _count_lines(entries: list[Json]) -> int:
    return sum(int(entry["lines"]) for entry in entries)


def _hint(blank: Blank) -> str:
    match blank.asks:
        case DatePrompt():
            return "(month/day/year, such as 03/15/2027)"
        case ChoicePrompt(many=True):
            return "(every one that fits)" if blank.is_list else "(their names, one on each line)"
        case ChoicePrompt() | RatingPrompt():
            return "(one)"
        case _:
            return f"({blank.asks.hint})" if blank.asks.hint else ""
