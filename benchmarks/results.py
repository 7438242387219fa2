"""The figures of the arrivals benchmark: a row for each run, as a table, as JSON, and beside what was recorded."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from benchmarks.chromium import BrowserVisit

FIRST_RELEASE = Path(__file__).with_name("release_0_1.json")
TITLES = {
    "ours": "ours",
    "ours-2": "ours, two processes",
    "ours-cold": "ours, cold",
    "solara": "Solara",
    "stock": "stock Voilà",
    "release-0.1": "release 0.1",
}


@dataclass(frozen=True)
class Run:
    """So many people within so many seconds."""

    people: int
    within_s: float

    def __str__(self) -> str:
        return f"{self.people}/{self.within_s:g}"


@dataclass(frozen=True)
class Row:
    """What a run measured. Memory is in MiB, ``cpu_s`` counts the server and its kernels alone.

    ``page_mb`` is what all processes together hold more than before the first arrival, for each open page; ``whole_mb``
    includes what they held before; ``growth_mb`` is the part of ``page_mb`` that came after everyone had a form.
    ``lost`` counts acknowledged answers that the store does not have. ``recorded`` says on which day and machine a
    row was measured that is not from this run. Other figures are None where they were not measured.
    """

    server: str
    people: int
    within_s: float
    form_p50_s: float | None
    form_p95_s: float | None
    form_max_s: float | None
    save_p50_ms: float | None
    save_p99_ms: float | None
    cpu_s: float | None
    page_mb: float | None
    whole_mb: float | None
    errors: int
    lost: int | None = None
    growth_mb: float | None = None
    saves_per_s: float | None = None
    client_cpu_s: float | None = None
    queued: int = 0
    first_error: str = ""
    recorded: str = ""
    chromium: BrowserVisit | None = None


def load_first_release(run: Run) -> list[Row]:
    """The recorded rows of release 0.1 for a run."""
    recorded = json.loads(FIRST_RELEASE.read_text(encoding="utf-8"))
    rows = [Row(server="release-0.1", **one) for one in recorded]
    return [row for row in rows if Run(row.people, row.within_s) == run]


def write_json(path: Path, rows: Sequence[Row], skipped: Sequence[str]) -> None:
    """All rows, with the machine and the versions that they belong to."""
    machine = {
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "measured": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "versions": {name: version(name) for name in ("voila", "ipywidgets", "tornado", "sqlalchemy")},
    }
    whole = {"machine": machine, "rows": [asdict(row) for row in rows], "not run": list(skipped)}
    path.write_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def print_table(rows: Sequence[Row], skipped: Sequence[str]) -> None:
    """The rows as a Markdown table, with notes."""
    columns: dict[str, Callable[[Row], Any]] = {
        "people / s": lambda row: Run(row.people, row.within_s),
        "server": lambda row: TITLES[row.server] + (" (recorded)" if row.recorded else ""),
        "form p50, s": lambda row: row.form_p50_s,
        "p95, s": lambda row: row.form_p95_s,
        "max, s": lambda row: row.form_max_s,
        "save p50, ms": lambda row: row.save_p50_ms,
        "p99, ms": lambda row: row.save_p99_ms,
        "CPU s per person": lambda row: row.cpu_s,
        "MiB per page": lambda row: row.page_mb,
        "with the server": lambda row: row.whole_mb,
        "errors": lambda row: row.errors,
        "lost": lambda row: row.lost,
        "client CPU s": lambda row: row.client_cpu_s,
    }
    print("| " + " | ".join(columns) + " |")
    print("|" + " --- |" * len(columns))
    for row in rows:
        cells = ["—" if (value := show(row)) is None else str(value) for show in columns.values()]
        print("| " + " | ".join(cells) + " |")
    for note in [*_notes(rows), *skipped]:
        print(f"\n{note}")


def _notes(rows: Sequence[Row]) -> list[str]:
    notes = list(dict.fromkeys(f"(recorded) {row.recorded}" for row in rows if row.recorded))
    for row in rows:
        name = f"{TITLES[row.server]}, {Run(row.people, row.within_s)}"
        if row.queued:
            notes.append(f"{name}: {row.queued} people waited in the admission queue")
        if row.first_error:
            notes.append(f"{name}: the first error was {row.first_error}")
        if row.chromium:
            notes.append(f"{name}: Chromium in the middle of the arrivals: {row.chromium}")
    return notes
