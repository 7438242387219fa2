"""Rows about individual students, recognized by their shape, whatever the columns are called.

A list of programs has a row for each program. A student-level file repeats each program for each student: with an id
that is different in every row, and with something that changes from student to student: dates, a grade, a gender.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Sequence

from cluster_kit.crosswalk.codes import read_cip
from cluster_kit.crosswalk.errors import StudentDataError
from cluster_kit.crosswalk.grids import Cell, Grid
from cluster_kit.filetypes.headers import FIRST_ROWS, cell_text, plain_header

_SAMPLE_ROWS = 2_000
_FEWEST_ROWS = 3
_MOST, _NEARLY_ALL, _REPEATED = 0.6, 0.9, 0.7
_STUDENT_DATES = re.compile(r"\b(entry|entered|exit|exited|withdrawal|withdrawn|graduation|birth)( date)?\b")
_OTHER_ID = re.compile(r"\b(program|course|pathway|section|class|crn|district|school|college|site|institution)\b")
# Programs, and the places that offer them: the same program at another place is another row of a list of programs.
_PROGRAM = re.compile(
    r"\b(prgra?m|program|course|pathway|major|cip|title|district|lea|school|college|campus|site|location|county|region"
    r"|institution|provider|recipient)\b"
)
_PROGRAM_DATES = re.compile(
    r"\b(approv\w*|effective|expir\w*|renew\w*|review\w*|created|updated|modified|start|begin)\b"
)
_ONE_PERSON = re.compile(
    r"^(gender|sex|race|ethnicity|race ethnicity|grade( level)?|gpa|outcome|wage|wages|earnings|ell|iep|frl)$"
)
_GENDERS = frozenset({"m", "f", "x", "male", "female", "nonbinary", "non-binary", "man", "woman"})
_ID = re.compile(r"(?=.*\d)[A-Za-z0-9-]{1,20}")
_DATE = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-](\d{2}|\d{4})|\d{4}-\d\d-\d\d.*")


def refuse_student_rows(file: str, grids: Sequence[Grid]) -> None:
    """Raise ``StudentDataError`` if the rows of any sheet, hidden or not, are about individual students."""
    for grid in grids:
        header = _find_names(grid)
        if header is None:
            continue
        row, names = header
        columns = _columns(names, grid.rows[row + 1 : row + 1 + _SAMPLE_ROWS])
        if found := _find_students(names, columns):
            raise StudentDataError(file, grid.name, *found)


def _find_names(grid: Grid) -> tuple[int, list[str]] | None:
    """The first row, and its texts, that may be a header: as wide as the table, and without dates."""
    rows = grid.rows[:FIRST_ROWS]
    filled = [sum(bool(cell_text(cell)) for cell in row) for row in rows]
    wide = max(filled, default=0)
    if wide < 3:
        return None
    at = next(index for index, count in enumerate(filled) if count >= wide * _MOST)
    return at, [cell_text(cell) for cell in rows[at]]


def _columns(names: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[list[str]]:
    """The values of each column. A date is in the form 2026-02-17."""
    filled = [row for row in rows if sum(bool(cell_text(cell)) for cell in row) > 1]
    return [[_value(row[at]) if at < len(row) else "" for row in filled] for at in range(len(names))]


def _value(cell: Cell) -> str:
    return cell.isoformat()[:10] if isinstance(cell, dt.date) else cell_text(cell)


def _find_students(names: Sequence[str], columns: Sequence[Sequence[str]]) -> tuple[str, str] | None:
    """The column that gives the students away, and what it does; None if the rows may be programs."""
    plain = [plain_header(name) for name in names]
    dates = [at for at, values in enumerate(columns) if _share(values, _is_date) >= _MOST]
    named = [at for at in dates if _STUDENT_DATES.search(plain[at])]
    if len(named) > 1:
        return names[named[0]], "has a date of entry or exit in each row, as records of individual students do"
    for at, name in enumerate(plain):
        if name in ("gender", "sex") and _share(columns[at], lambda value: value.casefold() in _GENDERS) >= _NEARLY_ALL:
            return names[at], "holds the gender of one person in each row"
    keys = _program_keys(plain, columns)
    repeated = len(set(keys)) <= _REPEATED * len(keys)
    if len(keys) < _FEWEST_ROWS or not repeated:
        return None
    of_students = [at for at in dates if not _PROGRAM_DATES.search(plain[at])]
    changing = [*of_students, *(at for at, name in enumerate(plain) if _ONE_PERSON.match(name))]
    for at, values in enumerate(columns):
        if _OTHER_ID.search(plain[at]) or not _is_id_column(values):
            continue
        if any(_changes_within(keys, columns[other]) for other in changing if other != at):
            return names[at], "has another id in each row, and rows repeat the same programs, as records of students do"
    return None


def _program_keys(plain: Sequence[str], columns: Sequence[Sequence[str]]) -> list[str]:
    """The program of each row: its codes, titles, and places."""
    places = [
        at
        for at, name in enumerate(plain)
        if _PROGRAM.search(name)
        or _share(columns[at], lambda value: "." in value and bool(read_cip(value).code)) > _MOST
    ]
    if not places:
        return []
    return ["|".join(parts).casefold() for parts in zip(*(columns[at] for at in places), strict=True)]


def _is_id_column(values: Sequence[str]) -> bool:
    filled = [value for value in values if value]
    if len(filled) < max(_FEWEST_ROWS, _NEARLY_ALL * len(values)):
        return False
    are_ids = _share(filled, lambda value: bool(_ID.fullmatch(value)) and not _is_date(value)) >= _NEARLY_ALL
    return are_ids and len(set(filled)) >= _NEARLY_ALL * len(filled)


def _changes_within(keys: Sequence[str], values: Sequence[str]) -> bool:
    """True if most programs with several rows have several values."""
    seen: dict[str, list[str]] = defaultdict(list)
    for key, value in zip(keys, values, strict=True):
        seen[key].append(value)
    several = [found for found in seen.values() if len(found) > 1]
    return bool(several) and sum(len(set(found)) > 1 for found in several) > len(several) / 2


def _is_date(value: str) -> bool:
    return _DATE.fullmatch(value) is not None


def _share(values: Sequence[str], is_so: Callable[[str], bool]) -> float:
    filled = [value for value in values if value]
    return sum(map(is_so, filled)) / len(filled) if filled else 0.0
