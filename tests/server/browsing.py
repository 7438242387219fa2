"""Helpers for session pages in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, WebSocketRoute

from tests.browser import RULES, load_axe


class Lines:
    """WebSocket connections of pages that can be cut silently: ``route_web_socket(..., carry)``."""

    def __init__(self) -> None:
        self.opened: list[WebSocketRoute] = []
        self._dead: set[WebSocketRoute] = set()

    def carry(self, page: WebSocketRoute) -> None:
        """Relay messages in both directions."""
        server = page.connect_to_server()
        self.opened.append(page)
        page.on_message(lambda message: None if page in self._dead else server.send(message))
        server.on_message(lambda message: None if page in self._dead else page.send(message))

    def cut(self) -> None:
        """Stop relaying on open connections."""
        self._dead.update(self.opened)


def stay(page: Page) -> Callable[[], bool]:
    """A function that tells whether the page has not been reloaded since."""
    page.evaluate("window.wasHereBefore = true")
    return lambda: bool(page.evaluate("window.wasHereBefore === true"))


def reconnect_now(*pages: Page) -> None:
    """Make pages reconnect immediately, as when a network returns, instead of with increasing delays."""
    for page in pages:
        page.evaluate("dispatchEvent(new Event('online'))")


def find_violations_in(place: Locator) -> list[str]:
    """axe-core violations in one part of a page; ``find_violations`` covers the whole page."""
    load_axe(place.page)
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"], "preload": False}
    found: dict[str, Any] = place.evaluate("(place, options) => axe.run(place, options)", options)
    return [f"{one['id']}: {node['html']}" for one in found["violations"] for node in one["nodes"]]
