"""The servers that benchmarks compare, each a real process on a free port of this machine."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from cluster_kit.server.auth.tokens import make_link
from cluster_kit.settings import Settings
from cluster_kit.store import Person, Store

START_TIMEOUT_S = 120
ENDS_S = 30
READY_S = 600.0
READY_IN_A_ROW = 20


@contextmanager
def stock_voila(notebooks: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Voilà as it comes, serving the folder's notebooks; gives its process and its address."""
    port = free_port()
    command = ["voila", str(notebooks), "--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1"]
    address = f"http://127.0.0.1:{port}"
    with running([sys.executable, "-m", *command], f"{address}/") as process:
        yield process, address


@contextmanager
def our_server(home: Path) -> Iterator[Callable[[int], str]]:
    """Our server with an empty store, all pages prepared; gives a function from a session to a participant's link."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    serve = ["cluster_kit", "serve", "--series", "2026", "--port", str(port), "--home", str(home), "--prepare", "all"]

    settings = Settings(home)
    home.mkdir(parents=True)
    with Store.open(settings.db_url) as store:  # a person who has chosen a depth, and so is not asked when signing in
        person = Person(id="benchmark", series="2026", jurisdiction="OH", name="Benchmark", depth="essential")
        store.add_person(person)

    def link(session: int) -> str:
        return make_link(settings, person.id, address=address, session=session)

    with running([sys.executable, "-m", *serve], f"{address}/health") as process:
        wait_until_ready(process, address)
        yield link


@contextmanager
def running(
    command: list[str], ready: str, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A server's process, from the moment that the address ``ready`` answers to the end of the block."""
    environment = {**os.environ, "PYTHONWARNINGS": "ignore", **(environment or {})}
    quiet = None if os.environ.get("SHOW_SERVERS") else subprocess.DEVNULL  # None: where the benchmark writes
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=quiet, env=environment)
    try:
        _wait_for_answer(process, ready)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=ENDS_S)
        except subprocess.TimeoutExpired:  # Solara closes the kernels of all visitors first
            process.kill()
            process.wait()


def _wait_for_answer(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit(f"The server ended before it was ready: {' '.join(map(str, process.args))}")
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise SystemExit(f"The server was not ready within {START_TIMEOUT_S} s: {url}")


def wait_until_ready(process: subprocess.Popen[bytes], address: str, processes: int = 1) -> None:
    """Wait until everything is prepared: until ``/ready`` says so, each time where several processes take turns."""
    deadline, wanted, ready = time.monotonic() + READY_S, 1 if processes == 1 else READY_IN_A_ROW, 0
    while ready < wanted and time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit("The server ended before it was ready.")
        ready = ready + 1 if _is_ready(address) else 0
        time.sleep(0.05 if ready else 0.5)
    if ready < wanted:
        raise SystemExit(f"The server was not ready within {READY_S:g} s.")


def _is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/ready", timeout=5) as answer:
            return bool(json.load(answer)["status"] == "ready")
    except (urllib.error.URLError, OSError):
        return False


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
