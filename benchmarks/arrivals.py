"""Everybody comes at one o'clock: how soon can each of them fill a form, and what does it cost?

``python -m benchmarks.arrivals [--servers warm,cold,stock-forms,stock-widgets] [--people 20,57,171] [--within 60]
[--answers 10] [--pace 2] [--browser] [--json FILE]``

Four servers with the same session, one after the other on this machine: stock Voilà with core ipywidgets
(``stock-widgets``), stock Voilà with our forms (``stock-forms``), ours right after its start (``cold``), and ours
with kernels in reserve (``warm``). People come at random moments within a minute; each fetches the page, opens the
kernel's websocket, receives the widgets, saves answers at a person's pace, and stays. ``--browser`` adds a real
Chromium that comes in the middle. The longer view: ``--people 171 --answers 180`` is 90 minutes with an answer every
30 s, at 15 times the speed.

The clients run on the same machine and take some of its processors. ``cpu`` counts the servers alone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.chromium import BrowserVisit, visit_with_chromium
from benchmarks.stages import STAGES, Stage
from benchmarks.usage import cpu_seconds, memory
from benchmarks.visitors import Plan, Visit, Visitor

SEED = 20260217
SAMPLE_S = 5.0


@dataclass(frozen=True)
class Row:
    """One run. Times in seconds, memory in MiB. ``lost`` counts answers called saved that the store does not hold."""

    server: str
    people: int
    form_p50: float
    form_p95: float
    form_max: float
    stood_in_line: int
    saves_per_second: float
    save_p50_ms: float
    save_p99_ms: float
    cpu_per_person: float
    own_mb: float
    whole_mb_per_person: float
    growth_mb_per_person: float
    errors: int
    lost: int
    first_error: str = ""
    chromium: BrowserVisit | None = None


def main() -> None:
    """Measure, and print a table to stdout; progress goes to stderr."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--servers", default="warm,cold,stock-forms,stock-widgets")
    parser.add_argument("--people", default="20,57,171")
    parser.add_argument("--within", type=float, default=60.0, help="seconds in which everybody comes")
    parser.add_argument("--session", type=int, default=1)
    parser.add_argument("--answers", type=int, default=10, help="for each person")
    parser.add_argument("--pace", type=float, default=2.0, help="seconds between two answers of a person, on average")
    parser.add_argument("--browser", action="store_true", help="a real Chromium comes in the middle (ours only)")
    parser.add_argument("--json", type=Path, help="write the rows to this file, too")
    options = parser.parse_args()
    rows = []
    for people in map(int, options.people.split(",")):
        for name in options.servers.split(","):
            print(f"{name}: {people} people within {options.within:g} s", file=sys.stderr)
            rows.append(measure(name, people, options))
            if options.json:
                options.json.write_text(json.dumps([asdict(row) for row in rows], indent=2), encoding="utf-8")
    print_table(rows)


def measure(name: str, people: int, options: argparse.Namespace) -> Row:
    """Start a server, let people come, and count."""
    plan = Plan(options.answers, options.pace)
    with tempfile.TemporaryDirectory() as folder, STAGES[name](Path(folder), people, options.session) as stage:
        run = asyncio.run(_run(stage, people, plan, options.within, options.browser))
        return _row(name, run, stage.count_lost([one for visit in run.visits for one in visit.saved]))


@dataclass
class Run:
    """What was seen of one run."""

    visits: list[Visit]
    cpu: float
    saving_s: float
    samples: list[tuple[float, float, float]]  # seconds, a kernel's own memory, all memory
    chromium: BrowserVisit | None


async def _run(stage: Stage, people: int, plan: Plan, within_s: float, browser: bool) -> Run:
    order = random.Random(SEED)
    begins, cpu = time.monotonic() + 0.5, cpu_seconds(stage.process)
    moments = sorted(begins + order.uniform(0, within_s) for _ in range(people))
    visitors = [stage.visitor(number, plan, moment) for number, moment in enumerate(moments)]
    is_over, left = asyncio.Event(), people

    def done() -> None:
        nonlocal left
        left -= 1
        if not left:
            is_over.set()

    samples: list[tuple[float, float, float]] = []
    stays = asyncio.Event()
    watching = asyncio.ensure_future(_watch(stage.process, begins, visitors, samples))
    surfing = asyncio.ensure_future(_surf(stage, begins + within_s / 2)) if browser else None
    visits = [asyncio.ensure_future(visitor.come(stays, done)) for visitor in visitors]
    await is_over.wait()
    ended = time.monotonic()
    chromium = await surfing if surfing else None
    watching.cancel()
    used = cpu_seconds(stage.process) - cpu
    held = await asyncio.to_thread(memory, stage.process)
    samples.append((ended - begins, held.kernel_own, held.whole))
    stays.set()
    return Run(await asyncio.gather(*visits), used, ended - begins, samples, chromium)


async def _surf(stage: Stage, moment: float) -> BrowserVisit | None:
    await asyncio.sleep(moment - time.monotonic())
    return await visit_with_chromium(stage.link()) if stage.link else None


async def _watch(
    process: int, begins: float, visitors: list[Visitor], samples: list[tuple[float, float, float]]
) -> None:
    """Sample memory once everybody has a form; with many processes a sample takes a moment itself."""
    while True:
        await asyncio.sleep(SAMPLE_S)
        if all(one.visit.to_form or one.visit.error for one in visitors):
            held = await asyncio.to_thread(memory, process)
            samples.append((time.monotonic() - begins, held.kernel_own, held.whole))
            await asyncio.sleep(3 * SAMPLE_S)


def _row(name: str, run: Run, lost: int) -> Row:
    forms = sorted(one.to_form for one in run.visits if one.to_form is not None)
    saves = sorted(seconds for one in run.visits for seconds in one.saves)
    errors = [one.error for one in run.visits if one.error]
    people = len(run.visits)
    first, last = run.samples[0], run.samples[-1]
    return Row(
        server=name,
        people=people,
        form_p50=_quantile(forms, 0.5),
        form_p95=_quantile(forms, 0.95),
        form_max=_quantile(forms, 1),
        stood_in_line=sum(one.waited_in_line for one in run.visits),
        saves_per_second=round(len(saves) / run.saving_s, 1),
        save_p50_ms=1000 * _quantile(saves, 0.5),
        save_p99_ms=1000 * _quantile(saves, 0.99),
        cpu_per_person=round(run.cpu / people, 3),
        own_mb=round(last[1], 1),
        whole_mb_per_person=round(last[2] / people, 1),
        growth_mb_per_person=round((last[2] - first[2]) / people, 2),
        errors=len(errors),
        lost=lost,
        first_error=errors[0] if errors else "",
        chromium=run.chromium,
    )


def _quantile(ordered: list[float], part: float) -> float:
    return round(ordered[min(len(ordered) - 1, int(part * len(ordered)))], 3) if ordered else float("nan")


def print_table(rows: list[Row]) -> None:
    """The rows as a Markdown table."""
    columns: dict[str, Callable[[Row], object]] = {
        "server": lambda row: row.server,
        "people": lambda row: row.people,
        "form p50, s": lambda row: row.form_p50,
        "p95, s": lambda row: row.form_p95,
        "max, s": lambda row: row.form_max,
        "saw the line": lambda row: row.stood_in_line,
        "saves/s": lambda row: row.saves_per_second,
        "save p50, ms": lambda row: row.save_p50_ms,
        "p99, ms": lambda row: row.save_p99_ms,
        "CPU s each": lambda row: row.cpu_per_person,
        "own MB": lambda row: row.own_mb,
        "MB each, all in": lambda row: row.whole_mb_per_person,
        "growth": lambda row: row.growth_mb_per_person,
        "errors": lambda row: row.errors,
        "lost": lambda row: row.lost,
    }
    print("| " + " | ".join(columns) + " |")
    print("|" + " --- |" * len(columns))
    for row in rows:
        print("| " + " | ".join(str(show(row)) for show in columns.values()) + " |")
    for row in rows:
        if row.chromium:
            print(f"\nChromium among {row.people} ({row.server}): {row.chromium}")
        if row.first_error:
            print(f"\n{row.server}, {row.people} people: the first error was {row.first_error}")


if __name__ == "__main__":
    main()
