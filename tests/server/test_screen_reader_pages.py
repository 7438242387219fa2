"""What Orca says while a person joins by code with the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page

from cluster_kit.roster.codes import list_codes
from cluster_kit.store import Store
from tests.browser import PATIENCE_MS
from tests.screen_reader import IS_INSTALLED, ScreenReader, run_screen_reader
from tests.serving import Server

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not IS_INSTALLED, reason="Orca, Xvfb, or D-Bus is not installed"),
]
STATE = "MT"
MOST_WHILE_JOINING = 45


@contextmanager
def listen(browser: Browser) -> Iterator[tuple[ScreenReader, Page]]:
    """A screen reader, and a page of the browser that it reads."""
    with run_screen_reader(browser) as reader, reader.browser.new_context(no_viewport=True) as context:
        context.set_default_timeout(PATIENCE_MS)
        yield reader, context.new_page()


def test_orca_leads_from_the_code_to_the_session(server: Server, browser: Browser) -> None:
    with Store.open(server.settings.db_url) as store:
        code = list_codes(store, "demo", [STATE])[STATE]
    with listen(browser) as (reader, page):
        page.goto(f"{server.address}/join")
        reader.wait_for("Team code")
        page.keyboard.type("jjj 2222")
        page.keyboard.press("Enter")
        reader.wait_for("This code opens no team here")
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(code)
        before = len(reader.said)
        page.keyboard.press("Enter")
        reader.wait_for("Your name", before)
        reader.wait_for("Use the name that your teammates know", before)
        page.keyboard.type("Facilitator")
        page.keyboard.press("Enter")
        reader.wait_for("This name belongs to the people who run the workshop", before)
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type("Wren Sample")
        before = len(reader.said)
        page.keyboard.press("Enter")
        page.wait_for_url("**/session/1")
        reader.wait_for("Session 1:", before)
        said = reader.said
    assert len(said) <= MOST_WHILE_JOINING, said
