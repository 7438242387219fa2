"""How long do lists of 50,000 rows take to read, and how do files of hostile sizes end?

``python -m benchmarks.tables [--rows 50000] [--json]`` prints, for each file and each reader (rosters, program lists),
the seconds, the peak memory of the process so far, and the result: the number of rows, or the sentence. The
workbooks' own reader is a subprocess, whose memory is not counted. The figures are of one machine, and no test
compares them.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
import xlsxwriter

from cluster_kit.content import load_content
from cluster_kit.crosswalk import read_inventory
from cluster_kit.errors import ClusterKitError
from cluster_kit.roster.staff_list import read_roster

LONGEST_SENTENCE = 110
NAMES = ("Ana", "Ben", "Kim", "Lee", "Robin", "Sam", "Tasi", "Zoë")


@dataclass(frozen=True)
class Reading:
    """One file, read once."""

    file: str
    reader: str
    megabytes: float
    seconds: float
    memory_mb: int
    result: str


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
        files = [*make_lists(Path(folder), options.rows), *make_hostile(Path(folder))]
        found = [measure(path, name, read) for path in files for name, read in readers.items()]
    if options.json:
        print(json.dumps([asdict(one) for one in found], indent=2))
    else:
        print_table(found)


def measure(path: Path, name: str, read: Callable[[Path], int]) -> Reading:
    """Read a file once."""
    begin = time.perf_counter()
    try:
        result = f"{read(path):,} rows"
    except ClusterKitError as error:
        result = str(error).removeprefix(f"{path.parent}/")[:LONGEST_SENTENCE]
    seconds = round(time.perf_counter() - begin, 2)
    memory = psutil.Process().memory_info().rss // 1_000_000
    return Reading(path.name, name, round(path.stat().st_size / 1e6, 2), seconds, memory, result)


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


def write_workbook(path: Path, rows: list[list[str]]) -> Path:
    """The rows as a workbook."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return path


def print_table(found: list[Reading]) -> None:
    """The readings, for people."""
    print(f"{'file':<18}{'reader':<10}{'MB':>7}{'s':>8}{'memory':>9}  result")
    for one in found:
        print(f"{one.file:<18}{one.reader:<10}{one.megabytes:>7}{one.seconds:>8}{one.memory_mb:>6} MB  {one.result}")


if __name__ == "__main__":
    main()
