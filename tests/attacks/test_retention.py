"""Deleting what is older than the retention period, while pages of that series are open and go on sending."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from cluster_kit.cli.demo import SERIES
from cluster_kit.maintenance.retention import apply_retention, plan_retention
from cluster_kit.server.stream.protocol import NOT_SIGNED_IN
from cluster_kit.store import Store
from tests.server.page_client import PageClient, until
from tests.serving import AVERY, Server, run_server

SECRET = "What Avery wrote"


@pytest.fixture(autouse=True)
def _server_is_well() -> None:
    """The server of the other attacks takes no part."""


@pytest.fixture
def old_server(tmp_path: Path) -> Iterator[Server]:
    home = tmp_path / "home"
    home.mkdir()
    with run_server(home) as server:
        yield server


def send_until_closed(page: PageClient) -> None:
    """Save and post as fast as the server answers."""
    while page.close_code is None:
        number = page.begin_save("goals", prompt="goals.statement", row="r1", value=f"{SECRET} {uuid.uuid4()}")
        page.send({"type": "command", "id": f"post-{number}", "kind": "park", "value": {"text": SECRET}})
        until(partial(is_answered, page, number), "the save is answered, or the page is closed")


def is_answered(page: PageClient, number: str) -> bool:
    return page.close_code is not None or page.find_reply("goals", number) is not None


def test_what_open_pages_send_does_not_come_back(old_server: Server) -> None:
    settings = old_server.settings
    with settings.file.open("a") as file:
        file.write("\n[retention]\ndays = 90\n")
    later = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=4_000)
    with Store.open(settings.db_url) as store, old_server.client(AVERY) as client:
        with old_server.connect(client, exercises=["goals"]) as page:
            assert page.save("goals", prompt="goals.statement", row="r1", value=SECRET)["type"] == "saved"
            plan = plan_retention(settings, store, later)
            assert [one.rows.series for one in plan.due] == [SERIES]
            apply_retention(settings, store, plan)
            with suppress(ConnectionClosed):
                send_until_closed(page)
            assert page.wait_closed() == NOT_SIGNED_IN
        assert client.get("/session/1").status_code == 403
        assert store.history(SERIES, "OH") == []
        assert store.people(SERIES) == []
        assert {one.kind for one in store.events(SERIES, 1)} == {"erasure"}, "pages learn of it"
        assert store.presence(SERIES, 1) == []
        assert plan_retention(settings, store, later).due == ()
