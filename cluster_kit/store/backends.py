"""What differs between SQLite and PostgreSQL, and nothing else: connecting, locking, and what their errors mean."""

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

from cluster_kit.store.errors import StoreUnavailableError, StoreUrlError

WAIT_S = 15
"""How long a call waits for a lock before it gives up."""
PACE_S = (0.001, 0.003)
"""The pause between two attempts to lock an SQLite file: a random time between these."""


class Database(Protocol):
    """One kind of database."""

    place: str

    def connect(self) -> Engine:
        """An engine whose connections are safe to use; no connection is made yet."""

    def begin_write(self, connection: Connection, names: Iterable[str]) -> None:
        """Open a transaction that excludes other writers under any of these names. It is durable when committed."""

    def explain(self, error: DBAPIError) -> StoreUnavailableError:
        """What the driver's error means, in plain words."""

    def check_new(self, connection: Connection) -> None:
        """Refuse a database that could not keep every language's text."""

    def forget_deleted(self, engine: Engine) -> None:
        """Clear what was deleted from the database's own side files."""


def find_database(url: str) -> Database:
    """The kind of database that an SQLAlchemy URL names; ``StoreUrlError`` for any that the kit cannot use."""
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
    """One file. Writers take turns; readers never wait."""

    def __init__(self, url: URL) -> None:
        self.path = Path(str(url.database)).absolute()  # also right after a change of folder
        self.place = str(self.path)
        # mode=rw: open what is there. Only ``connect`` makes a file.
        query = {"mode": "rw", "timeout": str(WAIT_S), **url.query, "uri": "true"}
        self.wait_s = float(str(query["timeout"]))
        self.url = url.set(database=f"file:{quote(self.place)}", query=query)

    def connect(self) -> Engine:
        """Make the file (readable by its owner alone) and its folder where they are missing."""
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
        connection.execute("PRAGMA synchronous = FULL")  # a commit is on the disk, also when the power goes
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA foreign_keys = ON")

    def _write_ahead(self, connection: Any) -> None:
        """Use the write-ahead log. A new file is taken whole for the switch, and SQLite does not wait for that turn."""
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
        """Do not write into a file that was deleted or replaced since then: reconnect."""
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
            if not self._take_turn(driver):
                connection.exec_driver_sql("BEGIN IMMEDIATE")  # the last try: its error is the caller's
        finally:
            driver.execute(f"PRAGMA busy_timeout = {self.wait_s * 1000:.0f}")

    def _take_turn(self, driver: Any) -> bool:
        """Begin a write transaction as soon as the lock is free; False when that took too long.

        Tries at an even pace. SQLite's own busy handler tries less and less often, which starves the longest waiters.
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
        """Take the whole file: SQLite has one lock."""
        connection.execution_options(writing=True).begin()

    def explain(self, error: DBAPIError) -> StoreUnavailableError:
        """By SQLite's primary result code."""
        code = getattr(error.orig, "sqlite_errorcode", -1) & 0xFF
        reason, retryable = _SQLITE_REASONS.get(code, (f"answered with an error: {_last_line(error)}", False))
        return StoreUnavailableError(self.place, reason, retryable=retryable)

    def check_new(self, connection: Connection) -> None:
        """Always UTF-8."""

    def forget_deleted(self, engine: Engine) -> None:
        """Empty the write-ahead log; deleted pages were overwritten already (``secure_delete``)."""
        with engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            with suppress(sqlite3.OperationalError):  # a reader is active: the next checkpoint does it
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")


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
    """A database server. Writers of one jurisdiction take turns; all others never wait."""

    def __init__(self, url: URL) -> None:
        self.url = url.set(drivername="postgresql+psycopg")
        self.place = self.url.render_as_string(hide_password=True)

    def connect(self) -> Engine:
        """Keep one connection per process open, with more as threads need them, and notice when it was cut."""
        engine = create_engine(self.url, hide_parameters=True, pool_pre_ping=True, pool_size=1, max_overflow=-1)
        event.listen(engine, "connect", self._prepare)
        return engine

    @staticmethod
    def _prepare(connection: Any, _record: object) -> None:
        # A server may be set to answer before the commit is on its disk: not for us.
        connection.execute(
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
        )
        connection.execute(f"SET lock_timeout = '{WAIT_S}s'")
        connection.commit()

    def begin_write(self, connection: Connection, names: Iterable[str]) -> None:
        """Lock the names until the commit is visible, in the same order in every process: no deadlocks."""
        connection.begin()
        keys = sorted(_lock_key(name) for name in set(names))
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key", (keys,))

    def explain(self, error: DBAPIError) -> StoreUnavailableError:
        """By PostgreSQL's SQLSTATE, or its class (the first two characters). Without one, no connection was made."""
        state = getattr(error.orig, "sqlstate", None)
        if state is None:
            reason, retryable = f"cannot be reached: {_last_line(error)}. Check the URL and the server.", True
        else:
            default = (f"answered with an error: {_last_line(error)}", False)
            reason, retryable = _POSTGRES_REASONS.get(state) or _POSTGRES_REASONS.get(state[:2]) or default
        return StoreUnavailableError(self.place, reason, retryable=retryable)

    def check_new(self, connection: Connection) -> None:
        """An encoding other than UTF-8 refuses most of the world's letters."""
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
        if encoding != "UTF8":
            reason = f"keeps text as {encoding}. Create a database with the encoding UTF8 and name that one."
            raise StoreUnavailableError(self.place, reason, retryable=False)

    def forget_deleted(self, engine: Engine) -> None:
        """PostgreSQL's own vacuum does that in time."""


_POSTGRES_REASONS = {
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
