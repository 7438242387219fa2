"""Take the pictures of docs/tour.md from the real pages: ``make tour``.

Starts a server with the fictional series in a temporary folder, lets two fictional colleagues join and work in a
real browser, makes a packet, and writes the pictures to ``docs/tour/``.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from cluster_kit.cli.demo import PEOPLE, SERIES, add_people, prepare_series
from cluster_kit.live import make_link
from cluster_kit.live.sample_answers import add_sample_answers
from cluster_kit.packets import Wanted, make_packets
from cluster_kit.responses import Store
from cluster_kit.settings import Settings

OUT = Path(__file__).parent / "tour"
CHROMIUM = "/usr/bin/chromium"
FLAGS = "--no-sandbox --disable-gpu --disable-quic --disable-background-networking --disable-component-update"
WIDE, PHONE = (1280, 860), (320, 640)
AVERY, JORDAN, TASI = (person.id for person in PEOPLE)
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
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS.split(), "--disable-sync"])

            def link(person: str, session: int) -> str:
                return make_link(settings, person, address=address, session=session)

            take_live_pictures(browser, link)
            take_packet_picture(browser, settings, Path(folder) / "packets")
        finally:
            server.terminate()
            server.wait(timeout=30)
    print("\n".join(str(path.relative_to(OUT.parents[1])) for path in sorted(OUT.glob("*.png"))))


def prepare_answers(settings: Settings) -> None:
    """The fictional series, its people, and what the team of Guam has said."""
    content = prepare_series(settings)
    with Store.open(settings.db_url) as store:
        add_people(store, content)
        person = store.find_person(TASI)
        assert person is not None
        add_sample_answers(store, content, person)


def take_live_pictures(browser: Browser, link: Callable[[str, int], str]) -> None:
    """What participants see, on a laptop and on a phone."""
    page = open_session(browser, link(AVERY, 1), WIDE)
    page.screenshot(path=OUT / "opening.png")
    page.get_by_label("Why should a system that has its own categories use Clusters too?").fill(REASON)
    show(page, exercise(page, "Which systems speak in Clusters"), "session-1.png")
    rate(page)
    show(page, exercise(page, "Where we stand on systems alignment"), "ratings.png")
    write_goal(page)
    show(page, exercise(page, "Our statewide goals"), "goals.png")
    colleague = open_session(browser, link(JORDAN, 1), PHONE)
    show(colleague, exercise(colleague, "Which systems speak in Clusters"), "phone.png")
    later = open_session(browser, link(TASI, 2), WIDE)
    show(later, later.get_by_role("heading", name="What your state has said so far"), "look-back.png")


def open_session(browser: Browser, link: str, size: tuple[int, int]) -> Page:
    """A new person's browser at this session, its forms ready."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(link)
    page.wait_for_url("**/session/*")
    while page.locator(".ck-widget:not(:has(.ck-form))").count() or not page.locator(".ck-form").count():
        page.wait_for_timeout(100)
    return page


def exercise(page: Page, title: str) -> Locator:
    """The heading of an exercise."""
    return page.get_by_role("heading", name=title, exact=True)


def rate(page: Page) -> None:
    """Choose a description for the first two statements."""
    form = page.locator(".ck-form", has=exercise(page, "Where we stand on systems alignment"))
    for place in (1, 6):
        form.locator("input[type=radio][value]:visible").nth(place + 3).check(force=True)


def write_goal(page: Page) -> None:
    """Write one goal and wait until it is saved."""
    form = page.locator(".ck-form", has=exercise(page, "Our statewide goals"))
    form.get_by_label("The goal").first.fill("By July 2029, no student repeats a course when moving to a college.")
    form.get_by_text("Saved at").first.wait_for()


def show(page: Page, heading: Locator, name: str) -> None:
    """Bring a heading to the top of the window and take the picture."""
    heading.evaluate("node => window.scrollTo(0, node.getBoundingClientRect().top + window.scrollY - 150)")
    page.wait_for_timeout(700)
    page.screenshot(path=OUT / name)


def take_packet_picture(browser: Browser, settings: Settings, folder: Path) -> None:
    """The first screen of the packet of Guam."""
    make_packets(settings, Wanted(SERIES, [1], ["GU"]), folder)
    page = browser.new_page(viewport={"width": WIDE[0], "height": WIDE[1]})
    page.goto(next(folder.glob("*.html")).as_uri())
    page.screenshot(path=OUT / "packet.png")


if __name__ == "__main__":
    main()
