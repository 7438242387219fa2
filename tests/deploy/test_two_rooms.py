"""One room on two servers: people on either see each other, through a real nginx and one PostgreSQL."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from cluster_kit.meeting.doings import BeginSegment, Broadcast
from cluster_kit.settings import Settings
from tests.deploy.test_two_servers import come_to, run_deployment
from tests.live.floors import Facilitator
from tests.live.test_boards import SOON_MS, post_of, write
from tests.postgres import create_database
from tests.serving import AVERY, TASI

pytestmark = pytest.mark.browser


def test_states_on_two_servers_see_each_other_and_the_facilitator_without_asking(
    tmp_path: Path, postgres_url: str, browser: Browser
) -> None:
    database = create_database(postgres_url)
    with run_deployment(tmp_path, database) as deployment, ExitStack() as people:
        avery = come_to(deployment, browser, people, AVERY, 0)
        tasi = come_to(deployment, browser, people, TASI, 1)
        facilitator = Facilitator(Settings(tmp_path / "one", database))
        people.callback(facilitator.store.close)
        facilitator.do(BeginSegment(), "framing")
        facilitator.do(Broadcast(text="Good morning, Guam"))
        for page in (avery, tasi):
            expect(page.locator(".ck-room-now")).to_be_visible(timeout=SOON_MS)
            expect(page.locator("#ck-room")).to_contain_text("Good morning, Guam", timeout=SOON_MS)
        write(avery, "From Ohio, on one server")
        expect(post_of(tasi, "From Ohio, on one server")).to_be_visible(timeout=SOON_MS)
        write(tasi, "From Guam, on the other")
        expect(avery.get_by_role("button", name="1 new post")).to_be_visible(timeout=SOON_MS)
