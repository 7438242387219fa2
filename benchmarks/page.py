"""How soon can a participant type? Each session page, beside a stock Voilà page of the same content.

``python -m benchmarks.page [--sessions 1,2,3,4] [--visits 3] [--json]`` starts both servers on this machine, visits
each page with an empty cache and again with a warm one, and prints: seconds until the first field can be typed
into, requests, kilobytes received, and for our pages the milliseconds from the end of a pause in typing until the
save is acknowledged, which the store does after the durable commit. One visitor at a time; ratios hold, absolute
figures are this machine's.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import nbformat
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from benchmarks.servers import our_server, stock_voila
from benchmarks.stock_widgets import build_notebook
from cluster_kit.content import Content, load_content
from cluster_kit.content.notebooks import find_notebook
from cluster_kit.documents.browser import BROWSER_ARGUMENTS, find_browser
from tests.browser import WHOLE_PAGE

FIELDS = "main .ck-form :is(input, textarea, select)"
STOCK_FIELDS = ".jupyter-widgets :is(input, textarea, select)"
# Looks once a frame, in the page: waiting from outside would add the time that the browser driver needs.
FIELD_PROBE = """window.benchmarkField = new Promise((resolve, reject) => {
  const look = () => {
    const fields = [...document.querySelectorAll(%s)];
    if (fields.some((field) => !field.disabled && field.checkVisibility())) resolve(performance.now());
    else if (performance.now() > %d) reject(new Error("no field"));
    else requestAnimationFrame(look);
  };
  look();
});"""
PATIENCE_MS = 120_000
PAUSE_MS = 500


@dataclass(frozen=True)
class Visit:
    """One visit: seconds to the first usable field, requests, bytes received."""

    seconds: float
    requests: int
    bytes: int


@dataclass(frozen=True)
class Row:
    """A session's figures, medians over the visits. ``ratio`` is ours over stock, cold."""

    session: int
    stock_cold_s: float
    stock_warm_s: float
    stock_requests: int
    stock_kb: int
    ours_cold_s: float
    ours_warm_s: float
    ours_requests: int
    ours_kb: int
    ours_warm_kb: int
    save_ms: float
    ratio: float


def main() -> None:
    """Measure, and print a table or, with ``--json``, a list of rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", default="1,2,3,4")
    parser.add_argument("--visits", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    sessions = [int(number) for number in options.sessions.split(",")]
    rows = measure(sessions, options.visits)
    if options.json:
        print(json.dumps([asdict(row) for row in rows], indent=2))
    else:
        print_table(rows)


def measure(sessions: list[int], visits: int) -> list[Row]:
    """The rows of the benchmark, one for each session."""
    content = load_content("2026")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        write_stock_notebooks(content, sessions, Path(folder))
        program = find_browser(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(executable_path=program, args=BROWSER_ARGUMENTS)
        with stock_voila(Path(folder)) as (_, stock), our_server(Path(folder) / "home") as ours:
            return [measure_session(browser, number, visits, stock, ours) for number in sessions]


def write_stock_notebooks(content: Content, sessions: list[int], folder: Path) -> None:
    """The stock pages' notebooks, with the prose of ours."""
    for number in sessions:
        source = nbformat.read(find_notebook(number), as_version=4)
        prose = [cell.source for cell in source.cells if cell.cell_type == "markdown"]
        nbformat.write(build_notebook(content, content.get_session(number), prose), folder / f"stock_{number}.ipynb")


def measure_session(browser: Browser, number: int, visits: int, stock: str, our_link: Callable[[int], str]) -> Row:
    """Visit both pages of a session ``visits`` times, cold and warm, and take medians."""
    say(f"session {number}: stock page")
    stock_cold, stock_warm = visit_twice(browser, f"{stock}/voila/render/stock_{number}.ipynb", STOCK_FIELDS, visits)
    say(f"session {number}: our page")
    ours_cold, ours_warm = visit_twice(browser, our_link(number), FIELDS, visits)
    save_ms = measure_save(browser, our_link(number))
    seconds = [median([v.seconds for v in group]) for group in (stock_cold, stock_warm, ours_cold, ours_warm)]
    return Row(
        session=number,
        stock_cold_s=seconds[0],
        stock_warm_s=seconds[1],
        stock_requests=stock_cold[0].requests,
        stock_kb=stock_cold[0].bytes // 1024,
        ours_cold_s=seconds[2],
        ours_warm_s=seconds[3],
        ours_requests=ours_cold[0].requests,
        ours_kb=ours_cold[0].bytes // 1024,
        ours_warm_kb=ours_warm[0].bytes // 1024,
        save_ms=save_ms,
        ratio=round(seconds[2] / seconds[0], 2),
    )


def visit_twice(browser: Browser, url: str, fields: str, visits: int) -> tuple[list[Visit], list[Visit]]:
    """Cold visits, each with a new browser context, each followed by a warm one in the same context.

    Our link signs in, so a context follows it once, unmeasured.
    Both pages show everything at once: ours would otherwise begin with an exercise without a field.
    """
    cold, warm = [], []
    for _ in range(visits):
        with new_context(browser) as context:
            target = follow_link(context, url)
            context.add_init_script(FIELD_PROBE % (json.dumps(fields), PATIENCE_MS))
            cold.append(visit(context, target))
            warm.append(visit(context, target))
    return cold, warm


def follow_link(context: BrowserContext, url: str) -> str:
    """The address to measure. A join link is used up first; then the cache is emptied."""
    if "/join" not in url:
        return url
    page = context.new_page()
    page.goto(url)
    page.wait_for_url("**/session/*", timeout=PATIENCE_MS)
    target = page.url
    context.new_cdp_session(page).send("Network.clearBrowserCache")
    page.close()
    return target


def visit(context: BrowserContext, url: str) -> Visit:
    """Open the page in a new tab and wait until its first field can be typed into.

    The seconds count from the start of the navigation, on the page's own clock.
    """
    page = context.new_page()
    received = count_bytes(context, page)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(url, wait_until="commit")
    milliseconds = page.evaluate("window.benchmarkField")
    page.wait_for_load_state("networkidle", timeout=PATIENCE_MS)
    page.close()
    return Visit(round(milliseconds / 1000, 2), len([r for r in requests if r.startswith("http")]), sum(received))


def count_bytes(context: BrowserContext, page: Page) -> list[int]:
    """Bytes over the wire, filled as responses arrive."""
    received: list[int] = []
    cdp = context.new_cdp_session(page)
    cdp.send("Network.enable")
    cdp.on("Network.loadingFinished", lambda event: received.append(int(event["encodedDataLength"])))
    cdp.on("Network.webSocketFrameReceived", lambda event: received.append(len(event["response"]["payloadData"])))
    return received


SAVE_PROBE = """() => {
  const times = { typed: 0, saved: [] };
  window.benchmarkTimes = times;
  document.addEventListener("input", () => { times.typed = performance.now(); times.seen = false; }, true);
  document.addEventListener("ck:state", (event) => {
    if (event.detail.state === "saved" && times.typed && !times.seen) {
      times.seen = true;
      times.saved.push(performance.now() - times.typed);
    }
  });
}"""


def measure_save(browser: Browser, link: str, answers: int = 10) -> float:
    """Median milliseconds from the end of the pause in typing until the page has the acknowledgement."""
    with new_context(browser) as context:
        page = context.new_page()
        page.goto(follow_link(context, link))
        field = page.locator("main textarea:visible").first
        field.wait_for(timeout=PATIENCE_MS)
        page.evaluate(SAVE_PROBE)
        for number in range(answers):
            field.press_sequentially(f" word{number}")
            while page.evaluate("window.benchmarkTimes.saved.length") <= number:
                page.wait_for_timeout(20)
        return round(median(page.evaluate("window.benchmarkTimes.saved")) - PAUSE_MS, 1)


@contextmanager
def new_context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser context with an empty cache, closed afterwards."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(WHOLE_PAGE)
    try:
        yield context
    finally:
        context.close()


def median(values: list[float]) -> float:
    """The median, to two digits."""
    return round(statistics.median(values), 2)


def say(text: str) -> None:
    """Progress, on stderr."""
    print(text, file=sys.stderr, flush=True)


def print_table(rows: list[Row]) -> None:
    """The rows as a table for people: a line for each figure, a column for each session."""
    for name in Row.__dataclass_fields__:
        print(f"{name:16}" + "".join(f"{getattr(row, name):>10}" for row in rows))


if __name__ == "__main__":
    main()
