"""DOCX worksheets whose cells were merged, or that have words and pictures beside their boxes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from cluster_kit.worksheets import FileReceipt
from cluster_kit.worksheets.document_text import W
from tests.libreoffice import SOFFICE, convert
from tests.worksheets.conftest import GOAL, Office
from tests.worksheets.test_document import Change, find, many, put, rewrite

AUTHORITY = "Who has the authority to carry it out?"


def cell_of(body: Any, title: str, which: int = 0) -> Any:
    return next(find(body, title, which).iterancestors(f"{W}tc"))


def _properties(cell: Any) -> Any:
    properties = cell.find(f"{W}tcPr")
    return properties if properties is not None else cell.insert(0, etree.Element(f"{W}tcPr")) or cell[0]


def _move_content(source: Any, target: Any) -> None:
    for paragraph in source.findall(f"{W}p"):
        target.append(paragraph)
    etree.SubElement(source, f"{W}p")


def merge_across(body: Any) -> None:
    """Merge a cell with the next one, as Word and LibreOffice do: one cell with the content of both."""
    cell = cell_of(body, "The goal")
    beside = cell.getnext()
    _move_content(beside, cell)
    beside.getparent().remove(beside)
    etree.SubElement(_properties(cell), f"{W}gridSpan").set(f"{W}val", "2")


def merge_down(body: Any) -> None:
    """Merge a cell with the one below, which stays in the file without content."""
    cell, row = cell_of(body, "The goal"), next(find(body, "The goal").iterancestors(f"{W}tr"))
    below = row.getnext().findall(f"{W}tc")[row.findall(f"{W}tc").index(cell)]
    _move_content(below, cell)
    etree.SubElement(_properties(cell), f"{W}vMerge").set(f"{W}val", "restart")
    etree.SubElement(_properties(below), f"{W}vMerge")


def drop_tags(body: Any) -> None:
    for properties in body.iter(f"{W}sdtPr"):
        for tag in properties.findall(f"{W}tag"):
            properties.remove(tag)


def type_beside(title: str, words: str) -> Change:
    """Type words into the cell of a control, below it."""

    def change(body: Any) -> None:
        cell = cell_of(body, title)
        paragraph = etree.SubElement(cell, f"{W}p")
        etree.SubElement(etree.SubElement(paragraph, f"{W}r"), f"{W}t").text = words

    return change


def paste_picture(title: str) -> Change:
    def change(body: Any) -> None:
        paragraph = etree.SubElement(cell_of(body, title), f"{W}p")
        etree.SubElement(etree.SubElement(paragraph, f"{W}r"), f"{W}drawing")

    return change


def refused(receipt: FileReceipt) -> list[str]:
    return [f"{outcome.where}: {outcome.sentence}" for outcome in receipt.outcomes if outcome.status == "refused"]


@pytest.mark.parametrize("merge", [merge_across, merge_down])
def test_merged_cells_with_their_boxes_are_read_box_by_box(office: Office, merge: Change) -> None:
    path = rewrite(office.make("docx"), many(put("The goal", "Changed"), merge))
    [receipt] = office.collect(path)
    assert refused(receipt) == []
    assert office.values("goals.statement") == ["Changed"]
    assert receipt.counts["saved"] == 1


@pytest.mark.parametrize("merge", [merge_across, merge_down])
def test_merged_cells_without_boxes_change_nothing_and_are_named_with_their_words(
    office: Office, merge: Change
) -> None:
    [receipt] = office.collect(rewrite(office.make("docx"), many(merge, drop_tags)))
    assert office.values("goals.statement") == [GOAL]
    assert "saved" not in receipt.counts, str(receipt)
    named = refused(receipt)
    assert named[0].startswith(
        "Our statewide goals – Goal 1 – Goals: The goal: Its cell was merged with another one"
    ), named
    assert len(named) == 2
    assert f"your worksheet says “{GOAL}" in str(receipt)


def test_the_other_cells_of_a_row_with_merged_ones_are_read(office: Office) -> None:
    def merge_first_two(body: Any) -> None:
        put("Who leads", "Name: Lee Ora")(body)
        put("By when", "3/9/2026")(body)
        cell = cell_of(body, "What will be done")
        _move_content(cell.getnext(), cell)
        cell.getparent().remove(cell.getnext())
        etree.SubElement(_properties(cell), f"{W}gridSpan").set(f"{W}val", "2")
        drop_tags(body)

    [receipt] = office.collect(rewrite(office.make("docx"), merge_first_two))
    assert receipt.counts.get("saved"), str(receipt)
    assert office.values("actions.action", "s") == ["Call the board"]
    assert refused(receipt)


def test_answers_of_rows_with_another_number_of_cells_are_named(office: Office) -> None:
    def insert_column(body: Any) -> None:
        drop_tags(body)
        for row in next(find(body, "The goal").iterancestors(f"{W}tbl")).iter(f"{W}tr"):
            row.append(etree.Element(f"{W}tc"))

    [receipt] = office.collect(rewrite(office.make("docx"), insert_column))
    assert any("A column was added or removed" in one for one in refused(receipt)), str(receipt)
    assert office.values("goals.statement") == [GOAL]


def test_words_typed_beside_a_text_box_belong_to_its_answer(office: Office) -> None:
    [receipt] = office.collect(rewrite(office.make("docx"), type_beside("The goal", "And by 2030, none.")))
    assert office.values("goals.statement") == [f"{GOAL}\nAnd by 2030, none."]
    assert receipt.unread == ()


def test_words_typed_beside_a_choice_are_in_the_receipt_or_make_the_choice(office: Office) -> None:
    made = office.make("docx")
    [receipt] = office.collect(
        rewrite(made, many(put(AUTHORITY, "The legislature"), type_beside(AUTHORITY, "I think")))
    )
    assert office.values("goals.authority") == ["law"]
    assert receipt.unread == ("I think",)
    [receipt] = office.collect(rewrite(made, type_beside("Your rating", "3 In place"), "other.docx"))
    assert 3 in office.values("ratings.rating")
    assert receipt.unread == ()


def test_a_pasted_picture_is_named_with_its_question(office: Office) -> None:
    [receipt] = office.collect(rewrite(office.make("docx"), paste_picture("The goal")))
    [named] = refused(receipt)
    assert (
        named
        == "Our statewide goals – Goal 1 – Goals: The goal: A picture in its cell was not read. Write what it shows."
    )
    assert "says “”" not in str(receipt)
    assert office.values("goals.statement") == [GOAL]

    def paste_elsewhere(body: Any) -> None:
        paragraph = next(body.iter(f"{W}p"))
        etree.SubElement(etree.SubElement(paragraph, f"{W}r"), f"{W}drawing")

    [receipt] = office.collect(rewrite(office.make("docx"), paste_elsewhere))
    assert receipt.unread == ("(a picture)",)


def save_in_google_docs(body: Any) -> None:
    """Drop the controls and keep their words, and put cells into controls with tags of Google's own.

    The wrappers are what python-docx users report of exported files; that names of bookmarks are replaced is reported
    in https://github.com/davidrthorn/cross_reference/issues/35 (as of April 2019).
    """
    for control in list(body.iter(f"{W}sdt")):
        for child in control.find(f"{W}sdtContent"):
            control.addprevious(child)
        control.getparent().remove(control)
    for number, cell in enumerate(list(body.iter(f"{W}tc"))):
        control = etree.Element(f"{W}sdt")
        tag = etree.SubElement(etree.SubElement(control, f"{W}sdtPr"), f"{W}tag")
        tag.set(f"{W}val", f"goog_rdk_{number}")
        cell.addprevious(control)
        etree.SubElement(control, f"{W}sdtContent").append(cell)


def rename_bookmarks(body: Any) -> None:
    for number, bookmark in enumerate(body.iter(f"{W}bookmarkStart")):
        bookmark.set(f"{W}name", f"id.{number:x}z337ya")


def test_a_file_in_the_shape_of_google_docs_is_read_by_its_bookmarks_or_refused_with_the_way_out(
    office: Office,
) -> None:
    made = office.make("docx")
    typed = many(put("The goal", "A second goal", 1), save_in_google_docs)
    [receipt] = office.collect(rewrite(made, many(typed, rename_bookmarks), "renamed.docx"))
    assert receipt.status == "unreadable"
    assert "Copy the answers into a new copy of the worksheet with Word or LibreOffice" in str(receipt)
    [receipt] = office.collect(rewrite(made, typed))
    assert refused(receipt) == []
    assert office.values("goals.statement") == [GOAL, "A second goal"]
    assert receipt.counts["saved"] == 1


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
def test_cells_merged_before_libreoffice_saved_the_file_are_read_or_named(office: Office, tmp_path: Path) -> None:
    path = rewrite(office.make("docx"), many(put("By when", "3/9/2026", 1), merge_across))
    [receipt] = office.collect(convert(path, "docx", tmp_path))
    assert office.values("goals.statement") == [GOAL]
    assert "2026-03-09" in office.values("actions.due")
    assert any("merged" in one for one in refused(receipt)) or not refused(receipt)
