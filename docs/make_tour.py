"""Take the pictures of docs/tutorial/tour.md from the real pages: ``make tour``.

Starts a server with the fictional series in a temporary folder, lets two fictional colleagues join and work in a
real browser, makes a packet, and writes the pictures to ``docs/tutorial/tour/``.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from cluster_kit.cli.demo import SERIES, add_demo_people, prepare_demo
from cluster_kit.demo.sample_answers import add_sample_answers
from cluster_kit.documents.browser import BROWSER_ARGUMENTS, find_browser
from cluster_kit.packets import PacketRequest, make_packets
from cluster_kit.server import make_link
from cluster_kit.settings import Settings
from cluster_kit.store import Store

OUT = Path(__file__).parent / "tutorial" / "tour"
WIDE, PHONE = (1280, 860), (320, 640)
AVERY, JORDAN, TASI, ROBIN = "demo-avery", "demo-jordan", "demo-tasi", "demo-robin"
REASON = "Students should not have to start over because two offices use two names for the same field of work."


def main() -> None:
    """Make every picture anew."""
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        settings = Settings(Path(folder) / "home")
        prepare_answers(settings)
        server = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "cluster_kit",
                "serve",
                "--series",
                SERIES,
                "--home",
                str(settings.home),
                "--port",
                "0",
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert server.stdout is not None
            address = server.stdout.readline().strip()
            program = find_browser(playwright.chromium.executable_path)
            browser = playwright.chromium.launch(executable_path=program, args=BROWSER_ARGUMENTS)

            def link(person: str, session: int) -> str:
                return make_link(settings, person, address=address, session=session)

            take_live_pictures(browser, link)
            take_room_pictures(browser, link)
            take_packet_picture(browser, settings, Path(folder) / "packets")
        finally:
            server.terminate()
            server.wait(timeout=30)
    print("\n".join(str(path.relative_to(OUT.parents[2])) for path in sorted(OUT.glob("*.png"))))


def prepare_answers(settings: Settings) -> None:
    """The fictional series, its people, and what the teams of Ohio and Guam have said."""
    content = prepare_demo(settings)
    with Store.open(settings.db_url) as store:
        add_demo_people(store, content)
        for name in (AVERY, TASI):
            person = store.find_person(name)
            assert person is not None
            add_sample_answers(store, content, person)


def take_live_pictures(browser: Browser, link: Callable[[str, int], str]) -> None:
    """What participants see, on a laptop and on a phone."""
    page = open_session(browser, link(AVERY, 1), WIDE)
    page.screenshot(path=OUT / "opening.png")
    systems = page.get_by_label("Why should a system that has its own categories use Clusters too?")
    systems.fill(REASON)
    page.get_by_text("All saved at").wait_for()
    show(
        page,
        form(page, "Career Clusters in your systems today").locator("table, .ck-rows").first,
        "session-1.png",
    )
    show(page, form(page, "Where we stand on systems alignment").locator(".ck-rating").first, "ratings.png")
    show(page, form(page, "Our statewide goals").locator(".ck-rows").first, "goals.png")
    show_two_versions(page, open_session(browser, link(JORDAN, 1), WIDE))
    phone = open_session(browser, link(JORDAN, 1), PHONE)
    show(phone, form(phone, "Our statewide goals").locator(".ck-row").first, "phone.png")
    later = open_session(browser, link(TASI, 2), WIDE)
    show(later, later.get_by_role("heading", name="What your state has said so far"), "look-back.png")


def take_room_pictures(browser: Browser, link: Callable[[str, int], str]) -> None:
    """A session while a facilitator runs it: what teams see, and the console."""
    console = browser.new_page(viewport={"width": WIDE[0], "height": WIDE[1]}, reduced_motion="reduce")
    console.goto(link(ROBIN, 1))
    console.get_by_role("button", name="Begin").click()
    console.get_by_role("button", name="Next").click()
    avery, jordan = (open_session(browser, link(person, 1), WIDE) for person in (AVERY, JORDAN))
    for page, points in ((avery, (1, 0)), (jordan, (1, 2))):
        ratings = form(page, "Where we stand on systems alignment")
        statements = ratings.get_by_role("group").filter(has=page.get_by_role("radio", name="1 · Not yet"))
        for number, point in enumerate(points):
            statements.nth(number).get_by_role("radio").nth(point).check()
        page.get_by_text("All saved at").wait_for()
    console.get_by_label("Message on every page").fill("Two more minutes. Then look at where your ratings differ.")
    console.get_by_role("button", name="Show on every page").click()
    console.get_by_role("button", name="Reveal the spread").first.click()
    overview = form(avery, "Where we stand on systems alignment").get_by_role("group", name="How your team sees it")
    overview.get_by_text("Talk about").first.wait_for()
    show(avery, overview, "reveal.png")
    show(avery, form(avery, "Where we stand on systems alignment").locator(".ck-consensus").nth(1), "settle.png")
    console.get_by_text("All teams see their own spread").wait_for()
    console.evaluate("window.scrollTo(0, 0)")
    console.screenshot(path=OUT / "console.png")


def show_two_versions(page: Page, colleague: Page) -> None:
    """Two people change one field at the same moment: both keep their words, and are asked."""
    label = "What did you hear that you did not know before?"
    page.context.set_offline(True)
    page.get_by_label(label).fill("They moved the codes first, and the form a year later.")
    colleague.get_by_label(label).fill("Course codes and the approval form changed in the same year.")
    colleague.get_by_text("All saved at").wait_for()
    page.context.set_offline(False)
    page.get_by_role("button", name="Combine").first.wait_for()
    show(page, form(page, "What we take from our peers").locator(".ck-versions").first, "two-versions.png")


def open_session(browser: Browser, link: str, size: tuple[int, int]) -> Page:
    """A new person's browser at this session, its forms ready."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(link)
    page.wait_for_url("**/session/*")
    while page.locator(".ck-widget:not(:has(.ck-form))").count() or not page.locator(".ck-form").count():
        page.wait_for_timeout(100)
    return page


def form(page: Page, title: str) -> Locator:
    """The form of an exercise."""
    return page.locator(".ck-form", has=page.get_by_role("heading", name=title, exact=True))


def show(page: Page, place: Locator, name: str) -> None:
    """Bring a place near the top of the window and take the picture."""
    place.evaluate("node => window.scrollTo(0, node.getBoundingClientRect().top + window.scrollY - 120)")
    page.wait_for_timeout(700)
    page.screenshot(path=OUT / name)


def take_packet_picture(browser: Browser, settings: Settings, folder: Path) -> None:
    """The first screen of the packet of Guam."""
    make_packets(settings, PacketRequest(SERIES, [1], ["GU"]), folder)
    page = browser.new_page(viewport={"width": WIDE[0], "height": WIDE[1]})
    page.goto(next(folder.glob("*-GU.html")).as_uri())
    page.screenshot(path=OUT / "packet.png")


if __name__ == "__main__":
    main()
