"""Standard Jupyter widgets on a session page, in a real browser, beside the kit's forms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.browser import PATIENCE_MS, find_violations
from tests.server.network import connect_network
from tests.server.widgets import serve_widgets
from tests.serving import AVERY, JORDAN, TASI, Server

pytestmark = pytest.mark.browser
WIDGETS = 9
DESK: ViewportSize = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def widget_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server. It waits for lost connections for a minute, and not for closed pages."""
    with serve_widgets(tmp_path_factory.mktemp("home"), grace_s=60) as server:
        yield server


@dataclass(frozen=True)
class Shown:
    """An open page, the addresses that it requested, and the errors in its console."""

    page: Page
    requested: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def shown(widget_server: Server, browser: Browser) -> Iterator[Shown]:
    """Tasi's page for all tests of this module that need one page. Each of them uses widgets of its own."""
    with browser.new_context(viewport=DESK) as context:
        context.set_default_timeout(PATIENCE_MS)
        requested: list[str] = []
        errors: list[str] = []
        context.on("request", lambda request: requested.append(request.url))
        context.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        yield Shown(open_widgets(widget_server, context, TASI), requested, errors)


@pytest.fixture
def page(shown: Shown) -> Page:
    """The shared page, as wide as at first."""
    shown.page.set_viewport_size(DESK)
    return shown.page


@pytest.fixture
def teammate(browser: Browser) -> Iterator[BrowserContext]:
    """Another person's browser."""
    with browser.new_context(viewport=DESK) as context:
        context.set_default_timeout(PATIENCE_MS)
        yield context


def open_widgets(server: Server, context: BrowserContext, person: str, address: str = "") -> Page:
    """The person's page with every widget shown; ``address`` overrides the server's own."""
    page = context.new_page()
    page.goto(server.link(person).replace(server.address, address or server.address))
    page.wait_for_url("**/session/1")
    expect(page.locator(".ck-standard[data-state=ready]")).to_have_count(WIDGETS)
    assert page.evaluate("document.activeElement === document.body")
    return page


def press(page: Page, slider: str, key: str) -> None:
    page.get_by_role("slider", name=slider).press(key)


def test_a_slider_moves_by_keyboard_and_what_is_linked_to_it_follows(page: Page) -> None:
    expect(page.get_by_text("3 programs to approve")).to_be_visible()
    press(page, "Programs", "ArrowRight")
    expect(page.get_by_text("4 programs to approve")).to_be_visible()


def test_two_people_move_their_own_sliders(
    widget_server: Server, context: BrowserContext, teammate: BrowserContext
) -> None:
    avery, jordan = open_widgets(widget_server, context, AVERY), open_widgets(widget_server, teammate, JORDAN)
    press(avery, "Programs", "End")
    press(jordan, "Programs", "Home")
    expect(avery.get_by_text("20 programs to approve")).to_be_visible()
    expect(jordan.get_by_text("0 programs to approve", exact=True)).to_be_visible()
    expect(jordan.get_by_text("20 programs to approve")).to_have_count(0)


def test_interact_shows_what_the_function_says_now(page: Page) -> None:
    expect(page.get_by_text("20 learners are enrolled")).to_be_visible()
    press(page, "learners", "ArrowRight")
    expect(page.get_by_text("30 learners are enrolled")).to_be_visible()
    expect(page.get_by_text("20 learners are enrolled")).to_have_count(0)


def test_an_output_widget_takes_lines_and_one_sentence_for_an_error(page: Page) -> None:
    page.get_by_role("button", name="Add a line").click()
    expect(page.get_by_text("A line was added")).to_be_visible()
    page.get_by_role("checkbox", name="A widget in the output").check()
    page.get_by_role("button", name="Fail").click()
    expect(page.get_by_text("This part could not be worked out. Your answers are safe.")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("secret")
    expect(page.locator("body")).not_to_contain_text("Traceback")


def test_a_figure_inside_interact_is_drawn_again(page: Page) -> None:
    figure = page.locator(".ck-standard", has=page.get_by_role("slider", name="bars")).get_by_role("img", name="Figure")
    before = figure.get_attribute("src")
    assert before
    press(page, "bars", "ArrowRight")
    expect(figure).not_to_have_attribute("src", before)


def test_an_interactive_figure_is_drawn_and_has_its_toolbar(page: Page) -> None:
    figure = page.locator(".jupyter-matplotlib")
    canvas = figure.locator("canvas").first
    expect(canvas).to_be_visible()
    is_drawn = (
        """canvas => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean)"""
    )
    assert canvas.evaluate(is_drawn)
    figure.locator("[tabindex='0']").focus()
    home = figure.get_by_role("button", name="Reset original view")
    expect(home).to_be_visible()
    page.keyboard.press("Tab")
    expect(home).to_be_focused()
    icon = home.locator(".fa")
    assert "Font Awesome" in icon.evaluate("icon => getComputedStyle(icon).fontFamily")
    assert icon.evaluate("icon => getComputedStyle(icon, '::before').content") not in {"none", "normal"}


def test_an_anywidget_counts_in_the_browser_and_in_the_kernel(page: Page) -> None:
    page.get_by_role("button", name="Counted 0").click()
    expect(page.get_by_role("button", name="Counted 1")).to_be_visible()
    expect(page.get_by_text("The kernel counted 1")).to_be_visible()


def test_a_form_beside_widgets_saves_and_they_leave_page_and_keyboard_alone(page: Page) -> None:
    goal = page.locator(".ck-widget .ck-form textarea:visible").first
    goal.press_sequentially("Goals ? jk 00 dd")  # keys that a notebook would interpret as commands
    expect(goal).to_have_value("Goals ? jk 00 dd")
    expect(page.locator("#ck-saved")).to_contain_text("All saved at")
    assert page.locator("body").get_attribute("class") is None
    expect(page.locator("[id=main]")).to_have_count(1)
    expect(page.locator(".jp-LabShell")).to_have_count(0)


def test_the_page_asks_no_other_host_and_breaks_no_rule_of_its_policy(widget_server: Server, shown: Shown) -> None:
    own = (widget_server.address, f"blob:{widget_server.address}")
    assert [address for address in shown.requested if not address.startswith(own)] == []
    assert shown.errors == []


@pytest.mark.parametrize("width", [1280, 320])
def test_widgets_fit_and_can_be_reached_by_everybody(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert find_violations(page) == []


def test_a_page_whose_kernel_is_gone_says_so_beside_each_widget(widget_server: Server, context: BrowserContext) -> None:
    context.route("**/session/page.js", lambda route: route.abort())  # it would reload the page
    before = {kernel.pid for kernel in widget_server.kernels()}
    page = open_widgets(widget_server, context, JORDAN)
    for kernel in widget_server.kernels():
        if kernel.pid not in before:
            kernel.kill()
    expect(page.locator(".ck-standard-note").first).to_contain_text("Reload the page")
    expect(page.locator(".ck-standard-status")).to_contain_text("Reload the page")


def test_widgets_go_on_after_the_network_was_away(widget_server: Server, context: BrowserContext) -> None:
    context.clock.install()
    with connect_network(int(widget_server.address.rpartition(":")[2])) as network:
        page = open_widgets(widget_server, context, AVERY, network.address)
        press(page, "Programs", "ArrowRight")
        expect(page.get_by_text("4 programs to approve")).to_be_visible()
        network.cut()
        expect(page.locator(".ck-standard-note").first).to_contain_text("Trying to connect again")
        network.restore()
        page.clock.fast_forward("01:30")  # longer than the page ever waits before it tries again
        expect(page.locator(".ck-standard-note")).to_have_count(0)
        press(page, "Programs", "ArrowRight")
        expect(page.get_by_text("5 programs to approve")).to_be_visible()
        press(page, "learners", "ArrowRight")
        expect(page.get_by_text("30 learners are enrolled")).to_be_visible()
        page.close()


def test_a_page_without_widgets_loads_nothing_of_the_front_end(server: Server, context: BrowserContext) -> None:
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.goto(server.link(AVERY))
    page.locator(".ck-widget .ck-form").first.wait_for()
    assert [address for address in asked if "/widgets/" in address] == []
