"""A deployment with answers, people, files, content, and settings, on SQLite and on PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from cluster_kit.settings import Settings
from cluster_kit.store import Person
from cluster_kit.store.deployment import open_deployment_store
from cluster_kit.store.files import open_file_store
from tests.store.samples import answer

UPLOADED = b"program,cip\nwelding,48.0508\n"


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """A home with an SQLite store."""
    settings = Settings(tmp_path / "home", series="2026")
    fill(settings)
    return settings


@pytest.fixture(params=["sqlite", "postgres"])
def deployment(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """A home, with its store in it or on PostgreSQL."""
    url = None if request.param == "sqlite" else str(request.getfixturevalue("postgres_database"))
    settings = Settings(tmp_path / "home", url, "2026")
    fill(settings)
    return settings


def fill(settings: Settings) -> None:
    """Two people of Ohio and one of Guam with answers, one of which names a file."""
    settings.secret()
    with open_deployment_store(settings) as store:
        for person, state in (("ana", "OH"), ("ben", "OH"), ("cruz", "GU")):
            store.add_person(Person(id=person, series="2026", jurisdiction=state, name=person.title()))
        digest = open_file_store(settings.files, "2026", "OH").keep(UPLOADED)
        listed = {"name": "programs.csv", "sha256": digest, "size": len(UPLOADED)}
        store.append([answer(id="by-ana", author="ana", row="a"), answer(id="by-ben", author="ben", row="b")])
        store.append([answer(id="list", author="ana", row="c", value=listed)])
        store.append([answer(id="guam", author="cruz", jurisdiction="GU")])
    (settings.home / "content").mkdir()
    (settings.home / "content" / "evaluation.yaml").write_text("schema_version: 1\n")
    (settings.home / "crosswalk").mkdir()
    (settings.home / "crosswalk" / "table.csv").write_text("a,b\n")
    settings.file.write_text('series = "2026"\n\n[contact]\nemail = "team@example.org"\n')


def make_much_content(settings: Settings) -> None:
    """Add files of which copying takes long enough to be interrupted."""
    for number in range(2000):
        (settings.home / "content" / f"{number}.txt").write_text(f"{number}\n")


def read_ids(settings: Settings, state: str = "OH") -> list[str]:
    """The ids of a state's answers."""
    with open_deployment_store(settings) as store:
        return [one.id for one in store.history("2026", state)]
