"""The pages of packets of five states with little to much text: nothing over anything else, and no page half empty."""

from __future__ import annotations

import io
import re
import subprocess
import textwrap
from collections.abc import Callable
from pathlib import Path

import docx
import pikepdf
import pytest
from bs4 import BeautifulSoup
from docx.oxml.ns import qn
from docx.shared import Inches
from pypdf import PdfReader

from cluster_kit.cli.demo import SERIES, prepare_demo
from cluster_kit.content.models import Content
from cluster_kit.demo.sample_answers import add_sample_answers
from cluster_kit.documents import pdf
from cluster_kit.documents.model import (
    Block,
    Bullets,
    Document,
    Fact,
    Facts,
    Figure,
    Paragraph,
    Picture,
    Record,
    Records,
    Section,
    Table,
    one_text,
)
from cluster_kit.documents.pdf import structure_elements, write_pdf
from cluster_kit.documents.typst_data import HIGHEST, WHOLE, column_widths, width_share
from cluster_kit.insights.summary_view import NOTHING_IN_SERIES
from cluster_kit.packets import PacketKind, PacketRequest, make_packets
from cluster_kit.packets.batch import BatchOptions
from cluster_kit.packets.formats import DOCX, HTML, PDF
from cluster_kit.settings import Settings
from cluster_kit.store import NewResponse, Person, Store
from tests.libreoffice import convert_all
from tests.packets.filling import fill
from tests.packets.line_boxes import empty_shares, find_overlaps, find_stranded_headings, read_lines

NOTHING, LITTLE, MEDIUM, MORE, MUCH = "AS", "GU", "OH", "KS", "TX"
STATES = (NOTHING, LITTLE, MEDIUM, MORE, MUCH)
PACKETS = (*((code, 1) for code in STATES), (MUCH, 3))
NAMES = (
    *(f"demo-session-{session}-after-{code}" for code, session in PACKETS),
    *(f"demo-{kind}-{code}" for kind in ("series", "session-1-prework") for code in (NOTHING, MEDIUM, MORE)),
)
SENTENCE = "In March the board and the college agreed which courses count for both, who says so, and who pays for it. "
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><rect width="40" height="10"/></svg>'
ORGANIZATION = '[organization]\nname = "Example Association"\nlogo = "logo.svg"\nprimary = "#7a1f3d"\n'
MOST_EMPTY_LAST = 0.55
MOST_EMPTY = 0.5  # of a page that is not the last one of its packet or of its essentials


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Packets after session 1: teams with no answer, one answer, a session's work, short, and long answers everywhere.

    And one after session 3 with long answers. An organization has a name and a logo, which take room on the first page.
    Two states' are also in the other formats.
    """
    home, out = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("out")
    settings = Settings(home)
    (home / "logo.svg").write_text(LOGO, "utf-8")
    (home / "settings.toml").write_text(ORGANIZATION, "utf-8")
    content = prepare_demo(settings)
    with Store.open(settings.db_url) as store:
        for code in STATES:
            store.add_person(
                Person(id=code, series=SERIES, jurisdiction=code, name=f"Kim {code}", role="state_director")
            )
        store.append([_one_goal(content)])
        person = store.find_person(MEDIUM)
        assert person
        add_sample_answers(store, content, person)
        store.append(fill(content, [1], MORE, MORE, lambda n: SENTENCE[: 30 + n * 17 % 60]))
        store.append(fill(content, [1, 2, 3], MUCH, MUCH, lambda n: (SENTENCE * 4)[: 60 + n * 37 % 300]))
    for sessions, states, formats in (
        ([1], (MEDIUM, MUCH), (PDF, DOCX, HTML)),
        ([1], (NOTHING, LITTLE, MORE), (PDF,)),
        ([3], (MUCH,), (PDF,)),
        (PacketKind.SERIES, (NOTHING, MEDIUM, MORE), (PDF,)),
        (PacketKind.PREWORK, (NOTHING, MEDIUM, MORE), (PDF,)),
    ):
        kind = sessions if isinstance(sessions, PacketKind) else PacketKind.AFTER
        request = PacketRequest(
            SERIES, [1] if isinstance(sessions, PacketKind) else sessions, states, kind=kind, formats=formats
        )
        manifest = make_packets(settings, request, out, BatchOptions(check=False))
        assert {result.status for result in manifest.results} == {"made"}
    return out


def _one_goal(content: Content) -> NewResponse:
    return NewResponse(
        id="only",
        series=content.series.id,
        session=1,
        exercise="goals",
        prompt="goals.statement",
        row="a",
        jurisdiction=LITTLE,
        scope="team",
        author=LITTLE,
        value="Every student sees one map of careers.",
    )


def path_of(folder: Path, code: str, form: str, session: int = 1) -> Path:
    return folder / f"{SERIES}-session-{session}-after-{code}.{form}"


@pytest.mark.parametrize("answers", [1, 2, 9])
def test_a_line_that_follows_answers_is_below_them(tmp_path: Path, answers: int) -> None:
    """Earlier packets printed "Not answered yet" over the last answer."""
    facts = Facts(tuple(Fact(f"Question {n}", one_text("Yes")) for n in range(answers)))
    section = Section("Title", (facts, Paragraph("Not answered yet: Evidence", "quiet"), facts))
    path = tmp_path / "packet.pdf"
    path.write_bytes(write_pdf(Document("T", "Ohio", "S", "Series", "Today", "", (section,), (), ())))
    assert find_overlaps(path) == []


def test_overlaps_are_found(tmp_path: Path) -> None:
    cells = ("Unbreakable" * 2, "x", "y", "z", "a", "b", "c")
    table = Table("T", cells, (tuple(map(one_text, cells)),), (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0))
    path = tmp_path / "packet.pdf"
    path.write_bytes(write_pdf(Document("T", "Ohio", "S", "Series", "Today", "", (Section("T", (table,)),), (), ())))
    assert find_overlaps(path)


@pytest.mark.parametrize("name", NAMES)
def test_no_page_within_a_packet_is_half_empty(folder: Path, name: str) -> None:
    shares = empty_shares(folder / f"{name}.pdf")
    assert [(page, share) for page, share in enumerate(shares[:-1], start=1) if share > MOST_EMPTY] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_last_page_of_a_packet_is_not_half_empty(folder: Path, name: str) -> None:
    assert empty_shares(folder / f"{name}.pdf")[-1] <= MOST_EMPTY_LAST


@pytest.mark.parametrize("name", NAMES)
def test_no_text_is_over_another_and_no_heading_is_stranded(folder: Path, name: str) -> None:
    path = folder / f"{name}.pdf"
    assert (find_overlaps(path), find_stranded_headings(path)) == ([], [])


@pytest.mark.parametrize("code", [MEDIUM, MORE])
def test_a_packet_of_the_series_has_one_page_to_forward(folder: Path, code: str) -> None:
    first, second, *_ = [page.extract_text() for page in PdfReader(folder / f"{SERIES}-series-{code}.pdf").pages]
    for heading in ("Took part", "Our goals", "Where we stand", "Next steps", "Who leads", "By when"):
        assert heading in first
    assert "The series so far" not in first
    assert "The series so far" in second


def test_a_packet_of_the_series_has_no_heading_over_nothing(folder: Path) -> None:
    path = folder / f"{SERIES}-series-{NOTHING}.pdf"
    pages = " ".join(" ".join(page.extract_text().split()) for page in PdfReader(path).pages)
    assert NOTHING_IN_SERIES in pages
    for heading in ("Adoption roadmap", "What has moved", "Next steps that are open", "What your state wrote"):
        assert heading not in pages


def test_tables_and_records_continue_on_the_next_page_if_that_saves_a_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [
        Record(one_text(f"Record {n}"), tuple(Fact(f"Label {n}", one_text("Answer. " * 12)) for _ in range(6)))
        for n in range(5)
    ]
    filler = tuple(Paragraph(f"Line {number}") for number in range(12))
    document = Document(
        "T", "Ohio", "S", "Series", "", "", (), (Section("S", (*filler, Records("R", "", tuple(records)))),), ()
    )
    pages = []
    for few in (pdf.FEW_LINES, WHOLE):
        monkeypatch.setattr(pdf, "FEW_LINES", few)
        pages.append(len(PdfReader(io.BytesIO(write_pdf(document))).pages))
    assert pages == [2, 3]


def test_a_page_that_cannot_be_saved_is_filled_with_larger_text(tmp_path: Path) -> None:
    letter = Section("S", (Paragraph(SENTENCE * 3),) * 5)
    document = Document("T", "Letter", "S", "Series", "", "", (), (letter,), (), layout="compact")
    shares = []
    for number, written in enumerate((pdf._typeset(document).pdf, write_pdf(document))):
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(written)
        shares.append(empty_shares(path))
    (before,), (after,) = shares
    assert before > MOST_EMPTY
    assert after < before


@pytest.mark.parametrize("lines", range(20, 36))
def test_an_aside_is_on_the_page_of_what_it_is_about_and_a_short_list_on_one(tmp_path: Path, lines: int) -> None:
    before, after = (tuple(Paragraph(f"Line {number}") for number in range(count)) for count in (lines, 30))
    steps = Bullets(tuple(one_text("First step.") + one_text("Second step.") + one_text("Third step.")))
    exercise = Section("Exercise", (Paragraph("About 4 minutes.", "quiet"), Paragraph("What it is for."), steps))
    path = tmp_path / "packet.pdf"
    path.write_bytes(
        write_pdf(Document("T", "Ohio", "S", "Series", "", "", (), (Section("S", (*before, exercise, *after)),), ()))
    )
    pages = [page.extract_text() for page in PdfReader(path).pages]
    assert [("About 4 minutes." in page, "First step." in page) for page in pages] == [
        ("What it is for." in page, "Third step." in page) for page in pages
    ]


@pytest.mark.parametrize("lines", range(20, 36))
def test_where_an_answer_is_from_is_on_the_page_of_its_last_words(tmp_path: Path, lines: int) -> None:
    before = tuple(Paragraph(f"Line {number}") for number in range(lines))
    answer = Paragraph(SENTENCE * 5 + "The end of the answer.")
    section = Section("S", (*before, Section("Question", (answer, Paragraph("As of June 2026.", "quiet")))))
    path = tmp_path / "packet.pdf"
    path.write_bytes(write_pdf(Document("T", "Ohio", "S", "Series", "", "", (), (section,), ())))
    pages = [page.extract_text() for page in PdfReader(path).pages]
    assert ["end of the answer" in page for page in pages] == ["As of June" in page for page in pages]


@pytest.mark.parametrize("lines", range(20, 36))
def test_a_row_with_a_cell_of_several_short_lines_stays_on_one_page(tmp_path: Path, lines: int) -> None:
    """A row of a run sheet continued on its second page."""
    before = tuple(Paragraph(f"Line {number}") for number in range(lines))
    messages = "\n".join(f"1:{minute} A message for everyone …" for minute in range(20, 31))
    rows = tuple((one_text(f"Row {number}"), one_text(messages), one_text("x")) for number in range(4))
    table = Table("Table", ("Step", "Press and send", "If late"), rows, (20, 40, 40))
    path = tmp_path / "packet.pdf"
    section = Section("S", (*before, table))
    path.write_bytes(
        write_pdf(Document("T", "Ohio", "S", "Series", "", "", (), (section,), (), (), layout="landscape"))
    )
    pages = [page.extract_text() for page in PdfReader(path).pages]
    assert [page.count("1:20") for page in pages] == [page.count("1:30") for page in pages]


def test_a_tall_picture_is_narrower_than_a_flat_one() -> None:
    flat, tall, tallest = (f'<svg viewBox="0 0 468 {height}">' for height in (200, 290, 900))
    shares = [width_share(svg) for svg in (flat, tall, tallest)]
    assert shares == [1.0, pytest.approx(0.55 * 468 / 290), pytest.approx(HIGHEST * 468 / 900)]


def test_no_picture_is_higher_than_a_page(tmp_path: Path) -> None:
    """The crosswalk's chart of Sub-Clusters was cut at a page's end, and its heading was alone on the page before."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 468 1400"><rect width="468" height="1400"/></svg>'
    path = tmp_path / "packet.pdf"
    path.write_bytes(
        once((Paragraph("Before. " + SENTENCE * 5), Section("Chart", (Figure(Picture(svg, "A chart", "A caption.")),))))
    )
    before, chart = [page.extract_text() for page in PdfReader(path).pages]
    assert "Before." in before
    assert "Chart" not in before
    assert "Chart" in chart
    assert "A caption." in chart
    assert empty_shares(path)[1] > 0


def test_quotation_marks_are_curly_in_answers_too(folder: Path) -> None:
    for code in (MEDIUM, MUCH):
        page = BeautifulSoup(path_of(folder, code, HTML).read_text("utf-8"), "html.parser")
        words = page.main.get_text() if page.main else ""
        assert "’" in words
        assert not re.search(r"[\"']", re.sub(r"https?://\S+", "", words))


def test_an_answer_that_fits_stays_on_one_page(tmp_path: Path) -> None:
    """Earlier packets continued a short answer on the next page, beside an empty label."""
    said = [f"Answer {n} begins here. {SENTENCE}It ends as {n}." for n in range(90)]
    facts = Facts(tuple(Fact(f"Question {n}", one_text(words)) for n, words in enumerate(said)))
    path = tmp_path / "packet.pdf"
    path.write_bytes(write_pdf(Document("T", "Ohio", "S", "Series", "Today", "", (Section("T", (facts,)),), (), ())))
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(path).pages]
    assert len(pages) > 3
    assert [page.count("begins here") for page in pages] == [page.count("It ends as") for page in pages]


@pytest.mark.parametrize("words", ["", SENTENCE * 4])
def test_a_note_on_answers_is_on_the_page_of_the_last_one(tmp_path: Path, words: str) -> None:
    """A packet had it alone at the top of the next page. Long answers are broken only if they may not fit on a page."""
    note = Paragraph("A note on the answers.", "quiet")
    several = tuple(one_text("A version.") + one_text("Another version."))
    for lines in range(34, 39):
        facts = [Fact(f"Question {n}", one_text(f"Begins as {n}. {words}Ends as {n}.")) for n in range(1, 31)]
        answers = Section("Answers", (Facts((*facts, Fact("The last question", several))), note))
        before = Section("Before", (*(Paragraph(f"Line {number}") for number in range(lines)), Paragraph("The end.")))
        after = Section("After", tuple(Paragraph(f"Line {number}") for number in range(25)))
        path = tmp_path / "packet.pdf"
        path.write_bytes(write_pdf(Document("T", "Ohio", "S", "Series", "Today", "", (), (before, answers, after), ())))
        pages = [" ".join(page.extract_text().split()) for page in PdfReader(path).pages]
        assert [page.count("Another version.") for page in pages] == [page.count("A note on") for page in pages]
        assert sum("A note on" in page for page in pages) == 1
        assert [page.count("Begins as") for page in pages] == [page.count("Ends as") for page in pages]


@pytest.mark.parametrize("lines", [24, 26])
def test_a_text_or_list_is_on_the_page_of_what_it_introduces(tmp_path: Path, lines: int) -> None:
    filler = tuple(Paragraph(f"Line {number}") for number in range(lines))
    steps = Bullets(tuple(one_text("Step one.") + one_text("Step two.")), ordered=True)
    table = Table("", ("Column",), ((one_text("Tall " * 300),),))
    parts = (Section("Before", filler), Section("Record", (Paragraph("It introduces."), steps, table)))
    path = tmp_path / "packet.pdf"
    path.write_bytes(write_pdf(Document("T", "Ohio", "S", "Series", "Today", "", (), parts, ())))
    pages = [page.extract_text() for page in PdfReader(path).pages]
    assert [("It introduces." in page, "Step one." in page) for page in pages] == [
        ("Tall" in page, "Tall" in page) for page in pages
    ]


@pytest.mark.parametrize(("code", "session"), PACKETS)
def test_what_a_packet_says_about_itself_is_at_its_end_and_not_alone(folder: Path, code: str, session: int) -> None:
    *others, last = [page.extract_text() for page in PdfReader(path_of(folder, code, PDF, session)).pages]
    record, title, about = last.partition("About this packet")
    assert title
    assert len(about.split()) > 20
    assert len(record.split()) > 40  # more than the running lines
    assert not any(title in page for page in others)


def test_an_opening_has_a_page_of_its_own_only_if_the_whole_needs_two(tmp_path: Path) -> None:
    few, many = (Section("Part", (Paragraph(SENTENCE),) * count) for count in (4, 60))
    pages = []
    for part in (few, many):
        path = tmp_path / "packet.pdf"
        document = Document("T", "Ohio", "S", "Series", "", "", (Paragraph("It opens."),), (part,), (), own_page=True)
        path.write_bytes(write_pdf(document))
        pages.append(["Part" in page.extract_text() for page in PdfReader(path).pages][:2])
    assert pages == [[True], [False, True]]


@pytest.mark.parametrize("last", [Section("S", ()), Records("R", "", ()), Facts(()), Table("T", ("A",), ())])
def test_what_a_packet_says_about_itself_follows_a_part_without_content(
    tmp_path: Path, last: Section | Records | Facts | Table
) -> None:
    path = tmp_path / "packet.pdf"
    part = Section("Part", (last,))
    path.write_bytes(write_pdf(Document("T", "Ohio", "S", "Series", "Today", "", (), (part,), ("About it.",))))
    assert "About it." in PdfReader(path).pages[-1].extract_text()


def test_a_column_of_numbers_is_narrow_and_short_words_stay_whole() -> None:
    rows = [(str(number), SENTENCE, "https://example.org/" + "a" * 40, "Jun 2026") for number in range(20)]
    columns = ("Fact", "Statement", "Source", "As of")
    table = Table("Facts", columns, tuple(tuple(one_text(words) for words in row) for row in rows))
    fact, statement, _, date = column_widths(table)
    assert fact <= len("Fact") + 3 < len("Jun 2026") <= date
    assert statement > 28
    one_line = Table("Shares", ("Answer", "People"), ((one_text("A short answer"), one_text("12")),))
    assert list(column_widths(one_line)) == [len("A short answer") + 3, len("People") + 3]


def test_a_head_of_a_table_has_at_most_two_lines() -> None:
    columns = ("Policy area", "States", "With a lead", "With a date", "In progress", "Not reviewed yet")
    row = tuple(one_text(words) for words in ("Career Exploration & Advising", *"12345"))
    widths = list(column_widths(Table("Next steps", columns, (row,) * 5)))
    for head, width in zip(columns, widths, strict=True):
        assert len(textwrap.wrap(head, int(width) - 3)) <= 2, head


def test_poppler_finds_nothing_wrong(folder: Path) -> None:
    """It reports a /Suspects that is false, as Typst writes it, as a wrong type."""
    shown = subprocess.run(["pdfinfo", path_of(folder, MEDIUM, PDF)], capture_output=True, text=True, check=True)
    assert shown.stderr == ""


@pytest.mark.parametrize("code", [MEDIUM, MORE, MUCH])
def test_the_first_page_has_all_essentials_and_the_next_does_not(folder: Path, code: str) -> None:
    first, second = [page.extract_text() for page in PdfReader(path_of(folder, code, PDF)).pages[:2]]
    for heading in ("Took part", "Our goals", "Where we stand", "Next steps", "Who leads"):
        assert heading in first
    assert "Our goals" not in second
    assert re.search(r"Page 1 of \d+", first)


def test_what_is_not_answered_is_summed_up_once(folder: Path) -> None:
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(path_of(folder, LITTLE, PDF)).pages]
    assert sum(page.count("Not answered yet") for page in pages) == 1
    assert (
        "Goals and needs; Where we stand on systems alignment; Our statewide goals (in part); Practice a conversation"
        in pages[0]
    )
    assert not any("What has moved" in page or "earlier sessions that are open" in page for page in pages)


def test_few_essentials_share_their_page_with_the_record(folder: Path) -> None:
    first = PdfReader(path_of(folder, LITTLE, PDF)).pages[0].extract_text()
    assert "Our goals" in first
    assert "Ratings and statewide goals" in first


def test_rows_that_would_be_very_tall_are_records(folder: Path) -> None:
    tables = docx.Document(str(path_of(folder, MUCH, DOCX))).tables
    assert not any(table.cell(0, 0).text == "System" for table in tables)
    assert any(table.cell(0, 0).text == "System" for table in docx.Document(str(path_of(folder, MEDIUM, DOCX))).tables)


def test_the_first_page_carries_the_organization(folder: Path) -> None:
    first = docx.Document(str(path_of(folder, MUCH, DOCX))).inline_shapes[0]
    assert first._inline.docPr.get("descr") == "Example Association"
    page = BeautifulSoup(path_of(folder, MUCH, HTML).read_text("utf-8"), "html.parser")
    assert page.select_one(".organization img")["alt"] == "Example Association"


def test_word_files_have_the_typeface_of_their_charts_and_one_first_page(folder: Path, tmp_path: Path) -> None:
    """LibreOffice, which has no such font of its own, lays the file out in the typeface that it carries."""
    files = [path_of(folder, code, DOCX) for code in (MEDIUM, MUCH)]
    for laid_out in convert_all(files, "pdf", tmp_path):
        first, second, *rest = PdfReader(laid_out).pages
        assert {"Our goals", "Next steps"} <= set(first.extract_text().splitlines())
        assert "About this packet" not in second.extract_text()
        assert rest[-1].extract_text().count("About this packet") == 1
        fonts = {
            str(font.get_object()["/BaseFont"]).partition("+")[2] for font in first["/Resources"]["/Font"].values()
        }
        assert fonts <= {"SourceSans3-Regular", "SourceSans3-Bold"}


def test_nothing_is_both_a_picture_and_a_table_beside_it(folder: Path) -> None:
    page = path_of(folder, MEDIUM, HTML).read_text("utf-8")
    assert "Goals in the order that the team gave them" not in page
    assert page.count("<figure") == page.count('role="img"') == 4  # means, ratings, transition points, effort
    assert page.count('<details class="ck-alternative">') == 2


def _rows(document: docx.document.Document) -> list[docx.table._Row]:
    return [row for table in document.tables for row in table.rows]


def test_rows_of_word_tables_stay_on_a_page_and_their_headers_repeat(folder: Path) -> None:
    document = docx.Document(str(path_of(folder, MUCH, DOCX)))
    assert document.tables
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in _rows(document))
    assert all(table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for table in document.tables)


def test_columns_of_word_tables_have_room_for_their_words(folder: Path) -> None:
    document = docx.Document(str(path_of(folder, MEDIUM, DOCX)))
    for table in document.tables:
        widths = [column.width or 0 for column in table.columns]
        assert abs(sum(widths) - Inches(6.5)) < Inches(0.1)
        assert len(set(widths)) > 1
        for column, width in zip(table.columns, widths, strict=True):
            longest = max((len(word) for cell in column.cells for word in cell.text.split()), default=0)
            assert width > Inches(0.055) * min(longest, 24)


def test_a_label_that_is_a_question_has_no_colon_in_word_files(folder: Path) -> None:
    document = docx.Document(str(path_of(folder, MEDIUM, DOCX)))
    labels = [line.text for line in document.paragraphs if line.style and line.style.name == "Packet Label"]
    assert any("? " in label for label in labels)
    assert not any("?:" in label for label in labels)


def test_word_pages_say_series_state_and_page(folder: Path) -> None:
    section = docx.Document(str(path_of(folder, MEDIUM, DOCX))).sections[0]
    assert section.header.paragraphs[0].text.endswith("(demonstration)\tOhio")
    assert "Session 1" in section.footer.paragraphs[0].text
    codes = [field.get(qn("w:instr")) for field in section.footer._element.iter(qn("w:fldSimple"))]
    assert codes == ["PAGE", "NUMPAGES"]


@pytest.mark.parametrize("lines", [25, 27])
def test_a_short_table_or_record_has_no_row_alone_on_a_page(tmp_path: Path, lines: int) -> None:
    table = Table("T", ("Column",), tuple((one_text(f"Row {number}"),) for number in range(5)))
    record = Record(one_text("Record"), tuple(Fact(f"Label {n} " * 6, one_text("Answer. " * 12)) for n in range(3)))
    before, after = (tuple(Paragraph(f"Line {number}") for number in range(count)) for count in (lines, 30))
    path = tmp_path / "packet.pdf"
    for block, first, last in ((table, "Row 0", "Row 4"), (Records("R", "", (record,)), "Label 0", "Label 2")):
        section = Section("S", (*before, block, *after))
        path.write_bytes(write_pdf(Document("T", "Ohio", "S", "Series", "Today", "", (), (section,), (), ())))
        pages = [page.extract_text() for page in PdfReader(path).pages]
        assert [first in page for page in pages] == [last in page for page in pages]


@pytest.mark.parametrize("rows", range(9, 13))
def test_no_row_is_alone_at_the_top_of_a_page(tmp_path: Path, rows: int) -> None:
    """Packets had the last answer of an exercise, or the last row of a table, alone on a page."""
    before = tuple(Paragraph(f"Line {number}") for number in range(26))
    answers = Facts(tuple(Fact(f"Row {n}", one_text(SENTENCE * 4)) for n in range(rows)))
    table = Table("T", ("Column", "Text"), tuple((one_text(f"Row {n}"), one_text(SENTENCE * 4)) for n in range(rows)))
    path = tmp_path / "packet.pdf"
    for block in (answers, table):
        path.write_bytes(once((*before, block, *before)))
        on_pages = [page.extract_text().count("Row ") for page in PdfReader(path).pages]
        assert sum(on_pages) == rows
        assert 1 not in on_pages[1:]
        with pikepdf.open(path) as written:
            assert not [one for one in structure_elements(written) if pikepdf.Name.TFoot == one.S]


@pytest.mark.parametrize("lines", range(20, 28))
def test_a_single_answer_is_on_the_page_of_the_table_or_record_before_it(lines: int) -> None:
    before = tuple(Paragraph(f"Line {number}") for number in range(lines))
    record = Record(one_text("Record"), tuple(Fact(f"Label {n}", one_text(SENTENCE)) for n in range(3)))
    table = Table("T", ("Column",), tuple((one_text(f"Label {n}"),) for n in range(3)))
    single = Facts((Fact("A single answer", one_text(SENTENCE)),))
    for block in (Records("R", "", (record,)), table):
        reader = PdfReader(io.BytesIO(once((*before, block, single, *before))))
        pages = [" ".join(page.extract_text().split()) for page in reader.pages]
        assert ["Label 2" in page for page in pages] == ["A single answer" in page for page in pages]


def once(blocks: tuple[Block, ...]) -> bytes:
    """A document with these blocks, set once, whatever is left of its last page."""
    document = Document("T", "Ohio", "S", "Series", "Today", "", (), (Section("S", blocks),), ())
    return pdf.mark_row_headers(pdf._typeset(document).pdf)


MAKERS: dict[str, Callable[[str], str]] = {"short": lambda word: word, "long": lambda word: word * 40}


@pytest.mark.parametrize("length", MAKERS)
def test_a_row_that_fits_stays_whole_and_a_longer_one_continues(tmp_path: Path, length: str) -> None:
    words = MAKERS[length]("The board agreed. ")
    rows = tuple((one_text(f"Row {n}"), one_text(words)) for n in range(60))
    section = Section("S", (Table("T", ("A", "B"), rows),))
    path = tmp_path / "packet.pdf"
    path.write_bytes(write_pdf(Document("T", "Ohio", "S", "Series", "Today", "", (section,), (), ())))
    said = " ".join(line.words for page in read_lines(path) for line in page)
    assert said.count("agreed") == words.count("agreed") * 60
    assert find_overlaps(path) == []
