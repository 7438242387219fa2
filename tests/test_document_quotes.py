"""Quotation marks of documents and slides that are made from content."""

from __future__ import annotations

import pytest

from cluster_kit.documents.model import Document, Figure, Paragraph, Picture, Section, Table, one_text
from cluster_kit.documents.quotes import curl_quotes, with_curly_quotes


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ('Press "Next: Our next steps".', "Press “Next: Our next steps”."),
        ("your state's ('as is') rule", "your state’s (‘as is’) rule"),
        ("the class of '24", "the class of ’24"),
        ('"Let\'s take the middle."', "“Let’s take the middle.”"),
        ("“They use it.”", "“They use it.”"),
    ],
)
def test_marks_are_curly(typed: str, shown: str) -> None:
    assert curl_quotes(typed) == shown


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
