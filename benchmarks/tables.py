"""How long do lists of 50,000 rows take to read, and how do files of hostile sizes end?

``python -m benchmarks.tables [--rows 50000] [--json]`` prints, for each file and each reader (rosters, program lists),
the seconds, the CPU seconds with those of subprocesses, the memory of the process, and the result: the number of rows,
or the sentence. For the lists, ``of pandas`` is the CPU time over that of ``pandas.read_csv`` or ``pandas.read_excel``,
which only parse the cells. The workbooks' own reader is a subprocess, whose memory is not counted. No test compares
the figures.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path

import pandas as pd
import psutil
import xlsxwriter

from cluster_kit.content import load_content
from cluster_kit.crosswalk import read_inventory
from cluster_kit.errors import ClusterKitError
from cluster_kit.roster.lists.staff_list import read_roster

LONGEST_SENTENCE = 110
NAMES = ("Ana", "Ben", "Kim", "Lee", "Robin", "Sam", "Tasi", "Zoë")


@dataclass(frozen=True)
class Reading:
    """One file, read once."""

    file: str
    reader: str
    megabytes: float
    seconds: float
    cpu_s: float
    memory_mb: int
    result: str
    of_pandas: float | None = None


def main() -> None:
    """Measure, and print a table or, with ``--json``, a list."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    content = load_content("2026")
    readers: dict[str, Callable[[Path], int]] = {
        "roster": lambda path: len(read_roster(content, path).rows),
        "programs": lambda path: len(read_inventory(path).programs),
    }
    with tempfile.TemporaryDirectory() as folder:
        lists, hostile = [*make_lists(Path(folder), options.rows)], [*make_hostile(Path(folder))]
        compared = (one for path in lists for one in compare_with_pandas(path, readers))
        measured = (measure(path, name, read) for path in hostile for name, read in readers.items())
        found = chain(compared, measured)
        if options.json:
            print(json.dumps([asdict(one) for one in found], indent=2))
        else:
            print_table(found)


def compare_with_pandas(path: Path, readers: Mapping[str, Callable[[Path], int]]) -> list[Reading]:
    """The list as pandas reads it, and as the readers do. Each reads it twice, of which the faster counts."""
    stock = pd.read_csv if path.suffix == ".csv" else partial(pd.read_excel, engine="openpyxl")
    both = {"pandas": lambda one: len(stock(one)), **readers}
    pandas, *ours = (min((measure(path, *one) for _ in range(2)), key=lambda r: r.cpu_s) for one in both.items())
    return [pandas, *(replace(one, of_pandas=round(one.cpu_s / max(pandas.cpu_s, 0.01), 1)) for one in ours)]


def measure(path: Path, name: str, read: Callable[[Path], int]) -> Reading:
    """Read a file once."""
    begin, used = time.perf_counter(), sum(os.times()[:4])
    try:
        result = f"{read(path):,} rows"
    except ClusterKitError as error:
        result = str(error).removeprefix(f"{path.parent}/")[:LONGEST_SENTENCE]
    seconds = round(time.perf_counter() - begin, 2)
    memory = psutil.Process().memory_info().rss // 1_000_000
    cpu = round(sum(os.times()[:4]) - used, 2)
    return Reading(path.name, name, round(path.stat().st_size / 1e6, 2), seconds, cpu, memory, result)


def make_lists(folder: Path, count: int) -> Iterator[Path]:
    """A made-up list of people and one of programs, each as text and as a workbook."""
    chance = random.Random(7)
    people = [["State", "Name", "Email"]]
    programs = [["CIP Code", "Program Title", "District"]]
    for number in range(count - 1):
        name = f"{chance.choice(NAMES)} {chance.choice(NAMES)}son {number}"
        people.append([chance.choice(["OH", "Ohio", "Guam", "N. Carolina"]), name, f"p{number}@example.org"])
        code = chance.choice(["01.0101", "52.0301", "51.3801"])
        programs.append([code, f"Program {number % 900}", f"District {number % 600}"])
    for name, rows in {"people": people, "programs": programs}.items():
        text = folder / f"{name}.csv"
        text.write_text("\n".join(",".join(row) for row in rows), "utf-8")
        yield text
        yield write_workbook(folder / f"{name}.xlsx", rows)


def make_hostile(folder: Path) -> Iterator[Path]:
    """Small files that claim to be large, and large files that are no lists."""
    texts = {
        "commas.csv": b"," * 4_900_000 + b"x",
        "lines.csv": b"a\n" * 2_400_000,
        "quotes.csv": b'"' * 4_900_001,
        "brackets.json": b"[" * 4_900_000,
        "accents.csv": b"\xe9" * 4_900_000,
        "zeros.bin": bytes(4_900_000),
        "blank_rows.csv": b"State,Name,CIP\n" + b",,\n" * 1_600_000 + b"OH,Ana Reyes,01.0101\n",
        "wide.csv": b",".join(b"State %d" % at for at in range(40_000)) + b"\n" + (b"OH," * 15_000 + b"\n") * 90,
    }
    for name, raw in texts.items():
        path = folder / name
        path.write_bytes(raw)
        yield path
    with xlsxwriter.Workbook(str(folder / "far_away.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["State", "Name", "CIP"])
        sheet.write(1_048_575, 16_383, "17 billion cells away")
    yield folder / "far_away.xlsx"
    with xlsxwriter.Workbook(str(folder / "formatted.xlsx")) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        for row, cells in enumerate([["State", "Name", "CIP"], ["OH", "Ana Reyes", "01.0101"]]):
            sheet.write_row(row, 0, cells)
        sheet.write_blank(1_048_575, 16_383, None, bold)
    yield folder / "formatted.xlsx"
    yield write_workbook(folder / "wide.xlsx", [[f"State {at}" for at in range(16_384)], *[["OH"] * 16_384] * 20])
    for name, part in {"deep.xlsx": "xl/workbook.xml", "deep.zip": "inner.zip"}.items():
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(part, "w") as unpacked:
            for _ in range(1_100):
                unpacked.write(bytes(1_000_000))
        yield folder / name


def write_workbook(path: Path, rows: list[list[str]]) -> Path:
    """The rows as a workbook."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return path


def print_table(found: Iterable[Reading]) -> None:
    """The readings, for people, each when it is done."""
    print(f"{'file':<18}{'reader':<10}{'MB':>7}{'s':>8}{'CPU s':>8}{'of pandas':>11}{'memory':>9}  result")
    for one in found:
        times = f"{one.seconds:>8}{one.cpu_s:>8}{one.of_pandas or '':>11}"
        memory = f"{one.memory_mb:>6} MB"
        print(f"{one.file:<18}{one.reader:<10}{one.megabytes:>7}{times}{memory}  {one.result}", flush=True)


if __name__ == "__main__":
    main()
