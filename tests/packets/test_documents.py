"""The PDF and the Word file, read with public libraries, have the same text as the page."""

from __future__ import annotations

import io
import itertools
import re
import subprocess
import time
import unicodedata
from dataclasses import replace

import docx
import pikepdf
import pytest
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph as Line
from pypdf import PdfReader

from cluster_kit.documents.docx import write_docx
from cluster_kit.documents.model import (
    Attributed,
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
from cluster_kit.documents.page import write_page
from cluster_kit.documents.pdf import child_elements, list_children, structure_elements, write_pdf
from cluster_kit.documents.pdf_rules import find_pdf_problems
from cluster_kit.documents.prose import MAX_DELIMITERS, read_prose
from tests.packets.conftest import Packets

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 468 60"><path d="M0 0h468v60h-468z" fill="#eee"/></svg>'
SCRIPTS = {
    "Spanish": "¿Qué cambió el año pasado? Señal",
    "Hawaiian": "Hawaiʻi, ʻohana, kūlana",
    "Chamorro": "Håfa adai, Guåhan",
    "Samoan": "faʻa Sāmoa",
    "Navajo": "Łééchąąʼí, Tséhootsooí, tʼą́ą́",
    "Tlingit": "g̱unalchéesh, x̱ʼáan",
    "Greek": "Ο πρώτος στόχος",
    "Russian": "Первая цель",
    "Chinese": "州的目标 與課程",
    "Japanese": "日本語のメモ",
    "Korean": "한국어 메모",
    "Arabic": "الهدف الأول للولاية",
    "Persian": "برنامه‌های پژوهشی",
    "Urdu": "تعلیم اور ہنر کی ترقی",
    "Hebrew": "המטרה הראשונה",
    "Thai": "เป้าหมาย",
    "Hindi": "लक्ष्य",
    "symbols": "≥ 10 % → ✓ € ½",
}
MARKUP = "#let x = 1 $x^2$ *bold* _it_ <b>tag</b> @ref \\ ~ `raw` // no /* no */ [x] {y}"


def _packet(*blocks: object) -> Document:
    opening = tuple(blocks)
    return Document("Ohio: Session 1", "Ohio", "Session 1: T", "Series", "Today", "", opening, (), ("About.",))  # type: ignore[arg-type]


def _one_of_everything(typed: str) -> Document:
    facts = (
        Fact(typed, one_text(typed)),
        Fact("Nothing", ()),
        Fact("Two", (Attributed(typed, "Ana"), Attributed("other", typed))),
    )
    return _packet(
        Section(
            typed,
            (
                Paragraph(typed, "lead"),
                Bullets((Attributed(typed), Attributed("two"))),
                Bullets((Attributed(typed), Attributed("two")), ordered=True),
                Facts(facts),
                Table(
                    typed,
                    (typed, "B", "C"),
                    ((one_text(typed), one_text("b"), ()), (one_text("r2"), one_text(typed), one_text("c"))),
                ),
                Records(typed, "goal", (Record(one_text(typed), facts), Record((), ()))),
                Figure(Picture(SVG, typed or "A grey box.", typed)),
            ),
        )
    )


def _pdf_words(data: bytes) -> str:
    return _squeeze(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages))


def _docx_words(data: bytes) -> str:
    body = docx.Document(io.BytesIO(data)).element.body
    return _squeeze("".join(node.text or "" for node in body.iter(qn("w:t"))))


def _squeeze(words: str) -> str:
    """The text without effects of line breaks and fonts: spaces, soft hyphens, ligatures, the order of equal marks."""
    return re.sub(r"[\s\u200b\u200c\u200d\ufe0f]", "", unicodedata.normalize("NFKC", words))


@pytest.mark.parametrize("code", ["OH", "GU"])
def test_the_four_files_say_the_same_words(packets: Packets, code: str) -> None:
    page = packets.page(code)
    assert page.main
    for hidden in page.select("svg, wbr, .ck-hidden, .ck-alternative, [aria-hidden]"):
        hidden.decompose()
    shown = {_squeeze(words) for words in page.main.get_text("\n").split("\n") if len(_squeeze(words)) > 1}
    pdf = _pdf_words(packets.path(code, "pdf").read_bytes())
    word = _docx_words(packets.path(code, "docx").read_bytes())
    assert len(shown) > 20
    assert [words for words in shown if words not in word] == []
    # Repeated table headers and page numbers may interrupt a PDF's text, so words are compared individually.
    loose = {word for words in page.main.get_text(" ").split() if len(word := _squeeze(words)) > 1}
    assert [word for word in loose if word not in pdf and not _is_long(word)] == []


def _is_long(word: str) -> bool:
    return len(word) > 20


def test_a_pdf_names_its_version_language_and_title_and_keeps_every_rule(packets: Packets) -> None:
    data = packets.path("OH", "pdf").read_bytes()
    assert find_pdf_problems(data) == []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert pdf.pdf_version >= "1.7"
        assert str(pdf.Root.Lang) == "en-US"
        tables = [element for element in structure_elements(pdf) if pikepdf.Name.Table == element.S]
        assert any(pikepdf.Name.Caption == kid.S for table in tables for kid in child_elements(table))
        with pdf.open_metadata() as xmp:
            assert xmp["dc:title"] == "Ohio: Session 1, Context Setting & Systems Alignment"
            assert xmp["pdfuaid:part"] == "1"


def test_a_pdf_has_a_bookmark_for_each_heading_and_words_for_each_picture(packets: Packets) -> None:
    data = packets.path("OH", "pdf").read_bytes()
    outline = PdfReader(io.BytesIO(data)).outline
    assert [entry.title for entry in outline if not isinstance(entry, list)][:2] == [
        "Our goals",
        "Where we stand",
    ]
    with pikepdf.open(io.BytesIO(data)) as pdf:
        found = [str(element.Alt) for element in structure_elements(pdf) if element.S == "/Figure"]
    named = [str(svg["aria-label"]) for svg in packets.page("OH").select("svg")]
    assert list(map(_squeeze, found)) == list(map(_squeeze, named))


def test_the_first_cells_of_a_pdf_table_are_headers_of_rows_and_columns() -> None:
    table = Table("T", ("A", "B"), ((one_text("r1"), one_text("x")), (one_text("r2"), one_text("y"))))
    with pikepdf.open(io.BytesIO(write_pdf(_packet(Section("S", (table,)))))) as pdf:
        (found,) = [element for element in structure_elements(pdf) if element.S == "/Table"]
        groups = [group for group in child_elements(found) if group.S != "/Caption"]
        rows = [row for group in groups for row in ([group] if group.S == "/TR" else child_elements(group))]
        kinds = [[(str(cell.S), _scope(cell)) for cell in child_elements(row)] for row in rows]
    assert kinds == [
        [("/TH", "/Column"), ("/TH", "/Column")],
        [("/TH", "/Row"), ("/TD", "")],
        [("/TH", "/Row"), ("/TD", "")],
    ]


def _scope(cell: pikepdf.Dictionary) -> str:
    return next((str(one["/Scope"]) for one in list_children(cell.get("/A")) if "/Scope" in one), "")


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_is_printed_as_it_was_typed(name: str) -> None:
    typed = SCRIPTS[name]
    data = write_pdf(_packet(Section("S", (Paragraph(typed),))))
    assert "[U+" not in _pdf_words(data)
    assert find_pdf_problems(data) == []
    copied = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True).stdout.decode()
    assert name == "Thai" or [word for word in typed.split() if _squeeze(word) not in _squeeze(copied)] == []
    assert _squeeze(typed) in _docx_words(write_docx(_packet(Section("S", (Paragraph(typed),)))))


def test_text_in_another_script_is_marked_with_its_likeliest_language() -> None:
    typed = "We say 한국어 메모, مرحبا بكم، and مدرسه پژوهشی. 日本語のメモ, not 州的目标 or Первая цель or мова її"
    languages = ["ko", "ar", "fa", "ja", "zh", "ru", "uk"]
    packet = _packet(Section("S", (Paragraph(typed),)))
    assert re.findall('lang="(..)"', write_page(packet).partition("<main")[2]) == languages
    marks = docx.Document(io.BytesIO(write_docx(packet))).element.body.iter(qn("w:lang"))
    assert [mark.get(qn("w:val")) for mark in marks] == languages
    with pikepdf.open(io.BytesIO(write_pdf(packet))) as pdf:
        drawn = b"".join(page.Contents.read_bytes() for page in pdf.pages)
    assert set(re.findall(rb"/Lang\((..)\)", drawn)) == {language.encode() for language in languages}


def test_what_no_font_has_is_replaced_by_its_number() -> None:
    data = write_pdf(_packet(Section("S", (Paragraph("before \U00012000 after \U0001d173"),))))
    assert "before[U+12000]after[U+1D173]" in _pdf_words(data)


@pytest.mark.parametrize(
    "typed",
    [
        MARKUP,
        "👍🏽 👩‍👩‍👧 🏴󠁧󠁢󠁷󠁬󠁳󠁿 🇬🇺 🎉",
        "a\u202eb\u2066c\u2069d",
        "\u0301\u0301 e\u0301 \u0e33\u093f\u0651",
        "word " * 1000,  # more than a page in every place
        "x" * 5000,
        "https://example.org/" + "long/" * 60,
        "\ufffe\uffff \ue000 \U000e0041",
        "=1+1\t-2",
        "\u200d",
        "",
    ],
    ids=[
        "markup",
        "emoji",
        "directions",
        "marks",
        "1000 words",
        "one word",
        "address",
        "no characters",
        "formula",
        "nothing to see",
        "nothing",
    ],
)
def test_whatever_is_typed_every_document_is_written_and_keeps_the_rules(typed: str) -> None:
    packet = _one_of_everything(typed)
    assert find_pdf_problems(write_pdf(packet)) == []
    assert docx.Document(io.BytesIO(write_docx(packet))).tables
    assert write_page(packet)


def test_a_character_that_turns_text_around_is_seen_and_turns_nothing() -> None:
    data = write_pdf(_packet(Section("S", (Paragraph("pay \u202eraey 2027"),))))
    assert "pay[U+202E]raey2027" in _pdf_words(data)


def test_markup_is_printed_and_not_obeyed() -> None:
    data = write_pdf(_packet(Section("S", (Paragraph(MARKUP),))))
    assert _squeeze(MARKUP) in _pdf_words(data)


def test_a_word_file_has_real_headings_in_order_without_a_gap(packets: Packets) -> None:
    document = docx.Document(str(packets.path("OH", "docx")))
    styles = [line.style.name for line in document.paragraphs if line.style and line.style.name]
    assert styles[:3] == ["Packet Note", "Title", "Subtitle"]
    levels = [int(name.rpartition(" ")[2]) for name in styles if name.startswith("Heading")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert document.core_properties.title == "Ohio: Session 1, Context Setting & Systems Alignment"
    assert document.core_properties.language == "en-US"


def test_a_word_file_has_header_rows_and_described_pictures(packets: Packets) -> None:
    document = docx.Document(str(packets.path("OH", "docx")))
    assert document.tables
    for table in document.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))
    named = [str(svg["aria-label"]) for svg in packets.page("OH").select("svg")]
    assert [shape._inline.docPr.get("descr") for shape in document.inline_shapes] == named


def test_what_belongs_together_stays_on_one_page_of_a_word_file() -> None:
    rows = tuple((one_text("A"), one_text("B")) for _ in range(30))
    short, long = (Table(name, ("Left", "Right"), rows[:count]) for name, count in (("Short", 3), ("Long", 30)))
    part = Section(
        "Part", (Paragraph("An answer."), Paragraph("Its date.", "quiet"), Bullets(one_text("One")), short, long)
    )
    made = docx.Document(io.BytesIO(write_docx(Document("T", "Ohio", "S", "Series", "Today", "", (), (part,), ()))))

    def stays(line: Line) -> bool:
        return bool(line.paragraph_format.keep_with_next)

    texts = {line.text: stays(line) for line in made.paragraphs}
    assert texts["An answer."], "an aside is on the page of what it is about"
    assert texts["One"], "a short list is on the page of what it introduces"
    kept = [[stays(row.cells[0].paragraphs[0]) for row in table.rows] for table in made.tables]
    assert kept == [[True, True, True, False], [True, True, *[False] * 27, True, False]], "no row is alone on a page"


def test_an_aside_that_begins_a_section_of_a_word_file_is_on_the_page_of_what_follows() -> None:
    """Its heading and "About 6 minutes" were alone at the foot of a page."""
    section = Section("Exercise", (Paragraph("About 6 minutes.", "quiet"), Paragraph("What it is for.", "lead")))
    document = docx.Document(io.BytesIO(write_docx(_packet(section))))
    kept = {line.text: line.paragraph_format.keep_with_next for line in document.paragraphs}
    assert (kept["About 6 minutes."], kept["What it is for."]) == (True, None)


def test_every_heading_of_a_word_file_is_bold() -> None:
    """Records at the fifth and sixth level looked lighter than the labels below them."""
    document = docx.Document(io.BytesIO(write_docx(_packet(Section("S", ())))))
    assert {document.styles[f"Heading {level}"].font.bold for level in range(1, 7)} == {True}


def test_each_numbered_list_of_a_word_file_begins_at_one() -> None:
    lists = tuple(Bullets((Attributed("a"), Attributed("b")), ordered=True) for _ in range(2))
    document = docx.Document(io.BytesIO(write_docx(_packet(Section("S", lists)))))
    numbers = [line._p.pPr.numPr.numId.val for line in document.paragraphs if line.style.name == "List Number"]
    assert len(numbers) == 4
    assert numbers[0] == numbers[1] != numbers[2] == numbers[3]


@pytest.mark.parametrize("delimiter", ["![", "[a](", "[](", "*a_", "<"])
def test_markdown_that_would_take_long_to_parse_is_kept_as_text(delimiter: str) -> None:
    assert len(read_prose("*A* [link](https://example.org) and\n\n- one\n- two")) == 2
    hostile = delimiter * MAX_DELIMITERS + "!"
    began = time.process_time()
    blocks = read_prose(f"{hostile}\n\nThe next paragraph")
    assert time.process_time() - began < 0.2
    assert [block.text for block in blocks if isinstance(block, Paragraph)] == [hostile, "The next paragraph"]


def test_forty_thousand_characters_are_whole_in_every_format() -> None:
    packet = _packet(Facts((Fact("Question", one_text("word " * 8_000)), Fact("Change", one_text("-5 days")))))
    page = write_page(packet)
    pdf = " ".join(one.extract_text() for one in PdfReader(io.BytesIO(write_pdf(packet))).pages)
    word = "".join(node.text for node in docx.Document(io.BytesIO(write_docx(packet))).element.iter(qn("w:t")))
    for written in (page, pdf, word):
        assert written.count("word ") + written.count("word\n") >= 7_990  # some end a line
        assert "-5 days" in written


@pytest.mark.parametrize("lines", [33, 35, 37, 39])
def test_what_a_packet_says_about_itself_is_never_alone_on_a_last_page(lines: int) -> None:
    body = Section("Record", tuple(Paragraph(f"Line {number}") for number in range(lines)))
    packet = replace(_packet(), parts=(body,), about=("It holds what the team wrote.", "Made today."))
    *_, last = PdfReader(io.BytesIO(write_pdf(packet))).pages
    assert f"Line {lines - 1}" in last.extract_text()
