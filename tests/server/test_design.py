"""The look of pages: themes, progress, the map, an organization's identity, time that runs low, and print."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pypdf import PdfReader

from cluster_kit.sessions.facilitation import BeginSegment
from tests.browser import PATIENCE_MS, find_violations
from tests.server.facilitator import Facilitator
from tests.serving import AVERY, FAY, JORDAN, TASI, Server, run_server

pytestmark = pytest.mark.browser

Join = Callable[..., Page]
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><rect width="40" height="10" fill="#7a1f3d"/>'
    "<title>Not a script</title></svg>"
)
SETTINGS = """[organization]
name = "Example Association"
logo = "logo.svg"
primary = "#7a1f3d"
accent = "#8a6100"
"""
BACKGROUND = "getComputedStyle(document.documentElement).backgroundColor"
# The background in the first frame that is painted.
FIRST_FRAME = f"requestAnimationFrame(() => (window.firstBackground = {BACKGROUND}))"
LIGHT, DARK = "rgb(238, 241, 244)", "rgb(17, 22, 29)"
FIRST_LOAD_BYTES = 150_000


@pytest.fixture(scope="module")
def branded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of an organization."""
    home = tmp_path_factory.mktemp("branded") / "home"
    home.mkdir()
    (home / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    (home / "logo.svg").write_text(LOGO, encoding="utf-8")
    with run_server(home) as server:
        yield server


@pytest.fixture
def dark(browser: Browser) -> Iterator[BrowserContext]:
    """A browser whose system is dark."""
    with browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="dark") as context:
        context.set_default_timeout(PATIENCE_MS)
        yield context


def open_start(server: Server, context: BrowserContext, person: str) -> Page:
    page = context.new_page()
    page.goto(server.link(person))
    page.wait_for_url(lambda address: "/join" not in address)
    page.goto(server.address)
    return page


def test_dark_pages_break_no_rule(server: Server, dark: BrowserContext, join: Join) -> None:
    page = join(server, dark, AVERY)
    expect(page.locator(".ck-opening")).to_have_count(0, timeout=PATIENCE_MS)
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    assert page.evaluate(BACKGROUND) == DARK
    assert find_violations(page) == []
    for path in (
        "/",
        "/join",
        "/examples",
        "/notice",
        "/notice/es",
        "/glossary",
        "/primer",
        "/sources",
        "/you",
        "/session/1/evaluation",
    ):
        page.goto(server.address + path)
        assert page.evaluate(BACKGROUND) == DARK, path
        assert find_violations(page) == [], path


def test_the_dark_console_breaks_no_rule(server: Server, dark: BrowserContext) -> None:
    page = dark.new_page()
    page.goto(server.link(FAY))
    page.wait_for_url("**/console/1")
    page.locator(".ck-panel").first.wait_for()
    expect(page.locator(".ck-opening")).to_have_count(0, timeout=PATIENCE_MS)
    assert find_violations(page) == []


def test_a_choice_of_colors_is_kept_and_there_from_the_first_frame(server: Server, dark: BrowserContext) -> None:
    dark.add_init_script(FIRST_FRAME)
    page = dark.new_page()
    page.goto(f"{server.address}/join")
    choice = page.get_by_role("group", name="Colors of these pages")
    expect(choice.get_by_role("radio", name="As my system")).to_be_checked()
    choice.get_by_role("radio", name="Light").check()
    assert page.evaluate(BACKGROUND) == LIGHT
    other = dark.new_page()
    other.goto(f"{server.address}/notice")
    assert other.evaluate("firstBackground") == LIGHT
    expect(other.get_by_role("radio", name="Light")).to_be_checked()
    choice.get_by_role("radio", name="As my system").check()
    expect(other.get_by_role("radio", name="As my system")).to_be_checked()
    assert other.evaluate(BACKGROUND) == DARK


def test_forced_colors_and_more_contrast_break_no_rule(server: Server, context: BrowserContext, join: Join) -> None:
    page = join(server, context, AVERY)
    page.emulate_media(forced_colors="active")
    assert find_violations(page) == []
    page.emulate_media(forced_colors="none", contrast="more")
    muted = page.evaluate("getComputedStyle(document.querySelector('.ck-minutes')).color")
    assert muted == page.evaluate("getComputedStyle(document.documentElement).color")


def test_the_first_load_fits_a_slow_line(server: Server, context: BrowserContext) -> None:
    page = context.new_page()
    sizes: dict[str, int] = {}
    page.on("requestfinished", lambda request: sizes.update({request.url: request.sizes()["responseBodySize"]}))
    page.goto(server.link(AVERY))
    page.wait_for_url("**/session/1")
    page.locator(".ck-widget .ck-form").first.wait_for()
    page.wait_for_load_state("networkidle")
    assert len(sizes) > 8
    assert {url for url in sizes if not url.startswith(server.address)} == set()
    assert sum(sizes.values()) <= FIRST_LOAD_BYTES, sizes


def test_progress_is_a_picture_that_is_also_said(server: Server, browser: Browser) -> None:
    with browser.new_focus_context(viewport={"width": 1000, "height": 900}) as context:  # type: ignore[attr-defined]
        page = context.new_page()
        page.goto(server.link(AVERY))
        page.wait_for_url("**/session/1")
        page.locator(".ck-widget .ck-form").last.wait_for(state="attached")
        page.evaluate("location.hash = 'step-goals'")
        parts = page.get_by_role("list", name="Progress through the session").get_by_role("listitem")
        expect(parts).to_have_count(5)
        expect(parts.nth(1)).to_have_attribute("data-state", "here")
        expect(parts.nth(1)).to_contain_text("exercises complete, you are here")
        expect(parts.nth(2)).to_have_attribute("data-state", "later")
        expect(parts.locator("svg")).to_have_count(5)
        assert page.locator(".ck-focus-ticks > span").count() == page.locator(".ck-segment .ck-step").count()
        parts.nth(4).get_by_role("link").click()
        expect(parts.nth(4)).to_have_attribute("data-state", "here")


def test_transition_points_are_a_map_and_a_list(server: Server, context: BrowserContext, join: Join) -> None:
    page = join(server, context, TASI)
    exercise = page.locator("#step-transition_points")
    town = exercise.get_by_role("group", name="Your map")
    expect(town).to_be_hidden()  # it pushes nothing down before it has an entry
    ways = [("Nursing", "High school", "University", 3), ("Welding", "A job", "Community or technical college", 0)]
    exercise.get_by_role("button", name="Add another transition point").click()
    for row, (name, start, end, rating) in enumerate(ways):
        card = exercise.locator(".ck-row").nth(row)
        card.get_by_label("The transition point").fill(name)
        card.locator("select").nth(0).select_option(label=start)
        card.locator("select").nth(1).select_option(label=end)
        card.locator(".ck-cards input").nth(rating).check()
    stations = town.locator(".ck-map-station")
    expect(stations).to_have_count(2)
    assert [one.get_attribute("data-strength") for one in stations.all()] == ["high", "low"]
    # In the order of the path, not of the rows.
    labels = [" ".join(one.locator("text").all_text_contents()) for one in town.locator("svg g").all()]
    assert labels == ["High school", "Community or technical college", "University", "A job"]
    entries = town.get_by_role("listitem")
    expect(entries.nth(0)).to_contain_text("High school to University. 4 · Works statewide")
    entries.nth(1).get_by_role("link", name="2. Welding").press("Enter")
    expect(exercise.locator(".ck-row").nth(1).get_by_label("The transition point")).to_be_focused()
    page.set_viewport_size({"width": 320, "height": 640})
    expect(town.locator("svg")).to_be_hidden()
    expect(entries.nth(1)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert find_violations(page) == []


def test_paper_has_the_answers_and_not_the_form(server: Server, context: BrowserContext, join: Join) -> None:
    page = join(server, context, JORDAN)
    goals = page.locator("#step-goals")
    goals.locator("textarea").first.fill("By July 2029, credit is the same in each region <b>")
    goals.locator(".ck-row").first.get_by_label("Yes, with data we have").check()
    printed = PdfReader(io.BytesIO(page.pdf(format="Letter")))
    text = " ".join(" ".join(sheet.extract_text() for sheet in printed.pages).split())
    assert len(printed.pages) <= 5
    for words in (
        "Session 1",
        "Ohio",
        "As of ",
        "Our statewide goals",
        "By July 2029, credit is the same in each region <b>",
    ):
        assert words in text
    assert "Can we measure it? Yes, with data we have" in text
    assert "Not answered." in text
    for control in (
        "Choose …",
        "Add another goal",
        "About 18 words",
        "Clear this answer",
        "Depth: how much you would like to answer",
        "Privacy, records",
    ):
        assert control not in text
    expect(page.locator(".ck-print")).to_have_count(0)
    expect(goals.locator("textarea").first).to_be_visible()


def test_an_organization_is_on_every_page(branded: Server, browser: Browser, context: BrowserContext) -> None:
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{branded.address}/join")
    logo = page.get_by_role("img", name="Example Association")
    expect(logo).to_be_visible()
    assert logo.evaluate("image => image.naturalWidth") > 0
    button = page.get_by_role("button", name="Continue")
    assert button.evaluate("element => getComputedStyle(element).backgroundColor") == "rgb(122, 31, 61)"
    assert find_violations(page) == []
    page.emulate_media(color_scheme="dark")
    expect(button).not_to_have_css("background-color", "rgb(122, 31, 61)")
    page.evaluate("() => Promise.all(document.getAnimations().map(one => one.finished))")
    assert find_violations(page) == []
    for person in (AVERY, FAY):
        with browser.new_context() as own:
            start = open_start(branded, own, person)
            expect(start.get_by_role("img", name="Example Association")).to_be_visible()
    assert all(url.startswith(branded.address) for url in asked)
    with branded.client() as client:
        answer = client.get(logo.get_attribute("src") or "")
        assert answer.headers["Content-Type"] == "image/svg+xml"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert client.get("/organization/0/logo.svg").status_code == 404


def test_the_server_does_not_start_with_a_color_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('[organization]\nprimary = "#ffcc00"\n', encoding="utf-8")
    server = Server(tmp_path)
    with pytest.raises(AssertionError, match="the nearest shade that can be read"):
        server.start()


def test_time_that_runs_low_is_marked_with_words_and_color(branded: Server, context: BrowserContext) -> None:
    context.clock.install()
    facilitator = Facilitator(branded.settings)
    try:
        facilitator.do(BeginSegment(), "framing")
    finally:
        facilitator.store.close()
    page = context.new_page()
    page.goto(branded.link(AVERY))
    page.wait_for_url("**/session/1")
    time = page.locator(".ck-live-time")
    expect(time).to_contain_text("minutes left")
    expect(time).not_to_have_attribute("data-low", "")
    minutes = facilitator.session.segments[0].minutes
    page.clock.fast_forward((minutes * 60 - 30) * 1000)
    expect(time).to_have_text("Less than a minute left for this part")
    expect(time).to_have_attribute("data-low", "")
