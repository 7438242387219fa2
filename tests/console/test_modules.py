"""A page loads only the kit's own modules for widgets, whatever name a widget gives."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.console.harness import ORIGIN, serve

MOUNT = """async (module) => {
  const { KernelModels } = await import("/static/session/kernel_models.js");
  const el = document.createElement("div");
  el.dataset.modelId = module;
  const state = document.createElement("script");
  state.type = "application/json";
  state.textContent = JSON.stringify({ module, view: { done: [] } });
  el.append(state);
  document.body.replaceChildren(el);
  const kernel = new EventTarget();
  kernel.send = () => {};
  new KernelModels(kernel).mount(el);
}"""


@pytest.mark.browser
@pytest.mark.parametrize(
    ("module", "is_shown"),
    [
        ("console/record.js", True),
        ("https://example.org/evil.js", False),
        ("//example.org/evil.js", False),
        ("console/../session/join.js", False),
        ("data:text/javascript,document.title='taken'", False),
        ("session/join.js", False),
        ("", False),
    ],
)
def test_only_modules_of_ours_are_loaded(context: BrowserContext, module: str, is_shown: bool) -> None:
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route(f"{ORIGIN}/**", serve)
    page.goto(f"{ORIGIN}/nothing")
    page.evaluate(MOUNT, module)
    shown = page.get_by_role("heading", name="Activity log")
    sorry = page.get_by_text("This part could not be opened.")
    expect(shown if is_shown else sorry).to_be_visible()
    assert not [url for url in asked if "evil" in url or "join" in url or url.startswith("data:")]
