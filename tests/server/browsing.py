"""Session pages in a real browser: what several tests do with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, WebSocketRoute

from tests.browser import AXE, RULES


class Lines:
    """The connections of pages, which can be cut without a sign to either side: ``route_web_socket(..., carry)``."""

    def __init__(self) -> None:
        self.opened: list[WebSocketRoute] = []
        self._dead: set[WebSocketRoute] = set()

    def carry(self, page: WebSocketRoute) -> None:
        """Pass on what either side sends."""
        server = page.connect_to_server()
        self.opened.append(page)
        page.on_message(lambda message: None if page in self._dead else server.send(message))
        server.on_message(lambda message: None if page in self._dead else page.send(message))

    def cut(self) -> None:
        """Pass on no more of what is open now."""
        self._dead.update(self.opened)


def stay(page: Page) -> Callable[[], bool]:
    """Whether the page is still the one that it is now, and was not loaded again."""
    page.evaluate("window.wasHereBefore = true")
    return lambda: bool(page.evaluate("window.wasHereBefore === true"))


def reconnect_now(*pages: Page) -> None:
    """Let pages try at once to connect, as when a network comes back; else they try less and less often."""
    for page in pages:
        page.evaluate("dispatchEvent(new Event('online'))")


def find_violations_in(place: Locator) -> list[str]:
    """What axe-core finds wrong in one part of a page, as ``find_violations`` does in all of it."""
    place.page.evaluate(AXE.read_text(encoding="utf-8"))
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"], "preload": False}
    found: dict[str, Any] = place.evaluate("(place, options) => axe.run(place, options)", options)
    return [f"{one['id']}: {node['html']}" for one in found["violations"] for node in one["nodes"]]
