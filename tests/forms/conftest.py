"""A store, two people of one team, and a browser for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from cluster_kit.exercises.context import FormContext
from cluster_kit.sessions import SessionLog
from cluster_kit.store import Store
from tests.browser import PATIENCE_MS
from tests.forms.harness import FormPage, open_form_page
from tests.forms.samples import make_context
from tests.forms.stepping import SteppedService, make_service


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(f"sqlite:///{tmp_path / 'responses.sqlite3'}")
    yield store
    store.close()


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'responses.sqlite3'}"
    return str(request.getfixturevalue("postgres_database"))


@pytest.fixture
def elsewhere(store: Store) -> Iterator[Store]:
    """The store as opened by another server."""
    with Store(store._database) as other:
        yield other


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
def session_log(store: Store, ana: FormContext) -> SessionLog:
    return SessionLog(store, "sample", ana.content.get_session(1))


@pytest.fixture
def serve() -> Iterator[Callable[[FormContext], SteppedService]]:
    """A form service without threads, for a context. It ends with the test."""
    services: list[SteppedService] = []

    def make(context: FormContext) -> SteppedService:
        services.append(make_service(context))
        return services[-1]

    yield make
    for service in services:
        service.close()


@pytest.fixture
def new_browser(browser: Browser) -> Iterator[Callable[[], BrowserContext]]:
    """New browser contexts with separate storage."""
    opened: list[BrowserContext] = []

    def make() -> BrowserContext:
        opened.append(browser.new_context(viewport={"width": 1280, "height": 900}))
        opened[-1].set_default_timeout(PATIENCE_MS)
        return opened[-1]

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def open_form(new_browser: Callable[[], BrowserContext]) -> Callable[[FormContext, str], FormPage]:
    """Opens an exercise for a person in a new browser."""
    return lambda context, exercise: open_form_page(new_browser(), context, exercise)
