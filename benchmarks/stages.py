"""The four servers that people come to, each with a store full of people and a way to come."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import nbformat
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from benchmarks.servers import free_port, running
from benchmarks.stock_widgets import build_notebook
from benchmarks.visitors import OurVisitor, Plan, StockVisitor, Visitor
from cluster_kit.content import Content, load_content
from cluster_kit.live.links import Invitation, make_link, make_token
from cluster_kit.notebooks_path import find_notebook
from cluster_kit.responses import Person, Store
from cluster_kit.settings import Settings

SERIES = "2026"
SPARES = 60
READY_S = 300.0


@dataclass(frozen=True)
class Stage:
    """A running server. ``link`` is a link for one more person's browser; None where that is no use."""

    process: int
    visitor: Callable[[int, Plan, float], Visitor]
    count_lost: Callable[[Sequence[str]], int]
    link: Callable[[], str] | None = None


@contextmanager
def ours(folder: Path, people: int, session: int, *, spares: int) -> Iterator[Stage]:
    """Our server; with ``spares`` it has so many kernels ready before anybody comes."""
    settings, content = Settings(folder / "home"), load_content(SERIES)
    ids = _add_people(settings, content, people + 1)
    address = f"http://127.0.0.1:{free_port()}"
    port = address.rpartition(":")[2]
    command = ["-m", "cluster_kit", "serve", "--series", SERIES, "--home", str(settings.home), "--port", port]
    expires = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)

    def visitor(number: int, plan: Plan, comes_at: float) -> Visitor:
        token = make_token(settings.secret(), Invitation(ids[number], expires, session))
        return OurVisitor(address, plan, comes_at, token=token, session=session)

    with running([sys.executable, *command, "--warm", str(spares)], f"{address}/health") as process:
        if spares:
            _wait_until_ready(process, address)
        link = partial(make_link, settings, ids[-1], address=address, session=session)
        yield Stage(process.pid, visitor, partial(_count_lost, settings), link)


@contextmanager
def stock_forms(folder: Path, people: int, session: int) -> Iterator[Stage]:
    """Stock Voilà with our notebook, a copy for each person: it has no other way to know who comes."""
    settings, content = Settings(folder / "home"), load_content(SERIES)
    notebook = load_notebook_node(str(find_notebook(session)))
    notebooks = folder / "notebooks"
    notebooks.mkdir()
    for number, person in enumerate(_add_people(settings, content, people)):
        known = {"series": SERIES, "session": session, "jurisdiction": _state(content, number), "person": person}
        own = parameterize_notebook(notebook, {**known, "mode": "live"})
        own.metadata.kernelspec = _PYTHON
        nbformat.write(own, notebooks / f"page_{number}.ipynb")
    with _voila(notebooks, settings.environment()) as (process, address):

        def visitor(number: int, plan: Plan, comes_at: float) -> Visitor:
            return StockVisitor(address, plan, comes_at, notebook=f"page_{number}.ipynb")

        yield Stage(process.pid, visitor, partial(_count_lost, settings))


@contextmanager
def stock_widgets(folder: Path, people: int, session: int) -> Iterator[Stage]:  # noqa: ARG001
    """Stock Voilà with a page of core ipywidgets that asks the same. It saves nothing."""
    content = load_content(SERIES)
    prose = [c.source for c in nbformat.read(find_notebook(session), as_version=4).cells if c.cell_type == "markdown"]
    notebooks = folder / "notebooks"
    notebooks.mkdir()
    nbformat.write(build_notebook(content, content.get_session(session), prose), notebooks / "page.ipynb")
    with _voila(notebooks, {}) as (process, address):

        def visitor(_number: int, plan: Plan, comes_at: float) -> Visitor:
            return StockVisitor(address, plan, comes_at, notebook="page.ipynb")

        yield Stage(process.pid, visitor, lambda _ids: 0)


STAGES: dict[str, Callable[[Path, int, int], AbstractContextManager[Stage]]] = {
    "warm": partial(ours, spares=SPARES),
    "cold": partial(ours, spares=0),
    "stock-forms": stock_forms,
    "stock-widgets": stock_widgets,
}
_PYTHON = {"name": "python3", "display_name": "Python 3", "language": "python"}


@contextmanager
def _voila(notebooks: Path, environment: dict[str, str]) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    port = free_port()
    command = [sys.executable, "-m", "voila", str(notebooks), "--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1"]
    address = f"http://127.0.0.1:{port}"
    with running(command, f"{address}/", environment) as process:
        yield process, address


def _add_people(settings: Settings, content: Content, count: int) -> list[str]:
    settings.home.mkdir(parents=True)
    store = Store.open(settings.db_url)
    ids = []
    for number in range(count):
        person = Person(
            id=f"benchmark-{number}",
            series=SERIES,
            jurisdiction=_state(content, number),
            name=f"Visitor {number}",
            at=dt.datetime.now(dt.UTC),
            depth="essential",
        )
        ids.append(store.add_person(person).id)
    store.close()
    return ids


def _state(content: Content, number: int) -> str:
    return content.jurisdictions[number % len(content.jurisdictions)].code


def _count_lost(settings: Settings, saved: Sequence[str]) -> int:
    """How many of these answers, each called saved, the store does not hold."""
    content = load_content(SERIES)
    store = Store.open(settings.db_url)
    held = {one.id for state in content.jurisdictions for one in store.history(SERIES, state.code)}
    store.close()
    return len(set(saved) - held)


def _wait_until_ready(process: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit("The server ended before it was ready.")
        try:
            with urllib.request.urlopen(f"{address}/ready", timeout=5) as answer:
                if json.load(answer)["status"] == "ready":
                    return
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.5)
    raise SystemExit(f"The server was not ready within {READY_S:g} s.")
