"""Write a packet as a tagged PDF (PDF/UA-1) with Typst, which enforces the standard."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name

from cluster_kit.documents.model import Document
from cluster_kit.documents.quotes import with_curly_quotes
from cluster_kit.documents.typst_data import LINES, NO_ANSWER, WHOLE, TypstData
from cluster_kit.documents.typst_pdf import Show, TypesetPdf, typeset

HALF_PAGE = 430.0  # points: where a last page ends that is about half empty
MOST_CLOSER = 3
FEW_PAGES = 8  # a longer document has more pages if its text is larger
MOST_LARGER = {"portrait": 2, "landscape": 4, "compact": 4}
OPENING_AND_REST = 2  # pages
FEW_LINES = WHOLE // 2
"""Where nothing else saves such a page: the lines of a table or record that is still kept on one page."""


def write_pdf(packet: Document) -> bytes:
    """The packet as PDF/UA-1, with curly quotation marks. Characters without a glyph become code points.

    Raises ``DocumentError``.

    If its last page is about half empty, it is set more closely, and then more tables and records may continue on
    the next page, until the page is saved and the one before is not half empty. If no page can be saved, its text is
    larger, up to the size at which it still has the same pages. An opening has no page of its own if the whole fits
    on one. What the packet says about itself is on the page of what precedes it.
    """
    packet = with_curly_quotes(packet)
    whole = _typeset(packet)
    shorter: list[TypesetPdf] = []
    for one in _shorter(packet, whole):
        if one.pages < whole.pages:
            shorter.append(one)
            if one.pages == 1 or one.end >= HALF_PAGE:
                break
    if shorter:
        whole = max(shorter, key=lambda one: (one.end >= HALF_PAGE, -one.pages))
    elif whole.end < HALF_PAGE and whole.pages <= FEW_PAGES:
        larger = (_typeset(packet, -steps) for steps in range(MOST_LARGER[packet.layout], 0, -1))
        whole = next((one for one in larger if one.pages == whole.pages), whole)
    return mark_row_headers(whole.pdf)


def _shorter(packet: Document, whole: TypesetPdf) -> Iterator[TypesetPdf]:
    """The packet in ways that may save its last page, the least changed first."""
    if packet.own_page and whole.pages == OPENING_AND_REST:
        packet = replace(packet, own_page=False)
        yield _typeset(packet)
    if whole.pages > 1 and whole.end < HALF_PAGE:
        for kept in (WHOLE, FEW_LINES):
            yield from (_typeset(packet, steps, kept) for steps in range(1, MOST_CLOSER + 1))


def _typeset(packet: Document, closer: int = 0, kept: int = WHOLE) -> TypesetPdf:
    """The packet, so many steps closer (larger, if negative), with tables and records of so many lines on one page."""
    template = files("cluster_kit.documents").joinpath("packet.typ")
    line = LINES[packet.layout]
    return typeset(template, "packet", lambda show: _packet_data(packet, TypstData(show, kept, line), show, closer))


def _packet_data(packet: Document, data: TypstData, show: Show, closer: int) -> dict[str, object]:
    return {
        "language": packet.language,
        "page_word": packet.fixed_texts.page,
        "of_word": packet.fixed_texts.of,
        "no_answer": NO_ANSWER,
        "layout": packet.layout,
        "closer": closer,
        "title": packet.title,
        "footer": show(packet.title),
        **{name: show(getattr(packet, name)) for name in ("heading", "subtitle", "series", "when", "notice")},
        "about": bool(packet.about),
        "first_page": len(packet.opening) if packet.own_page else 0,
        "blocks": data.blocks((*packet.opening, *packet.sections), level=1),
    }


def mark_row_headers(pdf: bytes, *, keeps_rows: bool = False) -> bytes:
    """The PDF with the first cell of each table row marked as a row header.

    With ``keeps_rows``, the last column of each table only keeps rows together on a page. It is removed from the
    structure.

    Typst can mark only column headers. The cells' explicit header lists are removed, because they name only columns;
    readers then use the scope of row and column headers.
    ``/Suspects``, which Typst writes as false, its default, is removed: Poppler reports it as an error.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        if not document.Root.MarkInfo.get("/Suspects", True):
            del document.Root.MarkInfo["/Suspects"]
        for element in structure_elements(document):
            if element.get("/S") == Name.Table:
                _end_body(element)
                if keeps_rows:
                    _remove_last_column(element)
                for row in body_rows(element):
                    _mark_row(child_elements(row))
        written = io.BytesIO()
        document.save(written, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return written.getvalue()


def _end_body(table: Dictionary) -> None:
    """Move the rows of a footer, which Typst keeps together, to the end of the body that they are part of."""
    groups = {str(group.S): group for group in child_elements(table)}
    if "/TFoot" in groups:
        body, footer = groups["/TBody"], groups["/TFoot"]
        for row in child_elements(footer):
            row.P = body
        body.K = pikepdf.Array([*child_elements(body), *child_elements(footer)])
        table.K = pikepdf.Array([kid for kid in table.K if kid.get("/S") != Name.TFoot])


def _mark_row(cells: list[Dictionary]) -> None:
    for place, cell in enumerate(cells):
        if place == 0:
            cell.S = Name.TH
            cell.A = Dictionary(O=Name.Table, Scope=Name.Row)
        else:
            for attributes in list_children(cell.get("/A")):
                if "/Headers" in attributes:
                    del attributes["/Headers"]


def _remove_last_column(table: Dictionary) -> None:
    """Remove the last cell of each row of the header, and of each row that has a cell in the last column."""
    rows = [row for group in child_elements(table) for row in child_elements(group)]
    columns = max(len(child_elements(row)) for row in rows)
    for group in child_elements(table):
        for row in child_elements(group):
            cells = child_elements(row)
            if Name.THead == group.S or len(cells) == columns:
                row.K = pikepdf.Array(cells[:-1])


def structure_elements(document: pikepdf.Pdf) -> Iterator[Dictionary]:
    """The elements of the document's structure, in reading order."""
    root = document.Root.get("/StructTreeRoot")
    waiting = list(reversed(child_elements(root))) if isinstance(root, Dictionary) else []
    while waiting:
        element = waiting.pop()
        yield element
        waiting.extend(reversed(child_elements(element)))


def child_elements(element: Dictionary) -> list[Dictionary]:
    """The children of an element."""
    return [kid for kid in list_children(element.get("/K")) if "/S" in kid]


def list_children(value: Any) -> list[Dictionary]:
    """The dictionaries in a value: one, an array, or none."""
    given = list(value) if isinstance(value, pikepdf.Array) else [value]
    return [one for one in given if isinstance(one, Dictionary)]


def body_rows(table: Dictionary) -> Iterator[Dictionary]:
    """The rows of a table without those of its header."""
    for group in child_elements(table):
        if group.get("/S") == Name.TBody:
            yield from child_elements(group)
