"""How our server compares with others in one run, and whether it has become worse than recorded.

Only ratios are compared: absolute figures say how fast a machine is. A ratio is ours over the other server's in the
same run, so that lower is better. The time to form is compared by its median where few people arrive (the 95th
percentile of 20 is the slowest of them), and not below ``NOISE``, where it is a few scheduling delays.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from benchmarks.results import TITLES, Row, Run

RECORDED = Path(__file__).with_name("recorded.json")
WORSE = 1.5
OURS = ("ours", "ours-2", "ours-cold")
OTHERS = ("stock", "solara")
FEW = 100
NOISE = {"form_p50_s": 0.02}
FIGURES = {
    "cpu_s": "CPU per person",
    "form_p50_s": "time to form, p50",
    "form_p95_s": "time to form, p95",
    "whole_mb": "memory per person",
}

Ratios = dict[str, dict[str, dict[str, float]]]  # by run, by "ours / stock", by figure


def compare(rows: Sequence[Row]) -> Ratios:
    """The ratios of all runs that measured our server beside another."""
    measured = {(Run(row.people, row.within_s), row.server): row for row in rows if not row.recorded}
    ratios: Ratios = {}
    for (run, server), row in measured.items():
        others = [measured[run, other] for other in OTHERS if (run, other) in measured]
        for other in others if server in OURS else ():
            pair = {
                figure: round(ours / theirs, 4)
                for figure in _figures(run, server)
                if (ours := getattr(row, figure)) and (theirs := getattr(other, figure))
            }
            ratios.setdefault(str(run), {})[f"{server} / {other.server}"] = pair
    return ratios


def _figures(run: Run, server: str) -> list[str]:
    """What is compared. A cold server's time to form is left out where few people arrive.

    It is the time to render a page; the others' is the length of their queue, which depends on the machine.
    """
    time_to_form = "form_p95_s" if run.people >= FEW else "form_p50_s"
    has_time = run.people >= FEW or server != "ours-cold"
    return ["cpu_s", "whole_mb", *([time_to_form] if has_time else [])]


def load_recorded() -> Ratios:
    """The ratios that a run is checked against."""
    recorded: Ratios = json.loads(RECORDED.read_text(encoding="utf-8"))
    return recorded


def record(ratios: Ratios) -> None:
    """Keep these ratios; those of other runs stay."""
    kept = load_recorded() if RECORDED.exists() else {}
    RECORDED.write_text(json.dumps({**kept, **ratios}, indent=2) + "\n", encoding="utf-8")


def find_failures(rows: Sequence[Row], ratios: Ratios, recorded: Ratios) -> list[str]:
    """One sentence for each ratio that is worse than recorded by half, for each error of ours, and for lost answers."""
    failures = [f"{run}: no ratios are recorded for this run" for run in ratios if run not in recorded]
    for run, pairs in ratios.items():
        for pair, figures in pairs.items():
            for figure, before in recorded.get(run, {}).get(pair, {}).items():
                now = figures.get(figure)
                if now is None:
                    failures.append(f"{run}: {pair}: {FIGURES[figure]} was not measured")
                elif now > max(WORSE * before, NOISE.get(figure, 0.0)):
                    failures.append(f"{run}: {pair}: {FIGURES[figure]} is {now:g} instead of {before:g}")
    for row in rows:
        if row.server in OURS and (row.errors or row.lost):
            name = f"{row.people}/{row.within_s:g}: {TITLES[row.server]}"
            failures.append(f"{name}: {row.errors} errors ({row.first_error}), {row.lost} acknowledged answers lost")
    return failures


def print_ratios(ratios: Ratios, recorded: Ratios) -> None:
    """The ratios as a Markdown table, beside the recorded ones."""
    print("\n| people / s | servers | figure | ratio | recorded |")
    print("|" + " --- |" * 5)
    for run, pairs in ratios.items():
        for pair, figures in pairs.items():
            for figure, now in figures.items():
                before = recorded.get(run, {}).get(pair, {}).get(figure)
                print(f"| {run} | {pair} | {FIGURES[figure]} | {now:g} | {'—' if before is None else f'{before:g}'} |")
