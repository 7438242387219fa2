"""A worksheet as a fillable DOCX file for Word and LibreOffice.

Everything that is asked is in tables with header rows. A worksheet then has few pages, and an answer is found by its
row if a program drops its control (see ``bookmarks``).
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence

import docx
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.shared import Length, Pt
from docx.text.paragraph import Paragraph

from cluster_kit.documents import docx_styles as styles
from cluster_kit.documents.docx_parts import add_page_numbers, look_styles_up_once, restart_numbers
from cluster_kit.worksheets import controls
from cluster_kit.worksheets.arrangement import has_scale, join_plain_parts, share_scale
from cluster_kit.worksheets.document_tables import ANSWER, CELL, HEAD, TableWriter
from cluster_kit.worksheets.marks import set_text
from cluster_kit.worksheets.notebook import ALONE, FICTIONAL
from cluster_kit.worksheets.row_layout import PAGE_WIDTH, Heading, lay_out_questions, lay_out_rows
from cluster_kit.worksheets.sheet import Activity, Blank, Worksheet, WorksheetGroup, WorksheetPart

POINTS = 72.0  # of an inch
TEXT_SIZE, CELL_SIZE, NOTE_SIZE = 10.0, 9.5, 8.5
HEADINGS = {1: 17.0, 2: 14.0, 3: 11.5, 4: 10.5}
_HOW_TO = (
    "Type into the cells. A cell grows with your words. Where a list opens, choose from it; where there are small"
    " squares, click them. You may save the file under another name. Use Word or LibreOffice: other programs may lose"
    " your answers. What your team has written so far is already filled in. Change what is no longer right, and leave"
    " blank what you do not answer."
)
YOUR_ANSWER = "Your answer"


def write_document(sheet: Worksheet) -> bytes:
    """The worksheet as a DOCX file."""
    return _Writer(sheet).write()


class _Writer:
    """Writes one document from top to bottom."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        self._document: WordDocument = docx.Document()
        _prepare_styles(self._document)
        look_styles_up_once(self._document)
        self._tables = TableWriter(self._document)

    def write(self) -> bytes:
        sheet, properties = self._sheet, self._document.core_properties
        properties.title = f"{sheet.state}: worksheet for {sheet.title}"
        properties.author, properties.language, properties.subject = "cluster-kit", "en-US", str(sheet.head)
        properties.created = properties.modified = dt.datetime(2000, 1, 1)  # noqa: DTZ001  (the same input, the same file)
        self._paragraph(sheet.series_title, style="Worksheet note")
        self._heading(properties.title, 1)
        if sheet.fictional:
            self._paragraph(FICTIONAL, bold=True)
        self._paragraph(sheet.about)
        self._paragraph(_HOW_TO)
        self._paragraph(f"Code of this document: {sheet.head}", style="Worksheet note")
        self._group(WorksheetGroup("Who fills this in", (sheet.name, sheet.role)), 2, "")
        for activity in sheet.activities:
            self._activity(activity)
        footer = self._document.sections[0].footer.paragraphs[0]
        running = f"{sheet.state} · {sheet.title} · {sheet.head.code}"
        add_page_numbers(self._document, footer, running, styles.RUNNING, "Page", "of")
        out = io.BytesIO()
        self._document.save(out)
        return out.getvalue()

    def _activity(self, activity: Activity) -> None:
        self._heading(activity.title, 2)
        self._paragraph(f"{activity.time} {activity.intent}")
        restart_numbers(self._document, [self._paragraph(step, style="List Number") for step in activity.steps])
        self._paragraph(f"Your state keeps {activity.keeps}.")
        for part in join_plain_parts(activity.parts):
            self._part(part, activity.title)

    def _part(self, part: WorksheetPart, context: str) -> None:
        if part.title:
            self._heading(part.title, 3)
        for text in filter(None, (part.help, "" if part.groups else part.nothing)):
            self._paragraph(text)
        if part.alone:
            self._paragraph(ALONE, bold=True)
        context = part.title or context
        if part.row_name and part.groups:
            for grid in lay_out_rows(part, grows=True):
                self._tables.add_grid(grid, context)
        elif any(len(group.blanks) > 1 and group.title for group in part.groups):
            shares = share_scale(part.groups)
            for group in part.groups:
                self._group(group, 4, context, shares, explains=group is part.groups[0])
        else:
            self._questions([(_ask(group, blank), blank) for group in part.groups for blank in group.blanks], context)

    def _group(
        self,
        group: WorksheetGroup,
        level: int,
        context: str,
        shares: Sequence[float] = (),
        *,
        explains: bool = True,
    ) -> None:
        if group.title:
            self._heading(group.title, level)
        for note in group.notes:
            self._paragraph(note, style="Worksheet note").paragraph_format.keep_with_next = True
        context = ": ".join(filter(None, (context, group.title)))
        if has_scale(group):
            self._tables.add_scale(group, context, shares, explains=explains)
        else:
            self._questions([(_ask(None, blank), blank) for blank in group.blanks], context)

    def _questions(self, asked: list[tuple[Heading, Blank]], context: str) -> None:
        if asked:
            self._tables.add_grid(lay_out_questions(asked, YOUR_ANSWER), context)

    def _heading(self, text: str, level: int) -> None:
        self._document.add_heading(set_text(text), level)

    def _paragraph(self, text: str, *, style: str | None = None, bold: bool = False) -> Paragraph:
        paragraph = self._document.add_paragraph(style=style)
        paragraph.add_run(set_text(text)).bold = bold or None
        return paragraph


def _ask(group: WorksheetGroup | None, blank: Blank) -> Heading:
    """The words beside a field: the title of its group if it has one, else its own."""
    if group and group.title:
        return Heading(group.title, group.notes, blank)
    return Heading(blank.asks.label, (blank.asks.help,) if blank.asks.help else (), blank)


def _prepare_styles(document: WordDocument) -> None:
    """Define the worksheet's styles: those of packets, with small text and narrow margins."""
    styles.prepare_styles(document)
    section = document.sections[0]
    section.left_margin = section.right_margin = Length(((section.page_width or 0) - Pt(PAGE_WIDTH)) // 2)
    section.top_margin = section.bottom_margin = Pt(0.6 * POINTS)
    section.footer_distance = Pt(0.35 * POINTS)
    document.styles["Normal"].font.size = Pt(TEXT_SIZE)
    document.styles["Normal"].paragraph_format.space_after = Pt(3)
    document.styles["List Number"].paragraph_format.space_after = Pt(1)
    for level, size in HEADINGS.items():
        heading = document.styles[f"Heading {level}"]
        heading.font.size = Pt(size)
        heading.paragraph_format.space_before = Pt(7 if level > 2 else 11)
    for name, size, color in (
        ("Worksheet note", NOTE_SIZE, styles.MUTED),
        (CELL, CELL_SIZE, styles.INK),
        (HEAD, CELL_SIZE, styles.INK),
        (ANSWER, CELL_SIZE, styles.INK),
    ):
        styles.add_style(document, name, size, color).paragraph_format.space_after = Pt(2 if size == NOTE_SIZE else 1)
    hint = document.styles.add_style("Worksheet hint", WD_STYLE_TYPE.CHARACTER)
    hint.element.set(f"{{{controls.W}}}styleId", controls.HINT_STYLE)
    hint.font.color.rgb = styles.MUTED
