"""Lists of programs for tests, as files in many layouts."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

from cluster_kit.crosswalk.reference import Reference
from cluster_kit.crosswalk.similarity import short_title

HEADER = ["CIP Code", "Program Title", "Career Cluster", "Level", "Enrollment", "CTE Concentrators", "District"]
PLAIN = [
    HEADER,
    ["01.0101", "Agricultural Business", "Agriculture, Food & Natural Resources", "Secondary", 40, 12, "North"],
    ["52.0301", "Accounting", "Finance", "Secondary", 30, 15, "North"],
    ["51.3801", "Registered Nursing", "Health Science", "Postsecondary", 80, 44, "River College"],
]


def as_csv(rows: Sequence[Sequence[object]], encoding: str = "utf-8", separator: str = ",") -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=separator).writerows(rows)
    return buffer.getvalue().encode(encoding)


def as_xlsx(path: Path, sheets: dict[str, Sequence[Sequence[object]]], merged: Sequence[str] = ()) -> Path:
    """A workbook; ``merged`` are ranges of the first sheet to merge, such as ``"E1:F1"``."""
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"})
    for number, (name, rows) in enumerate(sheets.items()):
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
        for area in merged if number == 0 else ():
            row = rows[int(area[1:].partition(":")[0]) - 1]
            sheet.merge_range(area, row[ord(area[0]) - ord("A")])
    book.close()
    return path


def with_member(path: Path, name: str) -> Path:
    """The workbook with an additional member in its package."""
    with zipfile.ZipFile(path, "a") as package:
        package.writestr(name, b"\0")
    return path


def make_rows(reference: Reference, count: int) -> list[list[object]]:
    """A fictional inventory: correct codes, codes without zeros, unknown, retired, and missing ones; inexact titles."""
    chance = random.Random(1)
    former = list(reference.former.by_id.values())
    rows: list[list[object]] = [list(HEADER)]
    for _ in range(count):
        entry = chance.choice(reference.cip.entries)
        cluster = chance.choice(entry.places).cluster
        fits = [one for one in former if any(became.cluster == cluster for became in one.became)]
        code = entry.code
        if chance.random() < 0.1:
            code = chance.choice(
                [entry.code.lstrip("0"), entry.code.replace(".", ""), f"{entry.code[:5]}99", "", "43.0106"]
            )
        title = f"{chance.choice(['', 'Introduction to '])}{short_title(entry.title)}{chance.choice(['', ' I', ' II'])}"
        enrolled = chance.randint(5, 200)
        level, place = chance.choice(["Secondary", "Postsecondary"]), f"District {chance.randint(1, 600)}"
        rows.append([code, title, chance.choice(fits).title, level, enrolled, chance.randint(0, enrolled), place])
    return rows
