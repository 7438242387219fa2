"""Take the pictures of docs/tutorial/tour.md from the real pages: ``make tour``.

Starts a server with the fictional series in a temporary folder, lets two fictional colleagues and a facilitator go
through a session in a real browser, makes a packet, and writes the pictures to ``docs/tutorial/tour/``.
``tests/test_tour.py`` compares the names, titles, and questions here with the tour and with the content.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect, sync_playwright

from cluster_kit.cli.demo import SERIES, add_demo_people, prepare_demo
from cluster_kit.demo.sample_answers import add_sample_answers
from cluster_kit.documents.browser import BROWSER_ARGUMENTS, find_browser
from cluster_kit.packets import PacketRequest, make_packets
from cluster_kit.server import make_link
from cluster_kit.settings import Settings
from cluster_kit.store import Store
from docs.live_session import (
    PATIENCE_MS,
    begin_session,
    end_session,
    find_form,
    go_on,
    go_to_step,
    open_console,
    open_session,
    rate,
    reveal,
)

OUT = Path(__file__).parent / "tutorial" / "tour"
WIDE: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 320, "height": 640}
AVERY, JORDAN, TASI, ROBIN = "demo-avery", "demo-jordan", "demo-tasi", "demo-robin"
PICTURES = (
    "opening",
    "session-1",
    "phone",
    "ratings",
    "two-versions",
    "goals",
    "reveal",
    "settle",
    "console",
    "screen",
    "made-today",
    "look-back",
    "packet",
)
# Titles of exercises in session 1, and the labels of their questions.
SYSTEMS, WHY_ADOPT = (
    "Career Clusters in your systems today",
    ("Why should a system that has its own categories use Clusters too?"),
)
RATINGS, GOALS = "Where we stand on systems alignment", "Our statewide goals"
PEERS, HEARD = "What we take from our peers", "What did you hear that you did not know before?"
FRAMING, POLICY_TOOL = "Why Clusters, and why across systems", "Ratings and statewide goals"
LOOK_BACK = "What your state has said so far"
MESSAGE = "Two more minutes. Then look at where your ratings differ."
REASON = "Students should not have to start over because two offices use two names for the same field of work."
THEIRS = "They moved the codes first, and the form a year later."
OURS = "Course codes and the approval form changed in the same year."
SETTLED = "The estimate covers the state's systems. Local costs are missing."
SETTLES_MS = 700  # what moves has come to rest


@dataclass(frozen=True)
class Tour:
    """The browser, and what makes a person's link to a session."""

    browser: Browser
    link: Callable[[str, int], str]

    def open(self, person: str, session: int = 1, size: ViewportSize = WIDE) -> Page:
        """A person's session page."""
        return open_session(self.browser.new_context, self.link(person, session), size)


def main() -> None:
    """Make every picture anew."""
    OUT.mkdir(exist_ok=True)
    expect.set_options(timeout=PATIENCE_MS)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        settings = Settings(Path(folder) / "home")
        prepare_answers(settings)
        serve = ["serve", "--series", SERIES, "--home", str(settings.home), "--port", "0"]
        server = subprocess.Popen([sys.executable, "-m", "cluster_kit", *serve], stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            address = server.stdout.readline().strip()
            program = find_browser(playwright.chromium.executable_path)
            browser = playwright.chromium.launch(executable_path=program, args=BROWSER_ARGUMENTS)
            tour = Tour(browser, lambda person, session: make_link(settings, person, address=address, session=session))
            avery = take_step_pictures(tour)
            take_room_pictures(tour, avery)
            take_look_back_picture(tour)
            take_packet_picture(browser, settings, Path(folder) / "packets")
        finally:
            server.terminate()
            server.wait(timeout=30)
    for path in set(OUT.glob("*.png")) - {OUT / f"{name}.png" for name in PICTURES}:
        path.unlink()
    print("\n".join(str((OUT / f"{name}.png").relative_to(OUT.parents[2])) for name in PICTURES))


def prepare_answers(settings: Settings) -> None:
    """The fictional series, its people, and what the teams of Ohio and Guam have said."""
    content = prepare_demo(settings)
    with Store.open(settings.db_url) as store:
        add_demo_people(store, content)
        for name in (AVERY, TASI):
            person = store.find_person(name)
            assert person is not None
            add_sample_answers(store, content, person)


def take_step_pictures(tour: Tour) -> Page:
    """What participants see step by step, on a laptop and on a phone. Returns Avery's page."""
    avery = tour.open(AVERY)
    take(avery, "opening")
    systems = go_to_step(avery, SYSTEMS)
    systems.get_by_label(WHY_ADOPT).fill(REASON)
    expect(avery.get_by_text("All saved at")).to_be_visible()
    go_to_step(avery, SYSTEMS)
    take(avery, "session-1")
    phone = tour.open(JORDAN, size=PHONE)
    show(phone, go_to_step(phone, GOALS).locator(".ck-row").first, "phone")
    show(avery, go_to_step(avery, RATINGS).locator(".ck-rating").first, "ratings")
    show_two_versions(avery, tour.open(JORDAN))
    show(avery, go_to_step(avery, GOALS).locator(".ck-rows").first, "goals")
    return avery


def take_room_pictures(tour: Tour, avery: Page) -> None:
    """A session while a facilitator runs it, and its end: what a team sees, the console, and the shared screen."""
    console = open_console(tour.browser.new_context, tour.link(ROBIN, 1), WIDE)
    begin_session(console, FRAMING)
    go_on(console, POLICY_TOOL)
    jordan = tour.open(JORDAN)
    rate(go_to_step(avery, RATINGS), 2, 1)
    rate(go_to_step(jordan, RATINGS), 2, 3, 2, 2, 2, 3)
    console.get_by_label("Message on every page").fill(MESSAGE)
    console.get_by_role("button", name="Show on every page").click()
    reveal(console)
    overview = find_form(avery, RATINGS).get_by_role("group", name="How your team sees it")
    show(avery, overview, "reveal")
    settle(avery, jordan)
    console.evaluate("window.scrollTo(0, 0)")
    take(console, "console")
    screen = console.context.new_page()
    screen.goto(f"{console.url.partition('/console')[0]}/present/1")
    screen.locator(".ck-screen-body").wait_for()
    screen.keyboard.press("2")
    take(screen, "screen")
    console.bring_to_front()
    end_session(console)
    avery.locator("#ck-live").get_by_role("link", name="See what your team made").click()
    avery.wait_for_url("**/summary")
    take(avery, "made-today")


def take_look_back_picture(tour: Tour) -> None:
    """The step of a later session in which a team reads what it said before."""
    page = tour.open(TASI, 2)
    page.get_by_role("navigation", name="Previous and next step").get_by_role("link", name="Next").click()
    page.locator(".ck-background > summary").filter(has_text=LOOK_BACK).click()
    show(page, page.get_by_role("heading", name=LOOK_BACK), "look-back")


def settle(avery: Page, jordan: Page) -> None:
    """One of the team proposes a rating of the first statement on which they differ, with the reason."""
    statements = find_form(avery, RATINGS).locator(".ck-consensus")
    name = statements.filter(has_text="Talk about this").first.get_attribute("aria-label")
    ours, theirs = (find_form(page, RATINGS).get_by_role("group", name=name, exact=True) for page in (avery, jordan))
    theirs.get_by_label("2 ·").check()
    theirs.get_by_role("textbox").first.fill(SETTLED)
    expect(jordan.get_by_text("All saved at")).to_be_visible()
    expect(ours.get_by_role("button", name="I agree")).to_be_visible()
    show(avery, ours, "settle")


def show_two_versions(page: Page, colleague: Page) -> None:
    """Two people change one field at the same moment: both keep their words, and are asked."""
    page.context.set_offline(True)
    go_to_step(page, PEERS).get_by_label(HEARD).fill(THEIRS)
    go_to_step(colleague, PEERS).get_by_label(HEARD).fill(OURS)
    expect(colleague.get_by_text("All saved at")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_role("button", name="Combine").first).to_be_visible()
    show(page, find_form(page, PEERS).locator(".ck-versions").first, "two-versions")


def take_packet_picture(browser: Browser, settings: Settings, folder: Path) -> None:
    """The first screen of the packet of Guam."""
    make_packets(settings, PacketRequest(SERIES, [1], ["GU"]), folder)
    page = browser.new_page(viewport=WIDE)
    page.goto(next(folder.glob("*-GU.html")).as_uri())
    take(page, "packet")


def show(page: Page, place: Locator, name: str) -> None:
    """Bring a place near the top of the window, and take the picture."""
    expect(place).to_be_visible()
    place.evaluate("node => window.scrollTo(0, node.getBoundingClientRect().top + window.scrollY - 120)")
    take(page, name)


def take(page: Page, name: str) -> None:
    """The picture of what is on the screen."""
    page.wait_for_timeout(SETTLES_MS)
    page.screenshot(path=OUT / f"{name}.png")


if __name__ == "__main__":
    main()
