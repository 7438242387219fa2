"""A store, two people of one team, and a real browser for each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from cluster_kit.forms.context import FormContext
from cluster_kit.responses import Store
from tests.browser import PATIENCE_MS
from tests.forms.harness import Seat, take_seat
from tests.forms.samples import make_context


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(f"sqlite:///{tmp_path / 'responses.sqlite3'}")
    yield store
    store.close()


@pytest.fixture
def ana(store: Store) -> FormContext:
    return make_context(store)


@pytest.fixture
def ben(store: Store) -> FormContext:
    return make_context(store, "ben", "Ben Cho")


@pytest.fixture
def cy(store: Store) -> FormContext:
    return make_context(store, "cy", "Cy Oda")


@pytest.fixture
def new_browser(browser: Browser) -> Iterator[Callable[[], BrowserContext]]:
    """A browser of somebody's own: nobody else's storage."""
    opened: list[BrowserContext] = []

    def make() -> BrowserContext:
        opened.append(browser.new_context(viewport={"width": 1280, "height": 900}))
        opened[-1].set_default_timeout(PATIENCE_MS)
        return opened[-1]

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def sit(new_browser: Callable[[], BrowserContext]) -> Callable[[FormContext, str], Seat]:
    """Somebody before an exercise, each in a browser of their own."""
    return lambda context, exercise: take_seat(new_browser(), context, exercise)
