"""A worksheet as DOCX, saved by the real LibreOffice, and collected."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from cluster_kit.worksheets.read_document import W
from tests.libreoffice import SOFFICE, convert
from tests.worksheets.conftest import HOSTILE, Office
from tests.worksheets.test_document import many, put, review, rewrite, tick

pytestmark = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
ANSWERS = 8


@pytest.fixture
def filled(office: Office) -> Path:
    """A worksheet that was filled out, in part with tracked changes, before LibreOffice saved it."""
    return rewrite(
        office.make("docx"),
        many(
            put("Your name", "Cy Mora"),
            review("The goal", "A goal under review"),
            put("The goal", "A second goal", 1),
            put("What will be done", ""),
            put("Who has the authority to carry it out?", "The legislature", 1),
            put("By when", "3/9/2026", 1),
            put("Who leads", "Name: Lee Ora", 10),
            put("Your rating", "3 In place"),
            tick("Learners", 1),
            put("Learners", "☒", 1),  # Word changes the character as well
        ),
    )


@pytest.mark.parametrize("kinds", [("docx",), ("odt", "docx")], ids="-".join)
def test_a_worksheet_that_libreoffice_saved_is_read(
    office: Office, filled: Path, tmp_path: Path, kinds: tuple[str, ...]
) -> None:
    saved = filled
    for kind in kinds:
        saved = convert(saved, kind, tmp_path)
    [receipt] = office.collect(saved)
    assert receipt.status == "read", receipt.reason
    assert "refused" not in receipt.counts, str(receipt)
    assert "Thank you, Cy Mora." in str(receipt)
    assert office.values("goals.statement") == ["A goal under review", "A second goal"]
    assert office.values("actions.action", "s") == [None], "its cell was emptied"
    assert office.values("goals.authority") == ["law"]
    assert "2026-03-09" in office.values("actions.due")
    assert {"name": "Lee Ora", "role": ""} in office.values("actions.lead")
    assert 3 in office.values("ratings.rating")
    assert set(receipt.counts) <= {"saved", "unchanged"}
    assert receipt.counts["saved"] == ANSWERS
    assert office.values("reason") == [HOSTILE]


def test_an_untouched_worksheet_that_libreoffice_saved_changes_nothing(office: Office, tmp_path: Path) -> None:
    [receipt] = office.collect(convert(office.make("docx"), "docx", tmp_path))
    assert set(receipt.counts) == {"unchanged"}, str(receipt)


def test_lines_in_several_scripts_survive_an_odt_file_and_words_typed_beside_them_are_kept(
    office: Office, tmp_path: Path
) -> None:
    lines = "First 日本語 line\nSecond שלום line\n\nFourth line"
    office.say("organizing_structure", "reason", lines)
    saved = convert(convert(office.make("docx"), "odt", tmp_path), "docx", tmp_path)
    [receipt] = office.collect(saved)
    assert set(receipt.counts) == {"unchanged"}, str(receipt)

    def type_more(body: Any) -> None:
        paragraph = next(p for p in body.iter(f"{W}p") if "First 日本語" in "".join(p.itertext(f"{W}t")))
        run = etree.SubElement(paragraph, f"{W}r")
        etree.SubElement(run, f"{W}t").text = " and more"

    [receipt] = office.collect(rewrite(saved, type_more))
    assert receipt.counts["saved"] == 1
    assert office.values("reason") == [f"{lines} and more"]
