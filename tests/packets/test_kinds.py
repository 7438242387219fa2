"""Every kind of packet, for a team with long answers to everything, and for one that has not begun."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from bs4 import BeautifulSoup
from docx.oxml.ns import qn
from pypdf import PdfReader

from cluster_kit.content import load_content
from cluster_kit.packets import Manifest, PacketKind, PacketRequest, make_packets
from cluster_kit.packets.formats import DOCX, HTML, PDF
from cluster_kit.settings import Settings
from cluster_kit.store import Person, Store
from tests.answers import new_answer
from tests.packets.filling import fill

LONG = "In March the quorum agreed which courses count for both and who says so. " * 230  # about 3,200 words
FORMATS = (HTML, PDF, DOCX)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Packets of every kind for Ohio, with all answers, and for Guam, without any."""
    home, out = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("out")
    settings, content = Settings(home), load_content("2026")
    with Store.open(settings.db_url) as store:
        store.add_person(Person(id="ana", series="2026", jurisdiction="OH", name="Ana Ruiz", role="data"))
        store.append(fill(content, [1, 2, 3, 4], "OH", "ana", lambda n: LONG if n % 60 == 0 else f"Said {n}"))
        store.append([new_answer("goals.first_words", "Start with the catalog", id="gone", author="ana")])
        shared = fill(content, [2], "TX", "tex", lambda n: f"Texan example {n}")
        named = [a.model_copy(update={"value": "named"}) if "may_share" in a.prompt else a for a in shared]
        store.append([answer for answer in named if answer.exercise == "examples"])
    for kind, sessions in ((PacketKind.PREWORK, [3]), (PacketKind.AFTER, [3]), (PacketKind.SERIES, [1])):
        manifest = make_packets(
            settings, PacketRequest("2026", sessions, ["OH", "GU"], kind=kind, formats=FORMATS), out
        )
        assert [(r.status, r.accessibility, r.error) for r in manifest.results] == [("made", "passed", "")] * 2
    return out


def _page(folder: Path, name: str) -> str:
    page = BeautifulSoup((folder / f"{name}.html").read_text("utf-8"), "html.parser")
    for place_to_break in page.find_all("wbr"):
        place_to_break.decompose()
    page.smooth()
    return " ".join(page.get_text(" ").split())


def test_one_manifest_lists_all_kinds(folder: Path) -> None:
    manifest = Manifest.model_validate_json((folder / "manifest.json").read_bytes())
    assert [result.job.name for result in manifest.results] == [
        *("2026-series-GU", "2026-series-OH"),
        *("2026-session-3-after-GU", "2026-session-3-after-OH"),
        *("2026-session-3-prework-GU", "2026-session-3-prework-OH"),
    ]


def test_before_a_session_a_state_reads_when_who_what_and_what_it_said(folder: Path) -> None:
    guam = _page(folder, "2026-session-3-prework-GU")
    assert "Wednesday, August 5, 2026, 3:00 to 4:00 a.m. Chamorro Standard Time" in guam
    assert "Your team’s page" in guam
    for heading in ("Who should come", "What to bring", "What to do before", "What your state has said so far"):
        assert heading in guam
    assert "Your state has not answered anything in the earlier sessions" in guam
    ohio = _page(folder, "2026-session-3-prework-OH")
    assert "What your team has written already" in ohio
    assert "Next steps that are still open" in ohio


def test_after_a_session_a_state_reads_actions_and_what_peers_offer(folder: Path) -> None:
    ohio = _page(folder, "2026-session-3-after-OH")
    assert "Next steps of earlier sessions that are open" in ohio
    assert "Dana Whit, Data and reporting" in ohio
    assert "What other states have done" in ohio
    assert "Texan example" in ohio
    assert "Next steps of earlier sessions" in ohio


def test_the_series_packet_holds_the_roadmap_and_the_record_of_every_session(folder: Path) -> None:
    ohio = _page(folder, "2026-series-OH")
    assert "Adoption roadmap" in ohio
    assert "Days that are set" in ohio
    assert "Roadmap by policy area" in ohio
    for session in load_content("2026").sessions:
        assert f"Session {session.number}: {session.title}" in ohio
    replaced = ohio.index("Earlier answers to questions that were replaced")
    assert replaced < ohio.index("First words") < ohio.index("Start with the catalog")
    assert "No one has answered in this series yet." in _page(folder, "2026-series-GU")
    assert "Earlier answers to questions" not in _page(folder, "2026-series-GU")
    page = BeautifulSoup((folder / "2026-series-OH.html").read_text("utf-8"), "html.parser")
    assert all(facts.find_parent(class_="ck-view") for facts in page.find_all("dl"))


@pytest.mark.parametrize("name", ["2026-session-3-after-OH", "2026-series-OH"])
def test_answers_of_3000_words_are_in_every_document_to_the_last(folder: Path, name: str) -> None:
    page = _page(folder, name).count("quorum")
    pdf = " ".join(page.extract_text() for page in PdfReader(folder / f"{name}.pdf").pages)
    body = docx.Document(str(folder / f"{name}.docx")).element.body
    assert page >= 230
    assert pdf.count("quorum") == page
    assert sum((node.text or "").count("quorum") for node in body.iter(qn("w:t"))) == page
