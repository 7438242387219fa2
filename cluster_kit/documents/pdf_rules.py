"""Check the rules of PDF/UA-1 (ISO 14289-1) that need no human judgment.

People must check whether the text makes sense.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name, Pdf

from cluster_kit.documents.pdf import child_elements, list_children, structure_elements
from cluster_kit.documents.pdf_form import has_form
from cluster_kit.documents.pdf_tag_rules import (
    find_tag_problems,
    has_meaningless_characters,
    list_appearances,
    list_fonts,
)

HEADINGS = tuple(Name(f"/H{level}") for level in range(1, 7))
GROUPING = {Name.Document, Name.Part, Name.Art, Name.Sect, Name.Div, Name.BlockQuote}
INLINE = {Name.Span, Name.Quote, Name.Note, Name.Reference, Name.Code, Name.Link, Name("/Em"), Name("/Strong")}
SHOWS = {"Tj", "TJ", "'", '"', "Do", "sh", "f", "F", "f*", "S", "s", "B", "B*", "b", "b*", "EI"}
OPENS, CLOSES = {"BDC", "BMC"}, {"EMC"}
LOOKED_AT = " ".join(SHOWS | OPENS | CLOSES)
BOOKMARKS_FROM_PAGES = 3


def find_pdf_problems(data: bytes) -> list[str]:
    """The PDF's violations, one sentence each; empty if there are none."""
    try:
        with Pdf.open(io.BytesIO(data)) as document:
            parts = (
                _metadata(document),
                _structure(document),
                find_tag_problems(document),
                _pages(document),
                _form(document),
            )
            return list(itertools.chain(*parts))
    except pikepdf.PdfError as error:
        return [f"It cannot be read as a PDF: {error}."]


def _metadata(document: Pdf) -> Iterator[str]:
    root = document.Root
    if document.is_encrypted:
        yield "It is encrypted, which can keep screen readers out."
    if not root.get("/MarkInfo", Dictionary()).get("/Marked", False):
        yield "It is not marked as a tagged PDF."
    if not str(root.get("/Lang", "")).strip():
        yield "It names no language."
    if not root.get("/ViewerPreferences", Dictionary()).get("/DisplayDocTitle", False):
        yield "Readers would show its file name and not its title."
    xmp = document.open_metadata()
    if not str(xmp.get("dc:title") or "").strip():
        yield "It has no title."
    if str(xmp.get("pdfuaid:part") or "") != "1":
        yield "It does not say that it keeps PDF/UA-1."
    if len(document.pages) >= BOOKMARKS_FROM_PAGES and "/First" not in root.get("/Outlines", Dictionary()):
        yield "It has no bookmarks."


def _structure(document: Pdf) -> Iterator[str]:
    elements = list(structure_elements(document))
    if not elements:
        yield "It has no structure for screen readers."
        return
    levels = [HEADINGS.index(element.S) + 1 for element in elements if element.S in HEADINGS]
    if not levels:
        yield "It has no headings."
    elif levels[0] != 1:
        yield f"Its first heading is of level {levels[0]}."
    for before, after in itertools.pairwise(levels):
        if after > before + 1:
            yield f"A heading of level {before} is followed by one of level {after}."
    if any(element.S in GROUPING and _has_loose_text(element) for element in elements):
        yield "Some text is in no paragraph, heading, list, table, or caption."
    for element in elements:
        if element.S in (Name.Figure, Name.Formula) and not _has_text(element):
            yield "A figure has no alternative text."
        elif Name.Table == element.S:
            yield from _table(element)


def _has_loose_text(element: Dictionary) -> bool:
    """Whether content or an inline element is directly in an element that groups others."""
    kids = element.get("/K", pikepdf.Array())
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if not isinstance(kid, Dictionary) or "/MCID" in kid or kid.get("/S") in INLINE:
            return True
    return False


def _has_text(element: Dictionary) -> bool:
    return any(str(element.get(key, "")).strip() for key in ("/Alt", "/ActualText"))


def _table(table: Dictionary) -> Iterator[str]:
    inside = list(_descendants(table))
    headers = [element for element in inside if element.S == Name.TH]
    if not headers:
        yield "A table has no header cells."
    if any(not _has_scope(header) for header in headers):
        yield "A header cell of a table does not say what it heads."
    widths = {sum(map(_span, child_elements(row))) for row in inside if row.S == Name.TR}
    if len(widths) > 1:
        yield "The rows of a table are not equally wide."


def _descendants(element: Dictionary) -> Iterator[Dictionary]:
    for kid in child_elements(element):
        yield kid
        yield from _descendants(kid)


def _attributes(element: Dictionary) -> list[Dictionary]:
    return list_children(element.get("/A"))


def _has_scope(header: Dictionary) -> bool:
    return any("/Scope" in one for one in _attributes(header))


def _span(cell: Dictionary) -> int:
    return next((int(one["/ColSpan"]) for one in _attributes(cell) if "/ColSpan" in one), 1)


def _pages(document: Pdf) -> Iterator[str]:
    checked: set[tuple[int, int]] = set()
    for number, page in enumerate(document.pages, start=1):
        yield from _marks(page, number)
        used: list[Any] = [page.get("/Resources", Dictionary()), *list_appearances(page)]
        for font in itertools.chain.from_iterable(map(list_fonts, used)):
            if font.objgen not in checked:
                checked.add(font.objgen)
                yield from _font(font)
        for annotation in page.get("/Annots", []):
            if annotation.get("/Subtype") == Name.Link and not str(annotation.get("/Contents", "")).strip():
                yield f"A link on page {number} does not say where it leads."
        if page.get("/Annots") and page.get("/Tabs") != Name.S:
            yield f"The keyboard does not follow the structure on page {number}."


def _form(document: Pdf) -> Iterator[str]:
    """Each field has a name for screen readers and an element of its own (7.18.1, 7.18.4)."""
    tagged = {
        kid.Obj.objgen
        for element in structure_elements(document)
        if has_form(element)
        for kid in list_children(element.K)
    }
    for number, page in enumerate(document.pages, start=1):
        for widget in page.get("/Annots", []):
            if widget.get("/Subtype") != Name.Widget:
                continue
            if widget.objgen not in tagged:
                yield f"A field on page {number} has no place in the structure."
            if not str(widget.get("/TU", "")).strip():
                yield f"A field on page {number} does not say what it asks."
            if "/N" not in widget.get("/AP", Dictionary()):
                yield f"A field on page {number} has no appearance."


def _marks(page: pikepdf.Page, number: int) -> Iterator[str]:
    """All content is tagged or marked as decoration, and neither is inside the other (01-001, 01-003, 01-004)."""
    open_marks: list[str] = []
    is_loose = is_mixed = False
    for instruction in pikepdf.parse_content_stream(page, LOOKED_AT):
        operator = str(instruction.operator)
        if operator in OPENS:
            open_marks.append(_mark(list(instruction.operands)))
            is_mixed |= {"decoration", "tagged"} <= set(open_marks)
        elif operator in CLOSES:
            del open_marks[-1:]
        elif operator in SHOWS and not open_marks:
            is_loose = True
    if is_loose:
        yield f"Page {number} shows something that is neither tagged nor marked as decoration."
    if is_mixed:
        yield f"Page {number} has decoration within tagged content, or the reverse."


def _mark(operands: Sequence[object]) -> str:
    """What opens here: decoration, tagged content, or a mark that says nothing about it."""
    if operands and operands[0] == Name.Artifact:
        return "decoration"
    about = operands[1] if len(operands) > 1 else None
    return "tagged" if isinstance(about, Dictionary) and "/MCID" in about else ""


def _font(font: Dictionary) -> Iterator[str]:
    name = str(font.get("/BaseFont", "/a font")).lstrip("/")
    if font.get("/Subtype") == Name.Type3:
        return
    if "/ToUnicode" not in font:
        yield f"The characters of {name} have no meaning beyond their look."
    elif has_meaningless_characters(font):
        yield f"Some characters of {name} mean no character."
    holder = font["/DescendantFonts"][0] if "/DescendantFonts" in font else font
    descriptor = holder.get("/FontDescriptor", Dictionary())
    if not any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")):
        yield f"The font {name} is not embedded."
