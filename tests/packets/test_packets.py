"""Packets from the real notebooks, executed by papermill, with a real store."""

from __future__ import annotations

import itertools

import nbformat
import pytest

from cluster_kit.content import load_content
from cluster_kit.documents.model import VIEW_MIME
from cluster_kit.documents.quotes import curl_quotes
from cluster_kit.settings import Settings
from tests.packets.conftest import HOSTILE, Packets

CODES = ["OH", "GU"]


def _text(packets: Packets, code: str) -> str:
    page = packets.page(code)
    for place_to_break in page.find_all("wbr"):
        place_to_break.decompose()
    page.smooth()
    return " ".join(page.get_text(" ").split())


def test_each_state_gets_four_files_under_plain_names_and_the_folder_a_list_of_them(packets: Packets) -> None:
    assert sorted(path.name for path in packets.out.iterdir()) == [
        *(f"2026-session-1-after-{code}.{form}" for code in ("GU", "OH") for form in ("docx", "html", "ipynb", "pdf")),
        "index.html",
        "manifest.json",
    ]
    assert [(r.job.jurisdiction, r.status, r.answered) for r in packets.manifest.results] == [
        ("OH", "made", 2),
        ("GU", "made", 0),
    ]
    assert [result.accessibility for result in packets.manifest.results] == ["passed", "passed"]


@pytest.mark.parametrize("code", CODES)
def test_a_page_names_its_language_title_and_parts(packets: Packets, code: str) -> None:
    page = packets.page(code)
    assert page.html
    assert page.html["lang"] == "en"
    assert page.title
    assert page.title.get_text().endswith("Session 1, Context Setting & Systems Alignment")
    assert [len(page.find_all(tag)) for tag in ("h1", "main", "header", "footer")] == [1, 1, 1, 1]
    skip = page.find("a")
    assert skip
    assert page.find(id=str(skip["href"]).removeprefix("#")) == page.main


@pytest.mark.parametrize("code", CODES)
def test_headings_never_skip_a_level(packets: Packets, code: str) -> None:
    levels = [int(tag.name[1]) for tag in packets.page(code).find_all(["h1", "h2", "h3", "h4", "h5", "h6"])]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


@pytest.mark.parametrize("code", CODES)
def test_a_page_holds_no_script_and_asks_nobody_for_anything(packets: Packets, code: str) -> None:
    page = packets.page(code)
    assert not page.find_all(["script", "img", "link", "iframe", "object", "form"])
    assert not page.select("[src], [onclick], [onerror], [onload]")
    assert "@import" not in str(page.style)
    # Links to follow, in an answer and in the content: nothing is loaded from them.
    content = load_content("2026")
    published = {address for one in content.examples for address in (one.address, *one.also)}
    cited = {one.source.address for one in content.facts.claims}
    links = {str(link["href"]) for link in page.select("a[href^=http]")}
    assert links <= {"https://example.org/a?b=1&c=2"} | published | cited


def test_ohio_reads_its_answers_in_words(packets: Packets) -> None:
    text = _text(packets, "OH")
    assert "2 people: Secondary CTE (2)" in text
    assert "March 5, 2026" in text
    assert "The college system" in text
    assert "High school" in text
    assert curl_quotes(HOSTILE.partition("\n")[0]) in text
    assert "<script>alert(‘packet’)</script>" in text
    replaced = text.index("Earlier answers to questions that were replaced")
    assert text.index("First words") < text.index("Start with the catalog")
    assert replaced < text.index("Start with the catalog")
    assert "Earlier answers to questions" not in _text(packets, "GU")


def test_people_who_rated_alone_are_not_named(packets: Packets) -> None:
    text = _text(packets, "OH")
    assert "Ana Ruiz" not in text
    assert "Bo Lind" not in text
    assert "mean 1.0, 2 ratings by 2 people (1 at 1, 1 at 3)" in str(packets.page("OH"))


def test_every_picture_has_words_and_every_table_a_caption_and_headers(packets: Packets) -> None:
    page = packets.page("OH")
    figures = page.find_all("figure")
    assert len(figures) == 3  # the essentials' chart, ratings, and transition points
    assert all(figure.svg["role"] == "img" and figure.svg["aria-label"] and figure.figcaption for figure in figures)
    ids = [tag["id"] for tag in page.select("[id]")]
    assert len(ids) == len(set(ids))
    for table in page.find_all("table"):
        assert table.caption.get_text()
        assert table.select("th[scope=col]")
        assert table.select("th[scope=row]")


def test_a_state_without_answers_gets_what_is_asked(packets: Packets) -> None:
    text = _text(packets, "GU")
    assert "No one has answered yet" in text
    assert "Can we measure it?" in text
    assert "Have these at hand" in text
    assert "Fewer repeated courses" not in text


@pytest.mark.parametrize("code", CODES)
def test_the_notebook_keeps_markdown_html_and_the_document_and_nothing_of_the_machine(
    packets: Packets, code: str
) -> None:
    notebook = packets.notebook(code)
    nbformat.validate(notebook)
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert outputs
    assert all({"text/html", "text/markdown", VIEW_MIME} <= set(output["data"]) for output in outputs)
    assert not {"papermill", "widgets"} & set(notebook.metadata)
    for path in (packets.path(code, "html"), packets.path(code, "ipynb")):
        written = path.read_text("utf-8")
        assert str(packets.home) not in written
        assert str(packets.out) not in written
        assert "Traceback" not in written
        assert "site-packages" not in written


def test_the_environment_is_as_it_was(packets: Packets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLUSTER_KIT_HOME", raising=False)
    assert packets.manifest.results
    assert Settings.read().home != packets.home
