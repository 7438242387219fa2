"""The packet's page: times, content from the notebook, and appearance in a browser."""

from __future__ import annotations

import nbformat
import pytest
from playwright.sync_api import BrowserContext

from cluster_kit.content import load_content
from cluster_kit.content.times import format_session_time
from cluster_kit.documents.model import Paragraph, Section
from cluster_kit.documents.page import write_page
from cluster_kit.documents.view import DocumentView
from cluster_kit.packets import Job
from cluster_kit.packets.packet import read_packet, read_packet_parts
from tests.browser import find_violations
from tests.packets.conftest import Packets
from tests.samples import small_content

WIDTHS = [320, 1280]
EASTERN = "Tuesday, February 17, 2026, 1:00 to 2:30 p.m. Eastern Standard Time"


@pytest.mark.parametrize(
    ("code", "when"),
    [
        ("OH", EASTERN),
        ("AZ", f"{EASTERN} (in Arizona: 11:00 a.m. to 12:30 p.m. Mountain Standard Time)"),
        ("GU", f"{EASTERN} (in Guam: Wednesday, February 18, 2026, 4:00 to 5:30 a.m. Chamorro Standard Time)"),
    ],
)
def test_a_packet_says_when_the_session_is_on_the_states_own_clocks(code: str, when: str) -> None:
    content = load_content("2026")
    assert format_session_time(content, 1, content.get_jurisdiction(code)) == when


def test_prose_for_the_room_stays_in_the_notebook_and_views_keep_their_segment() -> None:
    view = Section("Ours", (Paragraph("said"),))
    output = nbformat.v4.new_output("execute_result", data=DocumentView(view)._repr_mimebundle_())
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# Title\n\nWrite in the boxes below."),
            nbformat.v4.new_code_cell("a", outputs=[output]),
            nbformat.v4.new_markdown_cell("## First part\n\nTalk.", metadata={"cluster_kit": {"segment": "framing"}}),
            nbformat.v4.new_markdown_cell("# For *readers* <b>too</b>", metadata={"tags": ["packet"]}),
            nbformat.v4.new_code_cell("b", outputs=[output]),
            nbformat.v4.new_markdown_cell("## Empty", metadata={"cluster_kit": {"segment": "framing"}}),
        ]
    )
    opening, parts = read_packet_parts(notebook)
    assert opening == (view,)
    assert parts == (Section("First part", (Paragraph("For readers <b>too</b>"), view)),)


def test_a_fictional_series_says_so_on_the_page() -> None:
    job = Job(series="sample", session=1, jurisdiction="OH")
    for fictional in (True, False):
        page = write_page(read_packet(small_content(fictional=fictional), job, nbformat.v4.new_notebook()))
        assert ("Fictional demonstration series" in page) is fictional


def test_a_fictional_packet_has_no_accessibility_violation(context: BrowserContext) -> None:
    job = Job(series="sample", session=1, jurisdiction="OH")
    page = context.new_page()
    page.set_content(write_page(read_packet(small_content(fictional=True), job, nbformat.v4.new_notebook())))
    assert find_violations(page) == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("code", ["OH", "GU"])
def test_a_packet_has_no_accessibility_violation_and_fits_the_page(
    packets: Packets, context: BrowserContext, code: str, width: int
) -> None:
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.set_viewport_size({"width": width, "height": 800})
    address = packets.path(code, "html").as_uri()
    page.goto(address)
    assert find_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    widths = page.locator(".ck-figure svg").evaluate_all("drawings => drawings.map((one) => one.clientWidth)")
    assert [wide for wide in widths if wide < 540] == [], (
        "the smallest text of a chart would be less than 10 pixels high"
    )
    assert asked == [address]
    assert complaints == []


def test_text_at_200_percent_still_fits(packets: Packets, context: BrowserContext) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 640, "height": 800})
    page.goto(packets.path("OH", "html").as_uri())
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640


def test_the_keyboard_reaches_the_content_first(packets: Packets, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(packets.path("OH", "html").as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
