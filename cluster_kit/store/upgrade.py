"""Bring a database to this version's schema. What it takes to migrate is imported only when there is need."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, column, inspect, select, table

from cluster_kit.store.backends import Database
from cluster_kit.store.errors import NewerDatabaseError
from cluster_kit.store.schema import REVISION, VERSION_TABLE

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(engine: Engine, database: Database) -> None:
    """Migrate an empty or older database; leave one of this version alone; ``NewerDatabaseError`` for a newer one.

    Safe to run from many processes at once: one migrates, the others wait and find it done.
    """
    with engine.connect() as connection:
        if find_revision(connection) == REVISION:
            return
    with engine.connect() as connection:
        database.begin_write(connection, ["schema"])
        _migrate(connection, database)
        connection.commit()


def find_revision(connection: Connection) -> str | None:
    """The revision that the database is at; None when it has no tables of ours."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.scalar(select(column("version_num")).select_from(table(VERSION_TABLE)))


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
