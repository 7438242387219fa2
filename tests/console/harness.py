"""The console in a real browser, with a real store, over a connection that a test can cut."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Literal

from playwright.sync_api import Page, Route

from cluster_kit.console import Console
from cluster_kit.console.panel import Panel
from cluster_kit.web import WEB
from tests.browser import listen

ORIGIN = "http://127.0.0.1:1"
TYPES = {".js": "text/javascript", ".css": "text/css"}
PANELS = {
    "top": ["run_of_show", "attention"],
    "teams": ["cues", "exercises", "people"],
    "results": ["discuss", "results", "breakouts"],
    "messages": [
        "prepared",
        "shared_screen",
        "questions",
        "polls",
        "announcements",
        "boards",
        "examples",
        "record",
    ],
}
PAGE = """<!doctype html>
<html lang="en" class="ck-console"><head><meta charset="utf-8"><title>The console</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/session/page.css"><link rel="stylesheet" href="/static/console/console.css">
<link rel="stylesheet" href="/static/session/console.css">
</head><body><main class="ck-console-main"><h1 class="ck-hidden">Console</h1>COLUMNS</main>
<script type="module" src="/page.js"></script></body></html>"""
PAGE_JS = """
const models = {};
const modelOf = (name, state) => {
  const listeners = {};
  return models[name] = {
    get: (key) => state[key],
    on: (event, callback) => (listeners[event] ??= []).push(callback),
    off: (event, callback) => (listeners[event] = (listeners[event] ?? []).filter((one) => one !== callback)),
    send: async (content) => {
      JSON.parse(await window.toKernel(name, JSON.stringify(content))).forEach(models[name].receive);
    },
    receive: (content) => (listeners["msg:custom"] ?? []).forEach((callback) => callback(content)),
    fire: (event) => (listeners[event] ?? []).forEach((callback) => callback()),
  };
};
window.fromKernel = (name, content) => models[name]?.receive(content);
window.fire = (event) => Object.values(models).forEach((model) => model.fire(event));
const states = JSON.parse(await window.openConsole());
for (const el of document.querySelectorAll("[data-panel]")) {
  const { default: widget } = await import(`/static/${states[el.dataset.panel].module}`);
  widget.render({ model: modelOf(el.dataset.panel, states[el.dataset.panel]), el });
}
window.ready = true;
"""


@dataclass
class Screen:
    """A facilitator at the console. ``line``: ``up``; ``deaf``: replies are lost; ``cut``: nothing arrives."""

    page: Page
    console: Console
    line: Literal["up", "deaf", "cut"] = "up"
    received: list[dict[str, Any]] = field(default_factory=list)
    panels: dict[str, Panel] = field(default_factory=dict)

    def open(self) -> Screen:
        self.panels = {name: getattr(self.console, name)() for names in PANELS.values() for name in names}
        for name, panel in self.panels.items():
            panel.send = lambda content, name=name: self._from_kernel(name, content)
        self.told: list[tuple[str, Any]] = []
        states = {name: {"view": panel.view, "module": panel.module} for name, panel in self.panels.items()}
        self.page.expose_function("openConsole", lambda: json.dumps(states))
        self.page.expose_function("toKernel", self._to_kernel)
        listen(self.page)
        self.page.route(f"{ORIGIN}/**", serve)
        self.page.goto(f"{ORIGIN}/")
        self.page.wait_for_function("() => window.ready === true")
        return self

    def look(self) -> None:
        """Poll once, as the console does every second, and deliver the updates."""
        self.console.update()
        told, self.told = self.told, []
        for name, content in told:
            if self.line == "up":
                self.page.evaluate("([name, content]) => window.fromKernel(name, content)", [name, content])

    def _from_kernel(self, name: str, content: Any) -> None:
        self.told.append((name, content))

    def _to_kernel(self, name: str, text: str) -> str:
        content = json.loads(text)
        if self.line == "cut":
            return "[]"
        self.received.append(content)
        replies = self.panels[name].receive(content)
        return json.dumps(replies if self.line == "up" else [])


def serve(route: Route) -> None:
    path = route.request.url.removeprefix(ORIGIN)
    if path == "/":
        columns = "".join(
            f'<div class="ck-console-{column}">'
            + "".join(f'<div data-panel="{name}"></div>' for name in names)
            + "</div>"
            for column, names in PANELS.items()
        )
        route.fulfill(body=PAGE.replace("COLUMNS", columns), content_type="text/html")
    elif path == "/page.js":
        route.fulfill(body=PAGE_JS, content_type="text/javascript")
    elif path.startswith("/static/"):
        file = WEB / path.removeprefix("/static/")
        route.fulfill(body=file.read_text(encoding="utf-8"), content_type=TYPES[file.suffix])
    else:
        route.fulfill(status=404, body="not found")
