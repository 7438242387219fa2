"""A private PostgreSQL for tests: Debian's server on a socket in a temporary folder, deleted afterwards.

``tests/conftest.py`` provides ``postgres_url`` and ``postgres_database`` to every test.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from sqlalchemy import make_url

HOW_TO_INSTALL = "PostgreSQL's server is missing. As root: sh deploy/fresh-machine.sh postgres"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a running server's first database, for the whole test run."""
    with run_postgres({"fsync": "off"}) as url:
        yield url


@pytest.fixture
def postgres_database(postgres_url: str) -> str:
    """The URL of a new, empty database."""
    return create_database(postgres_url)


def create_database(url: str, options: str = "") -> str:
    """Create a database on the server of this URL, and return the URL of the new one."""
    name = f"test_{uuid.uuid4().hex}"
    run_sql(url, f"CREATE DATABASE {name} {options}")
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def run_sql(url: str, statement: str) -> None:
    """Run one statement outside the store."""
    parsed = make_url(url)
    with psycopg.connect(
        dbname=parsed.database, user=parsed.username, host=str(parsed.query["host"]), autocommit=True
    ) as connection:
        connection.execute(statement.encode())


@contextmanager
def run_postgres(settings: Mapping[str, str] | None = None) -> Iterator[str]:
    """A separate server that listens on a socket only; yields its URL, and stops it at the end.

    ``settings`` are server settings, for example ``{"fsync": "off"}``.
    """
    with run_postgres_server(settings) as server:
        yield server.url


@dataclass(frozen=True)
class PostgresServer:
    """A separate server, to kill and to start again. ``folder`` has its socket and its data."""

    folder: Path
    owner: dict[str, Any]

    @property
    def url(self) -> str:
        """The URL of its first database."""
        return f"postgresql+psycopg://kit@/postgres?host={self.folder}"

    def control(self, *words: str | Path) -> None:
        """Run ``pg_ctl``, and wait for it."""
        _run([find_programs() / "pg_ctl", "-D", self.folder / "data", "-w", "-s", *words], self.owner)

    def start(self) -> None:
        """Start the server, and wait until it accepts connections."""
        self.control("-l", self.folder / "log", "start")

    def is_running(self) -> bool:
        """False after a kill."""
        try:
            return psutil.pid_exists(self._pid())
        except FileNotFoundError:
            return False

    def kill(self) -> None:
        """Kill the server with all its processes, without notice."""
        server = psutil.Process(self._pid())
        processes = [server, *server.children()]
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(processes, timeout=20)

    def _pid(self) -> int:
        return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])


@contextmanager
def run_postgres_server(settings: Mapping[str, str] | None = None) -> Iterator[PostgresServer]:
    """As ``run_postgres``; yields the server."""
    programs = find_programs()
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    owner = _server_account(folder)
    data = folder / "data"
    try:
        _run([programs / "initdb", "-D", data, "-U", "kit", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"], owner)
        options = {"listen_addresses": "", "unix_socket_directories": str(folder), **(settings or {})}
        with (data / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
            file.writelines(f"{key} = '{value}'\n" for key, value in options.items())
        server = PostgresServer(folder, owner)
        server.start()
        try:
            yield server
        finally:
            if server.is_running():  # not if Ctrl-C has stopped it
                server.control("-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def find_programs() -> Path:
    """The folder of the newest PostgreSQL's server programs; fails the test if there is none."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    found = [folder for folder in folders if (folder / "initdb").exists()]
    if not found:
        pytest.fail(HOW_TO_INSTALL)
    return found[-1]


def _server_account(folder: Path) -> dict[str, Any]:
    """Arguments to run as Debian's ``postgres`` account, which gets the folder, because PostgreSQL refuses to run as
    root."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam("postgres")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _run(command: list[Path | str], owner: dict[str, Any]) -> None:
    folder = Path(str(command[2])).parent  # a folder that the account may enter
    # Not a pipe: the server would hold it open.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False, **owner
        )
        output.seek(0)
        assert done.returncode == 0, f"{command[0]} failed:\n{output.read().decode()}"
