"""Read an instrument from a workbook. All problems are reported at once, with sheet, row, and column.

The cells become the same located data that YAML files become (a sheet is a file, a row is a line), so that models and
checks are the same for both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from cluster_kit.content import models as m
from cluster_kit.content.documents import LocatedList, LocatedMapping, SourceLocation
from cluster_kit.content.errors import CellProblem, Problem, WorkbookError
from cluster_kit.content.findings import Findings
from cluster_kit.content.parts import Located, Parts
from cluster_kit.content.validation import check_instrument
from cluster_kit.content.validation_errors import did_you_mean, keep_valid, validate
from cluster_kit.content.workbook import layout as at
from cluster_kit.content.workbook.cells import open_workbook
from cluster_kit.content.workbook.tables import SheetRow, SheetTable, give_ids, locate_list, read_sheet_table

Found = list[CellProblem]


def read_workbook(path: Path, roles: m.Roles) -> m.Instrument:
    """The instrument in a workbook, with its wording marked as official.

    Raises ``WorkbookError``: with one sentence if the file is not a workbook, else with all problems.
    """
    sheets = open_workbook(path)
    wanted = [sheet for sheet in at.READ if sheet not in at.OPTIONAL_SHEETS]
    missing = [sheet.name for sheet in wanted if sheet.name.casefold() not in sheets]
    if missing:
        sentence = f"has no sheet {' and no sheet '.join(missing)}: begin with `cluster-kit instrument template`"
        raise WorkbookError(path, sentence)
    problems: Found = []
    tables = {
        sheet.name: read_sheet_table(sheet, sheets[sheet.name.casefold()], problems)
        if sheet.name.casefold() in sheets
        else SheetTable(sheet)
        for sheet in at.READ
    }
    instrument = None if problems else _instrument(tables, roles, problems)
    if problems or instrument is None:
        raise WorkbookError(path, problems=sorted(set(problems), key=_place))
    return instrument


def _place(problem: CellProblem) -> tuple[int, int, str, str]:
    return [sheet.name for sheet in at.READ].index(problem.sheet), problem.row, problem.column, problem.sentence


def _instrument(tables: dict[str, SheetTable], roles: m.Roles, problems: Found) -> m.Instrument | None:
    """The instrument, or None. Problems are added to the list."""
    give_ids([*tables[at.GOALS.name].rows, *tables[at.PLAN.name].rows], "text", "question")
    give_ids(tables[at.AREAS.name].rows, "title", "area")
    give_ids(tables[at.ITEMS.name].rows, "text", "item")
    area_data = _areas(tables, roles, problems)
    head, found = validate(m.InstrumentHead, _head(tables))
    areas = []
    for data in area_data:
        readable, of_items = keep_valid(data, "items", m.Item)
        area, of_area = validate(m.PolicyArea, readable)
        found += [*of_items, *of_area]
        if area is not None:
            areas.append(Located(area, readable))
    parts = Parts(
        head=Located(head, _head(tables)) if head else None,
        areas=tuple(areas),
        roles=Located(roles, LocatedMapping(SourceLocation("", 1))),
    )
    checked = Findings()
    check_instrument(parts, checked)
    named = {(problem.sheet, problem.row, problem.column) for problem in problems}
    cells = (_cell_problem(problem, tables) for problem in (*found, *checked.problems))
    problems += [cell for cell in cells if (cell.sheet, cell.row, cell.column) not in named]
    return parts.instrument


def _head(tables: dict[str, SheetTable]) -> LocatedMapping:
    """The instrument's head as in its YAML file."""
    head = LocatedMapping(SourceLocation(at.ABOUT.name, 1))
    head.put("schema_version", m.SCHEMA_VERSION, head.mark)
    head.put("wording", "official", head.mark)
    fields = {label.casefold(): name for name, label in at.ABOUT_FIELDS.items()}
    for row in tables[at.ABOUT.name].rows:
        name = fields.get(row["field"].strip().casefold())
        if name and name not in head and (row["value"] or name != "rule"):
            head.put(name, row["value"] or None, row.mark)
    for name, sheet in {"scale": at.SCALE, "goals": at.GOALS, "plan": at.PLAN}.items():
        rows = [row.filled() for row in tables[sheet.name].rows]
        head.put(name, locate_list(rows, rows, SourceLocation(sheet.name, 1)), SourceLocation(sheet.name, 1))
    areas = tables[at.AREAS.name].rows
    head.put(
        "areas",
        locate_list([row["id"] for row in areas], areas, SourceLocation(at.AREAS.name, 1)),
        SourceLocation(at.AREAS.name, 1),
    )
    return head


def _areas(tables: dict[str, SheetTable], roles: m.Roles, problems: Found) -> list[LocatedMapping]:
    """The policy areas with their items, as in their YAML files."""
    areas = [row.filled() for row in tables[at.AREAS.name].rows]
    for area in areas:
        area.put("schema_version", m.SCHEMA_VERSION, area.mark)
        area.put("items", LocatedList(area.mark), area.mark)
    by_name = {str(area["title"]).casefold(): area for area in reversed(areas)}
    by_name |= {str(area["id"]).casefold(): area for area in reversed(areas)}
    points = len(tables[at.SCALE.name].rows)
    for row in tables[at.ITEMS.name].rows:
        name = row["area"].strip()
        item, found = _item(row, points, roles, problems), by_name.get(name.casefold())
        if found is None:
            problems += [_cell_problem(problem, tables) for problem in validate(m.Item, item)[1]]
            hint = did_you_mean(name, by_name)
            sentence = f"there is no area {name!r} on the sheet {at.AREAS.name}{hint}" if name else "is empty"
            problems.append(CellProblem(at.ITEMS.name, row.mark.line, at.ITEMS.header("area"), sentence))
        else:
            found["items"].append(item)
            found["items"].marks.append(row.mark)
    return areas


def _item(row: SheetRow, points: int, roles: m.Roles, problems: Found) -> LocatedMapping:
    """An item as in its YAML file."""
    item = row.filled()
    del item["area"]
    lists = {name: at.from_lines(row[name]) for name in ("guiding_questions", "strategies", "evidence")}
    anchors: list[str | None] = [anchor or None for anchor in row.anchors]
    while anchors and anchors[-1] is None and (len(anchors) > points or not any(anchors)):
        anchors.pop()  # empty columns of a longer scale, or an item without descriptions
    fields: dict[str, Sequence[object]] = {**lists, "anchors": anchors, "roles": _role_ids(row, roles, problems)}
    for name, entries in fields.items():
        item.put(name, locate_list(entries, [row] * len(entries), row.mark), row.mark)
    return item


def _role_ids(row: SheetRow, roles: m.Roles, problems: Found) -> list[str]:
    known = {role.title.casefold(): role.id for role in reversed(roles.roles)}
    known |= {role.id.casefold(): role.id for role in roles.roles}
    found = []
    for word in filter(None, map(str.strip, re.split(r"[;\n]", row["roles"]))):
        if word.casefold() in known:
            found.append(known[word.casefold()])
        else:
            sentence = f"there is no role {word!r}{did_you_mean(word, known)}"
            problems.append(CellProblem(at.ITEMS.name, row.mark.line, at.ITEMS.header("roles"), sentence))
    return found


def _cell_problem(problem: Problem, tables: dict[str, SheetTable]) -> CellProblem:
    """A problem converted to sheet, row, and column."""
    table = tables[problem.file]
    keys = problem.key.split(".")
    name = next((key for key in reversed(keys) if key == "anchors" or table.sheet.has(key)), "")
    sentence = re.sub(r"^entry \d+ of \w+ ", "", problem.sentence.removeprefix(f"{name} "))
    column = table.sheet.header("value" if table.sheet is at.ABOUT else name) if name or table.sheet is at.ABOUT else ""
    if name == "anchors":
        position = int(keys[-1]) - 1 if keys[-1].isdigit() else -1
        column = table.anchor_headers[position] if 0 <= position < len(table.anchor_headers) else "Anchor"
    if table.sheet is at.AREAS and keys[-1] == "items":
        sentence = f"no statement on the sheet {at.ITEMS.name} names this area"
    return CellProblem(problem.file, problem.line, column, sentence)
