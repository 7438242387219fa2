"""A worksheet as DOCX and as PDF, read with public libraries."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from textwrap import shorten
from typing import Any

from docx import Document
from lxml import etree

from cluster_kit.worksheets.document_tables import LONGEST_TITLE
from cluster_kit.worksheets.read_document import W14, W
from tests.worksheets.conftest import CONTENT, GOAL, HOSTILE, Office

BODY = "word/document.xml"
NUMBER = r" \(\d+\)$"  # of a title that would repeat another
Change = Callable[[Any], None]


def rewrite(path: Path, change: Change, to: str = "returned.docx") -> Path:
    """A copy of a document with its body changed, as by a word processor."""
    target = path.with_name(to)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            raw = old.read(name)
            if name == BODY:
                body = etree.fromstring(raw)
                change(body)
                raw = etree.tostring(body, xml_declaration=True, encoding="UTF-8", standalone=True)
            new.writestr(name, raw)
    return target


def title_of(control: Any) -> str:
    return str(control.find(f"{W}sdtPr/{W}alias").get(f"{W}val"))


def find(body: Any, title: str, which: int = 0) -> Any:
    """The content control whose title ends with these words; the first one by default."""
    end = f": {shorten(title, LONGEST_TITLE * 2 // 3, placeholder='…')}"
    return [c for c in body.iter(f"{W}sdt") if f": {re.sub(NUMBER, '', title_of(c))}".endswith(end)][which]


def put(title: str, words: str, which: int = 0) -> Change:
    """Type words into a control, as Word would."""

    def change(body: Any) -> None:
        control = find(body, title, which)
        placeholder = control.find(f"{W}sdtPr/{W}showingPlcHdr")
        if placeholder is not None:
            placeholder.getparent().remove(placeholder)
        texts = list(control.iter(f"{W}t"))
        texts[0].text = words
        for other in texts[1:]:
            other.text = ""
        for line_break in list(control.iter(f"{W}br")):
            line_break.getparent().remove(line_break)

    return change


def tick(title: str, which: int = 0) -> Change:
    def change(body: Any) -> None:
        find(body, title, which).find(f"{W}sdtPr/{W14}checkbox/{W14}checked").set(f"{W14}val", "1")

    return change


def many(*changes: Change) -> Change:
    def change(body: Any) -> None:
        for one in changes:
            one(body)

    return change


def test_a_document_has_real_headings_and_asks_every_exercise(office: Office) -> None:
    document = Document(str(office.make("docx")))
    headings = [(p.style.name, p.text) for p in document.paragraphs if p.style and p.style.name.startswith("Heading")]
    assert headings[0] == ("Heading 1", "Ohio: worksheet for Session 1: Context Setting & Systems Alignment")
    assert {("Heading 2", e.title) for e in CONTENT.get_session(1).exercises} <= set(headings)
    levels = [int(style[-1]) for style, _ in headings]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    steps = [p for p in document.paragraphs if p.style and p.style.name == "List Number"]
    numbered = {p._p.pPr.numPr.numId.val for p in steps}
    assert len(numbered) == sum(1 for e in CONTENT.get_session(1).exercises if e.steps), "each list begins at 1"
    assert document.core_properties.language == "en-US"
    assert document.core_properties.title == headings[0][1]


def test_every_answer_has_a_content_control_with_a_title_and_a_tag_that_word_takes(office: Office) -> None:
    with zipfile.ZipFile(office.make("docx")) as archive:
        body = etree.fromstring(archive.read(BODY))
    controls = list(body.iter(f"{W}sdt"))
    tags = [control.find(f"{W}sdtPr/{W}tag").get(f"{W}val") for control in controls]
    titles = [title_of(control) for control in controls]
    assert len(titles) == len(set(titles))
    assert len(tags) == len(set(tags)) > 150
    assert all(len(tag) <= 64 for tag in tags)
    assert all(0 < len(title) <= 64 for title in titles)


def test_an_untouched_document_changes_nothing(office: Office) -> None:
    [receipt] = office.collect(office.make("docx"))
    assert set(receipt.counts) == {"unchanged"}


def test_what_is_typed_chosen_and_ticked_comes_back(office: Office) -> None:
    document = office.make("docx")
    returned = rewrite(
        document,
        many(
            put("Your name", "Cy Mora"),
            put("The goal", "A second goal", 1),
            put("Who has the authority to carry it out?", "The legislature", 1),
            put("By when", "3/9/2026", 1),
            put("Who leads", "Name: Lee Ora", 10),
            put("Your rating", "3 In place"),
            tick(CONTENT.roles[1].title, 1),
            put("With whom: other", "The port authority", 1),
        ),
        "Worksheet OH (cy) v2.docx",
    )
    [receipt] = office.collect(returned)
    assert "refused" not in receipt.counts, str(receipt)
    assert office.values("goals.statement") == [GOAL, "A second goal"]
    assert office.values("goals.authority") == ["law"]
    assert "2026-03-09" in office.values("actions.due")
    assert {"name": "Lee Ora", "role": ""} in office.values("actions.lead")
    assert [CONTENT.roles[1].id, "other:The port authority"] in office.values("actions.partners")
    assert 3 in office.values("ratings.rating")


def test_a_notebook_and_a_document_of_the_same_worksheet_agree_on_every_address(office: Office) -> None:
    document = office.make("docx")
    returned = rewrite(document, put("The goal", "Changed in Word"))
    office.collect(returned)
    assert office.values("goals.statement", "a") == ["Changed in Word"]
    assert set(office.collect(office.make("ipynb"))[0].counts) == {"unchanged"}


def test_hostile_words_are_text_in_the_document_and_come_back_unchanged(office: Office) -> None:
    words = "\n".join(p.text for p in Document(str(office.make("docx"))).element.body.iter(f"{W}t"))
    for piece in ("<script>alert(1)</script>", "日本語 🎉 שלום"):
        assert piece in words
    office.collect(rewrite(office.out / "2026-session-1-OH-worksheet.docx", put("The goal", "x")))
    assert office.values("reason") == [HOSTILE]


def test_words_deleted_under_review_are_gone_and_inserted_ones_are_there(office: Office) -> None:
    def review(body: Any) -> None:
        run = next(find(body, "The goal").iter(f"{W}r"))
        paragraph = run.getparent()
        inserted, deleted = etree.SubElement(paragraph, f"{W}ins"), etree.SubElement(paragraph, f"{W}del")
        new = etree.SubElement(etree.SubElement(inserted, f"{W}r"), f"{W}t")
        new.text = "Inserted words"
        deleted.append(run)
        next(run.iter(f"{W}t")).tag = f"{W}delText"

    office.collect(rewrite(office.make("docx"), review))
    assert office.values("goals.statement", "a") == ["Inserted words"]


def test_a_document_without_its_controls_is_named_with_the_way_out(office: Office) -> None:
    def strip(body: Any) -> None:
        for control in list(body.iter(f"{W}sdt")):
            control.getparent().remove(control)

    [receipt] = office.collect(rewrite(office.make("docx"), strip))
    assert receipt.status == "unreadable"
    assert "lost its answer boxes" in str(receipt)


def test_a_foreign_document_is_named(office: Office) -> None:
    out = io.BytesIO()
    document = Document()
    document.add_paragraph("Minutes of a meeting")
    document.save(out)
    path = office.settings.home / "minutes.docx"
    path.write_bytes(out.getvalue())
    [receipt] = office.collect(path)
    assert str(receipt) == "minutes.docx is a document, but no worksheet of this kit. Nothing was taken from it."
