"""The servers that visitors come to, each running with an empty store."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import nbformat

from benchmarks.peers import FirstReleaseVisitor, SolaraVisitor, StockVisitor
from benchmarks.people import SERIES, add_people, count_lost
from benchmarks.servers import free_port, running, stock_voila, wait_until_ready
from benchmarks.solara_environment import find_solara_python
from benchmarks.stock_widgets import build_notebook, describe_exercise
from benchmarks.visitors import OurVisitor, Visitor
from cluster_kit.content import load_content
from cluster_kit.content.notebooks import find_notebook
from cluster_kit.settings import Settings

FIRST_RELEASE_SPARES = 60
HERE = Path(__file__).parent
Start = Callable[[Path, int, int], AbstractContextManager["Stage"]]


@dataclass(frozen=True)
class Stage:
    """A running server: its process, its address, what its visitors are, and a key for each of them.

    ``count_lost`` takes ids of acknowledged answers; None where the server stores nothing.
    """

    process: int
    address: str
    visitor: type[Visitor]
    keys: Sequence[str]
    count_lost: Callable[[Sequence[str]], int] | None = None


@dataclass(frozen=True)
class Variant:
    """How our server is started. Prepared, it has rendered the page of each state before anyone arrives."""

    is_prepared: bool = True
    processes: int = 1
    states: int | None = None


@contextmanager
def ours(folder: Path, people: int, session: int, variant: Variant) -> Iterator[Stage]:
    """Our server, with people of as many states as the variant says."""
    settings = Settings(folder / "home")
    keys = add_people(settings, people, session, variant.states)
    address = f"http://127.0.0.1:{free_port()}"
    command = ["-m", "cluster_kit", "serve", "--series", SERIES, "--home", str(settings.home)]
    command += ["--port", address.rpartition(":")[2], *(["--prepare", str(session)] if variant.is_prepared else [])]
    command += ["--processes", str(variant.processes)] if variant.processes > 1 else []
    with running([sys.executable, *command], f"{address}/health") as process:
        if variant.is_prepared:
            wait_until_ready(process, address, variant.processes)
        yield Stage(process.pid, address, OurVisitor, keys, partial(count_lost, settings))


@contextmanager
def stock(folder: Path, people: int, session: int) -> Iterator[Stage]:
    """Stock Voilà with a page of core ipywidgets that asks the same. It stores nothing."""
    content = load_content(SERIES)
    notebooks = folder / "notebooks"
    notebooks.mkdir()
    page = build_notebook(content, content.get_session(session), _read_prose(session))
    nbformat.write(page, notebooks / "page.ipynb")
    with stock_voila(notebooks) as (process, address):
        yield Stage(process.pid, address, StockVisitor, ["page.ipynb"] * people)


@contextmanager
def solara(folder: Path, people: int, session: int) -> Iterator[Stage]:
    """Solara's own server, in production mode, with a form of the same fields that stores each change."""
    content, form, db = load_content(SERIES), folder / "form.json", folder / "answers.sqlite"
    exercises = [
        {"title": one.title, "intent": one.intent, "fields": describe_exercise(content, one)}
        for one in content.get_session(session).exercises
    ]
    form.write_text(json.dumps({"prose": _read_prose(session), "exercises": exercises}), encoding="utf-8")
    address = f"http://127.0.0.1:{free_port()}"
    command = [str(find_solara_python()), "-m", "solara", "run", str(HERE / "solara_form.py"), "--production"]
    command += ["--no-open", "--host", "127.0.0.1", "--port", address.rpartition(":")[2]]
    environment = {"BENCHMARK_FORM": str(form), "BENCHMARK_DB": str(db), "SOLARA_HOME": str(folder)}
    environment |= {"SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false", "SOLARA_ASSETS_PROXY": "false"}
    with running(command, f"{address}/readyz", environment) as process:
        keys = [f"visitor-{number}" for number in range(people)]
        yield Stage(process.pid, address, SolaraVisitor, keys, partial(_count_lost_by_solara, db))


@contextmanager
def first_release(folder: Path, people: int, session: int, *, checkout: Path) -> Iterator[Stage]:
    """Release 0.1 from a checkout of commit 750aa1c, with 60 kernels in reserve as its docs advise."""
    home, environment = folder / "home", _environment_of(checkout, folder)
    ask = partial(_ask_first_release, environment)
    keys = ask(["add", str(home), str(people), str(session)])
    address = f"http://127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "cluster_kit", "serve", "--series", SERIES, "--home", str(home)]
    command += ["--port", address.rpartition(":")[2], "--warm", str(FIRST_RELEASE_SPARES)]
    with running(command, f"{address}/health", environment) as process:
        wait_until_ready(process, address)
        yield Stage(process.pid, address, FirstReleaseVisitor, keys, lambda saved: int(ask(["lost", str(home)], saved)))


def find_stages(checkout: Path | None = None, states: int | None = None) -> dict[str, Start]:
    """The servers by name (``results.TITLES``), each as a function of a folder, a number of people, and a session.

    Release 0.1 is there only with a checkout of it. ``states`` is how many states our visitors are from.
    """
    stages: dict[str, Start] = {
        "ours": partial(ours, variant=Variant(states=states)),
        "ours-2": partial(ours, variant=Variant(processes=2, states=states)),
        "ours-cold": partial(ours, variant=Variant(is_prepared=False, states=states)),
        "solara": solara,
        "stock": stock,
    }
    if checkout is not None:
        stages["release-0.1"] = partial(first_release, checkout=checkout.resolve())
    return stages


def _read_prose(session: int) -> list[str]:
    notebook = nbformat.read(find_notebook(session), as_version=4)
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def _environment_of(checkout: Path, folder: Path) -> dict[str, str]:
    """The checkout before the installed package, entry points included, for the server and all its kernels."""
    metadata = folder / "cluster_kit-0.1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: cluster-kit\nVersion: 0.1.0\n", encoding="utf-8")
    provisioner = "cluster-kit-warm = cluster_kit.kernels.provisioner:WarmProvisioner"
    entry_points = f"[jupyter_client.kernel_provisioners]\n{provisioner}\n"
    (metadata / "entry_points.txt").write_text(entry_points, encoding="utf-8")
    return {"PYTHONPATH": os.pathsep.join([str(checkout), str(folder)]), "PYTHONSAFEPATH": "1"}


def _ask_first_release(environment: dict[str, str], command: list[str], given: Sequence[str] = ()) -> Any:
    script = [sys.executable, str(HERE / "first_release_people.py"), *command]
    known = {**os.environ, **environment}
    answer = subprocess.run(
        script, env=known, input=json.dumps(list(given)), check=True, stdout=subprocess.PIPE, text=True
    )
    return json.loads(answer.stdout)


def _count_lost_by_solara(db: Path, saved: Sequence[str]) -> int:
    with closing(sqlite3.connect(db)) as connection:
        held = {str(answer) for (answer,) in connection.execute("SELECT id FROM answers")}
    return len(set(saved) - held)
