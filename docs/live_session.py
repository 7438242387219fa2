"""A session's pages in a browser, used as participants and a facilitator use them: for the tour, and for tests."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Locator, Page, ViewportSize, expect

PATIENCE_MS = 120_000
BUTTON_GUARD_MS = 2000
"""The console ignores a click sooner after a change than this."""
ALL_FORMS_READY = """() => {
  const widgets = [...document.querySelectorAll(".ck-widget")];
  return widgets.length > 0 && widgets.every((widget) => widget.querySelector(".ck-form"));
}"""


def open_session(new_context: Callable[..., BrowserContext], link: str, size: ViewportSize) -> Page:
    """A session page in a new context, with its forms ready. It shows one step, as it does at first."""
    context = new_context(viewport=size, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(link)
    page.wait_for_url("**/session/*")
    page.wait_for_function(ALL_FORMS_READY)
    return page


def open_console(new_context: Callable[..., BrowserContext], link: str, size: ViewportSize) -> Page:
    """A facilitator's console in a new context."""
    context = new_context(viewport=size, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(link)
    page.wait_for_url("**/console/*")
    return page


def go_to_step(page: Page, title: str) -> Locator:
    """Go to an exercise by the outline; returns its form, which is on the screen."""
    outline = page.get_by_role("navigation", name="Outline of the session")
    link = outline.locator(".ck-outline-steps").get_by_role("link").filter(has_text=title)
    if not link.is_visible():
        outline.locator("summary").click()
    link.click()
    expect(find_form(page, title)).to_be_visible()
    return find_form(page, title)


def find_form(page: Page, title: str) -> Locator:
    """An exercise's form."""
    return page.locator(".ck-form").and_(page.get_by_role("group", name=title, exact=True))


def rate(form: Locator, *points: int) -> None:
    """Rate an exercise's first statements."""
    items = form.locator(".ck-item:not([hidden]) > .ck-rating")
    for at, point in enumerate(points):
        items.nth(at).get_by_label(f"{point} ·").check()
    expect(form.locator(".ck-status")).to_contain_text("Saved at")


def begin_session(console: Page, title: str) -> None:
    """Begin with the segment of this title, although it is not time yet."""
    console.get_by_role("button", name=f"Begin: {title}").click()
    console.get_by_role("button", name="Begin now").click()
    expect(console.locator(".ck-show-now").filter(has_text=title)).to_be_visible()


def go_on(console: Page, title: str) -> None:
    """Go to the next segment, although exercises of the present one have not begun."""
    console.wait_for_timeout(BUTTON_GUARD_MS)
    console.get_by_role("button", name=re.compile(f"^Next(?: part)?: {re.escape(title)}")).click()
    skip = console.get_by_role("button", name="Skip and go on")
    began = console.locator(".ck-show-now").filter(has_text=title)
    expect(skip.or_(began).first).to_be_visible()
    if skip.is_visible():
        skip.click()
    expect(began).to_be_visible()


def reveal(console: Page) -> None:
    """Reveal the ratings of the exercise that is first on the console to their teams."""
    console.get_by_role("button", name=re.compile("^Show each team its ratings")).first.click()


def end_session(console: Page) -> None:
    """End the session."""
    console.get_by_role("button", name="End session").click()
    console.get_by_role("dialog").get_by_role("button", name="End session").click()
