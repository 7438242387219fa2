"""A session in a store, and a facilitator's console over it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cluster_kit.console.snapshot import Snapshot, SnapshotReader
from cluster_kit.content import load_content
from cluster_kit.content.facilitation import load_facilitation
from cluster_kit.content.models import Content
from cluster_kit.sessions import SessionLog
from cluster_kit.settings import sqlite_url
from cluster_kit.store import Person, Store
from tests.console.seeding import add_facilitator, add_teams

CONTENT = load_content("2026")
FACILITATION = load_facilitation(CONTENT)
SESSION = 1


@dataclass
class LiveSession:
    """One session with eight teams of two people."""

    store: Store
    fay: Person
    people: list[Person]
    content: Content = CONTENT
    number: int = SESSION

    def __post_init__(self) -> None:
        self.session = self.content.get_session(self.number)
        self.session_log = SessionLog(self.store, "2026", self.session)
        self.snapshot_reader = SnapshotReader(
            self.content, self.session, self.store, facilitation=FACILITATION, viewer=self.fay.id
        )

    def look(self) -> Snapshot:
        return self.snapshot_reader.read()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(sqlite_url(tmp_path / "kept.sqlite3")) as store:
        yield store


@pytest.fixture
def live_session(store: Store) -> LiveSession:
    return LiveSession(store, add_facilitator(store, "2026"), add_teams(store, CONTENT, 8))
