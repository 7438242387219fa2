"""A packet as a tagged PDF (PDF/UA-1), set by Typst, which refuses to write one that breaks the standard."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any

import pikepdf
import typst
from pikepdf import Dictionary, Name

from cluster_kit.documents.errors import DocumentError
from cluster_kit.documents.fonts import TEXT, coverage, families, fonts, printable
from cluster_kit.documents.model import LANGUAGE, Document, Paragraph, Section
from cluster_kit.documents.typst_data import NO_ANSWER, TypstData
from cluster_kit.web.tokens import COLORS

Show = Callable[[str], str]


def write_pdf(packet: Document) -> bytes:
    """The packet as PDF/UA-1. What its fonts cannot print stands there as a number. Raises ``DocumentError``."""
    said = ""
    for show in _ways_to_show():
        try:
            return mark_row_headers(_compile(packet, show))
        except typst.TypstError as error:
            said = error.message
    raise DocumentError("PDF", said)


def _ways_to_show() -> Iterator[Show]:
    """How to print what people typed: as it is; without joined characters; in the text font alone.

    A single character may be in the fonts, and yet its combination with others in none of them.
    """
    yield lambda words: printable(words, coverage())
    yield lambda words: printable(words, coverage(), frozenset())
    yield lambda words: printable(words, coverage(TEXT), frozenset())


def _compile(packet: Document, show: Show) -> bytes:
    data = TypstData(show)
    about = Section(packet.about_title, tuple(Paragraph(words, "quiet") for words in packet.about))
    document = {
        "language": LANGUAGE,
        "fonts": families(),
        "no_answer": NO_ANSWER,
        "title": packet.title,
        "footer": show(packet.title),
        **{name: show(getattr(packet, name)) for name in ("heading", "subtitle", "series", "when", "notice")},
        "blocks": data.blocks((*packet.opening, *packet.parts, about), level=1),
    }
    template = files("cluster_kit.documents").joinpath("packet.typ").read_bytes()
    compiler = typst.Compiler(
        template, font_paths=fonts(), sys_inputs={"packet": json.dumps(document), "colors": json.dumps(dict(COLORS))}
    )
    written = compiler.compile(format="pdf", pdf_standards=["ua-1"])
    if not isinstance(written, bytes):
        raise DocumentError("PDF", "Typst wrote several files")
    return written


def mark_row_headers(pdf: bytes) -> bytes:
    """The PDF with the first cell of each row below a table's head marked as the header of its row.

    Typst can say so only for columns. What heads a cell then follows from the reach of row and column headers, and not
    from a list at the cell that knows of columns alone.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for element in structure_elements(document):
            if element.get("/S") == Name.Table:
                for row in _body_rows(element):
                    _mark_row(children(row))
        written = io.BytesIO()
        document.save(written, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return written.getvalue()


def _mark_row(cells: list[Dictionary]) -> None:
    for place, cell in enumerate(cells):
        if place == 0:
            cell.S = Name.TH
            cell.A = Dictionary(O=Name.Table, Scope=Name.Row)
        else:
            for attributes in list_children(cell.get("/A")):
                if "/Headers" in attributes:
                    del attributes["/Headers"]


def structure_elements(document: pikepdf.Pdf) -> Iterator[Dictionary]:
    """The elements of the document's structure, in reading order."""
    root = document.Root.get("/StructTreeRoot")
    waiting = list(reversed(children(root))) if isinstance(root, Dictionary) else []
    while waiting:
        element = waiting.pop()
        yield element
        waiting.extend(reversed(children(element)))


def children(element: Dictionary) -> list[Dictionary]:
    """The elements right below one."""
    return [kid for kid in list_children(element.get("/K")) if "/S" in kid]


def list_children(value: Any) -> list[Dictionary]:
    """The dictionaries in a value that is one, an array of several, or nothing."""
    given = list(value) if isinstance(value, pikepdf.Array) else [value]
    return [one for one in given if isinstance(one, Dictionary)]


def _body_rows(table: Dictionary) -> Iterator[Dictionary]:
    for group in children(table):
        if group.get("/S") == Name.TBody:
            yield from children(group)
