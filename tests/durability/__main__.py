"""``python -m tests.durability --kills 1000``: the kill campaign by hand.

Each target is killed equally often. The same seed makes the same choices. Ctrl-C ends it with a report.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
import tempfile
from pathlib import Path
from time import monotonic

from tests.durability.campaign import (
    INTERRUPTED,
    TARGETS,
    CampaignStoppedError,
    DataLossError,
    TargetReport,
    run_target,
)


def main() -> int:
    """Run the campaign; 0 if nothing was lost, 1 if something was or if it stopped, 130 if it was interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.durability", description=__doc__)
    parser.add_argument("--kills", type=int, default=60, help="kills in all (default: 60)")
    parser.add_argument("--targets", default=",".join(TARGETS), help=f"default: {','.join(TARGETS)}")
    parser.add_argument("--seed", type=int, default=None, help="repeat the choices of an earlier run")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    options = parser.parse_args()
    targets = options.targets.split(",")
    if unknown := set(targets) - set(TARGETS):
        parser.error(f"unknown targets: {', '.join(sorted(unknown))}")
    seed = secrets.randbelow(10**6) if options.seed is None else options.seed
    reports = _Progress(options.kills, seed).run(targets)
    if options.json:
        print(json.dumps([one.as_json() for one in reports], indent=2))
    else:
        for one in reports:
            print(_line(one))
    if any(INTERRUPTED in one.problems for one in reports):
        return 130
    return 1 if any(one.lost or one.problems for one in reports) else 0


class _Progress:
    """Runs the targets one after the other, and says on stderr how far it is."""

    def __init__(self, kills: int, seed: int) -> None:
        self.kills, self.seed = kills, seed
        self._done, self._before, self._begun = 0, 0, monotonic()

    def run(self, targets: list[str]) -> list[TargetReport]:
        """The report of each target; the last one may be interrupted or have lost something."""
        reports: list[TargetReport] = []
        self._say(f"seed {self.seed}, {self.kills} kills of {', '.join(targets)}")
        for number, target in enumerate(targets):
            share = self.kills // len(targets) + (number < self.kills % len(targets))
            try:
                with tempfile.TemporaryDirectory(prefix="durability-") as folder:
                    reports.append(run_target(target, share, self.seed, Path(folder), tell=self._tell))
            except DataLossError as error:
                self._say(str(error))
                reports.append(TargetReport(target, self.seed, lost=1, problems=(str(error),)))
                break
            except CampaignStoppedError as error:
                self._say(str(error))
                reports.append(error.report)
                break
            except KeyboardInterrupt:
                reports.append(TargetReport(target, self.seed, problems=(INTERRUPTED,)))
            if INTERRUPTED in reports[-1].problems:
                break
            self._before += share
        return reports

    def _tell(self, report: TargetReport) -> None:
        done = self._before + report.kills
        left_s = (monotonic() - self._begun) / done * (self.kills - done)
        counts = f"{report.answers} answers and {report.events} events compared"
        self._say(
            f"{done}/{self.kills} {report.target}: {counts}, {report.lost} lost, about {left_s / 60:.0f} min left"
        )

    def _say(self, line: str) -> None:
        print(line, file=sys.stderr, flush=True)


def _line(one: TargetReport) -> str:
    counts = f"{one.answers} answers, {one.events} events, {one.files} files; {one.comparisons} comparisons"
    longest = f"at most {one.longest_s} s until acknowledged again"
    return f"{one.target}: {one.kills} kills, {counts}; {one.lost} lost; {longest}"


if __name__ == "__main__":
    sys.exit(main())
