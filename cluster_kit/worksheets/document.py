"""A worksheet as a fillable DOCX file for Word and LibreOffice."""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import nsdecls
from docx.oxml.parser import parse_xml
from docx.shared import Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from cluster_kit.content.models import ChoicePrompt, DatePrompt, PersonPrompt, RatingPrompt
from cluster_kit.content.prompt_kinds import NAME_LABEL, ROLE_LABEL
from cluster_kit.documents.docx_parts import restart_numbers
from cluster_kit.exercises.validation import OTHER
from cluster_kit.web.tokens import COLORS
from cluster_kit.worksheets import controls
from cluster_kit.worksheets.bookmarks import make_bookmark
from cluster_kit.worksheets.marks import normalize_text, option_key
from cluster_kit.worksheets.notebook import ALONE, FICTIONAL, SEVERAL
from cluster_kit.worksheets.read_document import OTHER_KEY
from cluster_kit.worksheets.sheet import Activity, Blank, Worksheet, WorksheetGroup, WorksheetPart
from cluster_kit.worksheets.values import OTHER_LABEL, write_value

if TYPE_CHECKING:
    from docx.document import Document as DocxDocument

_HEADING, _MUTED, _EDGE = (RGBColor.from_string(COLORS[name][1:]) for name in ("accent", "muted", "edge"))
LONGEST_TITLE = 60  # Word takes 64 characters; a number may follow
_HOW_TO = (
    "Type into the boxes. A box grows with your words. Where a list opens, choose from it; where there are small"
    " squares, click them. You may save the file under another name. Use Word or LibreOffice: other programs may lose"
    " the boxes. What your team has written so far is already filled in. Change what is no longer right, and leave"
    " blank what you do not answer."
)


def write_document(sheet: Worksheet) -> bytes:
    """The worksheet as a DOCX file."""
    return _Writer(sheet).write()


class _Writer:
    """Writes one document from top to bottom."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        self._document: DocxDocument = Document()
        self._bookmarks = 0
        self._titles: Counter[str] = Counter()
        _set_styles(self._document)

    def write(self) -> bytes:
        sheet, properties = self._sheet, self._document.core_properties
        properties.title = f"{sheet.state}: worksheet for {sheet.title}"
        properties.author, properties.language, properties.subject = "cluster-kit", "en-US", str(sheet.head)
        properties.created = properties.modified = dt.datetime(2000, 1, 1)  # noqa: DTZ001  (the same input, the same file)
        self._heading(properties.title, 1)
        self._paragraph(sheet.series_title)
        if sheet.fictional:
            self._paragraph(FICTIONAL, bold=True)
        self._paragraph(sheet.about)
        self._paragraph(_HOW_TO)
        self._paragraph(f"Code of this document: {sheet.head}", style="Worksheet note")
        self._group(WorksheetGroup("Who fills this in", (sheet.name, sheet.role)), 2, "")
        for activity in sheet.activities:
            self._activity(activity)
        out = io.BytesIO()
        self._document.save(out)
        return out.getvalue()

    def _activity(self, activity: Activity) -> None:
        self._heading(activity.title, 2)
        self._paragraph(f"{activity.time} {activity.intent}")
        restart_numbers(self._document, [self._paragraph(step, style="List Number") for step in activity.steps])
        self._paragraph(f"Your state keeps {activity.keeps}.")
        for part in activity.parts:
            self._part(part, activity.title)

    def _part(self, part: WorksheetPart, context: str) -> None:
        if part.title:
            self._heading(part.title, 3)
        for words in filter(None, (part.help, "" if part.groups else part.nothing)):
            self._paragraph(words)
        if part.alone:
            self._paragraph(ALONE, bold=True)
        for group in part.groups:
            self._group(group, 4, part.title or context)

    def _group(self, group: WorksheetGroup, level: int, context: str) -> None:
        if group.title:
            self._heading(group.title, level)
        for note in group.notes:
            self._paragraph(note)
        for blank in group.blanks:
            self._blank(blank, group.title or context)

    def _blank(self, blank: Blank, context: str) -> None:
        asks = blank.asks
        label = self._document.add_paragraph(style="Worksheet label")
        label.add_run(_clean(asks.label)).bold = True
        if asks.help:
            label.add_run(f" {_clean(asks.help)}")
        if blank.versions:
            self._paragraph(f"{SEVERAL} {asks.label}")
            for version in blank.versions:
                self._paragraph(version, style="List Bullet")
        if isinstance(asks, RatingPrompt):
            for choice in filter(lambda choice: choice.help, blank.choices):
                self._paragraph(f"{choice.label}: {choice.help}", style="List Bullet")
        if isinstance(asks, ChoicePrompt) and asks.many and blank.is_list:
            self._boxes(blank, asks, context)
        else:
            self._answer(blank, _control(blank, self._title(context, asks.label)))

    def _boxes(self, blank: Blank, asks: ChoicePrompt, context: str) -> None:
        chosen = blank.value if isinstance(blank.value, list) else []
        for choice in blank.choices:
            paragraph = self._document.add_paragraph(style="Worksheet choice")
            tag = f"{blank.mark}+{option_key(choice.id)}"
            check = controls.check_control(tag, self._title(asks.label, choice.label), choice.id in chosen)
            start, end = self._bookmark(blank, f"+{option_key(choice.id)}")
            for element in (start, check, end):
                paragraph._p.append(element)
            paragraph.add_run(f" {_clean(choice.label)}")
        if asks.other:
            own = "; ".join(str(one).removeprefix(OTHER) for one in chosen if str(one).startswith(OTHER))
            tag, title = f"{blank.mark}{OTHER_KEY}", self._title(context, f"{asks.label}: other")
            self._answer(blank, controls.text_control(tag, title, own, "[Something else: type it here]"), OTHER_KEY)

    def _title(self, context: str, label: str) -> str:
        """A control's name in lists of fields: what it belongs to and what it asks, cut at words, and unique."""
        label = shorten(label, LONGEST_TITLE * 2 // 3, placeholder="…")
        whole = f"{shorten(context, LONGEST_TITLE - len(label) - 2, placeholder='…')}: {label}" if context else label
        self._titles[whole] += 1
        number = self._titles[whole]
        return whole if number == 1 else f"{whole} ({number})"

    def _answer(self, blank: Blank, control: Any, part: str = "") -> None:
        """Append a control within its bookmark, which starts at the end of the paragraph above.

        Typing in the answer, or replacing all of it, then leaves both ends of the bookmark in place.
        """
        start, end = self._bookmark(blank, part)
        self._document.paragraphs[-1]._p.append(start)
        for element in (control, end):
            self._add(element)

    def _bookmark(self, blank: Blank, part: str) -> tuple[Any, Any]:
        self._bookmarks += 1
        return make_bookmark(blank.mark, part, self._bookmarks)

    def _add(self, element: Any) -> None:
        """Append an element to the document's body."""
        self._document.add_paragraph()._p.getparent().replace(self._document.paragraphs[-1]._p, element)

    def _heading(self, words: str, level: int) -> None:
        self._document.add_heading(_clean(words), level)

    def _paragraph(self, words: str, *, style: str | None = None, bold: bool = False) -> Paragraph:
        paragraph = self._document.add_paragraph(style=style)
        paragraph.add_run(_clean(words)).bold = bold or None
        return paragraph


def _control(blank: Blank, title: str) -> Any:
    asks, tag = blank.asks, str(blank.mark)
    words = normalize_text(write_value(asks, blank.value, blank.choices))
    match asks:
        case DatePrompt():
            return controls.date_control(tag, title, words, "[Choose a day, or type one such as 03/15/2027]")
        case PersonPrompt():
            empty = f"{NAME_LABEL} \n{ROLE_LABEL} "
            return controls.text_control(tag, title, words or empty, "")
        case ChoicePrompt(many=True):
            return controls.text_control(tag, title, words, "[Type their names, one on each line]")
        case ChoicePrompt() | RatingPrompt():
            options = [(choice.id, choice.label) for choice in blank.choices]
            free = isinstance(asks, ChoicePrompt) and asks.other
            hint = f"[Choose one, or type “{OTHER_LABEL}” and your own words]" if free else "[Choose one]"
            return controls.list_control(tag, title, words, hint, options, free)
        case _:
            return controls.text_control(tag, title, words, f"[Type here{': ' + asks.hint if asks.hint else ''}]")


def _set_styles(document: DocxDocument) -> None:
    """Define the worksheet's styles: headings with enough contrast, framed answers, muted notes."""
    styles = document.styles
    for level in range(1, 5):
        heading = styles[f"Heading {level}"]
        assert isinstance(heading, ParagraphStyle)  # noqa: S101
        heading.font.color.rgb, heading.font.italic = _HEADING, False
    hint = styles.add_style("Worksheet hint", WD_STYLE_TYPE.CHARACTER)
    hint.element.set(f"{{{controls.W}}}styleId", controls.HINT_STYLE)
    hint.font.color.rgb = _MUTED
    for name in ("Worksheet label", "Worksheet answer", "Worksheet choice", "Worksheet note"):
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    label, answer, note = (styles[f"Worksheet {name}"] for name in ("label", "answer", "note"))
    assert isinstance(label, ParagraphStyle) and isinstance(answer, ParagraphStyle) and isinstance(note, ParagraphStyle)  # noqa: PT018, S101
    label.paragraph_format.keep_with_next = True
    label.paragraph_format.space_before, label.paragraph_format.space_after = Pt(8), Pt(2)
    note.font.size, note.font.color.rgb = Pt(9), _MUTED
    answer.element.set(f"{{{controls.W}}}styleId", controls.ANSWER_STYLE)
    answer.element.get_or_add_pPr().append(_frame())


def _frame() -> Any:
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="6" w:space="4" w:color="{_EDGE}"/>'
        for side in ("top", "left", "bottom", "right")
    )
    return parse_xml(f"<w:pBdr {nsdecls('w')}>{sides}</w:pBdr>")


def _clean(words: str) -> str:
    return normalize_text(words)
