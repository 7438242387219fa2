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

import pytest
from docx import Document
from lxml import etree

from cluster_kit.worksheets.document_tables import LONGEST_TITLE
from cluster_kit.worksheets.read_document import W14, W
from cluster_kit.worksheets.row_layout import PAGE_WIDTH
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


def review(title: str, words: str, which: int = 0) -> Change:
    """Replace the words of a control while changes are tracked, which leaves both in the file."""

    def change(body: Any) -> None:
        content = find(body, title, which).find(f"{W}sdtContent")
        run = content.find(f"{W}r")
        for number, kind in enumerate(("del", "ins"), start=900 + 2 * which):
            about = {f"{W}id": str(number), f"{W}author": "Ana", f"{W}date": "2027-01-01T00:00:00Z"}
            etree.SubElement(content, f"{W}{kind}", about)
        content.find(f"{W}del").append(run)
        for text in run.iter(f"{W}t"):
            text.tag = f"{W}delText"
        etree.SubElement(etree.SubElement(content.find(f"{W}ins"), f"{W}r"), f"{W}t").text = words

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


@pytest.mark.parametrize("is_accepted", [False, True])
def test_tracked_changes_are_read_as_accepted_with_and_without_controls(office: Office, is_accepted: bool) -> None:
    """Without controls, as LibreOffice saves them, answers are found by the bookmarks in their rows."""

    def change(body: Any) -> None:
        review("The goal", "Inserted words")(body)
        content = find(body, "Who has the authority to carry it out?").find(f"{W}sdtContent")
        moved = etree.SubElement(content, f"{W}moveFrom")
        etree.SubElement(etree.SubElement(moved, f"{W}r"), f"{W}t").text = "Moved away"
        if is_accepted:
            for gone in [*body.iter(f"{W}del", f"{W}moveFrom")]:
                gone.getparent().remove(gone)

    def drop_tags(body: Any) -> None:
        change(body)
        for properties in body.iter(f"{W}sdtPr"):
            for tag in properties.findall(f"{W}tag"):
                properties.remove(tag)

    path = office.make("docx")
    for alter in (change, drop_tags):
        [receipt] = office.collect(rewrite(path, alter))
        assert "refused" not in receipt.counts, str(receipt)
        assert office.values("goals.statement", "a") == ["Inserted words"]
    [receipt] = office.collect(rewrite(path, drop_tags))
    assert "saved" not in receipt.counts, "with and without tags, the same answers are read"


def test_a_row_with_another_number_of_cells_is_not_read_by_its_bookmark(office: Office) -> None:
    def insert_column(body: Any) -> None:
        for properties in body.iter(f"{W}sdtPr"):
            for tag in properties.findall(f"{W}tag"):
                properties.remove(tag)
        for row in body.iter(f"{W}tr"):
            cell = row.find(f"{W}tc")
            new = etree.Element(f"{W}tc")
            etree.SubElement(etree.SubElement(etree.SubElement(new, f"{W}p"), f"{W}r"), f"{W}t").text = "Not an answer"
            cell.addnext(new)

    [receipt] = office.collect(rewrite(office.make("docx"), insert_column))
    assert "saved" not in receipt.counts, str(receipt)
    assert office.values("goals.statement", "a") == [GOAL]


def test_tables_have_header_rows_titles_and_lines_that_fit_the_page(office: Office) -> None:
    document = Document(str(office.make("docx")))
    assert len(document.tables) > 20
    for table in document.tables:
        assert table.rows[0]._tr.trPr.find(f"{W}tblHeader") is not None
        assert table._tbl.tblPr.find(f"{W}tblCaption").get(f"{W}val")
        assert all(cell.paragraphs[0].text for cell in table.rows[0].cells), "an empty line is above the words"
        assert sum(column.width.pt for column in table.columns) <= PAGE_WIDTH + 1


def test_printed_text_has_curly_quotation_marks_and_dates_in_words(office: Office) -> None:
    document = Document(str(office.make("docx")))
    printed = [one for one in document.element.body.iter(f"{W}t") if next(one.iterancestors(f"{W}sdt"), None) is None]
    assert [one.text for one in printed if set(one.text or "") & set("\"'")] == []
    listed = [one.get(f"{W}displayText") for one in document.element.body.iter(f"{W}listItem")]
    assert [label for label in listed if set(label) & set("\"'")] == []
    assert "March 5, 2026" in [one.text for one in document.element.body.iter(f"{W}t")]


def test_a_removed_row_is_named_and_its_answers_stay(office: Office) -> None:
    office.say("use_the_tool", "areas.lead", {"name": "Dana Whit", "role": ""}, "systems_alignment")

    def remove(body: Any) -> None:
        rows = [row for row in body.iter(f"{W}tr") if next(row.iter(f"{W}t")).text in ("Systems Alignment", "By when")]
        assert len(rows) == 2
        for row in rows:
            row.getparent().remove(row)

    [receipt] = office.collect(rewrite(office.make("docx"), remove))
    assert receipt.counts["removed"] == 2
    assert set(receipt.counts) == {"unchanged", "removed"}
    assert list(receipt.lines())[1:] == [
        "These were removed from the file, but the earlier answers stay. A row is removed on the session's page:",
        "  - Our plan for using the Policy Tool – Systems Alignment",
        "  - Our next steps – Step 1 – Next steps: By when",
    ]
    assert office.values("actions.due", "s") == ["2026-03-05"]


def test_a_document_without_its_controls_is_named_with_the_way_out(office: Office) -> None:
    def strip(body: Any) -> None:
        for control in list(body.iter(f"{W}sdt")):
            control.getparent().remove(control)

    [receipt] = office.collect(rewrite(office.make("docx"), strip))
    assert receipt.status == "unreadable"
    assert "lost its answer boxes" in str(receipt)


@pytest.mark.parametrize("keeps_bookmarks", [True, False])
def test_a_document_whose_boxes_became_text_is_read_by_its_bookmarks_or_named(
    office: Office, keeps_bookmarks: bool
) -> None:
    """Some programs keep the words of a box and not the box; of these, some give bookmarks names of their own."""

    def unwrap(body: Any) -> None:
        put("The goal", "A second goal", 1)(body)
        for control in list(body.iter(f"{W}sdt")):
            for child in control.find(f"{W}sdtContent"):
                control.addprevious(child)
            control.getparent().remove(control)
        for number, bookmark in enumerate(() if keeps_bookmarks else body.iter(f"{W}bookmarkStart")):
            bookmark.set(f"{W}name", f"kix.{number}")

    [receipt] = office.collect(rewrite(office.make("docx"), unwrap))
    assert receipt.status == ("read" if keeps_bookmarks else "unreadable")
    assert ("lost its answer boxes" in str(receipt)) is not keeps_bookmarks
    assert office.values("goals.statement") == [GOAL, *(["A second goal"] if keeps_bookmarks else [])]


def test_a_foreign_document_is_named(office: Office) -> None:
    out = io.BytesIO()
    document = Document()
    document.add_paragraph("Minutes of a meeting")
    document.save(out)
    path = office.settings.home / "minutes.docx"
    path.write_bytes(out.getvalue())
    [receipt] = office.collect(path)
    assert str(receipt) == "minutes.docx is a document, but no worksheet of this kit. Nothing was taken from it."
