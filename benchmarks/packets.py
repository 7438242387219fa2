"""How fast are packets? All of them in four formats, beside a plain loop over the same notebooks.

``python -m benchmarks.packets [--states 57] [--sessions 1,2,3,4] [--plain 3] [--workers 2] [--json]`` fills a store for
every state and makes the ``after`` packets of all sessions (notebook, page, PDF and Word file), first without and then
with the check of each page and PDF. Before that it runs ``papermill`` and ``jupyter nbconvert --to html`` from the
command line over some notebooks of the same list, one after the other, as a script would. The plain loop makes no
document but HTML and checks none; since its notebooks take about as long as one another, ``--plain`` says how many it
does.

Processor time is that of the whole tree of processes (kernels and Chromium too), looked at once a second, and with
what a process's ended children have used; memory is the highest sum of their unique parts (USS), looked at every five
seconds. Looking takes processor time of its own: more often than this, and ours, which keeps all processors busy, is
measured slower than it is. What else the machine does shows in wall time, and there only.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from cluster_kit.content import Content, load_content
from cluster_kit.content.notebooks import find_notebook
from cluster_kit.packets import PACKET_FORMATS, BatchOptions, Job, PacketRequest, make_packets, plan_jobs
from cluster_kit.process_pool import default_workers
from cluster_kit.settings import Settings
from cluster_kit.store import Store
from tests.packets.filling import fill

SERIES = "2026"
WORDS = "By March the agencies agree which courses count for both, and who says so."
EVERY_S = 1.0
LOOKS_PER_MEMORY = 5


@dataclass
class Use:
    """What a run used. ``cpu_s`` is user and system time; ``memory_mb`` the highest unique memory of all processes."""

    name: str
    packets: int
    wall_s: float = 0.0
    cpu_s: float = 0.0
    memory_mb: float = 0.0

    @property
    def each_s(self) -> float:
        """Wall seconds for each packet."""
        return self.wall_s / self.packets

    def per_packet(self) -> dict[str, float | str | int]:
        """Seconds and memory for each packet, as a row of a table."""
        return {
            "run": self.name,
            "packets": self.packets,
            "wall s": round(self.wall_s, 1),
            "wall s each": round(self.each_s, 2),
            "cpu s each": round(self.cpu_s / self.packets, 2),
            "memory MB": round(self.memory_mb),
        }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Packets for a whole country, beside a plain loop.")
    parser.add_argument("--states", type=int, default=57, help="for how many states (default: all 57)")
    parser.add_argument("--sessions", default="1,2,3,4", help="of which sessions (default: 1,2,3,4)")
    parser.add_argument("--plain", type=int, default=3, help="how many notebooks the plain loop does (default: 3)")
    parser.add_argument("--workers", type=int, default=default_workers(), help="processes (default: as the command)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    sessions = [int(number) for number in options.sessions.split(",")]
    with tempfile.TemporaryDirectory() as folder:
        content = load_content(SERIES)
        codes = [jurisdiction.code for jurisdiction in content.jurisdictions][: options.states]
        settings = fill_store(Path(folder), content, codes)
        jobs = plan_jobs(content, sessions, codes)
        some = jobs[:: max(len(jobs) // options.plain, 1)][: options.plain]
        wanted = PacketRequest(SERIES, sessions, codes, formats=PACKET_FORMATS.names())
        plain = run_plain(settings, some, Path(folder) / "plain")
        runs = [
            plain,
            run_ours(
                "packets, unchecked",
                settings,
                wanted,
                Path(folder) / "bare",
                BatchOptions(options.workers, check=False),
            ),
            run_ours("packets", settings, wanted, Path(folder) / "checked", BatchOptions(options.workers)),
        ]
    rows = [{**use.per_packet(), "times plain": round(plain.each_s / use.each_s, 1)} for use in runs]
    print(json.dumps(rows, indent=2) if options.json else as_table(rows))


def fill_store(folder: Path, content: Content, codes: list[str]) -> Settings:
    """A home in which a person of every state has answered everything."""
    settings = Settings(folder / "home")
    settings.home.mkdir()
    numbers = [session.number for session in content.sessions]
    with Store.open(settings.db_url) as store:
        for code in codes:
            store.append(fill(content, numbers, code, f"person-{code}", lambda _: WORDS))
    return settings


def run_plain(settings: Settings, jobs: list[Job], out: Path) -> Use:
    """papermill and nbconvert from the command line, one notebook after the other."""
    out.mkdir()
    tools, use = Path(sys.executable).parent, Use("plain loop", len(jobs))
    with measuring(use):
        for job in jobs:
            executed = out / f"{job.name}.ipynb"
            given = ["-r", "series", job.series, "-p", "session", str(job.session)]
            given += ["-p", "jurisdiction", job.jurisdiction, "-p", "mode", "packet"]
            notebooks = [str(find_notebook(job.session)), str(executed)]
            run = [str(tools / "papermill"), "--no-progress-bar", *notebooks, *given]
            convert = [str(tools / "jupyter"), "nbconvert", "--to", "html", str(executed)]
            environment = {**os.environ, **settings.environment()}
            for command in (run, convert):
                subprocess.run(command, env=environment, check=True, capture_output=True)
    return use


def run_ours(name: str, settings: Settings, wanted: PacketRequest, out: Path, how: BatchOptions) -> Use:
    """The batch, in four formats."""
    use = Use(name, 0)
    with measuring(use):
        manifest = make_packets(settings, wanted, out, how)
    wrong = [r for r in manifest.results if r.error or (how.check and r.accessibility != "passed")]
    if wrong:
        raise SystemExit(f"{wrong[0].job.name}: {wrong[0].error or wrong[0].checks}")
    use.packets = len(manifest.results)
    return use


@contextmanager
def measuring(use: Use) -> Iterator[None]:
    """Watch this process and all below it."""
    stop = threading.Event()
    watcher = threading.Thread(target=watch, args=(use, stop))
    start = time.monotonic()
    watcher.start()
    try:
        yield
    finally:
        use.wall_s = time.monotonic() - start
        stop.set()
        watcher.join()


def watch(use: Use, stop: threading.Event) -> None:
    """Look now and then at this process and those below it, until told to stop.

    What a process has used, with its children that have ended, never goes down while it lives; only at the end of a
    run, when whole families go. The most that was ever seen is therefore what all of them have used.
    """
    me = psutil.Process()
    before = sum(map(processor_s, [me, *me.children(recursive=True)]))  # the last run's may not have gone yet
    for look in itertools.count():
        is_over = stop.wait(EVERY_S)
        family = me.children(recursive=True)
        use.cpu_s = max(use.cpu_s, sum(map(processor_s, [me, *family])) - before)
        if is_over:
            break
        if look % LOOKS_PER_MEMORY == 0:  # which takes a while
            use.memory_mb = max(use.memory_mb, sum(map(memory_mb, family)))


def processor_s(process: psutil.Process) -> float:
    """Processor time of a process and of its children that have ended; 0 when it has ended itself."""
    try:
        return sum(process.cpu_times()[:4])
    except psutil.Error:
        return 0.0


def memory_mb(process: psutil.Process) -> float:
    """The unique memory of a process; 0 when it has ended."""
    try:
        return float(process.memory_full_info().uss) / 1e6
    except psutil.Error:
        return 0.0


def as_table(rows: list[dict[str, float | str | int]]) -> str:
    """The rows as text."""
    widths = {name: max(len(name), *(len(str(row[name])) for row in rows)) for name in rows[0]}
    lines = ["  ".join(name.rjust(width) for name, width in widths.items())]
    lines += ["  ".join(str(row[name]).rjust(width) for name, width in widths.items()) for row in rows]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
