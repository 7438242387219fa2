"""Copy a store while it is in use, check a copy, and load it again: SQLite's backup, and PostgreSQL's programs."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, Connection, Table, create_engine, func, inspect, select
from sqlalchemy.exc import DBAPIError

from cluster_kit.errors import ClusterKitError
from cluster_kit.store.backends import PostgreSQL, SQLite, find_database
from cluster_kit.store.schema import VERSION_TABLE, evaluations, events, metadata, responses
from cluster_kit.store.upgrade import find_revision

PRIVATE_FILE = 0o600


class DatabaseCopyError(ClusterKitError, RuntimeError):
    """A store cannot be copied, checked, or loaded."""


@dataclass(frozen=True)
class StoreSummary:
    """What a store holds: its schema's revision, and its rows by table."""

    revision: str
    counts: dict[str, int]


def copy_sqlite(database: SQLite, target: Path) -> StoreSummary:
    """Copy an SQLite store, which may be in use, and check the copy. Writers do not wait for it.

    The copy is one consistent snapshot, in one file without a write-ahead log. Raises ``DatabaseCopyError``, and
    ``OSError`` if the disk of the copy is full.
    """
    if not database.path.is_file():
        raise DatabaseCopyError(f"There is no store to copy at {database.path}.")
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE))
    try:
        with closing(_open_file(database.path)) as source, closing(_open_file(target)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE").fetchall()
    except sqlite3.Error as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target)) from error
        raise DatabaseCopyError(f"{database.path} cannot be copied: {error}.") from error
    _flush(target)
    return check_sqlite(target)


def check_sqlite(path: Path) -> StoreSummary:
    """What an SQLite store holds. Raises ``DatabaseCopyError`` if it is damaged."""
    try:
        with closing(_open_file(path)) as file:
            found = [str(row[0]) for row in file.execute("PRAGMA integrity_check(3)")]
            orphans = len(file.execute("PRAGMA foreign_key_check").fetchall())
    except sqlite3.Error as error:
        raise DatabaseCopyError(f"{path} is damaged: {error}.") from error
    if found != ["ok"] or orphans:
        reason = found[0].splitlines()[-1] if found != ["ok"] else f"{orphans} rows refer to rows that are missing"
        raise DatabaseCopyError(f"{path} is damaged: {reason}.")
    engine = create_engine(URL.create("sqlite", database=str(path)), hide_parameters=True)
    try:
        with engine.connect() as connection:
            return summarize_store(connection, str(path))
    finally:
        engine.dispose()


def count_changed_rows(path: Path, copy: Path) -> dict[str, int]:
    """By table, how many answers of a copy an SQLite store lacks or has with another content. Without damage, empty.

    Of events and evaluations, those with another content. None of them is changed once it is stored, so each is damage
    or loss. Erased answers do not count. Erased events are not recorded, so a missing one does not either. Raises
    ``DatabaseCopyError``.
    """
    try:
        with closing(_open_file(path)) as file:
            file.execute("ATTACH DATABASE ? AS copy", (f"file:{quote(str(copy))}?mode=ro",))
            found = {table.name: _count_changed(file, table) for table in (responses, events, evaluations)}
    except sqlite3.Error as error:
        raise DatabaseCopyError(f"{path} cannot be compared with {copy}: {error}.") from error
    return {name: count for name, count in found.items() if count}


def _count_changed(file: sqlite3.Connection, table: Table) -> int:
    columns = [column.name for column in table.columns]
    ours, theirs = (", ".join(f'{of}."{column}"' for column in columns) for of in ("ours", "theirs"))
    is_lost = "ours.id IS NULL AND theirs.id NOT IN (SELECT id FROM main.erased)" if table is responses else "false"
    query = (
        f"SELECT count(*) FROM copy.{table.name} AS theirs LEFT JOIN main.{table.name} AS ours ON ours.id = theirs.id "  # noqa: S608
        f"WHERE ({is_lost}) OR (ours.id IS NOT NULL AND ({ours}) IS NOT ({theirs}))"  # names of our own columns
    )
    return int(file.execute(query).fetchone()[0])


def summarize_store(connection: Connection, place: str) -> StoreSummary:
    """The revision and the number of rows of each table. Raises ``DatabaseCopyError`` if it is not a store."""
    revision = find_revision(connection)
    if revision is None:
        raise DatabaseCopyError(f"{place} is not a store of this kit: it has no table {VERSION_TABLE}.")
    present = set(inspect(connection).get_table_names())
    tables = [table for table in metadata.sorted_tables if table.name in present]
    counts = {table.name: int(connection.scalar(select(func.count()).select_from(table)) or 0) for table in tables}
    return StoreSummary(revision, counts)


def copy_postgres(database: PostgreSQL, target: Path) -> StoreSummary:
    """Dump a PostgreSQL store with ``pg_dump``. The counts are of the same snapshot as the dump.

    Raises a ``StoreError`` if the database fails, and ``DatabaseCopyError`` if a program is missing or fails.
    """
    program = find_postgres_program("pg_dump")
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE))
    engine = database.connect().execution_options(isolation_level="REPEATABLE READ")
    try:
        with engine.connect() as connection:
            snapshot = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
            found = summarize_store(connection, database.place)
            _run_program(
                [program, "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"],
                database,
                [f"--file={target}"],
            )
    except DBAPIError as error:
        raise database.explain(error) from error
    finally:
        engine.dispose()
    _flush(target)
    _run_program([find_postgres_program("pg_restore"), "--list"], None, [str(target)])
    return found


def load_postgres(dump: Path, database: PostgreSQL) -> StoreSummary:
    """Load a dump into an empty database, in one transaction. Raises ``DatabaseCopyError`` if it is not empty."""
    engine = database.connect()
    try:
        with engine.connect() as connection:
            if inspect(connection).get_table_names():
                raise DatabaseCopyError(f"{database.place} is not empty. Name an empty database with --db.")
        options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
        _run_program([find_postgres_program("pg_restore"), *options], database, [str(dump)])
        with engine.connect() as connection:
            return summarize_store(connection, database.place)
    except DBAPIError as error:
        raise database.explain(error) from error
    finally:
        engine.dispose()


def find_postgres_program(name: str) -> str:
    """The path of a PostgreSQL client program. Raises ``DatabaseCopyError`` if it is not installed."""
    found = shutil.which(name)
    if not found:
        raise DatabaseCopyError(
            f"{name} is not installed here. Install PostgreSQL's client programs (postgresql-client in Debian) in the "
            "database's version or a newer one, and try again."
        )
    return found


def find_store(url: str) -> SQLite | PostgreSQL:
    """The database of a URL. Raises ``StoreUrlError`` for a URL that the kit cannot use."""
    database = find_database(url)
    if not isinstance(database, SQLite | PostgreSQL):
        raise DatabaseCopyError(f"{database.place} is in a database that backups do not support.")
    return database


def _run_program(command: Sequence[str], database: PostgreSQL | None, arguments: Sequence[str]) -> None:
    """Run a PostgreSQL program. The password is passed in the environment, where other users cannot see it."""
    environment = dict(os.environ)
    where: list[str] = []
    if database is not None:
        parts = {**database.url.translate_connect_args(username="user", database="dbname"), **database.url.query}
        password = parts.pop("password", None)
        if password is not None:
            environment["PGPASSWORD"] = str(password)
        where = [f"--dbname={make_conninfo('', **parts)}"]
    done = subprocess.run(  # noqa: S603  (PostgreSQL's own program)
        [*command, *where, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.strip()] or ["no reason given"]
        raise DatabaseCopyError(f"{Path(command[0]).name} failed: {lines[0].strip().rstrip('.')}.")


def _open_file(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path))}?mode=rw", uri=True, timeout=15)


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
