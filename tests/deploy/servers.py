"""Two servers of one deployment."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from cluster_kit.cli.demo import prepare_demo
from cluster_kit.settings import Settings
from tests.serving import Server, add_people


@contextmanager
def run_servers(folder: Path, database: str, *options: str) -> Iterator[tuple[Server, Server]]:
    """Two servers with one database, and with separate homes that have the same key, as on two machines."""
    homes = folder / "one", folder / "other"
    first = Settings(homes[0], database)
    add_people(prepare_demo(first).series.id, first)
    first.secret()
    shutil.copytree(*homes)
    with ExitStack() as stack:
        servers = tuple(Server(home, options=["--db", database, *options]) for home in homes)
        for server in servers:
            server.start()
            stack.callback(end, server)
        yield servers[0], servers[1]


def end(server: Server) -> None:
    """End a server, unless it has ended."""
    if not server.process_ended():
        server.end()
