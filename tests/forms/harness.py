"""A form in a real browser, talking to the real handler and a real store, over a line that a test can cut."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import BrowserContext, Page, Route

from cluster_kit.forms.bundle import STATIC
from cluster_kit.forms.context import FormContext
from cluster_kit.forms.handler import FormHandler

ORIGIN = "http://127.0.0.1:1"
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A form</title><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/static/form.css"></head>
<body><main><h1>Session</h1><h2>Segment</h2><div id="form"></div></main>
<script type="module" src="/page.js"></script></body></html>"""
PAGE_JS = """
import form from "/static/form.js";
const opening = JSON.parse(await window.openForm());
const listeners = {};
const model = {
  get: (name) => opening[name],
  on: (event, callback) => (listeners[event] ??= []).push(callback),
  off: (event, callback) => (listeners[event] = (listeners[event] ?? []).filter((one) => one !== callback)),
  send: (content) => window.toKernel(JSON.stringify(content)).then((replies) => JSON.parse(replies).forEach(receive)),
};
const receive = (content) => (listeners["msg:custom"] ?? []).forEach((callback) => callback(content));
window.fromKernel = receive;
window.fire = (event) => (listeners[event] ?? []).forEach((callback) => callback());
window.states = [];
window.progress = {};
document.addEventListener("ck:state", (event) => window.states.push(event.detail));
document.addEventListener("ck:progress", (event) => (window.progress = event.detail));
window.stop = form.render({ model, el: document.getElementById("form") });
window.ready = true;
"""
TYPES = {".js": "text/javascript", ".css": "text/css"}


@dataclass
class Seat:
    """One person before one form. ``line`` is how things stand between page and kernel:

    ``up``; ``deaf``: what the page sends arrives, but no answer comes back; ``cut``: nothing arrives.
    """

    page: Page
    context: FormContext
    exercise: str
    line: Literal["up", "deaf", "cut"] = "up"
    received: list[dict[str, Any]] = field(default_factory=list)

    def open(self) -> Seat:
        """Load the page, and wait until the form is there."""
        self.page.expose_function("openForm", self._open)
        self.page.expose_function("toKernel", self._to_kernel)
        self.page.route(f"{ORIGIN}/**", _serve)
        self.page.goto(f"{ORIGIN}/")
        self._wait()
        return self

    def reload(self) -> None:
        """A new page and a new kernel; the browser's storage and the store stay."""
        self.page.reload()
        self._wait()

    def look(self) -> None:
        """What the kernel does each second."""
        sources, changes = self.handler.changed_sources(), self.handler.changes_since(self.seq)
        self.seq = changes["seq"]
        for content in (sources, changes, self.handler.changed_by_erasure(), self.handler.changed_room()):
            if content and self.line == "up":
                self.page.evaluate("(content) => window.fromKernel(content)", content)

    def current(self, prompt: str, row: str = "") -> list[Any]:
        """The values that stand in the store at an address."""
        found = self.context.current(self.context.session, self.exercise)
        return [r.value for r in found if (r.prompt, r.row) == (prompt, row)]

    def _wait(self) -> None:
        self.page.wait_for_function("window.ready === true")

    def _open(self) -> str:
        self.handler = FormHandler(self.context, self.exercise)
        schema, answers = self.handler.open()
        self.seq = answers["seq"]
        return json.dumps({"schema": schema, "answers": answers})

    def _to_kernel(self, text: str) -> str:
        content = json.loads(text)
        if self.line == "cut":
            return "[]"
        self.received.append(content)
        replies = self.handler.receive(content)
        return json.dumps(replies if self.line == "up" else [])


def take_seat(browser: BrowserContext, context: FormContext, exercise: str) -> Seat:
    """A new page of a browser, with the exercise open."""
    return Seat(browser.new_page(), context, exercise).open()


def _serve(route: Route) -> None:
    path = route.request.url.removeprefix(ORIGIN)
    if path == "/":
        route.fulfill(body=PAGE, content_type="text/html")
    elif path == "/page.js":
        route.fulfill(body=PAGE_JS, content_type="text/javascript")
    elif path.startswith("/static/"):
        file = STATIC / path.removeprefix("/static/")
        route.fulfill(body=file.read_text(encoding="utf-8"), content_type=TYPES[Path(file).suffix])
    else:
        route.fulfill(status=404, body="not found")
