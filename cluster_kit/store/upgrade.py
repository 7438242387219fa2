"""Upgrade a database to this version's schema. Alembic is imported only if a migration is needed."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, Select, String, column, inspect, select, table

from cluster_kit.store.backends import Database
from cluster_kit.store.errors import NewerDatabaseError, StoreGoneError
from cluster_kit.store.schema import REVISION, VERSION_TABLE

MIGRATIONS = Path(__file__).parent / "migrations"
_REVISION: Select[str] = select(column("version_num", String)).select_from(table(VERSION_TABLE))


def upgrade(engine: Engine, database: Database, *, create: bool = True) -> None:
    """Migrate an empty or older database. Raises ``NewerDatabaseError`` for a newer one.

    Raises ``StoreGoneError`` for an empty one if ``create`` is false.

    Many processes may call this at once: one migrates, and the others wait for it.
    """
    with engine.connect() as connection:
        revision = find_revision(connection)
        if revision == REVISION:
            return
        if revision is None and not create:
            raise StoreGoneError(database.place)
    with engine.connect() as connection:
        database.begin_write(connection, ["schema"])
        database.begin_migration(connection)
        _migrate(connection, database)
        connection.commit()


def find_revision(connection: Connection) -> str | None:
    """The database's revision; None if it has no tables of the kit."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return read_revision(connection)


def read_revision(connection: Connection) -> str | None:
    """The revision of a database that has tables of the kit."""
    return connection.scalar(_REVISION)


def _migrate(connection: Connection, database: Database) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    revision = find_revision(connection)
    if revision is None:
        database.check_new(connection)
    elif revision not in {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}:
        raise NewerDatabaseError(database.place, revision, REVISION)
    command.upgrade(config, "head")
