"""The form fields of a worksheet's PDF. A field's name contains the mark of its answer."""

from __future__ import annotations

from typing import Literal

from cluster_kit.content.models import ChoicePrompt, PersonPrompt, RatingPrompt, TextPrompt
from cluster_kit.content.prompt_kinds import NAME_LABEL, OTHER_PREFIX, ROLE_LABEL
from cluster_kit.documents.pdf_form import PdfField
from cluster_kit.exercises.sources import SourceChoice
from cluster_kit.worksheets.marks import OTHER_KEY, FieldToken, normalize_text, option_key
from cluster_kit.worksheets.sheet import Blank
from cluster_kit.worksheets.values import OTHER_LABEL, write_value

LISTS = ("list", "open_list")
NAME_KEY, ROLE_KEY = "+name", "+role"
_OTHER_ENTRY = "Something else:"
_ENTRY_LABELS = {NAME_KEY: NAME_LABEL, ROLE_KEY: ROLE_LABEL, OTHER_KEY: _OTHER_ENTRY}


def field_name(mark: FieldToken, part: str = "") -> str:
    """The name of an answer's field. A period would divide it, so the mark's periods are written as underscores."""
    return f"{mark}{part}".replace(".", "_")


def option_value(choice: SourceChoice) -> str:
    """The export value of an option."""
    return f"o{option_key(choice.id)}"


def entry_label(field: PdfField) -> str:
    """The label beside a field that is one of several for an answer; empty for others."""
    return next((label for key, label in _ENTRY_LABELS.items() if field.name.endswith(key)), "")


def make_fields(blank: Blank, tooltip: str) -> list[PdfField]:
    """The fields for one answer: a text, circles, squares, a list, or a name and a role."""
    asks = blank.asks
    tooltip = " ".join(normalize_text(tooltip).split())
    if isinstance(asks, PersonPrompt):
        return _person(blank, tooltip)
    if isinstance(asks, ChoicePrompt | RatingPrompt) and blank.is_list:
        return _choices(blank, asks, tooltip)
    name, text = field_name(blank.mark), normalize_text(write_value(asks, blank.value, blank.choices))
    if isinstance(asks, ChoicePrompt | RatingPrompt) and blank.choices and not getattr(asks, "many", False):
        kind: Literal["list", "open_list"] = "open_list" if isinstance(asks, ChoicePrompt) and asks.other else "list"
        return [PdfField(name, tooltip, kind, text, tuple((c.label, c.label) for c in blank.choices))]
    is_long = (isinstance(asks, TextPrompt) and not _is_about_them(blank)) or isinstance(asks, ChoicePrompt)
    return [PdfField(name, tooltip, "lines" if is_long else "text", text)]


def _is_about_them(blank: Blank) -> bool:
    return blank.asks.id in ("name", "role") and isinstance(blank.asks, TextPrompt) and blank.asks.words <= 5


def _person(blank: Blank, tooltip: str) -> list[PdfField]:
    value = blank.value if isinstance(blank.value, dict) else {}
    return [
        PdfField(field_name(blank.mark, key), f"{tooltip}, {part}", "text", normalize_text(str(value.get(part) or "")))
        for key, part in ((NAME_KEY, "name"), (ROLE_KEY, "role"))
    ]


def _choices(blank: Blank, asks: ChoicePrompt | RatingPrompt, tooltip: str) -> list[PdfField]:
    chosen = [str(one) for one in (blank.value if isinstance(blank.value, list) else [blank.value]) if one is not None]
    options = [(option_value(choice), " ".join(normalize_text(choice.label).split())) for choice in blank.choices]
    on = [option_value(choice) for choice in blank.choices if choice.id in chosen]
    if isinstance(asks, ChoicePrompt) and asks.many:
        fields = [
            PdfField(
                field_name(blank.mark, f"+{value.removeprefix('o')}"),
                f"{tooltip}: {label}",
                "check",
                value if value in on else "",
                ((value, label),),
            )
            for value, label in options
        ]
    else:
        fields = [PdfField(field_name(blank.mark), tooltip, "radio", next(iter(on), ""), tuple(options))]
    if isinstance(asks, ChoicePrompt) and asks.other:
        own = "; ".join(one.removeprefix(OTHER_PREFIX) for one in chosen if one.startswith(OTHER_PREFIX))
        about = f"{tooltip}: {OTHER_LABEL.rstrip(':').lower()}, in your own words"
        fields.append(PdfField(field_name(blank.mark, OTHER_KEY), about, "text", normalize_text(own)))
    return fields
