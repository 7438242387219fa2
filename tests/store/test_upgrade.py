from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from cluster_kit.store import NewerDatabaseError, Store, StoreUnavailableError, upgrade
from cluster_kit.store.schema import REVISION, VERSION_TABLE, metadata
from cluster_kit.store.upgrade import MIGRATIONS
from tests import new_stores
from tests.postgres import create_database
from tests.store.samples import ROOT, answer, read_line, running, tell


@pytest.fixture(autouse=True)
def _by_migrations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make new stores as users do."""
    monkeypatch.setattr(upgrade, "_migrate", new_stores.make_by_migrations)


def run(url: str, *statements: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def test_the_migrations_make_what_the_schema_says(store: Store, url: str) -> None:
    engine = create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": VERSION_TABLE, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_the_stores_of_other_tests_are_what_the_migrations_make(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def contents(name: str) -> list[str]:
        url = f"sqlite:///{tmp_path / name}"
        Store.open(url).close()
        with closing(sqlite3.connect(tmp_path / name)) as connection:
            return list(connection.iterdump())

    made = contents("migrations")
    monkeypatch.setattr(upgrade, "_migrate", new_stores.make)
    assert contents("first") == made
    monkeypatch.delattr(new_stores, "make_by_migrations")  # nothing is migrated any more
    assert contents("copy") == made


def test_the_newest_migration_is_the_one_that_the_schema_names() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == REVISION


def test_every_process_that_opens_an_empty_database_at_once_finds_it_ready(url: str) -> None:
    code = (
        "import sys; from cluster_kit.store import Store\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "store = Store.open(sys.argv[1]); print(store.latest_seq('2026', 'OH')); store.close()"
    )
    with (
        running("-c", code, url) as one,
        running("-c", code, url) as two,
        running("-c", code, url) as three,
        running("-c", code, url) as four,
    ):
        processes = (one, two, three, four)
        assert [read_line(process) for process in processes] == ["ready"] * 4
        for process in processes:
            tell(process, "go")
        assert [read_line(process) for process in processes] == ["0"] * 4


def test_a_migration_that_was_cut_short_left_nothing_and_is_made_whole(url: str) -> None:
    """A conflicting table makes the migration fail halfway; once it is dropped, the migration runs from the start."""
    if url.startswith("sqlite"):
        Store.open(url).close()
        run(url, *(f"DROP TABLE {table}" for table in [*reversed(list(metadata.tables)), VERSION_TABLE]))
    run(url, "CREATE TABLE erasures (id integer)")
    with pytest.raises(StoreUnavailableError, match="erasures"):
        Store.open(url)
    run(url, "DROP TABLE erasures")
    with Store.open(url) as store:
        assert store.append([answer()])[0].status == "saved"


def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(url: str) -> None:
    with Store.open(url) as store:
        store.append([answer(id="kept")])
    run(url, f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    with pytest.raises(NewerDatabaseError, match="newer version of the kit") as caught:
        Store.open(url)
    assert (caught.value.found, caught.value.newest) == ("9999", REVISION)
    run(url, f"UPDATE {VERSION_TABLE} SET version_num = '{REVISION}'")
    with Store.open(url) as store:
        assert [response.id for response in store.current("2026")] == ["kept"]


def test_a_store_that_is_open_stores_nothing_after_a_newer_version_has_migrated_it(url: str) -> None:
    with Store.open(url) as store:
        store.append([answer(id="kept")])
        run(url, f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
        with pytest.raises(NewerDatabaseError):
            store.append([answer(id="late", row="r")])
        run(url, f"UPDATE {VERSION_TABLE} SET version_num = '{REVISION}'")
        assert [response.id for response in store.history("2026", "OH")] == ["kept"]


def test_opening_a_database_that_is_up_to_date_imports_no_migration_tools_and_no_other_driver(sqlite_url: str) -> None:
    Store.open(sqlite_url).close()
    code = (
        "import sys; from cluster_kit.store import Store; Store.open(sys.argv[1]).close()\n"
        "print(sorted({'alembic', 'psycopg', 'sqlalchemy.orm', 'pandas'} & set(sys.modules)))"
    )
    with running("-c", code, sqlite_url) as process:
        assert read_line(process) == "[]"


def test_a_postgres_database_that_cannot_keep_all_letters_is_refused(postgres_url: str) -> None:
    url = create_database(postgres_url, "ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    with pytest.raises(StoreUnavailableError, match="encoding UTF8"):
        Store.open(url)


def test_the_migrations_are_inside_the_package() -> None:
    assert MIGRATIONS.is_relative_to(ROOT / "cluster_kit")
    assert (MIGRATIONS / "env.py").is_file()
