"""Run sheets: two pages for every session, accessible, with the facilitator's clock."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import docx
import pypdf
import pytest
from docx.oxml.ns import qn
from typer.testing import CliRunner

from cluster_kit.cli.app import app
from cluster_kit.cli.commands import register
from cluster_kit.content import Session, load_content
from cluster_kit.content.facilitation import BUFFER, IF_HEARD, load_facilitation, plan_show
from cluster_kit.documents.docx import write_docx
from cluster_kit.documents.model import Bullets, Document, Table
from cluster_kit.documents.pdf import write_pdf
from cluster_kit.documents.pdf_rules import find_pdf_problems
from cluster_kit.errors import UsageError
from cluster_kit.materials.run_sheets import (
    COLUMNS,
    SHORT_IF_HEARD,
    make_message_sheet,
    make_run_sheet,
    write_run_sheet,
)
from tests.libreoffice import SOFFICE, convert_all

register()
CONTENT = load_content("2026")
FACILITATION = load_facilitation(CONTENT)
sessions = pytest.mark.parametrize("session", CONTENT.sessions, ids=lambda session: session.id)


def _tables(sheet: Document) -> list[Table]:
    return [block for part in sheet.parts for block in part.blocks if isinstance(block, Table)]


@sessions
def test_the_run_sheet_has_two_landscape_pages_and_passes_the_accessibility_checks(session: Session) -> None:
    written = write_pdf(make_run_sheet(CONTENT, FACILITATION, session.number))
    pages = pypdf.PdfReader(io.BytesIO(written)).pages
    assert len(pages) == 2
    assert all(page.mediabox.width > page.mediabox.height for page in pages)
    assert find_pdf_problems(written) == []


@pytest.mark.skipif(not SOFFICE, reason="LibreOffice is not installed")
def test_the_run_sheets_have_two_pages_in_word_too(tmp_path: Path) -> None:
    paths = [tmp_path / f"{session.number}.docx" for session in CONTENT.sessions]
    for session, path in zip(CONTENT.sessions, paths, strict=True):
        write_run_sheet(make_run_sheet(CONTENT, FACILITATION, session.number), path)
    assert [len(pypdf.PdfReader(pdf).pages) for pdf in convert_all(paths, "pdf", tmp_path)] == [2] * len(paths)


@sessions
def test_the_run_sheet_has_every_line_of_the_session_with_its_cues(session: Session) -> None:
    tables = _tables(make_run_sheet(CONTENT, FACILITATION, session.number))
    rows = [tuple(words[0].text for words in row) for table in tables for row in table.rows]
    lines = plan_show(CONTENT, FACILITATION, session.number)
    assert [row[1:3] for row in rows] == [(str(line.minutes), line.title) for line in lines]
    assert [(row[3], *row[5:]) for row in rows if row[2] != BUFFER] == [
        (line.say.replace(IF_HEARD, SHORT_IF_HEARD), line.cues.listen_for, line.cues.cut)
        for line in lines
        if line.title != BUFFER
    ]
    assert all(row[4].startswith(line.press) for row, line in zip(rows, lines, strict=True))
    assert [table.caption for table in tables] == [f"{s.title}: {s.minutes} minutes" for s in session.segments]


@sessions
def test_the_run_sheet_has_each_prepared_message_of_the_console_at_its_minute(session: Session) -> None:
    tables = _tables(make_run_sheet(CONTENT, FACILITATION, session.number))
    cells = [row[4][0].text for table in tables for row in table.rows]
    lines = plan_show(CONTENT, FACILITATION, session.number)
    assert any(line.cues.messages for line in lines)
    for cell, line in zip(cells, lines, strict=True):
        sent = cell.removeprefix(line.press).strip().splitlines()
        for written, message in zip(sent, line.cues.messages, strict=True):
            at = line.start + dt.timedelta(minutes=message.minute)
            time, _, words = written.partition(" ")
            assert time == f"{at.hour % 12 or 12}:{at:%M}"
            assert words.startswith("(co-facilitator) ") == (message.to == "facilitators")
            assert " ".join(message.text.split()).startswith(words.removeprefix("(co-facilitator) ").removesuffix(" …"))


@sessions
def test_the_message_sheet_has_every_prepared_message_in_full_at_its_time(session: Session) -> None:
    sheet = make_message_sheet(CONTENT, FACILITATION, session.number)
    (table,) = _tables(sheet)
    rows = [tuple(words[0].text for words in row) for row in table.rows]
    planned = [(line, one) for line in plan_show(CONTENT, FACILITATION, session.number) for one in line.cues.messages]
    assert [(row[1], row[3]) for row in rows] == [(line.title, one.text) for line, one in planned]
    times = [line.start + dt.timedelta(minutes=one.minute) for line, one in planned]
    assert [row[0] for row in rows] == [f"{at.hour % 12 or 12}:{at:%M}" for at in times]
    assert find_pdf_problems(write_pdf(sheet)) == []


def test_the_message_sheet_of_the_first_session_has_the_statement_to_read_aloud() -> None:
    sheet = make_message_sheet(CONTENT, FACILITATION, 1)
    item = CONTENT.instrument.find_item("sa_handoffs")
    assert item
    assert sheet.parts[0].title == f"Read aloud: {item.text}"
    (bullets,) = sheet.parts[0].blocks
    assert isinstance(bullets, Bullets)
    assert [words.text for words in bullets.items] == [f"{n}: {text}" for n, text in enumerate(item.anchors, 1)]


def test_the_clock_is_that_of_the_facilitators_zone() -> None:
    sheet = make_run_sheet(CONTENT, FACILITATION, 1, "Pacific/Guam")
    assert "Wednesday, February 18, 2026, 4:00 a.m. to 5:30 a.m. Chamorro Standard Time" in sheet.when
    assert _tables(sheet)[0].rows[0][0][0].text == "4:00"
    with pytest.raises(UsageError, match="'Ohio' is not the name of a time zone"):
        make_run_sheet(CONTENT, FACILITATION, 1, "Ohio")


def test_the_word_file_has_headers_that_repeat_and_rows_that_stay_together() -> None:
    document = docx.Document(io.BytesIO(write_docx(make_run_sheet(CONTENT, FACILITATION, 1))))
    section = document.sections[0]
    assert section.page_width > section.page_height
    for table in document.tables:
        assert [cell.text for cell in table.rows[0].cells] == list(COLUMNS)
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
        widths = [column.width for column in table.columns]
        assert len(set(widths)) > 1
        assert abs(sum(widths) - (section.page_width - section.left_margin - section.right_margin)) < 10_000
    headings = [line.style.name for line in document.paragraphs if line.style.name.startswith(("Heading", "Title"))]
    assert headings == ["Title", "Heading 1"]


def test_a_packet_stays_on_portrait_paper() -> None:
    sheet = make_run_sheet(CONTENT, FACILITATION, 1)
    packet = Document(**{**vars(sheet), "layout": "portrait"})
    (page, *_) = pypdf.PdfReader(io.BytesIO(write_pdf(packet))).pages
    assert page.mediabox.width < page.mediabox.height


def test_the_commands_write_the_files_that_their_endings_name(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    kinds = {"sheet.pdf": b"%PDF", "sheet.docx": b"PK", "slides.pptx": b"PK", "messages.pdf": b"%PDF"}
    for name, start in kinds.items():
        command = ["slides"] if name.startswith("slides") else ["run-sheet"]
        words = [
            "guide",
            *command,
            *["--messages"] * name.startswith("messages"),
            "--session",
            "2",
            "-o",
            str(tmp_path / name),
            "--home",
            str(tmp_path / "home"),
        ]
        done = CliRunner().invoke(app, words, catch_exceptions=False)
        assert (done.exit_code, done.stdout) == (0, f"{tmp_path / name}\n")
        assert (tmp_path / name).read_bytes().startswith(start)
    with pytest.raises(UsageError, match=r"must end in \.pdf or \.docx"):
        write_run_sheet(make_run_sheet(CONTENT, FACILITATION, 2), tmp_path / "sheet.txt")
