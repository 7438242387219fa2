"""One visit of a real Chromium, while others come."""

from __future__ import annotations

import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.async_api import async_playwright

from cluster_kit.documents.browser import BROWSER_ARGUMENTS, find_browser

FIRST_FIELD = "main .ck-form input:visible, main .ck-form textarea:visible, main .ck-form select:visible"
PATIENCE_MS = 120_000


@dataclass(frozen=True)
class BrowserVisit:
    """Seconds to the first usable field with an empty cache and a full one, and what was fetched over the network."""

    cold_s: float
    warm_s: float
    cold_kb: float
    warm_kb: float
    cold_requests: int
    other_hosts: int

    def __str__(self) -> str:
        return (
            f"first field after {self.cold_s} s and {self.cold_kb} kB in {self.cold_requests} requests (empty cache), "
            f"{self.warm_s} s and {self.warm_kb} kB (second visit); {self.other_hosts} requests to other hosts"
        )


async def visit_with_chromium(link: str) -> BrowserVisit:
    """Open a link, wait for the first field, reload the page."""
    async with async_playwright() as playwright:
        program = find_browser(playwright.chromium.executable_path)
        browser = await playwright.chromium.launch(executable_path=program, args=BROWSER_ARGUMENTS)
        page = await browser.new_page()
        devtools = await page.context.new_cdp_session(page)
        await devtools.send("Network.enable")
        received, hosts = [0.0], []
        devtools.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
        page.on("request", lambda request: hosts.append(urlsplit(request.url).netloc))

        async def seconds_to_field() -> float:
            await page.locator(FIRST_FIELD).first.wait_for(timeout=PATIENCE_MS)
            return round(time.monotonic() - began, 2)

        began = time.monotonic()
        await page.goto(link)
        cold = await seconds_to_field()
        await page.wait_for_load_state("load")
        cold_kb, requests = sum(received) / 1024, len(hosts)
        received.clear()
        began = time.monotonic()
        await page.reload(wait_until="commit")
        warm = await seconds_to_field()
        await page.wait_for_load_state("load")
        warm_kb = sum(received) / 1024
        await browser.close()
        elsewhere = sum(host != urlsplit(link).netloc for host in hosts)
        return BrowserVisit(cold, warm, round(cold_kb, 1), round(warm_kb, 1), requests, elsewhere)
