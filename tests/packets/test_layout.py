"""The pages of packets with little, medium, and much text: nothing over anything else, and no page half empty."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Inches
from pypdf import PdfReader

from cluster_kit.cli.demo import SERIES, prepare_demo
from cluster_kit.content.models import Content
from cluster_kit.demo.sample_answers import add_sample_answers
from cluster_kit.documents.model import Document, Fact, Facts, Paragraph, Section, Table, text
from cluster_kit.documents.pdf import write_pdf
from cluster_kit.packets import PacketRequest, make_packets
from cluster_kit.packets.batch import BatchOptions
from cluster_kit.packets.formats import DOCX, HTML, PDF
from cluster_kit.settings import Settings
from cluster_kit.store import NewResponse, Person, Store
from tests.packets.filling import fill
from tests.packets.line_boxes import empty_shares, find_overlaps

LITTLE, MEDIUM, MUCH = "GU", "OH", "TX"
STATES = (LITTLE, MEDIUM, MUCH)
SENTENCE = "In March the board and the college agreed which courses count for both, who says so, and who pays for it. "
MOST_EMPTY = 0.45  # of a page that is not the last one of its packet or of its essentials


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Packets after session 1: a team with one answer, one with a session's work, and one with long answers."""
    home, out = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("out")
    settings = Settings(home)
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
        store.append(fill(content, [1, 2, 3], MUCH, MUCH, lambda n: (SENTENCE * 4)[: 60 + n * 37 % 300]))
    request = PacketRequest(SERIES, [1, 3], STATES, formats=(PDF, DOCX, HTML))
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


@pytest.mark.parametrize("session", [1, 3])
@pytest.mark.parametrize("code", STATES)
def test_no_line_is_printed_over_another(folder: Path, code: str, session: int) -> None:
    assert find_overlaps(path_of(folder, code, PDF, session)) == []


@pytest.mark.parametrize("answers", [1, 2, 9])
def test_a_line_that_follows_answers_is_below_them(tmp_path: Path, answers: int) -> None:
    """Earlier packets printed "Not answered yet" over the last answer."""
    facts = Facts(tuple(Fact(f"Question {n}", text("Yes")) for n in range(answers)))
    section = Section("Title", (facts, Paragraph("Not answered yet: Evidence", "quiet"), facts))
    path = tmp_path / "packet.pdf"
    path.write_bytes(write_pdf(Document("T", "Ohio", "S", "Series", "Today", "", (section,), (), ())))
    assert find_overlaps(path) == []


def test_overlaps_are_found(tmp_path: Path) -> None:
    cells = ("Unbreakable" * 2, "x", "y", "z", "a", "b", "c")
    table = Table("T", cells, (tuple(map(text, cells)),), (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0))
    path = tmp_path / "packet.pdf"
    path.write_bytes(write_pdf(Document("T", "Ohio", "S", "Series", "Today", "", (Section("T", (table,)),), (), ())))
    assert find_overlaps(path)


@pytest.mark.parametrize("code", [MEDIUM, MUCH])
def test_no_page_within_a_packet_is_half_empty(folder: Path, code: str) -> None:
    shares = empty_shares(path_of(folder, code, PDF))
    assert [(page, share) for page, share in enumerate(shares[1:-1], start=2) if share > MOST_EMPTY] == []


@pytest.mark.parametrize("code", [MEDIUM, MUCH])
def test_the_first_page_has_all_essentials_and_no_other_page_does(folder: Path, code: str) -> None:
    first, second, *_ = [page.extract_text() for page in PdfReader(path_of(folder, code, PDF)).pages]
    for heading in ("Took part", "Our goals", "Where we stand", "Next steps", "Who leads"):
        assert heading in first
    assert "Our goals" not in second
    assert re.search(r"Page 1 of \d+", first)


def test_exercises_without_an_answer_are_one_line_per_segment(folder: Path) -> None:
    words = " ".join(page.extract_text() for page in PdfReader(path_of(folder, LITTLE, PDF)).pages)
    assert "Not answered yet." not in words
    assert "Not answered yet: Goals and needs; Where we stand on systems alignment" in " ".join(words.split())


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


def test_word_pages_say_series_state_and_page(folder: Path) -> None:
    section = docx.Document(str(path_of(folder, MEDIUM, DOCX))).sections[0]
    assert section.header.paragraphs[0].text.endswith("(demonstration)\tOhio")
    assert "Session 1" in section.footer.paragraphs[0].text
    codes = [field.get(qn("w:instr")) for field in section.footer._element.iter(qn("w:fldSimple"))]
    assert codes == ["PAGE", "NUMPAGES"]


MAKERS: dict[str, Callable[[str], str]] = {"short": lambda word: word, "long": lambda word: word * 40}


@pytest.mark.parametrize("length", MAKERS)
def test_a_row_that_fits_stays_whole_and_a_longer_one_continues(tmp_path: Path, length: str) -> None:
    words = MAKERS[length]("The board agreed. ")
    rows = tuple((text(f"Row {n}"), text(words)) for n in range(60))
    section = Section("S", (Table("T", ("A", "B"), rows),))
    path = tmp_path / "packet.pdf"
    path.write_bytes(write_pdf(Document("T", "Ohio", "S", "Series", "Today", "", (section,), (), ())))
    said = " ".join(page.extract_text() for page in PdfReader(path).pages)
    assert said.count("agreed") == words.count("agreed") * 60
    assert find_overlaps(path) == []
