"""Quotation marks of documents and slides that are made from content."""

from __future__ import annotations

import io
from collections.abc import Callable

import docx
import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from cluster_kit.documents.docx import write_docx
from cluster_kit.documents.model import Document, Figure, Paragraph, Picture, Section, Table, one_text
from cluster_kit.documents.page import write_page
from cluster_kit.documents.pdf import write_pdf
from cluster_kit.documents.quotes import curl_quotes, with_curly_quotes


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ('Press "Next: Our next steps".', "Press “Next: Our next steps”."),
        ("your state's ('as is') rule", "your state’s (‘as is’) rule"),
        ("the class of '24", "the class of ’24"),
        ('"Let\'s take the middle."', "“Let’s take the middle.”"),
        ("“They use it.”", "“They use it.”"),
        ("See https://example.org/it's and 'more'", "See https://example.org/it's and ‘more’"),
    ],
)
def test_marks_are_curly(typed: str, shown: str) -> None:
    assert curl_quotes(typed) == shown


@pytest.mark.parametrize("write", [write_pdf, write_docx, write_page])
def test_every_writer_sets_them(write: Callable[[Document], bytes | str]) -> None:
    document = Document("A state's", "H", "S", "Series", "", "", (), (Section("It's", (Paragraph("Don't"),)),), ())
    written = write(document)
    if isinstance(written, str):
        words = BeautifulSoup(written, "html.parser").body.get_text()  # type: ignore[union-attr]
    elif written.startswith(b"%PDF"):
        words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(written)).pages)
    else:
        words = "".join(line.text for line in docx.Document(io.BytesIO(written)).paragraphs)
    assert "Don’t" in words
    assert "'" not in words


def test_every_text_of_a_document_is_set_and_no_drawing_is() -> None:
    picture = Picture('<svg id="a"/>', 'The "x" axis', "A state's chart", table=Table("A's", ('"B"',), ()))
    table = Table("A state's rows", ("What's due",), ((one_text('"Now"'),),))
    document = Document(
        title="A state's sheet",
        heading="",
        subtitle="",
        series="",
        when="",
        notice="",
        opening=(Figure(picture),),
        parts=(Section("It's here", (Paragraph('"Lead"', "lead"), table)),),
        about=("Don't",),
    )
    shown = with_curly_quotes(document)
    (figure,) = shown.opening
    assert isinstance(figure, Figure)
    assert figure.picture.svg == '<svg id="a"/>'
    assert {'"', "'"}.isdisjoint(str(shown.title) + figure.picture.alt + shown.about[0])
    assert shown.parts[0].blocks == (
        Paragraph("“Lead”", "lead"),
        Table("A state’s rows", ("What’s due",), ((one_text("“Now”"),),)),
    )
