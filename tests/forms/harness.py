"""A form in a real browser with the real form service and a real store, over a connection that a test can cut."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import BrowserContext, Page, Route

from cluster_kit.exercises.context import FormContext
from cluster_kit.forms.connection import FormConnection
from cluster_kit.forms.handler import FormHandler
from cluster_kit.models import Json
from cluster_kit.web import WEB
from cluster_kit.web.bundle import bundle_css, bundle_modules
from tests.browser import listen
from tests.forms.stepping import SteppedService, check_reply, check_request, make_service

ORIGIN = "http://127.0.0.1:1"
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A form</title><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/static/forms/form.css"></head>
<body><main><h1>Session</h1><h2>Segment</h2><div id="form"></div></main>
<script type="module" src="/page.js"></script></body></html>"""
PAGE_JS = """
import form from "/static/forms/form.js";
const state = JSON.parse(await window.openForm());
const listeners = {};
const model = {
  get: (name) => state[name],
  on: (event, callback) => (listeners[event] ??= []).push(callback),
  off: (event, callback) => (listeners[event] = (listeners[event] ?? []).filter((one) => one !== callback)),
  send: (content) => window.toService(JSON.stringify(content)).then((replies) => JSON.parse(replies).forEach(receive)),
};
const receive = (content) => (listeners["msg:custom"] ?? []).forEach((callback) => callback(content));
window.fromService = receive;
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
class FormPage:
    """One person's form, with its own form service on the shared store.

    ``line`` is the connection between page and service: ``up``; ``deaf``: messages from the page arrive, but replies
    are lost; ``cut``: nothing arrives.
    """

    page: Page
    context: FormContext
    exercise: str
    service: SteppedService
    line: Literal["up", "deaf", "cut"] = "up"
    received: list[dict[str, Any]] = field(default_factory=list)
    _connection: FormConnection | None = None
    _sent: list[Json] = field(default_factory=list)

    def open(self) -> FormPage:
        """Load the page, and wait for the form."""
        self.page.expose_function("openForm", self._open)
        self.page.expose_function("toService", self._to_service)
        self.page.route(f"{ORIGIN}/**", _serve)
        listen(self.page)
        self.page.goto(f"{ORIGIN}/")
        self._wait()
        return self

    def reload(self) -> None:
        """Reload the page with a new connection; the browser's storage and the store persist."""
        self.page.reload()
        self._wait()

    def look(self) -> None:
        """Poll, as the service does every second."""
        self.service.poll()
        for message in self._take():
            self.page.evaluate("(message) => window.fromService(message)", message)

    def opening(self) -> Json:
        """The opening that a new page of this person would receive now."""
        assert self._connection is not None
        return FormHandler(self._connection.context, self.exercise).open()

    def current(self, prompt: str, row: str = "") -> list[Any]:
        """The current values of a field in the store."""
        found = self.context.current(self.context.session, self.exercise)
        return [r.value for r in found if (r.prompt, r.row) == (prompt, row)]

    def close(self) -> None:
        """Stop the service."""
        self.service.close()

    def _wait(self) -> None:
        self.page.wait_for_function("() => window.ready === true")

    def _open(self) -> str:
        if self._connection:
            self._connection.close()
        self._sent.clear()
        context = self.context
        self._connection = self.service.connect(context.person, context.session, self._send, context.depth)
        self._connection.hello([(self.exercise, None)])
        [opening] = self._sent
        assert opening["type"] == "opening", opening
        self._sent.clear()
        schema = self.service.definitions.get(context.session, self.exercise).schema
        return json.dumps({"schema": schema, "opening": check_reply(opening)})

    def _send(self, _exercise: str, message: Json) -> None:
        self._sent.append(message)

    def _to_service(self, text: str) -> str:
        content = check_request(json.loads(text))
        if self.line == "cut" or self._connection is None:
            return "[]"
        self.received.append(content)
        self._connection.receive(self.exercise, content)
        return json.dumps(self._take())

    def _take(self) -> list[Json]:
        """Messages since the last call, as far as the connection delivers them."""
        sent = [check_reply(message) for message in self._sent]
        self._sent.clear()
        return sent if self.line == "up" else []


def open_form_page(browser: BrowserContext, context: FormContext, exercise: str) -> FormPage:
    """A new page with the exercise open. Its service ends with the browser."""
    form_page = FormPage(browser.new_page(), context, exercise, make_service(context))
    browser.on("close", lambda _browser: form_page.close())
    return form_page.open()


def _serve(route: Route) -> None:
    path = route.request.url.removeprefix(ORIGIN)
    if path == "/":
        route.fulfill(body=PAGE, content_type="text/html")
    elif path == "/page.js":
        route.fulfill(body=PAGE_JS, content_type="text/javascript")
    elif path.startswith("/static/"):
        route.fulfill(body=_read(path.removeprefix("/static/")), content_type=TYPES[Path(path).suffix])
    else:
        route.fulfill(status=404, body="not found")


@functools.cache
def _read(name: str) -> str:
    """A file, or the form's whole bundle, as the server sends them."""
    if name == "forms/form.js":
        return bundle_modules()
    return bundle_css() if name == "forms/form.css" else (WEB / name).read_text(encoding="utf-8")
