"""Shared servers, and a fixture to open their pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from cluster_kit.settings import Settings
from cluster_kit.store import Store
from tests.clock import clock
from tests.serving import Server, run_server

__all__ = ["clock"]


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with run_server(tmp_path_factory.mktemp("home"), "--grace", "2") as server:
        yield server


@pytest.fixture
def store(server: Server) -> Iterator[Store]:
    """The store of the running server."""
    with Store.open(server.settings.db_url) as store:
        yield store


@pytest.fixture(scope="package")
def proxied_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that trusts the headers of a proxy in front of it."""
    with run_server(tmp_path_factory.mktemp("proxied") / "home", "--behind-proxy") as server:
        yield server


@pytest.fixture(scope="package")
def _mortal_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("mortal") / "home"
    url = f"{Settings(home).db_url}?timeout=2"  # timeout for a locked database
    with run_server(home, "--grace", "2", "--db", url) as server:
        yield server


@pytest.fixture
def mortal_server(_mortal_server: Server) -> Server:
    """A running server to stop, kill, and restart. Its store keeps data of earlier tests."""
    if _mortal_server.process_ended():
        _mortal_server.start()
    return _mortal_server


@pytest.fixture
def join() -> Callable[..., Page]:
    """Open a person's link in a browser and wait for the first form."""

    def join(server: Server, context: BrowserContext, person: str, session: int = 1) -> Page:
        page = context.new_page()
        page.goto(server.link(person, session))
        page.wait_for_url(f"**/session/{session}")
        page.locator(".ck-widget .ck-form").first.wait_for()
        return page

    return join
