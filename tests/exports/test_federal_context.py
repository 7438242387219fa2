"""The federal context sheet: its questions, its facts, and its files."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pikepdf
import pytest
from typer.testing import CliRunner

from cluster_kit.cli.app import app
from cluster_kit.cli.commands import register
from cluster_kit.content import load_content
from cluster_kit.content.claims import FactBase
from cluster_kit.documents.html import blocks_html
from cluster_kit.documents.model import Section, Table
from cluster_kit.documents.pdf_rules import find_pdf_problems
from cluster_kit.errors import UsageError
from cluster_kit.exports.document_files import FORMATS
from cluster_kit.exports.federal_context import federal_context, write_federal_context

CONTENT = load_content("2026")


def test_the_sheet_has_each_question_with_its_answer_and_the_numbers_of_its_facts() -> None:
    sheet = federal_context(CONTENT, 1)
    questions = next(part for part in sheet.parts if part.title == "Questions and objections you may hear")
    titles = [block.title for block in questions.blocks if isinstance(block, Section)]
    assert titles == [owned.question.question for owned in CONTENT.facts.questions_of(1)]
    html = blocks_html(questions.blocks, level=3)
    assert "Your state decides what to adopt, how much, and when." in html
    assert "As of June 2026. Facts 1, 2, and 3 below." in html


def test_each_fact_has_its_source_address_and_date_and_an_owner_is_named() -> None:
    sheet = federal_context(CONTENT, 3)
    table = next(block for part in sheet.parts for block in part.blocks if isinstance(block, Table))
    rows = [[words[0].text for words in row] for row in table.rows]
    assert [row[0] for row in rows] == [str(number) for number in range(1, len(rows) + 1)]
    assert all("https://" in row[2] for row in rows)
    titles = [one.source.title for one in CONTENT.facts.claims if one.claim.citation]
    assert max(sum(f"{title} (" in row[2] for row in rows) for title in titles) == 1, "a source is in full once"
    reinstated = next(row for row in rows if "reinstate the earlier one" in row[1])
    assert reinstated[3] == "Nov 2026, not settled"
    assert any("Owner: Federal policy lead of the series staff." in str(block) for block in sheet.opening)
    assert any("Federal policy lead of the series staff" in line for line in sheet.about)


def test_what_is_not_settled_is_listed_by_itself() -> None:
    part = next(part for part in federal_context(CONTENT, 3).parts if part.title == "What is not settled")
    html = blocks_html(part.blocks, level=3)
    assert "no published federal date" in html
    assert "Ask your Perkins Regional Coordinator for the date (as of November 2026)." in html
    assert "nine special populations" not in html


def test_the_files_are_a_tagged_pdf_a_word_document_and_a_page(tmp_path: Path) -> None:
    docx, html, pdf_file = write_federal_context(CONTENT, 4, tmp_path / "out")
    assert [file.name for file in (docx, html, pdf_file)] == [f"federal_context_4.{name}" for name in FORMATS]
    page = html.read_text(encoding="utf-8")
    assert "<h1" in page
    assert "<script" not in page
    assert "WCAG 2.1" in page
    with zipfile.ZipFile(io.BytesIO(docx.read_bytes())) as word:
        assert "Do our web page and PDF have to be accessible?" in word.read("word/document.xml").decode()
    with pikepdf.open(pdf_file) as pdf:
        assert str(pdf.docinfo["/Title"]).startswith("Federal context for session 4")
    assert find_pdf_problems(pdf_file.read_bytes()) == []


def test_an_unknown_format_and_content_without_questions_are_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"'odt' is not a format of this document; it can be html, pdf, docx\."):
        write_federal_context(CONTENT, 1, tmp_path, ["odt"])
    without = CONTENT.model_copy(update={"facts": FactBase()})
    with pytest.raises(
        UsageError, match=r"There are no federal questions for session 1\. Add them to a file in facts/"
    ):
        write_federal_context(without, 1, tmp_path)


def test_the_command_prints_the_files(tmp_path: Path) -> None:
    register()
    command = ["federal-context", "--session", "2", "--out", str(tmp_path / "o"), "--formats", "html"]
    done = CliRunner().invoke(app, [*command, "--series", "2026", "--home", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert done.stdout.strip() == str(tmp_path / "o" / "federal_context_2.html")
    assert (tmp_path / "o" / "federal_context_2.html").is_file()
