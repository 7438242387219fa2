"""New SQLite stores, made from what the migrations made once in this process: a tenth of the time for each test.

``tests/store/test_upgrade.py`` makes all stores by the migrations, and compares the two kinds.
"""

from __future__ import annotations

from sqlalchemy import Connection

from cluster_kit.store import upgrade
from cluster_kit.store.backends import Database
from cluster_kit.store.schema import REVISION, VERSION_TABLE

make_by_migrations = upgrade._migrate
_MADE = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
_statements: list[str] = []


def make_new_stores_quickly() -> None:
    """From now on, new SQLite stores of this process are made by ``make``."""
    upgrade._migrate = make


def make(connection: Connection, database: Database) -> None:
    """Make an empty SQLite database a store by the statements of the first one; migrate any other database."""
    is_new = connection.dialect.name == "sqlite" and not connection.exec_driver_sql(_MADE).first()
    if not is_new or not _statements:
        make_by_migrations(connection, database)
        if is_new:
            _statements.extend(connection.exec_driver_sql(_MADE).scalars())
        return
    for statement in _statements:
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"INSERT INTO {VERSION_TABLE} VALUES (?)", (REVISION,))
