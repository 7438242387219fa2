"""The live server as a separate process, started by its command, with people and their links."""

from __future__ import annotations

import datetime as dt
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from time import monotonic, sleep

import httpx
import psutil

from cluster_kit.cli.demo import SERIES, prepare_demo
from cluster_kit.content import Content, load_content
from cluster_kit.server import make_link
from cluster_kit.server.auth.cookies import find_xsrf_token
from cluster_kit.settings import Settings
from cluster_kit.store import Person, Store
from tests.commands import PATIENCE_S, UNTIL_PARENT_ENDS, Command
from tests.fork_servers import find_fork_servers
from tests.server.page_client import PageClient, connect, greet

AVERY, JORDAN, TASI = "avery", "jordan", "tasi"
FAY, GUS = "fay", "gus"
PEOPLE = {
    AVERY: ("Avery Sample", "OH"),
    JORDAN: ("Jordan Sample", "OH"),
    TASI: ("Tasi Sample", "GU"),
    FAY: ("Fay Sample", ""),  # facilitators
    GUS: ("Gus Sample", ""),
}


@dataclass
class Server:
    """A running server. Its port stays the same after a restart."""

    home: Path
    process: Command | subprocess.Popen[bytes] | None = None
    address: str = ""
    options: list[str] = field(default_factory=list)
    program: Sequence[str] = ()  # instead of the command of ``tests.commands``
    prepare: Callable[[], None] | None = None  # called in the new process of that command before it begins

    @property
    def settings(self) -> Settings:
        return Settings(self.home)

    @cached_property
    def content(self) -> Content:
        """The content of its series."""
        return load_content(SERIES, overlay=self.settings.content)

    @property
    def db_url(self) -> str:
        """The URL of its store."""
        return self.options[self.options.index("--db") + 1] if "--db" in self.options else self.settings.db_url

    @property
    def log(self) -> str:
        """The server's whole log."""
        return (self.home / "server.log").read_text(encoding="utf-8")

    def start(self) -> None:
        """Start, and wait until the server announces its address."""
        port = self.address.rpartition(":")[2] or "0"
        output_file = self.home / "address"
        words = ["serve", "--series", SERIES, "--home", str(self.home), "--port", port, *self.options]
        output_file.write_bytes(b"")
        if self.program:
            with (self.home / "server.log").open("ab") as log, output_file.open("wb") as out:
                self.process = subprocess.Popen(
                    [*UNTIL_PARENT_ENDS, *self.program, *words], stdout=out, stderr=log, cwd=self.home
                )
        else:
            self.process = Command(words, self.home, output_file, self.home / "server.log", self.prepare)
        try:
            wait_until(lambda: output_file.read_text().strip() or self.process_ended(), "the server says its address")
        except AssertionError:
            self.end(signal.SIGKILL)  # it must not run on beside the tests that follow
            raise
        before, self.address = self.address, output_file.read_text().strip()
        assert self.address, self.log
        assert before in ("", self.address), f"{self.address} is not {before}, which pages know"

    def process_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Send the signal and wait for the end; returns the exit code."""
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(PATIENCE_S)

    def link(self, person: str, session: int | None = 1, days: int = 30) -> str:
        """A link for one of ``PEOPLE``."""
        return make_link(self.settings, person, address=self.address, session=session, days=days)

    @contextmanager
    def client(self, person: str | None = None) -> Iterator[httpx.Client]:
        """An HTTP client: anonymous, or with this person's session cookie."""
        with httpx.Client(base_url=self.address, timeout=PATIENCE_S) as client:
            if person:
                answer = send_token(client, self.link(person).partition("#")[2])
                assert answer.status_code == 200, answer.text
            yield client

    @contextmanager
    def connect(
        self, who: str | httpx.Client, session: int = 1, *, exercises: Sequence[str] = (), hello: bool = True
    ) -> Iterator[PageClient]:
        """A session page's connection, of one of ``PEOPLE`` or with a client's cookies, with these forms opened."""
        if isinstance(who, str):
            with self.client(who) as client, self.connect(client, session, exercises=exercises, hello=hello) as page:
                yield page
            return
        with connect(who, session, self.content.version) as page:
            yield greet(page, exercises) if hello else page

    def kernels(self) -> list[psutil.Process]:
        """Processes of the running kernels, without the fork servers."""
        assert self.process is not None
        parents = self.fork_servers()
        children = set(psutil.Process(self.process.pid).children(recursive=True)) - set(parents)
        children.update(kernel for parent in parents for kernel in parent.children(recursive=True))
        return [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]

    def fork_servers(self) -> list[psutil.Process]:
        """The fork servers of its kernels."""
        assert self.process is not None
        return find_fork_servers(self.process.pid)


def send_token(client: httpx.Client, token: str) -> httpx.Response:
    """Send a link's token as the join page does."""
    client.get("/join")
    return client.post("/join", data={"token": token, "_xsrf": find_xsrf_token(client.cookies)})


@contextmanager
def run_server(
    home: Path, *options: str, program: Sequence[str] = (), prepare: Callable[[], None] | None = None
) -> Iterator[Server]:
    """A server of the fictional series with ``PEOPLE`` in it, until the block ends; ``program`` runs it."""
    server = Server(home, options=list(options), program=program, prepare=prepare)
    home.mkdir(parents=True, exist_ok=True)
    add_people(prepare_demo(server.settings).series.id, server.settings)
    try:
        server.start()
        yield server
    finally:
        if not server.process_ended():
            server.end()


def add_people(series: str, settings: Settings, prefix: str = "") -> None:
    """Add ``PEOPLE`` to the store, with this prefix on their ids."""
    store = Store.open(settings.db_url)
    for person, (name, state) in PEOPLE.items():
        store.add_person(
            Person(
                id=prefix + person,
                series=series,
                jurisdiction=state,
                name=name,
                at=dt.datetime.now(dt.UTC),
                depth="essential",  # without a choice, the depth question precedes the session
            )
        )
    store.close()


def wait_until(condition: object, what: str, patience_s: float = PATIENCE_S, interval_s: float = 0.02) -> None:
    """Return once the condition is true, which is asked every ``interval_s``; fails at the timeout."""
    assert callable(condition)
    ends = monotonic() + patience_s
    while not condition():
        assert monotonic() < ends, f"waited {patience_s} s in vain until {what}"
        sleep(interval_s)
