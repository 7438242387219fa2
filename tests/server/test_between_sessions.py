"""The end of a session page says what to do before the next session."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from cluster_kit.content import load_content
from cluster_kit.insights.assignments import find_assignment
from cluster_kit.server.pages.pages import find_assistance
from tests.browser import find_violations
from tests.serving import AVERY, Server

pytestmark = pytest.mark.browser
Join = Callable[..., Page]


def test_the_page_ends_with_the_assignment_its_due_date_and_where_to_rate(
    server: Server, context: BrowserContext, join: Join
) -> None:
    page = join(server, context, AVERY)
    section = page.locator(".ck-between")
    expect(section.get_by_role("heading")).to_have_text("Before the next session")
    due = dt.date.fromisoformat(section.locator("time").get_attribute("datetime") or "")
    content = load_content("demo", server.home / "content")
    assignment = find_assignment(content, 1)
    assert assignment is not None
    assert due == assignment.due == content.get_meeting(2).date - dt.timedelta(days=14)
    expect(section.locator("time")).to_have_text(re.compile(rf"^\w+day, \w+ {due.day}, {due.year}$"))
    expect(section.get_by_role("link")).to_have_count(len(assignment.areas) + 1)
    form = section.get_by_role("link", name=re.compile("on systems alignment$")).first
    expect(form).to_have_attribute("href", "/session/1#segment-policy_tool")
    assert page.locator("main .ck-step").last.locator("section").first.get_attribute("class") == "ck-between"
    section.scroll_into_view_if_needed()
    assert find_violations(page) == []


def test_the_last_session_looks_ahead_without_a_next_one(server: Server, context: BrowserContext, join: Join) -> None:
    page = join(server, context, AVERY, session=4)
    expect(page.locator(".ck-between").get_by_role("heading")).to_have_text("After the last session")
    page.get_by_role("link", name="Ask for technical assistance").click()
    page.wait_for_url("**/session/1#segment-next_steps")
    expect(page.locator('[data-exercise="assistance"] .ck-form')).to_be_visible()


def test_a_series_without_the_form_offers_no_link() -> None:
    content = load_content("2026")
    assert find_assistance(content) == "/session/1#segment-next_steps"
    sessions = tuple(
        session.model_copy(update={"exercises": tuple(e for e in session.exercises if e.id != "assistance")})
        for session in content.sessions
    )
    assert find_assistance(content.model_copy(update={"sessions": sessions})) == ""
