"""The store's errors when its database is locked, full, missing, or not a database."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, Engine, event, make_url

from cluster_kit.store import Store, StoreUnavailableError, StoreUrlError
from tests.postgres import run_postgres, run_sql
from tests.store.samples import answer, read_line, running


def path_of(url: str) -> Path:
    return Path(str(make_url(url).database))


@contextmanager
def limited_to(pages: int) -> Iterator[None]:
    """Limit the size of SQLite files of connections made within the block."""

    def limit(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(Engine, "connect", limit)
    try:
        yield
    finally:
        event.remove(Engine, "connect", limit)


def test_a_locked_file_is_worth_another_try_and_can_still_be_read(sqlite_url: str) -> None:
    with Store.open(f"{sqlite_url}?timeout=0.05") as store:
        store.append([answer(id="before")])
        other = sqlite3.connect(path_of(sqlite_url), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailableError, match=r"locked\. Try again") as caught:
            store.append([answer(id="mine")])
        assert caught.value.retryable
        assert [response.id for response in store.current("2026")] == ["before"]
        other.execute("ROLLBACK")
        other.close()
        assert store.append([answer(id="mine", row="r")])[0].status == "saved"


def test_a_full_disk_keeps_what_is_there_and_takes_more_when_there_is_room(sqlite_url: str) -> None:
    with Store.open(sqlite_url) as store:
        store.append([answer(id="before")])
    with limited_to(pages=20), Store.open(sqlite_url) as store:
        with pytest.raises(StoreUnavailableError, match="no room left") as caught:
            store.append([answer(id="small", row="s"), answer(id="big", row="b", value="x" * 150_000)])
        assert caught.value.retryable
        assert [response.id for response in store.history("2026", "OH")] == ["before"]
    with Store.open(sqlite_url) as store:
        assert store.append([answer(id="big", row="b", value="x" * 150_000)])[0].status == "saved"


def test_a_file_of_another_kind_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("These are notes, and not a database at all. " * 50)
    before = path.read_bytes()
    with pytest.raises(StoreUnavailableError, match="file of another kind") as caught:
        Store.open(f"sqlite:///{path}")
    assert not caught.value.retryable
    assert path.read_bytes() == before


def test_a_damaged_file_is_named_as_such(sqlite_url: str) -> None:
    with Store.open(sqlite_url) as store:
        store.append([answer(row=f"{number}", value="x" * 3000) for number in range(30)])
    with path_of(sqlite_url).open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096 * 20)
    with pytest.raises(StoreUnavailableError, match="damaged"), Store.open(sqlite_url) as store:
        store.history("2026", "OH")


def test_a_folder_in_the_place_of_the_file_is_a_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailableError, match="Is a directory") as caught:
        Store.open(f"sqlite:///{tmp_path}")
    assert caught.value.place == str(tmp_path)


def test_a_file_in_the_place_of_the_folder_is_a_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailableError, match="cannot be opened for writing"):
        Store.open(f"sqlite:///{tmp_path}/file/responses.sqlite3")


def test_a_read_only_folder_is_a_clear_sentence(tmp_path: Path) -> None:
    """Root bypasses permissions unless it drops its capabilities, which the other process does."""
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    code = (
        "import sys; from cluster_kit.store import Store, StoreError\n"
        "try: Store.open(sys.argv[1])\n"
        "except StoreError as error: print(error)"
    )
    drop = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    with running("-c", code, f"sqlite:///{folder}/responses.sqlite3", before=drop) as process:
        assert "Permission denied. Check the path and its permissions." in read_line(process)


def test_a_database_that_is_opened_read_only_can_be_read_and_says_why_it_cannot_be_written(sqlite_url: str) -> None:
    with Store.open(sqlite_url) as store:
        store.append([answer(id="before")])
    with Store.open(f"{sqlite_url}?mode=ro") as store:
        assert [response.id for response in store.current("2026")] == ["before"]
        with pytest.raises(StoreUnavailableError, match="read-only"):
            store.append([answer()])


def test_a_file_that_was_deleted_while_in_use_is_not_mistaken_for_saved(sqlite_url: str) -> None:
    with Store.open(sqlite_url) as store:
        store.append([answer()])
        shutil.rmtree(path_of(sqlite_url).parent)
        with pytest.raises(StoreUnavailableError, match="Put it back in its place") as caught:
            store.append([answer(row="r")])
        assert caught.value.retryable
        assert not path_of(sqlite_url).exists()


def test_a_file_that_was_replaced_by_its_backup_while_in_use_is_used_from_then_on(sqlite_url: str) -> None:
    path = path_of(sqlite_url)
    with Store.open(sqlite_url) as store:
        store.append([answer(id="old")])
    backup = path.read_bytes()
    with Store.open(sqlite_url) as store:
        store.append([answer(id="later", row="r")])
        for file in path.parent.iterdir():
            file.unlink()
        path.write_bytes(backup)
        assert [response.id for response in store.current("2026")] == ["old"]
        store.append([answer(id="new", row="r")])
    with Store.open(sqlite_url) as store:
        assert [response.id for response in store.current("2026")] == ["old", "new"]


def test_the_file_is_for_its_owner_alone(sqlite_url: str) -> None:
    with Store.open(sqlite_url) as store:
        store.append([answer()])
        files = list(path_of(sqlite_url).parent.iterdir())
        assert len(files) == 3
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_relative_path_is_taken_from_the_folder_at_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Store.open("sqlite:///new/answers.sqlite3").close()
    assert (tmp_path / "new" / "answers.sqlite3").is_file()


def test_any_character_may_be_in_the_path(tmp_path: Path) -> None:
    path = tmp_path / "100 % #1? ünï" / "answers & more.sqlite3"
    with Store.open(URL.create("sqlite", database=str(path)).render_as_string()) as store:
        store.append([answer()])
    assert path.is_file()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://host/db", "responses.sqlite3", ""])
def test_a_url_that_cannot_be_used_is_answered_with_one_that_can(url: str) -> None:
    with pytest.raises(StoreUrlError, match=r"Write sqlite:///folder/responses\.sqlite3 or"):
        Store.open(url)


def test_a_password_is_never_shown() -> None:
    with pytest.raises(StoreUrlError) as refused:
        Store.open("mysql://me:hushhush@host/db")
    with pytest.raises(StoreUnavailableError) as unreachable:
        Store.open("postgresql://me:hushhush@127.0.0.1:1/db")
    assert "hushhush" not in f"{refused.value} {unreachable.value}"
    assert unreachable.value.retryable


def test_a_server_that_is_stopped_and_started_again_is_found_again(postgres_database: str) -> None:
    with Store.open(postgres_database) as store:
        store.append([answer(id="before")])
        name = make_url(postgres_database).database
        run_sql(
            make_url(postgres_database).set(database="postgres").render_as_string(),
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
        )
        assert store.append([answer(id="after", row="r")])[0].status == "saved"


def test_a_server_that_is_gone_is_worth_another_try() -> None:
    with run_postgres({"fsync": "off"}) as url:
        store = Store.open(url)
    with pytest.raises(StoreUnavailableError, match="cannot be reached") as caught:
        store.append([answer()])
    assert caught.value.retryable
    store.close()


def test_a_database_that_the_server_does_not_have_is_a_clear_sentence(postgres_url: str) -> None:
    url = make_url(postgres_url).set(database="nosuch").render_as_string()
    with pytest.raises(StoreUnavailableError, match=r"cannot be reached: .*nosuch.* does not exist.* Check the URL"):
        Store.open(url)


def test_a_database_that_takes_no_writes_now_is_worth_another_try(postgres_database: str) -> None:
    Store.open(postgres_database).close()
    name = make_url(postgres_database).database
    run_sql(postgres_database, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with Store.open(postgres_database) as store:
        with pytest.raises(StoreUnavailableError, match="read-only now") as caught:
            store.append([answer()])
        assert caught.value.retryable


def test_answers_are_durable_also_where_the_server_is_set_to_be_quick(postgres_database: str) -> None:
    name = make_url(postgres_database).database
    run_sql(postgres_database, f"ALTER DATABASE {name} SET synchronous_commit = off")
    with Store.open(postgres_database) as store, store._engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "on"


def test_sqlite_commits_reach_the_disk(sqlite_url: str) -> None:
    with Store.open(sqlite_url) as store, store._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
