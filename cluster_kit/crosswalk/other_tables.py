"""Tables that have a column of names and are no list of programs: data dictionaries, and counts of learners."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cluster_kit.crosswalk.grids import Cell, Grid
from cluster_kit.filetypes.headers import Header, cell_text, plain_header

_FIELD = re.compile(r"^(data )?(field|variable|element|column|attribute)s?( name| id| number| no| label)?$")
_ABOUT_FIELDS = re.compile(
    r"^(data |field |column |variable )?(type|format|length|size|width|definition|description|label)$"
    r"|^(valid|allowed|allowable|permitted|possible|accepted) (values|codes)$|^values$"
    r"|^(required|mandatory|business rules?)$"
)
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)+|[a-z]+([A-Z][a-z0-9]+)+|[A-Z]{2,}\d*[A-Z0-9]*")
_GROUP_OF_LEARNERS = re.compile(
    r"^(grade |gr )?(0?[6-9]|1[0-2])(th)?( grade)?$|^grade \d+"
    r"|\b(female|male|hispanic|latino|asian|white|black|native|pacific)\b"
    r"|\b(economically|disadvantaged|disabilit(y|ies)|english learners?|two or more|multiracial|non ?binary)\b"
)
_EMAIL_HEADER = re.compile(r"\be ?mail\b")
_PROGRAM_HEADER = re.compile(r"\b(program|course|pathway|title|major)s?\b")
_SAMPLE_ROWS, _MOST_IDENTIFIERS, _ENOUGH_GROUPS, _ENOUGH_NAMES = 100, 0.6, 3, 3


def explain_other_table(grid: Grid, header: Header) -> str:
    """What a table is instead of a list of programs, to follow "is"; empty if nothing speaks against one."""
    names, roles, rows = header.names, header.roles, grid.rows[header.row + 1 :]
    plain = [plain_header(name) for name in names]
    above = ([plain_header(cell_text(cell)) for cell in row] for row in grid.rows[: header.row])
    if any(map(_describes_fields, above)) or _is_dictionary(plain, roles, rows):
        return "a data dictionary (a row for each field), not a list of programs"
    groups = [name for name, one in zip(names, plain, strict=True) if _GROUP_OF_LEARNERS.search(one)]
    title = roles.get("title")
    if "cip" not in roles and title is not None and not _PROGRAM_HEADER.search(plain[title]):
        if any(_EMAIL_HEADER.search(name) for name in plain):
            return "a list of people, not a list of programs"
        if len(groups) >= _ENOUGH_GROUPS:
            return f"a table of enrollment (it counts {', '.join(groups[:_ENOUGH_GROUPS])}), not a list of programs"
        if "enrollment" in roles and not roles.keys() & {"former", "program_id"}:
            return f"a table of enrollment by {names[title]!r}, not a list of programs"
    return ""


def _describes_fields(plain: Sequence[str]) -> bool:
    """True for the header of a data dictionary: ``Field Name``, ``Type``."""
    return any(map(_FIELD.match, plain)) and any(map(_ABOUT_FIELDS.match, plain))


def _is_dictionary(plain: Sequence[str], roles: Mapping[str, int], rows: Sequence[Sequence[Cell]]) -> bool:
    if _describes_fields(plain):
        return True
    title = roles.get("title")
    if title is None or "cip" in roles or not any(map(_ABOUT_FIELDS.match, plain)):
        return False
    values = [text for row in rows[:_SAMPLE_ROWS] if title < len(row) and (text := cell_text(row[title]))]
    identifiers = sum(bool(_IDENTIFIER.fullmatch(value)) for value in values)
    return len(values) >= _ENOUGH_NAMES and identifiers >= _MOST_IDENTIFIERS * len(values)
