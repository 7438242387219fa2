"""Everyone arrives within a minute: how soon can each of them fill out a form, and what does it cost?

``python -m benchmarks.arrivals [--servers ours,ours-cold,solara,stock] [--runs 20/60,57/60,171/60,1000/60,171/10]
[--release-0.1 DIR] [--json FILE] [--check]``

The same session on several servers, one after the other on this machine: ours with all pages prepared, without
(``ours-cold``), or with a process for each of two cores (``ours-2``); Solara, which serves everyone from one process
as we do; and stock Voilà with core ipywidgets, which starts a kernel for each page and stores nothing. Release 0.1 is
shown by recorded figures, or measured with ``--release-0.1`` and a checkout of commit 750aa1c.

A run such as ``171/60`` is 171 people who arrive at random moments within 60 s. Each loads the page, opens its
WebSocket, receives the form, saves ten answers at a person's pace, and stays until everyone is done. The visitors run
in one process of the same machine and take part of its processors; ``client CPU`` says how much for each person.

``--check`` compares ratios with those in ``recorded.json`` and exits with 1 where one is worse by half;
``--small --check`` is the version for continuous integration, with 20 people on every server in about a minute.
``--runs 171/60 --answers 180`` is 90 minutes with an answer every 30 s, at 15 times the speed.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.chromium import BrowserVisit, visit_with_chromium
from benchmarks.crowd import Party, Report, gather
from benchmarks.ratios import OURS, compare, find_failures, load_recorded, print_ratios, record
from benchmarks.results import TITLES, Row, Run, load_first_release, print_table, write_json
from benchmarks.stages import Stage, find_stages
from benchmarks.usage import cpu_seconds, memory
from benchmarks.visitors import Plan

RUNS = "20/60,57/60,171/60,1000/60,171/10"
SERVERS = "ours,ours-cold,solara,stock"
SMALL = {"runs": "20/8", "states": 7, "answers": 5, "pace": 0.3}
KERNELS_MOST = 171  # a kernel holds 34 to 48 MiB: a thousand of them are more than a machine with two cores has
HAS_KERNELS = ("stock", "release-0.1")


def main() -> None:
    """Measure, and print a table to stdout; progress goes to stderr."""
    options = _parse()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    rows: list[Row] = []
    skipped: list[str] = []
    for run in options.runs:
        for server in options.servers:
            if server in HAS_KERNELS and run.people > KERNELS_MOST:
                skipped.append(f"{TITLES[server]}, {run}: not run, the kernels would not fit into memory")
                continue
            print(f"{TITLES[server]}: {run.people} people within {run.within_s:g} s", file=sys.stderr)
            rows.append(measure(server, run, options))
            if options.json:
                write_json(options.json, rows, skipped)
        if "release-0.1" not in options.servers:
            rows += load_first_release(run)
    if options.json:
        write_json(options.json, rows, skipped)
    print_table(rows, skipped)
    _compare(rows, options)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--servers", default=SERVERS)
    parser.add_argument("--runs", default=RUNS, help="people/seconds, separated by commas")
    parser.add_argument("--session", type=int, default=1)
    parser.add_argument("--states", type=int, help="how many states our visitors are from; without: all")
    parser.add_argument("--answers", type=int, default=10, help="for each person")
    parser.add_argument("--pace", type=float, default=2.0, help="seconds between two answers of a person, on average")
    parser.add_argument("--release-0.1", type=Path, dest="checkout", help="a checkout of release 0.1, to measure")
    parser.add_argument("--browser", action="store_true", help="a real Chromium arrives in the middle (ours only)")
    parser.add_argument("--small", action="store_true", help="one short run of 20 people, for continuous integration")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a ratio is worse than recorded by half")
    parser.add_argument("--record", action="store_true", help="keep this run's ratios for --check")
    parser.add_argument("--json", type=Path, help="write the rows to this file, too")
    return _complete(parser.parse_args(), parser)


def _complete(options: argparse.Namespace, parser: argparse.ArgumentParser) -> argparse.Namespace:
    """The options with runs and servers as lists."""
    if options.small:
        vars(options).update(SMALL)
    pairs = [run.split("/") for run in options.runs.split(",")]
    options.runs = [Run(int(people), float(within_s)) for people, within_s in pairs]
    options.servers = options.servers.split(",")
    if options.checkout and "release-0.1" not in options.servers:
        options.servers.append("release-0.1")
    unknown = set(options.servers) - set(find_stages(options.checkout, options.states))
    if unknown:
        parser.error(f"unknown servers: {', '.join(sorted(unknown))}")
    return options


def _compare(rows: list[Row], options: argparse.Namespace) -> None:
    ratios, recorded = compare(rows), load_recorded()
    print_ratios(ratios, recorded)
    if options.record:
        record(ratios)
    if options.check:
        failures = find_failures(rows, ratios, recorded)
        for failure in failures:
            print(failure, file=sys.stderr)
        raise SystemExit(bool(failures))


@dataclass(frozen=True)
class Observed:
    """The visitors' report, and what the server used: memory before, once everyone had a form, and at the end."""

    report: Report
    cpu_s: float
    duration_s: float
    memory_mb: tuple[float, float, float]
    chromium: BrowserVisit | None


def measure(server: str, run: Run, options: argparse.Namespace) -> Row:
    """Start a server, let people arrive, and count."""
    start, plan = (
        find_stages(options.checkout, options.states)[server],
        Plan(options.session, options.answers, options.pace),
    )
    with tempfile.TemporaryDirectory() as folder, start(Path(folder), run.people + 1, options.session) as stage:
        has_browser = options.browser and server in OURS
        observed = _observe(stage, run, plan, has_browser=has_browser)
        saved = [answer for visit in observed.report.visits for answer in visit.saved]
        lost = stage.count_lost(saved) if stage.count_lost else None
    return _make_row(server, run, observed, lost)


def _observe(stage: Stage, run: Run, plan: Plan, *, has_browser: bool) -> Observed:
    party = Party(stage.visitor, stage.address, stage.keys[:-1], plan, run.within_s)
    before, cpu, began = memory(stage.process).whole, cpu_seconds(stage.process), time.monotonic()
    with ThreadPoolExecutor(1) as pool, gather(party) as crowd:
        visit = pool.submit(_visit_with_chromium, stage, run.within_s / 2) if has_browser else None
        crowd.wait_for("formed")
        formed = memory(stage.process).whole
        crowd.wait_for("done")
        cpu, duration = cpu_seconds(stage.process) - cpu, time.monotonic() - began
        chromium = visit.result() if visit else None
        held = (before, formed, memory(stage.process).whole)
        return Observed(crowd.dismiss(), cpu, duration, held, chromium)


def _visit_with_chromium(stage: Stage, after_s: float) -> BrowserVisit:
    time.sleep(after_s)
    return asyncio.run(visit_with_chromium(f"{stage.address}/join#{stage.keys[-1]}"))


def _make_row(server: str, run: Run, observed: Observed, lost: int | None) -> Row:
    visits = observed.report.visits
    forms = sorted(visit.to_form for visit in visits if visit.to_form is not None)
    saves = sorted(1000 * seconds for visit in visits for seconds in visit.saves)
    errors = [visit.error for visit in visits if visit.error]
    before, formed, held = observed.memory_mb
    return Row(
        server=server,
        people=run.people,
        within_s=run.within_s,
        form_p50_s=_quantile(forms, 0.5),
        form_p95_s=_quantile(forms, 0.95),
        form_max_s=_quantile(forms, 1),
        save_p50_ms=_quantile(saves, 0.5),
        save_p99_ms=_quantile(saves, 0.99),
        cpu_s=round(observed.cpu_s / run.people, 4),
        page_mb=round((held - before) / run.people, 3),
        whole_mb=round(held / run.people, 2),
        growth_mb=round((held - formed) / run.people, 3),
        errors=len(errors),
        lost=lost,
        saves_per_s=round(len(saves) / observed.duration_s, 1),
        client_cpu_s=round(observed.report.cpu_s / run.people, 4),
        queued=sum(visit.was_queued for visit in visits),
        first_error=errors[0] if errors else "",
        chromium=observed.chromium,
    )


def _quantile(ordered: list[float], part: float) -> float | None:
    return round(ordered[min(len(ordered) - 1, int(part * len(ordered)))], 3) if ordered else None


if __name__ == "__main__":
    main()
