"""Rejects data about individual students before anything else is read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cluster_kit.crosswalk.errors import StudentDataError
from cluster_kit.crosswalk.grids import Cell, Grid
from cluster_kit.crosswalk.student_rows import refuse_student_rows
from cluster_kit.filetypes.headers import FIRST_ROWS, cell_text, plain_header

_ABOUT_ONE_STUDENT = (
    (
        r"\b(student|learner|pupil|participant) ?(state |local )?(id|ids|identifier|number|key)\b",
        "identifies individual students",
    ),
    (r"\b(student|learner|pupil|participant)s? (full )?name\b", "holds names of students"),
    (
        r"\b(ssn|social security|ssid|sasid|state student|unique student|statewide student)\b",
        "identifies individual students",
    ),
    (r"^(stu|sid|lasid|ssn)( ?#| id| no| num(ber)?)?$", "identifies individual students"),
    (r"^last( name)? first( name)?$", "holds names of people"),
    (r"\b(dob|birth ?date|date of birth|birth ?day|born)\b", "holds birth dates"),
    (r"^(student |learner )?(first|last|middle|given|family|sur) ?name$|^surname$", "holds names of people"),
    (r"\b(student|learner|home|parent|guardian)s? (e ?mail|phone|address)\b", "holds addresses of students"),
)
_NUMBER = re.compile(r"[\d.,]+")
_YEAR = re.compile(r"(19|20)\d\d")
_SSN = re.compile(r"\d{3}-\d{2}-\d{4}")
_SAMPLE_ROWS = 500
_ENOUGH = 3


def refuse_student_data(file: str, grids: Sequence[Grid]) -> None:
    """Raise ``StudentDataError`` if a sheet has a column about individual students, by its name, its values,
    or the shape of its rows.
    """
    for grid in grids:
        for row in filter(_may_be_names, grid.rows[:FIRST_ROWS]):
            for cell in row:
                if why := _why(cell):
                    raise StudentDataError(file, grid.name, cell_text(cell), why)
        _refuse_numbers(file, grid)
    refuse_student_rows(file, grids)


def _may_be_names(row: Sequence[Cell]) -> bool:
    """True unless the row has a number other than a year: header rows have none."""
    texts = [cell_text(cell) for cell in row]
    return not any(_NUMBER.fullmatch(text) and not _YEAR.fullmatch(text) for text in texts)


def _why(cell: Cell) -> str:
    if not isinstance(cell, str) or not 2 < len(cell) < 60:
        return ""
    name = plain_header(cell)
    return next((why for pattern, why in _ABOUT_ONE_STUDENT if re.search(pattern, name)), "")


def _refuse_numbers(file: str, grid: Grid) -> None:
    """Raise ``StudentDataError`` for Social Security numbers, whatever the column's name."""
    counts: dict[int, int] = {}
    for row in grid.rows[:_SAMPLE_ROWS]:
        for place, cell in enumerate(row):
            if isinstance(cell, str) and len(cell) == 11 and _SSN.fullmatch(cell):
                counts[place] = counts.get(place, 0) + 1
                if counts[place] >= _ENOUGH:
                    name = f"number {place + 1}"
                    raise StudentDataError(file, grid.name, name, "holds social security numbers")
