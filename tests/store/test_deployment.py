"""A home that had a store does not open an empty one in its place."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest

from cluster_kit.home_record import HOME_FILE
from cluster_kit.settings import Settings
from cluster_kit.store import Store
from cluster_kit.store.deployment import open_deployment_store
from cluster_kit.store.errors import LostStoreError
from tests.postgres import run_sql
from tests.store.samples import answer


def fill(settings: Settings) -> None:
    with open_deployment_store(settings) as store:
        store.append([answer(id="kept")])


def read(settings: Settings) -> list[str]:
    with open_deployment_store(settings) as store:
        return [one.id for one in store.history("2026", "OH")]


def test_a_missing_store_is_not_replaced_by_an_empty_one(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "home")
    fill(settings)
    file = settings.home / "responses.sqlite3"
    assert stat.S_IMODE(file.stat().st_mode) == stat.S_IMODE((settings.home / HOME_FILE).stat().st_mode) == 0o600
    file.unlink()
    with pytest.raises(LostStoreError, match=r"had one.*home\.json"):
        open_deployment_store(settings)
    assert not file.exists()
    (settings.home / HOME_FILE).unlink()
    assert read(settings) == []


def test_an_empty_file_in_place_of_the_store_is_refused(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    fill(settings)
    (tmp_path / "responses.sqlite3").write_bytes(b"")
    with pytest.raises(LostStoreError):
        open_deployment_store(settings)


def test_an_emptied_postgres_database_is_refused(tmp_path: Path, postgres_database: str) -> None:
    settings = Settings(tmp_path, postgres_database)
    fill(settings)
    run_sql(postgres_database, "DROP SCHEMA public CASCADE")
    run_sql(postgres_database, "CREATE SCHEMA public")
    with pytest.raises(LostStoreError, match="had one"):
        open_deployment_store(settings)


def test_a_home_can_be_moved_and_can_change_its_store(tmp_path: Path) -> None:
    fill(Settings(tmp_path / "before"))
    shutil.move(tmp_path / "before", tmp_path / "after")
    assert read(Settings(tmp_path / "after")) == ["kept"]
    other = Settings(tmp_path / "after", f"sqlite:///{tmp_path / 'other.sqlite3'}")
    assert read(other) == []
    (tmp_path / "after" / "responses.sqlite3").unlink()
    with pytest.raises(LostStoreError):
        open_deployment_store(Settings(tmp_path / "after"))


def test_a_store_of_a_home_without_a_record_is_opened_and_remembered(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    with Store.open(settings.db_url) as store:
        store.append([answer(id="older")])
    assert read(settings) == ["older"]
    (tmp_path / "responses.sqlite3").unlink()
    with pytest.raises(LostStoreError):
        open_deployment_store(settings)
