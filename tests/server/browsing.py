"""Helpers for session pages in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, WebSocketRoute

from tests.browser import RULES, load_axe
from tests.serving import Server

KEYS_AT_ONCE = 10
# Each press of Tab first notes the stop that it leaves. When the focus has left the page, or is back at the first stop
# because the browser has nothing else to focus, further presses do nothing.
NOTE_STOPS = """() => {
  const walk = { stops: [], over: false };
  let isUnderWay = false, first, last;
  const note = (event) => {
    if (event.key !== "Tab") return;
    const stop = document.activeElement;
    walk.over ||= isUnderWay && (stop === document.body || (stop === first && stop !== last));
    if (walk.over) event.preventDefault();
    else if (isUnderWay) {
      walk.stops.push((DESCRIBE)());
      first ??= stop;
      last = stop;
    }
    isUnderWay = true;
  };
  addEventListener("keydown", note, true);
  walk.end = () => removeEventListener("keydown", note, true);
  window.walk = walk;
}"""

# The next stop is the first of the page, or with Shift the last.
START = """(isBackward) => {
  const mark = document.createElement("span");
  mark.tabIndex = -1;
  document.body[isBackward ? "append" : "prepend"](mark);
  mark.focus();
  mark.remove();
}"""

# Whether some of the focused element can be seen: nothing else is at five of its points in the window.
SEEN = """() => {
  const el = document.activeElement;
  const shown = el.matches("[type=radio], [type=checkbox]") ? (el.closest("label") ?? el) : el;
  const { left, top, width, height } = shown.getBoundingClientRect();
  const seen = [[.5, .5], [.1, .1], [.9, .1], [.1, .9], [.9, .9]].some(([x, y]) => {
    const at = document.elementFromPoint(left + x * width, top + y * height);
    return at && (shown.contains(at) || at.contains(shown));
  });
  return { seen, html: el.outerHTML.slice(0, 120) };
}"""


JUDGE_PLACE = """async (place, options) => {
  axe.configure({ noHtml: true });
  const { violations } = await axe.run(place, options);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ element }) => `${id}: ${element.outerHTML.slice(0, 300)}`));
}"""


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


def sign_in(server: Server, context: BrowserContext, person: str) -> None:
    """Sign in one of the server's people without loading a page."""
    with server.client(person) as client:
        context.add_cookies(
            [{"name": one.name, "value": str(one.value), "url": server.address} for one in client.cookies.jar]
        )


def stay(page: Page) -> Callable[[], bool]:
    """A function that tells whether the page has not been reloaded since."""
    page.evaluate("window.wasHereBefore = true")
    return lambda: bool(page.evaluate("window.wasHereBefore === true"))


def reconnect_now(*pages: Page) -> None:
    """Make pages reconnect immediately, as when a network returns, instead of with increasing delays."""
    for page in pages:
        page.evaluate("dispatchEvent(new Event('online'))")


def walk(page: Page, key: str, describe: str) -> list[Any]:
    """Press Tab from the beginning of the page, or Shift+Tab from its end, until the focus leaves it or goes around.

    Returns what ``describe``, a function in JavaScript, returns at each stop.
    """
    page.evaluate(NOTE_STOPS.replace("DESCRIBE", describe))
    *held, pressed = key.split("+")
    page.evaluate(START, bool(held))
    for one in held:
        page.keyboard.down(one)
    while not page.evaluate("walk.over"):
        for _ in range(KEYS_AT_ONCE):
            page.keyboard.press(pressed)
    for one in held:
        page.keyboard.up(one)
    stops: list[Any] = page.evaluate("() => { walk.end(); return walk.stops; }")
    return stops


def find_violations_in(place: Locator) -> list[str]:
    """axe-core violations in one part of a page; ``find_violations`` covers the whole page."""
    load_axe(place.page)
    options = {
        "runOnly": {"type": "tag", "values": RULES},
        "resultTypes": ["violations"],
        "elementRef": True,
        "selectors": False,
        "preload": False,
    }
    return list(place.evaluate(JUDGE_PLACE, options))
