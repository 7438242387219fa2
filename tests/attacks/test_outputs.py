"""Hostile text in every kind of file that staff open: no formula, no macro, no link, and no script comes of it."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path

import pikepdf
import pytest
from bs4 import BeautifulSoup
from lxml import etree
from openpyxl import load_workbook

from cluster_kit.content import load_content
from cluster_kit.documents.document_file import write_document_file
from cluster_kit.documents.model import Attributed, Bullets, Document, Fact, Facts, Paragraph, Record, Records, Section
from cluster_kit.documents.model import Table as DocumentTable
from cluster_kit.exports import export_answers
from cluster_kit.exports.roster_files import write_roster_file
from cluster_kit.materials.fitting import COLUMN_SHARES, Slide, SlideLine
from cluster_kit.materials.presentation import write_presentation
from cluster_kit.settings import Settings
from cluster_kit.store import Person, Store
from cluster_kit.worksheets import WorksheetRequest, make_worksheets
from tests.answers import new_answer
from tests.attacks.routes import TEXTS

HOSTILE = tuple(text for text in TEXTS if "\ud7ff" not in text)
FORMULA = re.compile(r"[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
FORBIDDEN_PARTS = ("vbaProject", "externalLinks", "embeddings", "activeX", "oleObject")


@pytest.fixture(autouse=True)
def _server_is_well() -> None:
    """No server takes part."""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home whose people, and whose team answers, have hostile names and words."""
    settings = Settings(tmp_path_factory.mktemp("outputs") / "home")
    with Store.open(settings.db_url) as store:
        for number, text in enumerate(HOSTILE):
            person = Person(id=f"p{number}", series="2026", jurisdiction="OH", name=text[:80], role=text[:40])
            store.add_person(person)
            answer = {"row": f"r{number}", "author": person.id, "jurisdiction": "OH", "session": 1}
            store.append([new_answer("goals.goals.statement", text, id=f"goal{number}", **answer)])
            store.append([new_answer("next_steps.actions.action", text, id=f"step{number}", **answer)])
    return settings


def check_csv(raw: bytes) -> None:
    for row in csv.reader(io.StringIO(raw.decode("utf-8-sig"))):
        for cell in row:
            assert not FORMULA.match(cell) or re.fullmatch(r"-?\d+(\.\d+)?", cell), cell


def check_office(raw: bytes) -> None:
    """No macro, no object, no field, and no relation out of the file but links to web addresses, shown as such."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert not [name for name in archive.namelist() if any(part in name for part in FORBIDDEN_PARTS)]
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                tree = etree.fromstring(archive.read(name))
                for element in tree.iter():
                    is_link = str(element.get("Target", "")).startswith(("http://", "https://"))
                    assert element.get("TargetMode") != "External" or is_link, (name, dict(element.attrib))
                    if name.startswith(("word/document", "ppt/slides", "xl/worksheets")):
                        local = etree.QName(element).localname if isinstance(element.tag, str) else ""
                        assert local not in ("fldSimple", "instrText", "hlinkClick", "f", "oleObj"), (name, local)


def check_workbook(raw: bytes) -> None:
    check_office(raw)
    for sheet in load_workbook(io.BytesIO(raw)).worksheets:
        for row in sheet.iter_rows():
            assert not [
                cell.value for cell in row if cell.data_type == "f" or (cell.hyperlink and cell.hyperlink.target)
            ]


def check_pdf(raw: bytes) -> None:
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        assert not {"/OpenAction", "/AA"} & set(pdf.Root.keys())
        assert "/JavaScript" not in pdf.Root.get("/Names", {})
        for one in pdf.objects:
            if isinstance(one, pikepdf.Dictionary):
                assert not {"/JS", "/Launch"} & set(one.keys())
                assert one.get("/S") not in ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR")
                assert "/URI" not in one or one.get("/S") != "/URI", str(one.get("/URI"))


def check_html(raw: bytes) -> None:
    page = BeautifulSoup(raw.decode(), "lxml")
    assert not page.select("script, iframe, object, embed, form, img[src^=x]")
    for element in page.find_all(True):
        assert not [name for name in element.attrs if name.startswith("on")], element
        href = str(element.get("href", "#"))
        assert href.startswith("#") or href == element.get_text().replace("\u200b", ""), element


CHECKS = {
    ".csv": check_csv, ".xlsx": check_workbook, ".docx": check_office, ".pptx": check_office, ".pdf": check_pdf,
    ".html": check_html,
}  # fmt: skip


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_exports_and_rosters_have_no_formulas(settings: Settings, tmp_path: Path, ending: str) -> None:
    answers, people = tmp_path / f"answers{ending}", tmp_path / f"people{ending}"
    export_answers(settings, "2026", answers)
    with Store.open(settings.db_url) as store:
        write_roster_file(load_content("2026"), store.people("2026"), people)
    for path in (answers, people):
        CHECKS[ending](path.read_bytes())
    text = people.read_text("utf-8-sig") if ending == ".csv" else ""
    assert ending == ".xlsx" or "'=HYPERLINK" in text, "the text itself is there, as text"


@pytest.mark.parametrize("ending", [".docx", ".html", ".pdf"])
def test_documents_have_text_only(tmp_path: Path, ending: str) -> None:
    words = tuple(Attributed(text, text[:40]) for text in HOSTILE)
    facts = tuple(Fact(text, (Attributed(text),)) for text in HOSTILE)
    blocks = (
        Bullets(words),
        Facts(facts),
        DocumentTable("x", ("a", "b"), tuple(((word,), (word,)) for word in words)),
        Records("x", "goal", tuple(Record((word,), (fact,)) for word, fact in zip(words, facts, strict=True))),
        *(Paragraph(text) for text in HOSTILE),
    )
    parts = tuple(Section(text, (Paragraph(text),)) for text in HOSTILE)
    head = HOSTILE[0]
    path = tmp_path / f"hostile{ending}"
    write_document_file(Document(head, head, head, head, head, head, blocks, parts, HOSTILE), path)
    CHECKS[ending](path.read_bytes())
    if ending == ".html":
        shown = BeautifulSoup(path.read_bytes(), "lxml").get_text().replace("\u200b", "")
        assert "<script>alert(1)</script>" in shown


def test_slides_have_text_only() -> None:
    lines = tuple(SlideLine(text) for text in HOSTILE)
    rows = tuple((text,) * len(COLUMN_SHARES) for text in ("Header", *HOSTILE))
    slides = [Slide(text, lines, notes=text) for text in HOSTILE[:4]] + [Slide("A table", rows=rows)]
    check_office(write_presentation(slides, HOSTILE[0], HOSTILE[1]))


@pytest.mark.parametrize("ending", ["docx", "pdf"])
def test_worksheets_have_text_and_fields_only(settings: Settings, tmp_path: Path, ending: str) -> None:
    wanted = WorksheetRequest("2026", 1, ["OH"], (ending,), check_in=30)
    [path] = make_worksheets(settings, wanted, tmp_path)
    CHECKS[f".{ending}"](path.read_bytes())
