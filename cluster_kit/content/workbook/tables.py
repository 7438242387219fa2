"""Convert a sheet's rows into data with locations."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from cluster_kit.content.documents import LocatedList, LocatedMapping, SourceLocation
from cluster_kit.content.errors import CellProblem
from cluster_kit.content.workbook import layout as at
from cluster_kit.content.workbook.cells import CellText, Sheet, read_rows

_SLUG_LENGTH = 40


class SheetRow(dict[str, str]):
    """The text of a row's cells by field; an empty cell is an empty string. ``anchors`` are in scale order."""

    def __init__(self, sheet: at.SheetLayout, mark: SourceLocation) -> None:
        super().__init__(dict.fromkeys((column.field for column in sheet.columns), ""))
        self.sheet, self.mark = sheet, mark
        self.anchors: list[str] = []

    def filled(self) -> LocatedMapping:
        """The row as a mapping. An empty cell is omitted if it is optional, else None."""
        mapping = LocatedMapping(self.mark)
        for column in self.sheet.columns:
            text = self[column.field].strip()
            if text or column.needed:
                value = text.casefold() if column.field in ("depth", "transition") else text
                mapping.put(column.field, value or None, self.mark)
        return mapping


@dataclass
class SheetTable:
    """A sheet's rows. ``anchor_headers`` are the headers of the anchor columns, in the order of their points."""

    sheet: at.SheetLayout
    rows: list[SheetRow] = field(default_factory=list)
    anchor_headers: list[str] = field(default_factory=list)


def read_sheet_table(sheet: at.SheetLayout, cells: Sheet, problems: list[CellProblem]) -> SheetTable:
    """The sheet's rows by field. A missing column, a formula or an error in a cell is a problem."""
    rows = list(read_rows(cells))
    headers = [" ".join(cell.text.split()) for cell in rows[0][1]] if rows and rows[0][0] == 1 else []
    names = {column.header.casefold(): column.field for column in sheet.columns}
    fields = {index: names[head.casefold()] for index, head in enumerate(headers) if head.casefold() in names}
    for column in sheet.columns:
        if column.needed and column.field not in fields.values():
            sentence = "this column is missing: row 1 must have its name"
            problems.append(CellProblem(sheet.name, 1, column.header, sentence))
    anchors = _anchor_positions(headers) if sheet is at.ITEMS else []
    table = SheetTable(sheet, anchor_headers=[headers[index] for index in anchors])
    for number, row in rows[1:] if headers else []:
        for index in (*fields, *anchors):
            if index < len(row) and row[index].trouble:
                problems.append(CellProblem(sheet.name, number, headers[index], row[index].trouble))
        table.rows.append(_row(sheet, number, row, fields, anchors))
    return table


def _anchor_positions(headers: list[str]) -> list[int]:
    """The positions of the anchor columns, in the order of their points."""
    matches = ((index, at.ANCHOR.match(header)) for index, header in enumerate(headers))
    return [index for _, index in sorted((int(match[1]), index) for index, match in matches if match)]


def _row(
    sheet: at.SheetLayout, number: int, cells: list[CellText], fields: dict[int, str], anchors: list[int]
) -> SheetRow:
    row = SheetRow(sheet, SourceLocation(sheet.name, number))
    for index, name in fields.items():
        row[name] = cells[index].text if index < len(cells) else ""
    row.anchors = [cells[index].text.strip() if index < len(cells) else "" for index in anchors]
    return row


def locate_list(
    entries: Sequence[object], rows: Sequence[SheetRow | LocatedMapping], mark: SourceLocation
) -> LocatedList:
    """A list whose entries have the locations of these rows."""
    found = LocatedList(mark)
    found.extend(entries)
    found.marks.extend(row.mark for row in rows)
    return found


def give_ids(rows: list[SheetRow], source: str, fallback: str) -> None:
    """Give each row without an id a unique id made from its text in the column ``source``."""
    taken = {row["id"].strip() for row in rows}
    for row in rows:
        if not row["id"].strip():
            row["id"] = _new_id(row[source], fallback, taken)
            taken.add(row["id"])


def _new_id(text: str, fallback: str, taken: set[str]) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    slug = ""
    for word in words:
        if len(slug) + len(word) >= _SLUG_LENGTH:
            break
        slug = f"{slug}_{word}" if slug else word
    slug = slug.lstrip("0123456789_") or fallback
    new, number = slug, 2
    while new in taken:
        new, number = f"{slug}_{number}", number + 1
    return new
