"""The database backends, SQLite and PostgreSQL: connections, locks, and the meaning of driver errors."""

from __future__ import annotations

import hashlib
import os
import random
import sqlite3
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError

from cluster_kit.store.errors import StoreGoneError, StoreUnavailableError, StoreUrlError

WAIT_S = 15
"""Lock timeout of a call, in seconds."""
PACE_S = (0.001, 0.003)
"""The range of the random pause between two attempts to lock an SQLite file, in seconds."""


STATEMENT_S = 60
"""The longest that a statement may run on PostgreSQL, in seconds. Migrations have no limit."""
_POSTGRES_LIMITS = {
    "connect_timeout": 10,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""libpq's parameters that notice a server or network that is gone. The URL may set others."""


class Database(Protocol):
    """A database backend."""

    place: str

    def connect(self, *, create: bool = True) -> Engine:
        """An engine that configures its connections. It does not connect yet.

        Raises ``StoreGoneError`` if the database is missing and ``create`` is false.
        """

    def begin_write(self, connection: Connection, names: Iterable[str]) -> None:
        """Begin a transaction that holds the write locks of these names. A commit is durable."""

    def explain(self, error: DBAPIError) -> StoreUnavailableError:
        """The error to raise for a driver's error, with its reason in a sentence."""

    def check_new(self, connection: Connection) -> None:
        """Raise ``StoreUnavailableError`` for a new database that cannot store Unicode text."""

    def begin_migration(self, connection: Connection) -> None:
        """Prepare a write transaction for statements that take long."""

    def forget_deleted(self, engine: Engine, wait_s: float = WAIT_S) -> None:
        """Remove deleted data from the database's log files. Wait this long for readers and writers to finish."""


def find_database(url: str) -> Database:
    """The backend for an SQLAlchemy URL. Raises ``StoreUrlError`` for a URL that the kit cannot use."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    backend = parsed.get_backend_name() if parsed else ""
    if parsed and backend == "sqlite" and parsed.database not in {None, "", ":memory:"}:
        return SQLite(parsed)
    if parsed and backend in {"postgresql", "postgres"}:
        return PostgreSQL(parsed)
    shown = parsed.render_as_string(hide_password=True) if parsed else "that was given"
    raise StoreUrlError(
        f"The database URL {shown} cannot be used. Write sqlite:///folder/responses.sqlite3 or"
        " postgresql+psycopg://user:password@host/database."
    )


class SQLite:
    """One file. Writers are serialized; readers never wait."""

    def __init__(self, url: URL) -> None:
        self.path = Path(str(url.database)).absolute()  # stays valid when the working directory changes
        self.place = str(self.path)
        # mode=rw: open an existing file. Only ``connect`` creates one.
        query = {"mode": "rw", "timeout": str(WAIT_S), **url.query, "uri": "true"}
        self.wait_s = float(str(query["timeout"]))
        self.url = url.set(database=f"file:{quote(self.place)}", query=query)

    def connect(self, *, create: bool = True) -> Engine:
        """Create the file (readable only by its owner) and its folder if they are missing.

        Raises ``StoreGoneError`` if they are missing and ``create`` is false.
        """
        if not create and not self.path.exists():
            raise StoreGoneError(self.place)
        if self.url.query["mode"] == "rw":
            self._make_file()
        engine = create_engine(self.url, hide_parameters=True, max_overflow=-1)
        event.listen(engine, "connect", self._prepare)
        event.listen(engine, "checkout", self._check_still_there)
        event.listen(engine, "begin", self._begin)
        return engine

    def _make_file(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            reason = f"cannot be opened for writing: {error.strerror}. Check the path and its permissions."
            raise StoreUnavailableError(self.place, reason, retryable=False) from error

    def _prepare(self, connection: Any, record: Any) -> None:
        record.info["file"] = self._find_file()
        connection.isolation_level = None  # BEGIN and SAVEPOINT are explicit
        self._write_ahead(connection)
        connection.execute("PRAGMA synchronous = FULL")  # commits survive a power failure
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA foreign_keys = ON")

    def _write_ahead(self, connection: Any) -> None:
        """Enable write-ahead logging. SQLite's busy handler does not wait for the exclusive lock that this needs."""
        give_up = time.monotonic() + self.wait_s
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                    raise
                time.sleep(random.uniform(*PACE_S))  # noqa: S311  (not a secret)

    def _check_still_there(self, _connection: object, record: Any, _proxy: object) -> None:
        """Force a reconnect if the file was deleted or replaced after the connection was opened."""
        if record.info["file"] != self._find_file():
            raise DisconnectionError

    def _find_file(self) -> tuple[int, int] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _begin(self, connection: Connection) -> None:
        if not connection.get_execution_options().get("writing", False):
            connection.exec_driver_sql("BEGIN")
            return
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA busy_timeout = 0")
        try:
            if not self._acquire_lock(driver):
                connection.exec_driver_sql("BEGIN IMMEDIATE")  # the last attempt, which raises the error
        finally:
            driver.execute(f"PRAGMA busy_timeout = {self.wait_s * 1000:.0f}")

    def _acquire_lock(self, driver: Any) -> bool:
        """Begin a write transaction as soon as the lock is free; return False on a timeout or another error.

        Retries at a constant rate. SQLite's busy handler backs off, which starves the longest waiters.
        """
        give_up = time.monotonic() + self.wait_s
        while time.monotonic() < give_up:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    return False
                time.sleep(random.uniform(*PACE_S))  # noqa: S311  (not a secret)
            else:
                return True
        return False

    def begin_write(self, connection: Connection, names: Iterable[str]) -> None:  # noqa: ARG002
        """Lock the whole file: SQLite has one write lock."""
        connection.execution_options(writing=True).begin()

    def explain(self, error: DBAPIError) -> StoreUnavailableError:
        """Map SQLite's primary result code to a reason."""
        code = getattr(error.orig, "sqlite_errorcode", -1) & 0xFF
        reason, retryable = _SQLITE_REASONS.get(code, (f"answered with an error: {_last_line(error)}", False))
        return StoreUnavailableError(self.place, reason, retryable=retryable)

    def check_new(self, connection: Connection) -> None:
        """Do nothing: SQLite stores UTF-8."""

    def begin_migration(self, connection: Connection) -> None:
        """Do nothing: statements have no time limit."""

    def forget_deleted(self, engine: Engine, wait_s: float = WAIT_S) -> None:
        """Truncate the write-ahead log. ``secure_delete`` has already overwritten deleted pages.

        Other writers wait meanwhile. If it stays in use, the next call truncates it.
        """
        with engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute(f"PRAGMA busy_timeout = {wait_s * 1000:.0f}")
            try:
                with suppress(sqlite3.OperationalError):
                    driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                driver.execute(f"PRAGMA busy_timeout = {self.wait_s * 1000:.0f}")


_SQLITE_REASONS = {
    sqlite3.SQLITE_BUSY: ("is in use by another program and stayed locked. Try again in a moment.", True),
    sqlite3.SQLITE_LOCKED: ("is in use by another program and stayed locked. Try again in a moment.", True),
    sqlite3.SQLITE_FULL: ("has no room left. Free some space on its disk; then it goes on by itself.", True),
    sqlite3.SQLITE_IOERR: ("could not be read or written. Check its disk; then it goes on by itself.", True),
    sqlite3.SQLITE_CANTOPEN: (
        "cannot be opened. Put it back in its place, if it was moved; check its permissions.",
        True,
    ),
    sqlite3.SQLITE_READONLY: ("is read-only here. Give this account the right to write to it and its folder.", False),
    sqlite3.SQLITE_PERM: ("may not be used by this account. Check the file's permissions.", False),
    sqlite3.SQLITE_NOTADB: ("is a file of another kind. Name another file, or move this one away.", False),
    sqlite3.SQLITE_CORRUPT: ("is damaged. Put the newest backup in its place.", False),
}


class PostgreSQL:
    """A database server. Writers of one jurisdiction are serialized; others never wait."""

    def __init__(self, url: URL) -> None:
        self.url = url.set(drivername="postgresql+psycopg")
        self.place = self.url.render_as_string(hide_password=True)

    def connect(self, *, create: bool = True) -> Engine:  # noqa: ARG002
        """Keep one connection per process open, open more as threads need them, and check each before use."""
        limits = {name: value for name, value in _POSTGRES_LIMITS.items() if name not in self.url.query}
        engine = create_engine(
            self.url, hide_parameters=True, pool_pre_ping=True, pool_size=1, max_overflow=-1, connect_args=limits
        )
        event.listen(engine, "connect", self._prepare)
        return engine

    @staticmethod
    def _prepare(connection: Any, _record: object) -> None:
        # A server may be configured to acknowledge a commit before it is on disk. Override that.
        connection.execute(
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
        )
        connection.execute(f"SET lock_timeout = '{WAIT_S}s'")
        connection.execute(f"SET statement_timeout = '{STATEMENT_S}s'")
        connection.commit()

    def begin_write(self, connection: Connection, names: Iterable[str]) -> None:
        """Lock the names until the commit, in the same order in every process to avoid deadlocks."""
        connection.begin()
        keys = sorted(_lock_key(name) for name in set(names))
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key", (keys,))

    def explain(self, error: DBAPIError) -> StoreUnavailableError:
        """Map PostgreSQL's SQLSTATE, or its class (two characters), to a reason. Without one, the connection failed."""
        state = getattr(error.orig, "sqlstate", None)
        if state is None:
            reason, retryable = f"cannot be reached: {_last_line(error)}. Check the URL and the server.", True
        else:
            default = (f"answered with an error: {_last_line(error)}", False)
            reason, retryable = _POSTGRES_REASONS.get(state) or _POSTGRES_REASONS.get(state[:2]) or default
        return StoreUnavailableError(self.place, reason, retryable=retryable)

    def check_new(self, connection: Connection) -> None:
        """Raise ``StoreUnavailableError`` if the encoding is not UTF-8, because it cannot store all of Unicode."""
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
        if encoding != "UTF8":
            reason = f"keeps text as {encoding}. Create a database with the encoding UTF8 and name that one."
            raise StoreUnavailableError(self.place, reason, retryable=False)

    def begin_migration(self, connection: Connection) -> None:
        """Lift the time limit of statements until the commit: an index on a large table takes long."""
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")

    def forget_deleted(self, engine: Engine, wait_s: float = WAIT_S) -> None:
        """Do nothing: autovacuum removes deleted rows."""


_POSTGRES_REASONS = {
    "57014": ("did not answer in time. Try again in a moment.", True),
    "57": ("is being stopped. When its server runs again, it goes on by itself.", True),
    "42501": ("may not be changed by this user. Grant it the right to create and write tables.", False),
    "53": ("is out of resources. Give its server more of them; then it goes on by itself.", True),
    "53100": ("has no room left. Free some space on its disk; then it goes on by itself.", True),
    "25006": ("is read-only now. Name the server that takes writes; then it goes on by itself.", True),
    "55P03": ("is in use by another program and stayed locked. Try again in a moment.", True),
    "40": ("was changed by two programs at once. Try again in a moment.", True),
    "23": ("was changed by two programs at once. Try again in a moment.", True),
}


def _lock_key(name: str) -> int:
    digest = hashlib.blake2b(f"cluster-kit {name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def _last_line(error: DBAPIError) -> str:
    lines = str(error.orig).strip().splitlines() or ["no reason given"]
    return lines[-1].strip().rstrip(".?")
