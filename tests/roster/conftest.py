"""A series, an empty store, and lists of people as staff save them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cluster_kit.content import Content, load_content
from cluster_kit.roster.importing import RosterImport, import_roster
from cluster_kit.roster.lists.staff_list import read_roster
from cluster_kit.settings import Settings
from cluster_kit.store import Store


@pytest.fixture(scope="session")
def content() -> Content:
    return load_content("2026")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "home").mkdir()
    return Settings(tmp_path / "home")


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with Store.open(settings.db_url) as store:
        yield store


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Path]:
    """A file with this text, in this encoding."""

    def save(text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "people.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return save


@pytest.fixture
def take(content: Content, store: Store, save: Callable[..., Path]) -> Callable[..., RosterImport]:
    """Import a list with this text."""

    def take(text: str, *, dry_run: bool = False) -> RosterImport:
        return import_roster(content, store, read_roster(content, save(text)), dry_run=dry_run)

    return take
