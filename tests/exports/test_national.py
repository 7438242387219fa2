"""The national page for staff, its charts as files, and the command that writes them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from PIL import Image
from playwright.sync_api import BrowserContext
from pypdf import PdfReader
from typer.testing import CliRunner

from cluster_kit.cli.app import app
from cluster_kit.cli.commands import register
from cluster_kit.content import load_content
from cluster_kit.content.errors import UnknownSessionError
from cluster_kit.errors import UsageError
from cluster_kit.exports.national import write_national
from cluster_kit.settings import Settings
from cluster_kit.store import NewResponse, Store
from tests.browser import find_violations
from tests.insights.nation import everybody_rates
from tests.packets.line_boxes import empty_shares, find_overlaps, find_stranded_headings

ALL = {
    "national.html",
    "national.pdf",
    "national-map.svg",
    "national-map.png",
    "national-areas.svg",
    "national-areas.png",
    "national-pictures.txt",
}


@pytest.fixture(scope="module")
def rated(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Every state except Ohio and Nevada has rated every item of sessions 1 and 4. Read only."""
    settings = Settings(tmp_path_factory.mktemp("home"))
    given = [r for r in everybody_rates(load_content("2026"), people=2) if r.session in (1, 4)]
    with Store.open(settings.db_url) as store:
        kept = [
            r.model_dump(exclude={"seq", "at", "series", "id"}) for r in given if r.jurisdiction not in ("OH", "NV")
        ]
        store.append([NewResponse(**one, series="2026", id=f"r{number}") for number, one in enumerate(kept)])
    return settings


def test_the_page_and_its_pictures_hold_every_state_that_has_rated(rated: Settings, tmp_path: Path) -> None:
    done = write_national(rated, "2026", tmp_path / "out")
    assert {path.name for path in done.files} == {path.name for path in (tmp_path / "out").iterdir()} == ALL
    assert done.states == 55
    page = BeautifulSoup((tmp_path / "out" / "national.html").read_text("utf-8"), "html.parser")
    assert [heading.text for heading in page.select("main h2")] == [
        "Where states stand",
        "What to discuss next",
        "Statement by statement",
    ]
    states = {row.text for row in page.select("tbody th")}
    assert {"Guam", "Palau", "Wyoming"} <= states
    assert not {"Ohio", "Nevada"} & states
    assert len(page.select("svg[role=img][aria-label]")) == 2
    assert "keep it from other states" in page.footer.text  # type: ignore[union-attr]


def test_the_report_to_print_has_the_typeface_of_packets_and_few_pages(rated: Settings, tmp_path: Path) -> None:
    """It was only a page, whose print had 28 pages in a narrow column and another typeface."""
    write_national(rated, "2026", tmp_path)
    path = tmp_path / "national.pdf"
    pages = PdfReader(path).pages
    assert len(pages) <= 9
    used = (font.get_object() for page in pages for font in page["/Resources"]["/Font"].values())
    fonts = {str(font["/BaseFont"]).partition("+")[2] for font in used}
    assert fonts <= {f"SourceSans3-{weight}" for weight in ("Regular", "Semibold", "Bold")}
    assert not re.search("[\"']", "".join(page.extract_text() for page in pages))
    assert max(empty_shares(path)[:-1]) < 0.5
    assert (find_overlaps(path), find_stranded_headings(path)) == ([], [])


def test_pictures_are_whole_files_with_their_words(rated: Settings, tmp_path: Path) -> None:
    write_national(rated, "2026", tmp_path)
    for name in ("national-map", "national-areas"):
        drawing = ET.parse(tmp_path / f"{name}.svg").getroot()
        assert drawing.get("role") == "img"
        assert (drawing.get("aria-label") or "") in (tmp_path / "national-pictures.txt").read_text("utf-8")
        with Image.open(tmp_path / f"{name}.png") as picture:
            assert picture.width > 1000


def test_a_session_narrows_it_to_the_areas_that_it_rates(rated: Settings, tmp_path: Path) -> None:
    write_national(rated, "2026", tmp_path, session=4)
    words = BeautifulSoup((tmp_path / "national.html").read_text("utf-8"), "html.parser").text
    assert "Session 4: Communications" in words
    assert "Course Numbering" not in words
    with pytest.raises(UnknownSessionError):
        write_national(rated, "2026", tmp_path, session=9)


def test_before_anybody_has_rated_there_is_a_page_that_says_so(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "national-map.png").write_bytes(b"of an earlier run")
    done = write_national(settings, "2026", tmp_path)
    assert [path.name for path in done.files] == ["national.html", "national.pdf"]
    assert not (tmp_path / "national-map.png").exists()
    assert "No state has rated anything yet." in (tmp_path / "national.html").read_text("utf-8")


def test_a_folder_that_cannot_be_written_to_is_named(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file", "utf-8")
    with pytest.raises(UsageError, match="taken cannot be written"):
        write_national(settings, "2026", tmp_path / "taken")


def test_the_command_names_the_files_and_counts_the_states(rated: Settings, tmp_path: Path) -> None:
    register(["national"])
    done = CliRunner().invoke(app, ["national", "--out", str(tmp_path), "--home", str(rated.home)])
    assert done.exit_code == 0, done.output
    assert Path(done.stdout.splitlines()[0]).name == "national.html"
    assert "55 states have rated." in done.stderr
    done = CliRunner().invoke(app, ["national", "--out", str(tmp_path), "--home", str(rated.home), "--json"])
    assert '"states": 55' in done.stdout


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 320])
def test_the_page_is_accessible_and_fits(rated: Settings, tmp_path: Path, context: BrowserContext, width: int) -> None:
    write_national(rated, "2026", tmp_path)
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.goto((tmp_path / "national.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert find_violations(page) == []
