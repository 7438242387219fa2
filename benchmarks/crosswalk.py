"""How fast is the crosswalk, and how far can its confidence be believed?

``python -m benchmarks.crosswalk [--rows 50000] [--file CROSSWALK.xlsx] [--json]`` prints two tables:

- seconds for each step with a made-up list of programs (as CSV and as XLSX) and a crosswalk of the published size:
  reading the crosswalk, measuring its confidence, reading the list, proposing, summarizing, writing;
- the reliability of the confidence on families of codes that it was not measured on, for the kit's own sample, or for
  the crosswalk that ``--file`` names.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

import xlsxwriter

from benchmarks.reliability import Reliability, measure_reliability
from cluster_kit.content.crosswalk_files import load_crosswalk_content
from cluster_kit.crosswalk.cross_validation import calibrate
from cluster_kit.crosswalk.importing import import_workbook
from cluster_kit.crosswalk.inventory import read_inventory
from cluster_kit.crosswalk.proposing import ClusterProposals, propose_clusters
from cluster_kit.crosswalk.reference import CodeEntry, CodeTable, Reference, load_reference, save_table
from cluster_kit.crosswalk.sample import write_sample_workbook
from cluster_kit.crosswalk.similarity import short_title
from cluster_kit.crosswalk.summary import summarize_crosswalk
from cluster_kit.crosswalk.text_files import write_changes, write_codebook, write_inventory
from cluster_kit.crosswalk.workbook import WorkbookContext, write_crosswalk_workbook

PUBLISHED_CODES = 1946
HEADER = ["CIP Code", "Program Title", "Career Cluster", "Level", "Enrollment", "CTE Concentrators", "District"]
FIELDS = ("Applied", "Industrial", "Community", "Clinical", "Digital", "Rural", "Public", "Advanced Practice")

T = TypeVar("T")


def main() -> None:
    """Measure, and print tables or, with ``--json``, an object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        seconds = measure_speed(Path(folder), options.rows)
        reliability = measure_reliability(open_crosswalk(Path(folder), options.file))
    if options.json:
        print(json.dumps({"seconds": seconds, "reliability": [asdict(row) for row in reliability]}, indent=2))
    else:
        print_tables(options.rows, seconds, reliability)


def open_crosswalk(folder: Path, file: Path | None) -> Reference:
    """The crosswalk in a workbook, or the kit's own sample."""
    content = load_crosswalk_content()
    sample = load_reference(folder / "none", content)
    if file is None:
        return sample
    for table in import_workbook(file, sample.places).tables:
        save_table(folder / "measured", table)
    return load_reference(folder / "measured", content)


def measure_speed(folder: Path, count: int) -> dict[str, float]:
    """Seconds for each step, on a crosswalk of the published size."""
    seconds: dict[str, float] = {}

    def timed(step: str, work: Callable[[], T]) -> T:
        begin = time.perf_counter()
        result = work()
        seconds[step] = round(time.perf_counter() - begin, 2)
        return result

    content = load_crosswalk_content()
    sample = load_reference(folder / "none", content)
    write_sample_workbook(folder / "large.xlsx", enlarge(sample.cip), sample.places)
    imported = timed("read the crosswalk", lambda: import_workbook(folder / "large.xlsx", sample.places))
    save_table(folder, imported.tables[0])
    reference = load_reference(folder, content)
    calibration = timed("measure its confidence", lambda: calibrate(reference))
    rows = make_list(reference, count)
    write_csv(folder / "list.csv", rows)
    write_xlsx(folder / "list.xlsx", rows)
    timed("read the list (XLSX)", lambda: read_inventory(folder / "list.xlsx"))
    inventory = timed("read the list (CSV)", lambda: read_inventory(folder / "list.csv"))
    proposals = timed("propose", lambda: propose_clusters(inventory, reference, calibration))
    summary = timed("summarize", lambda: summarize_crosswalk(proposals))
    book = folder / "coded.xlsx"
    timed(
        "write the workbook",
        lambda: write_crosswalk_workbook(book, proposals, summary, WorkbookContext("OH", "Ohio", "2026")),
    )
    timed("write the CSV", lambda: write_inventory(folder / "coded.csv", proposals))
    timed("write codebook and change log", lambda: write_rest(folder, proposals))
    return seconds


def write_rest(folder: Path, proposals: ClusterProposals) -> None:
    """The codebook and the change log."""
    write_codebook(folder / "codebook.csv", proposals)
    write_changes(folder / "changes.csv", proposals, {})


def enlarge(table: CodeTable) -> CodeTable:
    """A made-up crosswalk of the published size: the sample's codes, each with neighbours of similar titles."""
    entries = {entry.code: entry for entry in table.entries}
    for step in range(1, 90):
        for entry in table.entries:
            code = f"{entry.code[:5]}{(int(entry.code[5:]) + step) % 100:02}"
            if len(entries) < PUBLISHED_CODES and code not in entries:
                title = f"{FIELDS[step % len(FIELDS)]} {entry.title}"
                entries[code] = CodeEntry(code=code, title=title, places=entry.places)
    ordered = tuple(entries[code] for code in sorted(entries))
    return CodeTable(kind="cip", source="made up", imported_at=table.imported_at, entries=ordered)


def make_list(reference: Reference, count: int, seed: int = 7) -> list[list[object]]:
    """A made-up list of programs with loose titles, a few codes without zeros, and a few that are unknown."""
    chance = random.Random(seed)
    former = list(reference.former.by_id.values())
    rows: list[list[object]] = [list(HEADER)]
    for _ in range(count):
        entry = chance.choice(reference.cip.entries)
        code = entry.code if chance.random() > 0.1 else chance.choice([entry.code.lstrip("0"), ""])
        title = f"{chance.choice(['', 'Introduction to '])}{short_title(entry.title)}{chance.choice(['', ' I', ' II'])}"
        enrolled = chance.randint(5, 200)
        place = f"District {chance.randint(1, 600)}"
        level = chance.choice(["Secondary", "Postsecondary"])
        rows.append([code, title, chance.choice(former).title, level, enrolled, chance.randint(0, enrolled), place])
    return rows


def write_csv(path: Path, rows: list[list[object]]) -> None:
    """The rows as a text file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


def write_xlsx(path: Path, rows: list[list[object]]) -> None:
    """The rows as a workbook."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Programs")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()


def print_tables(count: int, seconds: dict[str, float], reliability: list[Reliability]) -> None:
    """Both tables, for people."""
    print(f"{count:,} programs, {PUBLISHED_CODES:,} codes")
    for step, spent in seconds.items():
        print(f"  {step:<32}{spent:>8.2f} s")
    print(f"\n{'confidence':<16}{'cases':>8}{'predicted':>12}{'right':>8}")
    for row in reliability:
        span = f"{row.low:.1f} to {row.high:.1f}"
        print(f"{span:<16}{row.cases:>8.0f}{row.predicted:>12.2f}{row.observed:>8.2f}")


if __name__ == "__main__":
    main()
