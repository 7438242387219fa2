"""Read delimited text files: detect the delimiter, and parse the rows."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

SEPARATORS = (",", "\t", ";", "|")
_SAMPLE_ROWS = 60
_SAMPLE_CHARACTERS = 200_000
# A first line that sets the delimiter for Excel.
_DECLARED = re.compile(r'"?sep=(.)"?\r?(?:\n|$)', re.IGNORECASE)


def find_separator(text: str) -> str:
    """The delimiter that splits the first rows most evenly into the most columns; by default a comma.

    A first line such as ``sep=;`` overrides this.
    """
    if (declared := _DECLARED.match(text)) and declared[1] in SEPARATORS:
        return declared[1]
    sample = "".join(text[:_SAMPLE_CHARACTERS].splitlines(keepends=True)[:_SAMPLE_ROWS])
    best = max(SEPARATORS, key=lambda separator: _rate(sample, separator))
    return best if _rate(sample, best)[0] else ","


def read_separated(text: str, separator: str = "") -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of its first line, from 1. A line ``sep=;`` is an empty row.

    ``separator`` empty: the one that fits the text best.

    Raises
    ------
    csv.Error
        If a row cannot be read.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator or find_separator(text), strict=False)
    is_declared, line = bool(_DECLARED.match(text)), 1
    for cells in reader:
        yield line, [] if is_declared and line == 1 else cells
        line = reader.line_num + 1


def _rate(sample: str, separator: str) -> tuple[int, int]:
    """The number of rows with the most common width above one column, and that width."""
    widths: Counter[int] = Counter()
    try:
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=separator):
            widths[len(row)] += any(cell.strip() for cell in row)
    except csv.Error:
        return 0, 0
    width, rows = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]), default=(0, 0))
    return (rows if width > 1 else 0), width
